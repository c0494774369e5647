/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unwind/step.h"

#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "dwarf/dwarf.h"
#include "modules/modules.h"
#include "unwind/call.h"
#include "unwind/frame_pointer.h"
#include "unwind/guess.h"

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
    if (rule->kind != QC_CFI_RULE_REGISTER ||
        !qc_registers_get(rules->registers, rule->number, &base)) {
        return qc_error_set(error, QEMUCORE_CORRUPT,
                            "the frame's address rests on register %" PRIu64
                            ", which is not known",
                            rule->number);
    }
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
    enum qemucore_status status = QEMUCORE_OK;
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
        status = rules_expression(rules, rule, true, &address, error);
        break;
    case QC_CFI_RULE_OFFSET:
        break;
    }
    return status ?: qc_image_read_number(rules->core->image, address, 8, rules->core->big_endian,
                                          value, error);
}

/* Computes the return address. A leaf function, without a rule for it, has it where a call puts
   it. */
static enum qemucore_status rules_return_address(const struct frame_rules *rules,
                                                 const struct qc_step *step, uint64_t *value,
                                                 bool *outermost, struct qemucore_error *error)
{
    unsigned column = (unsigned)rules->row->return_address;
    if (rules->row->return_address >= QC_ARCH_REGISTERS) {
        return qc_error_set(error, QEMUCORE_CORRUPT, "return address in register %" PRIu64,
                            rules->row->return_address);
    }
    struct qc_cfi_rule rule = rules->row->rules[column];
    if (rule.kind == QC_CFI_RULE_UNSPECIFIED && step->exact) {
        rule.kind = QC_CFI_RULE_SAME;
    }
    bool known;
    enum qemucore_status status = rules_register(rules, &rule, column, value, &known, error);
    if (status != QEMUCORE_OK) {
        return qc_error_prefix(error, status, "return address");
    }
    if (!known && (rule.kind == QC_CFI_RULE_SAME || rule.kind == QC_CFI_RULE_REGISTER)) {
        return qc_error_set(error, QEMUCORE_NOT_FOUND,
                            "the return address is in a register, whose contents are not known");
    }
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
    if (row[arch->stack_pointer].kind == QC_CFI_RULE_UNSPECIFIED &&
        !arch->stack_pointer_is_saved) {
        qc_registers_set(&caller, arch->stack_pointer, rules->cfa);
    }
    return caller;
}

static enum qemucore_status step_by_row(struct qc_unwinder *unwinder,
                                        const struct qc_thread *thread,
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
    if (status == QEMUCORE_OK) {
        status = rules_return_address(&rules, step, &return_address, outermost, error);
    }
    if (status != QEMUCORE_OK) {
        return status;
    }
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
    enum qemucore_status status =
        step_by_row(unwinder, thread, row, &caller, outermost, error);
    if (status == QEMUCORE_OK && !is_called_from(unwinder, step, &caller)) {
        caller = *step;
        status = step_by_row(unwinder, thread, &lower, &caller, outermost, error);
        if (status == QEMUCORE_OK && !is_called_from(unwinder, step, &caller)) {
            return qc_error_set(error, QEMUCORE_NOT_FOUND,
                                "the generated code's return address follows no call");
        }
    }
    *step = caller;
    return status;
}

static bool is_trampoline(struct qc_unwinder *unwinder, const struct qc_step *step)
{
    struct qc_core *core = qc_unwinder_core(unwinder);
    const struct qc_arch_trampoline *trampoline = &core->arch->trampoline;
    uint8_t code[sizeof(trampoline->code)];
    return trampoline->size != 0 &&
           qc_image_read(core->image, step->registers.pc, code, trampoline->size, NULL) ==
               QEMUCORE_OK &&
           memcmp(code, trampoline->code, trampoline->size) == 0;
}

/* Leaves a trampoline, which signal handlers return to, if only its code tells what it is. */
static bool step_by_trampoline(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                               struct qc_step *step)
{
    const struct qc_arch *arch = qc_unwinder_core(unwinder)->arch;
    const struct qc_arch_trampoline *trampoline = &arch->trampoline;
    struct qc_cfi_row row = {
        .cfa = {.kind = QC_CFI_RULE_REGISTER, .number = arch->stack_pointer},
        .return_address = arch->return_address,
        .signal_frame = true,
    };
    for (size_t i = 0; i < trampoline->count; i++) {
        row.rules[trampoline->order[i]] = (struct qc_cfi_rule){
            .kind = QC_CFI_RULE_OFFSET, .offset = trampoline->registers + 8 * (int64_t)i};
    }
    bool outermost = false;
    return step->exact && is_trampoline(unwinder, step) &&
           step_by_row(unwinder, thread, &row, step, &outermost, NULL) == QEMUCORE_OK;
}

/* Tells whether a bad pointer may have been called before return_address: through a PLT whose slot
   has it (of a weak function that is not defined), or by a call whose target can't be told. */
static bool is_call_of_bad_pointer(struct qc_unwinder *unwinder, uint64_t return_address,
                                   uint64_t pointer)
{
    const struct qc_callee anywhere = {0};
    const struct qc_callee there = {.start = pointer, .end = pointer + 1};
    return qc_call_before(unwinder, return_address, &there) != QC_CALL_NONE ||
           qc_call_before(unwinder, return_address, &anywhere) != QC_CALL_NONE;
}

/* Returns from a call through a bad pointer. No code tells the caller, but the call was just made:
   its return address is still where a call leaves it, and all registers are the caller's. */
static bool step_by_bad_pointer(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                                struct qc_step *step)
{
    struct qc_core *core = qc_unwinder_core(unwinder);
    uint64_t sp;
    uint64_t return_address;
    if (!step->exact || qc_call_is_code(qc_unwinder_modules(unwinder), step->registers.pc) ||
        !qc_registers_get(&step->registers, core->arch->stack_pointer, &sp)) {
        return false;
    }
    bool found = core->arch->return_address_on_stack
                     ? qc_image_read_number(core->image, sp, 8, core->big_endian, &return_address,
                                            NULL) == QEMUCORE_OK
                     : qc_registers_get(&step->registers, core->arch->return_address,
                                        &return_address);
    return_address &= thread->code_mask;
    if (!found || !is_call_of_bad_pointer(unwinder, return_address, step->registers.pc)) {
        return false;
    }
    qc_registers_set(&step->registers, core->arch->stack_pointer,
                     core->arch->return_address_on_stack ? sp + 8 : sp);
    step->registers.pc = return_address;
    step->exact = false;
    step->signal = false;
    step->guessed = true;
    return true;
}

/* Tells whether the page of an address is all zeroes, as the kernel's hole for a page that it can't
   read. No page of a stack is: what the outermost function was called with lies above its frame. */
static bool is_hole(const struct qc_core *core, uint64_t address)
{
    uint8_t page[QC_PAGE];
    return qc_image_read(core->image, address - address % QC_PAGE, page, sizeof(page), NULL) ==
               QEMUCORE_OK &&
           page[0] == 0 && memcmp(page, page + 1, sizeof(page) - 1) == 0;
}

/* Tells whether the frame is the last one in the ABI's chain of frames. */
static bool ends_chain(const struct qc_core *core, const struct qc_step *step)
{
    uint64_t sp;
    uint64_t caller;
    return core->arch->link == QC_ARCH_LINK_BACK_CHAIN &&
           qc_registers_get(&step->registers, core->arch->stack_pointer, &sp) &&
           qc_core_number(core, sp, 8, &caller) && caller == 0 && !is_hole(core, sp);
}

/* Tells whether code without unwind information is outermost by the ABI's chain of frames. A
   function that has called another has a frame there. */
static bool is_end_of_chain(const struct qc_unwinder *unwinder, const struct qc_step *step)
{
    return !step->exact &&
           qc_modules_find(qc_unwinder_modules(unwinder), qc_step_lookup(step)) != NULL &&
           ends_chain(qc_unwinder_core(unwinder), step);
}

/* Tells whether step is in the function at AT_ENTRY, which the kernel started: it has no caller,
   even if its CFI does not say so (musl's does not). */
static bool is_entry_point(const struct qc_unwinder *unwinder, const struct qc_step *step)
{
    uint64_t entry;
    struct qc_symbol symbol;
    struct qemucore_module *module =
        qc_modules_find(qc_unwinder_modules(unwinder), qc_step_lookup(step));
    return qc_core_auxv(qc_unwinder_core(unwinder), AT_ENTRY, &entry) && module != NULL &&
           qc_symbols_by_address(module, qc_step_lookup(step), &symbol) &&
           symbol.address == entry;
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

static enum qemucore_status row_find(struct qc_unwinder *unwinder, struct qemucore_module *module,
                                     const struct qc_step *step, struct qc_cfi_row *ret,
                                     struct qemucore_error *error)
{
    struct qc_cfi *cfi;
    if (module == NULL) {
        return qc_error_set(error, QEMUCORE_NOT_FOUND, "0x%" PRIx64 " is in no module",
                            step->registers.pc);
    }
    enum qemucore_status status = qc_unwinder_cfi(unwinder, module, &cfi, error);
    if (status == QEMUCORE_OK && !qc_module_open(module)) {
        return qc_error_set(error, QEMUCORE_NOT_FOUND, "%s is not there to unwind with",
                            module->path);
    }
    return status == QEMUCORE_OK ? qc_cfi_row(cfi, qc_step_lookup(step), ret, error) : status;
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
    enum qemucore_status status = qc_unwinder_take(unwinder, QC_UNWINDER_STEPS, error);
    if (status == QEMUCORE_OK) {
        status = row_find(unwinder, module, step, &row, error);
    }
    if (status == QEMUCORE_OK) {
        status = module->kind == QC_MODULE_JIT
                     ? step_by_jit_row(unwinder, thread, module, &row, step, outermost, error)
                     : step_by_row(unwinder, thread, &row, step, outermost, error);
    }
    if (status == QEMUCORE_OK && step->registers.pc == 0 && !step->signal) {
        /* CFI marks the outermost function. A zero is no mark: the kernel leaves a hole for a page
           that it can't read (fs/coredump.c, dump_user_range). But _start of ppc64le ends the chain
           of frames, and has 0 as its return address (glibc, powerpc64/start.S). If a signal
           interrupted code at 0, that was called. */
        *outermost = ends_chain(qc_unwinder_core(unwinder), step);
        return qc_error_set(error, QEMUCORE_NOT_FOUND, "%s",
                            *outermost ? "outermost frame" : "the return address is 0");
    }
    return status == QEMUCORE_OK
               ? step_check(qc_unwinder_core(unwinder)->arch, &before, step, error)
               : status;
}

/* Sets a frame pointer that is not known, and that only the stack shows. */
static bool set_frame_pointer(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                              struct qc_step *step)
{
    struct qc_cfi_row row;
    struct qemucore_module *module = qc_unwinder_module(unwinder, qc_step_lookup(step));
    return row_find(unwinder, module, step, &row, NULL) == QEMUCORE_OK &&
           qc_frame_pointer_find(unwinder, thread, &row, step);
}

enum qemucore_status qc_unwinder_step(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                                      struct qc_step *step, bool *outermost,
                                      struct qemucore_error *error)
{
    struct qc_step caller = *step;
    enum qemucore_status status =
        qc_unwinder_step_by_cfi(unwinder, thread, &caller, outermost, error);
    if (status == QEMUCORE_CORRUPT && !caller.has_cfa && !step->guessed &&
        set_frame_pointer(unwinder, thread, step)) {
        caller = *step;
        status = qc_unwinder_step_by_cfi(unwinder, thread, &caller, outermost, error);
    }
    bool is_lost = status == QEMUCORE_NOT_FOUND || (step->guessed && !caller.has_cfa);
    struct qc_step interrupted = *step;
    /* Go's trampoline has CFI like any other function. */
    if (!(status == QEMUCORE_OK && caller.signal) &&
        step_by_trampoline(unwinder, thread, &interrupted)) {
        caller = interrupted;
        status = QEMUCORE_OK;
    } else if (status != QEMUCORE_OK && !*outermost && is_lost) {
        caller = *step;
        if (is_end_of_chain(unwinder, step) || is_entry_point(unwinder, step)) {
            *outermost = true;
        } else if (step_by_bad_pointer(unwinder, thread, &caller) ||
                   qc_guess_caller(unwinder, thread, &caller)) {
            status = QEMUCORE_OK;
        }
    }
    *step = caller;
    /* A trampoline is not called: handlers return to its first instruction. */
    step->exact |= status == QEMUCORE_OK && is_trampoline(unwinder, step);
    return status;
}
