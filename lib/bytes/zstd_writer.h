/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * zstd_writer - writing a seekable zstd file: frames of 1 MiB with content size and checksum, and a
 * table of them in a skippable frame at the end (zstd's contrib/seekable_format)
 *
 * Every zstd reads it from front to back; readers that know the table can start at any frame.
 */
#pragma once

#include <stddef.h>

#include "base/base.h"

struct qc_zstd_writer;

/* Receives the bytes of a new core, in order. */
struct qc_sink {
    enum qemucore_status (*write)(void *opaque, const void *bytes, size_t size,
                                  struct qemucore_error *error);
    void *opaque;
};

/* Replaces *sink by one that compresses what is written to it and passes it to the old one. level
   0: zstd's default. */
enum qemucore_status qc_zstd_writer_new(int level, struct qc_sink *sink,
                                        struct qc_zstd_writer **ret,
                                        struct qemucore_error *error);
void qc_zstd_writer_free(struct qc_zstd_writer *writer);

QC_DEFINE_GUARD(qc_guard_zstd_writer, struct qc_zstd_writer, qc_zstd_writer_free)

/* Writes the last frame and the table. */
enum qemucore_status qc_zstd_writer_end(struct qc_zstd_writer *writer,
                                        struct qemucore_error *error);
