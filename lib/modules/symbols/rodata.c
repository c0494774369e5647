/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/symbols/rodata.h"

#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "modules/modules_limits.h"

#define CHUNK ((uint64_t)64 * 1024)

/* Bytes of the budget that a place costs if the predicate rejects it. */
#define REJECTED ((uint64_t)4096)

struct search {
    struct qemucore_module *module;
    const void *text;
    size_t size;
    const struct qc_rodata_predicate *predicate;
    uint64_t budget;
    uint8_t *buffer;                 /* CHUNK + size bytes */
    enum qemucore_status unreadable; /* why the first unreadable piece could not be read */
    struct qemucore_error *error;
};

static void search_spend(struct search *search, uint64_t bytes)
{
    search->budget -= qc_min(bytes, search->budget);
}

/* Searches the bytes in the buffer, which were read at address. */
static bool buffer_search(struct search *search, uint64_t address, size_t size)
{
    const uint8_t *at = search->buffer;
    size_t left = size;
    while (search->budget != 0 && (at = memmem(at, left, search->text, search->size)) != NULL) {
        if (search->predicate->accepts(search->predicate->opaque,
                                       address + (uint64_t)(at - search->buffer))) {
            return true;
        }
        search_spend(search, REJECTED);
        at++;
        left = size - (size_t)(at - search->buffer);
    }
    return false;
}

/* Searches [start, end) in pieces, which overlap by one byte less than the text: none cuts it. */
static bool segment_search(struct search *search, uint64_t start, uint64_t end)
{
    struct qc_image *image = search->module->modules->core->image;
    while (end - start >= search->size && search->budget != 0) {
        uint64_t wanted = end - start < CHUNK + search->size ? end - start : CHUNK + search->size;
        struct qemucore_error *error = search->unreadable == QEMUCORE_OK ? search->error : NULL;
        enum qemucore_status status =
            qc_image_read(image, start, search->buffer, (size_t)wanted, error);
        if (status == QEMUCORE_OK) {
            if (buffer_search(search, start, (size_t)wanted)) {
                return true;
            }
        } else if (search->unreadable == QEMUCORE_OK) {
            search->unreadable = status;
        }
        uint64_t step = wanted - search->size + 1;
        search_spend(search, step);
        start += step;
    }
    return false;
}

/* Searches the read-only segments with, or without, code. Constants are in the segment of the code
   if a module was linked with -z noseparate-code. */
static bool segments_search(struct search *search, const struct qc_module_phdr *phdrs,
                            size_t count, bool code)
{
    const struct qemucore_module *module = search->module;
    for (size_t i = 0; i < count; i++) {
        uint64_t start = module->bias + phdrs[i].vaddr;
        if (phdrs[i].type == PT_LOAD && (phdrs[i].flags & PF_W) == 0 &&
            ((phdrs[i].flags & PF_X) != 0) == code && start >= module->start &&
            start <= module->end && phdrs[i].file_size <= module->end - start &&
            segment_search(search, start, start + phdrs[i].file_size)) {
            return true;
        }
    }
    return false;
}

enum qemucore_status qc_rodata_find(struct qemucore_module *module, const void *text, size_t size,
                                    const struct qc_rodata_predicate *predicate,
                                    struct qemucore_error *error)
{
    qc_module_open(module);
    struct qc_module_phdr phdrs[128];
    size_t count = qc_module_read_phdrs(module->modules->core, module->start, phdrs, qc_count(phdrs));
    QC_FAIL_IF(count == 0, error, QEMUCORE_ABSENT,
               "the ELF header of %s at 0x%" PRIx64 " can't be read", module->path, module->start);
    QC_FREE uint8_t *buffer = malloc(CHUNK + size);
    QC_TRY_MEMORY(buffer != NULL, error);
    struct search search = {
        .module = module,
        .text = text,
        .size = size,
        .predicate = predicate,
        .budget = QC_LIMIT_RODATA,
        .buffer = buffer,
        .error = error,
    };
    if (segments_search(&search, phdrs, count, false) ||
        segments_search(&search, phdrs, count, true)) {
        return QEMUCORE_OK;
    }
    if (search.unreadable != QEMUCORE_OK) {
        return search.unreadable;
    }
    QC_FAIL_IF(search.budget == 0, error, QEMUCORE_LIMIT,
               "%s has more constants than are looked through: %" PRIu64 " bytes", module->path,
               QC_LIMIT_RODATA);
    return qc_error_set(error, QEMUCORE_NOT_FOUND, "no such text in %s", module->path);
}
