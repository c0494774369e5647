/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * chardev - character devices, as the monitor's "info chardev" has them, and what each is used by
 */
#ifndef QC_QEMU_MACHINE_CHARDEV_H
#define QC_QEMU_MACHINE_CHARDEV_H

#include "qemu/machine/callback.h"
#include "qemu/threads/process.h"

struct qc_chardev {
    uint64_t address;
    char *label;
    char *type;              /* "chardev-socket"; NULL: can't be read */
    char *filename;          /* "unix:qmp,server=on"; NULL: none, or it can't be read */
    struct qc_fact open;     /* its other end is there: a client has connected */
    struct qc_fact used;     /* somebody in QEMU has taken it and opened it */
    struct qc_callback event; /* of whoever has: "monitor_event"; not known where nobody has */
};

struct qc_chardevs {
    QC_VEC(struct qc_chardev) list; /* by their labels */
    const char *why_cut; /* not all could be read; NULL: they could */
    char *why_absent;
};

/* Into a zeroed struct. */
void qc_chardevs_find(struct qc_process *process, struct qc_chardevs *ret);
void qc_chardevs_free(struct qc_chardevs *chardevs);

#endif
