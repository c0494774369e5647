/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capture - the bytes of a living process's memory, as the plan wants them
 *
 * pagemap tells which pages are there: those that the process has never touched are not touched now
 * either, since that would fill its page tables.
 */
#ifndef QC_SNAPSHOT_CAPTURE_H
#define QC_SNAPSHOT_CAPTURE_H

#include "snapshot/plan.h"

/* Pages that follow each other, of one map or of several. */
struct qc_run {
    uint64_t start;
    uint64_t end;
    size_t offset;   /* in the bytes */
    bool is_lost;    /* they were there, and could not be read: unmapped meanwhile */
};

struct qc_capture {
    QC_VEC(struct qc_run) runs; /* by address */
    uint8_t *bytes;
    size_t size;
    size_t capacity;
    uint64_t known_to; /* below it, what the plan takes and has no run was never touched */
    uint64_t no_room;  /* bytes that were there, and are not copied for want of room */
};

/* Room for what the plan wants, and somewhat more, touched before: nothing waits for memory while
   threads are stopped. */
enum qemucore_status qc_capture_new(const struct qc_plan *plan, struct qc_capture **ret,
                                    struct qemucore_error *error);
void qc_capture_free(struct qc_capture *capture);

QC_DEFINE_GUARD(qc_guard_capture, struct qc_capture, qc_capture_free)

/* Copies; what an earlier call has copied is forgotten. */
enum qemucore_status qc_capture_take(int pid, int pagemap, const struct qc_plan *plan,
                                     struct qc_capture *capture, struct qemucore_error *error);

/* The bytes at address, as far as they go; NULL: they were not copied. */
const uint8_t *qc_capture_find(const struct qc_capture *capture, uint64_t address, uint64_t *size);

#endif
