/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * image - the address space of the process, as far as anything knows its bytes
 *
 * Two layers of sorted ranges. The dump's layer says what the dump has: bytes in memory, zeroes,
 * bytes behind a source (a raw core's file), bytes that another pass could fetch, or that it has
 * none, and why. Below it, the backing layer: files that were mapped there. A read asks the dump
 * first, and the backing only where the dump was made without the bytes or, for pages that could
 * not have been written to, has lost them. Nothing here knows what ELF is.
 *
 * The loader adds ranges in any order, then seals the image; reads are for a sealed image.
 */
#ifndef QC_IMAGE_IMAGE_H
#define QC_IMAGE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

struct qc_image;

enum qc_range_kind {
    QC_RANGE_MISSING,  /* not here: `status` says why */
    QC_RANGE_ZERO,     /* the dump holds zeroes */
    QC_RANGE_MEMORY,   /* at `bytes`, which the image owns or borrows for its life */
    QC_RANGE_SOURCE,   /* `source` reads it, from `offset` on */
    QC_RANGE_DEFERRED, /* in the dump at `offset`; the image's fetcher can bring it */
};

/* Where a SOURCE range's bytes are: reads all of size bytes at offset, or fails. */
struct qc_image_source {
    enum qemucore_status (*read)(void *opaque, uint64_t offset, void *buffer, size_t size,
                                 struct qemucore_error *error);
    void *opaque;
};

/* [start, end). */
struct qc_range {
    uint64_t start;
    uint64_t end;
    enum qc_range_kind kind;
    bool writable;                /* the process could write here */
    enum qemucore_status status;  /* MISSING */
    uint64_t offset;              /* SOURCE, DEFERRED */
    const uint8_t *bytes;         /* MEMORY */
    const struct qc_image_source *source; /* SOURCE; borrowed, outlives the image */
};

enum qemucore_status qc_image_new(uint64_t budget, struct qc_image **ret,
                                  struct qemucore_error *error);
void qc_image_free(struct qc_image *image);

QC_DEFINE_GUARD(qc_guard_image, struct qc_image, qc_image_free)

/* Adds to the dump's layer. Ranges that continue the one added last are joined with it. */
enum qemucore_status qc_image_add(struct qc_image *image, const struct qc_range *range,
                                  struct qemucore_error *error);

/*
 * Copies bytes of the dump's layer into the image: range says where they belong (its size, its
 * place in the dump, whether it is writable), its kind is made here. Pages of zeroes become ZERO
 * ranges, others are copied. What no longer fits the budget, which counts copied bytes only,
 * becomes DEFERRED.
 */
enum qemucore_status qc_image_save(struct qc_image *image, const struct qc_range *range,
                                   const uint8_t *bytes, struct qemucore_error *error);
void qc_image_raise_budget(struct qc_image *image, uint64_t bytes);

/* Sorts. Where ranges of a layer overlap, the one that starts first has the bytes; of two that
   start together the one added first. */
void qc_image_seal(struct qc_image *image);

/* Adds a file-backed range below the dump's layer, to a sealed image too: it is sorted in. */
enum qemucore_status qc_image_add_backing(struct qc_image *image, const struct qc_range *range,
                                          struct qemucore_error *error);

/*
 * Called when a DEFERRED range is read at address: cuts a hole (qc_image_cut), fills it
 * (qc_image_save, qc_image_add), seals the image again; or says why it can't. Without a fetcher
 * the answer is QEMUCORE_LIMIT.
 */
struct qc_image_fetcher {
    enum qemucore_status (*fetch)(void *opaque, uint64_t address, struct qemucore_error *error);
    void *opaque;
};
void qc_image_set_fetcher(struct qc_image *image, struct qc_image_fetcher fetcher);

/* Takes [start, end) out of the DEFERRED range that holds it all. All cuts come before what fills
   them: adding leaves the ranges unsorted until the next seal. */
enum qemucore_status qc_image_cut(struct qc_image *image, uint64_t start, uint64_t end,
                                  struct qemucore_error *error);

/* The range of the dump's layer that holds address, NULL where the dump knows nothing of it. */
const struct qc_range *qc_image_find(const struct qc_image *image, uint64_t address);
/* The ranges of the dump's layer by address, index from 0; NULL behind the last. */
const struct qc_range *qc_image_range(const struct qc_image *image, size_t index);

/* All or nothing; error->address is the first byte that can't be had, the status why. */
enum qemucore_status qc_image_read(struct qc_image *image, uint64_t address, void *buffer,
                                   size_t size, struct qemucore_error *error);

/* An unsigned number of 1 to 8 bytes. */
enum qemucore_status qc_image_read_number(struct qc_image *image, uint64_t address, size_t size,
                                          bool big_endian, uint64_t *ret,
                                          struct qemucore_error *error);

/* A NUL-terminated string into buffer, which has size bytes; QEMUCORE_LIMIT when it is longer. */
enum qemucore_status qc_image_read_string(struct qc_image *image, uint64_t address, char *buffer,
                                          size_t size, struct qemucore_error *error);

#endif
