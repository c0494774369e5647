/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/memory_file.h"

#include <elf.h>
#include <string.h>

#include "base/base.h"

/* Tells whether a segment is within the module. Since each page of the process belongs to one
   module, all images together are no larger than the dump. */
static bool is_within(const struct qemucore_module *module, const struct qc_module_phdr *phdr)
{
    uint64_t address = module->bias + phdr->vaddr;
    return address >= module->start && address <= module->end &&
           phdr->file_size <= module->end - address;
}

/* Returns the size of the file up to its last mapped byte. 0: it has no valid headers. */
static size_t file_size(const struct qemucore_module *module, const struct qc_module_phdr *phdrs,
                        size_t count)
{
    uint64_t size = 0;
    for (size_t i = 0; i < count; i++) {
        if (phdrs[i].type != PT_LOAD) {
            continue;
        }
        if (!is_within(module, &phdrs[i]) || phdrs[i].offset > QC_LIMIT_INFLATED_FILE ||
            phdrs[i].file_size > QC_LIMIT_INFLATED_FILE - phdrs[i].offset) {
            return 0;
        }
        uint64_t end = phdrs[i].offset + phdrs[i].file_size;
        size = qc_max(end, size);
    }
    return size < sizeof(Elf64_Ehdr) ? 0 : (size_t)size;
}

/* Reads pages of data. Missing ones stay zeroes: they have neither CFI nor names. */
static void read_data(struct qc_image *image, uint64_t address, uint8_t *bytes, size_t size)
{
    const struct qc_range *range;
    for (size_t done = 0; done < size && (range = qc_image_find(image, address + done)) != NULL;) {
        bool is_there = range->kind != QC_RANGE_MISSING;
        uint64_t at = address + done;
        uint64_t end = is_there ? QC_PAGE - at % QC_PAGE : range->end - at;
        size_t part = end < size - done ? (size_t)end : size - done;
        if (is_there) {
            qc_image_read(image, at, bytes + done, part, NULL);
        }
        done += part;
    }
}

bool qc_memory_file(const struct qemucore_module *module, uint8_t **ret, size_t *ret_size)
{
    struct qc_core *core = module->modules->core;
    struct qc_module_phdr phdrs[128];
    size_t count = qc_module_read_phdrs(core, module->start, phdrs, qc_count(phdrs));
    size_t size = file_size(module, phdrs, count);
    QC_FREE uint8_t *bytes = size == 0 ? NULL : calloc(1, size);
    if (bytes == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t address = module->bias + phdrs[i].vaddr;
        if (phdrs[i].type != PT_LOAD) {
            continue; /* file_size() has not checked its offset */
        }
        uint8_t *at = bytes + phdrs[i].offset;
        if ((phdrs[i].flags & PF_W) != 0) {
            read_data(core->image, address, at, (size_t)phdrs[i].file_size);
        } else if (!qc_core_read(core, address, at, (size_t)phdrs[i].file_size)) {
            return false;
        }
    }
    /* The section headers are not mapped. */
    memset(bytes + offsetof(Elf64_Ehdr, e_shoff), 0, sizeof(((Elf64_Ehdr *)0)->e_shoff));
    memset(bytes + offsetof(Elf64_Ehdr, e_shnum), 0, 2 * sizeof(((Elf64_Ehdr *)0)->e_shnum));
    *ret = qc_move(bytes);
    *ret_size = size;
    return true;
}
