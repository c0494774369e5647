/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * aio - AioContext: an event loop's handlers, bottom halves and scheduled coroutines
 */
#pragma once

#include "qemu/state/timer.h"
#include "qemu/threads/process.h"

/* Bits of QEMUBH.flags (util/async.c), the same since 5.0. */
#define QC_AIO_BH_PENDING 0x1u
#define QC_AIO_BH_SCHEDULED 0x2u
#define QC_AIO_BH_DELETED 0x4u
#define QC_AIO_BH_ONESHOT 0x8u
#define QC_AIO_BH_IDLE 0x10u

/* A bottom half that waits in a context's list. */
struct qc_aio_bh {
    uint64_t address;
    const char *name; /* its callback: from 6.1 on as in the source, else by symbol; NULL: none */
    unsigned flags;
    bool is_due;    /* will be called: scheduled, not deleted. An idle one waits for up to 10 ms */
    bool in_slice;  /* a running aio_bh_poll has taken it over */
};

#define QC_AIO_CONTEXT_KINDS(X)              \
    X(QC_AIO_CONTEXT_MAIN, "main")           \
    X(QC_AIO_CONTEXT_IOHANDLER, "iohandler") \
    X(QC_AIO_CONTEXT_IOTHREAD, "iothread")
enum qc_aio_context_kind { QC_AIO_CONTEXT_KINDS(QC_ENUMERATOR) };

/* The variables of the main loop's two contexts, by kind (util/main-loop.c). */
#define QC_MAIN_CONTEXTS QC_AIO_CONTEXT_IOTHREAD
extern const enum qc_variable qc_main_contexts[QC_MAIN_CONTEXTS];

struct qc_aio_context {
    uint64_t address;
    enum qc_aio_context_kind kind;
    const struct qc_iothread *iothread;    /* NULL: a context of the main thread */
    struct qemucore_thread *thread;        /* thread that runs the loop; NULL: not in the dump */
    const char *fdmon;                     /* "poll", "epoll", "io_uring"; NULL: not known */
    bool has_fdmon;                        /* this QEMU chooses between them: since 5.0 */
    struct qc_fact notify_me;              /* bit 0: GSource prepared; +2 per blocking aio_poll */
    struct qc_fact notified;
    struct qc_fact epoll_fd;               /* -1: none */
    struct qc_fact poll_max_ns;
    struct qc_fact poll_grow;
    struct qc_fact poll_shrink;
    struct qc_fact max_batch;              /* most requests submitted at once; 0: no limit */
    struct qc_fact poll_ns;                /* up to 9.2 and from 11.1 on */
    struct qc_fact list_lock;              /* number of walkers of the handlers' list */
    struct qc_fact scheduled_coroutines;   /* number of coroutines in the list */
    struct qc_fact first_coroutine;        /* address of the first one, if any */
    struct qc_fact handlers;               /* number of handlers */
    bool bottom_halves_known; /* the list and the flags could be read; it may be cut */
    QC_VEC(struct qc_aio_bh) bottom_halves; /* newest first, then those in slices */
    size_t due;                            /* number of them that are due */
    struct qc_timers timers;
    const char *why_cut;                   /* why a list was cut, by a limit or a loop; NULL: none
                                              was */
    const char *why_absent;                /* why something is not known, first reason; NULL: all
                                              is */
};

struct qc_aio_contexts {
    QC_VEC(struct qc_aio_context) list; /* the main loop's two first */
    const char *why_absent;
};

/* Reads the contexts into a zeroed struct. Threads are named (qc_process_name_threads). */
void qc_aio_contexts_find(struct qc_process *process, struct qc_aio_contexts *ret);
void qc_aio_contexts_free(struct qc_aio_contexts *contexts);

/* Returns "main", "iohandler", "iothread". */
const char *qc_aio_context_kind_name(enum qc_aio_context_kind kind);

/* Returns the context at an address; NULL: none that is known. */
const struct qc_aio_context *qc_aio_context_of(const struct qc_aio_contexts *contexts,
                                               uint64_t address);
