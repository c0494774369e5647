/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_graph.h"

#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "qemu/qemu.h"
#include "wait/wait_limits.h"

struct search;

/* A function of QEMU that waits: how the threads that it waits for are found, and why they are. */
struct wait_function {
    const char *names[4];
    void (*holders)(struct search *search);
    const char *what;     /* what they do; NULL: holders tells it */
    const char *routine;  /* function of the threads that are waited for */
    const char *argument; /* its argument that is the same as `own` */
    const char *own;      /* argument of the function that waits */
    bool (*is)(const struct qc_cpu *cpu); /* holds for the vCPUs that are waited for */
};

/* The waiter whose edges are searched. */
struct search {
    struct qc_wait_graph *graph;
    struct qc_process *process;
    const struct qemucore_wait *wait;
    struct qemucore_lock *lock;
    struct qemucore_frame *frame; /* frame of the function that called QEMU's wait */
    const struct wait_function *function; /* row of that function; NULL: none */
    size_t first_edge;            /* index of this waiter's first edge */
    bool failed;
};

/* Reports it once; then nothing is called healthy. */
static void edges_cut_report(struct qc_wait_graph *graph)
{
    if (!graph->edges_are_cut) {
        graph->edges_are_cut = true;
        qc_core_add_missing(graph->process->core, QEMUCORE_LIMIT, 0, NULL,
                            "waits are too many to list for all threads: what is beyond "
                            "%d waits, or %d threads that were looked at, is left out",
                            QC_LIMIT_EDGES, QC_LIMIT_EDGE_CANDIDATES);
    }
}

/* evidence: what the edge rests on; NULL: no memory. */
static void edge_add(struct search *search, int holder_lwp, const char *evidence)
{
    struct qc_wait_graph *graph = search->graph;
    if (graph->edges.count == QC_LIMIT_EDGES) {
        edges_cut_report(graph);
        return;
    }
    struct qemucore_edge *edge = evidence == NULL ? NULL : qc_vec_add(&graph->edges);
    if (edge == NULL) {
        search->failed = true;
        return;
    }
    *edge = (struct qemucore_edge){
        .waiter = search->wait->thread,
        .lock = search->lock,
        .holder_lwp = holder_lwp,
        .holder = holder_lwp == 0 ? NULL : qc_process_thread(search->process, holder_lwp),
        .is_lost = holder_lwp == 0 && search->function != NULL,
        .evidence = evidence,
    };
}

static const char *wait_evidence(const struct search *search)
{
    return qc_str_or(search->wait->evidence, "?");
}

static bool has_edges(const struct search *search)
{
    return search->graph->edges.count > search->first_edge;
}

/* Counts against a budget: if all threads wait for all others, the edges multiply. */
static bool may_examine(struct search *search)
{
    struct qc_wait_graph *graph = search->graph;
    if (graph->edge_candidates == QC_LIMIT_EDGE_CANDIDATES) {
        edges_cut_report(graph);
        return false;
    }
    graph->edge_candidates++;
    return true;
}

/* The holder may be missing in the dump. */
__attribute__((format(printf, 3, 4)))
static void holder_add(struct search *search, int lwp, const char *format, ...)
{
    if (lwp <= 0) {
        return;
    }
    QC_FREE char *evidence = QC_FORMATTED(format);
    edge_add(search, lwp,
             evidence == NULL ? NULL
                              : qc_fields_format(search->process->fields, "%s; %s",
                                                 wait_evidence(search), evidence));
}

/* ---- what QEMU's functions wait for -------------------------------------------------------- */

static void readers(struct search *search)
{
    const struct qc_rcu *rcu = search->graph->rcu;
    for (size_t i = 0; i < rcu->readers.count && may_examine(search); i++) {
        const struct qc_rcu_reader *reader = &rcu->readers.items[i];
        if (reader->blocking) {
            holder_add(search, reader->thread->core_thread->lwp,
                       "its rcu_reader.ctr is 0x%" PRIx64 ", rcu_gp_ctr is 0x%" PRIx64,
                       reader->counter, rcu->counter);
        }
    }
}

static void call_rcu(struct search *search)
{
    const struct qc_rcu *rcu = search->graph->rcu;
    if (rcu->call_rcu != NULL) {
        holder_add(search, rcu->call_rcu->core_thread->lwp,
                   "call_rcu runs the callback that sets the event");
    }
}

/* Reads the vCPU in the function's argument. */
static bool cpu_of_argument(struct search *search, struct qc_cpu *ret)
{
    uint64_t address;
    return qc_frame_variable(search->frame, "cpu", &address) && address != 0 &&
           qc_cpu_read(search->process->fields, address, ret);
}

/* Tells whether the object is a variable of the function that waits, or of one that it has called. */
static bool is_on_stack(const struct search *search, uint64_t address)
{
    const struct qc_stack *stack = qc_thread_stack(search->wait->thread);
    const struct qc_frame *frame = &stack->physical.items[search->frame->physical];
    uint64_t start;
    return frame->has_cfa && qc_thread_stack_pointer(search->wait->thread, &start) &&
           address >= start && address < frame->cfa;
}

/* Work is a variable of its waiter (cpu-common.c, do_run_on_cpu), and in the queue of a vCPU until
   that takes it. */
static bool has_work_of(struct search *search, const struct qc_cpu *cpu)
{
    struct qc_list queue = qc_list_field(search->process->fields, QC_FIELD_CPU_WORK, cpu->address,
                                         QC_FIELD_WORK_NEXT, NULL, NULL);
    qc_list_each(&queue, item) {
        if (is_on_stack(search, item)) {
            return true;
        }
    }
    return false;
}

/* The compiler may have dropped the argument, which is not needed any more. */
static void target_of_work(struct search *search)
{
    const struct qc_cpus *cpus = qc_process_cpus(search->process);
    struct qc_cpu cpu;
    if (cpu_of_argument(search, &cpu)) {
        holder_add(search, qc_process_lwp(search->process, cpu.lwp),
                   "argument cpu of %s (frame %u): CPU %d has the work", search->frame->function,
                   search->frame->level, cpu.index);
        return;
    }
    const struct qc_cpu *found = qc_vec_find(&cpus->list, at, has_work_of(search, at));
    if (found != NULL) {
        holder_add(search, qc_process_lwp(search->process, found->lwp),
                   "the work, a variable of %s (frame %u), is in the queue of CPU %d",
                   search->frame->function, search->frame->level, found->index);
    }
}

/* Adds the threads that are in a function with that object as an argument (NULL: any object). */
static void threads_add(struct search *search, const char *function, const char *argument,
                        uint64_t object, const char *what)
{
    const struct qc_threads *threads = search->process->threads;
    for (size_t i = 0; i < threads->count && may_examine(search); i++) {
        struct qemucore_thread *thread = &threads->items[i];
        struct qemucore_frame *frame = qc_frames_find(qc_thread_stack(thread), function);
        uint64_t value;
        if (frame != NULL && thread != search->wait->thread &&
            (argument == NULL ||
             (qc_frame_variable(frame, argument, &value) && value == object))) {
            holder_add(search, thread->core_thread->lwp, "it %s (%s, frame %u)", what,
                       function, frame->level);
        }
    }
}

/* The replay mutex is a queue (mutex_head, mutex_tail). Only its owner knows that it has it. */
static void replay_owner(struct search *search)
{
    const struct qc_threads *threads = search->process->threads;
    for (size_t i = 0; i < threads->count && may_examine(search); i++) {
        const struct qc_thread *thread = threads->items[i].core_thread;
        uint64_t locked;
        if (qc_variable_read(search->process->fields, QC_VARIABLE_REPLAY_LOCKED, thread,
                             &locked) &&
            locked != 0) {
            holder_add(search, thread->lwp, "it has the replay mutex (replay_locked)");
        }
    }
}

/* Adds the thread whose start routine was given the vCPU: it takes the BQL before it stores its id.
   That routine has another name for each accelerator and version, but its argument is `arg` in all
   of them. */
static void vcpu_thread_add(struct search *search, const struct qc_cpu *cpu)
{
    const struct qc_threads *threads = search->process->threads;
    uint64_t value;
    for (size_t i = 0; i < threads->count && may_examine(search); i++) {
        struct qemucore_thread *thread = &threads->items[i];
        struct qemucore_frame *frame =
            thread->role != QC_ROLE_VCPU
                ? NULL
                : qc_vec_find(&qc_thread_stack(thread)->frames, at,
                              qc_frame_variable(at, "arg", &value) && value == cpu->address);
        if (frame != NULL) {
            holder_add(search, thread->core_thread->lwp, "it is that vCPU's thread (%s, frame %u)",
                       qc_str_or(frame->function, "?"), frame->level);
        }
    }
}

static void created_cpu(struct search *search)
{
    struct qc_cpu cpu;
    if (!cpu_of_argument(search, &cpu) || cpu.created) {
        return;
    }
    holder_add(search, qc_process_lwp(search->process, cpu.lwp),
               "CPU %d is not created yet", cpu.index);
    if (!has_edges(search)) {
        vcpu_thread_add(search, &cpu);
    }
}

static bool is_not_stopped(const struct qc_cpu *cpu)
{
    return !cpu->stopped;
}

/* pending_cpus counts has_waiter. `running` is cleared before the list's lock is taken. */
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

/* Adds the vCPUs for which the row's predicate holds. Round-robin TCG has one thread for all. */
static void cpus(struct search *search)
{
    const struct wait_function *function = search->function;
    const struct qc_cpus *cpus = qc_process_cpus(search->process);
    int waiter = search->wait->thread->core_thread->lwp;
    int before = 0;
    for (size_t i = 0; i < cpus->list.count && may_examine(search); i++) {
        const struct qc_cpu *cpu = &cpus->list.items[i];
        if (function->is(cpu) && cpu->lwp != waiter && cpu->lwp != before) {
            holder_add(search, cpu->lwp, "CPU %d %s", cpu->index, function->what);
            before = cpu->lwp;
        }
    }
}

static void exclusive_cpu(struct search *search)
{
    cpus(search);
    /* It sets the flag only when the others have left: until then it waits for them. */
    if (!has_edges(search)) {
        threads_add(search, "start_exclusive", NULL, 0, "begins an exclusive section");
    }
}

static size_t threads_in(const struct search *search, const char *function)
{
    const struct qc_threads *threads = search->process->threads;
    size_t count = 0;
    qc_vec_each(threads, thread) {
        count += qc_frames_find(qc_thread_stack(thread), function) != NULL;
    }
    return count;
}

/* ui/vnc-jobs.c: the condition is the first member of the queue that the worker was given. From 11.1
   on each display has a queue and a worker; before, there is one. */
static void vnc_worker(struct search *search)
{
    static const char routine[] = "vnc_worker_thread";
    static const char what[] = "works off the jobs";
    if (threads_in(search, routine) == 1) {
        threads_add(search, routine, NULL, 0, what);
        return;
    }
    threads_add(search, "vnc_worker_thread_loop", "queue", search->wait->object, what);
    if (!has_edges(search)) {
        threads_add(search, routine, "arg", search->wait->object, what);
    }
}

/* Adds the threads of the row's routine, except those that sleep until they are given something. */
static void busy_threads(struct search *search)
{
    const struct wait_function *function = search->function;
    const struct qc_threads *threads = search->process->threads;
    for (size_t i = 0; i < threads->count && may_examine(search); i++) {
        struct qemucore_thread *thread = &threads->items[i];
        if (qc_frames_find(qc_thread_stack(thread), function->routine) != NULL &&
            qc_waits_of(search->graph->waits, thread)->state != QC_WAIT_BLOCKED) {
            holder_add(search, thread->core_thread->lwp, "it %s (%s)", function->what,
                       function->routine);
        }
    }
}

/* Tells whether the thread has a task of the pool that the other one waits for (util/thread-pool.c). */
static bool is_pool_awaited(struct qemucore_thread *thread, struct qemucore_thread *by)
{
    struct qemucore_frame *task = qc_frames_find(qc_thread_stack(thread), "thread_pool_func");
    struct qemucore_frame *wait =
        by == NULL ? NULL : qc_frames_find(qc_thread_stack(by), "thread_pool_wait");
    uint64_t own;
    uint64_t awaited;
    return task != NULL && wait != NULL && qc_frame_variable(task, "user_data", &own) &&
           qc_frame_variable(wait, "pool", &awaited) && own == awaited;
}

/* Tells whether QEMU itself waits for a migration's thread: it is the main one, or has the BQL, or
   the main one waits for its pool. Else it waits for the other side of a sound migration, too. */
static bool holds_up_qemu(const struct search *search)
{
    struct qemucore_thread *main_thread = qc_process_main_thread(search->process);
    const struct qemucore_lock *bql = qc_wait_graph_lock(
        search->graph, QC_LOCK_QEMU_MUTEX, qc_process_bql(search->process, NULL));
    return search->wait->thread == main_thread ||
           (bql != NULL && bql->owner == search->wait->thread) ||
           is_pool_awaited(search->wait->thread, main_thread);
}

static void busy_threads_if_held_up(struct search *search)
{
    if (holds_up_qemu(search)) {
        busy_threads(search);
    }
}

/* Adds the threads of the row's routine that were given what the waiting function was given. */
static void threads_given(struct search *search)
{
    const struct wait_function *function = search->function;
    uint64_t given;
    if (qc_frame_variable(search->frame, function->own, &given)) {
        threads_add(search, function->routine, function->argument, given, function->what);
    }
}

/* The new thread reports that it exists once it has registered itself (iothread.c). */
static void new_iothread(struct search *search)
{
    uint64_t iothread;
    if (qc_frame_variable(search->frame, "iothread", &iothread) ||
        qc_frame_variable(search->frame, "obj", &iothread) ||
        qc_frame_variable(search->frame, "base", &iothread)) {
        threads_add(search, "iothread_run", "opaque", iothread, "is the new iothread");
    }
}

/* The caller of accel_ioctl_inhibit_begin has the BQL. */
static void bql_owner(struct search *search)
{
    const struct qemucore_lock *bql = qc_wait_graph_lock(
        search->graph, QC_LOCK_QEMU_MUTEX, qc_process_bql(search->process, NULL));
    if (bql != NULL) {
        holder_add(search, bql->state.owner_lwp,
                   "it has the BQL, with which ioctls are inhibited");
    }
}

/* Adds the thread that runs the timers of the list that the event belongs to. */
static void timer_runner(struct search *search)
{
    const struct qc_threads *threads = search->process->threads;
    for (size_t i = 0; i < threads->count && may_examine(search); i++) {
        struct qemucore_thread *thread = &threads->items[i];
        struct qemucore_frame *frame =
            qc_frames_find(qc_thread_stack(thread), "timerlist_run_timers");
        uint64_t list;
        uint64_t event;
        if (frame != NULL && qc_frame_variable(frame, "timer_list", &list) &&
            qc_field_address(search->process->fields, QC_FIELD_TIMERS_DONE_EV, list, &event) &&
            event == search->wait->object) {
            holder_add(search, thread->core_thread->lwp,
                       "it runs the timers of that list (timerlist_run_timers, frame %u)",
                       frame->level);
        }
    }
}

/* Found by the function that waits, wherever the compiler has inlined it. */
static const struct wait_function wait_functions[] = {
    {{"wait_for_readers", "synchronize_rcu"}, .holders = readers},
    {{"drain_call_rcu"}, .holders = call_rcu},
    {{"do_run_on_cpu"}, .holders = target_of_work},
    {{"pause_all_vcpus"}, cpus, "has not stopped (CPUState.stopped)", .is = is_not_stopped},
    {{"qemu_init_vcpu"}, .holders = created_cpu},
    {{"replay_mutex_lock"}, .holders = replay_owner},
    {{"start_exclusive"}, cpus, "has still to leave its guest's code (CPUState.has_waiter)",
     .is = is_awaited},
    {{"exclusive_idle"}, exclusive_cpu, "is in an exclusive section", .is = is_exclusive},
    /* migration/multifd.c: a thread that has come to the end of a pass waits there, too; one that
       has not reads what the source sends. One that has sent all waits for more, and says so. */
    {{"multifd_recv_sync_main"}, busy_threads, "has not come to the end of a pass",
     .routine = "multifd_recv_thread"},
    {{"multifd_send_sync_main", "multifd_send" /* 9.0 on */, "multifd_send_pages"},
     busy_threads_if_held_up, "has not sent what it was given", .routine = "multifd_send_thread"},
    /* hw/vfio/migration-multifd.c, 10.0 on: a device's state comes by the channels of multifd. */
    {{"vfio_load_bufs_thread"}, busy_threads_if_held_up, "reads what the source sends",
     .routine = "multifd_recv_thread"},
    /* migration/ram.c and ram-compress.c, up to 8.2: threads that compress or decompress pages. */
    {{"flush_compressed_data", "compress_flush_data" /* 8.2 */, "compress_page_with_multi_thread"},
     busy_threads_if_held_up, "compresses a page", .routine = "do_data_compress"},
    {{"decompress_data_with_multi_threads", "wait_for_decompress_done"},
     busy_threads, "decompresses a page", .routine = "do_data_decompress"},
    {{"vnc_jobs_join"}, .holders = vnc_worker},
    {{"qio_task_wait_thread"}, threads_given, "runs the task",
     .routine = "qio_task_thread_worker", .argument = "opaque", .own = "task"},
    {{"iothread_init", "iothread_complete"}, .holders = new_iothread},
    {{"thread_pool_free", "thread_pool_free_aio"}, threads_given, "is a worker of the pool",
     .routine = "worker_thread", .argument = "opaque", .own = "pool"},
    /* util/thread-pool.c, from 10.0 on: a pool of GLib's threads. */
    {{"thread_pool_wait"}, threads_given, "has a task of the pool",
     .routine = "thread_pool_func", .argument = "user_data", .own = "pool"},
    {{"accel_ioctl_begin", "accel_cpu_ioctl_begin"}, .holders = bql_owner},
    {{"accel_ioctl_inhibit_begin"}, cpus, "is in an ioctl (CPUState.in_ioctl_lock)",
     .is = is_in_ioctl},
    {{"qemu_clock_enable"}, .holders = timer_runner},
};

/* Finds the function that called QEMU's wait: the innermost that has a row. It must be the first
   frame outside of the wait's own functions, or have that inlined in it. */
static const struct wait_function *wait_function_find(struct search *search)
{
    struct qc_stack *stack = qc_thread_stack(search->wait->thread);
    const struct qemucore_frame *waiting = search->wait->frame;
    for (size_t i = waiting->level + 1; i < stack->frames.count && i <= waiting->level + 2; i++) {
        for (size_t j = 0; j < qc_count(wait_functions); j++) {
            if (qc_frame_is_one_of(&stack->frames.items[i], wait_functions[j].names)) {
                search->frame = &stack->frames.items[i];
                return &wait_functions[j];
            }
        }
    }
    return NULL;
}

static void holders_find(struct search *search)
{
    const struct qc_lock_type *type = &qc_lock_types[search->lock->kind];
    int owner = search->lock->state.owner_lwp;
    search->function = NULL;
    if (owner != 0) {
        holder_add(search, owner, "%s%d", qc_str_or(type->owner_evidence, "?"), owner);
        return;
    }
    search->function = type->code_tells_holder && search->wait->frame != NULL
                           ? wait_function_find(search)
                           : NULL;
    if (search->function != NULL) {
        search->function->holders(search);
    }
}

bool qc_wait_edges_find(struct qc_wait_graph *graph)
{
    const struct qc_threads *threads = graph->process->threads;
    struct search search = {.graph = graph, .process = graph->process};
    for (size_t i = 0; i < threads->count && !search.failed; i++) {
        search.wait = qc_waits_of(graph->waits, &threads->items[i]);
        search.first_edge = graph->edges.count;
        search.lock = search.wait->state != QC_WAIT_BLOCKED
                            ? NULL
                            : qc_wait_graph_lock(graph, search.wait->kind, search.wait->object);
        if (search.lock == NULL) {
            continue;
        }
        holders_find(&search);
        if (!has_edges(&search)) {
            edge_add(&search, 0, wait_evidence(&search));
        }
    }
    return !search.failed;
}
