/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * peer_chardev - the descriptors of chardevs
 */
#include <string.h>

#include "base/base.h"
#include "qemu/fields/list.h"
#include "qemu/fields/qom.h"
#include "qemu/state/channel.h"
#include "qemu/state/peer_list.h"
#include "qemu/state/vhost_user.h"

/* ---- options ----------------------------------------------------------------------------- */

/* Returns the option of a name. The last one counts (util/qemu-option.c, qemu_opt_find). */
static const char *option_find(struct qc_fields *fields, uint64_t options, const char *name)
{
    struct qc_list list =
        qc_list_field(fields, QC_FIELD_OPTIONS_FIRST, options, QC_FIELD_OPTION_NEXT, NULL, NULL);
    const char *found = NULL;
    qc_list_each(&list, option) {
        const char *its_name = qc_field_text(fields, QC_FIELD_OPTION_NAME, option);
        if (qc_str_is(its_name, name)) {
            found = qc_field_text(fields, QC_FIELD_OPTION_TEXT, option);
        }
    }
    return found;
}

/* Searches the options that -chardev and configuration files gave, which QEMU keeps
   (qemu_chardev_opts). It does not keep those of the monitor and of -serial. */
static const char *option_text(struct qc_peer_list *list, const char *id, const char *name)
{
    struct qc_fields *fields = list->fields;
    uint64_t lists;
    if (!qc_variable_address(fields, QC_VARIABLE_CHARDEV_OPTIONS, NULL, &lists)) {
        return NULL;
    }
    struct qc_list all = qc_list_field(fields, QC_FIELD_OPTIONS_LISTS, lists, QC_FIELD_OPTIONS_NEXT,
                                       NULL, &list->peers->why_cut);
    qc_list_each(&all, options) {
        const char *its_id = qc_field_text(fields, QC_FIELD_OPTIONS_ID, options);
        if (qc_str_is(its_id, id)) {
            return option_find(fields, options, name);
        }
    }
    return NULL;
}

/* ---- what a chardev is used for ------------------------------------------------------------ */

static const char *event_function(struct qc_fields *fields, uint64_t chardev)
{
    uint64_t front;
    uint64_t function;
    bool known = qc_field_read(fields, QC_FIELD_CHARDEV_FRONT_END, chardev, &front)
                     ? front != 0 && qc_field_read(fields, QC_FIELD_FRONT_END_EVENT, front,
                                                   &function)
                     : qc_field_read(fields, QC_FIELD_CHARDEV_BACK_END, chardev, &front) &&
                           front != 0 &&
                           qc_field_read(fields, QC_FIELD_BACK_END_EVENT, front, &function);
    return known ? qc_fact_symbol(fields, function) : NULL;
}

/* A chardev does not know a vhost-user device that is still being created, but the stack does. */
static void vhost_users_find(struct qc_peer_list *list)
{
    struct qc_threads *threads = list->process->threads;
    for (size_t i = 0; i < threads->count; i++) {
        struct qc_vhost_user user = {0};
        if (qc_vhost_user_of(list->process, &threads->items[i], &user)) {
            if (user.chardev != 0) {
                qc_vec_push(&list->vhost_users, user.chardev);
            }
        }
    }
}

static bool is_vhost_user(const struct qc_peer_list *list, uint64_t chardev)
{
    return qc_vec_any(&list->vhost_users, vhost_user, *vhost_user == chardev);
}

/* Recognizes other uses by the event function of the front end: monitor/, net/vhost-user.c,
   hw/block/vhost-user-blk.c, hw/virtio/vhost-user-*.c. */
static enum qc_peer_kind kind_by_use(const struct qc_peer_list *list, uint64_t chardev)
{
    const char *function = event_function(list->fields, chardev);
    if (is_vhost_user(list, chardev) ||
        (function != NULL && strstr(function, "vhost_user") != NULL)) {
        return QC_PEER_VHOST_USER;
    }
    return qc_str_begins(function, "monitor_")
               ? QC_PEER_MONITOR
               : QC_PEER_CHARDEV;
}

/* ---- kinds of chardevs ------------------------------------------------------------------- */

struct chardev {
    uint64_t address;
    const char *name;
    struct qc_peer_new peer;
};

static void channel_add(struct qc_peer_list *list, const struct chardev *chardev,
                        enum qc_field field)
{
    qc_peer_add_channel_of(list, field, chardev->address, &chardev->peer);
}

static void socket_add(struct qc_peer_list *list, struct chardev *chardev)
{
    struct qc_fields *fields = list->fields;
    struct qc_fact listens =
        qc_fact_field(fields, QC_FIELD_CHARDEV_SOCKET_LISTENS, chardev->address, NULL);
    struct qc_fact asked =
        qc_fact_field(fields, QC_FIELD_CHARDEV_SOCKET_ADDRESS, chardev->address, NULL);
    const char *address = asked.is_known ? qc_socket_address_text(fields, asked.value) : NULL;
    chardev->peer.is_client = qc_fact_is_zero(listens);
    /* The address of a client that has connected by TCP is known to the socket only. */
    bool is_told = address != NULL && !qc_str_begins(address, "fd:") &&
                   (chardev->peer.is_client || qc_str_begins(address, "unix:"));
    chardev->peer.address = is_told ? address : NULL;
    channel_add(list, chardev, QC_FIELD_CHARDEV_SOCKET_CHANNEL);
    qc_peer_add_listener_of(list, QC_FIELD_CHARDEV_SOCKET_LISTENER, chardev->address,
                            &chardev->peer);
}

static void file_add(struct qc_peer_list *list, struct chardev *chardev)
{
    const char *path = option_text(list, chardev->name, "path");
    chardev->peer.kind = chardev->peer.kind == QC_PEER_CHARDEV ? QC_PEER_CHARDEV_FILE
                                                               : chardev->peer.kind;
    chardev->peer.address = path;
    channel_add(list, chardev, QC_FIELD_CHARDEV_FD_IN);
    channel_add(list, chardev, QC_FIELD_CHARDEV_FD_OUT);
}

/* The filename of the chardev is "pty:/dev/pts/3"; from 11.0 on it is made of the pty's name when
   somebody asks (chardev/char-pty.c). */
static void pty_add(struct qc_peer_list *list, struct chardev *chardev)
{
    struct qc_fields *fields = list->fields;
    const char *filename = qc_field_text(fields, QC_FIELD_CHARDEV_FILENAME, chardev->address);
    const char *name = qc_field_text(fields, QC_FIELD_CHARDEV_PTY_NAME, chardev->address);
    chardev->peer.address = filename != NULL || name == NULL
                              ? filename
                              : qc_fields_format(fields, "pty:%s", name);
    channel_add(list, chardev, QC_FIELD_CHARDEV_PTY_CHANNEL);
}

/* The kernel's address of a datagram socket does not say that it is one. */
static void udp_add(struct qc_peer_list *list, struct chardev *chardev)
{
    struct qc_channel channel;
    uint64_t address;
    if (!qc_field_read(list->fields, QC_FIELD_CHARDEV_UDP_CHANNEL, chardev->address, &address) ||
        !qc_channel_read(list->fields, address, &channel)) {
        return;
    }
    bool is_inet = qc_str_begins(channel.remote, "tcp:");
    chardev->peer.is_client = true;
    chardev->peer.address =
        is_inet ? qc_fields_format(list->fields, "udp:%s", channel.remote + 4) : NULL;
    qc_peer_add(list, channel.fd, &chardev->peer);
}

static const struct chardev_type {
    const char *name; /* QOM type of the chardev */
    void (*add)(struct qc_peer_list *list, struct chardev *chardev);
} chardev_types[] = {
    {"chardev-socket", socket_add}, {"chardev-file", file_add},    {"chardev-pipe", file_add},
    {"chardev-stdio", file_add},    {"chardev-console", file_add}, {"chardev-serial", file_add},
    {"chardev-pty", pty_add},       {"chardev-udp", udp_add},
};

static void log_add(struct qc_peer_list *list, const struct chardev *chardev)
{
    int fd = qc_channel_descriptor(list->fields, QC_FIELD_CHARDEV_LOG_FD, chardev->address);
    if (fd >= 0) {
        const char *path = option_text(list, chardev->name, "logfile");
        struct qc_peer_new log = {.kind = QC_PEER_CHARDEV_LOG,
                                  .owner = chardev->peer.owner,
                                  .address = path,
                                  .object = chardev->address};
        qc_peer_add(list, fd, &log);
    }
}

const char *qc_chardev_address(struct qc_fields *fields, uint64_t chardev)
{
    const char *type = qc_qom_type(fields, chardev);
    struct qc_fact address =
        qc_str_is(type, "chardev-socket")
            ? qc_fact_field(fields, QC_FIELD_CHARDEV_SOCKET_ADDRESS, chardev, NULL)
            : (struct qc_fact){0};
    return qc_fact_is_set(address) ? qc_socket_address_text(fields, address.value) : NULL;
}

const char *qc_chardev_text(struct qc_fields *fields, uint64_t chardev)
{
    const char *label = qc_field_text(fields, QC_FIELD_CHARDEV_LABEL, chardev);
    const char *text = qc_chardev_address(fields, chardev);
    return label == NULL
             ? NULL
             : qc_fields_format(fields, "chardev %s%s%s", label, text == NULL ? "" : ", ",
                                qc_str_or(text, ""));
}

static void chardev_add(struct qc_peer_list *list, const char *name, uint64_t address)
{
    const char *type = qc_qom_type(list->fields, address);
    enum qc_peer_kind kind = kind_by_use(list, address);
    const char *owner = qc_fields_format(
        list->fields, "%s %s", kind == QC_PEER_MONITOR ? "monitor" : "chardev", name);
    struct chardev chardev = {
        address, name, {.kind = kind, .owner = owner, .object = address}};
    log_add(list, &chardev);
    for (size_t i = 0; i < qc_count(chardev_types); i++) {
        if (qc_str_is(type, chardev_types[i].name)) {
            chardev_types[i].add(list, &chardev);
        }
    }
}

void qc_peer_add_chardevs(struct qc_peer_list *list)
{
    uint64_t root;
    uint64_t chardevs;
    vhost_users_find(list);
    if (qc_process_object_root(list->process, &root, NULL) &&
        qc_qom_child(list->fields, root, "chardevs", &chardevs)) {
        struct qc_qom_children children = qc_qom_children(list->fields, chardevs);
        while (qc_qom_next_child(&children)) {
            chardev_add(list, children.name, children.address);
        }
    }
    qc_vec_free(&list->vhost_users);
}
