/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * request - what the child that reads the core asks of its parent (see sandbox.h)
 *
 * A request is one packet on a socket. Its reply is one packet with an error and, if the request
 * opens something, a descriptor.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "qemucore.h"

enum request {
    REQUEST_FILE,        /* text: a path. Returns a descriptor to read */
    REQUEST_FETCH,       /* text: "executable BUILD-ID" or "debuginfo BUILD-ID"; number: time in ms.
                            Returns a descriptor, and its path as the message of the error */
    REQUEST_PAGER,       /* returns a descriptor to write into */
    REQUEST_ANSWERED,    /* all has been printed; has no reply */
    REQUEST_GRAPH,       /* this and all below are served by the server of sandbox_serve. Returns
                            a descriptor to write the graph into */
    REQUEST_PICTURE,     /* returns a descriptor to read the picture of that graph from */
    REQUEST_OUTPUT_OPEN, /* returns a descriptor to write into */
    REQUEST_OUTPUT_NAME, /* number: size of the output, in bytes */
    REQUEST_OUTPUT_CLOSE /* made by the child, and by the parent itself when the child has ended */
};

/* Returns a descriptor, which the caller closes; or -1 and fills *error, whose status is
   QEMUCORE_OK when the request succeeded and has no descriptor. */
typedef int request_server(enum request request, uint64_t number, const char *text,
                           struct qemucore_error *error);

/* Sets what serves the requests, in the process that makes the child. */
void request_set_server(request_server *server);

/* Makes this process the child: from here on it asks the process at the other end of the socket. */
void request_set_socket(int socket);

/* Whether this process is the child. */
bool request_is_child(void);

/* Has the parent serve a request, or serves it here without a child. Returns as a server does;
   number, text and error may be 0 or NULL. */
int request_make(enum request request, uint64_t number, const char *text,
                 struct qemucore_error *error);

/* Serves requests until the child has gone. Returns whether the child has printed its answer. */
bool request_serve(int socket);
