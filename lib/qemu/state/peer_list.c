/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/peer_list.h"

#include <string.h>

#include "qemu/qemu_limits.h"
#include "qemu/state/channel.h"

/* ---- who has to act ---------------------------------------------------------------------- */

/* Returns the actor at a known address. NULL: for this kind the owner tells. */
static char *actor_at(enum qc_peer_kind kind, const char *address)
{
    switch (kind) {
    case QC_PEER_FILE:
        return qc_format("the file system below %s", address);
    case QC_PEER_DEVICE:
        return qc_format("the device %s", address);
    case QC_PEER_NBD:
        return qc_format("the NBD server at %s", address);
    case QC_PEER_DESTINATION:
        return qc_format("the destination at %s", address);
    case QC_PEER_SOURCE:
        return qc_format("the source at %s", address);
    case QC_PEER_DUMP:
        return qc_format("the reader of the dump's file %s, or the file system below it", address);
    case QC_PEER_VNC:
        return qc_format("the VNC client at %s", address);
    default:
        return NULL;
    }
}

/* Returns the actor by its owner. A file may be an unknown pipe: both possible actors are named. */
static char *actor_of_owner(const struct qc_peer_new *added)
{
    const char *owner = added->owner;
    QC_FREE char *with_address =
        added->address == NULL ? NULL : qc_format("%s (%s)", owner, added->address);
    const char *where = qc_text_or(with_address, owner);
    switch (added->kind) {
    case QC_PEER_FILE:
        return qc_format("the file system below the file of %s", owner);
    case QC_PEER_DEVICE:
        return qc_format("the device of %s", owner);
    case QC_PEER_NBD:
        return qc_format("the NBD server of %s", owner);
    case QC_PEER_DESTINATION:
        return strdup("the destination of the migration, or the command that reads it");
    case QC_PEER_SOURCE:
        return strdup("the source of the migration");
    case QC_PEER_DUMP:
        return strdup("the reader of the dump's file, or the file system below it");
    case QC_PEER_VHOST_USER:
        return qc_format("the back end of %s", where);
    case QC_PEER_MONITOR:
    case QC_PEER_CHARDEV:
        return qc_format("the %s of %s", added->is_client ? "server" : "client", where);
    case QC_PEER_CHARDEV_FILE:
        return qc_format("the other end of %s, or the file system below it", where);
    case QC_PEER_CHARDEV_LOG:
        return qc_format("the reader of the log file%s%s of %s, or the file system below it",
                         added->address == NULL ? "" : " ", qc_text_or(added->address, ""), owner);
    case QC_PEER_VNC:
        return strdup("the VNC client");
    case QC_PEER_NETDEV:
        return qc_format("the other end of %s", where);
    case QC_PEER_LISTENER:
        return qc_format("whoever is to connect to %s", where);
    default:
        return NULL;
    }
}

static char *actor_text(const struct qc_peer_new *added)
{
    char *actor = added->address == NULL ? NULL : actor_at(added->kind, added->address);
    return actor != NULL ? actor : actor_of_owner(added);
}

/* ---- the list ---------------------------------------------------------------------------- */

static char *copy(const char *text)
{
    return text == NULL || text[0] == '\0' ? NULL : strdup(text);
}

void qc_peer_add(struct qc_peer_list *list, int fd, const struct qc_peer_new *added)
{
    struct qc_peers *peers = list->peers;
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
                                  .owner = copy(added->owner),
                                  .address = copy(added->address),
                                  .actor = actor_text(added),
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
    qc_channel_free(&read);
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
