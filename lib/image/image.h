/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * image - the address space of the process, and where the bytes of each part of it are
 *
 * There are two layers of sorted ranges. The dump's layer tells what the dump has: bytes in memory,
 * zeroes, bytes that a source reads (a raw core's file), bytes that another pass can fetch, or no
 * bytes, and why. Below it is the backing layer: files that were mapped. A read asks the dump
 * first. It asks the backing only if neither allows writing, and the dump lacks the bytes: it was
 * made without them, or has lost them. Nothing here knows what ELF is.
 *
 * The loader adds ranges in any order, then seals the image. Reads need a sealed image.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

struct qc_image;

enum qc_range_kind {
    QC_RANGE_MISSING,  /* no bytes: `status` says why */
    QC_RANGE_ZERO,     /* zeroes in the dump */
    QC_RANGE_MEMORY,   /* at `bytes`, which the image owns, or borrows for its lifetime */
    QC_RANGE_SOURCE,   /* read by `source`, from `offset` on */
    QC_RANGE_DEFERRED, /* in the dump at `offset`, not loaded; the image's fetcher can load it */
};

/* Reads the bytes of SOURCE ranges: all of size bytes at offset, or fails. */
struct qc_image_source {
    enum qemucore_status (*read)(void *opaque, uint64_t offset, void *buffer, size_t size,
                                 struct qemucore_error *error);
    void *opaque;
};

/* Addresses [start, end). */
struct qc_range {
    uint64_t start;
    uint64_t end;
    enum qc_range_kind kind;
    bool writable;                /* the process could write here */
    enum qemucore_status status;  /* for MISSING */
    uint64_t offset;              /* for SOURCE and DEFERRED */
    const uint8_t *bytes;         /* for MEMORY */
    const struct qc_image_source *source; /* for SOURCE; borrowed, outlives the image */
};

/* budget: most bytes that qc_image_save copies. */
enum qemucore_status qc_image_new(uint64_t budget, struct qc_image **ret,
                                  struct qemucore_error *error);
void qc_image_free(struct qc_image *image);

QC_DEFINE_GUARD(qc_guard_image, struct qc_image, qc_image_free)

/* Adds a range to the dump's layer. Joins it with the last one added if it continues that one. */
enum qemucore_status qc_image_add(struct qc_image *image, const struct qc_range *range,
                                  struct qemucore_error *error);

/*
 * Copies bytes into the dump's layer. range tells their addresses, their offset in the dump, and
 * whether they are writable; its kind is ignored. Pages of zeroes become ZERO ranges, others
 * MEMORY, or DEFERRED if the budget, which counts copied bytes only, has no room for them.
 */
enum qemucore_status qc_image_save(struct qc_image *image, const struct qc_range *range,
                                   const uint8_t *bytes, struct qemucore_error *error);
void qc_image_raise_budget(struct qc_image *image, uint64_t bytes);

/* Sorts the ranges. Where two of a layer overlap, the one with the lower start keeps the addresses,
   or the one added first if both have the same start. */
void qc_image_seal(struct qc_image *image);

/* Adds a file-backed range to the backing layer, which stays sorted: also after the seal. */
enum qemucore_status qc_image_add_backing(struct qc_image *image, const struct qc_range *range,
                                          struct qemucore_error *error);

/*
 * Called when a DEFERRED range is read at address. fetch cuts a hole (qc_image_cut), fills it
 * (qc_image_save, qc_image_add) and seals the image again, or fails with the reason. Without a
 * fetcher, such a read fails with QEMUCORE_LIMIT.
 */
struct qc_image_fetcher {
    enum qemucore_status (*fetch)(void *opaque, uint64_t address, struct qemucore_error *error);
    void *opaque;
};
void qc_image_set_fetcher(struct qc_image *image, struct qc_image_fetcher fetcher);

/* Removes [start, end) from the DEFERRED range that contains it. Make all cuts before filling any:
   adding ranges leaves them unsorted until the next seal. */
enum qemucore_status qc_image_cut(struct qc_image *image, uint64_t start, uint64_t end,
                                  struct qemucore_error *error);

/* Returns the range of the dump's layer that contains address. NULL: none does. */
const struct qc_range *qc_image_find(const struct qc_image *image, uint64_t address);
/* Returns the range with that index in the order of addresses in the dump's layer. NULL: none. */
const struct qc_range *qc_image_range(const struct qc_image *image, size_t index);

/* Reads all of size bytes, or fails: error->address is the first byte that can't be read. */
enum qemucore_status qc_image_read(struct qc_image *image, uint64_t address, void *buffer,
                                   size_t size, struct qemucore_error *error);

/* Reads an unsigned number of 1 to 8 bytes. */
enum qemucore_status qc_image_read_number(struct qc_image *image, uint64_t address, size_t size,
                                          bool big_endian, uint64_t *ret,
                                          struct qemucore_error *error);

/* Reads a NUL-terminated string into buffer of size bytes. QEMUCORE_LIMIT: it does not fit. */
enum qemucore_status qc_image_read_string(struct qc_image *image, uint64_t address, char *buffer,
                                          size_t size, struct qemucore_error *error);
