/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes/checkpoints.h"

#include "bytes/bytes_limits.h"

static uint64_t checkpoints_distance(const struct qc_checkpoints *checkpoints)
{
    return checkpoints->distance != 0 ? checkpoints->distance : QC_LIMIT_CHECKPOINT_DISTANCE;
}

bool qc_checkpoints_want(const struct qc_checkpoints *checkpoints, uint64_t offset)
{
    size_t count = checkpoints->list.count;
    uint64_t last = count == 0 ? 0 : checkpoints->list.items[count - 1].offset;
    return offset >= last && offset - last >= checkpoints_distance(checkpoints);
}

/* Drops every other checkpoint, beginning with the first: the start of the file is near it. */
static void checkpoints_thin(struct qc_checkpoints *checkpoints)
{
    size_t kept = 0;
    for (size_t i = 0; i < checkpoints->list.count; i++) {
        if (i % 2 == 0) {
            checkpoints->free_state(checkpoints->list.items[i].state);
        } else {
            checkpoints->list.items[kept++] = checkpoints->list.items[i];
        }
    }
    checkpoints->list.count = kept;
    checkpoints->distance = 2 * checkpoints_distance(checkpoints);
}

void qc_checkpoints_add(struct qc_checkpoints *checkpoints, const struct qc_checkpoint *checkpoint)
{
    if (checkpoints->list.count == QC_LIMIT_CHECKPOINTS) {
        checkpoints_thin(checkpoints);
    }
    if (!qc_vec_push(&checkpoints->list, *checkpoint)) {
        checkpoints->free_state(checkpoint->state);
    }
}

const struct qc_checkpoint *qc_checkpoints_find(const struct qc_checkpoints *checkpoints,
                                                uint64_t offset)
{
    size_t i = checkpoints->list.count;
    while (i != 0 && checkpoints->list.items[i - 1].offset > offset) {
        i--;
    }
    return i == 0 ? NULL : &checkpoints->list.items[i - 1];
}

void qc_checkpoints_free(struct qc_checkpoints *checkpoints)
{
    qc_vec_free_each(&checkpoints->list, item, checkpoints->free_state(item->state));
}
