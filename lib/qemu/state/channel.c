/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/channel.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/base.h"
#include "core/core.h"
#include "qemu/fields/qom.h"
#include "qemu/qemu_limits.h"

/* include/uapi/linux/vm_sockets.h, struct sockaddr_vm: its first 16 bytes. */
struct vsock_address {
    uint16_t family;
    uint16_t reserved;
    uint32_t port;
    uint32_t cid;
    uint32_t flags; /* and zeroes */
};

/* The address of a socket's end, as getsockname or getpeername returned it. */
union socket_name {
    struct sockaddr any;
    struct sockaddr_un local;
    struct sockaddr_in inet;
    struct sockaddr_in6 inet6;
    struct vsock_address vsock;
};

/* ---- names of sockets -------------------------------------------------------------------- */

static const char *inet_text(struct qc_fields *fields, int family, const void *address,
                             uint16_t port)
{
    char text[INET6_ADDRSTRLEN];
    if (inet_ntop(family, address, text, sizeof(text)) == NULL) {
        return NULL;
    }
    return qc_fields_format(fields, family == AF_INET ? "tcp:%s:%u" : "tcp:[%s]:%u", text,
                            ntohs(port));
}

/* An abstract name begins with a NUL and ends only where the address does. */
static const char *unix_text(struct qc_fields *fields, const struct sockaddr_un *name, size_t size)
{
    size_t offset = offsetof(struct sockaddr_un, sun_path);
    size_t length = size <= offset ? 0 : size - offset;
    bool is_abstract = length > 1 && name->sun_path[0] == '\0';
    if (length == 0 || (name->sun_path[0] == '\0' && !is_abstract)) {
        return NULL;
    }
    return is_abstract
               ? qc_fields_format(fields, "unix:@%.*s", (int)length - 1, name->sun_path + 1)
               : qc_fields_format(fields, "unix:%.*s", (int)length, name->sun_path);
}

static uint16_t swapped(uint16_t number, bool is_foreign)
{
    return is_foreign ? (uint16_t)(number >> 8 | number << 8) : number;
}

/* The family is in the machine's byte order, ports and addresses are in network order. */
const char *qc_socket_name_text(struct qc_fields *fields, uint64_t address, uint64_t size)
{
    const struct qc_core *core = qc_fields_core(fields);
    bool is_foreign = core->big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
    union socket_name name = {.local = {0}};
    size_t length = size < sizeof(name.local) ? (size_t)size : sizeof(name.local);
    if (length < sizeof(name.any.sa_family) || !qc_core_read(core, address, &name, length)) {
        return NULL;
    }
    switch (swapped(name.any.sa_family, is_foreign)) {
    case AF_UNIX:
        return unix_text(fields, &name.local, length);
    case AF_INET:
        return length < sizeof(name.inet)
                   ? NULL
                   : inet_text(fields, AF_INET, &name.inet.sin_addr, name.inet.sin_port);
    case AF_INET6:
        return length < sizeof(name.inet6)
                   ? NULL
                   : inet_text(fields, AF_INET6, &name.inet6.sin6_addr, name.inet6.sin6_port);
    case AF_VSOCK:
        return is_foreign || length < sizeof(name.vsock)
                   ? NULL
                   : qc_fields_format(fields, "vsock:%" PRIu32 ":%" PRIu32, name.vsock.cid,
                                      name.vsock.port);
    default:
        return NULL;
    }
}

static const char *socket_end(struct qc_fields *fields, uint64_t channel, enum qc_field name,
                        enum qc_field size)
{
    uint64_t address;
    uint64_t length;
    return qc_field_address(fields, name, channel, &address) &&
                   qc_field_read(fields, size, channel, &length)
               ? qc_socket_name_text(fields, address, length)
               : NULL;
}

/* ---- channels ---------------------------------------------------------------------------- */

int qc_channel_descriptor(struct qc_fields *fields, enum qc_field field, uint64_t structure)
{
    struct qc_fact fd = qc_fact_field(fields, field, structure, NULL);
    return fd.is_known && fd.value <= QC_LIMIT_DESCRIPTOR ? (int)fd.value : -1;
}

static void socket_read(struct qc_fields *fields, uint64_t address, struct qc_channel *ret)
{
    ret->fd = qc_channel_descriptor(fields, QC_FIELD_CHANNEL_SOCKET_FD, address);
    ret->remote = socket_end(fields, address, QC_FIELD_CHANNEL_SOCKET_REMOTE,
                             QC_FIELD_CHANNEL_SOCKET_REMOTE_SIZE);
    ret->local = socket_end(fields, address, QC_FIELD_CHANNEL_SOCKET_LOCAL,
                            QC_FIELD_CHANNEL_SOCKET_LOCAL_SIZE);
}

static void file_read(struct qc_fields *fields, uint64_t address, struct qc_channel *ret)
{
    ret->fd = qc_channel_descriptor(fields, QC_FIELD_CHANNEL_FILE_FD, address);
}

static void command_read(struct qc_fields *fields, uint64_t address, struct qc_channel *ret)
{
    ret->fd = qc_channel_descriptor(fields, QC_FIELD_CHANNEL_COMMAND_WRITE, address);
    ret->second_fd = qc_channel_descriptor(fields, QC_FIELD_CHANNEL_COMMAND_READ, address);
}

/* For each QOM type: how it is read, or the member that holds the channel below. */
static const struct channel_type {
    const char *name;
    void (*read)(struct qc_fields *fields, uint64_t address, struct qc_channel *ret);
    enum qc_field master;
} channel_types[] = {
    {"qio-channel-socket", socket_read, QC_FIELD_COUNT},
    {"qio-channel-file", file_read, QC_FIELD_COUNT},
    {"qio-channel-command", command_read, QC_FIELD_COUNT},
    {"qio-channel-tls", NULL, QC_FIELD_CHANNEL_TLS_MASTER},
    {"qio-channel-websock", NULL, QC_FIELD_CHANNEL_WEBSOCK_MASTER},
};

static const struct channel_type *channel_type_of(struct qc_fields *fields, uint64_t address)
{
    const char *name = address == 0 ? NULL : qc_qom_type(fields, address);
    return qc_array_find(channel_types, type, qc_str_is(name, type->name));
}

bool qc_channel_read(struct qc_fields *fields, uint64_t address, struct qc_channel *ret)
{
    const struct channel_type *type = channel_type_of(fields, address);
    for (unsigned i = 0; i < QC_LIMIT_CHANNELS && type != NULL && type->read == NULL; i++) {
        type = qc_field_read(fields, type->master, address, &address)
                   ? channel_type_of(fields, address)
                   : NULL;
    }
    if (type == NULL || type->read == NULL) {
        return false;
    }
    *ret = (struct qc_channel){.fd = -1, .second_fd = -1};
    type->read(fields, address, ret);
    return true;
}

struct qc_listener qc_listener_read(struct qc_fields *fields, uint64_t address)
{
    struct qc_fact channels = qc_fact_field(fields, QC_FIELD_LISTENER_CHANNELS, address, NULL);
    struct qc_fact sources = qc_fact_field(fields, QC_FIELD_LISTENER_SOURCES, address, NULL);
    struct qc_fact count = qc_fact_field(fields, QC_FIELD_LISTENER_COUNT, address, NULL);
    struct qc_listener listener = {
        .fields = fields,
        .array = channels.is_known ? channels.value : sources.value,
        .count = count.is_known ? count.value : 0,
        .has_sources = !channels.is_known,
    };
    if (listener.count > QC_LIMIT_LISTENERS) {
        qc_fields_doubt(fields, QEMUCORE_LIMIT,
                        "QIONetListener.nsioc at 0x%" PRIx64 " is %" PRIu64
                        ": more than libqemucore's limit", address, listener.count);
        listener.count = QC_LIMIT_LISTENERS;
    }
    return listener;
}

bool qc_listener_next(struct qc_listener *listener, uint64_t *ret)
{
    return listener->next < listener->count &&
           qc_fields_pointer(listener->fields, listener->array + 8 * listener->next++, ret) &&
           (!listener->has_sources ||
            qc_field_read(listener->fields, QC_FIELD_LISTENER_SOURCE_CHANNEL, *ret, ret));
}

/* ---- addresses that were asked for ------------------------------------------------------- */

static const char *pair_text(struct qc_fields *fields, uint64_t address, const char *family,
                       enum qc_field host, enum qc_field port)
{
    const char *first = qc_field_text(fields, host, address);
    const char *second = qc_field_text(fields, port, address);
    return first == NULL || second == NULL
               ? NULL
               : qc_fields_format(fields, strchr(first, ':') == NULL ? "%s:%s:%s" : "%s:[%s]:%s",
                                  family, first, second);
}

static const char *path_text(struct qc_fields *fields, uint64_t address, const char *family,
                       enum qc_field field)
{
    const char *text = qc_field_text(fields, field, address);
    return text == NULL ? NULL : qc_fields_format(fields, "%s:%s", family, text);
}

/* Values of SocketAddressType (qapi/sockets.json), unchanged from 2.9 to 11.1. */
const char *qc_socket_address_text(struct qc_fields *fields, uint64_t address)
{
    enum { INET, UNIX, VSOCK, FD };
    struct qc_fact type = address == 0 ? (struct qc_fact){0}
                                       : qc_fact_field(fields, QC_FIELD_SOCKET_ADDRESS_TYPE,
                                                       address, NULL);
    if (!type.is_known) {
        return NULL;
    }
    switch (type.value) {
    case INET:
        return pair_text(fields, address, "tcp", QC_FIELD_SOCKET_ADDRESS_HOST,
                         QC_FIELD_SOCKET_ADDRESS_PORT);
    case UNIX:
        return path_text(fields, address, "unix", QC_FIELD_SOCKET_ADDRESS_PATH);
    case VSOCK:
        return pair_text(fields, address, "vsock", QC_FIELD_SOCKET_ADDRESS_CID,
                         QC_FIELD_SOCKET_ADDRESS_VSOCK_PORT);
    case FD:
        return path_text(fields, address, "fd", QC_FIELD_SOCKET_ADDRESS_FD);
    default:
        return NULL;
    }
}
