/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rules/outgoing_call.h"

static const struct qc_outgoing_call call_of_destination = {
    .until = "the destination reads",
    .actor = "The destination must read what is sent.",
    .next = "Look at the destination: query-migrate there, its threads, and the network in between. "
            QC_RULE_SECOND_DUMP,
};

static const struct qc_outgoing_call call_of_command = {
    .until = "its other end reads",
    .actor = "The command that it migrates to must read on.",
    .next = "Look at that command. " QC_RULE_SECOND_DUMP,
};

static const struct qc_outgoing_call call_of_file = {
    .until = "the file system has taken it",
    .actor = "The file system of the file that it migrates to must answer.",
    .next = "Look at the host: /proc/PID/task/*/stack, the mount, its log. " QC_RULE_SECOND_DUMP,
};

/* migrate fd: what kind of file the descriptor was is not known. */
static const struct qc_outgoing_call call_of_descriptor = {
    .until = "what it writes to takes it",
    .actor = "Whoever reads that pipe must read on, or the file system of that file answer.",
    .next = "Look at the pipe or file that it migrates to. " QC_RULE_SECOND_DUMP,
};

static const struct qc_outgoing_call call_of_answer = {
    .until = "the destination answers",
    .actor = "The destination must answer.",
    .next = QC_OUTGOING_CALL_NEXT,
};

static const struct qc_outgoing_call call_of_connect = {
    .until = "the destination accepts the connection",
    .actor = "The destination must accept the connection.",
    .next = "Look at the destination: whether it runs and listens there; and at the network in "
            "between, and firewalls.",
};

/* migration/file.c names its channel; fd.c has a QIOChannelFile, too, for whatever it was given. */
static bool goes_to_file(const struct qc_rule_context *context)
{
    struct qc_fields *fields = context->process->fields;
    struct qc_fact file = context->state->migration.outgoing.to_destination.address;
    uint64_t channel = 0;
    const char *name =
        qc_fact_is_set(file) &&
                qc_field_read(fields, QC_FIELD_FILE_CHANNEL, file.value, &channel) && channel != 0
            ? qc_field_text(fields, QC_FIELD_CHANNEL_NAME, channel)
            : NULL;
    return qc_str_is(name, "migration-file-outgoing");
}

struct qc_outgoing_call qc_outgoing_call_of(struct qc_rule_context *context,
                                            struct qemucore_thread *thread)
{
    static const char *const commands[] = {"qio_channel_command_writev", NULL};
    static const char *const files[] = {"qio_channel_file_writev", NULL};
    /* Only a file is written at an offset (mapped-ram). */
    static const char *const seekable[] = {"qio_channel_file_pwritev", NULL};
    struct qc_outgoing_call call = call_of_destination;
    if (qc_rule_frame(thread, commands) != NULL) {
        call = call_of_command;
    } else if (qc_rule_frame(thread, seekable) != NULL) {
        call = call_of_file;
    } else if (qc_rule_frame(thread, files) != NULL) {
        call = goes_to_file(context) ? call_of_file : call_of_descriptor;
    }
    call.thread = thread;
    return call;
}

/* A call that sends lasts until the other side has taken the data. A fast source with a slow
   network is in one most of the time; one that computes is not. */
static struct qemucore_thread *find_sender(struct qc_rule_context *context)
{
    static const char *const sending[] = {"sendmsg", "sendto",  "write",    "writev",
                                          "pwrite64", "pwritev", "pwritev2", NULL};
    const struct qc_migration_outgoing *outgoing = &context->state->migration.outgoing;
    for (size_t i = 0; i <= outgoing->multifd.channels.count; i++) {
        struct qemucore_thread *thread =
            i == 0 ? outgoing->thread : outgoing->multifd.channels.items[i - 1].thread;
        if (thread != NULL && qc_wait_is_in(qc_rule_wait(context, thread), sending)) {
            return thread;
        }
    }
    return NULL;
}

/* A separate thread receives what comes back, except with COLO, whose checkpoints are a dialogue
   (migration/colo.c, colo_receive_message). */
static struct qemucore_thread *find_receiver(struct qc_rule_context *context)
{
    struct qemucore_thread *thread = context->state->migration.outgoing.thread;
    return thread != NULL && qc_outgoing_call_receives(qc_rule_wait(context, thread)) ? thread
                                                                                      : NULL;
}

bool qc_outgoing_call_receives(const struct qemucore_wait *wait)
{
    static const char *const receiving[] = {"recvmsg", "recvfrom", "read", "readv", NULL};
    return qc_wait_is_in(wait, receiving);
}

/* Tells whether the thread waits until the destination has loaded its devices (10.2 and 11.0:
   postcopy_package_loaded_event; later a semaphore, migration_rp_wait): the guest stands still
   meanwhile, and only the return path's thread sets the event. */
static bool awaits_package(const struct qemucore_wait *wait, struct qemucore_thread *thread)
{
    const struct qemucore_frame *own = qc_stack_own_frame(qc_thread_stack(thread));
    return wait->kind == QC_LOCK_QEMU_EVENT && own != NULL &&
           qc_frame_is(own, "migration_iteration_run");
}

/* migration/migration.c, postcopy-ram.c and multifd.c: a semaphore that the return path's thread
   posts, or the one that connects a channel for urgent pages or of multifd (9.0 on), once the
   destination has answered. */
static struct qemucore_thread *find_waiter(struct qc_rule_context *context)
{
    static const char *const functions[] = {"migration_rp_wait", "migration_wait_main_channel",
                                            "postcopy_preempt_establish_channel",
                                            "multifd_send_setup",
                                            /* up to 8.0 and 7.2 */
                                            "postcopy_resume_handshake",
                                            "ram_dirty_bitmap_sync_all",
                                            "postcopy_preempt_wait_channel", NULL};
    struct qemucore_thread *thread = context->state->migration.outgoing.thread;
    const struct qemucore_wait *wait = thread == NULL ? NULL : qc_rule_wait(context, thread);
    return wait != NULL && wait->state == QC_WAIT_BLOCKED &&
                   (qc_rule_frame(thread, functions) != NULL || awaits_package(wait, thread))
               ? thread
               : NULL;
}

/* Tells whether worker (NULL: none) connects for the migration, by its task's callback (migration/:
   socket.c, multifd.c, postcopy-ram.c). Chardevs, NBD and vhost-user use such workers, too. */
static bool is_of_migration(const struct qc_rule_context *context, struct qemucore_frame *worker)
{
    static const char *const callbacks[] = {"socket_outgoing_migration",
                                            "multifd_new_send_channel_async",
                                            "postcopy_preempt_send_channel_new", NULL};
    struct qc_fields *fields = context->process->fields;
    uint64_t task;
    struct qc_fact callback =
        worker != NULL && qc_frame_variable(worker, "task", &task)
            ? qc_fact_field(fields, QC_FIELD_TASK_CALLBACK, task, NULL)
            : (struct qc_fact){0};
    const char *name =
        qc_fact_is_set(callback) ? qc_fact_symbol(fields, callback.value) : NULL;
    return qc_str_is_one_of(name, callbacks);
}

/* io/channel-socket.c: a separate thread connects. */
static struct qemucore_thread *find_connector(struct qc_rule_context *context)
{
    static const char function[] = "qio_channel_socket_connect_worker";
    static const char *const calls[] = {"connect", NULL};
    return qc_vec_find(context->process->threads, thread,
                       qc_wait_is_in(qc_rule_wait(context, thread), calls) &&
                           is_of_migration(context, qc_frames_find(qc_thread_stack(thread),
                                                                   function)));
}

struct qc_outgoing_call qc_outgoing_call_find(struct qc_rule_context *context, bool connects)
{
    struct qemucore_thread *thread = find_sender(context);
    if (thread != NULL) {
        return qc_outgoing_call_of(context, thread);
    }
    thread = connects ? find_connector(context) : NULL;
    struct qc_outgoing_call call = thread != NULL ? call_of_connect : call_of_answer;
    thread = thread != NULL ? thread : find_receiver(context);
    call.thread = thread != NULL ? thread : find_waiter(context);
    return call;
}
