/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * border - what every exported function does with what it is given and gives: the next of a list,
 * structs that grow, text
 */
#ifndef QC_API_BORDER_H
#define QC_API_BORDER_H

#include <stddef.h>
#include <stdint.h>

#include "qemucore.h"

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

/* The word behind `previous` (NULL: the first) of those that a function answers for [from, end); NULL: none,
   or that is none of them. */
const char *qc_api_word_next(const char *(*word_of)(size_t index), size_t from, size_t end,
                             const char *previous);

/* Structs that cross the border begin with their size, and grow at their end. A caller's shorter one
   is taken as far as it goes, with what ours has behind that, and filled in as far as it goes; of a
   longer one, what is behind the `known` bytes of ours must be zero. *ret is how much of it both
   know: a struct to be filled in is looked at before the work. */
enum qemucore_status qc_api_struct_size(const void *theirs, size_t known, const char *name,
                                        size_t *ret, struct qemucore_error *error);
enum qemucore_status qc_api_take_struct(void *ours, size_t known, const void *theirs,
                                        const char *name, struct qemucore_error *error);
enum qemucore_status qc_api_give_struct(const void *ours, size_t known, void *theirs,
                                        const char *name, struct qemucore_error *error);

/* What a rendering is asked for, taken likewise; its flags must be among known. render may be NULL. */
enum qemucore_status qc_api_copy_render(struct qemucore_render *ours,
                                        const struct qemucore_render *render, uint32_t known,
                                        struct qemucore_error *error);

/* What was rendered, NULL: without memory for it, becomes *ret, once a document has the members that were
   asked for. */
enum qemucore_status qc_api_give_text(char *text, const struct qemucore_render *render, char **ret,
                                      struct qemucore_error *error);

#endif
