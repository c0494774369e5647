/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * slim - the same core without some of its memory: an ELF core again, for every reader of such
 *
 * ELF header and program headers are made anew, notes come first, then the memory that is kept, in
 * the order of the original file and byte for byte. Memory that is left out keeps its program
 * header, with p_filesz 0: readers find it mapped, and dumped without its bytes, as the kernel
 * itself leaves out what coredump_filter or MADV_DONTDUMP tell it to. Section headers, which only
 * gdb's gcore writes, are not kept.
 */
#ifndef QC_CORE_SLIM_H
#define QC_CORE_SLIM_H

#include "base/base.h"
#include "bytes/bytes.h"
#include "core/dump.h"

/* Addresses [start, end). */
struct qc_slim_range {
    uint64_t start;
    uint64_t end;
};
QC_VEC_TYPE(qc_slim_ranges, struct qc_slim_range);

/* Sorts by start; those that touch or overlap become one. */
void qc_slim_ranges_join(struct qc_slim_ranges *ranges);

/* Bytes that the slim core will have; left_out is sorted and without overlaps. */
enum qemucore_status qc_slim_size(const struct qc_core *core,
                                  const struct qc_slim_ranges *left_out, uint64_t *ret,
                                  struct qemucore_error *error);

/*
 * Reads the file once more, from front to back. scrubbed, sorted and without overlaps, is written
 * as zeroes. Where the original is cut or damaged the slim core ends too, and *is_cut tells so:
 * its readers will say of the rest that the file is truncated.
 */
enum qemucore_status qc_slim_write(struct qc_core *core, const struct qc_slim_ranges *left_out,
                                   const struct qc_slim_ranges *scrubbed,
                                   const struct qc_sink *sink, bool *is_cut,
                                   struct qemucore_error *error);

#endif
