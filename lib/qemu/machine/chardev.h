/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * chardev - character devices, as the monitor's "info chardev" shows them, and the user of each
 */
#pragma once

#include "qemu/fields/fact.h"
#include "qemu/threads/process.h"

struct qc_chardev {
    uint64_t address;
    const char *label;
    const char *type;        /* "chardev-socket"; NULL: can't be read */
    const char *filename;    /* "unix:qmp,server=on"; NULL: none, or it can't be read */
    struct qc_fact open;     /* the other end exists: a client has connected */
    struct qc_fact used;     /* a front end in QEMU has attached to it and opened it */
    struct qc_callback event; /* that front end's callback: "monitor_event"; not known if none */
};

struct qc_chardevs {
    QC_VEC(struct qc_chardev) list; /* sorted by label */
    const char *why_cut; /* why the list is not complete; NULL: it is */
    const char *why_absent;
};

/* Finds the character devices; *ret must be zeroed. */
void qc_chardevs_find(struct qc_process *process, struct qc_chardevs *ret);
