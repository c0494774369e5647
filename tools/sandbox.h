/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sandbox - the core is read by a child process that can do nothing else
 *
 * The child has the descriptors 0, 1 and 2 of the command, reads the files that the command line
 * names and the system's libraries and debug files, and prints the answer. What else it takes it
 * asks its parent for, who has seen no byte of the core: to open a file that the core names, which is
 * given to it if it is a program, a library or a debug file; to ask servers for one; to start the
 * pager, or dot; to open and name the output. The parent ends as the child did. A crash is an answer,
 * too: one sentence, and status 2.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "options.h"
#include "qemucore.h"

enum sandbox_request {
    SANDBOX_FILE,        /* text: a path; a descriptor to read */
    SANDBOX_FETCH,       /* text: of what, see qemucore_options.fetch; number: milliseconds; a
                            descriptor, and its path in the place of the error's message */
    SANDBOX_PAGER,       /* a descriptor to write into */
    SANDBOX_ANSWERED,    /* all has been printed */
    SANDBOX_GRAPH,       /* these are served by whom sandbox_serve names. For a graph: a descriptor */
    SANDBOX_PICTURE,     /* of the graph: a descriptor */
    SANDBOX_OUTPUT_OPEN, /* a descriptor */
    SANDBOX_OUTPUT_NAME, /* number: the size */
    SANDBOX_OUTPUT_CLOSE /* the parent asks it of itself when all is over */
};

/* Answers a descriptor, which is the caller's; or -1 with *error, whose status is QEMUCORE_OK where
   all is well and there is none. */
typedef int sandbox_server(void *opaque, enum sandbox_request request, uint64_t number,
                           struct qemucore_error *error);

/* Who serves requests that not all commands have. Before sandbox_enter. */
void sandbox_serve(sandbox_server *serve, void *opaque);

/* Returns in the child, or in this process where no sandbox is wanted or can be had. */
void sandbox_enter(struct tool_options *options);

/* Has it done by the parent, or at once where there is none. As a server answers. */
int sandbox_ask(enum sandbox_request request, uint64_t number, const char *text,
                struct qemucore_error *error);

#endif
