/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block - the block layer: nodes, backends, jobs, drains, the graph lock
 */
#ifndef QC_QEMU_STATE_BLOCK_H
#define QC_QEMU_STATE_BLOCK_H

#include "qemu/state/aio.h"

/* A BdrvTrackedRequest, which lies on the stack of the coroutine that makes it. */
struct qc_block_request {
    uint64_t address;
    char *type; /* "read", "write", "discard", "truncate"; NULL: not known */
    struct qc_fact offset;
    struct qc_fact bytes;
    struct qc_fact serialising;
    struct qc_fact coroutine;
    struct qc_fact waiting_for; /* another request that has to end first; 0: none */
};

struct qc_block_node {
    uint64_t address; /* of its BlockDriverState */
    char *name;       /* node_name; NULL: can't be read */
    char *driver;     /* "qcow2"; NULL: no medium */
    char *filename;   /* NULL or "": none */
    struct qc_fact in_flight;
    struct qc_fact serialising_in_flight;
    struct qc_fact quiesce_counter; /* not 0: drained; new requests are held back */
    struct qc_fact open_flags;      /* BDRV_O_* */
    struct qc_fact aio_context;     /* address */
    const struct qc_aio_context *context; /* NULL: none of those that are known */
    struct qc_fact active_flush;
    struct qc_fact tracked;         /* how many requests are in its list */
    QC_VEC(struct qc_block_request) requests; /* the first of them */
};

struct qc_block_backend {
    uint64_t address;
    char *name; /* "": none, as of -blockdev's users; NULL: can't be read */
    char *device; /* QOM type of what is attached; NULL: nothing, or not known */
    uint64_t root; /* its node; 0: empty */
    struct qc_fact in_flight;
    struct qc_fact quiesce_counter;
    struct qc_fact queued_requests; /* coroutines that wait for the end of a drain */
    struct qc_fact aio_context;
    const struct qc_aio_context *context;
};

struct qc_block_job {
    uint64_t address;
    char *id;     /* NULL: an internal one */
    char *type;   /* "mirror", "commit", ...; NULL: not known */
    char *status; /* "running", "ready", ...; NULL: not known */
    struct qc_fact paused;
    struct qc_fact pause_count;
    struct qc_fact user_paused;
    struct qc_fact busy;
    struct qc_fact cancelled;
    struct qc_fact deferred_to_main_loop;
    struct qc_fact coroutine;
    const struct qc_aio_context *context;
};

/* block/graph-lock.c, of 8.1 and later. */
struct qc_block_graph_lock {
    struct qc_fact has_writer; /* not known: this QEMU has no graph lock, or no debug info */
    struct qc_fact readers;    /* of all contexts, and those that contexts have left behind */
    struct qc_fact waiting_reader; /* the first coroutine that waits for the writer; 0: none */
};

struct qc_block {
    bool nodes_known;
    QC_VEC(struct qc_block_node) nodes;
    bool backends_known;
    QC_VEC(struct qc_block_backend) backends;
    bool jobs_known;
    QC_VEC(struct qc_block_job) jobs;
    struct qc_block_graph_lock graph_lock;
    struct qc_fact drain_all; /* bdrv_drain_all_count: sections that are under way */
    struct qc_fact waiters;   /* global_aio_wait.num_waiters: threads inside AIO_WAIT_WHILE */
    struct qc_sum in_flight;  /* of all nodes and backends together */
    struct qc_sum drained;    /* nodes and backends whose quiesce counter is not 0 */
    const char *why_cut;      /* a list ended at a limit or led back; NULL: none did */
    char *why_absent;         /* the first thing that could not be had; NULL: nothing */
};

/* Into a zeroed struct; contexts outlive it. */
void qc_block_find(struct qc_process *process, const struct qc_aio_contexts *contexts,
                   struct qc_block *ret);
void qc_block_free(struct qc_block *block);

/* By address; NULL: not among them. */
const struct qc_block_node *qc_block_node_of(const struct qc_block *block, uint64_t address);

#endif
