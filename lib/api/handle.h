/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * handle - what is behind struct qemucore
 */
#ifndef QC_API_HANDLE_H
#define QC_API_HANDLE_H

#include "qemu/qemu.h"
#include "render/render.h"
#include "verdict/verdict.h"

#define QC_EXPORT __attribute__((visibility("default")))

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

/* The word behind `previous` (NULL: the first) of those that a function answers for [from, end); NULL: none,
   or that is none of them. */
const char *qc_api_word_next(const char *(*word_of)(size_t index), size_t from, size_t end,
                             const char *previous);

void qc_api_warnings_free(struct qemucore_warning *warnings);

/* The item behind `previous`, which has whatever type the public header gives it; the first, where
   previous is NULL. NULL: there are no more. */
void *qc_api_next(const void *items, size_t count, size_t size, const void *previous);

/* The same of a list, or of a list that `owner` has; NULL where there is none. */
#define QC_NEXT(list, previous)                                                               \
    __extension__({                                                                           \
        __typeof__(list) list_ = (list);                                                      \
        list_ == NULL ? NULL                                                                  \
                      : qc_api_next(list_->items, list_->count, sizeof(*list_->items),        \
                                    (previous));                                              \
    })
#define QC_NEXT_OF(owner, list, previous)                                                     \
    __extension__({                                                                           \
        __typeof__(owner) owner_ = (owner);                                                   \
        owner_ == NULL ? NULL : QC_NEXT(&owner_->list, previous);                             \
    })

/* Structs that cross the border begin with their size, and grow at their end. A caller's shorter one
   is taken as far as it goes, with what ours has behind that, and filled in as far as it goes; of a
   longer one, what is behind the `known` bytes of ours must be zero. */
/* How much of it both know; a struct that is asked for is looked at before the work. */
enum qemucore_status qc_api_struct_size(const void *theirs, size_t known, const char *name,
                                        size_t *ret, struct qemucore_error *error);
enum qemucore_status qc_api_take_struct(void *ours, size_t known, const void *theirs,
                                        const char *name, struct qemucore_error *error);
enum qemucore_status qc_api_give_struct(const void *ours, size_t known, void *theirs,
                                        const char *name, struct qemucore_error *error);

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

/* Which QEMU it was, looked for at the first call. */
const struct qc_version *qc_api_version(struct qemucore *core);

/* The same for what a rendering is asked for; its flags must be among known. render may be NULL. */
enum qemucore_status qc_api_copy_render(struct qemucore_render *ours,
                                        const struct qemucore_render *render, uint32_t known,
                                        struct qemucore_error *error);

/* What was rendered, NULL: without memory for it, becomes *ret, once a document has the members that were
   asked for. */
enum qemucore_status qc_api_give_text(char *text, const struct qemucore_render *render, char **ret,
                                      struct qemucore_error *error);

#endif
