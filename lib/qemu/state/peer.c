/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/peer.h"

#include <string.h>

#include "base/base.h"
#include "qemu/fields/list.h"
#include "qemu/qemu_limits.h"
#include "qemu/state/aio.h"
#include "qemu/state/channel.h"
#include "qemu/state/multifd.h"
#include "qemu/state/peer_list.h"
#include "qemu/threads/alias.h"
#include "qemu/threads/frames.h"
#include "values/values.h"

static void list_walk(struct qc_peer_list *list, enum qc_variable head, enum qc_field next,
                      void (*add)(struct qc_peer_list *list, uint64_t element))
{
    struct qc_list elements =
        qc_list_variable(list->fields, head, next, NULL, &list->peers->why_cut);
    qc_list_each(&elements, element) {
        add(list, element);
    }
}

/* Adds the descriptor in a member of a structure. */
static void add_field(struct qc_peer_list *list, enum qc_field field, uint64_t structure,
                      const struct qc_peer_new *peer)
{
    qc_peer_add(list, qc_channel_descriptor(list->fields, field, structure), peer);
}

/* ---- block nodes ------------------------------------------------------------------------- */

/* The state is the BDRVRawState of block/file-posix.c. block/raw-format.c has another structure of
   that name, so debug info can't tell. Its first member has been `int fd` from 1.0 to 11.1. */
static void raw_add(struct qc_peer_list *list, uint64_t state, const struct qc_peer_new *peer)
{
    uint64_t fd;
    if (qc_fields_number(list->fields, state, sizeof(int), &fd) && fd <= QC_LIMIT_DESCRIPTOR) {
        qc_peer_add(list, (int)fd, peer);
    }
}

/* While QEMU reconnects, the channel is in the NBDClientConnection, or there is none. */
static void nbd_add(struct qc_peer_list *list, uint64_t state, const struct qc_peer_new *peer)
{
    struct qc_fields *fields = list->fields;
    struct qc_peer_new server = *peer;
    struct qc_fact saddr = qc_fact_field(fields, QC_FIELD_NBD_SERVER, state, NULL);
    const char *address = saddr.is_known ? qc_socket_address_text(fields, saddr.value) : NULL;
    uint64_t pointer;
    server.address = address;
    if (qc_field_read(fields, QC_FIELD_NBD_CHANNEL, state, &pointer) && pointer != 0) {
        qc_peer_add_channel(list, pointer, &server);
    } else if (qc_field_read(fields, QC_FIELD_NBD_CONNECTION, state, &pointer) && pointer != 0) {
        qc_peer_add_channel_of(list, QC_FIELD_NBD_CONNECTION_CHANNEL, pointer, &server);
    }
}

/* The driver's format_name decides: block/file-posix.c, block/nbd.c. */
static const struct node_driver {
    const char *name;
    enum qc_peer_kind kind;
    void (*add)(struct qc_peer_list *list, uint64_t state, const struct qc_peer_new *peer);
} node_drivers[] = {
    {"file", QC_PEER_FILE, raw_add},          {"host_device", QC_PEER_DEVICE, raw_add},
    {"host_cdrom", QC_PEER_DEVICE, raw_add},  {"nbd", QC_PEER_NBD, nbd_add},
    {"nbd+tcp", QC_PEER_NBD, nbd_add},        {"nbd+unix", QC_PEER_NBD, nbd_add},
};

static const struct node_driver *driver_of(struct qc_fields *fields, uint64_t node)
{
    struct qc_fact driver = qc_fact_field(fields, QC_FIELD_NODE_DRIVER, node, NULL);
    const char *name = qc_text_behind(fields, driver, QC_FIELD_DRIVER_NAME);
    return qc_array_find(node_drivers, row, qc_str_is(name, row->name));
}

static void node_add(struct qc_peer_list *list, uint64_t address)
{
    const struct node_driver *driver = driver_of(list->fields, address);
    struct qc_fact state = qc_fact_field(list->fields, QC_FIELD_NODE_OPAQUE, address, NULL);
    if (driver == NULL || !qc_fact_is_set(state)) {
        return;
    }
    const char *name = qc_field_text(list->fields, QC_FIELD_NODE_NAME, address);
    const char *filename = qc_field_text(list->fields, QC_FIELD_NODE_FILENAME, address);
    const char *owner =
        name == NULL ? "a node" : qc_fields_format(list->fields, "node %s", name);
    struct qc_peer_new peer = {driver->kind, owner, filename, address, true};
    driver->add(list, state.value, &peer);
}

/* ---- migration --------------------------------------------------------------------------- */

static void file_add(struct qc_peer_list *list, enum qc_field field, uint64_t migration,
                     enum qc_peer_kind kind, const char *owner)
{
    uint64_t file;
    if (qc_field_read(list->fields, field, migration, &file) && file != 0) {
        struct qc_peer_new peer = {kind, owner, NULL, file, kind == QC_PEER_DESTINATION};
        qc_peer_add_channel_of(list, QC_FIELD_FILE_CHANNEL, file, &peer);
    }
}

static void multifd_add(struct qc_peer_list *list, bool sends, struct qc_fact wanted,
                        const char *owner)
{
    struct qc_multifd multifd = {.channels = {0}};
    const char *why = NULL;
    qc_multifd_find(list->process, sends, wanted, &multifd, &list->peers->why_cut, &why);
    for (size_t i = 0; i < multifd.channels.count; i++) {
        struct qc_fact channel = multifd.channels.items[i].channel;
        struct qc_peer_new peer = {sends ? QC_PEER_DESTINATION : QC_PEER_SOURCE, owner, NULL,
                                   channel.value, sends};
        if (qc_fact_is_set(channel)) {
            qc_peer_add_channel(list, channel.value, &peer);
        }
    }
    qc_vec_free(&multifd.channels);
}

static void migration_add(struct qc_peer_list *list)
{
    static const char out[] = "the outgoing migration";
    static const char in[] = "the incoming migration";
    struct qc_fields *fields = list->fields;
    struct qc_fact outgoing = qc_fact_variable(fields, QC_VARIABLE_CURRENT_MIGRATION, NULL);
    struct qc_fact incoming = qc_fact_variable(fields, QC_VARIABLE_CURRENT_INCOMING, NULL);
    struct qc_fact channels = {0};
    if (qc_fact_is_set(outgoing)) {
        uint64_t address = outgoing.value;
        channels = qc_fact_field(fields, QC_FIELD_MIGRATION_CHANNELS, address, NULL);
        file_add(list, QC_FIELD_MIGRATION_TO_DESTINATION, address, QC_PEER_DESTINATION, out);
        file_add(list, QC_FIELD_MIGRATION_FROM_DESTINATION, address, QC_PEER_DESTINATION, out);
        multifd_add(list, true, channels, out);
    }
    if (qc_fact_is_set(incoming)) {
        uint64_t address = incoming.value;
        file_add(list, QC_FIELD_INCOMING_FROM_SOURCE, address, QC_PEER_SOURCE, in);
        file_add(list, QC_FIELD_INCOMING_TO_SOURCE, address, QC_PEER_SOURCE, in);
        multifd_add(list, false, channels, in);
    }
}

/* ---- dump-guest-memory ------------------------------------------------------------------- */

/* Finds a function on any stack. The dump's structure alone tells nothing: it keeps old values. */
static struct qemucore_frame *dump_frame(struct qc_process *process, const char *function)
{
    for (size_t i = 0; i < process->threads->count; i++) {
        struct qemucore_frame *frame =
            qc_frames_find(qc_thread_stack(&process->threads->items[i]), function);
        if (frame != NULL) {
            return frame;
        }
    }
    return NULL;
}

/* Returns the path by the command's argument, which is gone if the command was detached. */
static const char *dump_path(struct qc_process *process)
{
    struct qemucore_frame *frame = dump_frame(process, "qmp_dump_guest_memory");
    uint64_t protocol;
    if (frame == NULL || !qc_frame_variable(frame, "protocol", &protocol) || protocol == 0) {
        return NULL;
    }
    const char *text = qc_fields_keep(
        process->fields, qc_value_text(process->modules, protocol, SIZE_MAX, NULL));
    return qc_str_begins(text, "file:") ? text + strlen("file:") : text;
}

/* Found by its variable: net/dump.c has another DumpState. */
static void dump_add(struct qc_peer_list *list)
{
    struct qemucore_object dump;
    struct qemucore_object fd;
    uint64_t number;
    if (dump_frame(list->process, "dump_process") == NULL ||
        qc_expression_find(list->process, "dump_state_global", NULL, &dump, NULL) !=
            QEMUCORE_OK ||
        qc_object_member(&dump, "fd", &fd, NULL) != QEMUCORE_OK ||
        qc_object_number(&fd, &number, NULL) != QEMUCORE_OK || number > QC_LIMIT_DESCRIPTOR) {
        return;
    }
    const char *path = dump_path(list->process);
    struct qc_peer_new peer = {QC_PEER_DUMP, "dump-guest-memory", path, dump.address, false};
    qc_peer_add(list, (int)number, &peer);
}

/* ---- VNC --------------------------------------------------------------------------------- */

static void display_add(struct qc_peer_list *list, uint64_t address)
{
    struct qc_fields *fields = list->fields;
    const char *id = qc_field_text(fields, QC_FIELD_VNC_ID, address);
    const char *owner = id == NULL ? "VNC" : qc_fields_format(fields, "VNC %s", id);
    struct qc_list clients = qc_list_field(fields, QC_FIELD_VNC_CLIENTS, address,
                                           QC_FIELD_VNC_CLIENT_NEXT, NULL, &list->peers->why_cut);
    qc_list_each(&clients, client) {
        struct qc_peer_new peer = {QC_PEER_VNC, owner, NULL, client, false};
        qc_peer_add_channel_of(list, QC_FIELD_VNC_CLIENT_CHANNEL, client, &peer);
    }
    struct qc_peer_new peer = {QC_PEER_VNC, owner, NULL, address, false};
    qc_peer_add_listener_of(list, QC_FIELD_VNC_LISTENER, address, &peer);
    qc_peer_add_listener_of(list, QC_FIELD_VNC_WEB_LISTENER, address, &peer);
}

/* ---- networks ---------------------------------------------------------------------------- */

/* Each of these structures begins with its NetClientState (net/). */
static const struct net_row {
    const char *type;
    enum qc_field descriptor;
    enum qc_field channel;
    enum qc_field listener;
} net_rows[] = {
    {"tap", QC_FIELD_NET_TAP_FD, QC_FIELD_COUNT, QC_FIELD_COUNT},
    {"socket", QC_FIELD_NET_SOCKET_FD, QC_FIELD_COUNT, QC_FIELD_COUNT},
    {"socket", QC_FIELD_NET_SOCKET_LISTEN_FD, QC_FIELD_COUNT, QC_FIELD_COUNT},
    {"dgram", QC_FIELD_NET_DGRAM_FD, QC_FIELD_COUNT, QC_FIELD_COUNT},
    {"stream", QC_FIELD_COUNT, QC_FIELD_NET_STREAM_CHANNEL, QC_FIELD_NET_STREAM_LISTENER},
    {"stream", QC_FIELD_COUNT, QC_FIELD_NET_STREAM_DATA_CHANNEL,
     QC_FIELD_NET_STREAM_DATA_LISTENER},
    {"passt", QC_FIELD_COUNT, QC_FIELD_NET_STREAM_DATA_CHANNEL, /* 10.1 on: its first member */
     QC_FIELD_NET_STREAM_DATA_LISTENER},
};

static void net_add(struct qc_peer_list *list, const struct net_row *row,
                    const struct qc_peer_new *peer)
{
    if (row->descriptor != QC_FIELD_COUNT) {
        add_field(list, row->descriptor, peer->object, peer);
        return;
    }
    qc_peer_add_channel_of(list, row->channel, peer->object, peer);
    qc_peer_add_listener_of(list, row->listener, peer->object, peer);
}

static void netdev_add(struct qc_peer_list *list, uint64_t address)
{
    struct qc_fields *fields = list->fields;
    uint64_t info;
    const char *type =
        qc_field_read(fields, QC_FIELD_NET_INFO, address, &info) && info != 0
            ? qc_fact_field_enumerator(fields, QC_FIELD_NET_INFO_TYPE, info, "NET_CLIENT_DRIVER_")
            : NULL;
    const char *name = qc_field_text(fields, QC_FIELD_NET_NAME, address);
    const char *owner = qc_fields_format(fields, "netdev %s", qc_str_or(name, "?"));
    struct qc_peer_new peer = {QC_PEER_NETDEV, owner, NULL, address, false};
    for (size_t i = 0; i < qc_count(net_rows); i++) {
        if (qc_str_is(type, net_rows[i].type)) {
            net_add(list, &net_rows[i], &peer);
        }
    }
}

/* ---- KVM --------------------------------------------------------------------------------- */

/* Without KVM the kvm_fd of a vCPU is 0, not -1. */
static void kvm_add(struct qc_peer_list *list)
{
    struct qc_fields *fields = list->fields;
    const struct qc_cpus *cpus = qc_process_cpus(list->process);
    struct qc_fact kvm = qc_fact_variable(fields, QC_VARIABLE_KVM_STATE, NULL);
    if (!qc_fact_is_set(kvm)) {
        return;
    }
    struct qc_peer_new peer = {QC_PEER_KVM, "KVM", NULL, kvm.value, false};
    add_field(list, QC_FIELD_KVM_FD, kvm.value, &peer);
    peer = (struct qc_peer_new){QC_PEER_KVM_VM, "KVM's machine", NULL, kvm.value, false};
    add_field(list, QC_FIELD_KVM_VM_FD, kvm.value, &peer);
    qc_vec_each(&cpus->list, cpu) {
        const char *owner = qc_fields_format(fields, "CPU %d", cpu->index);
        peer = (struct qc_peer_new){QC_PEER_KVM_CPU, owner, NULL, cpu->address, false};
        add_field(list, QC_FIELD_CPU_KVM_FD, cpu->address, &peer);
    }
}

/* ---- event loops ------------------------------------------------------------------------- */

static void handler_add(struct qc_peer_list *list, uint64_t address)
{
    struct qc_fields *fields = list->fields;
    uint64_t function = 0;
    int fd = qc_channel_descriptor(fields, QC_FIELD_AIO_HANDLER_FD, address);
    if (fd < 0 || (qc_field_read(fields, QC_FIELD_AIO_HANDLER_READ, address, &function) &&
                   function == 0 &&
                   !qc_field_read(fields, QC_FIELD_AIO_HANDLER_WRITE, address, &function))) {
        return;
    }
    const char *name = qc_fact_symbol(fields, function);
    bool is_signal = qc_str_is(name, "sigfd_handler"); /* util/main-loop.c */
    const char *owner = name == NULL ? NULL : qc_fields_format(fields, "handler %s", name);
    struct qc_peer_new peer = {is_signal ? QC_PEER_SIGNALFD : QC_PEER_HANDLER,
                               is_signal ? "QEMU's signals" : owner, NULL, address, false};
    if (name != NULL) {
        qc_peer_add(list, fd, &peer);
    }
}

/* Returns the context's io_uring. AioContext.fdmon_io_uring outlives it: the main loop gives it up
   for its GSource (util/aio-posix.c, aio_context_use_g_source). */
static int ring_of(struct qc_fields *fields, uint64_t context)
{
    struct qc_fact operations = qc_fact_field(fields, QC_FIELD_AIO_FDMON, context, NULL);
    const char *name =
        operations.is_known ? qc_fact_symbol(fields, operations.value) : NULL;
    return qc_str_is(name, "fdmon_io_uring_ops")
               ? qc_channel_descriptor(fields, QC_FIELD_AIO_FDMON_RING, context)
               : -1;
}

static void loop_add(struct qc_peer_list *list, uint64_t context, const char *owner)
{
    struct qc_fields *fields = list->fields;
    struct qc_peer_new peer = {QC_PEER_EVENTFD, owner, NULL, context, false};
    uint64_t pointer;
    add_field(list, QC_FIELD_AIO_NOTIFIER_READ, context, &peer);
    add_field(list, QC_FIELD_AIO_NOTIFIER_WRITE, context, &peer);
    if (qc_field_read(fields, QC_FIELD_AIO_LINUX_AIO, context, &pointer) && pointer != 0) {
        add_field(list, QC_FIELD_LINUX_AIO_READ, pointer, &peer);
    }
    peer.kind = QC_PEER_EPOLL;
    add_field(list, QC_FIELD_AIO_EPOLL_FD, context, &peer);
    peer.kind = QC_PEER_IO_URING;
    qc_peer_add(list, ring_of(fields, context), &peer);
    if (qc_field_read(fields, QC_FIELD_AIO_LINUX_RING, context, &pointer) && pointer != 0) {
        add_field(list, QC_FIELD_LINUX_RING_FD, pointer, &peer);
    }
    struct qc_list handlers = qc_list_field(fields, QC_FIELD_AIO_HANDLERS, context,
                                            QC_FIELD_AIO_HANDLER_NEXT, NULL, &list->peers->why_cut);
    qc_list_each(&handlers, handler) {
        handler_add(list, handler);
    }
}

static void loops_add(struct qc_peer_list *list)
{
    const struct qc_iothreads *iothreads = qc_process_iothreads(list->process);
    for (size_t i = 0; i < QC_MAIN_CONTEXTS; i++) {
        struct qc_fact context = qc_fact_variable(list->fields, qc_main_contexts[i], NULL);
        if (qc_fact_is_set(context)) {
            loop_add(list, context.value, "the main loop");
        }
    }
    qc_vec_each(&iothreads->list, iothread) {
        if (iothread->ctx != 0) {
            loop_add(list, iothread->ctx,
                     qc_fields_format(list->fields, "iothread %s", qc_str_or(iothread->id, "?")));
        }
    }
}

/* ---- channels that threads use ------------------------------------------------------------- */

/* A channel in its handshake belongs to no object yet: the functions of io/ that use it, and their
   callers, have it as their parameter `ioc`. */
static void used_add(struct qc_peer_list *list, struct qc_stack *stack)
{
    qc_vec_each(&stack->frames, frame) {
        uint64_t channel;
        if (qc_str_begins(frame->function, "qio_channel_") &&
            qc_frame_variable(frame, "ioc", &channel) && channel != 0) {
            const char *name = qc_field_text(list->fields, QC_FIELD_CHANNEL_NAME, channel);
            if (name != NULL) {
                const char *owner = qc_fields_format(list->fields, "channel %s", name);
                struct qc_peer_new peer = {QC_PEER_CHANNEL, owner, NULL, channel, false};
                qc_peer_add_channel(list, channel, &peer);
            }
            return;
        }
    }
}

/* ---- all of them ------------------------------------------------------------------------- */

QC_DEFINE_ORDER(compare_peers, struct qc_peer,
                qc_compare(a->fd, b->fd) ?: qc_compare(a->kind, b->kind) ?:
                qc_compare(a->object, b->object))

/* Keeps one peer per descriptor, the first. */
static void duplicates_remove(struct qc_peers *peers)
{
    size_t kept = 0;
    qc_vec_sort(&peers->list, compare_peers);
    qc_vec_each(&peers->list, peer) {
        if (kept == 0 || peers->list.items[kept - 1].fd != peer->fd) {
            peers->list.items[kept++] = *peer;
        }
    }
    peers->list.count = kept;
}

static void peers_find(struct qc_process *process, struct qc_peers *ret)
{
    struct qc_peer_list list = {.fields = process->fields, .process = process, .peers = ret};
    if (!qc_fields_know_qemu(process->fields)) {
        return;
    }
    list_walk(&list, QC_VARIABLE_ALL_NODES, QC_FIELD_NODE_NEXT, node_add);
    migration_add(&list);
    dump_add(&list);
    qc_peer_add_chardevs(&list);
    list_walk(&list, QC_VARIABLE_VNC_DISPLAYS, QC_FIELD_VNC_NEXT, display_add);
    list_walk(&list, QC_VARIABLE_NET_CLIENTS, QC_FIELD_NET_NEXT, netdev_add);
    kvm_add(&list);
    loops_add(&list);
    for (size_t i = 0; i < process->threads->count; i++) {
        used_add(&list, qc_thread_stack(&process->threads->items[i]));
    }
    duplicates_remove(ret);
}

static void peers_free(struct qc_peers *peers)
{
    qc_vec_free(&peers->list);
    free(peers);
}

const struct qc_peers *qc_process_peers(struct qc_process *process)
{
    static const struct qc_peers unknown; /* no memory */
    if (process->peers == NULL) {
        process->peers = calloc(1, sizeof(*process->peers));
        if (process->peers == NULL) {
            return &unknown;
        }
        process->peers_free = peers_free;
        peers_find(process, process->peers);
    }
    return process->peers;
}

const struct qc_peer *qc_peer_of(const struct qc_peers *peers, int fd)
{
    size_t at = qc_lower_bound(peers->list.count, i, peers->list.items[i].fd < fd);
    return at < peers->list.count && peers->list.items[at].fd == fd ? &peers->list.items[at]
                                                                    : NULL;
}

char *qc_peer_text(const struct qc_peer *peer)
{
    bool is_of_loop = peer->kind == QC_PEER_EVENTFD || peer->kind == QC_PEER_EPOLL ||
                      peer->kind == QC_PEER_IO_URING;
    return qc_format("%s%s%s%s%s", is_of_loop ? qc_peer_kind_name(peer->kind) : "",
                     is_of_loop ? " of " : "", qc_str_or(peer->owner, "?"),
                     peer->address == NULL ? "" : ", ", qc_str_or(peer->address, ""));
}

QC_DEFINE_WORDS(qc_peer_kind_name, enum qc_peer_kind, QC_PEER_KINDS)
