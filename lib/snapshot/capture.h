/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capture - the memory of a living process that the plan wants, copied
 *
 * pagemap tells which pages exist. Pages that the process has never touched are not read: that
 * would fill its page tables.
 */
#pragma once

#include "snapshot/plan.h"

/* Adjacent pages, of one map or of several. */
struct qc_run {
    uint64_t start;
    uint64_t end;
    size_t offset;   /* index in qc_capture.bytes */
    bool is_lost;    /* the pages existed but could not be read: unmapped meanwhile */
};

struct qc_capture {
    QC_VEC(struct qc_run) runs; /* by address */
    uint8_t *bytes;
    size_t size;
    size_t capacity;
    uint64_t known_to; /* pages below it that the plan takes and no run has were never touched */
    uint64_t no_room;  /* bytes that existed and are not copied, as they do not fit */
};

/* Makes room for what the plan wants and some more, and touches it, so that no page fault delays
   the copy while threads are stopped. */
enum qemucore_status qc_capture_new(const struct qc_plan *plan, struct qc_capture **ret,
                                    struct qemucore_error *error);
void qc_capture_free(struct qc_capture *capture);

QC_DEFINE_GUARD(qc_guard_capture, struct qc_capture, qc_capture_free)

/* Copies memory, replacing what an earlier call has copied. */
enum qemucore_status qc_capture_take(int pid, int pagemap, const struct qc_plan *plan,
                                     struct qc_capture *capture, struct qemucore_error *error);

/* Returns the copied bytes at an address; *size: up to the end of the run. NULL: not copied. */
const uint8_t *qc_capture_find(const struct qc_capture *capture, uint64_t address, uint64_t *size);
