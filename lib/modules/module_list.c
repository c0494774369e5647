/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/module_list.h"

#include <elf.h>
#include <string.h>

#include "base/base.h"
#include "bytes/bytes.h"
#include "files/files.h"
#include "modules/modules_limits.h"

static struct qc_module_phdr phdr_parse(const uint8_t *entry, bool big_endian)
{
    struct qc_cursor cursor = qc_cursor_new(entry, sizeof(Elf64_Phdr), big_endian);
    struct qc_module_phdr phdr;
    phdr.type = qc_cursor_u32(&cursor);
    phdr.flags = qc_cursor_u32(&cursor);
    phdr.offset = qc_cursor_u64(&cursor);
    phdr.vaddr = qc_cursor_u64(&cursor);
    qc_cursor_u64(&cursor); /* p_paddr */
    phdr.file_size = qc_cursor_u64(&cursor);
    phdr.memory_size = qc_cursor_u64(&cursor);
    return phdr;
}

size_t qc_module_read_phdrs(struct qc_core *core, uint64_t address, struct qc_module_phdr *phdrs,
                            size_t count)
{
    uint8_t head[sizeof(Elf64_Ehdr)];
    if (!qc_core_read(core, address, head, sizeof(head)) ||
        memcmp(head, ELFMAG, SELFMAG) != 0 || head[EI_CLASS] != ELFCLASS64) {
        return 0;
    }
    struct qc_cursor cursor = qc_cursor_new(head, sizeof(head), core->big_endian);
    uint64_t table = qc_cursor_u64_at(&cursor, offsetof(Elf64_Ehdr, e_phoff));
    uint16_t entry_size = qc_cursor_u16_at(&cursor, offsetof(Elf64_Ehdr, e_phentsize));
    size_t entries = qc_cursor_u16(&cursor);
    if (entry_size != sizeof(Elf64_Phdr) || table > UINT64_MAX - address) {
        return 0;
    }
    for (size_t i = 0; i < entries && i < count; i++) {
        uint8_t entry[sizeof(Elf64_Phdr)];
        if (!qc_core_read(core, address + table + i * sizeof(entry), entry, sizeof(entry))) {
            return 0;
        }
        phdrs[i] = phdr_parse(entry, core->big_endian);
    }
    return qc_min(entries, count);
}

static void build_id_read(struct qemucore_module *module, const struct qc_module_phdr *notes)
{
    struct qc_core *core = module->modules->core;
    size_t size = (size_t)notes->file_size;
    QC_FREE uint8_t *bytes = notes->file_size <= QC_LIMIT_PEEK ? malloc(size + 1) : NULL;
    if (bytes != NULL && qc_core_read(core, module->bias + notes->vaddr, bytes, size)) {
        qc_build_id_from_notes(bytes, size, core->big_endian, &module->build_id);
    }
}

/* Sets bias, end and build-id by the module's headers in memory, if they can be read. */
static void module_read_memory(struct qemucore_module *module)
{
    struct qc_module_phdr phdrs[128];
    size_t count =
        qc_module_read_phdrs(module->modules->core, module->start, phdrs, qc_count(phdrs));
    const struct qc_module_phdr *first = NULL;
    for (size_t i = 0; i < count; i++) {
        if (phdrs[i].type == PT_LOAD && (first == NULL || phdrs[i].vaddr < first->vaddr)) {
            first = &phdrs[i];
        }
    }
    if (first == NULL) {
        return;
    }
    module->bias = module->start - (first->vaddr - first->offset);
    module->bias_is_known = true;
    for (size_t i = 0; i < count; i++) {
        uint64_t address = module->bias + phdrs[i].vaddr;
        if (phdrs[i].type == PT_LOAD && phdrs[i].memory_size <= UINT64_MAX - address &&
            address >= module->start && address + phdrs[i].memory_size > module->end) {
            module->end = address + phdrs[i].memory_size;
        }
        if (phdrs[i].type == PT_NOTE && module->build_id.size == 0) {
            build_id_read(module, &phdrs[i]);
        }
    }
    qc_build_id_format(&module->build_id, module->build_id_text);
}

struct qemucore_module *qc_modules_add(struct qc_modules *modules, enum qc_module_kind kind,
                                       const char *path, uint64_t start, uint64_t end)
{
    if (modules->list.count == QC_LIMIT_MODULES) {
        QC_FREE char *text =
            qc_format("more than %d modules: the others are not known", QC_LIMIT_MODULES);
        qc_core_add_doubt(modules->core, QC_MISSING_PART, QEMUCORE_LIMIT,
                          qc_str_or(text, "more modules than libqemucore's limit"));
        return NULL;
    }
    struct qemucore_module *module = calloc(1, sizeof(*module));
    if (module == NULL || !qc_vec_push(&modules->list, module)) {
        free(module);
        return NULL;
    }
    module->modules = modules;
    module->kind = kind;
    module->path = strdup(path);
    module->start = start;
    module->end = end;
    module->bias = start;
    module->fd = -1;
    if (module->path == NULL) {
        module->path = strdup("");
    }
    module_read_memory(module);
    return module;
}

/* Sorts by insertion: the link map adds modules one by one, and the others are sorted already. */
static void modules_sort(struct qc_modules *modules)
{
    struct qemucore_module **items = modules->list.items;
    for (size_t i = 1; i < modules->list.count; i++) {
        struct qemucore_module *module = items[i];
        size_t at = i;
        for (; at > 0 && items[at - 1]->start > module->start; at--) {
            items[at] = items[at - 1];
        }
        items[at] = module;
    }
}

void qc_modules_arrange(struct qc_modules *modules)
{
    modules_sort(modules);
    for (size_t i = 0; i < modules->list.count; i++) {
        struct qemucore_module *module = modules->list.items[i];
        module->index = i;
        module->end = qc_max(module->end, module->start);
        if (i + 1 < modules->list.count && module->end > modules->list.items[i + 1]->start) {
            module->end = modules->list.items[i + 1]->start;
        }
    }
}

struct qemucore_module *qc_modules_find(const struct qc_modules *modules, uint64_t address)
{
    struct qemucore_module **found = qc_vec_find_sorted(
        &modules->list, at, (*at)->end <= address ? -1 : (*at)->start > address);
    return found == NULL ? NULL : *found;
}

const struct qemucore_module *qc_modules_by_build_id(const struct qc_modules *modules,
                                                     const struct qc_build_id *build_id)
{
    for (size_t i = 0; build_id->size != 0 && i < modules->list.count; i++) {
        if (qc_build_id_equal(&modules->list.items[i]->build_id, build_id)) {
            return modules->list.items[i];
        }
    }
    return NULL;
}

struct qemucore_module *qc_modules_executable(const struct qc_modules *modules)
{
    struct qemucore_module **found =
        qc_vec_find(&modules->list, module, (*module)->is_executable_of_process);
    return found == NULL ? NULL : *found;
}

const char *qc_modules_executable_path(const struct qc_modules *modules)
{
    const struct qemucore_module *module = qc_modules_executable(modules);
    return module == NULL || module->path[0] == '\0' ? NULL : module->path;
}
