/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unwind/caller.h"

#include <elf.h>
#include <string.h>

#include "modules/modules.h"
#include "unwind/call.h"
#include "unwind/guess.h"

static bool is_trampoline(struct qc_unwinder *unwinder, const struct qc_step *step)
{
    struct qc_core *core = qc_unwinder_core(unwinder);
    const struct qc_arch_trampoline *trampoline = &core->arch->trampoline;
    uint8_t code[sizeof(trampoline->code)];
    return trampoline->size != 0 &&
           qc_core_read(core, step->registers.pc, code, trampoline->size) &&
           memcmp(code, trampoline->code, trampoline->size) == 0;
}

/* Leaves a trampoline, which signal handlers return to, if only its code tells what it is. */
static bool step_by_trampoline(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                               struct qc_step *step)
{
    const struct qc_arch *arch = qc_unwinder_core(unwinder)->arch;
    const struct qc_arch_trampoline *trampoline = &arch->trampoline;
    if (!step->exact || !is_trampoline(unwinder, step)) {
        return false;
    }
    struct qc_cfi_row row = {
        .cfa = {.kind = QC_CFI_RULE_REGISTER, .number = arch->stack_pointer},
        .return_address = trampoline->order[trampoline->count - 1],
        .signal_frame = true,
    };
    for (size_t i = 0; i < trampoline->count; i++) {
        row.rules[trampoline->order[i]] = (struct qc_cfi_rule){
            .kind = QC_CFI_RULE_OFFSET, .offset = trampoline->registers + 8 * (int64_t)i};
    }
    bool outermost = false;
    return qc_step_by_row(unwinder, thread, &row, step, &outermost, NULL) == QEMUCORE_OK;
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
                     ? qc_core_number(core, sp, 8, &return_address)
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

/* Tells whether code without unwind information is outermost by the ABI's chain of frames. A
   function that has called another has a frame there. */
static bool is_end_of_chain(const struct qc_unwinder *unwinder, const struct qc_step *step)
{
    return !step->exact &&
           qc_modules_find(qc_unwinder_modules(unwinder), qc_step_lookup(step)) != NULL &&
           qc_step_ends_chain(qc_unwinder_core(unwinder), step);
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
           qc_symbols_by_address(module, qc_step_lookup(step), &symbol) && symbol.address == entry;
}

/* Sets a frame pointer that is not known, and that only the stack shows. */
static bool set_frame_pointer(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                              struct qc_step *step)
{
    struct qc_cfi_row row;
    struct qemucore_module *module = qc_unwinder_module(unwinder, qc_step_lookup(step));
    return qc_step_row(unwinder, module, step, &row, NULL) == QEMUCORE_OK &&
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
