/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_due - when a timer is due, as far as the dump tells the time
 */
#ifndef QC_RENDER_TEXT_TEXT_DUE_H
#define QC_RENDER_TEXT_TEXT_DUE_H

#include "qemu/qemu.h"

/* Appends "in 2.0 s", "overdue by at least 3.0 s, if the core file is no copy" or "never:
   its clock is disabled". */
void qc_text_due(const struct qc_armed_timer *timer, const struct qc_clocks *clocks,
                 struct qc_strbuf *buffer);

/* Appends what a bound by the file's time rests on; nothing if is_by_file is false. */
void qc_text_by_file(bool is_by_file, const struct qc_clocks *clocks, struct qc_strbuf *buffer);

#endif
