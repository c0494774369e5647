/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * list - QEMU's linked lists (include/qemu/queue.h): each element names the next
 *
 * A damaged list may lead anywhere, or back to itself. So each walk, and all of them together, have
 * a budget (QC_LIMIT_LIST, QC_LIMIT_LIST_ELEMENTS), and circles are found by Brent's method. What
 * else a list says of itself has to fit:
 *
 *     QLIST, QTAILQ      the word behind the pointer to the next element (le_prev, tqe_prev, since
 *                        4.0 tql_prev) is where the pointer to this one lies
 *     QTAILQ, QSIMPLEQ   the word behind the head (tqh_last, since 4.0 tql_prev; sqh_last) is where
 *                        the last pointer lies
 *
 * So a list that was cut, or leads astray, is not taken for a shorter one. It is told among what is
 * missing of the core, and nothing certain rests on it.
 */
#ifndef QC_QEMU_FIELDS_LIST_H
#define QC_QEMU_FIELDS_LIST_H

#include "qemu/fields/fact.h"

/* Of each element, until it answers false. */
typedef bool qc_list_visitor(void *opaque, uint64_t element);

struct qc_list {
    uint64_t head;        /* where the pointer to the first element lies */
    struct qc_fact first; /* 0: it is empty */
};

/* The list whose head is a variable, a member of the structure at an address; why as for facts. */
struct qc_list qc_list_variable(struct qc_fields *fields, enum qc_variable head, char **why);
struct qc_list qc_list_field(struct qc_fields *fields, enum qc_field head, uint64_t structure,
                             char **why);

/*
 * From the first element to the end. How many there are, and not known where the end was not
 * reached: then value is how many were seen, and *why_cut says why if it was NULL. visitor may be
 * NULL.
 */
struct qc_fact qc_list_walk(struct qc_fields *fields, struct qc_list list, enum qc_field next,
                            qc_list_visitor *visitor, void *opaque, const char **why_cut);

#endif
