/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/block_culprit.h"

#include <string.h>

#include "base/base.h"
#include "core/core.h"
#include "qemu/qemu_limits.h"
#include "qemu/state/block_graph.h"

struct search {
    struct qc_process *process;
    const struct qc_block *block;
    const struct qc_block_graph *graph;
    struct qc_block_culprits *ret;
};

bool qc_block_service_is_sound(enum qc_block_service service)
{
    return service == QC_BLOCK_SERVICE_THROTTLE || service == QC_BLOCK_SERVICE_TIMER;
}

/* A breakpoint of blkdebug may keep a request before it reaches the node: at the event of the node
   above (bdrv_co_debug_event). */
static bool is_suspended(const struct qc_block_node *node)
{
    return node->kind == QC_BLOCK_DRIVER_BLKDEBUG && node->own.blkdebug.suspended.value != 0;
}

static bool is_busy(const struct qc_block_node *node)
{
    return qc_fact_is_set(node->in_flight) || node->tracked.value != 0 || is_suspended(node);
}

static bool has_throttled(const struct qc_block_throttle *throttle)
{
    return qc_fact_is_set(throttle->reads) || qc_fact_is_set(throttle->writes);
}

/* ---- what serves a node's requests ------------------------------------------------------- */

/* Whether this is a system call that util/thread-pool.c's workers make for block/file-posix.c. */
static bool is_file_call(const char *name)
{
    static const char *const names[] = {"pread64",   "pwrite64",  "preadv",      "pwritev",
                                        "preadv2",   "pwritev2",  "fdatasync",   "fsync",
                                        "fallocate", "ftruncate", "copy_file_range", "ioctl",
                                        NULL};
    return qc_str_is_one_of(name, names);
}

/* Finds the system call that a thread is in, with a known first argument. A result does not matter:
   the kernel lets an uninterruptible call come to its end before it dumps. */
static bool is_in_call(struct qc_process *process, const struct qemucore_thread *thread,
                       struct qc_syscall *ret)
{
    return qc_syscall_find(process->core, thread->core_thread, ret) && ret->name != NULL &&
           ret->known[0];
}

static void worker_add(struct qc_block_culprit *ret, struct qemucore_thread *thread,
                       const char *call)
{
    if (ret->workers++ == 0) {
        ret->worker = thread;
        ret->call = call;
    }
}

static void workers_find(struct qc_process *process, uint64_t fd, struct qc_block_culprit *ret)
{
    qc_vec_each(process->threads, thread) {
        struct qc_syscall syscall;
        if (is_in_call(process, thread, &syscall) && is_file_call(syscall.name) &&
            (uint32_t)syscall.arguments[0] == (uint32_t)fd) {
            worker_add(ret, thread, syscall.name);
        }
    }
}

/* io_submit() itself sleeps when the file system has to read, or to wait for room. */
static void submitters_find(struct qc_process *process, uint64_t context,
                            struct qc_block_culprit *ret)
{
    qc_vec_each(process->threads, thread) {
        struct qc_syscall syscall;
        if (is_in_call(process, thread, &syscall) && strcmp(syscall.name, "io_submit") == 0 &&
            syscall.arguments[0] == context) {
            worker_add(ret, thread, syscall.name);
        }
    }
}

/* The event loops that submit the node's requests, each once: those of the requests (with
   iothread-vq-mapping, 9.0 on, a virtio disk has one a queue), else the node's own. */
struct loops {
    uint64_t addresses[QC_LIMIT_SHOWN_REQUESTS];
    size_t count;
};

static void loops_add(struct loops *loops, uint64_t address)
{
    bool is_there = qc_find(loops->addresses, loops->count, at, *at == address) != NULL;
    if (!is_there && loops->count < QC_LIMIT_SHOWN_REQUESTS) {
        loops->addresses[loops->count++] = address;
    }
}

static struct loops loops_of(const struct qc_block_node *node)
{
    struct loops loops = {.count = 0};
    for (size_t i = 0; i < node->requests.count; i++) {
        if (node->requests.items[i].context != NULL) {
            loops_add(&loops, node->requests.items[i].context->address);
        }
    }
    if (loops.count == 0 && node->aio_context.is_known) {
        loops_add(&loops, node->aio_context.value);
    }
    return loops;
}

/* A count that is not known leaves the sum unknown. */
static void submitted_add(struct qc_block_culprit *ret, struct qc_fact count)
{
    ret->submitted.is_known &= count.is_known;
    ret->submitted.value += count.is_known ? count.value : 0;
}

static void linux_aio_add(struct qc_process *process, uint64_t aio_context,
                          struct qc_block_culprit *ret)
{
    struct qc_fact state =
        qc_fact_field(process->fields, QC_FIELD_AIO_LINUX_AIO, aio_context, NULL);
    if (!qc_fact_is_set(state)) {
        ret->submitted.is_known = false;
        return;
    }
    struct qc_fact context =
        qc_fact_field(process->fields, QC_FIELD_LINUX_AIO_CONTEXT, state.value, NULL);
    submitted_add(ret, qc_fact_counter(process->fields, QC_FIELD_LINUX_AIO_IN_FLIGHT, state.value, NULL));
    if (qc_fact_is_set(context)) {
        submitters_find(process, context.value, ret);
    }
}

static void io_uring_add(struct qc_process *process, uint64_t aio_context,
                         struct qc_block_culprit *ret)
{
    struct qc_fact state =
        qc_fact_field(process->fields, QC_FIELD_AIO_LINUX_RING, aio_context, NULL);
    submitted_add(ret, qc_fact_is_set(state)
                           ? qc_fact_counter(process->fields, QC_FIELD_IO_URING_IN_FLIGHT, state.value, NULL)
                           : (struct qc_fact){0});
}

static void kernel_service_find(struct qc_process *process, const struct qc_block_node *node,
                                enum qc_block_service service, struct qc_block_culprit *ret)
{
    struct loops loops = loops_of(node);
    ret->service = service;
    ret->submitted.is_known = loops.count != 0;
    for (size_t i = 0; i < loops.count; i++) {
        if (service == QC_BLOCK_SERVICE_IO_URING) {
            io_uring_add(process, loops.addresses[i], ret);
        } else {
            linux_aio_add(process, loops.addresses[i], ret);
        }
    }
}

/* However a file was opened, workers do its flushes and unaligned requests. */
static void file_service_find(struct qc_process *process, const struct qc_block_node *node,
                              struct qc_block_culprit *ret)
{
    const struct qc_block_file *file = &node->own.file;
    ret->service = QC_BLOCK_SERVICE_FILE;
    if (file->fd.is_known) {
        workers_find(process, file->fd.value, ret);
    }
    if (ret->workers != 0) {
        ret->service = QC_BLOCK_SERVICE_WORKERS;
    } else if (qc_fact_is_set(file->io_uring)) {
        kernel_service_find(process, node, QC_BLOCK_SERVICE_IO_URING, ret);
    } else if (qc_fact_is_set(file->linux_aio)) {
        kernel_service_find(process, node, QC_BLOCK_SERVICE_LINUX_AIO, ret);
    }
}

/* Returns the node's backend that throttles. It keeps requests before the node tracks them, but the
   node counts them as in flight. */
static const struct qc_block_backend *throttling_backend(const struct qc_block *block,
                                                         const struct qc_block_node *node)
{
    return qc_vec_find(&block->backends, backend,
                       backend->root == node->address && has_throttled(&backend->throttle));
}

static void node_service_find(const struct search *search, struct qc_block_culprit *ret)
{
    const struct qc_block_node *node = ret->node;
    const struct qc_block_backend *backend =
        qc_fact_is_zero(node->tracked) ? throttling_backend(search->block, node) : NULL;
    ret->service = QC_BLOCK_SERVICE_DRIVER;
    if (backend != NULL) {
        ret->service = QC_BLOCK_SERVICE_THROTTLE;
        ret->backend = backend;
        ret->throttle = &backend->throttle;
    } else if (node->kind == QC_BLOCK_DRIVER_NBD) {
        ret->service = QC_BLOCK_SERVICE_NBD;
    } else if (node->kind == QC_BLOCK_DRIVER_NULL) {
        ret->service = QC_BLOCK_SERVICE_TIMER;
    } else if (node->kind == QC_BLOCK_DRIVER_FILE) {
        file_service_find(search->process, node, ret);
    } else if (is_suspended(node)) {
        ret->service = QC_BLOCK_SERVICE_BLKDEBUG;
    } else if (node->kind == QC_BLOCK_DRIVER_THROTTLE && has_throttled(&node->own.throttle)) {
        ret->service = QC_BLOCK_SERVICE_THROTTLE;
        ret->throttle = &node->own.throttle;
    }
}

/* ---- which nodes ------------------------------------------------------------------------- */

QC_DEFINE_ORDER(compare_culprits, struct qc_block_culprit,
                qc_compare((int)a->service, (int)b->service) ?: qc_compare(a->node, b->node))

static bool *marks_make(const struct search *search)
{
    return calloc(search->graph->count + 1, sizeof(bool));
}

static bool is_marked(const struct search *search, const bool *marks, uint64_t address)
{
    size_t node = qc_block_graph_find(search->graph, address);
    return node != search->graph->count && marks[node];
}

/* Marks the nodes above busy ones: they do not keep the requests themselves. */
static bool mark_above_busy(const struct search *search, bool *marks)
{
    const struct qc_block_edges *up = &search->graph->up;
    for (size_t i = 0; i < up->count; i++) {
        marks[up->items[i].to] |= is_busy(&search->block->nodes.items[up->items[i].from]);
    }
    return qc_block_graph_spread(search->graph, up, marks);
}

static void nodes_add(struct search *search, const bool *below)
{
    QC_FREE bool *above = marks_make(search);
    if (above == NULL || !mark_above_busy(search, above)) {
        return;
    }
    for (size_t i = 0; i < search->graph->count; i++) {
        const struct qc_block_node *node = &search->block->nodes.items[i];
        struct qc_block_culprit *culprit =
            below[i] && is_busy(node) && (!above[i] || is_suspended(node)) ? qc_vec_add(search->ret)
                                                                           : NULL;
        if (culprit != NULL) {
            culprit->node = node;
            node_service_find(search, culprit);
        }
    }
}

/* Adds the backends that have a request which no node below has. */
static void backends_add(struct search *search, const bool *users)
{
    const struct qc_block *block = search->block;
    QC_FREE bool *busy = marks_make(search);
    if (busy == NULL || !mark_above_busy(search, busy)) {
        return;
    }
    qc_vec_each(&block->backends, backend) {
        size_t root = qc_block_graph_find(search->graph, backend->root);
        if (!qc_fact_is_set(backend->in_flight) || (users != NULL && !users[root]) || busy[root] ||
            (root != search->graph->count && is_busy(&block->nodes.items[root]))) {
            continue;
        }
        struct qc_block_culprit *culprit = qc_vec_add(search->ret);
        if (culprit != NULL) {
            bool is_throttled = has_throttled(&backend->throttle);
            culprit->backend = backend;
            culprit->throttle = is_throttled ? &backend->throttle : NULL;
            culprit->service = is_throttled                        ? QC_BLOCK_SERVICE_THROTTLE
                               : backend == qc_block_circle(block) ? QC_BLOCK_SERVICE_HELD_BACK
                                                                   : QC_BLOCK_SERVICE_BACKEND;
        }
    }
}

void qc_block_culprits_below(struct qc_process *process, const struct qc_block *block,
                             const struct qc_block_node *node, struct qc_block_culprits *ret)
{
    QC_GUARD(qc_block_graph_free) struct qc_block_graph graph = {0};
    struct search search = {process, block, &graph, ret};
    bool fits = qc_block_graph_make(block, &graph);
    QC_FREE bool *below = marks_make(&search);
    for (size_t i = 0; fits && below != NULL && i < graph.count; i++) {
        below[i] = node == NULL || node == &block->nodes.items[i];
    }
    if (fits && below != NULL && qc_block_graph_spread(&graph, &graph.down, below)) {
        nodes_add(&search, below);
        if (node == NULL) {
            backends_add(&search, NULL);
        }
        qc_vec_sort(ret, compare_culprits);
    }
}

static bool has_marked(const struct search *search, const bool *marks,
                       const struct qc_block_job *job)
{
    return is_marked(search, marks, job->filter) ||
           qc_vec_any(&job->nodes, node, is_marked(search, marks, *node));
}

static void mark(const struct search *search, bool *marks, uint64_t address)
{
    size_t node = qc_block_graph_find(search->graph, address);
    if (node != search->graph->count) {
        marks[node] = true;
    }
}

/* Marks where a job's requests are: at its target, and at the nodes that it reads from. */
static void job_mark(const struct search *search, const struct qc_block_job *job, bool *marks)
{
    mark(search, marks, job->target);
    for (size_t i = 0; i < job->nodes.count; i++) {
        mark(search, marks, job->nodes.items[i]);
    }
}

/* A job that has not paused waits for the requests that it has made. */
static void jobs_mark(const struct search *search, const bool *users, bool *below)
{
    qc_vec_each(&search->block->jobs, job) {
        if (!qc_fact_is_set(job->paused) && has_marked(search, users, job)) {
            job_mark(search, job, below);
        }
    }
}

void qc_block_culprits_of_job(struct qc_process *process, const struct qc_block *block,
                              const struct qc_block_job *job, struct qc_block_culprits *ret)
{
    QC_GUARD(qc_block_graph_free) struct qc_block_graph graph = {0};
    struct search search = {process, block, &graph, ret};
    bool fits = qc_block_graph_make(block, &graph);
    QC_FREE bool *below = marks_make(&search);
    if (!fits || below == NULL) {
        return;
    }
    job_mark(&search, job, below);
    if (qc_block_graph_spread(&graph, &graph.down, below)) {
        nodes_add(&search, below);
        qc_vec_sort(ret, compare_culprits);
    }
}

/* A drain concerns the node and everything above it: bdrv_drain_poll() and
   bdrv_parent_drained_poll() (block/io.c). */
void qc_block_culprits_of_drain(struct qc_process *process, const struct qc_block *block,
                                const struct qc_block_node *node, struct qc_block_culprits *ret)
{
    QC_GUARD(qc_block_graph_free) struct qc_block_graph graph = {0};
    struct search search = {process, block, &graph, ret};
    if (node == NULL) {
        qc_block_culprits_below(process, block, NULL, ret);
        return;
    }
    bool fits = qc_block_graph_make(block, &graph);
    QC_FREE bool *users = marks_make(&search);
    QC_FREE bool *below = marks_make(&search);
    if (!fits || users == NULL || below == NULL) {
        return;
    }
    users[node - block->nodes.items] = true;
    fits = qc_block_graph_spread(&graph, &graph.up, users);
    for (size_t i = 0; i < graph.count; i++) {
        below[i] = users[i] && is_busy(&block->nodes.items[i]);
    }
    jobs_mark(&search, users, below);
    if (fits && qc_block_graph_spread(&graph, &graph.down, below)) {
        nodes_add(&search, below);
        backends_add(&search, users);
        qc_vec_sort(ret, compare_culprits);
    }
}

/* ---- a drain that waits for itself ------------------------------------------------------- */

/* Whether the backend's nodes certainly have no requests. */
static bool is_idle_below(const struct qc_block *block, const struct qc_block_backend *backend)
{
    QC_GUARD(qc_block_graph_free) struct qc_block_graph graph = {0};
    QC_FREE bool *below = calloc(block->nodes.count + 1, sizeof(*below));
    if (below == NULL || !block->nodes_known || block->why_cut != NULL ||
        !qc_block_graph_make(block, &graph)) {
        return false;
    }
    size_t root = qc_block_graph_find(&graph, backend->root);
    below[root] = true; /* for an empty backend: one past the last node */
    bool idle = qc_block_graph_spread(&graph, &graph.down, below);
    for (size_t i = 0; i < graph.count && idle; i++) {
        const struct qc_block_node *node = &block->nodes.items[i];
        idle = !below[i] || (qc_fact_is_zero(node->in_flight) && qc_fact_is_zero(node->tracked) &&
                             node->child_count.is_known);
    }
    return idle;
}

/* Whether something in its event loop is about to run, or that is not known. */
static bool is_moving(const struct qc_block_backend *backend)
{
    const struct qc_aio_context *context = backend->context;
    return context == NULL || !context->bottom_halves_known || context->due != 0 ||
           !qc_fact_is_zero(context->scheduled_coroutines);
}

const struct qc_block_backend *qc_block_circle(const struct qc_block *block)
{
    return qc_vec_find(&block->backends, backend,
                       qc_fact_is_set(backend->in_flight) &&
                           qc_fact_is_set(backend->quiesce_counter) &&
                           qc_fact_is_set(backend->queued_requests) &&
                           !has_throttled(&backend->throttle) && !is_moving(backend) &&
                           is_idle_below(block, backend));
}

bool qc_block_circle_is_trim(const struct qc_block_backend *backend)
{
    return qc_vec_any(&backend->queued, origin,
                      qc_str_begins(origin->callback, "ide_issue_trim_cb"));
}
