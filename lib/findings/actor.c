/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * actor - who must act so that a thread can go on, by its call, its stack and QEMU's own objects
 */
#include <string.h>

#include "findings/rule.h"
#include "findings/storage.h"

/* Returns the character device a thread is at (chardev/char.c, char-socket.c); 0: none is known. */
static uint64_t chardev_of(struct qemucore_thread *thread)
{
    static const char *const rows[][2] = {
        {"qemu_chr_write_buffer", "s"},    {"qemu_chr_write", "s"},
        {"qemu_chr_write_log", "s"},       {"tcp_chr_wait_connected", "chr"},
        {"qemu_chr_wait_connected", "chr"}, {"tcp_chr_accept_server_sync", "chr"},
        {"tcp_chr_connect_client_sync", "chr"}, {"qmp_chardev_open_socket", "chr"},
        {"qemu_char_open", "chr"},
    };
    for (size_t i = 0; i < qc_count(rows); i++) {
        struct qemucore_frame *frame = qc_frames_find(qc_thread_stack(thread), rows[i][0]);
        uint64_t chardev;
        if (frame != NULL && qc_frame_variable(frame, rows[i][1], &chardev) && chardev != 0) {
            return chardev;
        }
    }
    return 0;
}

/* "chardev serial0, unix:/run/x.sock"; NULL: its name is not known. */
static const char *chardev_text(struct qc_rule_context *context, uint64_t chardev)
{
    const struct qc_peers *peers = qc_process_peers(context->process);
    char *text = NULL;
    for (size_t i = 0; i < peers->list.count && text == NULL; i++) {
        const struct qc_peer *peer = &peers->list.items[i];
        bool is_it = peer->object == chardev && peer->kind != QC_PEER_CHARDEV_LOG;
        text = is_it ? qc_peer_text(peer) : NULL;
    }
    return text != NULL   ? qc_rule_keep(context, text)
           : chardev != 0 ? qc_chardev_text(context->process->fields, chardev)
                          : NULL;
}

void qc_evidence_add_chardev(struct qemucore_finding *finding, struct qemucore_thread *thread)
{
    uint64_t chardev = chardev_of(thread);
    const char *text = chardev_text(finding->context, chardev);
    if (text != NULL) {
        qc_evidence_add(finding, (struct qc_subject){.thread = thread, .address = chardev},
                        "it is at %s", text);
    }
}

/* By system call: who is at the other end, as far as the call alone tells. Calls with is_of_file
   are never about a connection. */
static const struct actor_row {
    const char *actor;
    bool is_of_file;
    const char *calls[14];
} actor_rows[] = {
    {"The file system that it opens a file of must answer.", true, {"open", "openat", "openat2"}},
    {"The file system that it asks must answer.", true,
     {"stat", "newfstatat", "statx", "fstat", "lstat", "statfs", "fstatfs", "access", "faccessat",
      "faccessat2", "readlink", "readlinkat", "getdents64", "lseek"}},
    {"The storage below that file must answer.", true,
     {"pread64", "preadv", "preadv2", "pwrite64", "pwritev", "pwritev2", "fsync", "fdatasync",
      "fallocate", "ftruncate"}},
    {"Whoever holds the lock of that file must give it up, or its file system answer.", true,
     {"flock"}},
    {"The storage that it submits requests to must answer.", true, {"io_submit"}},
    {"The storage that it waits for must answer.", true, {"io_getevents"}},
    {"The storage that it submits requests to must answer.", false, {"io_uring_enter"}},
    {"The file system or device that it closes a file of must answer.", false, {"close"}},
    {"Whoever reads at the other end of that file must read on.", false, {"write", "writev"}},
    {"The peer of that connection must read on.", false, {"sendto", "sendmsg"}},
    {"Whoever writes at the other end of that file must act.", false, {"read", "readv"}},
    {"The peer of that connection must answer.", false, {"recvfrom", "recvmsg"}},
    {"The peer that it connects to must answer.", false, {"connect"}},
    {"Somebody must connect to it.", false, {"accept", "accept4"}},
    {"The child process that it waits for must end.", false, {"wait4", "waitid"}},
};

/* Returns NULL if the call tells nothing. */
static const struct actor_row *row_of_call(const char *call)
{
    return qc_array_find(actor_rows, row,
                         qc_array_any(row->calls, name, qc_str_is(*name, call)));
}

/* Functions by the beginning of their names. */
struct function_row {
    const char *prefix;
    const char *actor; /* NULL: the call has to tell */
};

static const struct function_row *row_of_function(const struct function_row *rows, size_t count,
                                                  const char *function)
{
    return qc_find(rows, count, row, qc_str_begins(function, row->prefix));
}

/* Whose answer functions with these names wait for: block/nbd.c, nbd/client.c,
   hw/virtio/vhost-user.c and the like. QEMU's own server (nbd/server.c) waits for its clients. */
static const struct function_row peer_rows[] = {
    {"nbd_trip", NULL},
    {"nbd_co_send_request", "The NBD server must answer."},
    {"nbd_co_send_", NULL},
    {"nbd_co_receive_request", NULL},
    {"nbd_negotiate", NULL},
    {"nbd_", "The NBD server must answer."},
    {"vhost_user_", "The back end of vhost-user must answer."},
    {"vfio_user_", "The vfio-user server must answer."},
    {"qemu_rbd_", "The Ceph cluster must answer."},
    {"nfs_", "The NFS server must answer."},
    {"iscsi_", "The iSCSI target must answer."},
    {"qemu_gluster_", "The Gluster server must answer."},
    {"ssh_", "The SSH server must answer."},
    {"curl_", "The web server must answer."},
    {"migration_channel_read_peek", "The source of the migration must send what it begins with."},
    {"mpqemu_msg_", "The remote process of that device must answer."},
    {"qemu_rdma_", "The peer of that RDMA connection must answer."},
    {"tpm_emulator_", "The TPM emulator (swtpm) must answer."},
    {"qio_net_listener_wait_client", "Whoever is to connect to it must do so."},
    {"pr_manager_helper_", "qemu-pr-helper must answer."},
};

/* Returns the actor in the row of the innermost function that has one; NULL: none. */
static const char *actor_of_rows(const struct function_row *rows, size_t count,
                                 struct qemucore_thread *thread)
{
    const struct qc_stack *stack = qc_thread_stack(thread);
    const struct function_row *row = NULL;
    for (size_t i = 0; i < stack->frames.count && row == NULL; i++) {
        row = row_of_function(rows, count, stack->frames.items[i].function);
    }
    return row == NULL ? NULL : row->actor;
}

/* Functions that sleep on a condition until a thread of QEMU's own has read the answer, as
   hw/vfio-user/proxy.c does: that thread idles until the answer comes. */
static const struct function_row answer_rows[] = {
    {"vfio_user_send_wait", "The vfio-user server must answer."},
    {"vfio_user_wait_reqs", "The vfio-user server must answer."},
};

/* A nap has no other end: what its loop checks after each nap tells. A chardev with reconnect tries
   again after each (chardev/char-socket.c, tcp_chr_wait_connected). */
static const char *actor_of_nap(struct qc_rule_context *context, struct qemucore_thread *thread)
{
    static const char *const writing[] = {"qemu_chr_write_buffer", "qemu_chr_write", NULL};
    static const char *const connecting[] = {"tcp_chr_wait_connected", NULL};
    static const char *const of_nbd[] = {"connect_thread_func", NULL}; /* nbd/client-connection.c */
    const char *text = chardev_text(context, chardev_of(thread));
    text = qc_str_or(text, "that character device");
    if (qc_rule_frame(thread, writing) != NULL) {
        return qc_rule_format(context, "The reader of %s must read on.", text);
    }
    return qc_rule_frame(thread, connecting) != NULL
             ? qc_rule_format(context,
                              "The server of %s must listen and accept: QEMU tries again and again "
                              "to connect.",
                              text)
         : qc_rule_frame(thread, of_nbd) != NULL
             ? "The NBD server must listen and accept: QEMU tries again and again to connect."
             : "It sleeps and checks again: whoever must cause what it checks for must act.";
}

/* io_uring_enter(2) also submits requests, and then returns their number. A thread that was
   interrupted in it was asleep until a request completed. */
static bool is_waiting_poll(const struct qemucore_wait *wait)
{
    return qc_activity_is_poll(wait) && wait->syscall.interrupted;
}

/* No signal interrupts the opening of a disk's file; one does interrupt that of a FIFO whose other
   end nobody has opened (fifo(7)). */
static bool opens_fifo(const struct qemucore_wait *wait)
{
    return qc_str_begins(wait->syscall.name, "open") && wait->syscall.interrupted;
}

/* For a chardev that waits for its client or connects to its server, when created or used
   (chardev/char-socket.c). NULL: the thread does neither. */
static const char *actor_of_chardev(struct qc_rule_context *context,
                                    struct qemucore_thread *thread, const char *call)
{
    static const char *const waiting[] = {"qio_net_listener_wait_client",
                                          "tcp_chr_accept_server_sync", NULL};
    static const char *const set_up[] = {"qemu_chr_wait_connected", "tcp_chr_wait_connected",
                                         "qmp_chardev_open_socket", "qemu_char_open", NULL};
    const char *text = qc_rule_frame(thread, set_up) == NULL
                           ? NULL
                           : chardev_text(context, chardev_of(thread));
    text = qc_str_or(text, "that character device");
    return qc_rule_frame(thread, set_up) == NULL ? NULL
         : qc_rule_frame(thread, waiting) != NULL
             ? qc_rule_format(context, "Whoever is to connect to %s must do so.", text)
         : strcmp(call, "connect") == 0
             ? qc_rule_format(context, "The server of %s must answer.", text)
             : NULL;
}

static const char *actor_of_call(struct qc_rule_context *context, const struct qemucore_wait *wait,
                                 struct qemucore_thread *thread)
{
    const char *name = qc_str_or(wait->syscall.name, "");
    if (opens_fifo(wait)) {
        return "If that file is a pipe (FIFO), somebody must open its other end; else its file "
               "system or device must answer.";
    }
    if (strcmp(name, "nanosleep") == 0 || strcmp(name, "clock_nanosleep") == 0) {
        return actor_of_nap(context, thread);
    }
    if (qc_syscall_is_kvm_run(&wait->syscall) || qc_syscall_is_mshv_run(&wait->syscall)) {
        return "That is a fault of QEMU, which takes no lock into the guest: end this QEMU and start "
               "it anew.";
    }
    const struct actor_row *row = row_of_call(name);
    if (row != NULL && row->is_of_file) {
        return row->actor;
    }
    const char *peer = actor_of_chardev(context, thread, name);
    peer = peer == NULL ? actor_of_rows(peer_rows, qc_count(peer_rows), thread) : peer;
    return peer != NULL                           ? peer
           : row != NULL && !is_waiting_poll(wait) ? row->actor
           : qc_activity_is_poll(wait) ? "Whoever must cause what it polls for must act."
                                       : "Whoever is at the other end of that call must act.";
}

/* Returns the actor that QEMU's own objects have for the call's descriptor; NULL: none. */
static const char *actor_of_descriptor(const struct qc_rule_context *context,
                                       const struct qemucore_wait *wait)
{
    const struct qc_peer *peer =
        wait->fd < 0 ? NULL : qc_peer_of(qc_process_peers(context->process), wait->fd);
    return peer == NULL ? NULL : peer->actor;
}

/* The descriptor of io_uring_enter is the ring's. The request's node is an argument of the
   functions that submit it (block/file-posix.c, raw_co_prw; block/io.c). */
const struct qc_block_node *qc_rule_node_submitted(const struct qc_rule_context *context,
                                                   struct qemucore_thread *thread)
{
    static const char *const functions[] = {"luring_co_submit", "raw_co_prw", "raw_co_flush_to_disk",
                                            "bdrv_driver_preadv", "bdrv_driver_pwritev", NULL};
    struct qemucore_frame *frame =
        qc_rule_is_in_ring(context, thread) ? qc_rule_frame(thread, functions) : NULL;
    uint64_t address;
    return frame != NULL && qc_frame_variable(frame, "bs", &address)
             ? qc_block_node_of(&context->state->block, address)
             : NULL;
}

/* Whose answer a library waits for in its own way: in poll(2), or asleep until its own thread has
   it. The functions are of its interface; where a program is stripped, few others have names. */
static const struct function_row library_rows[] = {
    {"xcb_", "The X server must answer."},
    {"wl_display_", "The Wayland compositor must answer."},
    {"pa_threaded_mainloop_wait", "The sound server (PulseAudio) must answer."},
    {"pw_thread_loop_", "The sound server (PipeWire) must answer."},
    {"g_dbus_", "The peer of that D-Bus connection must answer."},
    {"getaddrinfo", "Whatever resolves host names must answer: the name server, as a rule."},
};

/* The same for clients of storage, whose interface has many functions. By the file's name. */
static const struct function_row client_rows[] = {
    {"librados.so.", "The Ceph cluster must answer."},
    {"librbd.so.", "The Ceph cluster must answer."},
    {"libgfapi.so.", "The Gluster server must answer."},
};

/* util/module.c looks for modules in LIBDIR/qemu. */
static bool is_qemus(const struct qc_rule_context *context, const struct qemucore_module *module)
{
    return module != NULL && (module == qc_modules_executable(context->process->modules) ||
                              (module->path != NULL && strstr(module->path, "/qemu/") != NULL));
}

/* Looks only at frames inside QEMU's innermost: further out a library may have called QEMU back. */
static const char *actor_of_library(const struct qc_rule_context *context,
                                    struct qemucore_thread *thread)
{
    const struct qc_stack *stack = qc_thread_stack(thread);
    const struct function_row *row = NULL;
    for (size_t i = 0;
         i < stack->frames.count && row == NULL && !is_qemus(context, stack->frames.items[i].module);
         i++) {
        const struct qemucore_frame *frame = &stack->frames.items[i];
        row = row_of_function(library_rows, qc_count(library_rows), frame->function);
        if (row == NULL && frame->module != NULL && frame->module->path != NULL) {
            row = row_of_function(client_rows, qc_count(client_rows),
                                  qc_path_name(frame->module->path));
        }
    }
    return row == NULL ? NULL : row->actor;
}

void qc_finding_set_actor_peer(struct qemucore_finding *finding, const char *actor)
{
    qc_finding_set_actor(finding, "%c%s must act.", qc_upper(actor[0]), actor + 1);
}

/* Returns the address of a migration's other side; NULL: not known. */
static const char *address_of_side(struct qc_rule_context *context, enum qc_peer_kind kind)
{
    const struct qc_peers *peers = qc_process_peers(context->process);
    const struct qc_peer *peer =
        qc_vec_find(&peers->list, at, at->kind == kind && at->address != NULL);
    return peer == NULL ? NULL : peer->address;
}

void qc_finding_set_actor_side(struct qemucore_finding *finding, const char *actor)
{
    static const char destination[] = "The destination";
    static const char source[] = "The source";
    bool is_source = qc_str_begins(actor, source);
    bool is_side = is_source || qc_str_begins(actor, destination);
    const char *address =
        is_side
            ? address_of_side(finding->context, is_source ? QC_PEER_SOURCE : QC_PEER_DESTINATION)
            : NULL;
    size_t length = strlen(is_source ? source : destination);
    if (address == NULL) {
        qc_finding_set_actor(finding, "%s", actor);
    } else {
        qc_finding_set_actor(finding, "%.*s at %s%s", (int)length, actor, address, actor + length);
    }
}

void qc_finding_set_actor_of(struct qemucore_finding *finding, struct qemucore_thread *thread)
{
    struct qc_rule_context *context = finding->context;
    const struct qemucore_wait *wait = qc_rule_wait(context, thread);
    const char *peer =
        wait->state == QC_WAIT_SYSCALL ? actor_of_descriptor(context, wait) : NULL;
    const char *library = actor_of_library(context, thread);
    const char *answer = actor_of_rows(answer_rows, qc_count(answer_rows), thread);
    const struct qc_block_node *node = qc_rule_node_submitted(context, thread);
    if (qc_rule_activity(context, thread) == QC_ACTIVITY_IDLE) {
        qc_finding_set_actor(finding,
                             "%s must release its lock; no thread is seen that would make it do so.",
                             qc_rule_thread_label(context, thread));
    } else if (node != NULL) {
        qc_finding_set_actor(finding, "The storage below %s must answer.",
                             qc_storage_label(context, &(struct qc_block_culprit){.node = node}));
    } else if (peer != NULL) {
        qc_finding_set_actor_peer(finding, peer);
    } else if (library != NULL) {
        qc_finding_set_actor(finding, "%s", library);
    } else if (wait->state == QC_WAIT_SYSCALL) {
        qc_finding_set_actor(finding, "%s", actor_of_call(context, wait, thread));
    } else if (answer != NULL) {
        qc_finding_set_actor(finding, "%s", answer);
    } else {
        qc_finding_set_actor(finding,
                             "A thread of this process must wake %s; none is seen that would.",
                             qc_rule_thread_label(context, thread));
    }
}
