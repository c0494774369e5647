/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * comparison - what moved between two dumps of one process
 *
 * One dump shows no motion. Given two, a thread whose frames are unchanged is in the same calls, or
 * at the same point of a loop again. A thread that has used CPU time has run, whatever its frames
 * say. A request that is in both dumps has not been answered in between.
 */
#pragma once

#include "qemu/qemu.h"

#define QC_MOTIONS(X)                                                                   \
    X(QC_MOTION_UNKNOWN, "unknown") /* a stack has no frame that could be compared */   \
    X(QC_MOTION_NONE, "none") /* in the same frames, at the same pc */                  \
    X(QC_MOTION_RAN, "ran") /* the same frames and pc, but it has used CPU time */      \
    X(QC_MOTION_WITHIN, "within") /* the same outer frames, but other innermost ones */ \
    X(QC_MOTION_ELSEWHERE, "elsewhere")                                                 \
    X(QC_MOTION_NEW, "new") /* not in the earlier dump */
enum qc_motion { QC_MOTIONS(QC_ENUMERATOR) };

struct qc_thread_motion {
    struct qemucore_thread *thread;      /* in the later dump */
    enum qc_motion motion;
    struct qemucore_frame *common; /* innermost frame of both, as of the later dump; NULL: none */
    bool is_proved;                /* proved by the kernel's count of runs on a CPU */
    struct qc_fact cpu_time;       /* microseconds used in between; 0 proves nothing, since the
                                      kernel may count by ticks */
};

/* Whether the main loop has completed a turn between the dumps. */
#define QC_TURNS(X)                                                 \
    X(QC_TURN_UNKNOWN, "unknown")                                   \
    X(QC_TURN_SEEN, "seen")                                         \
    X(QC_TURN_NONE, "none") /* not since before the earlier dump */
enum qc_turn { QC_TURNS(QC_ENUMERATOR) };

/* One dump, as the floors below have read it. */
struct qc_dump_view {
    struct qc_process *process;
    const struct qc_state *state;
};

struct qc_comparison {
    struct qc_dump_view earlier;
    QC_VEC(struct qc_thread_motion) threads; /* in the order of the later dump's threads */
    size_t gone;                             /* number of threads that only the earlier dump has */
    enum qc_turn turn;
    bool refresh_is_same;          /* both dumps have the same time of the display's last refresh */
    struct qc_fact apart;          /* ns between the dumps, at least, by QEMU's times; never 0 */
    struct qc_fact apart_by_files; /* ns by the files' times, which copying changes */
    bool are_snapshots;            /* both dumps: their notes have those times, not their files */
    bool requests_known;           /* both dumps have all of their requests */
    size_t requests_left;          /* number of requests in both dumps */
    size_t requests_ended;         /* number of requests in the earlier dump only */
    const struct qc_block_request *left; /* one that is in both, as of the later dump; NULL: none */
    const struct qc_block_node *left_in;
};

/* Fails with QEMUCORE_INVALID if the dumps are of different processes or in the wrong order. */
enum qemucore_status qc_comparison_new(struct qc_dump_view later, struct qc_dump_view earlier,
                                       struct qc_comparison **ret, struct qemucore_error *error);
void qc_comparison_free(struct qc_comparison *comparison);

/* Time between two dumps after which a thread that has not moved is not just taking its time. */
#define QC_LATELY_NS INT64_C(3000000000)

/* Tells whether so much time lies between the dumps, if need be by the files' times. */
bool qc_comparison_is_long(const struct qc_comparison *comparison);

/* Returns the motion of a thread of the later dump; never NULL. */
const struct qc_thread_motion *qc_comparison_of(const struct qc_comparison *comparison,
                                                const struct qemucore_thread *thread);

/* Returns a job of the later dump as it was in the earlier one; NULL: it was not, or is internal. */
const struct qc_block_job *qc_comparison_earlier_job(const struct qc_comparison *comparison,
                                                     const struct qc_block_job *job);

/* Returns how many requests the block node at the address has completed since the earlier dump; 0
   if not all are known. `later` is the block layer of the later dump. */
size_t qc_comparison_ended_of(const struct qc_comparison *comparison, const struct qc_block *later,
                              uint64_t address);

/* Tells whether the thread has certainly done something between the dumps. */
bool qc_motion_is_seen(const struct qc_thread_motion *motion);

/* "unknown", "none", "ran", "within", "elsewhere", "new" */
const char *qc_motion_name(enum qc_motion motion);
/* "unknown", "seen", "none" */
const char *qc_turn_name(enum qc_turn turn);
