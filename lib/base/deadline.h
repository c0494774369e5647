/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * deadline - the time from which on nothing long is begun
 */
#ifndef QC_BASE_DEADLINE_H
#define QC_BASE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* By CLOCK_MONOTONIC, in ns; 0: there is none. */
static inline bool qc_deadline_is_past(uint64_t deadline)
{
    struct timespec now;
    return deadline != 0 && clock_gettime(CLOCK_MONOTONIC, &now) == 0 &&
           (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec >= deadline;
}

#endif
