/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * list - QEMU's linked lists (include/qemu/queue.h): each element names the next
 *
 * A damaged list may lead anywhere, or back to itself. So each walk, and all of them together, have
 * a budget (QC_LIMIT_LIST, QC_LIMIT_LIST_ELEMENTS), and circles are found by Brent's method.
 */
#ifndef QC_QEMU_FIELDS_LIST_H
#define QC_QEMU_FIELDS_LIST_H

#include "qemu/fields/fact.h"

/* Of each element, until it answers false. */
typedef bool qc_list_visitor(void *opaque, uint64_t element);

/*
 * From the first element on, which is at address 0 in an empty list, to the end. How many there
 * are, and not known where the end was not reached: then value is how many were seen, and *why_cut
 * says why if it was NULL. visitor may be NULL.
 */
struct qc_fact qc_list_walk(struct qc_fields *fields, uint64_t first, enum qc_field next,
                            qc_list_visitor *visitor, void *opaque, const char **why_cut);

#endif
