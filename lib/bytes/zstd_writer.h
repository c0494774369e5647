/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * zstd_writer - a seekable zstd file: frames of 1 MiB that tell their content's size and have a
 * checksum, and a table of them in a skippable frame at the end (zstd's contrib/seekable_format)
 *
 * Every zstd reads it from front to back; readers that know the table enter it where they like.
 */
#ifndef QC_BYTES_ZSTD_WRITER_H
#define QC_BYTES_ZSTD_WRITER_H

#include <stddef.h>

#include "base/base.h"

struct qc_zstd_writer;

typedef enum qemucore_status qc_zstd_sink(void *opaque, const void *bytes, size_t size,
                                          struct qemucore_error *error);

/* level 0: zstd's default. */
enum qemucore_status qc_zstd_writer_new(int level, qc_zstd_sink *sink, void *opaque,
                                        struct qc_zstd_writer **ret,
                                        struct qemucore_error *error);
void qc_zstd_writer_free(struct qc_zstd_writer *writer);

enum qemucore_status qc_zstd_writer_add(struct qc_zstd_writer *writer, const void *bytes,
                                        size_t size, struct qemucore_error *error);
/* The last frame, and the table. */
enum qemucore_status qc_zstd_writer_end(struct qc_zstd_writer *writer,
                                        struct qemucore_error *error);

#endif
