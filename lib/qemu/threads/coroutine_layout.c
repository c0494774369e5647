/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/coroutine_layout.h"

#include "glibc/glibc.h"
#include "qemu/qemu_limits.h"
#include "qemu/threads/process.h"

/* A process has one of these back ends (configure --with-coroutine). */
static const struct {
    enum qc_field stack;
    enum qc_field stack_size;
    enum qc_field env;
} back_ends[] = {
    {QC_FIELD_COROUTINE_STACK, QC_FIELD_COROUTINE_STACK_SIZE, QC_FIELD_COROUTINE_ENV},
    {QC_FIELD_SIGALTSTACK_STACK, QC_FIELD_SIGALTSTACK_SIZE, QC_FIELD_SIGALTSTACK_ENV},
};

const struct qc_coroutine_layout *qc_coroutine_layout(struct qc_process *process)
{
    struct qc_coroutine_layout *layout = &process->coroutine_layout;
    struct qc_fields *fields = process->fields;
    for (size_t i = 0; !layout->looked_for && i < qc_count(back_ends); i++) {
        layout->is_known = layout->is_known ||
                           (qc_field_address(fields, back_ends[i].stack, 0, &layout->stack) &&
                            qc_field_address(fields, back_ends[i].stack_size, 0,
                                             &layout->stack_size) &&
                            qc_field_address(fields, back_ends[i].env, 0, &layout->env));
    }
    layout->looked_for = true;
    return layout;
}

static bool has_stack_at(struct qc_process *process, uint64_t start_at, uint64_t size_at,
                         const struct qc_coroutine_extent *extent)
{
    uint64_t start;
    uint64_t size;
    return qc_fields_pointer(process->fields, start_at, &start) && start <= extent->start &&
           extent->start - start <= QC_LIMIT_GUARD_PAGE &&
           qc_fields_pointer(process->fields, size_at, &size) && size == extent->end - start;
}

/* Tells whether the words at address are a jmp_buf whose stack pointer is in the extent. Its
   pointers are mangled with the pointer guard, which takes a thread to read. */
static bool env_is_at(struct qc_process *process, uint64_t address,
                      const struct qc_coroutine_extent *extent)
{
    const struct qc_core *core = process->core;
    struct qc_registers registers;
    if (core->arch == NULL || process->threads->count == 0 ||
        qc_jmp_buf_read(&process->libc, process->threads->items[0].core_thread, address,
                        &registers, NULL) != QEMUCORE_OK) {
        return false;
    }
    uint64_t stack_pointer = registers.value[core->arch->stack_pointer];
    return stack_pointer >= extent->start && stack_pointer < extent->end;
}

static bool layout_learn(struct qc_process *process, uint64_t coroutine,
                         const struct qc_coroutine_extent *extent)
{
    struct qc_coroutine_layout *layout = &process->coroutine_layout;
    for (uint64_t stack = 8; stack < QC_LIMIT_COROUTINE; stack += 8) {
        if (!has_stack_at(process, coroutine + stack, coroutine + stack + 8, extent)) {
            continue;
        }
        for (uint64_t env = stack + 16; env < QC_LIMIT_COROUTINE; env += 8) {
            if (env_is_at(process, coroutine + env, extent)) {
                *layout = (struct qc_coroutine_layout){true, true, stack, stack + 8, env};
                return true;
            }
        }
    }
    return false;
}

bool qc_coroutine_has_extent(struct qc_process *process, uint64_t coroutine,
                             const struct qc_coroutine_extent *extent)
{
    const struct qc_coroutine_layout *layout = qc_coroutine_layout(process);
    return layout->is_known ? has_stack_at(process, coroutine + layout->stack,
                                           coroutine + layout->stack_size, extent)
                            : layout_learn(process, coroutine, extent);
}

bool qc_coroutine_stack_range(struct qc_process *process, uint64_t coroutine, uint64_t *start,
                              uint64_t *size)
{
    const struct qc_coroutine_layout *layout = qc_coroutine_layout(process);
    return layout->is_known &&
           qc_fields_pointer(process->fields, coroutine + layout->stack, start) &&
           qc_fields_pointer(process->fields, coroutine + layout->stack_size, size) &&
           *start != 0 && *size != 0 && *size <= UINT64_MAX - *start;
}
