/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_search - finds the variable that is a given lock, or that points to the object with the lock
 *
 * Gives the same answer as the list of all locks (lock_name.h), from the symbol table and a few
 * units. The list takes a walk through all of the debug info.
 */
#pragma once

#include "qemu/locks/lock.h"

/* The types that a lock may have. */
struct qc_lock_candidates {
    const char *const *types; /* names of all types of locks, in the list's order */
    size_t type_count;
    const size_t *kinds; /* indexes of candidates in types; one beyond its end has no type */
    size_t kind_count;
};

/* False: only the list can tell. Else *ret is the lock's name; NULL: no variable leads to it. */
bool qc_lock_search(struct qc_process *process, uint64_t address,
                    const struct qc_lock_candidates *candidates, const char **ret);
