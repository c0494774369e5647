/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * armed_timer - every timer that is set, and when it is due as far as a dump knows the time
 *
 * QEMU has a list a clock in main_loop_tlg, and as many in each AioContext. An armed timer is in the
 * list of its clock until it is called or deleted; one that is idle is in none.
 */
#ifndef QC_QEMU_MACHINE_ARMED_TIMER_H
#define QC_QEMU_MACHINE_ARMED_TIMER_H

#include "qemu/machine/callback.h"
#include "qemu/state/state.h"

struct qc_armed_timer {
    uint64_t address;
    const struct qc_timer_list *list;     /* that it is in; of the state */
    const struct qc_aio_context *context; /* whose list that is; NULL: the main loop's own */
    struct qc_fact expire;                /* ns of its clock */
    struct qc_clock_left left;            /* until then; not known while the clock is disabled */
    struct qc_callback callback;
    struct qc_fact opaque;
    struct qc_fact coroutine; /* that it enters: one that sleeps, or a job's; else not known */
};

struct qc_armed_timers {
    QC_VEC(struct qc_armed_timer) list; /* by clock, main loop first, in the order that they are due */
    const char *why_cut; /* a list ended at a limit or led back; NULL: none did */
    char *why_absent;    /* the first thing that could not be had; NULL: nothing */
    QC_VEC(const struct qc_armed_timer *) by_coroutine; /* those that enter one, by its address */
};

/* Into a zeroed struct, which the state outlives. */
void qc_armed_timers_find(struct qc_fields *fields, const struct qc_state *state,
                          struct qc_armed_timers *ret);
/* Makes by_coroutine of a list that is complete. */
void qc_armed_timers_index(struct qc_armed_timers *timers);
void qc_armed_timers_free(struct qc_armed_timers *timers);

/* The first one that enters a coroutine; NULL: none does. */
const struct qc_armed_timer *qc_armed_timer_of(const struct qc_armed_timers *timers,
                                               uint64_t coroutine);

#endif
