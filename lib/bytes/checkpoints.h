/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * checkpoints - places inside a stream that decoding can go on from, with the decoder's state there
 *
 * Some hundred of them at most: when there are too many each other one goes, and from then on they
 * are made twice as far apart. So their memory does not grow with the file.
 */
#ifndef QC_BYTES_CHECKPOINTS_H
#define QC_BYTES_CHECKPOINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

struct qc_checkpoint {
    uint64_t offset; /* in what the file decodes to */
    uint64_t stored; /* in the file: what has been read */
    uint64_t member;
    void *state;
};

struct qc_checkpoints {
    QC_VEC(struct qc_checkpoint) list; /* ascending */
    uint64_t distance;                 /* of two neighbours; 0: QC_LIMIT_CHECKPOINT_DISTANCE */
    void (*free_state)(void *state);
};

/* Whether there should be one at that offset. */
bool qc_checkpoints_want(const struct qc_checkpoints *checkpoints, uint64_t offset);

/* Takes the state over. Without memory there is one checkpoint less. */
void qc_checkpoints_add(struct qc_checkpoints *checkpoints, const struct qc_checkpoint *checkpoint);

/* The last one at or before that offset; NULL: none. */
const struct qc_checkpoint *qc_checkpoints_find(const struct qc_checkpoints *checkpoints,
                                                uint64_t offset);

void qc_checkpoints_free(struct qc_checkpoints *checkpoints);

#endif
