/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * clock - what each of QEMU's clocks showed when the dump was made, within bounds
 *
 * No dump has the time in it. But what QEMU has noted is over (qemu/clock/marks.h), which makes lower
 * bounds. A main loop in its poll tells how long it has been there: the kernel has left what
 * remained of the timeout that was asked for. And as long as it is there no timer of its lists has
 * become due, which makes upper bounds: a timer that would have become the first one had ended the
 * poll (timerlist_rearm).
 *
 * What memory tells holds whatever has become of the file. What the file tells (when it was begun)
 * is kept apart from it, and is as good as the file's name or times are: copies are born later.
 */
#ifndef QC_QEMU_CLOCK_CLOCK_H
#define QC_QEMU_CLOCK_CLOCK_H

#include "qemu/clock/marks.h"
#include "qemu/state/main_loop.h"

struct qc_clock_bound {
    bool is_known;
    int64_t ns;           /* of the clock */
    const char *rests_on; /* a phrase; borrowed */
};

/* The clock showed at least, and at most, this. The upper one is short by what the main loop took
   from asking its timers to its poll: microseconds, more on a host that is out of CPUs. */
struct qc_clock_bounds {
    struct qc_clock_bound lower;
    struct qc_clock_bound upper;
    struct qc_clock_bound by_file; /* at least this, if the file's time is that of the dump */
};

/* At least so many nanoseconds; not known: nothing tells, and never 0. */
struct qc_clock_age {
    struct qc_fact at_least; /* by memory alone */
    struct qc_fact by_file;  /* by the file's time; only where it tells more */
};

/* A timer that is due and has not run. */
struct qc_clock_overdue {
    const struct qc_timer_list *list;     /* whose first timer it is; borrowed */
    const struct qc_aio_context *context; /* whose list that is; NULL: the main loop's own */
    struct qc_clock_age by;
};

struct qc_clocks {
    struct qc_clock_bounds bounds[QC_CLOCK_COUNT];
    bool idles;                /* the main loop is in its own poll */
    struct qc_fact polled;     /* how long it has been there, or in a nested poll, at least; exact
                                  unless the process was stopped meanwhile */
    struct qc_clock_bound last_turn; /* realtime: the main loop went into its poll, or, where it is
                                        not there, came out of it, at the latest */
    struct qc_clock_age turned; /* since then */
    struct qc_fact refresh;     /* realtime: the main loop was in gui_update, as each turn in which that
                                   is due is; of two dumps, the same where it has not turned */
    struct qc_fact file_latest; /* the file's first time, host clock: the dump is no younger */
    struct qc_fact latest;      /* realtime, by the file's first time: at most that */
    struct qc_fact turned_at_most; /* ns, since it was last seen to turn, by the file's first time; a
                                      core that was copied makes it too large, never too small */
    struct qc_fact latest_here;    /* as latest, by this machine's clocks, which tell it exactly; not known
                                      where they are known not to be QEMU's */
    QC_VEC(struct qc_clock_overdue) overdue;
    struct qc_fact file;       /* when the dump was begun, host clock; not known: nothing tells, or
                                  what memory tells is against it */
    bool is_by_debugger;       /* the dump was written by gdb, not by the kernel */
    bool file_is_named;        /* by the file's name, not by its times */
};

/* Into a zeroed struct; main_loop, contexts and block outlive it. */
void qc_clocks_find(struct qc_fields *fields, const struct qc_main_loop *main_loop,
                    const struct qc_aio_contexts *contexts, const struct qc_block *block,
                    struct qc_clocks *ret);
/* The same, of marks that are known. */
void qc_clocks_derive(const struct qc_clock_marks *marks, const struct qc_main_loop *main_loop,
                      const struct qc_aio_contexts *contexts, struct qc_clocks *ret);
void qc_clocks_free(struct qc_clocks *clocks);

/* How long until the clock shows a time, in ns; negative: it has shown it already. Signed. */
struct qc_clock_left {
    struct qc_fact at_least;
    struct qc_fact at_most;         /* by memory alone */
    struct qc_fact at_most_by_file; /* by the file's time; only where it tells more */
};

struct qc_clock_left qc_clock_left(const struct qc_clocks *clocks, enum qc_clock clock,
                                   int64_t due_ns);

/* Of what began when the clock showed that. */
struct qc_clock_age qc_clock_age(const struct qc_clocks *clocks, enum qc_clock clock,
                                 int64_t began_ns);

#endif
