/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/coroutines.h"

#include <string.h>

#include "qemu/fields/list.h"
#include "qemu/qemu_limits.h"
#include "qemu/state/aio.h"
#include "qemu/state/coroutine_search.h"
#include "qemu/threads/coroutine.h"
#include "qemu/threads/frames.h"

/* ---- what each is at --------------------------------------------------------------------- */

QC_DEFINE_ORDER(compare_stacks, struct qemucore_coroutine, qc_compare(a->stack, b->stack))

QC_DEFINE_ORDER(compare_states, struct qemucore_coroutine,
                qc_compare(a->state, b->state) ?: qc_coroutine_compare_addresses(a, b))

/* Finds by address; the list is sorted by address. */
static struct qemucore_coroutine *by_address(struct qc_coroutines *coroutines, uint64_t address)
{
    return qc_vec_find_sorted(&coroutines->list, each, qc_compare(each->address, address));
}

/* Finds the coroutine whose stack holds an address; the list is sorted by stack. */
static struct qemucore_coroutine *by_stack(struct qc_coroutines *coroutines, uint64_t address)
{
    size_t after = qc_lower_bound(coroutines->list.count, i,
                                  coroutines->list.items[i].stack <= address);
    struct qemucore_coroutine *found = after == 0 ? NULL : &coroutines->list.items[after - 1];
    return found != NULL && address - found->stack < found->stack_size ? found : NULL;
}

/* Sets the running ones. Returns true if each thread is known to be on no coroutine's stack. */
static bool running_find(struct qc_process *process, struct qc_coroutines *coroutines)
{
    bool none = true;
    qc_vec_each(process->threads, thread) {
        uint64_t stack_pointer;
        bool known = qc_thread_stack_pointer(thread, &stack_pointer);
        struct qemucore_coroutine *found =
            known ? by_stack(coroutines, stack_pointer) : NULL;
        none &= known && found == NULL;
        if (found != NULL) {
            found->state = QC_COROUTINE_RUNNING;
            found->thread = thread;
        }
    }
    return none;
}

/* Sets the chain of callers of a running one. A damaged chain may lead back. */
static void entered_find(struct qc_coroutines *coroutines, struct qemucore_coroutine *running)
{
    struct qemucore_coroutine *inner = running;
    for (unsigned depth = 0; depth < QC_LIMIT_ENTERED; depth++) {
        struct qemucore_coroutine *outer =
            qc_fact_is_set(inner->caller) ? by_address(coroutines, inner->caller.value) : NULL;
        if (outer == NULL || outer->thread != NULL) {
            return;
        }
        outer->state = QC_COROUTINE_ENTERED;
        outer->thread = running->thread;
        outer->entered = inner->address;
        inner = outer;
    }
}

static void members_read(struct qemucore_coroutine *coroutine)
{
    struct qc_fields *fields = coroutine->process->fields;
    uint64_t address = coroutine->address;
    uint64_t entry;
    coroutine->entry.is_known =
        qc_field_address(fields, QC_FIELD_COROUTINE_ENTRY, address, &entry) &&
        qc_fields_pointer(fields, entry, &coroutine->entry.value);
    coroutine->argument = qc_fact_field(fields, QC_FIELD_COROUTINE_ARGUMENT, address, NULL);
    coroutine->caller = qc_fact_field(fields, QC_FIELD_COROUTINE_CALLER, address, NULL);
    coroutine->context = qc_fact_field(fields, QC_FIELD_COROUTINE_CONTEXT, address, NULL);
    coroutine->locks_held = qc_fact_field(fields, QC_FIELD_COROUTINE_LOCKS_HELD, address, NULL);
    coroutine->state = QC_COROUTINE_UNKNOWN;
}

/* Frames of util/coroutine-*.c. A coroutine that has ended, or not begun, has no others. */
static bool is_of_back_end(const struct qemucore_frame *frame)
{
    return qc_frame_is(frame, "qemu_coroutine_switch") ||
           qc_frame_is(frame, "coroutine_trampoline") || qc_frame_is(frame, "coroutine_bootstrap");
}

/* Without symbols: the only frames are coroutine_trampoline and qemu_coroutine_switch. */
static bool has_two_frames(const struct qc_stack *stack)
{
    size_t own = 0;
    for (size_t i = 0; i < stack->physical.count; i++) {
        own += stack->physical.items[i].module == stack->physical.items[0].module;
    }
    return stack->outermost && own <= 2;
}

static bool is_idle(const struct qemucore_coroutine *coroutine)
{
    const struct qc_stack *stack = coroutine->frames;
    qc_vec_each(&stack->frames, frame) {
        if (qc_frame_is(frame, "coroutine_trampoline")) {
            return true;
        }
        if (frame->function != NULL && !is_of_back_end(frame)) {
            return false;
        }
    }
    return has_two_frames(stack);
}

/* Without Coroutine.caller, the function by which the coroutine was left may tell. */
static enum qc_coroutine_state state_by_stack(const struct qemucore_coroutine *coroutine)
{
    const struct qc_stack *stack = coroutine->frames;
    if (coroutine->caller.is_known) {
        return coroutine->caller.value == 0 ? QC_COROUTINE_SUSPENDED : QC_COROUTINE_ENTERED;
    }
    for (size_t i = 0; i < stack->frames.count && i < 3; i++) {
        if (qc_frame_is(&stack->frames.items[i], "qemu_coroutine_yield")) {
            return QC_COROUTINE_SUSPENDED;
        }
        if (qc_frame_is(&stack->frames.items[i], "qemu_aio_coroutine_enter")) {
            return QC_COROUTINE_ENTERED;
        }
    }
    return QC_COROUTINE_UNKNOWN;
}

/* aio_co_schedule() stores the name of its caller, qemu_co_sleep() its own name, so that nothing
   enters the coroutine before its timer does (util/qemu-coroutine-sleep.c). */
static void scheduled_read(struct qemucore_coroutine *coroutine)
{
    struct qc_fields *fields = coroutine->process->fields;
    uint64_t name;
    if (coroutine->state != QC_COROUTINE_SUSPENDED ||
        !qc_field_read(fields, QC_FIELD_COROUTINE_SCHEDULED, coroutine->address, &name) ||
        name == 0) {
        return;
    }
    coroutine->scheduled_by =
        qc_field_text(fields, QC_FIELD_COROUTINE_SCHEDULED, coroutine->address);
    bool sleeps = coroutine->scheduled_by != NULL &&
                  qc_str_begins(coroutine->scheduled_by, "qemu_co_sleep");
    coroutine->state = sleeps ? QC_COROUTINE_SLEEPING : QC_COROUTINE_SCHEDULED;
}

static void frames_free(struct qemucore_coroutine *coroutine)
{
    if (coroutine->frames != NULL) {
        qc_stack_free(coroutine->frames);
    }
    free(coroutine->frames);
    coroutine->frames = NULL;
    coroutine->why = NULL;
}

/* Finds the state of one that does not run. Frees an idle one's stack: nothing asks for it. */
static void state_find(struct qemucore_coroutine *coroutine, bool none_runs)
{
    if (coroutine->state != QC_COROUTINE_UNKNOWN) {
        return;
    }
    if (qc_coroutine_stack(coroutine) == NULL || coroutine->why != NULL) {
        return;
    }
    if (!qc_fact_is_set(coroutine->caller) && is_idle(coroutine)) {
        coroutine->state = QC_COROUTINE_IDLE;
        frames_free(coroutine);
        return;
    }
    coroutine->state = state_by_stack(coroutine);
    if (coroutine->state == QC_COROUTINE_UNKNOWN && none_runs) {
        coroutine->state = QC_COROUTINE_SUSPENDED; /* none runs, so none has entered another */
    }
    scheduled_read(coroutine);
}

static void states_find(struct qc_process *process, struct qc_coroutines *coroutines)
{
    size_t count = coroutines->list.count;
    for (size_t i = 0; i < count; i++) {
        members_read(&coroutines->list.items[i]);
    }
    qc_vec_sort(&coroutines->list, compare_stacks);
    bool none_runs = running_find(process, coroutines);
    qc_vec_sort(&coroutines->list, qc_coroutine_compare_addresses);
    for (size_t i = 0; i < count; i++) {
        if (coroutines->list.items[i].state == QC_COROUTINE_RUNNING) {
            entered_find(coroutines, &coroutines->list.items[i]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct qemucore_coroutine *coroutine = &coroutines->list.items[i];
        state_find(coroutine, none_runs);
        coroutines->counts[coroutine->state]++;
        if (coroutine->state != QC_COROUTINE_IDLE) {
            coroutine->entry_name = qc_coroutine_entry_name(process, coroutine->address);
        }
    }
    qc_vec_sort(&coroutines->list, compare_states);
}

/* ---- the whole --------------------------------------------------------------------------- */

static void coroutines_free(struct qc_coroutines *coroutines)
{
    for (size_t i = 0; i < coroutines->list.count; i++) {
        frames_free(&coroutines->list.items[i]);
    }
    qc_vec_free(&coroutines->list);
    free(coroutines);
}

struct qc_coroutines *qc_process_coroutines(struct qc_process *process)
{
    struct qc_coroutines *coroutines =
        process->coroutines == NULL ? calloc(1, sizeof(*coroutines)) : NULL;
    if (coroutines != NULL) {
        qc_coroutines_search(process, coroutines);
        states_find(process, coroutines);
        process->coroutines = coroutines;
        process->coroutines_free = coroutines_free;
    }
    return process->coroutines;
}

struct qemucore_coroutine *qc_coroutine_at(struct qc_coroutines *coroutines, uint64_t address)
{
    size_t start = 0;
    /* Without coroutines there is no array. */
    for (unsigned state = 0; state < QC_COROUTINE_STATES && coroutines->list.count != 0; state++) {
        struct qemucore_coroutine *of_state = &coroutines->list.items[start];
        size_t count = coroutines->counts[state];
        struct qemucore_coroutine *found =
            qc_find_sorted(of_state, count, each, qc_compare(each->address, address));
        if (found != NULL) {
            return found;
        }
        start += count;
    }
    return NULL;
}

/* Returns a thread by which the pointer guard is found: any will do. */
static struct qemucore_thread *any_thread(const struct qemucore_coroutine *coroutine)
{
    struct qc_threads *threads = coroutine->process->threads;
    if (coroutine->thread != NULL) {
        return coroutine->thread;
    }
    return threads->count == 0 ? NULL : &threads->items[0];
}

static void frames_find(struct qemucore_coroutine *coroutine)
{
    struct qemucore_thread *thread = any_thread(coroutine);
    struct qemucore_error error;
    if (thread == NULL) {
        coroutine->why = "the dump has no threads";
    } else if (qc_coroutine_unwind(thread, coroutine->address, coroutine->frames, &error) !=
               QEMUCORE_OK) {
        coroutine->why = qc_fields_format(coroutine->process->fields, "%s", error.message);
    }
}

struct qc_stack *qc_coroutine_stack(struct qemucore_coroutine *coroutine)
{
    if (coroutine->state == QC_COROUTINE_RUNNING) {
        return qc_thread_stack(coroutine->thread);
    }
    if (coroutine->frames == NULL) {
        coroutine->frames = calloc(1, sizeof(*coroutine->frames));
        if (coroutine->frames != NULL) {
            frames_find(coroutine);
        }
    }
    return coroutine->frames;
}

/* How a coroutine is left, and QEMU's waits for coroutines: util/qemu-coroutine*.c,
   util/async.c, util/thread-pool.c, io/channel.c, block/linux-aio.c, block/io_uring.c,
   block/graph-lock.c, job.c. */
static bool is_way_out(const struct qemucore_frame *frame)
{
    static const char *const functions[] = {
        "qemu_coroutine_switch", "qemu_coroutine_yield", "qemu_aio_coroutine_enter",
        "qemu_coroutine_enter", "qemu_coroutine_enter_if_inactive", "aio_co_enter", "aio_co_wake",
        "qemu_co_mutex_lock", "qemu_co_mutex_lock_slowpath", "qemu_co_queue_wait_impl",
        "qemu_co_rwlock_rdlock", "qemu_co_rwlock_wrlock", "qemu_co_rwlock_upgrade",
        "qemu_co_rwlock_maybe_wake_one", "qemu_co_sleep", "qemu_co_sleep_ns",
        "qemu_co_sleep_ns_wakeable", "yield_until_fd_readable", "aio_co_reschedule_self",
        "bdrv_graph_co_rdlock", "graph_lockable_auto_lock", "qemu_lockable_lock",
        "qemu_lockable_auto_lock", "qio_channel_yield", "thread_pool_submit_co", "laio_co_submit",
        "luring_co_submit", "job_do_yield", "job_do_yield_locked", "job_sleep_ns",
        "job_yield", "job_pause_point", "job_pause_point_locked", "qemu_lockable_co_mutex_lock",
        "aio_task_pool_wait_one", "aio_task_pool_wait_all", "aio_task_pool_wait_slot",
        "qio_channel_wait_cond", NULL,
    };
    return qc_frame_is_one_of(frame, functions) || qc_frame_is_inner(frame);
}

struct qemucore_frame *qc_coroutine_own_frame(struct qemucore_coroutine *coroutine)
{
    struct qc_stack *stack = qc_coroutine_stack(coroutine);
    struct qemucore_frame *own =
        stack == NULL ? NULL : qc_vec_find(&stack->frames, frame, !is_way_out(frame));
    return own != NULL || stack == NULL ? own : qc_stack_own_frame(stack);
}

/* Tells whether the context is the coroutine's. */
typedef bool context_is(const struct qemucore_coroutine *coroutine, uint64_t context);

static bool is_entered_in(const struct qemucore_coroutine *coroutine, uint64_t context)
{
    return qc_fact_is(coroutine->context, context);
}

static bool is_scheduled_in(const struct qemucore_coroutine *coroutine, uint64_t context)
{
    struct qc_list list =
        qc_list_field(coroutine->process->fields, QC_FIELD_AIO_COROUTINES, context,
                      QC_FIELD_COROUTINE_SCHEDULED_NEXT, NULL, NULL);
    qc_list_each(&list, address) {
        if (address == coroutine->address) {
            return true;
        }
    }
    return false;
}

static const char *loop_name(const struct qemucore_coroutine *coroutine, context_is *is)
{
    struct qc_process *process = coroutine->process;
    const struct qc_iothreads *iothreads = qc_process_iothreads(process);
    for (size_t i = 0; i < QC_MAIN_CONTEXTS; i++) {
        struct qc_fact of_main = qc_fact_variable(process->fields, qc_main_contexts[i], NULL);
        if (qc_fact_is_set(of_main) && is(coroutine, of_main.value)) {
            return "main loop";
        }
    }
    const struct qc_iothread *iothread =
        qc_vec_find(&iothreads->list, at, at->ctx != 0 && is(coroutine, at->ctx));
    return iothread == NULL ? NULL : iothread->id;
}

const char *qc_coroutine_context_name(const struct qemucore_coroutine *coroutine)
{
    return loop_name(coroutine, is_entered_in);
}

const char *qc_coroutine_loop_name(const struct qemucore_coroutine *coroutine)
{
    return loop_name(coroutine, is_scheduled_in);
}

QC_DEFINE_WORDS(qc_coroutine_state_name, enum qc_coroutine_state, QC_COROUTINE_STATE_LIST)
