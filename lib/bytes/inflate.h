/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inflate - what bytes_gzip needs of a library that decodes gzip's members: zlib, or ISA-L, which
 * is some four times as fast
 */
#ifndef QC_BYTES_INFLATE_H
#define QC_BYTES_INFLATE_H

#include <stddef.h>
#include <stdint.h>

enum qc_inflated {
    QC_INFLATED_MORE,  /* goes on, with more input or more room */
    QC_INFLATED_END,   /* the member ends, behind its checksum */
    QC_INFLATED_NO_MEMORY,
    QC_INFLATED_DAMAGED,
};

struct qc_inflate_step {
    const uint8_t *in;
    size_t in_left;
    uint8_t *out;
    size_t out_left;
    const char *why; /* of DAMAGED */
};

struct qc_inflate {
    void *(*new)(void); /* NULL: out of memory */
    void (*free)(void *state);
    /* A member begins. */
    void (*reset)(void *state);
    /* Moves the step's pointers on. */
    enum qc_inflated (*run)(void *state, struct qc_inflate_step *step);
    /* As it is now, to be freed like it; NULL: out of memory. All that was read is in it. */
    void *(*copy)(const void *state);
};

extern const struct qc_inflate qc_inflate_zlib;
extern const struct qc_inflate qc_inflate_isal; /* where libisal was there */

#endif
