/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/fields/list.h"

#include "qemu/qemu_limits.h"

static void cut(const char **why_cut, const char *reason)
{
    if (*why_cut == NULL) {
        *why_cut = reason;
    }
}

struct qc_fact qc_list_walk(struct qc_fields *fields, uint64_t first, enum qc_field next,
                            qc_list_visitor *visitor, void *opaque, const char **why_cut)
{
    struct qc_fact count = {0};
    uint64_t element = first;
    uint64_t seen = 0; /* one that has been passed; moved ahead ever more rarely */
    uint64_t distance = 1;
    while (element != 0) {
        if (count.value == QC_LIMIT_LIST || !qc_fields_take_element(fields)) {
            cut(why_cut, "a list is longer than a limit of ours");
            return count;
        }
        if (element == seen) {
            cut(why_cut, "a list leads back to one of its own elements");
            return count;
        }
        if (count.value == distance) {
            seen = element;
            distance *= 2;
        }
        count.value++;
        if (visitor != NULL && !visitor(opaque, element)) {
            return count;
        }
        if (!qc_field_read(fields, next, element, &element)) {
            cut(why_cut, "an element of a list can't be read");
            return count;
        }
    }
    count.is_known = true;
    return count;
}
