/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/fields/list.h"

#include <inttypes.h>
#include <string.h>

#include "qemu/qemu_limits.h"

struct walk {
    struct qc_fields *fields;
    enum qc_field next;
    const char **why_cut;
    bool has_back_links;
    bool has_tail;
};

struct qc_list qc_list_variable(struct qc_fields *fields, enum qc_variable head, char **why)
{
    struct qc_list list = {.first = qc_fact_head(fields, head, why)};
    qc_variable_address(fields, head, NULL, &list.head);
    return list;
}

struct qc_list qc_list_field(struct qc_fields *fields, enum qc_field head, uint64_t structure,
                             char **why)
{
    struct qc_list list = {.first = qc_fact_field(fields, head, structure, why)};
    qc_field_address(fields, head, structure, &list.head);
    return list;
}

static bool is_named(const char *member, const char *wanted)
{
    const char *dot = strrchr(member, '.');
    return strcmp(dot == NULL ? member : dot + 1, wanted) == 0;
}

/* Tells the kind of the list by the name of its next pointer, which is that of a queue.h macro. */
static void kind_find(struct walk *walk)
{
    const char *member = qc_field_name(walk->fields, walk->next);
    bool is_tail_queue = member != NULL && is_named(member, "tqe_next");
    walk->has_back_links = is_tail_queue || (member != NULL && is_named(member, "le_next"));
    walk->has_tail = is_tail_queue || (member != NULL && is_named(member, "sqe_next"));
}

bool qc_list_cut(const char **why_cut, const char *why)
{
    *why_cut = *why_cut != NULL ? *why_cut : why;
    return false;
}

/* Ends a walk early and reports the list as damaged, unless the debug info lacks its next pointer:
   then the list itself may be sound. */
static struct qc_fact cut(const struct walk *walk, enum qemucore_status status, uint64_t address,
                          const char *reason, struct qc_fact count)
{
    qc_list_cut(walk->why_cut, reason);
    if (qc_field_name(walk->fields, walk->next) != NULL) {
        qc_fields_doubt(walk->fields, status, "%s (%s at 0x%" PRIx64 ")", reason,
                        qc_field_structure(walk->next), address);
    }
    return count;
}

/* Tells whether the head's pointer to the end is `from`. It is 0 in a static list that no code has
   initialized yet (of a program that has just started). */
static bool tail_fits(const struct walk *walk, uint64_t head, uint64_t from)
{
    uint64_t tail;
    return !walk->has_tail || !qc_fields_pointer(walk->fields, head + sizeof(head), &tail) ||
           tail == from || (tail == 0 && from == head);
}

/* Moves on to the next element; *from becomes the address of the pointer to it. */
static bool step(const struct walk *walk, uint64_t *element, uint64_t *from)
{
    return qc_field_address(walk->fields, walk->next, *element, from) &&
           qc_field_read(walk->fields, walk->next, *element, element);
}

/* Returns why the element must not be visited; NULL: it may be. */
static const char *link_problem(const struct walk *walk, uint64_t from, uint64_t element)
{
    uint64_t link;
    uint64_t back;
    if (!walk->has_back_links || !qc_field_address(walk->fields, walk->next, element, &link)) {
        return NULL;
    }
    return !qc_fields_pointer(walk->fields, link + sizeof(link), &back)
               ? "an element of a list can't be read"
           : back != from ? "an element of a list does not point back to the one before it"
                          : NULL;
}

struct qc_fact qc_list_walk(struct qc_fields *fields, struct qc_list list, enum qc_field next,
                            qc_list_visitor *visitor, void *opaque, const char **why_cut)
{
    struct walk walk = {.fields = fields, .next = next, .why_cut = why_cut};
    struct qc_fact count = {0};
    uint64_t from = list.head; /* address of the pointer to the element */
    uint64_t element = list.first.value;
    uint64_t seen = 0; /* Brent's tortoise: an earlier element, moved up at each power of two */
    uint64_t distance = 1;
    kind_find(&walk);
    while (list.first.is_known && element != 0) {
        if (count.value == QC_LIMIT_LIST || !qc_fields_take_element(fields)) {
            return cut(&walk, QEMUCORE_LIMIT, element, "a list is longer than a limit of ours",
                       count);
        }
        const char *why = element == seen ? "a list leads back to one of its own elements"
                                          : link_problem(&walk, from, element);
        if (why != NULL) {
            return cut(&walk, QEMUCORE_CORRUPT, element, why, count);
        }
        if (count.value == distance) {
            seen = element;
            distance *= 2;
        }
        count.value++;
        if (visitor != NULL && !visitor(opaque, element)) {
            return count;
        }
        if (!step(&walk, &element, &from)) {
            return cut(&walk, QEMUCORE_CORRUPT, element, "an element of a list can't be read",
                       count);
        }
    }
    if (list.first.is_known && !tail_fits(&walk, list.head, from)) {
        return cut(&walk, QEMUCORE_CORRUPT, from,
                   "a list ends before the element that its head has as the last", count);
    }
    count.is_known = list.first.is_known;
    return count;
}
