/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/vhost_inflight.h"

/* QueueRegionSplit and DescStateSplit of docs/interop/vhost-user.rst. */
#define REGION_VERSION 8
#define REGION_DESCRIPTORS 10
#define REGION_HEADER 16
#define DESCRIPTOR_SIZE 16
#define NOTES_VERSION 1 /* 0: none are kept since the machine was reset */

/* Members of device types that point to a struct vhost_inflight. */
static const struct {
    const char *type;
    enum qc_field inflight;
} rows[] = {
    {"vhost-user-blk", QC_FIELD_VHOST_USER_BLK_INFLIGHT},
    {"vhost-user-scsi", QC_FIELD_VHOST_SCSI_INFLIGHT},
};

static uint64_t find_notes(struct qc_fields *fields, const struct qc_virtio_device *device)
{
    uint64_t address = 0;
    for (size_t i = 0; i < qc_count(rows); i++) {
        if (qc_str_is(device->type, rows[i].type)) {
            qc_field_read(fields, rows[i].inflight, device->address, &address);
        }
    }
    return address;
}

/* Adds the requests in flight of one queue, whose region has so many bytes. */
static void region_count(struct qc_fields *fields, uint64_t region, uint64_t size,
                         struct qc_fact *ret)
{
    struct qc_fact version = qc_fact_little(fields, region + REGION_VERSION, 2);
    struct qc_fact count = qc_fact_little(fields, region + REGION_DESCRIPTORS, 2);
    if (!qc_fact_is(version, NOTES_VERSION) || !count.is_known || size < REGION_HEADER ||
        count.value > (size - REGION_HEADER) / DESCRIPTOR_SIZE) {
        return;
    }
    for (uint64_t i = 0; i < count.value && qc_fields_take_element(fields); i++) {
        uint64_t taken;
        if (qc_fields_number(fields, region + REGION_HEADER + i * DESCRIPTOR_SIZE, 1, &taken)) {
            ret->is_known = true;
            ret->value += taken == 1;
        }
    }
}

struct qc_fact qc_vhost_inflight(struct qc_fields *fields, const struct qc_virtio_device *device,
                                 size_t except)
{
    uint64_t notes = find_notes(fields, device);
    size_t queues = device->queues.count;
    struct qc_fact ret = {0};
    if (notes == 0 || queues == 0 || !device->features.is_known ||
        qc_virtio_has(device, QC_VIRTIO_PACKED)) {
        return ret;
    }
    struct qc_fact start = qc_fact_field(fields, QC_FIELD_INFLIGHT_ADDRESS, notes, NULL);
    struct qc_fact size = qc_fact_field(fields, QC_FIELD_INFLIGHT_SIZE, notes, NULL);
    if (!qc_fact_is_set(start) || !qc_fact_is_set(size) || size.value % queues != 0) {
        return ret;
    }
    uint64_t stride = size.value / queues;
    for (size_t i = 0; i < queues; i++) {
        if (i != except) {
            region_count(fields, start.value + i * stride, stride, &ret);
        }
    }
    return ret;
}
