/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crash/crash.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "core/core.h"
#include "qemu/qemu.h"
#include "unwind/unwind.h"

/* A function that is on the stack this often, and more often than others, is recursive. */
#define REPEATED 16

__attribute__((format(printf, 3, 4)))
static void crash_set(struct qc_crash *crash, enum qc_crash_kind kind, const char *format, ...)
{
    crash->kind = kind;
    crash->sentence = qc_fields_keep(crash->process->fields, QC_FORMATTED(format));
}

/* ---- stacks --------------------------------------------------------------------------------- */

/* Innermost frames of the C library that may lie between abort() and the kernel. */
#define INNERMOST 12

static bool stack_has_libc(struct qemucore_thread *thread, const char *function)
{
    return qc_vec_any(&qc_thread_stack(thread)->frames, frame,
                      frame->level < INNERMOST && qc_frame_is_libc(frame, function));
}

/* abort() calls raise(), and so do those that want to skip abort()'s cleaning up. */
static bool stack_aborts(struct qemucore_thread *thread)
{
    return stack_has_libc(thread, "abort") || stack_has_libc(thread, "raise") ||
           stack_has_libc(thread, "gsignal");
}

/* Tells whether the function itself called abort(). */
static bool stack_aborts_from(struct qemucore_thread *thread, const char *function)
{
    struct qc_stack *stack = qc_thread_stack(thread);
    for (size_t i = 1; i < stack->frames.count && i < INNERMOST; i++) {
        if (qc_frame_is_libc(&stack->frames.items[i - 1], "abort")) {
            return qc_frame_is(&stack->frames.items[i], function);
        }
    }
    return false;
}

/* Finds a function by the beginning of its name: g_log_abort, g_logv, g_log_structured_array. */
static struct qemucore_frame *stack_find_prefix(struct qemucore_thread *thread, const char *start)
{
    return qc_vec_find(&qc_thread_stack(thread)->frames, frame,
                       frame->level < 2 * INNERMOST && frame->function != NULL &&
                           qc_str_begins(frame->function + strspn(frame->function, "_"), start));
}

/* Functions of QEMU that are never to blame. util/qemu-thread-posix.c: error_exit prints which call
   of the C library has failed, which is its caller's. */
static bool is_messenger(const struct qemucore_frame *frame)
{
    static const char *const functions[] = {"error_handle",   "error_handle_fatal", "error_exit",
                                            "sigbus_reraise", "sigbus_handler",     NULL};
    return qc_frame_is_one_of(frame, functions);
}

/* Returns the innermost frame of QEMU itself, not of a library that it called to die. */
static struct qemucore_frame *stack_culprit(struct qemucore_thread *thread)
{
    struct qc_stack *stack = qc_thread_stack(thread);
    struct qemucore_frame *outside = NULL;
    struct qemucore_frame *any = NULL;
    qc_vec_each(&stack->frames, frame) {
        if (frame->module == NULL || frame->signal || !frame->module->is_executable_of_process) {
            continue;
        }
        any = any == NULL ? frame : any;
        if (is_messenger(frame)) {
            continue;
        }
        outside = outside == NULL && !qc_frame_is_rust(frame) ? frame : outside;
        if (frame->source_file != NULL && qc_frame_is_own(frame)) {
            return frame;
        }
    }
    return outside != NULL ? outside : any;
}

/* Returns the most frequent of the innermost frames' functions; recursion through several functions
   gives the innermost one. */
static const char *stack_repeated(struct qemucore_thread *thread)
{
    struct qc_stack *stack = qc_thread_stack(thread);
    const char *best = NULL;
    size_t most = REPEATED - 1;
    for (size_t i = 0; i < stack->frames.count && i < INNERMOST; i++) {
        const char *function = stack->frames.items[i].function;
        size_t count = 0;
        for (size_t j = 0; function != NULL && j < stack->frames.count; j++) {
            const char *other = stack->frames.items[j].function;
            count += other != NULL && (other == function || strcmp(other, function) == 0);
        }
        if (count > most) {
            most = count;
            best = function;
        }
    }
    return best;
}

static size_t stack_depth(struct qemucore_thread *thread)
{
    const struct qc_stack *stack = qc_thread_stack(thread);
    return stack->physical.count + stack->left_out;
}

static bool stack_is_whole(struct qemucore_thread *thread)
{
    return qc_thread_stack(thread)->outermost || stack_depth(thread) < QC_LIMIT_FRAMES;
}

/* NT_SIGINFO is the crashing thread's if it is about the same signal. */
static bool knows_signal(const struct qc_core *core, const struct qc_crash *crash)
{
    return core->has_signal_information && core->signal == crash->signal;
}

/* ---- why it crashed ------------------------------------------------------------------------- */

static bool message_has(const struct qc_crash *crash, const char *text)
{
    return crash->message.text != NULL && strstr(crash->message.text, text) != NULL;
}

/* gmem.c, util/oslib-posix.c (qemu_oom_check up to 7.0; later qemu_memalign calls abort() itself,
   for no other reason). */
static bool is_out_of_memory(const struct qc_crash *crash)
{
    struct qemucore_thread *thread = crash->thread;
    bool asks = stack_find_prefix(thread, "g_malloc") != NULL ||
                stack_find_prefix(thread, "g_realloc") != NULL ||
                stack_find_prefix(thread, "g_slice_alloc") != NULL ||
                stack_find_prefix(thread, "g_aligned_alloc") != NULL;
    return stack_find_prefix(thread, "qemu_oom_check") != NULL ||
           (asks && stack_find_prefix(thread, "g_log") != NULL) ||
           stack_aborts_from(thread, "qemu_memalign");
}

/* Rust's rust_panic and libstdc++'s std::terminate have these names even without debug info. */
static const char *abort_sentence(struct qemucore_thread *thread)
{
    if (stack_find_prefix(thread, "rust_panic") != NULL) {
        return "it panicked (Rust)";
    }
    if (stack_find_prefix(thread, "verbose_terminate_handler") != NULL ||
        stack_find_prefix(thread, "ZN9__gnu_cxx27__verbose_terminate_handler") != NULL ||
        stack_find_prefix(thread, "ZSt9terminate") != NULL) {
        return "std::terminate() ended it: an exception that nobody caught, or one where none may be";
    }
    return stack_has_libc(thread, "abort") ? "it called abort()" : "it raised SIGABRT";
}

static void classify_abort(struct qc_crash *crash)
{
    if (is_out_of_memory(crash)) {
        crash_set(crash, QC_CRASH_OUT_OF_MEMORY, "it could not allocate memory, and gave up");
    } else if (crash->message.text == NULL) {
        crash_set(crash, QC_CRASH_ABORT, "%s", abort_sentence(crash->thread));
    } else if (strcmp(crash->message.from, "Error.msg") == 0) {
        crash_set(crash, QC_CRASH_ERROR, "an error came where none was expected (error_abort)");
    } else if (strcmp(crash->message.from, "__glib_assert_msg") == 0 ||
               message_has(crash, "Assertion `")) {
        /* Before the others: its expression may contain their words. */
        crash_set(crash, QC_CRASH_ASSERTION, "an assertion failed");
    } else if (message_has(crash, "stack smashing") || message_has(crash, "buffer overflow")) {
        crash_set(crash, QC_CRASH_SMASHED_STACK, "something wrote beyond its buffer");
    } else if (stack_has_libc(crash->thread, "malloc_printerr") ||
               message_has(crash, "free()") || message_has(crash, "malloc") ||
               message_has(crash, "corrupted") || message_has(crash, "realloc()")) {
        crash_set(crash, QC_CRASH_HEAP,
                  "the C library found its heap damaged: by an earlier write or free, or by the "
                  "pointer that it was given just now");
    } else {
        crash_set(crash, QC_CRASH_ABORT, "the C library aborted it");
    }
}

static void classify_address(struct qc_crash *crash, bool is_bus)
{
    const struct qc_stack *stack = qc_thread_stack(crash->thread);
    uint64_t pc = stack->frames.count == 0 ? 0 : stack->frames.items[0].pc;
    const char *what = is_bus ? "could not have" : "may not touch";
    switch (crash->place.kind) {
    case QC_CRASH_PLACE_GUARD:
        crash->repeated = stack_repeated(crash->thread);
        crash_set(crash, QC_CRASH_STACK_OVERFLOW, "out of stack, %zu%s frames deep%s%s%s",
                  stack_depth(crash->thread), stack_is_whole(crash->thread) ? "" : " and more",
                  crash->repeated == NULL ? "" : ": ", qc_str_or(crash->repeated, ""),
                  crash->repeated == NULL ? "" : " calls itself again and again");
        break;
    case QC_CRASH_PLACE_GUEST_RAM:
        crash_set(crash, QC_CRASH_GUEST_RAM, "it touched guest RAM that it %s", what);
        break;
    default:
        if (crash->address == pc && pc != 0) {
            crash_set(crash, QC_CRASH_BAD_CALL, "it jumped to an address where there is no code");
        } else if (is_bus && crash->place.kind != QC_CRASH_PLACE_NULL) {
            crash_set(crash, QC_CRASH_FILE,
                      "it touched a mapping without backing memory: a file that is shorter than its "
                      "mapping, or no huge page left");
        } else if (crash->place.kind == QC_CRASH_PLACE_NULL) {
            crash_set(crash, QC_CRASH_NULL_POINTER, "it %s a null pointer",
                      crash->address == pc ? "called" : "followed");
        } else {
            crash_set(crash, QC_CRASH_BAD_ADDRESS, "it touched memory that it %s", what);
        }
        break;
    }
}

/* Tells whether a word can be no address of a program: x86_64 wants all upper bits alike. */
static bool is_no_address(uint64_t word)
{
    uint64_t upper = word >> 47;
    return upper != 0 && upper != UINT64_MAX >> 47;
}

/* Tells whether a register, or the word that a return would take, can be no address. */
static bool has_no_address(const struct qc_crash *crash)
{
    const struct qc_core *core = crash->process->core;
    const struct qc_thread *thread = crash->thread->core_thread;
    const struct qc_arch *arch = core->arch;
    uint64_t word;
    for (size_t i = 0; arch != NULL && i < arch->register_count; i++) {
        if (qc_core_register(core, thread, arch->registers[i].dwarf, &word) && is_no_address(word)) {
            return true;
        }
    }
    return arch != NULL && qc_core_register(core, thread, arch->stack_pointer, &word) &&
           qc_core_number(core, word, 8, &word) && is_no_address(word);
}

/* x86_64: a general protection fault has no address; its code is SI_KERNEL. So is that of a signal
   whose handler does not get a frame (force_sigsegv in kernel/signal.c). */
static void classify_without_address(struct qc_crash *crash)
{
    crash_set(crash, QC_CRASH_BAD_ADDRESS,
              has_no_address(crash)
                  ? "it followed a pointer that can't be an address"
                  : "a fault without an address: an instruction that may not run, memory that is "
                    "not aligned for it, or a stack without room for a signal's handler");
}

static void classify_segv(struct qc_crash *crash)
{
    if (crash->has_address) {
        classify_address(crash, crash->signal == SIGBUS);
    } else if (crash->has_code) {
        classify_without_address(crash);
    } else {
        crash_set(crash, QC_CRASH_BAD_ADDRESS,
                  "it touched memory that it may not touch; the dump does not tell which (no "
                  "NT_SIGINFO)");
    }
}

/* The kernel reports broken memory when it is touched, or as soon as found to a process that asks
   for that (prctl(2), PR_MCE_KILL_EARLY, as in system/cpus.c, qemu_init_sigbus). */
static void classify_bus(struct qc_crash *crash)
{
    if (crash->has_code && (crash->code == BUS_MCEERR_AR || crash->code == BUS_MCEERR_AO)) {
        crash_set(crash, QC_CRASH_HARDWARE, "the memory of the host itself failed%s",
                  crash->code == BUS_MCEERR_AO ? ", before it was touched" : "");
    } else {
        classify_segv(crash);
    }
}

static void classify_sandbox(struct qc_process *process, struct qc_crash *crash)
{
    struct qc_syscall call;
    const char *name = qc_syscall_find(process->core, crash->thread->core_thread, &call) ? call.name
                                                                                         : NULL;
    crash_set(crash, QC_CRASH_SANDBOX, "the sandbox (seccomp) does not allow it a system call%s%s",
              name == NULL ? "" : ": ", qc_str_or(name, ""));
}

/* Tells whether a signal that the kernel uses for faults was sent by raise() or the like: there was
   no fault, and siginfo_t has a sender instead of an address. */
static bool is_raised(const struct qc_crash *crash)
{
    bool is_fault = crash->signal == SIGSEGV || crash->signal == SIGBUS ||
                    crash->signal == SIGILL || crash->signal == SIGFPE;
    return is_fault && crash->has_code && crash->code <= 0;
}

static void classify_trap(struct qc_crash *crash)
{
    if (is_out_of_memory(crash)) {
        crash_set(crash, QC_CRASH_OUT_OF_MEMORY, "GLib could not allocate memory, and gave up");
    } else if (stack_find_prefix(crash->thread, "g_log") != NULL) {
        crash_set(crash, QC_CRASH_GLIB, "GLib gave up: g_error(), or a fatal warning");
    } else {
        crash_set(crash, QC_CRASH_INSTRUCTION, "it ran into a trap in its code");
    }
}

/* Classifies signals by their number alone. */
static void classify_signal(struct qc_crash *crash)
{
    static const struct row {
        int signal;
        enum qc_crash_kind kind;
        const char *sentence;
    } rows[] = {
        {SIGILL, QC_CRASH_INSTRUCTION,
         "it ran into an instruction that this CPU does not have, or into a trap"},
        {SIGFPE, QC_CRASH_INSTRUCTION, "it divided by zero, or an overflow was trapped"},
        {SIGXCPU, QC_CRASH_SIGNAL, "it has used up its CPU time (RLIMIT_CPU)"},
        {SIGXFSZ, QC_CRASH_SIGNAL,
         "it wrote more into a file than it may (RLIMIT_FSIZE)"},
    };
    const struct row *row = qc_array_find(rows, at, at->signal == crash->signal);
    if (row != NULL) {
        crash_set(crash, row->kind, "%s", row->sentence);
    } else {
        crash_set(crash, QC_CRASH_SIGNAL, "signal %d ended it", crash->signal);
    }
}

/* A handler's own signal is blocked while it runs: one that reports a fault and raises it again gets
   it when it has returned to the instruction at fault. */
static void classify_raised(struct qc_process *process, struct qc_crash *crash)
{
    struct qc_syscall call = {0};
    bool may_be_in_call =
        qc_syscall_find(process->core, crash->thread->core_thread, &call) || call.assumed;
    crash_set(crash, QC_CRASH_SIGNAL, "it has sent itself SIG%s%s", sigabbrev_np(crash->signal),
              may_be_in_call ? "" : ", as a handler does that has reported a fault");
}

static void classify(struct qc_process *process, struct qc_crash *crash)
{
    if (is_raised(crash)) {
        classify_raised(process, crash);
        return;
    }
    switch (crash->signal) {
    case SIGABRT:
        classify_abort(crash);
        break;
    case SIGTRAP:
        classify_trap(crash);
        break;
    case SIGBUS:
        classify_bus(crash);
        break;
    case SIGSEGV:
        classify_segv(crash);
        break;
    case SIGSYS:
        classify_sandbox(process, crash);
        break;
    default:
        classify_signal(crash);
        break;
    }
}

/* Tells whether the process sent itself the signal by kill(2), which any of its threads may get. */
static bool is_killed_by_itself(const struct qc_crash *crash)
{
    return is_raised(crash) && crash->code == SI_USER &&
           crash->process->core->signal_sender == crash->process->core->process_id;
}

/* Returns the frame of the thread that is in kill(2). NULL: none is. */
static struct qemucore_frame *killer_frame(struct qc_process *process)
{
    struct qc_threads *threads = process->threads;
    struct qc_syscall call;
    for (size_t i = 0; i < threads->count; i++) {
        if (qc_syscall_find(process->core, threads->items[i].core_thread, &call) &&
            call.name != NULL && strcmp(call.name, "kill") == 0) {
            return stack_culprit(&threads->items[i]);
        }
    }
    return NULL;
}

/* ---- who made the dump ---------------------------------------------------------------------- */

/* Tells whether another process sent the signal, by kill(), tgkill() or sigqueue(): SI_USER and the
   like are not positive. In a PID namespace a sender from outside is 0. */
static bool is_sent(const struct qc_core *core, const struct qc_crash *crash)
{
    return knows_signal(core, crash) && core->signal_code <= 0 &&
           core->signal_sender != core->process_id;
}

/* Tells whether the thread is in raise() or abort() when these names are missing: it is in the call
   that sent itself the signal or, in musl's raise(), in the one that unblocks it. */
static bool is_in_raise(struct qc_core *core, const struct qc_crash *crash)
{
    static const char *const names[] = {"tgkill", "tkill", "rt_sigprocmask", NULL};
    struct qc_syscall call;
    bool is_own = knows_signal(core, crash) && core->signal_code == SI_TKILL &&
                  core->signal_sender == core->process_id &&
                  qc_syscall_find(core, crash->thread->core_thread, &call);
    return is_own && qc_str_is_one_of(call.name, names);
}

static enum qc_ending ending_of_abort(struct qc_core *core, const struct qc_crash *crash)
{
    if (stack_aborts(crash->thread) || is_in_raise(core, crash)) {
        return QC_ENDING_CRASH;
    }
    if (is_sent(core, crash)) {
        return QC_ENDING_SNAPSHOT;
    }
    /* Its own kill(), or no NT_SIGINFO: a complete stack without abort() is no crash. */
    return qc_thread_stack(crash->thread)->outermost ? QC_ENDING_SNAPSHOT : QC_ENDING_UNKNOWN;
}

/* A breakpoint that gdb inserted leaves no trace in the dump or in the file. */
static bool is_at_trap(struct qc_core *core, const struct qc_crash *crash)
{
    const struct qc_stack *stack = qc_thread_stack(crash->thread);
    if (core->arch == NULL || core->arch->trap.size == 0 || stack->frames.count == 0) {
        return false;
    }
    const struct qc_arch_trap *trap = &core->arch->trap;
    uint64_t address = stack->frames.items[0].pc + (uint64_t)trap->at;
    uint8_t code[sizeof(trap->code)] = {0};
    return qc_core_read(core, address, code, trap->size) &&
           (qc_arch_word(code) & trap->mask) == trap->code;
}

static enum qc_ending ending_of(struct qc_core *core, const struct qc_crash *crash)
{
    switch (crash->signal) {
    case 0:
        return QC_ENDING_ALIVE;
    case SIGABRT:
        return ending_of_abort(core, crash);
    case SIGTRAP:
        /* gdb's gcore at a breakpoint looks like this; GLib's own trap is inside g_log(). */
        return stack_find_prefix(crash->thread, "g_log") != NULL || is_at_trap(core, crash)
                   ? QC_ENDING_CRASH
                   : QC_ENDING_SNAPSHOT;
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
    case SIGSYS:
    case SIGXCPU:
    case SIGXFSZ:
        return is_sent(core, crash) ? QC_ENDING_SNAPSHOT : QC_ENDING_CRASH;
    default:
        return QC_ENDING_SNAPSHOT; /* SIGQUIT, SIGINT of gcore, SIGSTOP */
    }
}

/* Returns the address of the innermost signal handler's siginfo_t; 0: no handler on the stack. */
static uint64_t stack_signal_information(struct qemucore_thread *thread)
{
    struct qc_stack *stack = qc_thread_stack(thread);
    for (size_t i = 1; i < stack->frames.count; i++) {
        size_t inside = stack->frames.items[i - 1].physical;
        const struct qc_frame *handler = &stack->physical.items[inside];
        if (stack->frames.items[i].signal) {
            return stack->arch->has_signal_information && handler->has_cfa
                       ? handler->cfa + stack->arch->signal_information
                       : 0;
        }
    }
    return 0;
}

/*
 * QEMU's SIGBUS handler of KVM's vCPUs raises the signal again if it is not for KVM (system/cpus.c,
 * sigbus_reraise), and so does a handler that first writes a report. The siginfo_t of the first
 * signal is on the stack: int si_signo, si_errno, si_code, and the address, on all our CPUs.
 */
static void signal_unwrap(struct qc_process *process, struct qc_crash *crash)
{
    uint64_t information = stack_signal_information(crash->thread);
    uint64_t number;
    uint64_t code;
    uint64_t address;
    if (information == 0 || !qc_fields_number(process->fields, information, 4, &number) ||
        (int)number != crash->signal ||
        !qc_fields_number(process->fields, information + 8, 4, &code) ||
        !qc_fields_pointer(process->fields, information + 16, &address)) {
        return;
    }
    crash->has_code = true;
    crash->code = (int32_t)code;
    /* Otherwise the first signal was sent, too, or the kernel has no address for it. */
    crash->has_address = crash->code > 0 && crash->code != SI_KERNEL;
    crash->address = address;
}

/* GLib's printed text becomes the message. An assertion's text, printed too, is shown once. */
static void messages_settle(struct qc_crash *crash)
{
    bool is_glib = crash->kind == QC_CRASH_OUT_OF_MEMORY || crash->kind == QC_CRASH_GLIB;
    if (crash->message.text == NULL && is_glib) {
        crash->message = crash->reported;
        crash->reported = (struct qc_crash_message){0};
    } else if (crash->message.text != NULL && crash->reported.text != NULL &&
               strstr(crash->reported.text, crash->message.text) != NULL) {
        crash->reported = (struct qc_crash_message){0};
    }
}

void qc_crash_find(struct qc_process *process, struct qc_crash *ret)
{
    struct qc_threads *threads = process->threads;
    struct qc_core *core = process->core;
    *ret = (struct qc_crash){.process = process};
    for (size_t i = 0; i < threads->count && ret->thread == NULL; i++) {
        ret->thread = threads->items[i].crashed ? &threads->items[i] : NULL;
    }
    ret->signal = ret->thread == NULL ? 0 : ret->thread->core_thread->signal;
    ret->ending = ending_of(core, ret);
    if (ret->ending != QC_ENDING_CRASH) {
        return;
    }
    QC_GUARD(qc_vec_guard) struct qc_ramblocks blocks = {0};
    ret->has_address = knows_signal(core, ret) && core->has_fault_address &&
                       (ret->signal == SIGSEGV || ret->signal == SIGBUS);
    ret->address = ret->has_address ? core->fault_address : 0;
    ret->has_code = knows_signal(core, ret);
    ret->code = core->signal_code;
    if (ret->signal == SIGBUS || is_raised(ret)) {
        signal_unwrap(process, ret);
    }
    if (ret->has_address) {
        qc_ramblocks_find(process->fields, &blocks);
        qc_crash_place_find(process, &blocks, ret->thread, ret->address, &ret->place);
    }
    ret->frame = is_killed_by_itself(ret) ? killer_frame(process) : stack_culprit(ret->thread);
    ret->ended_itself = ret->signal == SIGABRT || ret->signal == SIGTRAP;
    if (ret->ended_itself) {
        qc_crash_message_find(process, ret->thread, &ret->message);
    }
    qc_printed_find(process, ret->thread, &ret->reported);
    classify(process, ret);
    messages_settle(ret);
}

QC_DEFINE_WORDS(qc_crash_kind_name, enum qc_crash_kind, QC_CRASH_KINDS)
