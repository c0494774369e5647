/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * border - helpers of the exported functions for arguments and results: iteration over lists,
 * structs that grow, rendered text
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "qemucore.h"

/* Returns the item of `size` bytes after `previous` (NULL: the first item), or NULL after the last.
   previous has the type that the public header gives an item. */
void *qc_api_next(const void *items, size_t count, size_t size, const void *previous);

/* The same for a qc_vec, given by its address or as a member of `owner`. NULL: there is no list. */
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

/* Returns the word after `previous` (NULL: the first word) among word_of(from) to word_of(end - 1).
   Returns NULL after the last word, or when previous is not among them. */
const char *qc_api_word_next(const char *(*word_of)(size_t index), size_t from, size_t end,
                             const char *previous);

/* A struct of the public API begins with its size and only grows at its end. take copies from a
   caller's struct, give to it: of a shorter one no more than its size. A longer one that is not
   zero after our_size bytes is QEMUCORE_INVALID. qc_api_struct_size stores in *ret how many bytes
   both sides know; it checks a struct for results before the work. */
enum qemucore_status qc_api_struct_size(const void *theirs, size_t our_size, const char *name,
                                        size_t *ret, struct qemucore_error *error);
enum qemucore_status qc_api_take_struct(void *ours, size_t our_size, const void *theirs,
                                        const char *name, struct qemucore_error *error);
enum qemucore_status qc_api_give_struct(const void *ours, size_t our_size, void *theirs,
                                        const char *name, struct qemucore_error *error);

/* Copies render options likewise; NULL: the defaults. QEMUCORE_INVALID: a flag is not `allowed`. */
enum qemucore_status qc_api_copy_render(struct qemucore_render *ours,
                                        const struct qemucore_render *render, uint32_t allowed,
                                        struct qemucore_error *error);

/* Stores a rendered text in *ret, or frees it on failure. text NULL means out of memory.
   QEMUCORE_NOT_FOUND: render->only names a member that the JSON document does not have. */
enum qemucore_status qc_api_give_text(char *text, const struct qemucore_render *render, char **ret,
                                      struct qemucore_error *error);
