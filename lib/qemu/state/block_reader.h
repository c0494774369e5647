/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_reader - readers for the parts of the block layer, each for one element of a list
 */
#pragma once

#include "qemu/fields/list.h"
#include "qemu/state/block.h"

struct qc_block_reader {
    struct qc_fields *fields;
    const struct qc_aio_contexts *contexts;
    struct qc_block *block;
};

/* Read an element of a list, and add it to its kind's in the block layer. False: out of memory. */
bool qc_block_node_read(const struct qc_block_reader *reader, uint64_t address);
bool qc_block_backend_read(const struct qc_block_reader *reader, uint64_t address);
bool qc_block_job_read(const struct qc_block_reader *reader, uint64_t address);

void qc_block_node_free(struct qc_block_node *node);
void qc_block_backend_free(struct qc_block_backend *backend);

/* Reads the driver's private state. node->driver is already set. */
void qc_block_driver_read(struct qc_fields *fields, const char **why_cut,
                          struct qc_block_node *node);

/* Reads the group of the ThrottleGroupMember at `member`. */
void qc_block_throttle_read(struct qc_fields *fields, uint64_t member,
                            struct qc_block_throttle *ret);

static inline const struct qc_aio_context *
qc_block_context_of(const struct qc_block_reader *reader, struct qc_fact address)
{
    return address.is_known ? qc_aio_context_of(reader->contexts, address.value) : NULL;
}
