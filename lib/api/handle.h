/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * handle - struct qemucore: what opening a core reads, and what the first question about it
 * computes
 */
#pragma once

#include "api/border.h"
#include "parts/parts.h"
#include "qemu/qemu.h"
#include "verdict/verdict.h"

#define QC_EXPORT __attribute__((visibility("default")))

/* Defines an exported function that returns an expression of its argument, which is `object`. */
#define QC_GETTER(type, name, owner, value)         \
    QC_EXPORT type name(const struct owner *object) \
    {                                               \
        return value;                               \
    }

/* The same for one that may have to look for the answer. */
#define QC_FINDER(type, name, owner, value)   \
    QC_EXPORT type name(struct owner *object) \
    {                                         \
        return value;                         \
    }

/* Defines an exported function that iterates over a list. The expression `of` finds what has the
   list by `object`, the function's first argument; NULL: there is none. */
#define QC_ITERATOR(type, name, owner, of, list)              \
    QC_EXPORT type *name(owner *object, const type *previous) \
    {                                                         \
        return QC_NEXT_OF(of, list, previous);                \
    }

/* Defines an exported function that tells a number of its argument, if the expression is_known is
   true. ret may be NULL. */
#define QC_NUMBER_GETTER(type, name, owner, is_known, value) \
    QC_EXPORT bool name(const struct owner *object, type *ret) \
    {                                                        \
        if (is_known) {                                      \
            QC_GIVE(ret, value);                             \
        }                                                    \
        return is_known;                                     \
    }

/* Stores a value for a caller who wants it. */
#define QC_GIVE(ret, value)    \
    do {                       \
        if ((ret) != NULL) {   \
            *(ret) = (value);  \
        }                      \
    } while (0)

struct qemucore {
    struct qc_core *dump;
    struct qc_modules *modules;
    struct qc_threads *threads;
    struct qc_process *process;
    struct qc_waits *waits;
    struct qc_wait_graph *graph; /* read by qc_api_graph only; NULL until its first call */
    struct qc_state *state;      /* read by qc_api_state only; NULL until its first call */
    struct qc_verdict *verdict;  /* read by qc_api_verdict only; NULL until its first call */
    struct qc_comparison *comparison; /* with an earlier dump; NULL: none was given */
    char *executable; /* this member and the next three: copies of the caller's options */
    char *sysroot;
    char **debuginfo_paths;
    size_t debuginfo_path_count;
    bool command_line_looked_for;
    struct qc_command_line command_line;
    bool guest_looked_for;
    struct qc_guest_memory guest;
    bool version_looked_for;
    struct qc_version version;
    bool timers_looked_for;
    struct qc_armed_timers timers; /* timers that are set; point into `state` */
    struct qc_part_problems part_problems; /* of the latest qemucore_parts_render */
    struct qemucore_warning *warnings;
};

/* Defines the public header's opaque type: one element of a singly linked list. */
struct qemucore_warning {
    struct qemucore_warning *next;
    enum qemucore_warning_code code;
    char *sentence;
    struct qemucore_module *module;
};

/* Stores the wait graph in *ret. Builds it at the first call. */
enum qemucore_status qc_api_graph(struct qemucore *core, struct qc_wait_graph **ret,
                                  struct qemucore_error *error);

/* Stores the state of QEMU in *ret. Reads it at the first call. */
enum qemucore_status qc_api_state(struct qemucore *core, struct qc_state **ret,
                                  struct qemucore_error *error);

/* Stores the verdict in *ret. Computes it, with graph and state, at the first call. */
enum qemucore_status qc_api_verdict(struct qemucore *core, struct qc_verdict **ret,
                                    struct qemucore_error *error);

/* Returns one sentence, to be freed, that says how to get the executable's debug info. NULL: it is
   here, no way to get it is known, or memory has run out. */
char *qc_api_remedy(struct qemucore *core, const struct qc_state *state);

/* Returns the arguments of the process. Looks for them at the first call. */
const struct qc_command_line *qc_api_command_line(struct qemucore *core);

/* Returns the version of QEMU. Looks for it at the first call. */
const struct qc_version *qc_api_version(struct qemucore *core);

/* Returns how many missing things are known so far. */
size_t qc_api_missing(struct qemucore *core);

/* Evaluates the expression that renders a document. A document begins with whether the dump is
   complete, so it is rendered again if rendering it found more that is missing. */
#define QC_API_DOCUMENT(core, make)                       \
    __extension__({                                       \
        size_t before_ = qc_api_missing(core);            \
        char *document_ = (make);                         \
        if (qc_api_missing(core) != before_) {            \
            free(document_);                              \
            document_ = (make);                           \
        }                                                 \
        document_;                                        \
    })

/* Evaluates the expression that renders a document, or the one that puts the text into `buffer`, as
   the flags of render ask. NULL: out of memory; a text without a word is empty. */
#define QC_API_RENDER(core, render, document, text)        \
    __extension__({                                        \
        char *rendered_;                                   \
        if (((render)->flags & QEMUCORE_RENDER_JSON) != 0) { \
            rendered_ = QC_API_DOCUMENT(core, document);   \
        } else {                                           \
            struct qc_strbuf buffer = {0};                 \
            qc_strbuf_put(&buffer, "");                    \
            text;                                          \
            rendered_ = qc_strbuf_take(&buffer);           \
        }                                                  \
        rendered_;                                         \
    })
