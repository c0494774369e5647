/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * comparison - two dumps of one process, taken some time apart: what moved in between
 *
 * One dump shows no motion. Of two, a thread whose frames lie where they lay is in the same calls, or
 * in the same place of a loop again; one that has used CPU time has run, whatever its frames say. A
 * request that is in both has not been answered in between.
 */
#ifndef QC_VERDICT_COMPARISON_H
#define QC_VERDICT_COMPARISON_H

#include "qemu/qemu.h"

enum qc_motion {
    QC_MOTION_UNKNOWN, /* one of the stacks has no frame that could be compared */
    QC_MOTION_NONE,    /* in the same frames, at the same pc */
    QC_MOTION_RAN,     /* the same, and it has used CPU time */
    QC_MOTION_WITHIN,  /* in the same frames but for the innermost ones */
    QC_MOTION_ELSEWHERE,
    QC_MOTION_NEW,     /* it is not in the earlier dump */
};

struct qc_thread_motion {
    struct qemucore_thread *thread;      /* of the later dump */
    enum qc_motion motion;
    struct qemucore_frame *common; /* the innermost frame of the later dump that both are in; NULL */
    bool is_proved;                /* by how often the kernel has given it a CPU */
    struct qc_fact cpu_time;       /* microseconds that it has used; tells only where it is not 0: the
                                      kernel may count by ticks */
};

/* Whether the main loop has turned. */
enum qc_turn {
    QC_TURN_UNKNOWN,
    QC_TURN_SEEN,
    QC_TURN_NONE, /* not since before the earlier dump */
};

/* A dump, as the floors below have read it. */
struct qc_dump_view {
    struct qc_process *process;
    const struct qc_state *state;
};

struct qc_comparison {
    struct qc_dump_view earlier;
    QC_VEC(struct qc_thread_motion) threads; /* in the order of the later dump's */
    size_t gone;                             /* threads that are in the earlier dump only */
    enum qc_turn turn;
    bool refresh_is_same;          /* the display was refreshed at the same time last, in both */
    struct qc_fact apart;          /* ns, at least, by what QEMU has noted; not known, and never 0 */
    struct qc_fact apart_by_files; /* by the times of the files, which copies have others of */
    bool requests_known;           /* of both dumps, all of them */
    size_t requests_left;          /* that are in both */
    size_t requests_ended;         /* in the earlier dump only */
    const struct qc_block_request *left; /* one that is in both, of the later dump; NULL: none */
    const struct qc_block_node *left_in;
};

/* Fails with QEMUCORE_INVALID where they are not of one process, or not in this order; both say so. */
enum qemucore_status qc_comparison_new(struct qc_dump_view later, struct qc_dump_view earlier,
                                       struct qc_comparison **ret, struct qemucore_error *error);
void qc_comparison_free(struct qc_comparison *comparison);

/* Of a thread of the later dump; never NULL. */
const struct qc_thread_motion *qc_comparison_of(const struct qc_comparison *comparison,
                                                const struct qemucore_thread *thread);

/* How many requests of the earlier dump the node at the address has ended since; 0 where not all of them are
   known. `later` is of the later dump. */
size_t qc_comparison_ended_of(const struct qc_comparison *comparison, const struct qc_block *later,
                              uint64_t address);

/* Whether a thread has certainly done something in between. */
bool qc_motion_is_seen(const struct qc_thread_motion *motion);

/* "unknown", "none", "ran", "within", "elsewhere", "new" */
const char *qc_motion_name(enum qc_motion motion);
/* "unknown", "seen", "none" */
const char *qc_turn_name(enum qc_turn turn);

#endif
