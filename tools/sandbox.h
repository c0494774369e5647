/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sandbox - the core is read by a child process that can do nothing else
 *
 * The child has the descriptors 0, 1 and 2 of the command, reads the files that the command line
 * names and the system's libraries and debug files, and prints the answer. It asks its parent,
 * which has read no byte of the core, for everything else: to open a file that the core names,
 * which the parent does if it is a program, a library or a debug file; to download one; to start
 * the pager or dot; to open and name the output. The parent exits as the child did. If the child
 * crashes, the answer is one sentence and status 2.
 */
#pragma once

#include "options.h"
#include "qemucore.h"
#include "request.h"

/* Serves the requests that not all commands make. Returns as a request_server does. */
typedef int sandbox_server(void *opaque, enum request request, uint64_t number,
                           struct qemucore_error *error);

/* To be called before sandbox_enter. */
void sandbox_serve(sandbox_server *serve, void *opaque);

/* Returns in the child, or in this process if no sandbox is wanted or none can be made. */
void sandbox_enter(struct tool_options *options);
