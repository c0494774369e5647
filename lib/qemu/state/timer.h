/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * timer - QEMUTimerListGroup: the next timer of each of the four clocks
 *
 * The times are those of the clocks (util/qemu-timer.c): realtime is CLOCK_MONOTONIC, host is
 * CLOCK_REALTIME; virtual and virtual-rt stand still while the machine is stopped. No dump holds
 * what a clock showed when it was made, only bounds of that: qemu/clock/clock.h.
 */
#pragma once

#include "base/base.h"
#include "qemu/fields/fact.h"

#define QC_CLOCKS(X)                                               \
    X(QC_CLOCK_REALTIME, "realtime")                               \
    X(QC_CLOCK_VIRTUAL, "virtual")                                 \
    X(QC_CLOCK_HOST, "host")                                       \
    X(QC_CLOCK_VIRTUAL_RT, "virtual-rt")                           \
    X(QC_CLOCK_COUNT, "unknown") /* none of these, or not known */
enum qc_clock { QC_CLOCKS(QC_ENUMERATOR) };

struct qc_timer_list {
    uint64_t address;       /* address of the QEMUTimerList */
    enum qc_clock type;
    const char *clock;      /* "realtime", "virtual", "host", "virtual-rt"; NULL: not known */
    struct qc_fact enabled; /* state of the clock: if disabled, its timers never run */
    struct qc_fact active;  /* number of armed timers */
    uint64_t first;         /* the first timer; 0: none, or not known */
    struct qc_fact next;    /* expire_time of the first timer, ns; not known without one */
    const char *callback;   /* function of the first timer; NULL: not known */
    struct qc_fact done_event; /* value of timers_done_ev; 0 (EV_SET): no callbacks run */
};

struct qc_timers {
    QC_VEC(struct qc_timer_list) lists;
    const char *why_cut; /* why a list was cut: a limit, or it led back; NULL: none was */
    const char *why_absent; /* the first reason why something is not known; NULL: all is */
};

/* Reads the QEMUTimerListGroup at an address into a zeroed struct. */
void qc_timers_find(struct qc_fields *fields, uint64_t group, struct qc_timers *ret);

/* Returns "realtime", "virtual", "host", "virtual-rt", "unknown". */
const char *qc_clock_name(enum qc_clock clock);
