/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_edge.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/base.h"
#include "qemu/qemu.h"
#include "wait/wait_limits.h"

/* Whose edges are looked for. */
struct question {
    struct qc_wait_graph *graph;
    struct qc_process *process;
    const struct qemucore_wait *wait;
    struct qemucore_lock *lock;
    struct qemucore_frame *frame; /* of the function that called QEMU's wait */
    size_t first_edge;            /* of the graph's, the first of this waiter */
    bool failed;
};

/* Told once; nobody is called healthy then. */
static void edges_cut(struct qc_wait_graph *graph)
{
    if (!graph->edges_are_cut) {
        graph->edges_are_cut = true;
        qc_core_add_missing(graph->process->core, QEMUCORE_LIMIT, 0, NULL,
                            "who waits for whom is too much to tell of all threads: what is beyond "
                            "%d waits, or %d threads that were looked at, is left out",
                            QC_LIMIT_EDGES, QC_LIMIT_EDGE_CANDIDATES);
    }
}

/* evidence: what the edge rests on; takes it over. */
static void edge_add(struct question *question, int holder_lwp, char *evidence)
{
    struct qc_wait_graph *graph = question->graph;
    if (graph->edges.count == QC_LIMIT_EDGES) {
        edges_cut(graph);
        free(evidence);
        return;
    }
    struct qemucore_edge *edge = evidence == NULL ? NULL : qc_vec_add(&graph->edges);
    if (edge == NULL) {
        question->failed = true;
        free(evidence);
        return;
    }
    *edge = (struct qemucore_edge){
        .waiter = question->wait->thread,
        .lock = question->lock,
        .holder_lwp = holder_lwp,
        .holder = holder_lwp == 0 ? NULL : qc_process_thread(question->process, holder_lwp),
        .evidence = evidence,
    };
}

static const char *wait_evidence(const struct question *question)
{
    return qc_text_or(question->wait->evidence, "?");
}

static bool has_edges(const struct question *question)
{
    return question->graph->edges.count > question->first_edge;
}

/* Threads that all wait for all others multiply. */
static bool may_examine(struct question *question)
{
    struct qc_wait_graph *graph = question->graph;
    if (graph->edge_candidates == QC_LIMIT_EDGE_CANDIDATES) {
        edges_cut(graph);
        return false;
    }
    graph->edge_candidates++;
    return true;
}

static void holder_add(struct question *question, int lwp, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The thread need not be in the dump any more. */
static void holder_add(struct question *question, int lwp, const char *format, ...)
{
    if (lwp <= 0) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    QC_FREE char *evidence = qc_vformat(format, arguments);
    va_end(arguments);
    edge_add(question, lwp,
             evidence == NULL ? NULL : qc_format("%s; %s", wait_evidence(question), evidence));
}

/* ---- what QEMU's functions wait for -------------------------------------------------------- */

static void readers(struct question *question)
{
    const struct qc_rcu *rcu = question->graph->rcu;
    for (size_t i = 0; i < rcu->readers.count && may_examine(question); i++) {
        const struct qc_rcu_reader *reader = &rcu->readers.items[i];
        if (reader->blocking) {
            holder_add(question, reader->thread->core_thread->lwp,
                       "its rcu_reader.ctr is 0x%" PRIx64 ", rcu_gp_ctr is 0x%" PRIx64,
                       reader->counter, rcu->counter);
        }
    }
}

static void call_rcu(struct question *question)
{
    const struct qc_rcu *rcu = question->graph->rcu;
    if (rcu->call_rcu != NULL) {
        holder_add(question, rcu->call_rcu->core_thread->lwp,
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
        holder_add(question, qc_process_lwp(question->process, cpu.lwp),
                   "argument cpu of %s (frame %u): CPU %d has the work", question->frame->function,
                   question->frame->level, cpu.index);
    }
}

/* The threads that are in a function, with that object as an argument (NULL: whatever it has). */
static void threads_in(struct question *question, const char *function, const char *argument,
                       uint64_t object, const char *what)
{
    const struct qc_threads *threads = question->process->threads;
    for (size_t i = 0; i < threads->count && may_examine(question); i++) {
        struct qemucore_thread *thread = &threads->items[i];
        struct qemucore_frame *frame = qc_frames_find(qc_thread_stack(thread), function);
        uint64_t value;
        if (frame != NULL && thread != question->wait->thread &&
            (argument == NULL ||
             (qc_frame_variable(frame, argument, &value) && value == object))) {
            holder_add(question, thread->core_thread->lwp, "it %s (%s, frame %u)", what,
                       function, frame->level);
        }
    }
}

/* The replay mutex is a place in a queue (mutex_head, mutex_tail); whoever has it knows it. */
static void replay_owner(struct question *question)
{
    const struct qc_threads *threads = question->process->threads;
    for (size_t i = 0; i < threads->count && may_examine(question); i++) {
        const struct qc_thread *thread = threads->items[i].core_thread;
        uint64_t locked;
        if (qc_variable_read(question->process->fields, QC_VARIABLE_REPLAY_LOCKED, thread,
                             &locked) &&
            locked != 0) {
            holder_add(question, thread->lwp, "it has the replay mutex (replay_locked)");
        }
    }
}

/* A vCPU's thread takes the BQL before it says which thread it is: then its start routine tells. */
static void created_cpu(struct question *question)
{
    static const char *const routines[] = {"kvm_vcpu_thread_fn", "mttcg_cpu_thread_fn",
                                           "rr_cpu_thread_fn", "dummy_cpu_thread_fn"};
    struct qc_cpu cpu;
    if (!cpu_of_argument(question, &cpu) || cpu.created) {
        return;
    }
    holder_add(question, qc_process_lwp(question->process, cpu.lwp),
               "CPU %d is not created yet", cpu.index);
    for (size_t i = 0; !has_edges(question) && i < qc_count(routines); i++) {
        threads_in(question, routines[i], "arg", cpu.address, "is that vCPU's thread");
    }
}

typedef bool cpu_predicate(const struct qc_cpu *cpu);

static bool is_going(const struct qc_cpu *cpu)
{
    return !cpu->stopped;
}

/* pending_cpus counts has_waiter; running is cleared first, with the list's lock still to take. */
static bool is_awaited(const struct qc_cpu *cpu)
{
    return cpu->has_waiter;
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
    for (size_t i = 0; i < cpus->list.count && may_examine(question); i++) {
        const struct qc_cpu *cpu = &cpus->list.items[i];
        if (is(cpu) && cpu->lwp != waiter && cpu->lwp != before) {
            holder_add(question, cpu->lwp, "CPU %d %s", cpu->index, what);
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
    cpus_that(question, is_awaited, "has still to leave its guest's code (CPUState.has_waiter)");
}

static void exclusive_cpu(struct question *question)
{
    cpus_that(question, is_exclusive, "is in an exclusive section");
    /* It says so only once the others have left: until then it waits for them. */
    if (!has_edges(question)) {
        threads_in(question, "start_exclusive", NULL, 0, "begins an exclusive section");
    }
}

static void vnc_worker(struct question *question)
{
    threads_in(question, "vnc_worker_thread", NULL, 0, "works off the jobs");
}

static void io_task_worker(struct question *question)
{
    uint64_t task;
    if (qc_frame_variable(question->frame, "task", &task)) {
        threads_in(question, "qio_task_thread_worker", "opaque", task, "runs the task");
    }
}

/* iothread.c: the new thread tells that it is there once it has registered itself. */
static void new_iothread(struct question *question)
{
    uint64_t iothread;
    if (qc_frame_variable(question->frame, "iothread", &iothread) ||
        qc_frame_variable(question->frame, "obj", &iothread) ||
        qc_frame_variable(question->frame, "base", &iothread)) {
        threads_in(question, "iothread_run", "opaque", iothread, "is the new iothread");
    }
}

static void pool_workers(struct question *question)
{
    uint64_t pool;
    if (qc_frame_variable(question->frame, "pool", &pool)) {
        threads_in(question, "worker_thread", "opaque", pool, "is a worker of the pool");
    }
}

/* accel_ioctl_inhibit_begin is called with the BQL. */
static void bql_owner(struct question *question)
{
    const struct qemucore_lock *bql = qc_wait_graph_lock(
        question->graph, QC_LOCK_QEMU_MUTEX, qc_process_bql(question->process, NULL));
    if (bql != NULL) {
        holder_add(question, bql->state.owner_lwp,
                   "it has the BQL, with which ioctls are inhibited");
    }
}

static void cpus_in_ioctl(struct question *question)
{
    cpus_that(question, is_in_ioctl, "is in an ioctl (CPUState.in_ioctl_lock)");
}

/* Whoever runs the timers of the list that the event belongs to. */
static void timer_runner(struct question *question)
{
    const struct qc_threads *threads = question->process->threads;
    for (size_t i = 0; i < threads->count && may_examine(question); i++) {
        struct qemucore_thread *thread = &threads->items[i];
        struct qemucore_frame *frame =
            qc_frames_find(qc_thread_stack(thread), "timerlist_run_timers");
        uint64_t list;
        uint64_t event;
        if (frame != NULL && qc_frame_variable(frame, "timer_list", &list) &&
            qc_field_address(question->process->fields, QC_FIELD_TIMERS_DONE_EV, list, &event) &&
            event == question->wait->object) {
            holder_add(question, thread->core_thread->lwp,
                       "it runs the timers of that list (timerlist_run_timers, frame %u)",
                       frame->level);
        }
    }
}

/* By the function that waits, in whatever the compiler has inlined it. */
static const struct wait_function {
    const char *name;
    void (*holders)(struct question *question);
} wait_functions[] = {
    {"wait_for_readers", readers},
    {"synchronize_rcu", readers},
    {"drain_call_rcu", call_rcu},
    {"do_run_on_cpu", target_of_work},
    {"pause_all_vcpus", going_cpus},
    {"qemu_init_vcpu", created_cpu},
    {"replay_mutex_lock", replay_owner},
    {"start_exclusive", awaited_cpus},
    {"exclusive_idle", exclusive_cpu},
    {"vnc_jobs_join", vnc_worker},
    {"qio_task_wait_thread", io_task_worker},
    {"iothread_init", new_iothread},
    {"iothread_complete", new_iothread},
    {"thread_pool_free", pool_workers},
    {"thread_pool_free_aio", pool_workers},
    {"accel_ioctl_begin", bql_owner},
    {"accel_cpu_ioctl_begin", bql_owner},
    {"accel_ioctl_inhibit_begin", cpus_in_ioctl},
    {"qemu_clock_enable", timer_runner},
};

/* The function that called QEMU's wait: the innermost that has a row, which must be the first
   behind the wait's own functions, or have that inlined in it. */
static const struct wait_function *wait_function_find(struct question *question)
{
    struct qc_stack *stack = qc_thread_stack(question->wait->thread);
    const struct qemucore_frame *waiting = question->wait->frame;
    for (size_t i = waiting->level + 1; i < stack->frames.count && i <= waiting->level + 2; i++) {
        for (size_t j = 0; j < qc_count(wait_functions); j++) {
            if (qc_frame_is(&stack->frames.items[i], wait_functions[j].name)) {
                question->frame = &stack->frames.items[i];
                return &wait_functions[j];
            }
        }
    }
    return NULL;
}

static void holders_find(struct question *question)
{
    const struct qc_lock_type *type = &qc_lock_types[question->lock->kind];
    int owner = question->lock->state.owner_lwp;
    if (owner != 0) {
        holder_add(question, owner, "%s%d", qc_text_or(type->owner_evidence, "?"), owner);
        return;
    }
    const struct wait_function *function =
        type->code_tells_holder && question->wait->frame != NULL ? wait_function_find(question)
                                                                 : NULL;
    if (function != NULL) {
        function->holders(question);
    }
}

bool qc_wait_edges_find(struct qc_wait_graph *graph)
{
    const struct qc_threads *threads = graph->process->threads;
    struct question question = {.graph = graph, .process = graph->process};
    for (size_t i = 0; i < threads->count && !question.failed; i++) {
        question.wait = qc_waits_of(graph->waits, &threads->items[i]);
        question.first_edge = graph->edges.count;
        question.lock = question.wait->state != QC_WAIT_BLOCKED
                            ? NULL
                            : qc_wait_graph_lock(graph, question.wait->kind, question.wait->object);
        if (question.lock == NULL) {
            continue;
        }
        holders_find(&question);
        if (!has_edges(&question)) {
            edge_add(&question, 0, strdup(wait_evidence(&question)));
        }
    }
    return !question.failed;
}
