/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * handler - AioHandlers: what each event loop calls when a descriptor is ready
 *
 * What glib watches for QEMU (most chardevs, VNC) has a GSource of its own, and no AioHandler.
 */
#ifndef QC_QEMU_MACHINE_HANDLER_H
#define QC_QEMU_MACHINE_HANDLER_H

#include "qemu/machine/callback.h"
#include "qemu/state/aio.h"

struct qc_handler {
    uint64_t address;
    const struct qc_aio_context *context;
    struct qc_fact fd;
    struct qc_fact deleted; /* nobody wants it any more; it stays until no walk through the list is
                               under way */
    struct qc_callback io_read;
    struct qc_callback io_write;
    struct qc_callback io_poll;
    struct qc_fact opaque;
    struct qc_fact coroutine; /* that waits for the descriptor (yield_until_fd_readable); else not
                                 known */
};

struct qc_handlers {
    QC_VEC(struct qc_handler) list; /* by context, in the list's order */
    const char *why_cut; /* a list ended at a limit or led back; NULL: none did */
    char *why_absent;    /* the first thing that could not be had; NULL: nothing */
};

/* Into a zeroed struct, which the contexts outlive. */
void qc_handlers_find(struct qc_fields *fields, const struct qc_aio_contexts *contexts,
                      struct qc_handlers *ret);
void qc_handlers_free(struct qc_handlers *handlers);

#endif
