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

enum sandbox_request {
    SANDBOX_FILE,        /* text: a path. Returns a descriptor to read */
    SANDBOX_FETCH,       /* text: "executable BUILD-ID" or "debuginfo BUILD-ID"; number: time in ms.
                            Returns a descriptor, and its path as the message of the error */
    SANDBOX_PAGER,       /* returns a descriptor to write into */
    SANDBOX_ANSWERED,    /* all has been printed; has no reply */
    SANDBOX_GRAPH,       /* this and all below are served by the server of sandbox_serve. Returns
                            a descriptor to write the graph into */
    SANDBOX_PICTURE,     /* returns a descriptor to read the picture of that graph from */
    SANDBOX_OUTPUT_OPEN, /* returns a descriptor to write into */
    SANDBOX_OUTPUT_NAME, /* number: size of the output, in bytes */
    SANDBOX_OUTPUT_CLOSE /* made by the child, and by the parent itself when the child has ended */
};

/* Returns a descriptor, which the caller closes; or -1 and fills *error, whose status is
   QEMUCORE_OK when the request succeeded and has no descriptor. */
typedef int sandbox_server(void *opaque, enum sandbox_request request, uint64_t number,
                           struct qemucore_error *error);

/* Sets the server of the requests that not all commands make. To be called before sandbox_enter. */
void sandbox_serve(sandbox_server *serve, void *opaque);

/* Returns in the child, or in this process if no sandbox is wanted or none can be made. */
void sandbox_enter(struct tool_options *options);

/* Has the parent serve a request, or serves it here without a sandbox. Returns as a server does;
   number, text and error may be 0 or NULL. */
int sandbox_ask(enum sandbox_request request, uint64_t number, const char *text,
                struct qemucore_error *error);
