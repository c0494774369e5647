/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/cpu.h"

#include "qemu/fields/list.h"

static bool flag(struct qc_fields *fields, enum qc_field field, uint64_t address)
{
    uint64_t value;
    return qc_field_read(fields, field, address, &value) && value != 0;
}

bool qc_cpu_read(struct qc_fields *fields, uint64_t address, struct qc_cpu *ret)
{
    uint64_t index;
    uint64_t value;
    if (!qc_field_read(fields, QC_FIELD_CPU_INDEX, address, &index)) {
        return false;
    }
    *ret = (struct qc_cpu){.address = address, .index = (int)index};
    if (qc_field_read(fields, QC_FIELD_CPU_THREAD_ID, address, &value)) {
        ret->lwp = (int)value;
    }
    if (qc_field_read(fields, QC_FIELD_CPU_HALT_COND, address, &value)) {
        ret->halt_cond = value;
    }
    ret->created = flag(fields, QC_FIELD_CPU_CREATED, address);
    ret->stopped = flag(fields, QC_FIELD_CPU_STOPPED, address);
    ret->has_waiter = flag(fields, QC_FIELD_CPU_HAS_WAITER, address);
    ret->exclusive = flag(fields, QC_FIELD_CPU_EXCLUSIVE, address);
    if (qc_field_read(fields, QC_FIELD_CPU_IN_IOCTL, address, &value)) {
        ret->ioctls = (unsigned)value >> QC_LOCKCNT_COUNT_SHIFT;
    }
    return true;
}

void qc_cpus_find(struct qc_fields *fields, struct qc_cpus *ret)
{
    /* A symbol is enough to find the head, but does not tell what it leads to. */
    if (qc_fields_type_size(fields, "CPUState") == 0) {
        return;
    }
    struct qc_list list =
        qc_list_variable(fields, QC_VARIABLE_CPUS, QC_FIELD_CPU_NEXT, NULL, &ret->why_cut);
    ret->is_known = list.first.is_known;
    qc_list_fill(&list, &ret->list, cpu) {
        if (!qc_cpu_read(fields, list.element, cpu)) {
            ret->list.count--;
            ret->why_cut = "an element can't be read";
            return;
        }
    }
}
