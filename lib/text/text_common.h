/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_common - what all texts have in common: colours, the first line, and facts with their labels,
 * "block       3 nodes, no request in flight"
 */
#pragma once

#include "qemu/qemu.h"
#include "text/renderings.h"

/* ANSI sequences, or empty strings. */
struct qc_style {
    const char *bold;
    const char *dim;
    const char *function;
    const char *warning;
    const char *off;
};

const struct qc_style *qc_style_of(const struct qemucore_render *render);

/* Appends how to get more than is shown, " (-v)", if render tells that. */
void qc_text_more(const struct qemucore_render *render, struct qc_strbuf *buffer);

/* Appends the first line: process, number of threads, signal, and whether the dump is complete. */
void qc_text_header(struct qc_process *process, const struct qc_style *style,
                    struct qc_strbuf *buffer);

/* Puts it in front of a text that begins at `start`. That text must be complete: what is missing for
   it is found while its stacks are unwound. */
void qc_text_header_above(struct qc_process *process, const struct qc_style *style, size_t start,
                          struct qc_strbuf *buffer);

/* Column where the facts after a label begin. */
#define QC_TEXT_COLUMN_FACT 12

/* Append a label, padded to the column of facts; a newline, padded to the same column. */
void qc_text_label(const char *label, const struct qc_style *style, struct qc_strbuf *buffer);
void qc_text_indent(struct qc_strbuf *buffer);

/* Append, between two phrases, a text of the dump, escaped; a number, in decimal. Nothing if it is
   NULL, or not known. */
void qc_text_put(const char *before, const char *text, const char *after, struct qc_strbuf *buffer);
void qc_text_number(const char *before, struct qc_fact number, const char *after,
                    struct qc_strbuf *buffer);

/* Appends, between two phrases, a number of things: "3 nodes". */
void qc_text_count(const char *before, uint64_t count, const char *noun, const char *after,
                   struct qc_strbuf *buffer);

/* Appends ", opcode 0x2a"; nothing if the number is not known. */
void qc_text_hex(const char *before, struct qc_fact number, struct qc_strbuf *buffer);

/* Appends a text of the dump, or `otherwise` if it is NULL. */
void qc_text_known(const char *text, const char *otherwise, struct qc_strbuf *buffer);

/* Appends a size in the largest unit of which it is a multiple: "128 MiB", "512 KiB". */
void qc_text_size(uint64_t size, struct qc_strbuf *buffer);

/* Appends, on a line of its own, why not all is known. Appends nothing if both are NULL. */
void qc_text_not_all(const char *why_cut, const char *why_absent, const struct qc_style *style,
                     struct qc_strbuf *buffer);

/* Writes "SIGABRT", or "signal 99". Linux has the same numbers on all CPUs that we support. */
void qc_signal_name(int signal, char *text, size_t size);

/* Tells whether the core's signal information (NT_SIGINFO) describes the threads' signal. */
bool qc_signal_has_information(const struct qc_threads *threads);

/* Returns what the signal's si_code means ("nothing is mapped there"). NULL: not known. */
const char *qc_signal_reason(const struct qc_threads *threads);
