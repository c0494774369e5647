/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/coroutine.h"

#include <inttypes.h>
#include <linux/auxvec.h>

#include "base/base.h"
#include "glibc/glibc.h"
#include "qemu/fields/fact.h"
#include "qemu/qemu_limits.h"
#include "qemu/threads/frames.h"
#include "qemu/threads/process.h"

/* ---- the thread's own stack, or a coroutine's -------------------------------------------- */

bool qc_thread_stack_pointer(const struct qemucore_thread *thread, uint64_t *ret)
{
    const struct qc_core *core = thread->threads->core;
    return core->arch != NULL && thread->core_thread->registers != NULL &&
           qc_core_register(core, thread->core_thread, core->arch->stack_pointer, ret);
}

/* Returns the segment of the stack that a thread was created with: that of the first thread has the
   kernel's AT_RANDOM bytes, those of the others have glibc's thread descriptor. NULL: not known. */
static const struct qc_segment *own_segment(const struct qemucore_thread *thread)
{
    const struct qc_core *core = thread->threads->core;
    uint64_t random;
    if (core->has_process_information && thread->core_thread->lwp == core->process_id) {
        return qc_core_auxv(core, AT_RANDOM, &random) ? qc_core_segment(core, random) : NULL;
    }
    return thread->core_thread->has_thread_pointer
               ? qc_core_segment(core, qc_core_thread_block(core, thread->core_thread))
               : NULL;
}

static bool is_on_own_stack(const struct qemucore_thread *thread, uint64_t stack_pointer)
{
    const struct qc_segment *own = own_segment(thread);
    return own == NULL || own == qc_core_segment(thread->threads->core, stack_pointer);
}

static bool has_signal_frame(struct qc_stack *stack)
{
    return qc_vec_any(&stack->frames, frame, frame->signal);
}

/* Tells whether a thread runs on a stack that is neither its own nor a signal handler's: in QEMU,
   such a stack is a coroutine's. */
static bool is_in_coroutine(struct qemucore_thread *thread)
{
    struct qc_stack *stack = qc_thread_stack(thread);
    uint64_t stack_pointer;
    if (stack->frames.count == 0 || !qc_thread_stack_pointer(thread, &stack_pointer)) {
        return false;
    }
    return qc_frames_find(stack, "coroutine_trampoline") != NULL ||
           (!is_on_own_stack(thread, stack_pointer) && !has_signal_frame(stack));
}

/* ---- coroutines -------------------------------------------------------------------------- */

static bool is_on_stack_of(struct qc_process *process, uint64_t coroutine, uint64_t address)
{
    uint64_t stack;
    uint64_t size;
    return qc_coroutine_stack_range(process, coroutine, &stack, &size) && address >= stack &&
           address - stack < size;
}

uint64_t qc_coroutine_of(struct qemucore_thread *thread)
{
    struct qc_process *process = thread->threads->process;
    uint64_t coroutine;
    uint64_t stack_pointer;
    return qc_thread_stack_pointer(thread, &stack_pointer) &&
                   qc_variable_read(process->fields, QC_VARIABLE_COROUTINE_CURRENT,
                                    thread->core_thread, &coroutine) &&
                   coroutine != 0 && is_on_stack_of(process, coroutine, stack_pointer)
               ? coroutine
               : 0;
}

const char *qc_coroutine_entry_name(const struct qc_process *process, uint64_t coroutine)
{
    uint64_t member;
    uint64_t function;
    return qc_field_address(process->fields, QC_FIELD_COROUTINE_ENTRY, coroutine, &member) &&
                   qc_fields_pointer(process->fields, member, &function)
               ? qc_fact_symbol(process->fields, function)
               : NULL;
}

bool qc_coroutine_caller(const struct qc_process *process, uint64_t coroutine, uint64_t *ret)
{
    return qc_field_read(process->fields, QC_FIELD_COROUTINE_CALLER, coroutine, ret);
}

/* Tells whether a coroutine is the thread's leader and its registers lead to the thread's own
   stack. A leader has no other stack (what AddressSanitizer notes for it is the thread's).
   Where no variable names the leader, as in the sigaltstack back end, registers that lead there
   are enough. */
static bool is_leaders(const struct qc_process *process, const struct qemucore_thread *thread,
                       uint64_t coroutine, uint64_t stack_pointer)
{
    uint64_t leader;
    bool is_named = qc_variable_address(process->fields, QC_VARIABLE_COROUTINE_LEADER,
                                        thread->core_thread, &leader);
    return (is_named ? leader == coroutine : own_segment(thread) != NULL) &&
           is_on_own_stack(thread, stack_pointer);
}

static enum qemucore_status coroutine_registers(struct qemucore_thread *thread, uint64_t coroutine,
                                                struct qc_registers *ret,
                                                struct qemucore_error *error)
{
    struct qc_process *process = thread->threads->process;
    const struct qc_coroutine_layout *layout = qc_coroutine_layout(process);
    QC_FAIL_IF(!layout->is_known, error, QEMUCORE_NOT_FOUND,
               "CoroutineUContext.env: not in the debug info");
    QC_TRY(
        qc_jmp_buf_read(&process->libc, thread->core_thread, coroutine + layout->env, ret, error));
    uint64_t stack_pointer = ret->value[process->core->arch->stack_pointer];
    QC_FAIL_IF(!is_on_stack_of(process, coroutine, stack_pointer) &&
               !is_leaders(process, thread, coroutine, stack_pointer),
               error, QEMUCORE_CORRUPT, "the registers that coroutine 0x%" PRIx64
               " has left are not on its stack", coroutine);
    return QEMUCORE_OK;
}

/* Counts the frames that are the coroutine's: up to coroutine_trampoline or, if that has no name,
   those on the coroutine's stack. After them comes the start code of makecontext, for which glibc
   has no unwind information, or a stack that a signal interrupted and that has changed since. */
static size_t own_frame_count(struct qc_stack *stack, unsigned stack_pointer, uint64_t start,
                              uint64_t size)
{
    const struct qemucore_frame *trampoline = qc_frames_find(stack, "coroutine_trampoline");
    if (trampoline != NULL) {
        return trampoline->physical + 1;
    }
    for (size_t i = 1; i < stack->physical.count; i++) {
        uint64_t value;
        if (qc_kept_registers_get(&stack->physical.items[i].registers, stack_pointer, &value) &&
            (value < start || value - start > size)) {
            return i;
        }
    }
    return stack->physical.count;
}

/* Tells whether the last frame lies where the stack begins, at its highest addresses. */
static bool is_at_end(const struct qc_stack *stack, unsigned stack_pointer, uint64_t end)
{
    uint64_t value;
    return stack->physical.count != 0 &&
           qc_kept_registers_get(&qc_vec_last(&stack->physical)->registers, stack_pointer,
                                 &value) &&
           value <= end && end - value <= QC_LIMIT_BEGIN;
}

static void stack_end_find(struct qc_process *process, uint64_t coroutine, struct qc_stack *stack)
{
    unsigned stack_pointer = process->core->arch->stack_pointer;
    uint64_t start;
    uint64_t size;
    if (!qc_coroutine_stack_range(process, coroutine, &start, &size)) {
        return;
    }
    size_t own = own_frame_count(stack, stack_pointer, start, size);
    if (own < stack->physical.count || is_at_end(stack, stack_pointer, start + size)) {
        qc_stack_cut(stack, own, "the coroutine began here");
    }
}

enum qemucore_status qc_coroutine_unwind(struct qemucore_thread *thread, uint64_t coroutine,
                                         struct qc_stack *ret, struct qemucore_error *error)
{
    struct qc_registers registers;
    QC_TRY(coroutine_registers(thread, coroutine, &registers, error));
    qc_stack_unwind_registers(thread->threads->unwinder, thread->core_thread, &registers,
                              thread->threads->max_frames, ret);
    stack_end_find(thread->threads->process, coroutine, ret);
    return QEMUCORE_OK;
}

/* ---- callers ----------------------------------------------------------------------------- */

/* Adds the callers of a coroutine, innermost first, up to the leader. */
static void callers_follow(struct qemucore_thread *thread, uint64_t coroutine,
                           struct qc_callers *callers)
{
    struct qc_fields *fields = thread->threads->process->fields;
    struct qemucore_error error;
    uint64_t caller;
    while (qc_coroutine_caller(thread->threads->process, coroutine, &caller) && caller != 0) {
        if (callers->count == QC_LIMIT_ENTERED) {
            qc_fact_explain_as(fields, &callers->why,
                               "more than %d coroutines have entered each other", QC_LIMIT_ENTERED);
            return;
        }
        struct qc_caller *item = &callers->items[callers->count];
        if (qc_coroutine_unwind(thread, caller, &item->stack, &error) != QEMUCORE_OK) {
            qc_fact_explain_as(fields, &callers->why, "%s", error.message);
            return;
        }
        item->coroutine = caller;
        callers->count++;
        coroutine = caller;
    }
}

/* Accepts a jmp_buf at the address if it leads to the thread's own stack, and unwinds
   to its end. */
static bool leader_accept(struct qemucore_thread *thread, uint64_t address, struct qc_stack *ret)
{
    struct qc_process *process = thread->threads->process;
    struct qc_registers registers;
    if (own_segment(thread) == NULL ||
        qc_jmp_buf_read(&process->libc, thread->core_thread, address, &registers, NULL) !=
            QEMUCORE_OK ||
        !is_on_own_stack(thread, registers.value[process->core->arch->stack_pointer])) {
        return false;
    }
    qc_stack_unwind_registers(thread->threads->unwinder, thread->core_thread, &registers,
                              thread->threads->max_frames, ret);
    if (!ret->outermost || ret->physical.count < 2) {
        qc_stack_free(ret);
        *ret = (struct qc_stack){0};
        return false;
    }
    return true;
}

/* Searches the executable's thread-locals for the leader's jmp_buf. */
static bool leader_search(struct qemucore_thread *thread, struct qc_callers *callers)
{
    const struct qc_process *process = thread->threads->process;
    struct qemucore_module *executable = qc_modules_executable(process->modules);
    uint64_t start;
    uint64_t size;
    if (executable == NULL || !qc_tls_block(executable, thread->core_thread, &start, &size)) {
        return false;
    }
    for (uint64_t at = 0; at < size && at < QC_LIMIT_THREAD_LOCALS; at += 8) {
        if (leader_accept(thread, start + at, &callers->items[0].stack)) {
            callers->count = 1;
            qc_fact_explain(&callers->why, "coroutines that lie in between are not known");
            return true;
        }
    }
    return false;
}

/* Shrinks the array: most coroutines have one known caller, or none. */
static void callers_shrink(struct qc_callers *callers)
{
    struct qc_caller *shrunk = reallocarray(callers->items, callers->count + 1, sizeof(*shrunk));
    callers->items = shrunk == NULL ? callers->items : shrunk;
    for (size_t i = 0; i < callers->count; i++) {
        qc_stack_moved(&callers->items[i].stack);
    }
}

static void callers_find(struct qemucore_thread *thread, struct qc_callers *callers)
{
    uint64_t coroutine = qc_coroutine_of(thread);
    callers->items = calloc(QC_LIMIT_ENTERED, sizeof(*callers->items));
    if (callers->items == NULL) {
        qc_fact_explain(&callers->why, "out of memory");
        return;
    }
    if (coroutine != 0) {
        callers_follow(thread, coroutine, callers);
    }
    if (callers->count == 0 && !leader_search(thread, callers)) {
        qc_fact_explain(&callers->why, "neither debug info nor what its thread has left tells");
    }
    callers_shrink(callers);
}

const struct qc_callers *qc_thread_callers(struct qemucore_thread *thread)
{
    struct qc_callers *callers = &thread->callers;
    if (!callers->looked_for && thread->threads->process != NULL) {
        callers->looked_for = true;
        callers->is_in_coroutine = is_in_coroutine(thread);
        if (callers->is_in_coroutine) {
            callers_find(thread, callers);
        }
    }
    return callers;
}

void qc_callers_free(struct qc_callers *callers)
{
    for (size_t i = 0; i < callers->count; i++) {
        qc_stack_free(&callers->items[i].stack);
    }
    free(callers->items);
}

struct qemucore_frame *qc_thread_find_frame(struct qemucore_thread *thread, const char *function)
{
    struct qemucore_frame *frame = qc_frames_find(qc_thread_stack(thread), function);
    const struct qc_callers *callers = qc_thread_callers(thread);
    for (size_t i = 0; frame == NULL && i < callers->count; i++) {
        frame = qc_frames_find(&callers->items[i].stack, function);
    }
    return frame;
}

/* Tells whether a frame is part of entering a coroutine (util/qemu-coroutine.c, util/async.c). */
static bool enters_coroutine(const struct qemucore_frame *frame)
{
    static const char *const functions[] = {
        "qemu_coroutine_switch", "qemu_aio_coroutine_enter", "qemu_coroutine_enter",
        "qemu_coroutine_enter_if_inactive", "aio_co_enter", "aio_co_wake", "aio_co_schedule",
        "co_schedule_bh_cb", NULL,
    };
    return frame->function == NULL || qc_frame_is_one_of(frame, functions);
}

const char *qc_thread_entered_by(struct qemucore_thread *thread)
{
    const struct qc_callers *callers = qc_thread_callers(thread);
    struct qc_stack *stack = callers->count == 0 ? NULL : &callers->items[0].stack;
    const struct qemucore_frame *frame =
        stack == NULL ? NULL : qc_vec_find(&stack->frames, at, !enters_coroutine(at));
    return frame == NULL ? NULL : frame->function;
}
