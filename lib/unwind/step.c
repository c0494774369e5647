/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unwind/step.h"

#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "modules/modules.h"
#include "unwind/call.h"
#include "values/values.h"

uint64_t qc_step_lookup(const struct qc_step *step)
{
    return step->exact ? step->registers.pc : step->registers.pc - 1;
}

/* The rules of a frame's row, and the registers that they are applied to. */
struct frame_rules {
    struct qc_core *core;
    const struct qc_cfi_row *row;
    const struct qc_registers *registers;
    uint64_t cfa;
};

static enum qemucore_status rules_expression(const struct frame_rules *rules,
                                             const struct qc_cfi_rule *rule, bool with_cfa,
                                             uint64_t *ret, struct qemucore_error *error)
{
    struct qc_expression expression = {
        .bytes = rule->bytes,
        .size = rule->size,
        .big_endian = rules->core->big_endian,
        .has_initial = with_cfa,
        .initial = rules->cfa,
    };
    return qc_expression_evaluate(&expression, rules->registers, rules->core->image, ret, error);
}

static enum qemucore_status rules_cfa(struct frame_rules *rules, struct qemucore_error *error)
{
    const struct qc_cfi_rule *rule = &rules->row->cfa;
    if (rule->kind == QC_CFI_RULE_VALUE_EXPRESSION) {
        return rules_expression(rules, rule, false, &rules->cfa, error);
    }
    uint64_t base;
    QC_FAIL_IF(rule->kind != QC_CFI_RULE_REGISTER ||
               !qc_registers_get(rules->registers, rule->number, &base),
               error, QEMUCORE_CORRUPT, "the frame's address rests on register %" PRIu64
               ", which is not known", rule->number);
    rules->cfa = base + (uint64_t)rule->offset;
    return QEMUCORE_OK;
}

/* Computes a register of the caller. *known is false if the rules say that it is lost. */
static enum qemucore_status rules_register(const struct frame_rules *rules,
                                           const struct qc_cfi_rule *rule, unsigned number,
                                           uint64_t *value, bool *known,
                                           struct qemucore_error *error)
{
    *known = true;
    uint64_t address = rules->cfa + (uint64_t)rule->offset;
    switch (rule->kind) {
    case QC_CFI_RULE_UNSPECIFIED: {
        const struct qc_arch_register *row = qc_arch_register(rules->core->arch, number);
        *known = row != NULL && row->callee_saved &&
                 qc_registers_get(rules->registers, number, value);
        return QEMUCORE_OK;
    }
    case QC_CFI_RULE_UNDEFINED:
        *known = false;
        return QEMUCORE_OK;
    case QC_CFI_RULE_SAME:
        *known = qc_registers_get(rules->registers, number, value);
        return QEMUCORE_OK;
    case QC_CFI_RULE_VALUE_OFFSET:
        *value = address;
        return QEMUCORE_OK;
    case QC_CFI_RULE_REGISTER:
        *known = qc_registers_get(rules->registers, rule->number, value);
        return QEMUCORE_OK;
    case QC_CFI_RULE_VALUE_EXPRESSION:
        return rules_expression(rules, rule, true, value, error);
    case QC_CFI_RULE_EXPRESSION:
        QC_TRY(rules_expression(rules, rule, true, &address, error));
        break;
    case QC_CFI_RULE_OFFSET:
        break;
    }
    return qc_image_read_number(rules->core->image, address, 8, rules->core->big_endian, value,
                                error);
}

/* Computes the return address. A leaf function, without a rule for it, has it where a call puts
   it. */
static enum qemucore_status rules_return_address(const struct frame_rules *rules,
                                                 const struct qc_step *step, uint64_t *value,
                                                 bool *outermost, struct qemucore_error *error)
{
    unsigned column = (unsigned)rules->row->return_address;
    QC_FAIL_IF(rules->row->return_address >= QC_ARCH_REGISTERS, error, QEMUCORE_CORRUPT,
               "return address in register %" PRIu64, rules->row->return_address);
    struct qc_cfi_rule rule = rules->row->rules[column];
    if (rule.kind == QC_CFI_RULE_UNSPECIFIED && step->exact) {
        rule.kind = QC_CFI_RULE_SAME;
    }
    bool known;
    enum qemucore_status status = rules_register(rules, &rule, column, value, &known, error);
    if (status != QEMUCORE_OK) {
        return qc_error_prefix(error, status, "return address");
    }
    QC_FAIL_IF(!known && (rule.kind == QC_CFI_RULE_SAME || rule.kind == QC_CFI_RULE_REGISTER),
               error, QEMUCORE_NOT_FOUND,
               "the return address is in a register, whose contents are not known");
    if (!known) {
        /* An undefined return address marks the outermost function (psABI of each CPU; glibc's
           _start and clone have it). Without any rule, a frame that is not exact has lost it. */
        *outermost = true;
        return qc_error_set(error, QEMUCORE_NOT_FOUND, "outermost frame");
    }
    return QEMUCORE_OK;
}

/* Computes the caller's registers. One whose save slot can't be read is simply not known. */
static struct qc_registers rules_caller(const struct frame_rules *rules, uint64_t pc)
{
    const struct qc_arch *arch = rules->core->arch;
    const struct qc_cfi_rule *row = rules->row->rules;
    struct qc_registers caller = {.pc = pc};
    for (size_t i = 0; i < arch->register_count; i++) {
        unsigned number = arch->registers[i].dwarf;
        uint64_t value;
        bool known;
        if (rules_register(rules, &row[number], number, &value, &known, NULL) == QEMUCORE_OK &&
            known) {
            qc_registers_set(&caller, number, value);
        }
    }
    if (row[arch->stack_pointer].kind == QC_CFI_RULE_UNSPECIFIED && !arch->stack_pointer_is_saved) {
        qc_registers_set(&caller, arch->stack_pointer, rules->cfa);
    }
    return caller;
}

enum qemucore_status qc_step_by_row(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                                    const struct qc_cfi_row *row, struct qc_step *step,
                                    bool *outermost, struct qemucore_error *error)
{
    struct frame_rules rules = {
        .core = qc_unwinder_core(unwinder),
        .row = row,
        .registers = &step->registers,
    };
    uint64_t return_address;
    enum qemucore_status status = rules_cfa(&rules, error);
    step->has_cfa = status == QEMUCORE_OK;
    step->cfa = rules.cfa;
    QC_TRY(status);
    QC_TRY(rules_return_address(&rules, step, &return_address, outermost, error));
    step->registers = rules_caller(&rules, return_address & thread->code_mask);
    step->signal = row->signal_frame;
    step->exact = row->signal_frame;
    return QEMUCORE_OK;
}

/* Tells whether the caller can have called the function at `step`. */
static bool is_called_from(struct qc_unwinder *unwinder, const struct qc_step *step,
                           const struct qc_step *caller)
{
    struct qc_callee callee = qc_callee_at(unwinder, qc_step_lookup(step));
    return qc_call_before(unwinder, caller->registers.pc, &callee) != QC_CALL_NONE;
}

/* Tells whether code is that of QEMU's TCG, by the name that it gives to all of it (tcg/tcg.c,
   tcg_register_jit_int). */
static bool is_tcg(struct qemucore_module *module, uint64_t address)
{
    struct qc_symbol symbol;
    return qc_symbols_by_address(module, address, &symbol) &&
           strcmp(symbol.name, "code_gen_buffer") == 0;
}

/*
 * Adds what TCG's row does not say. The caller's stack pointer is the CFA, also on s390x, where the
 * CFA of a compiler's CFI is 160 bytes above it. A callee-saved register without a rule is lost:
 * riscv64 saves s0, which holds the CPU's state in generated code, and has no rule for it.
 */
static void tcg_complete_row(const struct qc_arch *arch, struct qc_cfi_row *row)
{
    for (size_t i = 0; i < QC_ARCH_REGISTERS; i++) {
        if (row->rules[i].kind == QC_CFI_RULE_UNSPECIFIED && i != row->return_address) {
            row->rules[i].kind =
                i == arch->stack_pointer ? QC_CFI_RULE_VALUE_OFFSET : QC_CFI_RULE_UNDEFINED;
        }
    }
}

/*
 * Leaves generated code by the process's own CFI for it. If QEMU's TCG saves an odd number of
 * registers (loongarch64, riscv64), it rounds its frame up, and its CFI has all of them 8 bytes too
 * high (tcg/CPU/tcg-target.c.inc, FRAME_SIZE and debug_frame). So a call must be before the return
 * address, else 8 bytes lower is tried.
 */
static enum qemucore_status step_by_jit_row(struct qc_unwinder *unwinder,
                                            const struct qc_thread *thread,
                                            struct qemucore_module *module,
                                            struct qc_cfi_row *row, struct qc_step *step,
                                            bool *outermost, struct qemucore_error *error)
{
    if (is_tcg(module, qc_step_lookup(step))) {
        tcg_complete_row(qc_unwinder_core(unwinder)->arch, row);
    }
    struct qc_cfi_row lower = *row;
    for (size_t i = 0; i < QC_ARCH_REGISTERS; i++) {
        lower.rules[i].offset -= lower.rules[i].kind == QC_CFI_RULE_OFFSET ? 8 : 0;
    }
    struct qc_step caller = *step;
    enum qemucore_status status = qc_step_by_row(unwinder, thread, row, &caller, outermost, error);
    if (status == QEMUCORE_OK && !is_called_from(unwinder, step, &caller)) {
        caller = *step;
        status = qc_step_by_row(unwinder, thread, &lower, &caller, outermost, error);
        QC_FAIL_IF(status == QEMUCORE_OK && !is_called_from(unwinder, step, &caller),
                   error, QEMUCORE_NOT_FOUND,
                   "the generated code's return address follows no call");
    }
    *step = caller;
    return status;
}

/* Tells whether the page of an address is all zeroes, as the kernel's hole for a page that it can't
   read. No page of a stack is: what the outermost function was called with lies above its frame. */
static bool is_hole(const struct qc_core *core, uint64_t address)
{
    uint8_t page[QC_PAGE];
    return qc_core_read(core, address - address % QC_PAGE, page, sizeof(page)) &&
           page[0] == 0 && memcmp(page, page + 1, sizeof(page) - 1) == 0;
}

/* Tells whether the frame is the last one in the ABI's chain of frames. */
bool qc_step_ends_chain(const struct qc_core *core, const struct qc_step *step)
{
    uint64_t sp;
    uint64_t caller;
    return core->arch->link == QC_ARCH_LINK_BACK_CHAIN &&
           qc_registers_get(&step->registers, core->arch->stack_pointer, &sp) &&
           qc_core_number(core, sp, 8, &caller) && caller == 0 && !is_hole(core, sp);
}

/* Checks that the caller's frame lies further up: else the stack would never end. A signal handler
   may run on a stack of its own, anywhere. A leaf function, which is exact, may have no frame. */
static enum qemucore_status step_check(const struct qc_arch *arch, const struct qc_step *before,
                                       const struct qc_step *after, struct qemucore_error *error)
{
    uint64_t sp_before = 0;
    uint64_t sp_after = 0;
    qc_registers_get(&before->registers, arch->stack_pointer, &sp_before);
    qc_registers_get(&after->registers, arch->stack_pointer, &sp_after);
    if (after->signal || sp_after > sp_before || (sp_after == sp_before && before->exact)) {
        return QEMUCORE_OK;
    }
    return qc_error_set(error, QEMUCORE_CORRUPT,
                        "the stack does not go on: the caller of 0x%" PRIx64
                        " would have its stack pointer at 0x%" PRIx64 ", this frame at 0x%" PRIx64,
                        before->registers.pc, sp_after, sp_before);
}

enum qemucore_status qc_step_row(struct qc_unwinder *unwinder, struct qemucore_module *module,
                                 const struct qc_step *step, struct qc_cfi_row *ret,
                                 struct qemucore_error *error)
{
    struct qc_cfi *cfi;
    QC_FAIL_IF(module == NULL, error, QEMUCORE_NOT_FOUND, "0x%" PRIx64 " is in no module",
               step->registers.pc);
    QC_TRY(qc_unwinder_cfi(unwinder, module, &cfi, error));
    QC_FAIL_IF(!qc_module_open(module), error, QEMUCORE_NOT_FOUND, "%s is not there to unwind with",
               module->path);
    return qc_cfi_row(cfi, qc_step_lookup(step), ret, error);
}

enum qemucore_status qc_unwinder_step_by_cfi(struct qc_unwinder *unwinder,
                                             const struct qc_thread *thread, struct qc_step *step,
                                             bool *outermost, struct qemucore_error *error)
{
    struct qc_step before = *step;
    struct qc_cfi_row row;
    struct qemucore_module *module = qc_unwinder_module(unwinder, qc_step_lookup(step));
    *outermost = false;
    step->has_cfa = false;
    QC_TRY(qc_unwinder_take(unwinder, QC_UNWINDER_STEPS, error));
    QC_TRY(qc_step_row(unwinder, module, step, &row, error));
    QC_TRY(module->kind == QC_MODULE_JIT
               ? step_by_jit_row(unwinder, thread, module, &row, step, outermost, error)
               : qc_step_by_row(unwinder, thread, &row, step, outermost, error));
    if (step->registers.pc == 0 && !step->signal) {
        /* CFI marks the outermost function. A zero is no mark: the kernel leaves a hole for a page
           that it can't read (fs/coredump.c, dump_user_range). But _start of ppc64le ends the chain
           of frames, and has 0 as its return address (glibc, powerpc64/start.S). If a signal
           interrupted code at 0, that was called. */
        *outermost = qc_step_ends_chain(qc_unwinder_core(unwinder), step);
        return qc_error_set(error, QEMUCORE_NOT_FOUND, "%s",
                            *outermost ? "outermost frame" : "the return address is 0");
    }
    return step_check(qc_unwinder_core(unwinder)->arch, &before, step, error);
}
