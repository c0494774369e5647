/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_culprit - the deepest nodes that keep requests, and what serves the requests there
 *
 * A request counts at each node that it has come through, so neither the first busy node that is
 * found nor the uppermost one tells which node keeps it.
 */
#pragma once

#include "qemu/state/block.h"

/* What must act before a request can end; the most suspect comes first. */
enum qc_block_service {
    QC_BLOCK_SERVICE_HELD_BACK, /* the backend waits for a request that its own drain holds back */
    QC_BLOCK_SERVICE_NBD,       /* the NBD server */
    QC_BLOCK_SERVICE_BLKDEBUG,  /* nothing: a breakpoint keeps the request */
    QC_BLOCK_SERVICE_WORKERS,   /* threads in a system call on the node's file */
    QC_BLOCK_SERVICE_LINUX_AIO, /* the kernel, by io_submit */
    QC_BLOCK_SERVICE_IO_URING,  /* the kernel, by io_uring */
    QC_BLOCK_SERVICE_FILE,      /* the file; no thread is seen in a call on it */
    QC_BLOCK_SERVICE_DRIVER,    /* whatever the driver talks to */
    QC_BLOCK_SERVICE_BACKEND,   /* no node has the request: the device, or the code between */
    QC_BLOCK_SERVICE_THROTTLE,  /* the timer of a throttle group */
    QC_BLOCK_SERVICE_TIMER,     /* the timer of a null node, which simulates a slow disk */
};

struct qc_block_culprit {
    enum qc_block_service service;
    const struct qc_block_node *node;         /* NULL: no node, only a backend */
    const struct qc_block_backend *backend;   /* for BACKEND, HELD_BACK, some THROTTLE; else NULL */
    const struct qc_block_throttle *throttle; /* for THROTTLE; else NULL */
    struct qc_fact submitted; /* LINUX_AIO, IO_URING: what the loops have submitted */
    size_t workers;           /* number of threads in a system call for it */
    struct qemucore_thread *worker; /* the first of them; NULL: none */
    const char *call;               /* system call of that thread */
};

QC_VEC_TYPE(qc_block_culprits, struct qc_block_culprit);

/* Tells whether the wait ends by itself, as a timer's does. */
bool qc_block_service_is_sound(enum qc_block_service service);

/* Finds the culprits among a node and all nodes below it; with NULL among all nodes and backends.
   ret must be zeroed; the most suspect comes first. */
void qc_block_culprits_below(struct qc_process *process, const struct qc_block *block,
                             const struct qc_block_node *node, struct qc_block_culprits *ret);

/* Finds what a drain of the node waits for: requests of the node, of the nodes above (which may
   have theirs elsewhere), of backends and jobs that use them. NULL: a drain of everything. */
void qc_block_culprits_of_drain(struct qc_process *process, const struct qc_block *block,
                                const struct qc_block_node *node, struct qc_block_culprits *ret);

/* Finds the culprits among the nodes that the job works on, and all below them. */
void qc_block_culprits_of_job(struct qc_process *process, const struct qc_block *block,
                              const struct qc_block_job *job, struct qc_block_culprits *ret);

/*
 * Returns a backend that waits for itself. It counts a request as in flight that no node has, while
 * the next part of that request is in the queue that the backend's own drain holds back. IDE's TRIM
 * does so up to 11.0 (095c08a7ba; hw/ide/core.c, ide_issue_trim). NULL: none.
 */
const struct qc_block_backend *qc_block_circle(const struct qc_block *block);

/* Tells whether the request that is held back is a part of IDE's TRIM. */
bool qc_block_circle_is_trim(const struct qc_block_backend *backend);
