/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * multifd - the channels of a migration besides its main one (migration/multifd.c)
 */
#pragma once

#include "qemu/fields/fact.h"
#include "qemu/threads/process.h"

struct qc_multifd_channel {
    const char *name; /* "multifdsend_0", "mig/src/send_0"; NULL: not known */
    struct qc_fact id;
    struct qc_fact running;         /* the thread has begun (thread_created from 9.0 on) */
    struct qc_fact quit;
    struct qc_fact pending_job;     /* data waits for the thread */
    struct qc_fact pending_sync;    /* 9.0 on */
    struct qc_fact packets;         /* sent or received */
    struct qc_fact channel;         /* its QIOChannel; 0: closed, or not connected yet */
    struct qemucore_thread *thread; /* NULL: not found */
};

struct qc_multifd {
    struct qc_fact state;   /* address of the state; 0: no multifd migration is under way */
    struct qc_fact exiting; /* the channels were told to end */
    struct qc_fact created; /* destination: number of channels that have connected */
    bool channels_known;    /* their number and their address are known */
    QC_VEC(struct qc_multifd_channel) channels;
};

/* Reads the sending or the receiving side into a zeroed struct. `wanted` is the configured number
   of channels. */
void qc_multifd_find(struct qc_process *process, bool sends, struct qc_fact wanted,
                     struct qc_multifd *ret, const char **why_cut, const char **why);
