/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * handler - AioHandlers: the callbacks of each event loop for ready descriptors
 *
 * Descriptors that GLib watches for QEMU (most chardevs, VNC) have GSources, and no AioHandler.
 */
#pragma once

#include "qemu/fields/fact.h"
#include "qemu/state/aio.h"

struct qc_handler {
    uint64_t address;
    const struct qc_aio_context *context;
    struct qc_fact fd;
    struct qc_fact deleted; /* removed, but kept in the list while a walk through it goes on */
    struct qc_callback io_read;
    struct qc_callback io_write;
    struct qc_callback io_poll;
    struct qc_fact opaque;
    struct qc_fact coroutine; /* coroutine that waits for the descriptor (yield_until_fd_readable);
                                 else not known */
};

struct qc_handlers {
    QC_VEC(struct qc_handler) list; /* by context, in QEMU's order */
    const char *why_cut; /* why a list is not complete; NULL: all are */
    const char *why_absent; /* why the first missing fact is not known; NULL: none is missing */
};

/* Finds the handlers; *ret must be zeroed, and the contexts must outlive it. */
void qc_handlers_find(struct qc_fields *fields, const struct qc_aio_contexts *contexts,
                      struct qc_handlers *ret);
