/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unwind/guess.h"

#include "base/base.h"
#include "unwind/call.h"
#include "unwind/unwind_limits.h"

/* How much speaks for a candidate: itself, and the frames above it. */
enum rank {
    RANK_NO,
    RANK_ALONE,     /* its own caller is not known, or can't be read */
    RANK_CALLED,    /* its own caller has a call there, of whatever function */
    RANK_CONFIRMED, /* that call calls the candidate; or the candidate is the end of a stack */
};

struct guess {
    struct qc_unwinder *unwinder;
    const struct qc_thread *thread;
    const struct qc_step *step;
    uint64_t stack_pointer;
    struct qc_callee callee; /* the function that the caller has called: step's */
    struct qc_step best;     /* the best candidate so far */
    enum rank rank;          /* the rank of best */
};

static const struct qc_arch *guess_arch(const struct guess *guess)
{
    return qc_unwinder_core(guess->unwinder)->arch;
}

static bool guess_read(const struct guess *guess, uint64_t address, uint64_t *ret)
{
    return qc_core_number(qc_unwinder_core(guess->unwinder), address, 8, ret);
}

/* Follows the chain of frames above a candidate, and returns the rank that the first of them gives
   it. Adds to *calls the frames that call the one below. RANK_NO: the chain contradicts itself. */
static enum rank chain_rank(const struct guess *guess, struct qc_step step, unsigned *calls)
{
    enum rank rank = RANK_ALONE;
    for (unsigned i = 0; i < QC_LIMIT_GUESS_CHAIN; i++) {
        struct qc_callee callee = qc_callee_at(guess->unwinder, qc_step_lookup(&step));
        bool outermost;
        if (qc_unwinder_step_by_cfi(guess->unwinder, guess->thread, &step, &outermost, NULL) !=
            QEMUCORE_OK) {
            /* A return address of zero proves no end: unused memory has zeroes, too. */
            bool is_end = outermost && step.registers.pc != 0;
            *calls += is_end;
            return i != 0 ? rank : is_end ? RANK_CONFIRMED : outermost ? RANK_NO : rank;
        }
        if (step.exact) { /* a signal frame: the code that it interrupted made no call */
            return i == 0 ? RANK_CALLED : rank;
        }
        switch (qc_call_before(guess->unwinder, step.registers.pc, &callee)) {
        case QC_CALL_NONE:
            return RANK_NO;
        case QC_CALL_UNREAD:
            return rank;
        case QC_CALL_ANY:
            rank = i == 0 ? RANK_CALLED : rank;
            break;
        case QC_CALL_OF_THIS:
            rank = i == 0 ? RANK_CONFIRMED : rank;
            ++*calls;
        }
    }
    return rank;
}

static enum rank candidate_rank(const struct guess *guess, const struct qc_step *candidate)
{
    enum qc_call call = qc_call_before(guess->unwinder, candidate->registers.pc, &guess->callee);
    if (call < QC_CALL_ANY) {
        return RANK_NO;
    }
    if (!qc_call_is_described(guess->unwinder, qc_step_lookup(candidate))) {
        return call == QC_CALL_OF_THIS && guess->callee.end != 0 ? RANK_CALLED : RANK_NO;
    }
    unsigned calls = 0;
    enum rank rank = chain_rank(guess, *candidate, &calls);
    return call == QC_CALL_ANY && calls == 0 ? RANK_NO : rank;
}

/* Tells whether the search can end. A thread that sleeps in the kernel is a few frames away from
   the library's caller. Further up, where the library began the stack, return addresses left by
   start-up code lie in between: more must speak for a candidate there. */
static bool guess_is_enough(const struct guess *guess)
{
    return guess->rank >= (guess->step->exact ? RANK_ALONE : RANK_CALLED);
}

/* Adds a candidate. If several of RANK_ALONE have one pc, the stack pointer is not known. */
static void guess_add(struct guess *guess, enum rank rank, const struct qc_step *candidate)
{
    if (rank > guess->rank) {
        guess->rank = rank;
        guess->best = *candidate;
    } else if (rank == RANK_ALONE && guess->rank == RANK_ALONE &&
               candidate->registers.pc == guess->best.registers.pc) {
        guess->best.registers = (struct qc_registers){.pc = candidate->registers.pc};
    }
}

static void guess_try(struct guess *guess, uint64_t pc, uint64_t stack_pointer,
                      uint64_t frame_pointer)
{
    const struct qc_arch *arch = guess_arch(guess);
    struct qc_step candidate = {.guessed = true};
    candidate.registers.pc = pc & guess->thread->code_mask;
    if (stack_pointer < guess->stack_pointer ||
        qc_modules_find(qc_unwinder_modules(guess->unwinder), qc_step_lookup(&candidate)) == NULL) {
        return;
    }
    qc_registers_set(&candidate.registers, arch->stack_pointer, stack_pointer);
    if (frame_pointer != 0) {
        qc_registers_set(&candidate.registers, arch->frame_pointer.number, frame_pointer);
    }
    guess_add(guess, candidate_rank(guess, &candidate), &candidate);
}

/* Tries the stack pointers that the caller may have if the return address is saved next to other
   registers, whose number no CFI tells. */
static void guess_try_above(struct guess *guess, uint64_t pc, uint64_t stack_pointer)
{
    for (unsigned i = 0; i < QC_LIMIT_GUESS_SAVED && guess->rank != RANK_CONFIRMED; i++) {
        guess_try(guess, pc, stack_pointer + 16 * i, 0);
    }
}

/* Tries a word of the stack as a return address. How functions of the CPU save return addresses
   tells the caller's stack pointer. Returns whether the search can end. */
static bool guess_try_slot(struct guess *guess, uint64_t slot, uint64_t pc)
{
    uint64_t above;
    switch (guess_arch(guess)->link) {
    case QC_ARCH_LINK_PUSHED:
        guess_try(guess, pc, slot + 8, 0);
        break;
    case QC_ARCH_LINK_NEAR_TOP:
        guess_try_above(guess, pc, qc_round_up(slot + 8, 16));
        break;
    case QC_ARCH_LINK_RECORD:
        if (guess_read(guess, slot - 8, &above) && above > slot && above % 16 == 0 &&
            above - slot < QC_LIMIT_GUESS_STACK) {
            guess_try(guess, pc, above, above);
        }
        break;
    case QC_ARCH_LINK_SAVE_AREA:
        guess_try(guess, pc, slot - 112, 0);
        break;
    case QC_ARCH_LINK_BACK_CHAIN:
        break;
    }
    return guess_is_enough(guess);
}

/* Tries the return address in the register that a call leaves it in. A function that has a frame
   may still have it there: glibc's syscall() on loongarch64. */
static bool guess_try_register(struct guess *guess, uint64_t pc)
{
    if (guess_arch(guess)->link == QC_ARCH_LINK_NEAR_TOP) {
        guess_try_above(guess, pc, guess->stack_pointer);
    } else {
        guess_try(guess, pc, guess->stack_pointer, 0);
    }
    return guess_is_enough(guess);
}

/* Returns the end of the thread's stack. The C library has the thread's own data at the upper end:
   memory above that is another thread's. */
static uint64_t guess_end(const struct guess *guess)
{
    struct qc_core *core = qc_unwinder_core(guess->unwinder);
    const struct qc_range *range = qc_image_find(core->image, guess->stack_pointer);
    const struct qc_thread *thread = guess->thread;
    uint64_t end = range == NULL ? 0 : range->end;
    uint64_t block = thread->has_thread_pointer ? qc_core_thread_block(core, thread) : 0;
    return block > guess->stack_pointer ? qc_min(block, end) : end;
}

static void guess_scan(struct guess *guess)
{
    uint64_t end = guess_end(guess);
    for (uint64_t slot = qc_round_up(guess->stack_pointer, 8);
         slot < end && slot - guess->stack_pointer < QC_LIMIT_GUESS_STACK; slot += 8) {
        uint64_t word;
        if (qc_unwinder_take(guess->unwinder, QC_UNWINDER_GUESSED_WORDS, NULL) != QEMUCORE_OK ||
            !guess_read(guess, slot, &word) || guess_try_slot(guess, slot, word)) {
            return;
        }
    }
}

/* Tries the place where a call leaves the return address, which holds until the next call. */
static bool guess_where_call_left_it(struct guess *guess)
{
    const struct qc_arch *arch = guess_arch(guess);
    uint64_t pc;
    if (!guess->step->exact) {
        return false;
    }
    bool found = arch->return_address_on_stack
                     ? guess_read(guess, guess->stack_pointer, &pc) &&
                           guess_try_slot(guess, guess->stack_pointer, pc)
                     : qc_registers_get(&guess->step->registers, arch->return_address, &pc) &&
                           guess_try_register(guess, pc);
    uint64_t pointer;
    /* A function that has not set up its frame yet has its caller's frame pointer. */
    if (found && arch->frame_pointer.number != 0 &&
        !qc_call_is_described(guess->unwinder, qc_step_lookup(&guess->best)) &&
        qc_registers_get(&guess->step->registers, arch->frame_pointer.number, &pointer)) {
        qc_registers_set(&guess->best.registers, arch->frame_pointer.number, pointer);
    }
    return found;
}

/* Takes a caller that a convention tells, if its call is `least` or better, and none is nearer. */
static bool guess_take(struct guess *guess, enum qc_call least, uint64_t pc, uint64_t stack_pointer)
{
    uint64_t nearest = UINT64_MAX;
    pc &= guess->thread->code_mask;
    qc_registers_get(&guess->best.registers, guess_arch(guess)->stack_pointer, &nearest);
    if (stack_pointer <= guess->stack_pointer || stack_pointer >= nearest ||
        qc_call_before(guess->unwinder, pc, &guess->callee) < least) {
        return false;
    }
    guess->rank = RANK_CALLED;
    guess->best = (struct qc_step){.guessed = true, .registers.pc = pc};
    qc_registers_set(&guess->best.registers, guess_arch(guess)->stack_pointer, stack_pointer);
    return true;
}

/* Follows the ABI's chain of frames, in which each function that has called another has one. */
static bool guess_back_chain(struct guess *guess)
{
    uint64_t above;
    uint64_t pc;
    return guess_arch(guess)->link == QC_ARCH_LINK_BACK_CHAIN &&
           guess_read(guess, guess->stack_pointer, &above) &&
           above - guess->stack_pointer < QC_LIMIT_GUESS_FRAME && guess_read(guess, above + 16, &pc) &&
           guess_take(guess, QC_CALL_UNREAD, pc, above);
}

/* Follows the frame pointer. Available code without any unwind information may have been compiled
   with frame pointers; missing code has them if the ABI begins each frame with a record. The record
   of the outermost frame has no next one. */
static bool guess_frame_pointer(struct guess *guess, enum qc_call least)
{
    const struct qc_arch *arch = guess_arch(guess);
    const struct qc_arch_frame_pointer *convention = &arch->frame_pointer;
    uint64_t pointer;
    uint64_t saved;
    uint64_t pc;
    bool is_record = arch->link == QC_ARCH_LINK_RECORD;
    if (convention->number == 0 || (guess->callee.end == 0 && !is_record) ||
        qc_call_is_described(guess->unwinder, qc_step_lookup(guess->step)) ||
        !qc_registers_get(&guess->step->registers, convention->number, &pointer) ||
        pointer < guess->stack_pointer ||
        !guess_read(guess, pointer + (uint64_t)convention->saved, &saved) ||
        !guess_read(guess, pointer + (uint64_t)convention->return_address, &pc)) {
        return false;
    }
    uint64_t above = is_record ? pointer + 16 : pointer + (uint64_t)convention->stack_pointer;
    if (!guess_take(guess, least, pc, is_record && saved != 0 ? saved : above)) {
        return false;
    }
    qc_registers_set(&guess->best.registers, convention->number, saved);
    return true;
}

/* Finds the caller of a function in a missing file that has called nothing and may have no record:
   its return address is still in a register. One in the function's own module may be left from a
   call that it made. */
static bool guess_leaf(struct guess *guess)
{
    const struct qc_arch *arch = guess_arch(guess);
    const struct qc_registers *registers = &guess->step->registers;
    struct qc_modules *modules = qc_unwinder_modules(guess->unwinder);
    uint64_t pc;
    uint64_t pointer;
    uint64_t recorded;
    if (arch->link != QC_ARCH_LINK_RECORD || !guess->step->exact || guess->callee.end != 0 ||
        !qc_registers_get(registers, arch->return_address, &pc) ||
        !qc_registers_get(registers, arch->frame_pointer.number, &pointer) ||
        !guess_read(guess, pointer + 8, &recorded)) {
        return false;
    }
    pc &= guess->thread->code_mask;
    if ((recorded & guess->thread->code_mask) == pc ||
        qc_modules_find(modules, pc - 1) == qc_modules_find(modules, registers->pc) ||
        qc_call_before(guess->unwinder, pc, &guess->callee) != QC_CALL_UNREAD) {
        return false;
    }
    guess->rank = RANK_CALLED;
    guess->best = (struct qc_step){.guessed = true, .registers.pc = pc};
    qc_registers_set(&guess->best.registers, arch->stack_pointer, guess->stack_pointer);
    qc_registers_set(&guess->best.registers, arch->frame_pointer.number, pointer);
    return true;
}

bool qc_guess_caller(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                     struct qc_step *step)
{
    struct guess guess = {.unwinder = unwinder, .thread = thread, .step = step};
    const struct qc_arch *arch = qc_unwinder_core(unwinder)->arch;
    if (!qc_registers_get(&step->registers, arch->stack_pointer, &guess.stack_pointer)) {
        return false;
    }
    guess.callee = qc_callee_at(unwinder, qc_step_lookup(step));
    if (!guess_where_call_left_it(&guess) && !guess_back_chain(&guess) &&
        !guess_frame_pointer(&guess, QC_CALL_OF_THIS)) {
        guess_scan(&guess);
        if (guess.rank != RANK_NO || !guess_leaf(&guess)) {
            guess_frame_pointer(&guess, QC_CALL_UNREAD);
        }
    }
    if (guess.rank == RANK_NO) {
        return false;
    }
    *step = guess.best;
    return true;
}

/* ---- the frame pointer of a function that has one, if it is not known ------------------------ */

/* Tells whether the row says where a function with a frame pointer has saved its caller's. Other
   CPUs than x86-64 have frame records of another form, and no compiler's CFI rests on them. */
static bool has_record(const struct qc_arch *arch, const struct qc_cfi_row *row,
                       const struct qc_step *step)
{
    unsigned number = arch->frame_pointer.number;
    uint64_t pointer;
    return arch->link == QC_ARCH_LINK_PUSHED && row->cfa.kind == QC_CFI_RULE_REGISTER &&
           row->cfa.number == number && !qc_registers_get(&step->registers, number, &pointer) &&
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
