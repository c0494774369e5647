/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "glibc/jmp_buf.h"

#include <inttypes.h>

#include "base/base.h"

/* Reads the secret by its symbol (elf/rtld.c): ld.so has it in .dynsym, as GLIBC_PRIVATE; a static
   executable has the local name. */
static bool guard_by_symbol(const struct qc_libc *libc, uint64_t *ret)
{
    static const char *const names[] = {"__pointer_chk_guard", "__pointer_chk_guard_local"};
    const struct qc_modules *modules = libc->modules;
    struct qc_symbol symbol;
    for (size_t i = 0; i < modules->list.count; i++) {
        struct qemucore_module *module = modules->list.items[i];
        bool is_linker = qc_str_begins(qc_path_name(module->path), "ld");
        for (size_t j = 0; (is_linker || module->is_executable_of_process) && j < 2; j++) {
            if (qc_symbols_by_name(module, names[j], &symbol) &&
                qc_core_number(modules->core, symbol.address, 8, ret)) {
                return true;
            }
        }
    }
    return false;
}

static bool guard_find(const struct qc_libc *libc, const struct qc_thread *thread, uint64_t *ret)
{
    const struct qc_core *core = libc->modules->core;
    int32_t offset = core->arch->glibc.jump.guard_offset;
    if (offset == 0) {
        return guard_by_symbol(libc, ret);
    }
    return thread->has_thread_pointer &&
           qc_core_number(core, thread->thread_pointer + (uint64_t)(int64_t)offset, 8, ret);
}

static uint64_t demangle(const struct qc_arch_jump *jump, uint64_t guard, uint64_t word)
{
    unsigned by = jump->rotation;
    uint64_t rotated = by == 0 ? word : word >> by | word << (64 - by);
    return rotated ^ guard;
}

/* Reads the registers as setjmp has saved them. guard NULL: they are not mangled. */
static enum qemucore_status registers_read(const struct qc_core *core, uint64_t address,
                                           const uint64_t *guard, struct qc_registers *ret,
                                           struct qemucore_error *error)
{
    const struct qc_arch_jump *jump = &core->arch->glibc.jump;
    *ret = (struct qc_registers){0};
    for (size_t i = 0; i < jump->register_count; i++) {
        const struct qc_arch_jump_register *row = &jump->registers[i];
        uint64_t word;
        QC_TRY(qc_image_read_number(core->image, address + 8 * (uint64_t)row->word, 8,
                                    core->big_endian, &word, error));
        bool mangled = row->mangled && guard != NULL;
        qc_registers_set(ret, row->dwarf, mangled ? demangle(jump, *guard, word) : word);
    }
    ret->pc = ret->value[core->arch->return_address];
    return QEMUCORE_OK;
}

static bool leads_to_stack(const struct qc_libc *libc, const struct qc_registers *registers)
{
    const struct qc_core *core = libc->modules->core;
    uint64_t stack_pointer = registers->value[core->arch->stack_pointer];
    uint64_t word;
    return stack_pointer % 8 == 0 && qc_core_number(core, stack_pointer, 8, &word) &&
           qc_modules_find(libc->modules, registers->pc - 1) != NULL;
}

/* Tries mangled registers, then plain ones: glibc 2.37 has changed that on loongarch64. */
enum qemucore_status qc_jmp_buf_read(struct qc_libc *libc, const struct qc_thread *thread,
                                     uint64_t address, struct qc_registers *ret,
                                     struct qemucore_error *error)
{
    const struct qc_core *core = libc->modules->core;
    struct qc_registers found;
    uint64_t guard;
    QC_TRY(qc_libc_check(libc, "jmp_buf", error));
    QC_FAIL_IF(core->arch == NULL || core->arch->glibc.jump.register_count == 0,
               error, QEMUCORE_UNSUPPORTED, "jmp_buf of this machine is not known");
    bool has_guard = guard_find(libc, thread, &guard);
    if (has_guard) {
        QC_TRY(registers_read(core, address, &guard, &found, error));
    }
    if (!has_guard || !leads_to_stack(libc, &found)) {
        QC_TRY(registers_read(core, address, NULL, &found, error));
    }
    QC_FAIL_IF(!leads_to_stack(libc, &found), error, QEMUCORE_CORRUPT,
               "the jmp_buf at 0x%" PRIx64 " leads to no stack", address);
    found.pc &= thread->code_mask;
    *ret = found;
    return QEMUCORE_OK;
}
