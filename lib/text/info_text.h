/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * info_text - the dump as a whole: process, command line, QEMU's state, modules
 */
#pragma once

#include "modules/modules.h"
#include "qemu/qemu.h"
#include "text/state_text.h"

struct qc_info {
    struct qc_waits *waits;
    const struct qc_command_line *command_line;
    const struct qc_version *version;
    const struct qc_state *state;
    const struct qc_remedies *remedies; /* how to get debug info, for each module */
};

void qc_text_info(const struct qc_info *info, const struct qemucore_render *render,
                  struct qc_strbuf *buffer);

/* Append single sections of that text: the process, its command line, and how to get debug info. */
void qc_text_info_process(const struct qc_info *info, const struct qc_style *style,
                          struct qc_strbuf *buffer);
void qc_text_info_command(const struct qc_info *info, const struct qc_style *style,
                          struct qc_strbuf *buffer);
void qc_text_info_debug(const struct qc_info *info, const struct qc_style *style,
                        struct qc_strbuf *buffer);
/* Where a module's debug info is: "inside", "separate", "elsewhere", "none", "not used", "-". */
const char *qc_text_debug_word(const struct qc_remedy *remedy);

/* Appends a line for each file that is not here. Searches for the files of all modules. */
void qc_text_missing(const struct qc_modules *modules, struct qc_strbuf *buffer);
