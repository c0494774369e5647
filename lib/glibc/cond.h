/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cond - pthread_cond_t of glibc, in its three layouts
 */
#ifndef QC_GLIBC_COND_H
#define QC_GLIBC_COND_H

#include "glibc/libc.h"

#define QC_COND_SIZE 48

/* A field as it is, for those who want to see for themselves. */
struct qc_cond_field {
    const char *name; /* "__wseq" */
    uint64_t value;
};

struct qc_cond {
    enum qc_cond_layout layout;
    unsigned waiters;    /* threads inside a wait: counted by glibc itself */
    unsigned unsignalled;/* of them, those that no signal is for: they sleep on */
    unsigned signalled;  /* of them, those that were signalled and have not run yet */
    unsigned signals;    /* signals that nobody has taken yet */
    bool monotonic;      /* times of timed waits are CLOCK_MONOTONIC, else CLOCK_REALTIME */
    bool process_shared;
    uint64_t mutex;      /* of the waiters; only the layout up to 2.24 has it, else 0 */
    bool sane;           /* its counters fit each other: may be a condition */
    bool counts_agree;   /* nor are more waiters counted than have come, and up to 2.40 the same
                            number twice */
    struct qc_cond_field fields[16];
    size_t field_count;
};

/* QEMUCORE_NOT_FOUND where the layout is not known: fields are empty then. */
enum qemucore_status qc_cond_read(struct qc_libc *libc, uint64_t address, struct qc_cond *ret,
                                  struct qemucore_error *error);

/* Whether a futex word is one that a waiter of the condition at address sleeps on, by the place that
   it has in any of the layouts: no other word of theirs is a futex. */
bool qc_cond_holds_word(uint64_t address, uint64_t word);

/*
 * The condition whose waiter sleeps on word; 0: there is none, or more than one that makes sense.
 * Its counters must fit each other, and count from one to most_waiters waiters. Where the layout is
 * not known all are tried, and it is from here on.
 */
uint64_t qc_cond_from_word(struct qc_libc *libc, uint64_t word, unsigned most_waiters);

#endif
