/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_holder.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "qemu/frames.h"

/* What a rule sees. */
struct question {
    struct qc_wait_graph *graph;
    struct qc_process *process;
    const struct qemucore_wait *wait;
    const struct qemucore_lock *lock;
    struct qemucore_frame *frame; /* of the rule's function */
    struct qc_holders *holders;
};

static void holder_add(struct qc_holders *holders, int lwp, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void holder_add(struct qc_holders *holders, int lwp, const char *format, ...)
{
    struct qc_holder *holder = lwp <= 0 ? NULL : qc_vec_add(holders);
    if (holder != NULL) {
        va_list arguments;
        va_start(arguments, format);
        holder->lwp = lwp;
        if (vasprintf(&holder->evidence, format, arguments) < 0) {
            holder->evidence = NULL;
        }
        va_end(arguments);
    }
}

void qc_holders_free(struct qc_holders *holders)
{
    for (size_t i = 0; i < holders->count; i++) {
        free(holders->items[i].evidence);
    }
    qc_vec_free(holders);
}

/* ---- what QEMU's functions wait for -------------------------------------------------------- */

static void readers(struct question *question)
{
    const struct qc_rcu *rcu = &question->graph->rcu;
    for (size_t i = 0; i < rcu->readers.count; i++) {
        const struct qc_rcu_reader *reader = &rcu->readers.items[i];
        if (reader->blocking) {
            holder_add(question->holders, reader->thread->core_thread->lwp,
                       "its rcu_reader.ctr is 0x%" PRIx64 ", rcu_gp_ctr is 0x%" PRIx64,
                       reader->counter, rcu->counter);
        }
    }
}

static void call_rcu(struct question *question)
{
    const struct qc_rcu *rcu = &question->graph->rcu;
    if (rcu->call_rcu != NULL) {
        holder_add(question->holders, rcu->call_rcu->core_thread->lwp,
                   "call_rcu runs the callback that sets the event");
    }
}

/* The vCPU that the function was called with. */
static bool cpu_of_argument(struct question *question, struct qc_cpu *ret)
{
    uint64_t address;
    return qc_frame_variable(question->frame, "cpu", &address) && address != 0 &&
           qc_cpu_read(question->process->fields, address, ret);
}

static void target_of_work(struct question *question)
{
    struct qc_cpu cpu;
    if (cpu_of_argument(question, &cpu)) {
        holder_add(question->holders, cpu.lwp, "argument cpu of %s (frame %u): CPU %d has the work",
                   question->frame->function, question->frame->level, cpu.index);
    }
}

static void created_cpu(struct question *question)
{
    struct qc_cpu cpu;
    if (cpu_of_argument(question, &cpu) && !cpu.created) {
        holder_add(question->holders, cpu.lwp, "CPU %d is not created yet", cpu.index);
    }
}

typedef bool cpu_predicate(const struct qc_cpu *cpu);

static bool is_going(const struct qc_cpu *cpu)
{
    return !cpu->stopped;
}

static bool is_awaited(const struct qc_cpu *cpu)
{
    return cpu->running && cpu->has_waiter;
}

static bool is_exclusive(const struct qc_cpu *cpu)
{
    return cpu->exclusive;
}

static bool is_in_ioctl(const struct qc_cpu *cpu)
{
    return cpu->ioctls != 0;
}

/* Of all vCPUs, those of which it is true; round-robin TCG has one thread for all. */
static void cpus_that(struct question *question, cpu_predicate *is, const char *what)
{
    const struct qc_cpus *cpus = qc_process_cpus(question->process);
    int waiter = question->wait->thread->core_thread->lwp;
    int before = 0;
    for (size_t i = 0; i < cpus->list.count; i++) {
        const struct qc_cpu *cpu = &cpus->list.items[i];
        if (is(cpu) && cpu->lwp != waiter && cpu->lwp != before) {
            holder_add(question->holders, cpu->lwp, "CPU %d %s", cpu->index, what);
            before = cpu->lwp;
        }
    }
}

static void going_cpus(struct question *question)
{
    cpus_that(question, is_going, "has not stopped (CPUState.stopped)");
}

static void awaited_cpus(struct question *question)
{
    cpus_that(question, is_awaited, "is running (CPUState.running, has_waiter)");
}

static void exclusive_cpu(struct question *question)
{
    cpus_that(question, is_exclusive, "is in an exclusive section");
}

static void cpus_in_ioctl(struct question *question)
{
    cpus_that(question, is_in_ioctl, "is in an ioctl (CPUState.in_ioctl_lock)");
}

/* Whoever runs the timers of the list that the event belongs to. */
static void timer_runner(struct question *question)
{
    const struct qc_threads *threads = question->process->threads;
    for (size_t i = 0; i < threads->count; i++) {
        struct qemucore_thread *thread = &threads->items[i];
        struct qemucore_frame *frame =
            qc_frames_find(qc_thread_stack(thread), "timerlist_run_timers");
        uint64_t list;
        uint64_t event;
        if (frame != NULL && qc_frame_variable(frame, "timer_list", &list) &&
            qc_field_address(question->process->fields, QC_FIELD_TIMERS_DONE_EV, list, &event) &&
            event == question->wait->object) {
            holder_add(question->holders, thread->core_thread->lwp,
                       "it runs the timers of that list (timerlist_run_timers, frame %u)",
                       frame->level);
        }
    }
}

/* By the function that waits, in whatever the compiler has inlined it. */
static const struct rule {
    const char *function;
    void (*holders)(struct question *question);
} rules[] = {
    {"wait_for_readers", readers},
    {"synchronize_rcu", readers},
    {"drain_call_rcu", call_rcu},
    {"do_run_on_cpu", target_of_work},
    {"pause_all_vcpus", going_cpus},
    {"qemu_init_vcpu", created_cpu},
    {"start_exclusive", awaited_cpus},
    {"exclusive_idle", exclusive_cpu},
    {"accel_ioctl_inhibit_begin", cpus_in_ioctl},
    {"qemu_clock_enable", timer_runner},
};

/* The function that called QEMU's wait: the innermost that has a rule, which must be the first
   behind the wait's own functions, or have that inlined in it. */
static const struct rule *rule_find(struct question *question)
{
    struct qc_stack *stack = qc_thread_stack(question->wait->thread);
    const struct qemucore_frame *waiting = question->wait->frame;
    for (size_t i = waiting->level + 1; i < stack->frames.count && i <= waiting->level + 2; i++) {
        for (size_t j = 0; j < sizeof(rules) / sizeof(rules[0]); j++) {
            if (qc_frame_is(&stack->frames.items[i], rules[j].function)) {
                question->frame = &stack->frames.items[i];
                return &rules[j];
            }
        }
    }
    return NULL;
}

/* ---- what the object says ------------------------------------------------------------------- */

static void owner_of(const struct question *question)
{
    const struct qemucore_lock *lock = question->lock;
    int owner = lock->state.owner_lwp;
    switch (lock->kind) {
    case QC_LOCK_PTHREAD_RWLOCK:
        holder_add(question->holders, owner, "__cur_writer of the lock is %d", owner);
        break;
    case QC_LOCK_THREAD:
        holder_add(question->holders, owner, "tid of the thread that is joined is %d", owner);
        break;
    default:
        holder_add(question->holders, owner, "the mutex names its owner, %d", owner);
        break;
    }
}

void qc_wait_holders(struct qc_wait_graph *graph, const struct qemucore_wait *wait,
                     const struct qemucore_lock *lock, struct qc_holders *ret)
{
    struct question question = {
        .graph = graph,
        .process = graph->process,
        .wait = wait,
        .lock = lock,
        .holders = ret,
    };
    if (lock->state.owner_lwp != 0) {
        owner_of(&question);
        return;
    }
    bool is_signal = qc_lock_is_cond(lock->kind) || lock->kind == QC_LOCK_QEMU_EVENT;
    const struct rule *rule = is_signal && wait->frame != NULL ? rule_find(&question) : NULL;
    if (rule != NULL) {
        rule->holders(&question);
    }
}
