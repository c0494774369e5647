/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vnc - VNC servers and their clients, as the monitor's "info vnc" has them
 *
 * Passwords are not read.
 */
#ifndef QC_QEMU_MACHINE_VNC_H
#define QC_QEMU_MACHINE_VNC_H

#include "qemu/fields/fact.h"

struct qc_vnc_client {
    uint64_t address;
    char *remote; /* "tcp:10.0.0.1:49152"; NULL: it has no name, or can't be read */
    struct qc_fact fd;            /* not known: closed, or can't be read */
    struct qc_fact disconnecting; /* it is to go as soon as nobody uses it */
    char *update;                 /* what it has asked for: "none", "incremental", "force"; NULL: not
                                     known */
    char *job;                    /* the same, of what the worker encodes for it */
    struct qc_fact output;        /* bytes that wait to be sent to it */
};

struct qc_vnc_server {
    uint64_t address;
    char *id;   /* NULL: can't be read */
    struct qc_fact auth; /* by RFB's numbers */
    QC_VEC(char *) listens; /* "unix:vnc", "tcp:127.0.0.1:5900" */
    QC_VEC(struct qc_vnc_client) clients;
};

struct qc_vnc_servers {
    QC_VEC(struct qc_vnc_server) list;
    const char *why_cut; /* a list could not be followed to its end; NULL: none */
    char *why_absent;    /* the first thing that could not be had; NULL: nothing */
};

/* Into a zeroed struct. A QEMU without VNC has none, and says that. */
void qc_vnc_servers_find(struct qc_fields *fields, struct qc_vnc_servers *ret);
void qc_vnc_servers_free(struct qc_vnc_servers *servers);

/* "none", "vnc", "vencrypt", "sasl"; NULL: none that we know, or not known */
const char *qc_vnc_auth_name(struct qc_fact auth);

#endif
