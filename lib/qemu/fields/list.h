/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * list - QEMU's linked lists (include/qemu/queue.h): each element names the next
 *
 * A damaged list may lead anywhere, or back to itself. So each walk, and all walks together, have a
 * budget (QC_LIMIT_LIST, QC_LIMIT_LIST_ELEMENTS), and Brent's method finds circles. The list's own
 * redundant pointers must agree:
 *
 *     QLIST, QTAILQ      the word after the pointer to the next element (le_prev, tqe_prev, since
 *                        4.0 tql_prev) holds the address of the pointer to this element
 *     QTAILQ, QSIMPLEQ   the word after the head (tqh_last, since 4.0 tql_prev; sqh_last) holds the
 *                        address of the last pointer
 *
 * So a truncated or corrupt list is not taken for a shorter one. It is reported among what is
 * missing from the core, and no certain statement rests on it.
 */
#ifndef QC_QEMU_FIELDS_LIST_H
#define QC_QEMU_FIELDS_LIST_H

#include "qemu/fields/fact.h"

/* Called for each element, until it returns false. */
typedef bool qc_list_visitor(void *opaque, uint64_t element);

struct qc_list {
    uint64_t head;        /* address of the pointer to the first element */
    struct qc_fact first; /* address of the first element; 0: the list is empty */
};

/* Returns the list whose head is a variable, or a member of the structure at an address; why as in
   qc_fact_field. */
struct qc_list qc_list_variable(struct qc_fields *fields, enum qc_variable head, char **why);
struct qc_list qc_list_field(struct qc_fields *fields, enum qc_field head, uint64_t structure,
                             char **why);

/*
 * Visits the elements, first to last; visitor may be NULL. Returns their number. If the end is not
 * reached the fact is not known, its value is the number of elements seen, and *why_cut, if NULL,
 * becomes the reason (unless the visitor ended the walk).
 */
struct qc_fact qc_list_walk(struct qc_fields *fields, struct qc_list list, enum qc_field next,
                            qc_list_visitor *visitor, void *opaque, const char **why_cut);

/* Sets *why_cut to the reason why a list is not complete (NULL: it is), unless it has one. Returns
   false, for a visitor that can't go on. */
bool qc_list_cut(const char **why_cut, const char *why);

#endif
