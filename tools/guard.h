/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * guard - the parent process: it waits for the child that reads the core, and exits as the child
 * did
 *
 * The child is called the reader. Where standard output is no terminal, the reader prints into a
 * file in memory, which the guard copies to standard output when the reader has ended: a JSON
 * document is printed whole or not at all, and a slow consumer does not count against the time
 * limit. When the reader crashes or exceeds the time limit, the guard kills it and says so in one
 * sentence.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "options.h"

struct guard {
    const struct tool_options *options;
    int socket; /* the guard's end of the socket for the reader's requests */
    int held;   /* memory file for the reader's answer; -1: the reader prints to standard output */
    /* Serves the reader's requests until it has gone. Returns whether the whole answer was printed.
       Runs in a thread of its own, so that a file system that hangs can't defeat the time limit. */
    bool (*serve)(int socket);
    void (*clean_up)(void); /* removes the files that a killed reader leaves */
};

/* Makes the file for guard.held, to be called before the fork. Returns -1 when none is needed. */
int guard_hold(void);

/* Limits the memory of the calling process, which reads the core. Does nothing with a sanitizer. */
void guard_limit_memory(const struct tool_options *options, bool writes_files);

/* Waits for the reader, and exits with the status of the command. */
_Noreturn void guard_run(const struct guard *guard, pid_t reader);
