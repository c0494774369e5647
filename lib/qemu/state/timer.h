/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * timer - QEMUTimerListGroup: what is due next, by each of the four clocks
 *
 * The times are those of the clocks (util/qemu-timer.c): realtime is CLOCK_MONOTONIC, host is
 * CLOCK_REALTIME; virtual and virtual-rt stand still while the machine is stopped. What a clock
 * showed when the dump was made is in no dump, but for its bounds: qemu/clock/clock.h.
 */
#ifndef QC_QEMU_STATE_TIMER_H
#define QC_QEMU_STATE_TIMER_H

#include "base/base.h"
#include "qemu/fields/fact.h"

enum qc_clock {
    QC_CLOCK_REALTIME,
    QC_CLOCK_VIRTUAL,
    QC_CLOCK_HOST,
    QC_CLOCK_VIRTUAL_RT,
    QC_CLOCK_COUNT, /* none of these, or not known */
};

struct qc_timer_list {
    uint64_t address;       /* of the QEMUTimerList */
    enum qc_clock type;
    char *clock;            /* "realtime", "virtual", "host", "virtual-rt"; NULL: not known */
    struct qc_fact enabled; /* the clock: a disabled one's timers never run */
    struct qc_fact active;  /* how many timers are set */
    uint64_t first;         /* the first one; 0: none, or not known */
    struct qc_fact next;    /* its expire_time, ns; not known where there is none */
    char *callback;         /* its function; NULL: not known */
    struct qc_fact done_event; /* value of timers_done_ev: not 0 (EV_SET) while callbacks run */
};

struct qc_timers {
    QC_VEC(struct qc_timer_list) lists;
    const char *why_cut; /* a list ended at a limit or led back; NULL: none did */
    char *why_absent;    /* the first thing that could not be had; NULL: nothing */
};

/* Of a QEMUTimerListGroup at an address; into a zeroed struct. */
void qc_timers_find(struct qc_fields *fields, uint64_t group, struct qc_timers *ret);
void qc_timers_free(struct qc_timers *timers);

/* "realtime", "virtual", "host", "virtual-rt" */
const char *qc_clock_name(enum qc_clock clock);

#endif
