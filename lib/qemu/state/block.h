/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block - the block layer: nodes, backends, jobs, drains, the graph lock
 */
#ifndef QC_QEMU_STATE_BLOCK_H
#define QC_QEMU_STATE_BLOCK_H

#include "qemu/state/aio.h"

/*
 * Who made a request: what its coroutine was begun with. A device's comes by blk_aio_*()
 * (block/block-backend.c), whose argument names the backend and whom to tell of the end.
 */
struct qc_block_origin {
    char *entry;          /* function that the coroutine began in; NULL: not known */
    char *callback;       /* function that is told of the end; NULL: none, or not known */
    uint64_t opaque;      /* what it is told with; 0: not known */
    uint64_t backend;     /* 0: not known */
    struct qc_fact start; /* when the device's accounting began, in ns of QEMU_CLOCK_REALTIME */
};

/* A BdrvTrackedRequest, which lies on the stack of the coroutine that makes it. */
struct qc_block_request {
    uint64_t address;
    char *type; /* "read", "write", "discard", "truncate"; NULL: not known */
    struct qc_fact offset;
    struct qc_fact bytes;
    struct qc_fact serialising;
    struct qc_fact coroutine;
    struct qc_fact waiting_for; /* another request that has to end first; 0: none */
    struct qc_block_origin origin;
    const struct qc_aio_context *context; /* whose loop carries it out, which of a disk with several iothreads
                                             need not be the node's; NULL: not known */
};

/* Another node that a node hands requests to (BdrvChild). */
struct qc_block_child {
    char *name;    /* "file", "backing", "target"; NULL: can't be read */
    uint64_t node; /* address */
};

/* What a node's driver, at the bottom of the graph or at a filter, does with requests. */
enum qc_block_driver {
    QC_BLOCK_DRIVER_OTHER,
    QC_BLOCK_DRIVER_FILE,     /* block/file-posix.c: file, host_device, host_cdrom */
    QC_BLOCK_DRIVER_NBD,      /* block/nbd.c */
    QC_BLOCK_DRIVER_NULL,     /* block/null.c: answers at once, or by a timer */
    QC_BLOCK_DRIVER_BLKDEBUG, /* block/blkdebug.c */
    QC_BLOCK_DRIVER_THROTTLE, /* block/throttle.c */
};

/* What a throttle group lets through, of one kind (include/qemu/throttle.h, LeakyBucket). */
struct qc_block_limit {
    struct qc_fact average;    /* a second; 0: no limit */
    struct qc_fact burst;      /* a second, for a while; 0: as much as average lets */
    struct qc_fact burst_s;    /* how long a burst may be, in seconds */
};

/* BucketType of that header, in its order: of bytes, then of requests. */
enum qc_block_limited {
    QC_BLOCK_BPS_TOTAL,
    QC_BLOCK_BPS_READ,
    QC_BLOCK_BPS_WRITE,
    QC_BLOCK_IOPS_TOTAL,
    QC_BLOCK_IOPS_READ,
    QC_BLOCK_IOPS_WRITE,
    QC_BLOCK_LIMITED,
};

/* "bps_total", "iops_read" */
const char *qc_block_limited_name(enum qc_block_limited limited);

/* block/throttle-groups.c: what a node or a backend has to do with its group. */
struct qc_block_throttle {
    char *group;            /* NULL: it is in none, or it can't be read */
    struct qc_fact reads;   /* requests that wait for the group's timer */
    struct qc_fact writes;
    struct qc_fact read_expire; /* of the timer that is armed for them, ns of its clock; -1: none */
    struct qc_fact write_expire;
    struct qc_block_limit limits[QC_BLOCK_LIMITED]; /* of the group */
    struct qc_fact iops_size; /* larger requests count as several of so many bytes; 0: as one */
};

/* What the guest, or the monitor, may do with the medium of a device. */
struct qc_block_media {
    struct qc_fact removable; /* also of what no device has */
    struct qc_fact has_tray;
    struct qc_fact tray_open; /* not known where it has none */
    struct qc_fact locked;    /* by the guest */
};

struct qc_block_file {
    struct qc_fact fd;
    struct qc_fact linux_aio; /* aio=native */
    struct qc_fact io_uring;  /* aio=io_uring */
};

struct qc_block_nbd {
    char *state;   /* "connected", "connecting-wait", "quit"; NULL: not known */
    char *address; /* "unix:/run/nbd", "host:10809", "fd:NAME", "vsock:2:10809"; NULL: not known */
    char *export;  /* NULL: not known */
    struct qc_fact in_flight;
};

struct qc_block_blkdebug {
    struct qc_fact suspended; /* requests that a breakpoint keeps until somebody resumes them */
    char *tag;                /* of the first of them; NULL: none */
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
    struct qc_fact size;            /* what the guest may see of it, in bytes */
    struct qc_fact aio_context;     /* address */
    const struct qc_aio_context *context; /* NULL: none of those that are known */
    struct qc_fact active_flush;
    struct qc_fact tracked;         /* how many requests are in its list */
    QC_VEC(struct qc_block_request) requests; /* the oldest of them, the newest first */
    struct qc_fact opaque;          /* the driver's own state; address */
    struct qc_fact child_count;
    QC_VEC(struct qc_block_child) children;
    enum qc_block_driver kind;
    union { /* of the kind */
        struct qc_block_file file;
        struct qc_block_nbd nbd;
        struct qc_block_blkdebug blkdebug;
        struct qc_block_throttle throttle;
        struct qc_fact latency; /* of a null node, in ns; 0: it answers at once */
    } own;
};

/* A queue of a virtio device (hw/virtio/virtio.c); the counters run modulo 65536. */
struct qc_block_queue {
    struct qc_fact size;
    struct qc_fact last_avail;   /* what the device has taken */
    struct qc_fact shadow_avail; /* what it has last seen that the guest has put in */
    struct qc_fact used;         /* what it has given back */
    struct qc_fact in_use;       /* taken, and not yet given back */
    struct qc_fact notification; /* whether the guest is to kick: 0 while the device polls */
};

struct qc_block_backend {
    uint64_t address;
    char *name; /* "": none, as of -blockdev's users; NULL: can't be read */
    char *device; /* QOM type of what is attached; NULL: nothing, or not known */
    char *id;     /* the user's name for what is attached; NULL: none */
    char *path;   /* of what is attached, in QOM's tree; NULL: none */
    uint64_t root; /* its node; 0: empty */
    struct qc_fact in_flight;
    struct qc_fact quiesce_counter;
    struct qc_fact queued_requests; /* coroutines that wait for the end of a drain */
    QC_VEC(struct qc_block_origin) queued; /* the first of those */
    QC_VEC(struct qc_block_queue) queues; /* of a virtio-blk device */
    struct qc_fact last_access; /* when a request has ended last, in ns of QEMU_CLOCK_REALTIME */
    struct qc_fact write_cache; /* 0: each write is flushed */
    struct qc_fact iostatus_enabled;
    char *iostatus;       /* "ok", "failed", "nospace"; NULL: not known */
    char *on_read_error;  /* "report", "stop", ...; NULL: not known */
    char *on_write_error;
    struct qc_block_throttle throttle;
    struct qc_block_media media;
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
    struct qc_fact force_cancel;
    struct qc_fact deferred_to_main_loop;
    struct qc_fact auto_finalize;
    struct qc_fact auto_dismiss;
    struct qc_fact progress; /* in the job's own unit, bytes of block jobs */
    struct qc_fact total;
    struct qc_fact speed; /* in bytes a second; 0: no limit */
    struct qc_fact coroutine;
    struct qc_fact last_turn; /* realtime, ns: what it does now began no later, but for a tenth of a second; only of
                                 what notes that: a mirror, and what has a limit of its speed */
    const struct qc_aio_context *context;
    uint64_t filter; /* the node that the job has put above its source; 0: none, or not known */
    uint64_t target; /* the node that it writes to; 0: none, or not known */
    QC_VEC(uint64_t) nodes; /* that it works on, as far as they are known */
    char *iostatus; /* "ok", "failed", "nospace": an error has paused it; NULL: not known */
    struct qc_fact in_flight;       /* of a mirror: copies under way */
    struct qc_fact bytes_in_flight;
    struct qc_fact synced;          /* of a mirror: an active one that both sides are equal of */
    struct qc_fact should_complete; /* of a mirror: somebody has asked for its end */
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
const struct qc_block_backend *qc_block_backend_of(const struct qc_block *block,
                                                   uint64_t address);

#endif
