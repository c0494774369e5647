/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * deadline - the time after which no long operation is begun
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Returns the time of a clock that every Linux has, in ns. */
static inline uint64_t qc_clock_ns(clockid_t clock)
{
    struct timespec now = {0};
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* deadline: a time of CLOCK_MONOTONIC, in ns; 0: no deadline. */
static inline bool qc_deadline_is_past(uint64_t deadline)
{
    return deadline != 0 && qc_clock_ns(CLOCK_MONOTONIC) >= deadline;
}
