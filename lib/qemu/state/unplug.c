/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/unplug.h"

#include <string.h>

#include "qemu/fields/qom.h"

struct search {
    struct qc_fields *fields;
    struct qc_unplugs *unplugs;
};

/* hw/core/qdev-monitor.c sets the flag when the guest is asked, and what handles the guest's answer
   makes the device go; the flag has been there since 5.0. */
static bool unplug_add(void *opaque, const char *name, uint64_t child)
{
    struct search *search = opaque;
    struct qc_fact pending =
        qc_fact_field(search->fields, QC_FIELD_DEVICE_UNPLUG_PENDING, child, NULL);
    struct qc_unplug *unplug =
        qc_fact_is_set(pending) ? qc_vec_add(&search->unplugs->list) : NULL;
    if (unplug != NULL) {
        unplug->address = child;
        unplug->id = strdup(name);
        unplug->type = qc_qom_type(search->fields, child);
    }
    return true;
}

void qc_unplugs_find(struct qc_fields *fields, struct qc_unplugs *ret)
{
    struct search search = {fields, ret};
    struct qc_fact machine = qc_fact_variable(fields, QC_VARIABLE_CURRENT_MACHINE, NULL);
    uint64_t peripherals;
    if (qc_fact_is_set(machine) &&
        qc_qom_child(fields, machine.value, "peripheral", &peripherals)) {
        qc_qom_each_child(fields, peripherals, unplug_add, &search);
    }
}

void qc_unplugs_free(struct qc_unplugs *unplugs)
{
    for (size_t i = 0; i < unplugs->list.count; i++) {
        free(unplugs->list.items[i].id);
        free(unplugs->list.items[i].type);
    }
    qc_vec_free(&unplugs->list);
}
