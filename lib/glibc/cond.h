/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cond - pthread_cond_t of glibc, in its three layouts
 */
#pragma once

#include "glibc/libc.h"

#define QC_COND_SIZE 48

/* A raw field, to be shown as it is. */
struct qc_cond_field {
    const char *name; /* "__wseq" */
    uint64_t value;
};

struct qc_cond {
    enum qc_cond_layout layout;
    unsigned waiters;    /* threads inside a wait, as glibc counts them */
    unsigned unsignalled;/* waiters that no signal is for: they sleep on */
    unsigned signalled;  /* waiters that were signalled and have not run yet */
    unsigned signals;    /* signals that no waiter has taken yet */
    bool monotonic;      /* timed waits use CLOCK_MONOTONIC; false: CLOCK_REALTIME */
    bool process_shared;
    uint64_t mutex;      /* the mutex of the waiters, in the layout up to 2.24; else 0 */
    bool sane;           /* the counters fit each other: it may be a condition */
    bool counts_agree;   /* no more waiters are counted than have come; up to 2.40, both counts of
                            them are equal, too */
    struct qc_cond_field fields[16];
    size_t field_count;
};

/* Fails with QEMUCORE_NOT_FOUND, and an empty *ret, if the layout is not known. */
enum qemucore_status qc_cond_read(struct qc_libc *libc, uint64_t address, struct qc_cond *ret,
                                  struct qemucore_error *error);

/* Tells whether a futex word has a place in the condition at address that waiters sleep on, in any
   of the layouts. No layout has another futex word. */
bool qc_cond_holds_word(uint64_t address, uint64_t word);

/*
 * Returns the condition whose waiter sleeps on word; 0 if none, or more than one, makes sense. Its
 * counters must fit each other, and count from one to most_waiters waiters. If the layout is not
 * known, tries all of them, and learns the layout of the condition that it finds.
 */
uint64_t qc_cond_from_word(struct qc_libc *libc, uint64_t word, unsigned most_waiters);
