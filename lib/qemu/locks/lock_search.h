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

/* False: only the list can tell. Else *ret is its name (malloc), or NULL: no variable leads to it.
   types: of all locks, as the list has them; kinds: those of them that it may be, or others, which
   are of no type. */
bool qc_lock_search(struct qc_process *process, uint64_t address, const char *const *types,
                    size_t type_count, const size_t *kinds, size_t kind_count, char **ret);

#endif
