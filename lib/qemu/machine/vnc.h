/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vnc - VNC servers and their clients, as the monitor's "info vnc" shows them
 *
 * Passwords are not read.
 */
#pragma once

#include "qemu/fields/fact.h"

struct qc_vnc_client {
    uint64_t address;
    const char *remote; /* "tcp:10.0.0.1:49152"; NULL: it has no address, or can't be read */
    struct qc_fact fd;            /* not known: closed, or can't be read */
    struct qc_fact disconnecting; /* it will be freed as soon as it is unused */
    const char *update;           /* update that it asked for: "none", "incremental", "force"; NULL:
                                     not known */
    const char *job;              /* update that the worker encodes for it; values as in update */
    struct qc_fact output;        /* bytes that wait to be sent to it */
};

struct qc_vnc_server {
    uint64_t address;
    const char *id; /* NULL: can't be read */
    struct qc_fact auth; /* security type, by RFB's numbers */
    QC_VEC(const char *) listens; /* "unix:vnc", "tcp:127.0.0.1:5900" */
    QC_VEC(struct qc_vnc_client) clients;
};

struct qc_vnc_servers {
    QC_VEC(struct qc_vnc_server) list;
    const char *why_cut; /* why a list is not complete; NULL: all are */
    const char *why_absent; /* why the first missing fact is not known; NULL: none is missing */
};

/* Finds the servers; *ret must be zeroed. For a QEMU without VNC, why_absent tells that. */
void qc_vnc_servers_find(struct qc_fields *fields, struct qc_vnc_servers *ret);
void qc_vnc_servers_free(struct qc_vnc_servers *servers);

/* Returns "none", "vnc", "tls", "vencrypt" or "sasl"; NULL: another type, or not known. */
const char *qc_vnc_auth_name(struct qc_fact auth);
