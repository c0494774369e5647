/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "api/border.h"
#include "base/base.h"
#include "json/json.h"

void *qc_api_next(const void *items, size_t count, size_t size, const void *previous)
{
    size_t next = 0;
    if (previous != NULL) {
        next = (size_t)((const char *)previous - (const char *)items) / size + 1;
    }
    return next < count ? (char *)items + next * size : NULL;
}

const char *qc_api_word_next(const char *(*word_of)(size_t index), size_t from, size_t end,
                             const char *previous)
{
    size_t i = from;
    while (previous != NULL && i < end && strcmp(word_of(i++), previous) != 0) {
    }
    return i < end ? word_of(i) : NULL;
}

enum qemucore_status qc_api_struct_size(const void *theirs, size_t our_size, const char *name,
                                        size_t *ret, struct qemucore_error *error)
{
    size_t size;
    memcpy(&size, theirs, sizeof(size));
    QC_FAIL_IF(size < sizeof(size), error, QEMUCORE_INVALID, "%s.size is %zu", name, size);
    const uint8_t *bytes = theirs;
    for (size_t i = our_size; i < size; i++) {
        QC_FAIL_IF(bytes[i] != 0, error, QEMUCORE_INVALID,
                   "%s has a member at offset %zu that this library does not know", name, i);
    }
    *ret = qc_min(size, our_size);
    return QEMUCORE_OK;
}

enum qemucore_status qc_api_take_struct(void *ours, size_t our_size, const void *theirs,
                                        const char *name, struct qemucore_error *error)
{
    size_t size;
    QC_TRY(qc_api_struct_size(theirs, our_size, name, &size, error));
    memcpy(ours, theirs, size);
    return QEMUCORE_OK;
}

enum qemucore_status qc_api_give_struct(const void *ours, size_t our_size, void *theirs,
                                        const char *name, struct qemucore_error *error)
{
    size_t size;
    QC_TRY(qc_api_struct_size(theirs, our_size, name, &size, error));
    memcpy((char *)theirs + sizeof(size), (const char *)ours + sizeof(size), size - sizeof(size));
    return QEMUCORE_OK;
}

enum qemucore_status qc_api_copy_render(struct qemucore_render *ours,
                                        const struct qemucore_render *render, uint32_t allowed,
                                        struct qemucore_error *error)
{
    *ours = (struct qemucore_render){.size = sizeof(*ours)};
    if (render != NULL) {
        QC_TRY(qc_api_take_struct(ours, sizeof(*ours), render, "render", error));
    }
    QC_FAIL_IF((ours->flags & ~allowed) != 0, error, QEMUCORE_INVALID, "render.flags 0x%x",
               ours->flags);
    return QEMUCORE_OK;
}

enum qemucore_status qc_api_give_text(char *text, const struct qemucore_render *render, char **ret,
                                      struct qemucore_error *error)
{
    QC_FREE char *given = text;
    bool is_document = (render->flags & QEMUCORE_RENDER_JSON) != 0;
    size_t length;
    QC_TRY_MEMORY(text != NULL, error);
    const char *lacks = is_document ? qc_json_lacks(text, render->only, &length) : NULL;
    QC_FAIL_IF(lacks != NULL, error, QEMUCORE_NOT_FOUND, "the document has no member \"%.*s\"",
               (int)length, lacks);
    *ret = qc_move(given);
    return QEMUCORE_OK;
}
