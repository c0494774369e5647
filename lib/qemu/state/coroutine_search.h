/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coroutine_search - where the coroutines of a process are
 *
 * QEMU keeps no list of them. Each has a mapping of its own for its stack. At the end of that
 * mapping is the frame that the coroutine began in, which holds the coroutine's address
 * (util/coroutine-ucontext.c, coroutine_trampoline). So each coroutine with a stack is found, and
 * its structure proves it by naming that stack. Coroutines that threads, event loops, jobs and
 * requests name are added.
 */
#pragma once

#include "qemu/state/coroutines.h"

/* Finds the address and the stack of each coroutine, sorted by address, into a zeroed struct. */
void qc_coroutines_search(struct qc_process *process, struct qc_coroutines *ret);

int qc_coroutine_compare_addresses(const void *left, const void *right);
