/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_culprit - who keeps requests: the deepest nodes that have any, and what serves them there
 *
 * A request counts at each node that it has come through, so the first busy node that one meets, or
 * the uppermost one, says nothing of who keeps it.
 */
#ifndef QC_QEMU_STATE_BLOCK_CULPRIT_H
#define QC_QEMU_STATE_BLOCK_CULPRIT_H

#include "qemu/state/block.h"

/* What has to do something for a request to end. In order: whom one suspects first. */
enum qc_block_service {
    QC_BLOCK_SERVICE_HELD_BACK, /* the backend waits for a request that its own drain holds back */
    QC_BLOCK_SERVICE_NBD,       /* a server */
    QC_BLOCK_SERVICE_BLKDEBUG,  /* nobody: a breakpoint keeps it */
    QC_BLOCK_SERVICE_WORKERS,   /* threads that are in a system call on its file */
    QC_BLOCK_SERVICE_LINUX_AIO, /* the kernel, by io_submit */
    QC_BLOCK_SERVICE_IO_URING,  /* the kernel, by io_uring */
    QC_BLOCK_SERVICE_FILE,      /* a file, at which no thread is seen */
    QC_BLOCK_SERVICE_DRIVER,    /* whatever the driver has at its other end */
    QC_BLOCK_SERVICE_BACKEND,   /* no node has it: the device, or the code between */
    QC_BLOCK_SERVICE_THROTTLE,  /* the timer of a throttle group */
    QC_BLOCK_SERVICE_TIMER,     /* a timer of a null node, which stands for a slow disk */
};

struct qc_block_culprit {
    enum qc_block_service service;
    const struct qc_block_node *node;         /* NULL: a backend alone */
    const struct qc_block_backend *backend;   /* of BACKEND, HELD_BACK, maybe THROTTLE; else NULL */
    const struct qc_block_throttle *throttle; /* of THROTTLE; else NULL */
    struct qc_fact submitted; /* of LINUX_AIO, IO_URING: what the kernel has of the event loop */
    size_t workers;           /* threads that are in a system call for it */
    struct qemucore_thread *worker; /* the first of them; NULL: none */
    const char *call;               /* its system call */
};

QC_VEC_TYPE(qc_block_culprits, struct qc_block_culprit);

/* Whether it ends by itself, as a timer does. */
bool qc_block_service_is_sound(enum qc_block_service service);

/* Of the node and all below it; of NULL: of all nodes and backends. Into a zeroed struct, those that
   are suspected most first. */
void qc_block_culprits_below(struct qc_process *process, const struct qc_block *block,
                             const struct qc_block_node *node, struct qc_block_culprits *ret);

/* What a drain of the node waits for: requests of the node, of those that are above it (which may
   have theirs elsewhere, too), of the backends and jobs that use them. Of NULL: of everything. */
void qc_block_culprits_of_drain(struct qc_process *process, const struct qc_block *block,
                                const struct qc_block_node *node, struct qc_block_culprits *ret);

/* Of the nodes that the job works on, and all below them. */
void qc_block_culprits_of_job(struct qc_process *process, const struct qc_block *block,
                              const struct qc_block_job *job, struct qc_block_culprits *ret);

/*
 * A backend that counts a request as in flight which no node has, while the next part of that is in
 * the queue of those that its own drain holds back: neither can go on. IDE's TRIM is so up to 11.0
 * (095c08a7ba; hw/ide/core.c, ide_issue_trim). NULL: none.
 */
const struct qc_block_backend *qc_block_circle(const struct qc_block *block);

/* Whether what is held back is a part of IDE's TRIM. */
bool qc_block_circle_is_trim(const struct qc_block_backend *backend);

#endif
