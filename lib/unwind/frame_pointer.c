/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unwind/frame_pointer.h"

#include "base/base.h"
#include "unwind/call.h"
#include "unwind/unwind_limits.h"

/* Tells whether the row says where a function with a frame pointer has saved its caller's. Other
   CPUs than x86-64 have frame records of another form, and no compiler's CFI rests on them. */
static bool has_record(const struct qc_arch *arch, const struct qc_cfi_row *row,
                       const struct qc_step *step)
{
    unsigned number = arch->frame_pointer.number;
    uint64_t pointer;
    return arch->link == QC_ARCH_LINK_PUSHED && row->cfa.kind == QC_CFI_RULE_REGISTER &&
           row->cfa.number == number &&
           !qc_registers_get(&step->registers, number, &pointer) &&
           row->rules[number].kind == QC_CFI_RULE_OFFSET &&
           row->return_address < QC_ARCH_REGISTERS &&
           row->rules[row->return_address].kind == QC_CFI_RULE_OFFSET;
}

/* Tells whether unwinding leads to the outermost frame, and each frame can have called the one
   below. A return address of zero is no end: unused memory has zeroes, too. */
static bool leads_to_end(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                         struct qc_step step)
{
    for (unsigned i = 0; i < QC_LIMIT_GUESS_CHAIN; i++) {
        struct qc_callee callee = qc_callee_at(unwinder, qc_step_lookup(&step));
        bool outermost;
        if (qc_unwinder_step_by_cfi(unwinder, thread, &step, &outermost, NULL) != QEMUCORE_OK) {
            return outermost && i != 0 && step.registers.pc != 0;
        }
        if (step.exact || qc_call_before(unwinder, step.registers.pc, &callee) < QC_CALL_ANY) {
            return false;
        }
    }
    return false;
}

/* Tries a frame pointer. The ABI aligns the stack to 16 bytes at a call, and so the record. */
static bool try_pointer(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                        uint64_t pointer, struct qc_step *step)
{
    unsigned number = qc_unwinder_core(unwinder)->arch->frame_pointer.number;
    struct qc_step candidate = *step;
    qc_registers_set(&candidate.registers, number, pointer);
    if (pointer % 16 != 0 || !leads_to_end(unwinder, thread, candidate)) {
        return false;
    }
    *step = candidate;
    return true;
}

bool qc_frame_pointer_find(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                           const struct qc_cfi_row *row, struct qc_step *step)
{
    const struct qc_core *core = qc_unwinder_core(unwinder);
    uint64_t stack;
    if (!has_record(core->arch, row, step) ||
        !qc_registers_get(&step->registers, core->arch->stack_pointer, &stack)) {
        return false;
    }
    struct qc_callee callee = qc_callee_at(unwinder, qc_step_lookup(step));
    int64_t place = row->rules[row->return_address].offset; /* from the CFA */
    for (uint64_t slot = qc_round_up(stack, 8); slot - stack < QC_LIMIT_GUESS_STACK; slot += 8) {
        uint64_t word;
        if (qc_unwinder_take(unwinder, QC_UNWINDER_GUESSED_WORDS, NULL) != QEMUCORE_OK ||
            !qc_core_number(core, slot, 8, &word)) {
            return false;
        }
        uint64_t cfa = slot - (uint64_t)place;
        if (qc_call_before(unwinder, word & thread->code_mask, &callee) >= QC_CALL_ANY &&
            try_pointer(unwinder, thread, cfa - (uint64_t)row->cfa.offset, step)) {
            return true;
        }
    }
    return false;
}
