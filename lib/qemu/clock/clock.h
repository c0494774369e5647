/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * clock - bounds of what each of QEMU's clocks showed when the dump was made
 *
 * A dump does not record the time. But times that QEMU noted have passed (qemu/clock/marks.h),
 * which gives lower bounds. A main loop in its poll tells how long it has been there: the kernel
 * writes back what remained of the timeout. During that poll no timer of its lists has become due,
 * which gives upper bounds: a new first timer would have ended the poll (timerlist_rearm).
 *
 * Bounds from memory hold whatever happened to the file. Bounds from the file (when it was created)
 * are kept apart. They are as reliable as its name or times: a copy has a later birth time.
 */
#pragma once

#include "qemu/clock/marks.h"
#include "qemu/state/main_loop.h"

struct qc_clock_bound {
    bool is_known;
    int64_t ns;           /* the clock's time */
    const char *rests_on; /* evidence, as a phrase; borrowed */
};

/* The least and the most that the clock showed. The upper bound is too low by the time that the
   main loop took from asking its timers to its poll: microseconds, more on a host that lacks CPU
   time. */
struct qc_clock_bounds {
    struct qc_clock_bound lower;
    struct qc_clock_bound upper;
    struct qc_clock_bound by_file; /* lower bound, if the file's time is that of the dump */
};

/* Least age, in ns. A known age is never 0. */
struct qc_clock_age {
    struct qc_fact at_least; /* by memory alone */
    struct qc_fact by_file;  /* by the file's time; known only if greater than at_least */
};

/* A timer that is due and has not run. */
struct qc_clock_overdue {
    const struct qc_timer_list *list;     /* list whose first timer it is; borrowed */
    const struct qc_aio_context *context; /* context that has the list; NULL: the main loop */
    struct qc_clock_age by;
};

struct qc_clocks {
    struct qc_clock_bounds bounds[QC_CLOCK_COUNT];
    bool idles;                /* the main loop is in its own poll */
    struct qc_fact polled;     /* least ns that it has been in this, or in a nested, poll; exact
                                  unless the process was stopped meanwhile */
    struct qc_clock_bound last_turn; /* realtime: latest time when the main loop entered the poll
                                        that it is in or, if it is in none, left its last one */
    struct qc_clock_age turned; /* age of last_turn */
    struct qc_fact start;       /* realtime: QEMU's start, truncated to seconds */
    struct qc_fact refresh;     /* realtime: when the main loop was last in gui_update; the same in
                                   two dumps if it did not turn between them */
    struct qc_fact file_latest; /* the file's first time, host clock: the dump is not later */
    struct qc_fact latest;      /* realtime: upper bound by the file's first time */
    struct qc_fact turned_at_most; /* ns since the main loop was last seen to turn, by the file's
                                      first time; for a copy of the core too large, not too small */
    struct qc_fact latest_here;    /* like latest, but exact, by this machine's clocks; not known if
                                      they are known not to be QEMU's */
    QC_VEC(struct qc_clock_overdue) overdue;
    bool is_by_debugger;       /* gdb wrote the dump, not the kernel */
    bool file_is_named;        /* when the dump was begun is known from the file's name, not from its
                                  times */
};

/* Finds the clocks; *ret must be zeroed; main_loop, contexts and block must outlive it. */
void qc_clocks_find(struct qc_fields *fields, const struct qc_main_loop *main_loop,
                    const struct qc_aio_contexts *contexts, const struct qc_block *block,
                    struct qc_clocks *ret);
/* Does the same from given marks. */
void qc_clocks_derive(const struct qc_clock_marks *marks, const struct qc_main_loop *main_loop,
                      const struct qc_aio_contexts *contexts, struct qc_clocks *ret);
void qc_clocks_free(struct qc_clocks *clocks);

/* Signed ns until the clock shows a time; negative: the time has passed. */
struct qc_clock_left {
    struct qc_fact at_least;
    struct qc_fact at_most;         /* by memory alone */
    struct qc_fact at_most_by_file; /* by the file's time; known only if less than at_most */
};

struct qc_clock_left qc_clock_left(const struct qc_clocks *clocks, enum qc_clock clock,
                                   int64_t due_ns);

/* Returns the age of something that began when the clock showed began_ns. */
struct qc_clock_age qc_clock_age(const struct qc_clocks *clocks, enum qc_clock clock,
                                 int64_t began_ns);
