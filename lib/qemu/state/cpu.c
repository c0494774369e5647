/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/cpu.h"

#include "qemu/qemu_limits.h"

/* util/lockcnt.c: the count is above two bits of state. */
#define LOCKCNT_COUNT_SHIFT 2

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
    ret->stop = flag(fields, QC_FIELD_CPU_STOP, address);
    ret->stopped = flag(fields, QC_FIELD_CPU_STOPPED, address);
    ret->halted = flag(fields, QC_FIELD_CPU_HALTED, address);
    ret->running = flag(fields, QC_FIELD_CPU_RUNNING, address);
    ret->has_waiter = flag(fields, QC_FIELD_CPU_HAS_WAITER, address);
    ret->exclusive = flag(fields, QC_FIELD_CPU_EXCLUSIVE, address);
    if (qc_field_read(fields, QC_FIELD_CPU_IN_IOCTL, address, &value)) {
        ret->ioctls = (unsigned)value >> LOCKCNT_COUNT_SHIFT;
    }
    return true;
}

static bool is_known(const struct qc_cpus *cpus, uint64_t address)
{
    for (size_t i = 0; i < cpus->list.count; i++) {
        if (cpus->list.items[i].address == address) {
            return true;
        }
    }
    return false;
}

void qc_cpus_find(struct qc_fields *fields, struct qc_cpus *ret)
{
    uint64_t head;
    uint64_t address;
    struct qc_cpu cpu;
    /* QTAILQ_HEAD: the first element's address comes first. The head is found by its symbol as well,
       which tells nothing of what it leads to. */
    if (qc_fields_type_size(fields, "CPUState") == 0 ||
        !qc_variable_address(fields, QC_VARIABLE_CPUS, NULL, &head) ||
        !qc_fields_pointer(fields, head, &address)) {
        return;
    }
    while (address != 0) {
        ret->why_cut = ret->list.count == QC_LIMIT_CPUS      ? "it is longer than a limit of ours"
                       : is_known(ret, address)              ? "it leads back to one of its own"
                       : !qc_cpu_read(fields, address, &cpu) ? "an element can't be read"
                                                             : NULL;
        if (ret->why_cut != NULL) {
            return;
        }
        struct qc_cpu *added = qc_vec_add(&ret->list);
        if (added == NULL) {
            return;
        }
        *added = cpu;
        if (!qc_field_read(fields, QC_FIELD_CPU_NEXT, address, &address)) {
            return;
        }
    }
}

void qc_cpus_free(struct qc_cpus *cpus)
{
    qc_vec_free(&cpus->list);
}
