/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/fields/list.h"

#include <inttypes.h>
#include <string.h>

#include "qemu/qemu_limits.h"

static struct qc_list list_new(struct qc_fields *fields, struct qc_fact first, enum qc_field next,
                               const char **why_cut)
{
    return (struct qc_list){.fields = fields,
                            .first = first,
                            .next = next,
                            .why_cut = why_cut,
                            .element = first.value,
                            .distance = 1};
}

struct qc_list qc_list_variable(struct qc_fields *fields, enum qc_variable head, enum qc_field next,
                                const char **why, const char **why_cut)
{
    struct qc_list list = list_new(fields, qc_fact_head(fields, head, why), next, why_cut);
    qc_variable_address(fields, head, NULL, &list.head);
    return list;
}

struct qc_list qc_list_field(struct qc_fields *fields, enum qc_field head, uint64_t structure,
                             enum qc_field next, const char **why, const char **why_cut)
{
    struct qc_list list =
        list_new(fields, qc_fact_field(fields, head, structure, why), next, why_cut);
    qc_field_address(fields, head, structure, &list.head);
    return list;
}

static bool is_named(const char *member, const char *wanted)
{
    const char *dot = strrchr(member, '.');
    return strcmp(dot == NULL ? member : dot + 1, wanted) == 0;
}

/* Tells the kind of the list by the name of its next pointer, which is that of a queue.h macro. */
static void kind_find(struct qc_list *list)
{
    const char *member = qc_field_name(list->fields, list->next);
    bool is_tail_queue = member != NULL && is_named(member, "tqe_next");
    list->has_back_links = is_tail_queue || (member != NULL && is_named(member, "le_next"));
    list->has_tail = is_tail_queue || (member != NULL && is_named(member, "sqe_next"));
}

bool qc_list_cut(const char **why_cut, const char *why)
{
    qc_fact_explain(why_cut, why);
    return false;
}

/* Ends a walk early and reports the list as damaged, unless its element was left out of the dump
   or the debug info lacks its next pointer: then the list itself may be sound. */
static bool cut(const struct qc_list *list, enum qemucore_status status, uint64_t address,
                const char *reason)
{
    if (!qc_fields_lack(list->fields, address) && qc_field_name(list->fields, list->next) != NULL) {
        qc_fields_doubt(list->fields, status, "%s (%s at 0x%" PRIx64 ")", reason,
                        qc_field_structure(list->next), address);
    }
    return qc_list_cut(list->why_cut, reason);
}

/* Tells whether the head's pointer to the end is `from`. It is 0 in a static list that no code has
   initialized yet (of a program that has just started). */
static bool tail_fits(const struct qc_list *list)
{
    uint64_t tail;
    return !list->has_tail ||
           !qc_fields_pointer(list->fields, list->head + sizeof(list->head), &tail) ||
           tail == list->from || (tail == 0 && list->from == list->head);
}

/* Moves on to the first element, or to the one after the latest. */
static bool step(struct qc_list *list)
{
    if (list->count.value == 0) {
        kind_find(list);
        list->from = list->head;
        return true;
    }
    return qc_field_address(list->fields, list->next, list->element, &list->from) &&
           qc_field_read(list->fields, list->next, list->element, &list->element);
}

/* Returns why the element must not be visited; NULL: it may be. */
static const char *link_problem(const struct qc_list *list)
{
    uint64_t link;
    uint64_t back;
    if (list->element == list->seen) {
        return "a list leads back to one of its own elements";
    }
    if (!list->has_back_links ||
        !qc_field_address(list->fields, list->next, list->element, &link)) {
        return NULL;
    }
    return !qc_fields_pointer(list->fields, link + sizeof(link), &back)
               ? "an element of a list can't be read"
           : back != list->from ? "an element of a list does not point back to the one before it"
                                : NULL;
}

bool qc_list_next(struct qc_list *list, uint64_t *ret)
{
    if (!list->first.is_known) {
        return false;
    }
    if (!step(list)) {
        return cut(list, QEMUCORE_CORRUPT, list->element, "an element of a list can't be read");
    }
    if (list->element == 0) {
        list->count.is_known = tail_fits(list);
        return !list->count.is_known &&
               cut(list, QEMUCORE_CORRUPT, list->from,
                   "a list ends before the element that its head has as the last");
    }
    if (list->count.value == QC_LIMIT_LIST || !qc_fields_take_element(list->fields)) {
        return cut(list, QEMUCORE_LIMIT, list->element,
                   "a list is longer than libqemucore's limit");
    }
    const char *why = link_problem(list);
    if (why != NULL) {
        return cut(list, QEMUCORE_CORRUPT, list->element, why);
    }
    if (list->count.value == list->distance) {
        list->seen = list->element;
        list->distance *= 2;
    }
    list->count.value++;
    *ret = list->element;
    return true;
}

struct qc_fact qc_list_count(struct qc_list list)
{
    uint64_t element;
    while (qc_list_next(&list, &element)) {
    }
    return list.count;
}
