/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * notes - reading threads and facts of the process from a PT_NOTE segment
 */
#pragma once

#include "core/dump.h"

/* Reads the notes of a segment whose data is next on the stream. Reads one by one, to need no
   memory but for what is kept of each. Stops at the end of the segment or the stream, or, with a
   sentence in core->missing, at a note that makes no sense. */
enum qemucore_status qc_core_read_notes(struct qc_core *core, const struct qc_segment *segment,
                                        struct qemucore_error *error);
