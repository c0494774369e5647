/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/coroutine_wait.h"

#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "qemu/qemu.h"
#include "wait/coroutine_poll.h"

/* ---- the functions that coroutines are left in ------------------------------------------- */

/* Most functions of one row, and the NULL after them. */
#define FUNCTIONS 6

/* A coroutine left in one of these waits in this way, whatever its caller; other functions tell
   nothing. Of 4.0 to 11.1: util/qemu-coroutine*.c, util/thread-pool.c, io/channel.c,
   block/linux-aio.c, block/io_uring.c, block/aio_task.c, block/blkdebug.c, block/io.c, the drivers
   in block/, block/backup.c, job.c, migration/savevm.c, nbd/client-connection.c, nbd/server.c,
   hw/virtio/virtio.c, util/vhost-user-server.c, qapi/qmp-dispatch.c, monitor/qmp.c, qemu-img.c; of
   Proxmox VE: vma-writer.c. */
static const struct row {
    const char *functions[FUNCTIONS];
    enum qc_coroutine_wait_kind kind;
    enum qc_lock_kind lock;
    const char *argument; /* the argument that is the object or the descriptor; NULL: none */
    const char *words;    /* what it waits for; NULL: depends on the object */
} rows[] = {
    {{"qemu_co_mutex_lock_slowpath", "qemu_co_mutex_lock"},
     QC_COROUTINE_WAIT_LOCK, QC_LOCK_CO_MUTEX, "mutex", NULL},
    {{"qemu_co_queue_wait_impl"}, QC_COROUTINE_WAIT_LOCK, QC_LOCK_CO_QUEUE, "queue", NULL},
    {{"qemu_co_rwlock_rdlock", "qemu_co_rwlock_wrlock", "qemu_co_rwlock_upgrade"},
     QC_COROUTINE_WAIT_LOCK, QC_LOCK_CO_RWLOCK, "lock", NULL},
    {{"qio_channel_yield"}, QC_COROUTINE_WAIT_CHANNEL, QC_LOCK_NONE, "ioc", NULL},
    {{"yield_until_fd_readable", "yield_until_fd_writable"},
     QC_COROUTINE_WAIT_CHANNEL, QC_LOCK_NONE, "fd", NULL},
    {{"thread_pool_submit_co"}, QC_COROUTINE_WAIT_WORKER, QC_LOCK_NONE, "arg", NULL},
    {{"laio_co_submit"}, QC_COROUTINE_WAIT_KERNEL, QC_LOCK_NONE, NULL, "the kernel (Linux AIO)"},
    {{"luring_co_submit"}, QC_COROUTINE_WAIT_KERNEL, QC_LOCK_NONE, NULL, "the kernel (io_uring)"},
    {{"qemu_co_sleep", "qemu_co_sleep_ns_wakeable", "qemu_co_sleep_ns"},
     QC_COROUTINE_WAIT_TIMER, QC_LOCK_NONE, NULL, "a timer of its own"},
    {{"job_do_yield_locked", "job_do_yield", "job_pause_point_locked", "job_pause_point"},
     QC_COROUTINE_WAIT_JOB, QC_LOCK_NONE, NULL, NULL},
    {{"aio_task_pool_wait_one"},
     QC_COROUTINE_WAIT_TASK, QC_LOCK_NONE, NULL, "one of the tasks that it has begun to end"},
    {{"blkdebug_co_debug_event", "blkdebug_debug_event"},
     QC_COROUTINE_WAIT_BREAKPOINT, QC_LOCK_NONE, NULL, "a breakpoint of blkdebug to be resumed"},
    {{"bdrv_co_yield_to_drain"},
     QC_COROUTINE_WAIT_LOOP, QC_LOCK_NONE, NULL, "the main loop, which is to drain for it"},
    {{"nbd_receive_replies", "nbd_co_do_receive_one_chunk" /* up to 6.1 */},
     QC_COROUTINE_WAIT_DRIVER, QC_LOCK_NONE, NULL, "whoever reads the replies of the NBD server"},
    {{"bdrv_driver_preadv", "bdrv_driver_pwritev", "bdrv_co_ioctl"},
     QC_COROUTINE_WAIT_DRIVER, QC_LOCK_NONE, NULL, "its block driver"},
    {{"nvme_co_prw_aligned", "nvme_co_flush", "nvme_co_pwrite_zeroes", "nvme_co_pdiscard"},
     QC_COROUTINE_WAIT_DRIVER, QC_LOCK_NONE, NULL, "an NVMe device"},
    {{"iscsi_co_wait_for_task"}, QC_COROUTINE_WAIT_DRIVER, QC_LOCK_NONE, NULL, "an iSCSI target"},
    {{"qemu_rbd_start_co"}, QC_COROUTINE_WAIT_DRIVER, QC_LOCK_NONE, NULL, "a Ceph cluster (rbd)"},
    {{"curl_co_preadv", "curl_do_preadv", "curl_find_buf"},
     QC_COROUTINE_WAIT_DRIVER, QC_LOCK_NONE, NULL, "a server (curl)"},
    {{"co_yield"}, QC_COROUTINE_WAIT_DRIVER, QC_LOCK_NONE, NULL, "an SSH server"},
    {{"nfs_co_preadv", "nfs_co_pwritev", "nfs_co_flush"},
     QC_COROUTINE_WAIT_DRIVER, QC_LOCK_NONE, NULL, "an NFS server"},
    {{"qemu_gluster_co_rw", "qemu_gluster_co_flush_to_disk", "qemu_gluster_co_pdiscard",
      "qemu_gluster_co_pwrite_zeroes"},
     QC_COROUTINE_WAIT_DRIVER, QC_LOCK_NONE, NULL, "a Gluster volume"},
    {{"blkio_co_preadv", "blkio_co_pwritev", "blkio_co_flush", "blkio_co_pdiscard",
      "blkio_co_pwrite_zeroes"},
     QC_COROUTINE_WAIT_DRIVER, QC_LOCK_NONE, NULL, "a device (libblkio)"},
    {{"read_quorum_children", "quorum_co_pwritev"},
     QC_COROUTINE_WAIT_TASK, QC_LOCK_NONE, NULL, "the children of its quorum to answer"},
    {{"backup_pause"},
     QC_COROUTINE_WAIT_TASK, QC_LOCK_NONE, NULL, "what its job has begun to end, before that pauses"},
    {{"convert_co_do_copy"},
     QC_COROUTINE_WAIT_TASK, QC_LOCK_NONE, NULL, "the writes before its own to end (qemu-img)"},
    {{"vu_client_trip"},
     QC_COROUTINE_WAIT_TASK, QC_LOCK_NONE, NULL, "the requests of its client to end"},
    {{"nbd_negotiate_handle_starttls"},
     QC_COROUTINE_WAIT_CHANNEL, QC_LOCK_NONE, NULL, "its client, with which it negotiates TLS"},
    {{"virtio_set_features_nocheck_maybe_co", "snapshot_save_job_run", "snapshot_load_job_run",
      "snapshot_delete_job_run"},
     QC_COROUTINE_WAIT_LOOP, QC_LOCK_NONE, NULL, "the main loop, which is to do that for it"},
    {{"nbd_co_establish_connection"},
     QC_COROUTINE_WAIT_CONNECTION, QC_LOCK_NONE, NULL, "the thread that connects to the NBD server"},
    {{"qmp_dispatch"},
     QC_COROUTINE_WAIT_LOOP, QC_LOCK_NONE, NULL, "the main loop, for its command"},
    {{"monitor_qmp_dispatcher_pop_any", "monitor_qmp_dispatcher_co"},
     QC_COROUTINE_WAIT_COMMAND, QC_LOCK_NONE, NULL, "the next QMP command"},
};

/* Users of queues and jobs, which alone know what ends the wait: block/graph-lock.c,
   block/throttle-groups.c, block/block-backend.c, block/io.c, block/mirror.c, block/block-copy.c,
   block/reqlist.c, block/backup.c, block/nbd.c, block/nvme.c, block/qcow2-cluster.c,
   block/qcow2-threads.c, job.c, ui/console.c, util/qemu-co-shared-resource.c. */
static const struct user {
    const char *functions[FUNCTIONS];
    const char *words;
    const char *request; /* its BdrvTrackedRequest, which waits for another; NULL: none */
} users[] = {
    {{"bdrv_graph_co_rdlock"}, "the writer of the block graph", NULL},
    {{"throttle_group_co_io_limits_intercept"}, "the timer of its throttle group", NULL},
    {{"blk_wait_while_drained"}, "the end of a drain of its backend", NULL},
    {{"bdrv_wait_serialising_requests_locked", "bdrv_wait_serialising_requests",
      "wait_serialising_requests"}, "a request of the same bytes", "self"},
    {{"bdrv_co_flush"}, "a flush that is under way", NULL},
    {{"mirror_wait_for_free_in_flight_slot", "mirror_wait_for_any_operation"},
     "one of the job's copies to end", NULL},
    {{"mirror_wait_on_conflicts", "block_copy_wait_one", "reqlist_wait_one" /* 7.0 on */},
     "a copy of the same bytes", NULL},
    {{"co_get_from_shres"}, "memory that other copies have", NULL},
    {{"handle_dependencies"}, "an allocation of the same clusters (qcow2)", NULL},
    {{"qcow2_co_process"}, "a thread that other requests have (qcow2)", NULL},
    {{"nbd_co_send_request"}, "a request to its NBD server to end", NULL},
    {{"nvme_get_free_req", "nvme_cmd_map_qiov"}, "a request to its NVMe device to end", NULL},
    {{"curl_setup_preadv", "curl_do_preadv" /* 11.0 on */},
     "a request to its server to end (curl)", NULL},
    {{"cache_clean_timer_co_locked_del_and_wait"}, "the timer of its cache to end (qcow2)", NULL},
    {{"fsdev_co_throttle_request"}, "the limits of its file system (9p)", NULL},
    {{"qemu_console_co_wait_update" /* 8.2 on */, "qmp_screendump"},
     "the display's next update", NULL},
    {{"job_sleep_ns"}, "the timer of its job", NULL},
    {{"job_pause_point_locked", "job_pause_point"},
     "whoever resumes its job, which is paused", NULL},
    {{"backup_loop"}, "the end of its block copy", NULL},
};

static const struct user *user_of(const struct qemucore_frame *frame)
{
    return qc_array_find(users, user, qc_frame_is_one_of(frame, user->functions));
}

/* A function in the file that scripts/block-coroutine-wrapper.py generates: what may run in the
   main loop only is run there, by a bottom half. */
static const struct row wrapper_row = {{NULL}, QC_COROUTINE_WAIT_LOOP, QC_LOCK_NONE, NULL,
                                   "the main loop, which is to do that for it"};

static bool is_wrapper(const struct qemucore_frame *frame)
{
    return frame->source_file != NULL && qc_str_is(qc_path_name(frame->source_file), "block-gen.c");
}

static const struct row *row_of(const struct qemucore_frame *frame)
{
    const struct row *row = qc_array_find(rows, at, qc_frame_is_one_of(frame, at->functions));
    return row == NULL && is_wrapper(frame) ? &wrapper_row : row;
}

/* ---- what each of them waits for --------------------------------------------------------- */

/* Returns the argument of a frame, or of one that it is inlined in: either may have lost it. */
static uint64_t argument_of(struct qc_stack *stack, size_t at, const struct row *row,
                            struct qc_coroutine_wait *ret)
{
    uint64_t value;
    for (size_t i = at; row->argument != NULL && i < stack->frames.count; i++) {
        struct qemucore_frame *frame = &stack->frames.items[i];
        const struct row *other = row_of(frame);
        if (other == NULL || other->kind != row->kind || other->lock != row->lock) {
            return 0;
        }
        if (qc_frame_variable(frame, other->argument, &value)) {
            ret->frame = frame;
            ret->argument = other->argument;
            return value;
        }
    }
    return 0;
}

static void awaited_request_find(struct qc_fields *fields, struct qc_coroutines *coroutines,
                                 struct qemucore_frame *frame, const char *argument,
                                 struct qc_coroutine_wait *wait)
{
    uint64_t request;
    uint64_t other;
    uint64_t coroutine;
    if (argument != NULL && qc_frame_variable(frame, argument, &request) &&
        qc_field_read(fields, QC_FIELD_REQUEST_WAITING_FOR, request, &other) && other != 0 &&
        qc_field_read(fields, QC_FIELD_REQUEST_COROUTINE, other, &coroutine)) {
        wait->holder = qc_coroutine_at(coroutines, coroutine);
    }
}

/* Before a job pauses, it calls its driver, and that may wait, too (backup_pause). */
static const char *words_of(struct qc_fields *fields, const struct user *user,
                            struct qemucore_frame *frame)
{
    uint64_t job;
    bool pauses = qc_str_begins(user->functions[0], "job_pause_point") &&
                  qc_frame_variable(frame, "job", &job) &&
                  qc_fact_is_zero(qc_fact_field(fields, QC_FIELD_JOB_PAUSED, job, NULL));
    return pauses ? "what its job has begun to end, before that pauses" : user->words;
}

/* An NBD client waits for a free request (MAX_NBD_REQUESTS), or reconnects. Returns NULL if the
   server is not known. */
static const char *client_text(struct qc_process *process, struct qemucore_frame *frame)
{
    uint64_t node;
    if (!qc_frame_is(frame, "nbd_co_send_request") || !qc_frame_variable(frame, "bs", &node)) {
        return NULL;
    }
    const struct qc_peers *peers = qc_process_peers(process);
    const struct qc_peer *peer =
        peers == NULL ? NULL
                      : qc_vec_find(&peers->list, at,
                                    at->kind == QC_PEER_NBD && at->object == node &&
                                        at->actor != NULL);
    return peer == NULL
               ? NULL
               : qc_fields_format(process->fields, "a request to %s (descriptor %d) to end",
                                  peer->actor, peer->fd);
}

static const char *user_text(struct qc_process *process, const struct user *user,
                             struct qemucore_frame *frame,
                             const struct qemucore_coroutine *holder)
{
    const char *client = client_text(process, frame);
    return client != NULL ? client
           : holder == NULL
               ? words_of(process->fields, user, frame)
               : qc_fields_format(process->fields, "%s, which 0x%" PRIx64 " makes", user->words,
                                  holder->address);
}

/* Finds the user of the queue or the job. False: it is not known. */
static bool user_tells(struct qc_waits *waits, struct qc_coroutines *coroutines,
                       struct qc_stack *stack, size_t at, struct qc_coroutine_wait *wait)
{
    for (size_t i = at; i < stack->frames.count && i < at + 3; i++) {
        struct qemucore_frame *frame = &stack->frames.items[i];
        const struct user *user = user_of(frame);
        if (user == NULL) {
            continue;
        }
        wait->frame = frame;
        wait->argument = NULL;
        if (qc_frame_is(frame, "bdrv_graph_co_rdlock")) {
            wait->kind = QC_COROUTINE_WAIT_GRAPH;
        }
        awaited_request_find(waits->process->fields, coroutines, frame, user->request, wait);
        wait->sentence = user_text(waits->process, user, frame, wait->holder);
        return true;
    }
    return false;
}

static void lock_describe(struct qc_waits *waits, struct qc_coroutines *coroutines,
                          struct qc_stack *stack, size_t at, struct qc_coroutine_wait *wait)
{
    struct qc_fields *fields = waits->process->fields;
    struct qc_fact holder = {0};
    const char *type = qc_lock_types[wait->lock].name;
    wait->name = wait->object == 0 ? NULL
                                   : qc_lock_name_on_stack(waits->process, stack, wait->lock,
                                                           wait->object);
    if (wait->lock == QC_LOCK_CO_QUEUE && user_tells(waits, coroutines, stack, at, wait)) {
        return;
    }
    if (wait->object == 0) {
        wait->sentence = qc_fields_format(fields, "a %s", type);
        return;
    }
    if (wait->lock == QC_LOCK_CO_MUTEX) {
        holder = qc_fact_field(fields, QC_FIELD_CO_MUTEX_HOLDER, wait->object, NULL);
    }
    if (qc_fact_is_set(holder)) {
        wait->holder = qc_coroutine_at(coroutines, holder.value);
    }
    wait->sentence =
        wait->name == NULL
            ? qc_fields_format(fields,
                               qc_fact_is_set(holder) ? "%s 0x%" PRIx64 ", held by 0x%" PRIx64
                                                      : "%s 0x%" PRIx64,
                               type, wait->object, holder.value)
            : qc_fields_format(fields,
                               qc_fact_is_set(holder) ? "%s %s, held by 0x%" PRIx64 : "%s %s",
                               type, wait->name, holder.value);
}

static void channel_describe(struct qc_waits *waits, struct qc_coroutine_wait *wait)
{
    struct qc_fields *fields = waits->process->fields;
    struct qc_channel channel;
    if (qc_str_is(wait->argument, "fd")) {
        wait->fd = (int)wait->object;
        wait->object = 0;
    } else if (wait->object != 0 && qc_channel_read(fields, wait->object, &channel)) {
        wait->fd = channel.fd;
    }
    const struct qc_peer *peer =
        wait->fd < 0 ? NULL : qc_peer_of(qc_process_peers(waits->process), wait->fd);
    bool is_named = peer != NULL && peer->actor == NULL && peer->kind != QC_PEER_HANDLER;
    QC_FREE char *text = is_named ? qc_peer_text(peer) : NULL;
    const char *who = peer != NULL && peer->actor != NULL ? peer->actor : text;
    wait->sentence = wait->fd < 0  ? "the other end of a channel"
                     : who == NULL ? qc_fields_format(fields, "descriptor %d", wait->fd)
                                   : qc_fields_format(fields, "%s (descriptor %d)", who, wait->fd);
}

/* worker_thread() calls the submitted function with the argument that was submitted
   (util/thread-pool.c). */
static struct qemucore_thread *worker_of(struct qc_process *process, uint64_t argument)
{
    for (size_t i = 0; argument != 0 && i < process->threads->count; i++) {
        struct qc_stack *stack = qc_thread_stack(&process->threads->items[i]);
        struct qemucore_frame *worker = qc_frames_find(stack, "worker_thread");
        uint64_t value;
        if (worker != NULL && worker > stack->frames.items &&
            qc_frame_variable(worker - 1, "opaque", &value) && value == argument) {
            return &process->threads->items[i];
        }
    }
    return NULL;
}

static void worker_describe(struct qc_waits *waits, struct qc_coroutine_wait *wait)
{
    wait->thread = worker_of(waits->process, wait->object);
    const char *does =
        wait->thread == NULL ? NULL : qc_waits_of(waits, wait->thread)->sentence;
    wait->sentence =
        wait->thread == NULL
            ? "the thread pool"
            : qc_fields_format(waits->process->fields, "worker LWP %d of the thread pool%s%s",
                               wait->thread->core_thread->lwp, does == NULL ? "" : ", in ",
                               qc_str_or(does, ""));
}

/* Functions by which a coroutine is left. */
static bool is_yield(const struct qemucore_frame *frame)
{
    return qc_frame_is(frame, "qemu_coroutine_switch") || qc_frame_is(frame, "qemu_coroutine_yield");
}

static void row_tells(struct qc_waits *waits, struct qc_coroutines *coroutines,
                      struct qc_stack *stack, size_t at, struct qc_coroutine_wait *wait)
{
    const struct row *row = row_of(&stack->frames.items[at]);
    if (row == NULL) {
        return;
    }
    wait->kind = row->kind;
    wait->lock = row->lock;
    wait->frame = &stack->frames.items[at];
    wait->object = argument_of(stack, at, row, wait);
    if (row->words != NULL) {
        wait->sentence = row->words;
    } else if (row->kind == QC_COROUTINE_WAIT_LOCK) {
        lock_describe(waits, coroutines, stack, at, wait);
    } else if (row->kind == QC_COROUTINE_WAIT_JOB) {
        wait->sentence = user_tells(waits, coroutines, stack, at, wait)
                             ? wait->sentence
                             : "whoever enters its job";
    } else if (row->kind == QC_COROUTINE_WAIT_CHANNEL) {
        channel_describe(waits, wait);
    } else {
        worker_describe(waits, wait);
    }
}

static void stack_tells(struct qc_waits *waits, struct qc_coroutines *coroutines,
                        struct qc_coroutine_wait *wait)
{
    struct qc_stack *stack = qc_coroutine_stack(wait->coroutine);
    size_t at = 0;
    while (stack != NULL && at < stack->frames.count && is_yield(&stack->frames.items[at])) {
        at++;
    }
    if (stack != NULL && at != 0 && at < stack->frames.count) {
        row_tells(waits, coroutines, stack, at, wait);
    }
}

static void wait_find(struct qc_waits *waits, struct qc_coroutines *coroutines,
                      struct qc_coroutine_wait *wait)
{
    struct qemucore_coroutine *coroutine = wait->coroutine;
    const struct qemucore_wait *threads;
    const char *context;
    switch (coroutine->state) {
    case QC_COROUTINE_RUNNING:
        threads = qc_waits_of(waits, coroutine->thread);
        wait->kind = QC_COROUTINE_WAIT_THREAD;
        wait->thread = coroutine->thread;
        wait->sentence = threads->sentence;
        return;
    case QC_COROUTINE_ENTERED:
        wait->kind = QC_COROUTINE_WAIT_COROUTINE;
        wait->holder = qc_coroutine_at(coroutines, coroutine->entered);
        wait->sentence = "the coroutine that it has entered";
        return;
    case QC_COROUTINE_SCHEDULED:
        context = qc_coroutine_loop_name(coroutine);
        wait->kind = QC_COROUTINE_WAIT_LOOP;
        wait->sentence =
            qc_fields_format(waits->process->fields, "the event loop%s%s to enter it",
                             context == NULL ? "" : " of ", qc_str_or(context, ""));
        return;
    default:
        stack_tells(waits, coroutines, wait);
    }
}

/* A caller of the library may have borrowed what was listed before. */
static bool frames_are_listed(const struct qemucore_coroutine *coroutine)
{
    return coroutine->frames != NULL &&
           qc_vec_any(&coroutine->frames->frames, frame, frame->variables != NULL);
}

/* Frees what the search has listed for each frame: ten kilobytes a coroutine. */
static void frames_forget(const struct qemucore_coroutine *coroutine)
{
    struct qc_stack *stack = coroutine->frames;
    for (size_t i = 0; stack != NULL && i < stack->frames.count; i++) {
        qc_stack_forget(&stack->frames.items[i]);
    }
}

/* ---- whom they wait for in the end ------------------------------------------------------- */

static struct qc_coroutine_wait *next_of(const struct qc_coroutine_waits *waits,
                                         const struct qc_coroutine_wait *wait)
{
    size_t at = wait->holder == NULL ? waits->count
                                     : (size_t)(wait->holder - waits->coroutines->list.items);
    return at < waits->count ? &waits->items[at] : NULL;
}

static void circle_mark(const struct qc_coroutine_waits *waits, struct qc_coroutine_wait *at)
{
    for (; !at->in_cycle; at = next_of(waits, at)) {
        at->in_cycle = true;
    }
}

/* Follows the chain up to what earlier ones have met. So each coroutine is met once, however many
   wait for it. */
static void root_find(const struct qc_coroutine_waits *waits, struct qc_coroutine_wait *start)
{
    size_t chain = (size_t)(start - waits->items) + 1;
    struct qc_coroutine_wait *last = start;
    struct qc_coroutine_wait *end = start;
    for (; end != NULL && end->chain == 0; end = next_of(waits, end)) {
        end->chain = chain;
        last = end;
    }
    if (end != NULL && end->chain == chain) {
        circle_mark(waits, end);
    }
    end = end != NULL ? end : last;
    struct qemucore_coroutine *root = end->root != NULL ? end->root : end->coroutine;
    struct qc_coroutine_wait *of_root = &waits->items[root - waits->coroutines->list.items];
    for (struct qc_coroutine_wait *at = start; at != end; at = next_of(waits, at)) {
        at->root = root;
        of_root->behind += !of_root->in_cycle && at->kind != QC_COROUTINE_WAIT_COROUTINE;
    }
}

static void coroutine_waits_free(struct qc_coroutine_waits *waits)
{
    if (waits == NULL) {
        return;
    }
    free(waits->items);
    qc_vec_free(&waits->polls);
    qc_armed_timers_free(&waits->timers);
    free(waits);
}

QC_DEFINE_GUARD(guard_coroutine_waits, struct qc_coroutine_waits, coroutine_waits_free)

static struct qc_coroutine_waits *coroutine_waits_new(struct qc_waits *waits)
{
    struct qc_coroutines *coroutines = qc_process_coroutines(waits->process);
    QC_GUARD(guard_coroutine_waits)
    struct qc_coroutine_waits *found = coroutines == NULL ? NULL : calloc(1, sizeof(*found));
    if (found == NULL) {
        return NULL;
    }
    qc_process_name_threads(waits->process);
    found->coroutines = coroutines;
    size_t count = coroutines->list.count - coroutines->counts[QC_COROUTINE_IDLE];
    found->items = calloc(count + 1, sizeof(*found->items));
    if (found->items == NULL) {
        return NULL;
    }
    found->count = count;
    for (size_t i = 0; i < count; i++) {
        struct qemucore_coroutine *coroutine = &coroutines->list.items[i];
        bool was_listed = frames_are_listed(coroutine);
        found->items[i].coroutine = coroutine;
        found->items[i].fd = -1;
        wait_find(waits, coroutines, &found->items[i]);
        if (!was_listed) {
            frames_forget(coroutine);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (found->items[i].chain == 0) {
            root_find(found, &found->items[i]);
        }
    }
    return qc_coroutine_polls_find(waits, found) ? qc_move(found) : NULL;
}

const struct qc_coroutine_waits *qc_waits_coroutines(struct qc_waits *waits)
{
    if (waits->coroutines == NULL) {
        waits->coroutines = coroutine_waits_new(waits);
        waits->coroutines_free = coroutine_waits_free;
    }
    return waits->coroutines;
}

/* A job that yields may have set a timer. */
static bool may_have_timer(const struct qc_coroutine_wait *wait)
{
    return wait->kind == QC_COROUTINE_WAIT_TIMER || wait->kind == QC_COROUTINE_WAIT_JOB;
}

bool qc_coroutine_waits_have_timers(const struct qc_coroutine_waits *waits)
{
    return qc_vec_any(waits, wait, may_have_timer(wait));
}

void qc_waits_coroutine_timers(struct qc_waits *waits, const struct qc_state *state)
{
    struct qc_coroutine_waits *found = waits->coroutines;
    if (found == NULL || found->has_timers) {
        return;
    }
    found->has_timers = true;
    qc_armed_timers_find(waits->process->fields, state, &found->timers);
    qc_vec_each(found, wait) {
        if (may_have_timer(wait)) {
            wait->timer = qc_armed_timer_of(&found->timers, wait->coroutine->address);
            wait->clocks = &state->clocks;
        }
    }
}

const struct qc_coroutine_wait *qc_coroutine_wait_of(const struct qc_coroutine_waits *waits,
                                                     const struct qemucore_coroutine *coroutine)
{
    size_t at = (size_t)(coroutine - waits->coroutines->list.items);
    return at < waits->count ? &waits->items[at] : NULL;
}

const struct qc_coroutine_wait *qc_coroutine_wait_at(const struct qc_coroutine_waits *waits,
                                                     uint64_t address)
{
    const struct qemucore_coroutine *coroutine =
        waits == NULL ? NULL : qc_coroutine_at(waits->coroutines, address);
    const struct qc_coroutine_wait *wait =
        coroutine == NULL ? NULL : qc_coroutine_wait_of(waits, coroutine);
    return wait == NULL || wait->sentence == NULL ? NULL : wait;
}

QC_DEFINE_WORDS(qc_coroutine_wait_kind_name, enum qc_coroutine_wait_kind, QC_COROUTINE_WAIT_KINDS)
