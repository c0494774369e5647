/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_search - the variable that one lock is, or that points to what it is in
 *
 * Answers as the list of all locks (lock_name.h) would, where that can be known from the symbol
 * table and a few units: the list needs all of the debug info to be walked.
 */
#ifndef QC_QEMU_LOCKS_LOCK_SEARCH_H
#define QC_QEMU_LOCKS_LOCK_SEARCH_H

#include "qemu/locks/lock.h"

/* What a lock may be. */
struct qc_lock_candidates {
    const char *const *types; /* of all locks, as the list has them */
    size_t type_count;
    const size_t *kinds; /* indexes of types; a higher one is of no type */
    size_t kind_count;
};

/* False: only the list can tell. Else *ret is its name (malloc), or NULL: no variable leads to it. */
bool qc_lock_search(struct qc_process *process, uint64_t address,
                    const struct qc_lock_candidates *candidates, char **ret);

#endif
