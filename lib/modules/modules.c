/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/modules.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "files/files.h"
#include "modules/link_map.h"
#include "modules/module_file.h"
#include "modules/module_list.h"
#include "modules/symbols/symbols.h"

/* Finds where, by the dump, code can run. False: out of memory. */
static bool executable_find(const struct qc_core *core, struct qc_spans *ret)
{
    qc_vec_each(&core->segments, segment) {
        const struct qc_span span = {segment->address, segment->address + segment->memory_size};
        if (segment->type == PT_LOAD && (segment->flags & PF_X) != 0 && !qc_vec_push(ret, span)) {
            return false;
        }
    }
    qc_spans_join(ret);
    return true;
}

/* Tells whether code can run anywhere in [start, end). */
static bool is_executable(const struct qc_spans *executable, uint64_t start, uint64_t end)
{
    size_t at = qc_spans_search(executable, start);
    return at < executable->count && executable->items[at].start < end;
}

/* Tells whether one of NT_FILE's lines [first, next) has no program header: gdb's gcore omits
   memory that it takes to be as in the file. The dump does not tell whether code can run there. */
static bool lack_header(const struct qc_core *core, size_t first, size_t next)
{
    for (size_t i = first; i < next; i++) {
        if (qc_image_find(core->image, core->mappings.items[i].start) == NULL) {
            return true;
        }
    }
    return false;
}

static bool memory_is_elf(struct qc_core *core, uint64_t address)
{
    uint8_t magic[SELFMAG];
    return qc_core_read(core, address, magic, sizeof(magic)) && memcmp(magic, ELFMAG, SELFMAG) == 0;
}

/* Tells whether the name of a mapping is not a file's, but a kernel object's or named memory's. */
static bool is_no_file(const char *path)
{
    static const char *const beginnings[] = {"/memfd:", "/SYSV", "/dev/", "/anon_hugepage"};
    return qc_array_any(beginnings, at, qc_str_begins(path, *at)) || path[0] != '/';
}

/* Tells whether a line is a segment of the image at `first`, by that image's headers. lld lets
   several segments of a small file begin in one page: each is mapped from offset 0. */
static bool is_mapped_again(struct qc_core *core, const struct qc_mapping *first,
                            const struct qc_mapping *line)
{
    struct qc_module_phdr phdrs[128];
    size_t count = qc_module_read_phdrs(core, first->start, phdrs, qc_count(phdrs));
    const struct qc_module_phdr *lowest = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct qc_module_phdr *phdr = &phdrs[i];
        lowest = lowest == NULL && phdr->type == PT_LOAD ? phdr : lowest;
        if (phdr->type == PT_LOAD && phdr != lowest && phdr->offset < line->end - line->start &&
            first->start + (phdr->vaddr - lowest->vaddr + lowest->offset) ==
                line->start + phdr->offset) {
            return true;
        }
    }
    return false;
}

/* Returns the line of NT_FILE after a mapped object, and the object's end. Its lines have one path,
   and the first one offset 0. */
static size_t object_end(struct qc_core *core, size_t line, uint64_t *end)
{
    const struct qc_mapping *lines = core->mappings.items;
    const struct qc_mapping *first = &lines[line];
    *end = first->end;
    for (line++; line < core->mappings.count && strcmp(lines[line].path, first->path) == 0 &&
                 (lines[line].file_offset != 0 || is_mapped_again(core, first, &lines[line]));
         line++) {
        *end = lines[line].end > *end ? lines[line].end : *end;
    }
    return line;
}

/* Adds the mapped objects that are modules: they have code, and begin with an ELF header or, if
   their beginning is not in the dump, have the name of a file. */
static enum qemucore_status modules_from_mappings(struct qc_modules *modules,
                                                  const struct qc_spans *executable,
                                                  struct qemucore_error *error)
{
    struct qc_core *core = modules->core;
    for (size_t i = 0; i < core->mappings.count;) {
        const struct qc_mapping *first = &core->mappings.items[i];
        uint64_t end;
        size_t next = object_end(core, i, &end);
        uint8_t byte;
        bool readable = qc_core_read(core, first->start, &byte, 1);
        bool is_image = readable ? memory_is_elf(core, first->start) : !is_no_file(first->path);
        bool has_code = is_executable(executable, first->start, end) ||
                        (readable && lack_header(core, i, next));
        i = next;
        if (first->file_offset == 0 && is_image && has_code &&
            qc_modules_add(modules, QC_MODULE_FILE, first->path, first->start, end) == NULL) {
            return modules->list.count == QC_LIMIT_MODULES ? QEMUCORE_OK : qc_error_memory(error);
        }
    }
    return QEMUCORE_OK;
}

static void module_free(struct qemucore_module *module)
{
    qc_symbols_free(module->symbols);
    free(module->path);
    free(module->file);
    free(module->problem);
    free(module->debug_file);
    free(module);
}

/* Tells whether address is in memory that needs no other pass over a compressed core: that would
   find guest memory only. */
static bool is_dumped(const struct qc_core *core, uint64_t address)
{
    const struct qc_range *range = qc_image_find(core->image, address);
    return range != NULL && range->kind != QC_RANGE_DEFERRED;
}

/* Finds modules in a core without NT_FILE: an ELF header at the beginning of a segment, with code
   after it. The kernel leaves NT_FILE out if it would be larger than 4 MiB, other writers never
   have it. Names are found later. */
static void modules_from_headers(struct qc_modules *modules, const struct qc_spans *executable)
{
    struct qc_core *core = modules->core;
    uint64_t vdso = 0;
    qc_core_auxv(core, AT_SYSINFO_EHDR, &vdso);
    for (size_t i = 0; core->mappings.count == 0 && i < core->segments.count; i++) {
        const struct qc_segment *segment = &core->segments.items[i];
        if (segment->type != PT_LOAD || segment->address == vdso ||
            !is_dumped(core, segment->address) || !memory_is_elf(core, segment->address)) {
            continue;
        }
        struct qemucore_module *module = qc_modules_add(modules, QC_MODULE_FILE, "",
                                                        segment->address, segment->address + 1);
        if (module != NULL && !(module->bias_is_known &&
                                is_executable(executable, module->start, module->end))) {
            modules->list.count--;
            module_free(module);
        }
    }
}

static void modules_add_vdso(struct qc_modules *modules)
{
    uint64_t address;
    if (!qc_core_auxv(modules->core, AT_SYSINFO_EHDR, &address) ||
        !memory_is_elf(modules->core, address)) {
        return;
    }
    const struct qc_range *range = qc_image_find(modules->core->image, address);
    uint64_t end = range == NULL ? address + 4096 : range->end;
    qc_modules_add(modules, QC_MODULE_VDSO, "[vdso]", address, end);
}

/* Adds the executable of a core without NT_FILE (qemu-user writes such). Its file has the entry
   point before relocation; AT_ENTRY tells by how much it was relocated. */
static void modules_add_executable(struct qc_modules *modules)
{
    struct qc_core *core = modules->core;
    uint64_t entry;
    if (!qc_core_auxv(core, AT_ENTRY, &entry) || entry == UINT64_MAX ||
        qc_modules_find(modules, entry) != NULL) {
        return;
    }
    char path[QC_LIMIT_PATH] = "";
    uint64_t name;
    bool is_named =
        qc_core_auxv(core, AT_EXECFN, &name) && qc_core_string(core, name, path, sizeof(path));
    if (!is_named || path[0] == '\0') {
        snprintf(path, sizeof(path), "%s", qc_str_or(modules->search.options.executable, ""));
    }
    if (path[0] != '\0') {
        const struct qc_module_place place = {.entry = entry};
        qc_module_find_place(modules, path, &place);
    }
}

static void modules_mark_executable(struct qc_modules *modules)
{
    uint64_t address;
    struct qemucore_module *module = NULL;
    if (qc_core_auxv(modules->core, AT_PHDR, &address)) {
        module = qc_modules_find(modules, address);
    }
    if (module == NULL && qc_core_auxv(modules->core, AT_ENTRY, &address)) {
        module = qc_modules_find(modules, address);
    }
    if (module != NULL) {
        module->is_executable_of_process = true;
    }
}

/* Takes the files that the modules known so far may need out of the sysroot, if it is an image. */
static enum qemucore_status sysroot_take(struct qc_modules *modules, struct qemucore_error *error)
{
    char path[QC_LIMIT_PATH] = "";
    uint64_t address;
    struct qc_file_search *search = &modules->search;
    QC_TRY(qc_sysroot_archive_find(search, error));
    for (size_t i = 0; i < modules->list.count; i++) {
        const struct qemucore_module *module = modules->list.items[i];
        qc_sysroot_archive_want_file(search, module->path, &module->build_id);
    }
    if (qc_core_auxv(modules->core, AT_EXECFN, &address) &&
        qc_core_string(modules->core, address, path, sizeof(path))) {
        qc_sysroot_archive_want(search, path);
    }
    return qc_sysroot_archive_take(search, modules->core, error);
}

/* Reports, by notices, the files that were given and whose build-id no module has. */
static void given_files_check(const struct qc_modules *modules)
{
    qc_vec_each(&modules->search.given_files, file) {
        if (!file->is_executable && qc_modules_by_build_id(modules, &file->build_id) == NULL) {
            qc_notice(&modules->search, "%s: no module of this core has its build-id: not used",
                      file->path);
        }
    }
}

/* Finds modules by all that the dump says, the surest first. */
static enum qemucore_status modules_find(struct qc_modules *modules, struct qemucore_error *error)
{
    QC_GUARD(qc_vec_guard) struct qc_spans executable = {0};
    QC_TRY_MEMORY(executable_find(modules->core, &executable), error);
    qc_given_files_read(&modules->search);
    QC_TRY(modules_from_mappings(modules, &executable, error));
    modules_from_headers(modules, &executable);
    modules_add_vdso(modules);
    qc_modules_arrange(modules);
    QC_TRY(sysroot_take(modules, error));
    modules_add_executable(modules);
    qc_modules_arrange(modules);
    modules_mark_executable(modules);
    qc_modules_add_link_map(modules);
    qc_modules_name(modules);
    QC_TRY(sysroot_take(modules, error));
    given_files_check(modules);
    return QEMUCORE_OK;
}

enum qemucore_status qc_modules_new(struct qc_core *core, const struct qc_file_options *options,
                                    struct qc_modules **ret, struct qemucore_error *error)
{
    QC_GUARD(qc_guard_modules) struct qc_modules *modules = calloc(1, sizeof(*modules));
    QC_TRY_MEMORY(modules != NULL, error);
    modules->core = core;
    qc_file_search_init(&modules->search, options, core->deadline);
    elf_version(EV_CURRENT);
    modules->dwfl = dwfl_begin(&qc_module_dwfl_callbacks);
    QC_TRY_MEMORY(modules->dwfl != NULL, error);
    QC_TRY(modules_find(modules, error));
    *ret = qc_move(modules);
    return QEMUCORE_OK;
}

void qc_modules_free(struct qc_modules *modules)
{
    if (modules == NULL) {
        return;
    }
    /* The data that uses debug info goes first, then libdwfl's modules, then the ELF images, which
       both use. */
    for (size_t i = 0; i < modules->list.count; i++) {
        struct qemucore_module *module = modules->list.items[i];
        if (module->dwarf_cache != NULL) {
            module->dwarf_cache_free(module->dwarf_cache);
        }
    }
    if (modules->dwfl != NULL) {
        dwfl_end(modules->dwfl);
    }
    for (size_t i = 0; i < modules->list.count; i++) {
        struct qemucore_module *module = modules->list.items[i];
        qc_module_close(module);
        module_free(module);
    }
    qc_file_search_free(&modules->search);
    qc_vec_free(&modules->list);
    free(modules);
}
