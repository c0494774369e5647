/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * checkpoints - places inside a stream where decoding can start, with the decoder's state there
 *
 * There are some hundred at most: when there are more, every other one is dropped and the distance
 * between new ones doubles. So their memory does not grow with the file.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"

struct qc_checkpoint {
    uint64_t offset; /* in the uncompressed bytes */
    uint64_t stored; /* offset in the file of the next byte to read */
    uint64_t member; /* number of the gzip member */
    void *state;     /* the decoder's state */
};

struct qc_checkpoints {
    QC_VEC(struct qc_checkpoint) list; /* ascending */
    uint64_t distance;                 /* between neighbours; 0: QC_LIMIT_CHECKPOINT_DISTANCE */
    void (*free_state)(void *state);
};

/* Tells whether a checkpoint is due at that offset. */
bool qc_checkpoints_want(const struct qc_checkpoints *checkpoints, uint64_t offset);

/* Adds a checkpoint and takes its state over. Out of memory: drops the checkpoint. */
void qc_checkpoints_add(struct qc_checkpoints *checkpoints, const struct qc_checkpoint *checkpoint);

/* Returns the last checkpoint at or before that offset. NULL: none. */
const struct qc_checkpoint *qc_checkpoints_find(const struct qc_checkpoints *checkpoints,
                                                uint64_t offset);

void qc_checkpoints_free(struct qc_checkpoints *checkpoints);
