/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * file_note - NT_FILE, the note that lists the mapped files
 *
 * The kernel (fill_files_note) writes the number of mappings, the unit of file offsets, then start,
 * end and offset of each mapping, then the paths in the same order.
 */
#pragma once

#include "core/dump.h"

/* Adds the mappings of the note to core->mappings. offset: offset of the note in the file, for
   messages. A damaged note adds what can be read, and a sentence to core->missing. */
enum qemucore_status qc_core_read_file_note(struct qc_core *core, struct qc_cursor note,
                                            uint64_t offset, struct qemucore_error *error);
