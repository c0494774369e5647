/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * slim - writing a core again without some of its memory, as an ELF core that every reader accepts
 *
 * The ELF header and the program headers are new. Notes come first, then the memory that is kept,
 * in the order of the original file and byte for byte. Memory that is left out keeps its program
 * header, with p_filesz 0: to a reader it is mapped, but dumped without its bytes, like memory that
 * the kernel leaves out for coredump_filter or MADV_DONTDUMP. Section headers, which only gdb's
 * gcore writes, are not kept.
 */
#pragma once

#include "base/base.h"
#include "bytes/bytes.h"
#include "core/dump.h"

/* Computes the size in bytes of the slim core. left_out must be sorted and without overlaps. */
enum qemucore_status qc_slim_size(const struct qc_core *core,
                                  const struct qc_spans *left_out, uint64_t *ret,
                                  struct qemucore_error *error);

/*
 * Writes the slim core: reads the file again, from front to back. The ranges of scrubbed, sorted
 * and without overlaps, are written as zeroes. If the original is truncated or damaged, the slim
 * core ends there and *is_cut is true: its readers will report a truncated file.
 */
enum qemucore_status qc_slim_write(struct qc_core *core, const struct qc_spans *left_out,
                                   const struct qc_spans *scrubbed,
                                   const struct qc_sink *sink, bool *is_cut,
                                   struct qemucore_error *error);
