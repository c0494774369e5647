/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/thread_wait.h"

#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "qemu/qemu.h"
#include "wait/wait_frames.h"
#include "wait/wait_syscall.h"

QC_DEFINE_WORDS(qc_wait_state_name, enum qc_wait_state, QC_WAIT_STATES)

static void wait_say(struct qemucore_wait *wait, enum qc_wait_state state, const char *sentence,
                     const char *evidence)
{
    wait->state = state;
    wait->sentence = sentence;
    wait->evidence = evidence;
}

/* Keeps the old sentence if memory has run out. */
static void wait_say_instead(struct qemucore_wait *wait, const char *sentence)
{
    wait->sentence = qc_str_or(sentence, wait->sentence);
}

/* The stack has lost the object: the futex word lies in it, or is all that is known. */
static void wait_by_frame_and_word(struct qc_process *process, bool is_glibc,
                                   struct qemucore_wait *ret)
{
    const struct qemucore_frame *frame = ret->frame;
    uint64_t object = is_glibc ? qc_lock_at_word(process, ret->kind, ret->word) : 0;
    if (object != 0) {
        ret->object = object;
        ret->evidence = qc_fields_format(
            process->fields, "%s (frame %u), and the futex word 0x%" PRIx64 " of its system call",
            frame->function, frame->level, ret->word);
        return;
    }
    /* Perhaps a semaphore of unknown layout, and the word is its condition's. */
    ret->object = ret->word;
    ret->kind = is_glibc ? qc_lock_of_word(process, &ret->syscall, ret->word, &ret->object)
                         : QC_LOCK_FUTEX;
    ret->evidence = qc_fields_format(
        process->fields, "futex word 0x%" PRIx64 " of the system call, in %s (frame %u)",
        ret->word, frame->function, frame->level);
}

/* Takes what the stack says, and the futex word for what the stack has lost. */
static void wait_by_frames(struct qc_process *process, const struct qc_wait_frames *frames,
                           struct qemucore_wait *ret)
{
    const char *function = frames->frame->function;
    unsigned level = frames->frame->level;
    /* A mutex of musl sleeps on its second word. */
    bool is_glibc = !qc_libc_find(&process->libc)->is_other;
    ret->state = QC_WAIT_BLOCKED;
    ret->kind = frames->kind;
    ret->object = frames->object;
    ret->mutex = frames->mutex;
    ret->frame = frames->frame;
    /* The kernel's word is certain; the argument may be wrong. */
    if (is_glibc && ret->has_word && qc_lock_types[frames->kind].word_is_object &&
        frames->object != 0 && frames->object != ret->word) {
        ret->object = ret->word;
        ret->evidence = qc_fields_format(
            process->fields,
            "futex word 0x%" PRIx64 " of the system call, in %s (frame %u), "
            "whose argument seems to be 0x%" PRIx64, ret->word, function, level, frames->object);
    } else if (frames->object != 0 && frames->argument != NULL) {
        ret->evidence =
            qc_fields_format(process->fields, "argument %s of %s (frame %u)", frames->argument,
                             frames->teller->function, frames->teller->level);
        if (ret->has_word && qc_lock_is_cond(frames->kind)) {
            qc_libc_learn_cond_layout(&process->libc, frames->object, ret->word);
        }
    } else if (ret->has_word) {
        wait_by_frame_and_word(process, is_glibc, ret);
    } else {
        ret->evidence =
            qc_fields_format(process->fields, "%s (frame %u); which object it is, nothing says",
                             function, level);
    }
}

/* Whether QEMU always waits on this condition with the BQL (system/cpus.c, cpu-common.c). */
static bool is_of_bql(struct qc_process *process, uint64_t cond)
{
    static const enum qc_variable variables[] = {QC_VARIABLE_WORK_COND, QC_VARIABLE_PAUSE_COND,
                                                 QC_VARIABLE_CPU_COND};
    const struct qc_cpus *cpus = qc_process_cpus(process);
    uint64_t address;
    return qc_array_any(variables, at,
                        qc_variable_address(process->fields, *at, NULL, &address) &&
                            address == cond) ||
           qc_vec_any(&cpus->list, cpu, cpu->halt_cond == cond);
}

/* A thread that signals a condition may sleep on a word inside it (glibc up to 2.40,
   nptl/pthread_cond_common.c, __condvar_quiesce_and_switch_g1), whose value is no owner. Without
   the C library's file, QEMU's caller tells it. */
bool qc_wait_is_of_libc(struct qemucore_thread *thread)
{
    static const char *const functions[] = {
        "__lll_lock_wait_private", "pthread_cond_signal",     "__pthread_cond_signal",
        "___pthread_cond_signal",  "pthread_cond_broadcast",  "__pthread_cond_broadcast",
        "___pthread_cond_broadcast", "qemu_cond_signal",   "qemu_cond_broadcast",
        NULL,
    };
    return qc_frames_find_one_of(qc_thread_stack(thread), functions) != NULL;
}

static void wait_by_word(struct qc_process *process, struct qemucore_wait *ret)
{
    ret->state = QC_WAIT_BLOCKED;
    if (qc_wait_is_of_libc(ret->thread)) {
        ret->kind = QC_LOCK_FUTEX;
        ret->object = ret->word;
    } else {
        ret->kind = qc_lock_of_word(process, &ret->syscall, ret->word, &ret->object);
    }
    ret->evidence = qc_fields_format(
        process->fields, "futex word 0x%" PRIx64 ", operation 0x%" PRIx64 " of the system call",
        ret->word, ret->syscall.arguments[1]);
}

/* A named variable needs no address: it stays in its place. */
static void put_object(struct qc_process *process, const char *name, uint64_t address,
                       struct qc_strbuf *buffer)
{
    bool is_static = qc_modules_find(process->modules, address) != NULL;
    if (name != NULL) {
        qc_strbuf_put(buffer, name);
    }
    if (name == NULL || !is_static) {
        qc_strbuf_printf(buffer, "%s0x%" PRIx64, name == NULL ? "" : " ", address);
    }
}

static void put_owner(struct qc_process *process, const struct qc_lock_state *state,
                      struct qc_strbuf *buffer)
{
    const struct qemucore_thread *owner = qc_process_thread(process, state->owner_lwp);
    if (state->owner_lwp == 0) {
        qc_strbuf_put(buffer, state->locked ? " (held, its owner is not recorded)"
                              : state->why_absent != NULL ? ""
                                                          : " (free)");
    } else if (owner == NULL) {
        qc_strbuf_printf(buffer, ", held by LWP %d, which is not in the dump", state->owner_lwp);
    } else if (owner->name == NULL) {
        qc_strbuf_printf(buffer, ", held by LWP %d", state->owner_lwp);
    } else {
        QC_FREE char *label = qc_thread_label(owner);
        qc_strbuf_printf(buffer, ", held by %s", qc_str_or(label, "?"));
    }
}

static void put_timeout(const struct qemucore_wait *wait, struct qc_strbuf *buffer)
{
    if (wait->has_timeout && wait->timeout_ns >= 0) {
        qc_strbuf_put(buffer, ", for ");
        qc_wait_put_time(wait->timeout_ns, buffer);
    }
}

static void put_joined(struct qc_process *process, const struct qc_lock_state *state,
                       struct qc_strbuf *buffer)
{
    const struct qemucore_thread *joined = qc_process_thread(process, state->owner_lwp);
    if (state->owner_lwp == 0) {
        qc_strbuf_printf(buffer, "0x%" PRIx64 "%s", state->address,
                         state->why_absent == NULL ? ", which has ended"
                                                   : " to end (its LWP is not known)");
        return;
    }
    if (joined != NULL && joined->name != NULL) {
        qc_strbuf_printf(buffer, "%s ", joined->name);
    }
    qc_strbuf_printf(buffer, "(LWP %d) to end", state->owner_lwp);
}

static void put_event_status(struct qc_process *process, const struct qemucore_wait *wait,
                             enum qc_lock_status status, struct qc_strbuf *buffer)
{
    uint64_t ready = 0;
    qc_variable_address(process->fields, QC_VARIABLE_RCU_CALL_READY_EVENT, NULL, &ready);
    bool is_normal = ready == wait->object && status == QC_LOCK_IS_BUSY;
    qc_strbuf_printf(buffer, " (%s%s)", qc_lock_status_word(status),
                     is_normal ? ": idle, normal" : "");
}

static void put_detail(struct qc_process *process, const struct qemucore_wait *wait,
                       const struct qc_lock_state *state, struct qc_strbuf *buffer)
{
    switch (qc_lock_types[wait->kind].detail) {
    case QC_DETAIL_OWNER:
        put_owner(process, state, buffer);
        break;
    case QC_DETAIL_MUTEX:
        if (wait->mutex != 0) {
            qc_strbuf_put(buffer, ", mutex ");
            put_object(process, wait->mutex_name, wait->mutex, buffer);
        }
        break;
    case QC_DETAIL_COUNT:
        if (state->has_count) {
            qc_strbuf_printf(buffer, " (count %" PRIu64 ")", state->count);
        }
        break;
    case QC_DETAIL_STATUS:
        put_event_status(process, wait, state->status, buffer);
        break;
    case QC_DETAIL_NONE:
        break;
    }
}

static void blocked_say(struct qc_process *process, struct qemucore_wait *wait)
{
    struct qc_strbuf buffer = {0};
    struct qc_lock_state state;
    qc_strbuf_printf(&buffer, "%s ", qc_lock_types[wait->kind].name);
    if (wait->object == 0) {
        qc_strbuf_put(&buffer, "(which one is not known)");
        wait->sentence = qc_fields_keep(process->fields, qc_strbuf_take(&buffer));
        return;
    }
    qc_lock_read(process, wait->kind, wait->object, &state);
    if (wait->kind == QC_LOCK_THREAD) {
        put_joined(process, &state, &buffer);
    } else {
        put_object(process, wait->name, wait->object, &buffer);
    }
    put_detail(process, wait, &state, &buffer);
    put_timeout(wait, &buffer);
    if (qc_wait_has_returned(wait) && wait->syscall.result == 0) {
        qc_strbuf_put(&buffer, ", woken up, but not run yet");
    }
    wait->sentence = qc_fields_keep(process->fields, qc_strbuf_take(&buffer));
    qc_vec_free(&state.fields);
}

/* The object is known: names it, and makes the sentence. */
static void blocked_name(struct qc_process *process, struct qemucore_wait *wait)
{
    if (qc_lock_is_cond(wait->kind) && wait->mutex == 0 && wait->object != 0 &&
        is_of_bql(process, wait->object)) {
        wait->mutex = qc_process_bql(process, NULL);
    }
    if (wait->object != 0) {
        wait->kind = qc_lock_refine(process, wait->kind, wait->object);
        wait->name = qc_lock_name(process, wait->kind, wait->object, wait->thread);
    }
    if (wait->mutex != 0) {
        wait->mutex_name =
            qc_lock_name(process, QC_LOCK_QEMU_MUTEX, wait->mutex, wait->thread);
    }
    blocked_say(process, wait);
}

/* AIO_WAIT_WHILE is a macro, so its user calls aio_poll itself, as bdrv_drain_all_begin does. Any
   caller but an iothread's own loop polls until something that it needs has happened. */
static void wait_for_aio(struct qc_process *process, struct qc_stack *stack,
                         struct qemucore_wait *wait)
{
    const struct qemucore_frame *poll = qc_frames_find(stack, "aio_poll");
    const struct qemucore_frame *caller =
        poll == NULL || poll->level + 1 >= stack->frames.count
            ? NULL
            : &stack->frames.items[poll->level + 1];
    if (caller == NULL || caller->function == NULL || qc_frame_is(caller, "iothread_run")) {
        return;
    }
    wait_say_instead(wait, qc_fields_format(process->fields, "%s, polls its AioContext for %s",
                                            qc_str_or(wait->sentence, "?"), caller->function));
}

bool qc_wait_is_known(const struct qemucore_wait *wait)
{
    return wait->state != QC_WAIT_UNKNOWN || wait->evidence != NULL;
}

bool qc_wait_is_fault(const struct qemucore_wait *wait)
{
    const struct qc_thread *thread = wait->thread->core_thread;
    return wait->state == QC_WAIT_UNKNOWN && wait->evidence != NULL &&
           thread->caught == QC_CAUGHT_ASLEEP && thread->task.state != 'T' &&
           thread->task.state != 't';
}

/* A thread that did not run has exact registers, and they are those of no system call. */
static void wait_in_fault(struct qemucore_wait *ret)
{
    char state = ret->thread->core_thread->task.state;
    wait_say(ret, QC_WAIT_UNKNOWN,
             state == 'T'   ? "stopped by a signal, as SIGSTOP is"
             : state == 't' ? "stopped by a debugger"
                            : "in no system call (a page fault, or the like)",
             "it was given no CPU while memory was copied");
}

static void wait_in_no_call(const struct qc_stack *stack, struct qemucore_wait *ret)
{
    if (stack->frames.count != 0 && ret->thread->core_thread->caught == QC_CAUGHT_ASLEEP) {
        wait_in_fault(ret);
    } else if (stack->frames.count != 0 && !ret->syscall.assumed) {
        wait_say(ret, QC_WAIT_RUNNING, "running",
                 "its registers are not those of a system call");
    } else {
        wait_say(ret, QC_WAIT_UNKNOWN, "?", NULL);
    }
}

/* In state D no signal wakes a thread, and the kernel's function tells what it waits for; likewise
   for a thread in no system call. */
static void wait_in_kernel(struct qc_process *process, struct qemucore_thread *thread,
                           struct qemucore_wait *wait)
{
    const struct qc_task *task = &thread->core_thread->task;
    bool is_told = task->state == 'D' || (wait->state == QC_WAIT_UNKNOWN &&
                                          thread->core_thread->caught == QC_CAUGHT_ASLEEP);
    QC_FREE char *function = is_told ? qc_task_function(task) : NULL;
    if (function != NULL && wait->sentence != NULL) {
        wait_say_instead(wait, qc_fields_format(process->fields, "%s, asleep in the kernel: %s",
                                                wait->sentence, function));
    }
}

/* A running thread is in a lock's function for a moment only, and does not wait. All locks sleep in
   futex(2), but one that is traced to a log may first sleep in write(2). */
static bool may_sleep_on_lock(const struct qc_process *process, const struct qemucore_wait *wait,
                              const struct qc_stack *stack)
{
    static const char *const calls[] = {"futex", "restart_syscall", NULL};
    return wait->in_syscall ? wait->syscall.name == NULL ||
                                  qc_str_is_one_of(wait->syscall.name, calls)
                            : process->core->arch == NULL || stack->frames.count == 0;
}

static void wait_find(struct qc_process *process, struct qemucore_thread *thread,
                      struct qemucore_wait *ret)
{
    struct qc_wait_frames frames;
    struct qc_stack *stack = qc_thread_stack(thread);
    *ret = (struct qemucore_wait){.thread = thread, .kind = QC_LOCK_NONE, .fd = -1};
    if (thread->role == QC_ROLE_KERNEL) {
        wait_say(ret, QC_WAIT_KERNEL, "made by the kernel, never in user space", NULL);
        return;
    }
    if (thread->core_thread->caught == QC_CAUGHT_ON_CPU) {
        wait_say(ret, QC_WAIT_RUNNING, "running", "it was on a CPU when it was looked at");
        return;
    }
    ret->in_syscall = qc_thread_syscall(thread, &ret->syscall);
    ret->has_word = ret->in_syscall && qc_lock_word(&ret->syscall, &ret->word);
    qc_wait_frames(thread, ret->has_word, ret->word, &frames);
    ret->has_timeout = frames.has_timeout;
    ret->timeout_ns = frames.timeout_ns;
    if (may_sleep_on_lock(process, ret, stack) && frames.kind != QC_LOCK_NONE) {
        wait_by_frames(process, &frames, ret);
        blocked_name(process, ret);
    } else if (ret->has_word) {
        wait_by_word(process, ret);
        blocked_name(process, ret);
    } else if (ret->in_syscall) {
        ret->state = QC_WAIT_SYSCALL;
        qc_wait_syscall(process, ret);
        wait_for_aio(process, stack, ret);
    } else {
        wait_in_no_call(stack, ret);
    }
}

/* Its memory may be from another moment than its registers, so what it was seen in is shown, but
   nothing follows from it. That it has run is certain if the kernel counts that. */
static void wait_mark_ran(struct qc_process *process, struct qemucore_wait *wait)
{
    struct qemucore_thread *thread = wait->thread;
    bool has_run = qc_thread_ran(thread->core_thread);
    const char *sentence =
        qc_fields_format(process->fields, "%s, then: %s",
                         has_run ? "running while the snapshot was taken"
                                 : "not known to have slept while the snapshot was taken",
                         qc_str_or(wait->sentence, "?"));
    *wait = (struct qemucore_wait){
        .thread = thread,
        .state = has_run ? QC_WAIT_RUNNING : QC_WAIT_UNKNOWN,
        .kind = QC_LOCK_NONE,
        .fd = -1,
        .sentence = sentence,
        .evidence = has_run ? "its time on a CPU grew meanwhile"
                            : "the kernel does not tell how often it was given a CPU",
    };
}

static void wait_fill(struct qc_process *process, struct qemucore_thread *thread,
                      struct qemucore_wait *ret)
{
    wait_find(process, thread, ret);
    wait_in_kernel(process, thread, ret);
    if (thread->core_thread->caught == QC_CAUGHT_RAN) {
        wait_mark_ran(process, ret);
    }
}

/* ---- of all threads -------------------------------------------------------------------------- */

enum qemucore_status qc_waits_new(struct qc_process *process, struct qc_waits **ret,
                                  struct qemucore_error *error)
{
    struct qc_waits *waits = calloc(1, sizeof(*waits));
    if (waits == NULL) {
        return qc_error_memory(error);
    }
    waits->process = process;
    waits->items = calloc(process->threads->count + 1, sizeof(*waits->items));
    if (waits->items == NULL) {
        free(waits);
        return qc_error_memory(error);
    }
    *ret = waits;
    return QEMUCORE_OK;
}

void qc_waits_free(struct qc_waits *waits)
{
    if (waits == NULL) {
        return;
    }
    if (waits->coroutines != NULL) {
        waits->coroutines_free(waits->coroutines);
    }
    free(waits->items);
    free(waits);
}

struct qemucore_wait *qc_waits_of(struct qc_waits *waits, struct qemucore_thread *thread)
{
    struct qemucore_wait *wait = &waits->items[thread->index];
    if (wait->thread == NULL) {
        qc_process_name_threads(waits->process);
        qc_process_bql(waits->process, qc_wait_bql);
        wait_fill(waits->process, thread, wait);
    }
    return wait;
}
