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
#pragma once

#include "qemu/fields/fact.h"

/*
 * A list that is walked from its first element to its last:
 *
 *     struct qc_list jobs =
 *         qc_list_variable(fields, QC_VARIABLE_JOBS, QC_FIELD_JOB_NEXT, &why_absent, &why_cut);
 *     qc_list_each(&jobs, job) {
 */
struct qc_list {
    struct qc_fields *fields;
    uint64_t head;        /* address of the pointer to the first element */
    struct qc_fact first; /* address of the first element; 0: the list is empty */
    struct qc_fact count; /* not known before the end is reached: the value is what was seen */
    enum qc_field next;
    const char **why_cut;
    bool has_back_links;
    bool has_tail;
    uint64_t from;     /* address of the pointer to the element */
    uint64_t element;  /* the latest element, the one that a walk is at */
    uint64_t seen;     /* Brent's tortoise: an earlier element, moved up at each power of two */
    uint64_t distance; /* number of elements at which it moves up next */
};

/* Returns the list whose head is a variable, or a member of the structure at an address; next: the
   member of an element that points to the next one; why as in qc_fact_field. If a walk ends before
   the end of the list, *why_cut, if NULL, becomes the reason; why_cut may be NULL. */
struct qc_list qc_list_variable(struct qc_fields *fields, enum qc_variable head, enum qc_field next,
                                const char **why, const char **why_cut);
struct qc_list qc_list_field(struct qc_fields *fields, enum qc_field head, uint64_t structure,
                             enum qc_field next, const char **why, const char **why_cut);

/* Moves on to the next element. False: there is none, or it can't be reached; the walk is over. */
bool qc_list_next(struct qc_list *list, uint64_t *ret);

/* Walks a list. */
#define qc_list_each(list, address) for (uint64_t address; qc_list_next((list), &address);)

/* Walks a list, and adds an item to a vec for each element, which is (list)->element. Ends when out
   of memory. */
#define qc_list_fill(list, vec, item)   \
    for (__typeof__((vec)->items) item; \
         qc_list_next((list), &(uint64_t){0}) && (item = qc_vec_add(vec)) != NULL;)

/* Counts the elements. */
struct qc_fact qc_list_count(struct qc_list list);

/* Does what qc_fact_explain does, for a list that is not complete. Returns false, for a walk that
   can't go on. */
bool qc_list_cut(const char **why_cut, const char *why);
