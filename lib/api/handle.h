/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * handle - what is behind struct qemucore: what is read at opening, and what the first question about
 * it finds
 */
#ifndef QC_API_HANDLE_H
#define QC_API_HANDLE_H

#include "api/border.h"
#include "qemu/qemu.h"
#include "render/render.h"
#include "verdict/verdict.h"

#define QC_EXPORT __attribute__((visibility("default")))

/* An exported function that hands out a member of what it is given. */
#define QC_GETTER(type, name, owner, member)        \
    QC_EXPORT type name(const struct owner *object) \
    {                                               \
        return object->member;                      \
    }

struct qemucore {
    struct qc_core *dump;
    struct qc_modules *modules;
    struct qc_threads *threads;
    struct qc_process *process;
    struct qc_waits *waits;
    struct qc_wait_graph *graph; /* through qc_api_graph only */
    struct qc_state *state;      /* through qc_api_state only */
    struct qc_verdict *verdict;  /* through qc_api_verdict only */
    struct qc_comparison *comparison; /* with an earlier dump; NULL: nobody has given one */
    char *executable; /* copies of the caller's options */
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
    struct qc_armed_timers timers; /* of the state; through qemucore_timer_next only */
    struct qc_part_problems part_problems; /* of the parts that were rendered last */
    struct qemucore_warning *warnings;
};

/* The type of the public header, one of a list. */
struct qemucore_warning {
    struct qemucore_warning *next;
    enum qemucore_warning_code code;
    char *sentence;
    struct qemucore_module *module;
};

/* Who waits for whom, found at the first call. */
enum qemucore_status qc_api_graph(struct qemucore *core, struct qc_wait_graph **ret,
                                  struct qemucore_error *error);

/* What QEMU was at, read at the first call. */
enum qemucore_status qc_api_state(struct qemucore *core, struct qc_state **ret,
                                  struct qemucore_error *error);

/* What that means, found at the first call. */
enum qemucore_status qc_api_verdict(struct qemucore *core, struct qc_verdict **ret,
                                    struct qemucore_error *error);

/* What would bring the debug info of the executable, in a sentence, malloc; NULL: it is here, or nothing
   is known to. */
char *qc_api_remedy(struct qemucore *core, const struct qc_state *state);

/* The arguments of the process, looked for at the first call. */
const struct qc_command_line *qc_api_command_line(struct qemucore *core);

/* Which QEMU it was, looked for at the first call. */
const struct qc_version *qc_api_version(struct qemucore *core);

/* How much is known to be missing. */
size_t qc_api_missing(struct qemucore *core);

/* The document that an expression makes. It says at its beginning whether it is complete: where more
   was found missing while it was made, it is made again. */
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

#endif
