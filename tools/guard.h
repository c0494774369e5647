/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * guard - the process that reads no core: waits for the one that does, and ends as it did
 *
 * The reader's standard output, where that is no terminal, is a file in memory which is handed on when
 * the reader has ended: a JSON document is there whole or not at all, and whoever reads the answer
 * slowly is not against the time limit. A reader that crashes, or is not done in time, is ended and
 * told of in one sentence.
 */
#ifndef GUARD_H
#define GUARD_H

#include <stdbool.h>
#include <sys/types.h>

#include "options.h"

struct guard {
    const struct tool_options *options;
    int socket; /* where the reader asks */
    int held;   /* what the reader prints; -1: it prints by itself */
    /* Does what the reader asks for, until it has gone; whether all had been printed by then. In a
       thread of its own: a file system that hangs is not against the time limit either. */
    bool (*serve)(int socket);
    void (*clean_up)(void); /* behind the reader */
};

/* For struct guard, before the reader is begun. */
int guard_hold(void);

/* The reader's memory, or that of this process where it reads the core itself. A sanitizer's is its
   own. */
void guard_limit_memory(const struct tool_options *options, bool writes_files);

_Noreturn void guard_run(const struct guard *guard, pid_t reader);

#endif
