/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_driver - reads the private state of the drivers that keep requests
 *
 * A driver that is not in the table has no file or server, or one that `filename` names.
 */
#include <string.h>

#include "base/base.h"
#include "qemu/state/block_reader.h"
#include "qemu/state/channel.h"

static const struct driver {
    const char *name; /* BlockDriver.format_name */
    enum qc_block_driver kind;
} drivers[] = {
    {"file", QC_BLOCK_DRIVER_FILE},         {"host_device", QC_BLOCK_DRIVER_FILE},
    {"host_cdrom", QC_BLOCK_DRIVER_FILE},   {"nbd", QC_BLOCK_DRIVER_NBD},
    {"null-co", QC_BLOCK_DRIVER_NULL},      {"null-aio", QC_BLOCK_DRIVER_NULL},
    {"blkdebug", QC_BLOCK_DRIVER_BLKDEBUG}, {"throttle", QC_BLOCK_DRIVER_THROTTLE},
};

static enum qc_block_driver kind_of(const char *driver)
{
    const struct driver *row = qc_array_find(drivers, at, qc_str_is(driver, at->name));
    return row == NULL ? QC_BLOCK_DRIVER_OTHER : row->kind;
}

/* ---- NBD --------------------------------------------------------------------------------- */

/* Returns "unix:/run/nbd.sock", "10.0.0.1:10809", "[::1]:10809": a TCP address as in a URL. */
static const char *server_text(struct qc_fields *fields, uint64_t address)
{
    const char *text = qc_socket_address_text(fields, address);
    return qc_str_begins(text, "tcp:") ? text + 4 : text;
}

static struct qc_fact timer_expire(struct qc_fields *fields, enum qc_field timer, uint64_t member)
{
    return qc_fact_behind(fields, qc_fact_field(fields, timer, member, NULL),
                          QC_FIELD_TIMER_EXPIRE);
}

static void nbd_read(struct qc_fields *fields, uint64_t own, struct qc_block_nbd *ret)
{
    struct qc_fact address = qc_fact_field(fields, QC_FIELD_NBD_SERVER, own, NULL);
    ret->state = qc_fact_field_enumerator(fields, QC_FIELD_NBD_STATE, own, "NBD_CLIENT_");
    ret->in_flight = qc_fact_counter(fields, QC_FIELD_NBD_IN_FLIGHT, own, NULL);
    ret->export = qc_field_text(fields, QC_FIELD_NBD_EXPORT, own);
    ret->address = qc_fact_is_set(address) ? server_text(fields, address.value) : NULL;
    ret->gives_up = timer_expire(fields, QC_FIELD_NBD_DELAY_TIMER, own);
    if (!ret->gives_up.is_known) {
        ret->gives_up = timer_expire(fields, QC_FIELD_NBD_OPEN_TIMER, own);
    }
}

/* ---- the others -------------------------------------------------------------------------- */

static void file_read(struct qc_fields *fields, uint64_t own, struct qc_block_file *ret)
{
    ret->fd = qc_fact_field(fields, QC_FIELD_FILE_FD, own, NULL);
    ret->linux_aio = qc_fact_field(fields, QC_FIELD_FILE_LINUX_AIO, own, NULL);
    ret->io_uring = qc_fact_field(fields, QC_FIELD_FILE_IO_URING, own, NULL);
}

static void blkdebug_read(struct qc_fields *fields, uint64_t own, const char **why_cut,
                          struct qc_block_blkdebug *ret)
{
    struct qc_list list = qc_list_field(fields, QC_FIELD_BLKDEBUG_SUSPENDED, own,
                                        QC_FIELD_SUSPENDED_NEXT, NULL, why_cut);
    ret->suspended = qc_list_count(list);
    ret->tag = qc_text_behind(fields, list.first, QC_FIELD_SUSPENDED_TAG);
}

QC_DEFINE_WORDS(qc_block_limited_name, enum qc_block_limited, QC_BLOCK_LIMITS)

/* Reads the limits of the ThrottleState at `state`. */
static void limits_read(struct qc_fields *fields, uint64_t state, struct qc_block_throttle *ret)
{
    size_t size = qc_fields_type_size(fields, "LeakyBucket");
    uint64_t buckets;
    ret->iops_size = qc_fact_field(fields, QC_FIELD_THROTTLE_SIZE, state, NULL);
    if (size == 0 || !qc_field_address(fields, QC_FIELD_THROTTLE_BUCKETS, state, &buckets)) {
        return;
    }
    for (size_t i = 0; i < QC_BLOCK_LIMITED; i++) {
        struct qc_block_limit *limit = &ret->limits[i];
        uint64_t bucket = buckets + i * size;
        limit->average = qc_fact_field(fields, QC_FIELD_BUCKET_AVERAGE, bucket, NULL);
        limit->burst = qc_fact_field(fields, QC_FIELD_BUCKET_BURST, bucket, NULL);
        limit->burst_s = qc_fact_field(fields, QC_FIELD_BUCKET_LENGTH, bucket, NULL);
    }
}

/* The member points to the ThrottleState that lies inside its ThrottleGroup. */
void qc_block_throttle_read(struct qc_fields *fields, uint64_t member,
                            struct qc_block_throttle *ret)
{
    struct qc_fact state = qc_fact_field(fields, QC_FIELD_THROTTLE_STATE, member, NULL);
    uint64_t offset;
    if (!qc_fact_is_set(state)) {
        return;
    }
    if (qc_field_address(fields, QC_FIELD_THROTTLE_GROUP_STATE, 0, &offset)) {
        uint64_t group = state.value - offset;
        ret->group = qc_field_text(fields, QC_FIELD_THROTTLE_GROUP_NAME, group);
        ret->reads_armed = qc_fact_field(fields, QC_FIELD_THROTTLE_GROUP_READS_ARMED, group, NULL);
        ret->writes_armed = qc_fact_field(fields, QC_FIELD_THROTTLE_GROUP_WRITES_ARMED, group, NULL);
    }
    limits_read(fields, state.value, ret);
    ret->reads = qc_fact_counter(fields, QC_FIELD_THROTTLE_READS, member, NULL);
    ret->writes = qc_fact_counter(fields, QC_FIELD_THROTTLE_WRITES, member, NULL);
    ret->read_expire = timer_expire(fields, QC_FIELD_THROTTLE_READ_TIMER, member);
    ret->write_expire = timer_expire(fields, QC_FIELD_THROTTLE_WRITE_TIMER, member);
}

void qc_block_driver_read(struct qc_fields *fields, const char **why_cut,
                          struct qc_block_node *node)
{
    node->kind = kind_of(node->driver);
    if (!qc_fact_is_set(node->opaque)) {
        return;
    }
    switch (node->kind) {
    case QC_BLOCK_DRIVER_FILE:
        file_read(fields, node->opaque.value, &node->own.file);
        break;
    case QC_BLOCK_DRIVER_NBD:
        nbd_read(fields, node->opaque.value, &node->own.nbd);
        break;
    case QC_BLOCK_DRIVER_NULL:
        node->own.latency = qc_fact_field(fields, QC_FIELD_NULL_LATENCY, node->opaque.value, NULL);
        break;
    case QC_BLOCK_DRIVER_BLKDEBUG:
        blkdebug_read(fields, node->opaque.value, why_cut, &node->own.blkdebug);
        break;
    case QC_BLOCK_DRIVER_THROTTLE:
        qc_block_throttle_read(fields, node->opaque.value, &node->own.throttle);
        break;
    case QC_BLOCK_DRIVER_OTHER:
        break;
    }
}
