/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * armed_timer - all timers that are set, and when they are due as far as a dump can tell
 *
 * main_loop_tlg and each AioContext have one list of timers for each clock. An armed timer is in
 * the list of its clock until it fires or is deleted. An idle timer is in no list.
 */
#pragma once

#include "qemu/fields/fact.h"
#include "qemu/state.h"

struct qc_armed_timer {
    uint64_t address;
    const struct qc_timer_list *list;     /* list that it is in; belongs to the state */
    const struct qc_aio_context *context; /* context that has the list; NULL: the main loop */
    struct qc_fact expire;                /* when it is due, in ns of its clock */
    struct qc_clock_left left;            /* time until then; not known if the clock is disabled */
    struct qc_callback callback;
    struct qc_fact opaque;
    struct qc_fact coroutine; /* coroutine that it wakes: one that sleeps, or a job's */
};

struct qc_armed_timers {
    QC_VEC(struct qc_armed_timer) list; /* by clock, main loop first, in the order of expiry */
    const char *why_cut; /* why a list is not complete; NULL: all are */
    const char *why_absent; /* why the first missing fact is not known; NULL: none is missing */
    QC_VEC(const struct qc_armed_timer *) by_coroutine; /* timers that enter one, by its address */
};

/* Finds the timers; *ret must be zeroed, and the state must outlive it. */
void qc_armed_timers_find(struct qc_fields *fields, const struct qc_state *state,
                          struct qc_armed_timers *ret);
/* Fills by_coroutine, once list is complete. */
void qc_armed_timers_index(struct qc_armed_timers *timers);
void qc_armed_timers_free(struct qc_armed_timers *timers);

/* Returns the first timer that enters a coroutine; NULL: none does. */
const struct qc_armed_timer *qc_armed_timer_of(const struct qc_armed_timers *timers,
                                               uint64_t coroutine);
