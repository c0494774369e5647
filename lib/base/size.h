/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * size - units of sizes in bytes, rounding to them, the lesser and the greater of two
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define QC_KIB ((uint64_t)1 << 10)
#define QC_MIB ((uint64_t)1 << 20)
#define QC_GIB ((uint64_t)1 << 30)

/* No CPU's pages are smaller. */
#define QC_PAGE ((size_t)4096)

/* The arguments are evaluated twice. */
#define qc_min(left, right) ((left) < (right) ? (left) : (right))
#define qc_max(left, right) ((left) > (right) ? (left) : (right))

/* Returns the next multiple of unit, a power of two; 0: there is none in 64 bits. */
static inline uint64_t qc_round_up(uint64_t value, uint64_t unit)
{
    return (value + unit - 1) & ~(unit - 1);
}
