/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * info - what is told of a dump as a whole, for the text and the JSON document alike
 */
#ifndef QC_RENDER_INFO_H
#define QC_RENDER_INFO_H

#include "modules/package.h"
#include "qemu/fields/command_line.h"
#include "qemu/fields/version.h"
#include "render/state.h"

/* What would bring the debug info of a module, line by line, each to be pasted into a shell. */
struct qc_info_module {
    const struct qemucore_module *module;
    char *package;   /* with its debug info, of dpkg; NULL: not known */
    char *lines[3];
    size_t line_count;
};

struct qc_info {
    const struct qc_report *report;
    const struct qc_command_line *command_line;
    const struct qc_version *version;
    const struct qc_state *state;
    enum qc_package_manager manager;
    size_t count; /* of the report's modules, in their order; 1: the one that is asked for */
    struct qc_info_module *modules;
    bool failed;  /* out of memory */
};

/* Looks for the files and debug files of all modules, and for what they can be got by; of the others
   nothing is told where only one is asked for. */
void qc_info_fill(const struct qc_report *report, const struct qc_command_line *command_line,
                  const struct qc_version *version, const struct qc_state *state,
                  const struct qemucore_module *only, struct qc_info *ret);
void qc_info_free(struct qc_info *info);

/* Whether it is a file that could have debug info and has none. */
bool qc_info_lacks_debug(const struct qc_info_module *module);

/* What the signal's si_code means ("nothing is mapped there"), NULL: nothing more. */
const char *qc_info_signal_reason(const struct qc_report *report);

/* CPU time of the process in microseconds; false where the dump has none. */
bool qc_info_cpu_time(const struct qc_report *report, uint64_t *user, uint64_t *system);

/* As one word of a shell's command; control characters and what is not UTF-8 by $'...'. */
void qc_info_put_word(struct qc_strbuf *buffer, const char *text);

void qc_text_info(const struct qc_info *info, const struct qemucore_render *render,
                  struct qc_strbuf *buffer);

/* A JSON document, to be freed by free(3); NULL: out of memory. */
char *qc_json_info(const struct qc_info *info);

#endif
