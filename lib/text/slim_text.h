/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * slim_text - a summary of a slim core that was written, as text
 */
#pragma once

#include "base/base.h"
#include "qemu/qemu.h"

struct qc_slim_report {
    const char *output;   /* name of the file that was written */
    uint64_t size;        /* size of that file, in bytes */
    uint64_t core_size;   /* size of the core before compression, in bytes */
    const struct qc_guest_memory *guest;
};

/* Appends the summary. Skips parts of the guest's memory that the original core did not hold. */
void qc_text_slim(const struct qc_slim_report *report, struct qc_strbuf *buffer);
