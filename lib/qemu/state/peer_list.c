/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/peer_list.h"

#include <string.h>

#include "qemu/qemu_limits.h"
#include "qemu/state/channel.h"

/* ---- who has to act ---------------------------------------------------------------------- */

/* Returns the actor at a known address. NULL: for this kind the owner tells. */
static const char *actor_at(struct qc_fields *fields, enum qc_peer_kind kind, const char *address)
{
    switch (kind) {
    case QC_PEER_FILE:
        return qc_fields_format(fields, "the file system below %s", address);
    case QC_PEER_DEVICE:
        return qc_fields_format(fields, "the device %s", address);
    case QC_PEER_NBD:
        return qc_fields_format(fields, "the NBD server at %s", address);
    case QC_PEER_DESTINATION:
        return qc_fields_format(fields, "the destination at %s", address);
    case QC_PEER_SOURCE:
        return qc_fields_format(fields, "the source at %s", address);
    case QC_PEER_DUMP:
        return qc_fields_format(
            fields, "the reader of the dump's file %s, or the file system below it", address);
    case QC_PEER_VNC:
        return qc_fields_format(fields, "the VNC client at %s", address);
    default:
        return NULL;
    }
}

/* Returns the actor by its owner. A file may be an unknown pipe: both possible actors are named. */
static const char *actor_of_owner(struct qc_fields *fields, const struct qc_peer_new *added)
{
    const char *owner = added->owner;
    const char *where = added->address == NULL
                            ? owner
                            : qc_fields_format(fields, "%s (%s)", owner, added->address);
    switch (added->kind) {
    case QC_PEER_FILE:
        return qc_fields_format(fields, "the file system below the file of %s", owner);
    case QC_PEER_DEVICE:
        return qc_fields_format(fields, "the device of %s", owner);
    case QC_PEER_NBD:
        return qc_fields_format(fields, "the NBD server of %s", owner);
    case QC_PEER_DESTINATION:
        return "the destination of the migration, or the command that reads it";
    case QC_PEER_SOURCE:
        return "the source of the migration";
    case QC_PEER_DUMP:
        return "the reader of the dump's file, or the file system below it";
    case QC_PEER_VHOST_USER:
        return qc_fields_format(fields, "the back end of %s", where);
    case QC_PEER_MONITOR:
    case QC_PEER_CHARDEV:
        return qc_fields_format(fields, "the %s of %s", added->is_client ? "server" : "client",
                                where);
    case QC_PEER_CHARDEV_FILE:
        return qc_fields_format(fields, "the other end of %s, or the file system below it", where);
    case QC_PEER_CHARDEV_LOG:
        return qc_fields_format(
            fields, "the reader of the log file%s%s of %s, or the file system below it",
            added->address == NULL ? "" : " ", qc_str_or(added->address, ""), owner);
    case QC_PEER_VNC:
        return "the VNC client";
    case QC_PEER_NETDEV:
    case QC_PEER_CHANNEL:
        return qc_fields_format(fields, "the other end of %s", where);
    case QC_PEER_LISTENER:
        return qc_fields_format(fields, "whoever is to connect to %s", where);
    default:
        return NULL;
    }
}

static const char *actor_text(struct qc_fields *fields, const struct qc_peer_new *added)
{
    const char *actor =
        added->address == NULL ? NULL : actor_at(fields, added->kind, added->address);
    return actor != NULL ? actor : actor_of_owner(fields, added);
}

/* ---- the list ---------------------------------------------------------------------------- */

void qc_peer_add(struct qc_peer_list *list, int fd, const struct qc_peer_new *added)
{
    struct qc_peers *peers = list->peers;
    bool has_address = added->address != NULL && added->address[0] != '\0';
    if (fd < 0) {
        return;
    }
    if (peers->list.count == QC_LIMIT_PEERS) {
        peers->why_cut = "there are more descriptors than libqemucore's limit";
        return;
    }
    qc_vec_push(&peers->list, (struct qc_peer){
                                  .kind = added->kind,
                                  .fd = fd,
                                  .owner = added->owner,
                                  .address = has_address ? added->address : NULL,
                                  .actor = actor_text(list->fields, added),
                                  .object = added->object,
                              });
}

void qc_peer_add_channel(struct qc_peer_list *list, uint64_t channel,
                         const struct qc_peer_new *added)
{
    struct qc_channel read;
    struct qc_peer_new peer = *added;
    if (!qc_channel_read(list->fields, channel, &read)) {
        return;
    }
    if (peer.address == NULL) {
        peer.address = read.remote != NULL ? read.remote : read.local;
    }
    qc_peer_add(list, read.fd, &peer);
    qc_peer_add(list, read.second_fd, &peer);
}

void qc_peer_add_channel_of(struct qc_peer_list *list, enum qc_field field, uint64_t structure,
                            const struct qc_peer_new *added)
{
    uint64_t channel;
    if (qc_field_read(list->fields, field, structure, &channel)) {
        qc_peer_add_channel(list, channel, added);
    }
}

void qc_peer_add_listener_of(struct qc_peer_list *list, enum qc_field field, uint64_t structure,
                             const struct qc_peer_new *added)
{
    struct qc_peer_new peer = {
        .kind = QC_PEER_LISTENER, .owner = added->owner, .object = added->object};
    uint64_t listener;
    uint64_t channel;
    if (!qc_field_read(list->fields, field, structure, &listener) || listener == 0) {
        return;
    }
    struct qc_listener channels = qc_listener_read(list->fields, listener);
    while (qc_listener_next(&channels, &channel)) {
        qc_peer_add_channel(list, channel, &peer);
    }
}
