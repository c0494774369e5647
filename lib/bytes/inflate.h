/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inflate - the interface between bytes_gzip and a library that decodes gzip members: zlib, or
 * ISA-L, which is some four times as fast
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum qc_inflated {
    QC_INFLATED_MORE,  /* needs more input or more room */
    QC_INFLATED_END,   /* the member has ended; its checksum was read */
    QC_INFLATED_NO_MEMORY,
    QC_INFLATED_DAMAGED,
};

struct qc_inflate_step {
    const uint8_t *in;
    size_t in_left;
    uint8_t *out;
    size_t out_left;
    const char *why; /* set with QC_INFLATED_DAMAGED */
};

struct qc_inflate {
    void *(*new)(void); /* NULL: out of memory */
    void (*free)(void *state);
    /* Prepares for the start of a member. */
    void (*reset)(void *state);
    /* Decodes; moves the step's pointers past the input read and the output written. */
    enum qc_inflated (*run)(void *state, struct qc_inflate_step *step);
    /* Returns a copy of the state, which includes all input that was read. NULL: out of memory. */
    void *(*copy)(const void *state);
};

extern const struct qc_inflate qc_inflate_zlib;
extern const struct qc_inflate qc_inflate_isal; /* if built with libisal */
