/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block - the block layer: nodes, backends, jobs, drains, the graph lock
 */
#pragma once

#include "qemu/state/aio.h"

/*
 * Who made a request, by its coroutine's entry function and argument. A device's comes by
 * blk_aio_*() (block/block-backend.c), whose argument names the backend and the callback for the
 * end.
 */
struct qc_block_origin {
    const char *entry;    /* entry function of the coroutine; NULL: not known */
    const char *callback; /* callback for the end of the request; NULL: none, or not known */
    uint64_t opaque;      /* argument of the callback; 0: not known */
    uint64_t backend;     /* address of the BlockBackend; 0: not known */
    struct qc_fact start; /* start of the device's accounting, in ns of QEMU_CLOCK_REALTIME */
};

/* Reads who made the request that a coroutine carries out. */
void qc_block_origin_read(struct qc_fields *fields, uint64_t coroutine,
                          struct qc_block_origin *ret);

/* A BdrvTrackedRequest, which lies on the stack of the coroutine that makes it. */
struct qc_block_request {
    uint64_t address;
    const char *type; /* "read", "write", "discard", "truncate"; NULL: not known */
    struct qc_fact offset;
    struct qc_fact bytes;
    struct qc_fact serialising;
    struct qc_fact coroutine;
    struct qc_fact waiting_for; /* another request that must end first; 0: none */
    struct qc_block_origin origin;
    const struct qc_aio_context *context; /* event loop that carries it out; NULL: not known. With
                                             several iothreads a disk's need not be the node's */
};

/* A child of a node (BdrvChild): another node that it hands requests to. */
struct qc_block_child {
    const char *name; /* "file", "backing", "target"; NULL: can't be read */
    uint64_t node; /* address of the child's BlockDriverState */
};

/* Drivers that keep requests, at the bottom of the graph or as a filter. */
enum qc_block_driver {
    QC_BLOCK_DRIVER_OTHER,
    QC_BLOCK_DRIVER_FILE,     /* block/file-posix.c: file, host_device, host_cdrom */
    QC_BLOCK_DRIVER_NBD,      /* block/nbd.c */
    QC_BLOCK_DRIVER_NULL,     /* block/null.c: answers at once, or by a timer */
    QC_BLOCK_DRIVER_BLKDEBUG, /* block/blkdebug.c */
    QC_BLOCK_DRIVER_THROTTLE, /* block/throttle.c */
};

/* One limit of a throttle group (include/qemu/throttle.h, LeakyBucket). */
struct qc_block_limit {
    struct qc_fact average;    /* per second; 0: no limit */
    struct qc_fact burst;      /* per second, for a limited time; 0: no more than average */
    struct qc_fact burst_s;    /* longest burst, in seconds */
};

/* Kinds of limits, as BucketType of that header orders them: bytes, then requests. */
#define QC_BLOCK_LIMITS(X)               \
    X(QC_BLOCK_BPS_TOTAL, "bps_total")   \
    X(QC_BLOCK_BPS_READ, "bps_read")     \
    X(QC_BLOCK_BPS_WRITE, "bps_write")   \
    X(QC_BLOCK_IOPS_TOTAL, "iops_total") \
    X(QC_BLOCK_IOPS_READ, "iops_read")   \
    X(QC_BLOCK_IOPS_WRITE, "iops_write")
enum qc_block_limited { QC_BLOCK_LIMITS(QC_ENUMERATOR) QC_BLOCK_LIMITED };

/* Returns "bps_total", "iops_read", ... */
const char *qc_block_limited_name(enum qc_block_limited limited);

/* The throttle group of a node or a backend (block/throttle-groups.c). */
struct qc_block_throttle {
    const char *group;      /* its name; NULL: no group, or not readable */
    struct qc_fact reads;   /* read requests that wait for the group's timer */
    struct qc_fact writes;
    struct qc_fact read_expire; /* when the timer for reads expires, ns of its clock; -1: none */
    struct qc_fact write_expire;
    struct qc_fact reads_armed; /* whether any member of the group has a timer that will fire */
    struct qc_fact writes_armed;
    struct qc_block_limit limits[QC_BLOCK_LIMITED]; /* limits of the group */
    struct qc_fact iops_size; /* a larger request counts once per so many bytes; 0: always once */
};

/* Whether the guest or the monitor may change a device's medium. */
struct qc_block_media {
    struct qc_fact removable; /* also set where no device is attached */
    struct qc_fact has_tray;
    struct qc_fact tray_open; /* not known without a tray */
    struct qc_fact locked;    /* locked by the guest */
};

struct qc_block_file {
    struct qc_fact fd;
    struct qc_fact linux_aio; /* aio=native */
    struct qc_fact io_uring;  /* aio=io_uring */
};

struct qc_block_nbd {
    const char *state; /* "connected", "connecting-wait", "quit"; NULL: not known */
    const char *address; /* "unix:/run/nbd", "host:10809", "vsock:2:10809"; NULL: not known */
    const char *export; /* NULL: not known */
    struct qc_fact in_flight;
    struct qc_fact gives_up; /* when the client gives up connecting, by the realtime clock (ns):
                                reconnect-delay or open-timeout; not known: it has no timer */
};

struct qc_block_blkdebug {
    struct qc_fact suspended; /* requests held at a breakpoint until somebody resumes them */
    const char *tag;          /* tag of the first one; NULL: none */
};

struct qc_block_node {
    uint64_t address; /* address of the BlockDriverState */
    const char *name; /* node_name; NULL: can't be read */
    const char *driver; /* "qcow2"; NULL: no medium */
    const char *filename; /* NULL or "": none */
    struct qc_fact in_flight;
    struct qc_fact serialising_in_flight;
    struct qc_fact quiesce_counter; /* not 0: drained, new requests are held back */
    struct qc_fact open_flags;      /* BDRV_O_* */
    struct qc_fact size;            /* size that the guest may see, in bytes */
    struct qc_fact aio_context;     /* address of the AioContext */
    const struct qc_aio_context *context; /* that AioContext; NULL: not among the known ones */
    struct qc_fact active_flush;
    struct qc_fact tracked;         /* number of requests in the node's list */
    QC_VEC(struct qc_block_request) requests; /* the oldest of them; newest first */
    struct qc_fact opaque;          /* address of the driver's private state */
    struct qc_fact child_count;
    QC_VEC(struct qc_block_child) children;
    enum qc_block_driver kind;
    union { /* the member that `kind` names */
        struct qc_block_file file;
        struct qc_block_nbd nbd;
        struct qc_block_blkdebug blkdebug;
        struct qc_block_throttle throttle;
        struct qc_fact latency; /* null node: latency in ns; 0: it answers at once */
    } own;
};

/* A queue of a virtio device (hw/virtio/virtio.c); the counters wrap at 65536. */
struct qc_block_queue {
    struct qc_fact size;
    struct qc_fact last_avail;   /* requests that the device has taken */
    struct qc_fact shadow_avail; /* what the guest had put in when the device last looked */
    struct qc_fact used;         /* requests that the device has given back */
    struct qc_fact in_use;       /* requests taken and not yet given back */
    struct qc_fact notification; /* whether the guest shall kick: 0 while the device polls */
};

struct qc_block_backend {
    uint64_t address;
    const char *name; /* "": none, as with -blockdev; NULL: can't be read */
    const char *device; /* QOM type of the attached device; NULL: none, or not known */
    const char *id; /* the user's name for the device; NULL: none */
    const char *path; /* path of the device in QOM's tree; NULL: none */
    uint64_t root; /* address of its node; 0: empty */
    struct qc_fact in_flight;
    struct qc_fact quiesce_counter;
    struct qc_fact queued_requests; /* coroutines that wait for the end of a drain */
    QC_VEC(struct qc_block_origin) queued; /* who made the first of these requests */
    QC_VEC(struct qc_block_queue) queues; /* queues of a virtio-blk device */
    struct qc_fact last_access; /* end of the last request, in ns of QEMU_CLOCK_REALTIME */
    struct qc_fact failed_requests; /* since QEMU started, of the device, of any type */
    struct qc_fact write_cache; /* 0: each write is flushed */
    struct qc_fact iostatus_enabled;
    const char *iostatus; /* "ok", "failed", "nospace"; NULL: not known */
    const char *on_read_error; /* "report", "stop", ...; NULL: not known */
    const char *on_write_error;
    struct qc_block_throttle throttle;
    struct qc_block_media media;
    struct qc_fact aio_context;
    const struct qc_aio_context *context;
};

struct qc_block_job {
    uint64_t address;
    const char *id; /* NULL: an internal job */
    const char *type; /* "mirror", "commit", ...; NULL: not known */
    const char *status; /* "running", "ready", ...; NULL: not known */
    struct qc_fact paused;
    struct qc_fact pause_count;
    struct qc_fact user_paused;
    struct qc_fact busy;
    struct qc_fact cancelled;
    struct qc_fact force_cancel;
    struct qc_fact deferred_to_main_loop;
    struct qc_fact auto_finalize;
    struct qc_fact auto_dismiss;
    struct qc_fact progress; /* in the job's own unit; bytes for a block job */
    struct qc_fact total;
    struct qc_fact speed; /* in bytes per second; 0: no limit */
    struct qc_fact coroutine;
    struct qc_fact last_turn; /* its step began before this plus 0.1 s; ns of QEMU_CLOCK_REALTIME.
                                 Known for a mirror, and for jobs with a speed limit */
    const struct qc_aio_context *context;
    uint64_t filter; /* node that the job inserted above its source; 0: none, or not known */
    uint64_t target; /* node that the job writes to; 0: none, or not known */
    QC_VEC(uint64_t) nodes; /* nodes that the job works on, as far as known */
    const char *iostatus; /* "failed", "nospace": an error has paused the job; NULL: not known */
    struct qc_fact in_flight;       /* mirror: copies in flight */
    struct qc_fact bytes_in_flight;
    struct qc_fact synced;          /* active mirror: both sides are equal */
    struct qc_fact should_complete; /* mirror: its completion was requested */
};

/* The lock of the block graph (block/graph-lock.c, 8.0 on). */
struct qc_block_graph_lock {
    struct qc_fact has_writer; /* not known: no graph lock in this QEMU, or no debug info */
    struct qc_fact readers;    /* in all contexts, and left over from contexts that are gone */
    struct qc_fact waiting_reader; /* first coroutine that waits for the writer; 0: none */
};

struct qc_block {
    bool nodes_known;
    QC_VEC(struct qc_block_node) nodes;
    bool backends_known;
    QC_VEC(struct qc_block_backend) backends;
    bool jobs_known;
    QC_VEC(struct qc_block_job) jobs;
    struct qc_block_graph_lock graph_lock;
    struct qc_fact drain_all; /* bdrv_drain_all_count: drained sections under way */
    struct qc_fact waiters;   /* global_aio_wait.num_waiters: threads inside AIO_WAIT_WHILE */
    struct qc_sum in_flight;  /* requests in flight in all nodes and backends */
    struct qc_sum drained;    /* nodes and backends whose quiesce counter is not 0 */
    const char *why_cut;      /* why a list was cut: a limit, or it led back; NULL: none was */
    const char *why_absent;   /* the first reason why something is not known; NULL: all is known */
};

/* Reads the block layer into a zeroed struct. The contexts must outlive it. */
void qc_block_find(struct qc_process *process, const struct qc_aio_contexts *contexts,
                   struct qc_block *ret);
void qc_block_free(struct qc_block *block);

/* Return the node, or the backend, at an address; NULL: none. */
const struct qc_block_node *qc_block_node_of(const struct qc_block *block, uint64_t address);
const struct qc_block_backend *qc_block_backend_of(const struct qc_block *block, uint64_t address);
