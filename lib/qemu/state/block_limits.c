/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_limits - reads the limits of a throttle group
 */
#include "qemu/state/block_reader.h"

const char *qc_block_limited_name(enum qc_block_limited limited)
{
    static const char *const names[] = {
        [QC_BLOCK_BPS_TOTAL] = "bps_total",   [QC_BLOCK_BPS_READ] = "bps_read",
        [QC_BLOCK_BPS_WRITE] = "bps_write",   [QC_BLOCK_IOPS_TOTAL] = "iops_total",
        [QC_BLOCK_IOPS_READ] = "iops_read",   [QC_BLOCK_IOPS_WRITE] = "iops_write",
    };
    return names[limited];
}

void qc_block_limits_read(struct qc_fields *fields, uint64_t state, struct qc_block_throttle *ret)
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
