/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/module_file.h"

#include <errno.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "files/files.h"
#include "modules/debug_info.h"
#include "modules/memory_file.h"
#include "modules/module_fit.h"
#include "modules/module_list.h"
#include "modules/modules_limits.h"

void qc_module_problem(struct qemucore_module *module, const char *format, ...)
{
    if (module->problem != NULL && !module->takes_second_problem) {
        return;
    }
    QC_FREE char *text = QC_FORMATTED(format);
    char *all = module->problem == NULL || text == NULL
                    ? qc_move(text)
                    : qc_format("%s; %s", module->problem, text);
    if (all != NULL) {
        free(module->problem);
        module->problem = all;
        module->takes_second_problem = false;
    }
}

struct qc_sought_file qc_module_sought(struct qemucore_module *module)
{
    return (struct qc_sought_file){
        .path = module->path,
        .found = module->file,
        .build_id = qc_module_file_id(module),
        .is_image = module->kind != QC_MODULE_FILE,
        .server_failed = module->server_failed,
    };
}

static enum qemucore_status source_read_file(void *opaque, uint64_t offset, void *buffer,
                                             size_t size, struct qemucore_error *error)
{
    struct qemucore_module *module = opaque;
    ssize_t done = qc_file_read_at(module->fd, buffer, size, offset);
    if (done < 0) {
        return qc_error_system(error, errno, "%s", module->file);
    }
    QC_FAIL_IF((size_t)done < size, error, QEMUCORE_ABSENT,
               "%s: mapped beyond its end at offset %" PRIu64, module->file, offset);
    return QEMUCORE_OK;
}

static enum qemucore_status source_read_memory(void *opaque, uint64_t offset, void *buffer,
                                               size_t size, struct qemucore_error *error)
{
    struct qemucore_module *module = opaque;
    QC_FAIL_IF(offset > module->memory_size || size > module->memory_size - offset,
               error, QEMUCORE_ABSENT, "%s: mapped beyond its end at offset %" PRIu64, module->file,
               offset);
    memcpy(buffer, module->memory + offset, size);
    return QEMUCORE_OK;
}

/* Tells whether the process could write to a part of the mapping, if only during its relocation:
   what ld.so makes read-only again is a mapping of its own, and begins where the page of the segment
   does, in pages of 4 to 64 KiB. */
static bool file_is_writable_in(const struct qemucore_module *module,
                                const struct qc_mapping *mapping)
{
    size_t count = 0;
    if (elf_getphdrnum(module->elf, &count) != 0) {
        return true;
    }
    GElf_Phdr phdr;
    for (size_t i = 0; qc_file_phdr_next(module->elf, PT_LOAD, &i, &phdr);) {
        uint64_t start = module->bias + phdr.p_vaddr;
        uint64_t end = phdr.p_memsz > UINT64_MAX - start ? UINT64_MAX : start + phdr.p_memsz;
        if ((phdr.p_flags & PF_W) != 0 && start < mapping->end && mapping->start < end) {
            return true;
        }
    }
    return false;
}

/* Adds the file's pages to the image by the lines of NT_FILE. False: there are none. */
static bool back_by_mappings(struct qemucore_module *module, struct qc_range range)
{
    struct qc_core *core = module->modules->core;
    bool is_mapped = false;
    qc_vec_each(&core->mappings, mapping) {
        if (mapping->start < module->start || mapping->end > module->end ||
            strcmp(mapping->path, module->path) != 0) {
            continue;
        }
        const struct qc_range *dumped = qc_image_find(core->image, mapping->start);
        range.start = mapping->start;
        range.end = mapping->end;
        range.offset = mapping->file_offset;
        range.writable = file_is_writable_in(module, mapping) ||
                         (dumped != NULL && dumped->writable);
        qc_image_add_backing(core->image, &range, NULL);
        is_mapped = true;
    }
    return is_mapped;
}

static void back_by_headers(struct qemucore_module *module, struct qc_range range)
{
    GElf_Phdr phdr;
    for (size_t i = 0; qc_file_phdr_next(module->elf, PT_LOAD, &i, &phdr);) {
        if (phdr.p_filesz <= UINT64_MAX - module->bias - phdr.p_vaddr) {
            range.start = module->bias + phdr.p_vaddr;
            range.end = range.start + phdr.p_filesz;
            range.offset = phdr.p_offset;
            range.writable = (phdr.p_flags & PF_W) != 0;
            qc_image_add_backing(module->modules->core->image, &range, NULL);
        }
    }
}

/* Adds the file's pages to the image, below those of the dump. */
static void module_back_image(struct qemucore_module *module)
{
    module->source = (struct qc_image_source){
        .read = module->memory != NULL ? source_read_memory : source_read_file,
        .opaque = module,
    };
    struct qc_range range = {.kind = QC_RANGE_SOURCE, .source = &module->source};
    if (!back_by_mappings(module, range)) {
        back_by_headers(module, range);
    }
}

/* Computes where the module was mapped, by one address of it and the file's headers. */
static bool module_find_place(struct qemucore_module *module, Elf *elf)
{
    const struct qc_module_place *place = module->place;
    GElf_Ehdr header;
    size_t count = 0;
    uint64_t dynamic = 0;
    if (gelf_getehdr(elf, &header) == NULL || elf_getphdrnum(elf, &count) != 0) {
        return false;
    }
    module->bias = place->entry != 0 ? place->entry - header.e_entry : place->bias;
    module->bias_is_known = true;
    GElf_Phdr phdr;
    for (size_t i = 0; qc_file_phdr_next(elf, PT_LOAD, &i, &phdr);) {
        uint64_t address = module->bias + phdr.p_vaddr;
        if (phdr.p_memsz <= UINT64_MAX - address) {
            uint64_t end = address + phdr.p_memsz;
            module->start = address < module->start ? address & ~(uint64_t)0xfff : module->start;
            module->end = qc_max(end, module->end);
        }
    }
    for (size_t i = 0; qc_file_phdr_next(elf, PT_DYNAMIC, &i, &phdr);) {
        dynamic = module->bias + phdr.p_vaddr;
    }
    return place->entry != 0 || dynamic == place->dynamic;
}

__attribute__((format(printf, 3, 4)))
static bool module_refuse(struct qemucore_module *module, struct qemucore_error *error,
                          const char *format, ...)
{
    QC_FREE char *why = QC_FORMATTED(format);
    qc_error_set(error, QEMUCORE_NOT_FOUND, "%s: not used", why == NULL ? module->path : why);
    module->file_is_other = true;
    return false;
}

/* Checks that the file is the one that the process ran: its build-id must be the one in memory. */
static bool module_check_build_id(struct qemucore_module *module, const char *path,
                                  struct qemucore_error *error)
{
    char text[sizeof(module->build_id_text)];
    qc_build_id_format(&module->file_build_id, text);
    return qc_build_id_equal(&module->build_id, &module->file_build_id) ||
           module_refuse(module, error, "%s %s: its build-id is %s, the process ran %s", path,
                         strcmp(path, module->path) == 0 ? "was replaced" : "is another file",
                         text[0] == '\0' ? "missing" : text, module->build_id_text);
}

static bool module_verify(struct qemucore_module *module, const char *path, Elf *elf,
                          struct qemucore_error *error)
{
    GElf_Ehdr header;
    struct qc_core *core = module->modules->core;
    if (gelf_getehdr(elf, &header) == NULL || header.e_machine != core->elf_machine ||
        (header.e_ident[EI_DATA] == ELFDATA2MSB) != core->big_endian) {
        return module_refuse(module, error, "%s is for another machine", path);
    }
    if (header.e_type != ET_EXEC && header.e_type != ET_DYN) {
        return module_refuse(module, error, "%s is a%s", path,
                             header.e_type == ET_CORE ? " core dump, not the program that made it"
                                                      : "n object file, not a program");
    }
    if (qc_file_is_debug_only(elf)) {
        return module_refuse(module, error, "%s has debug info and no code", path);
    }
    qc_file_build_id(elf, &module->file_build_id);
    if (module->build_id.size != 0) {
        return module_check_build_id(module, path, error);
    }
    if (module->place != NULL && !module_find_place(module, elf)) {
        return module_refuse(module, error, "%s is another file", path);
    }
    QC_FREE char *misfit = qc_module_misfit(module, elf);
    return misfit == NULL || module_refuse(module, error, "%s is another file: %s", path, misfit);
}

/* Uses an open file if it is the module's, which then owns *fd. */
static bool module_take_fd(struct qemucore_module *module, const char *root, const char *path,
                           int *fd, struct qemucore_error *error)
{
    Elf *elf = NULL;
    QC_FREE uint8_t *memory = NULL;
    size_t memory_size = 0;
    if (qc_file_elf(*fd, path, &elf, &memory, &memory_size, error) != QEMUCORE_OK) {
        return false;
    }
    if (!module_verify(module, path, elf, error) ||
        asprintf(&module->file, "%s%s", qc_str_or(root, ""), path) < 0) {
        elf_end(elf);
        return false;
    }
    module->elf = elf;
    module->memory = qc_move(memory);
    module->memory_size = memory_size;
    module->fd = qc_move_fd(fd);
    return true;
}

static bool module_open_path(struct qemucore_module *module, const char *root, const char *path,
                             struct qemucore_error *error)
{
    QC_CLOSE int fd = -1;
    return qc_file_open(root, path, &fd, error) == QEMUCORE_OK &&
           module_take_fd(module, root, path, &fd, error);
}

/* Opens the file by its name in the dump, below the sysroot if there is one. */
static bool module_open_named(struct qemucore_module *module)
{
    const struct qc_file_options *options = &module->modules->search.options;
    struct qemucore_error error;
    if (module->path[0] != '/') {
        qc_module_problem(module, "the dump names no file: \"%s\"", module->path);
        return false;
    }
    if (options->sysroot == NULL && options->no_host_files) {
        qc_module_problem(module, "%s: files of this machine are not used", module->path);
        return false;
    }
    if (!module_open_path(module, options->sysroot, module->path, &error)) {
        qc_module_problem(module, "%s", error.message);
        return false;
    }
    return true;
}

static bool module_open_below(struct qemucore_module *module, const char *sysroot, const char *root)
{
    QC_FREE char *path = qc_format("%s/.build-id/%.2s/%s", root, module->build_id_text,
                                   module->build_id_text + 2);
    return path != NULL && module_open_path(module, sysroot, path, NULL);
}

/* Opens the file by its build-id, where debuggers and distributions have links to programs and
   libraries, beside those to debug files. */
static bool module_open_by_build_id(struct qemucore_module *module)
{
    const struct qc_file_options *options = &module->modules->search.options;
    bool found = false;
    if (module->build_id.size < 2) {
        return false;
    }
    for (size_t i = 0; !found && i < options->debuginfo_path_count; i++) {
        found = module_open_below(module, NULL, options->debuginfo_paths[i]);
    }
    if (!found && (options->sysroot != NULL || !options->no_host_files)) {
        found = module_open_below(module, options->sysroot, "/usr/lib/debug") ||
                module_open_below(module, options->sysroot, "/usr/lib");
    }
    return found;
}

/* Opens a file that the application provides. It has to prove itself like any other. */
static bool module_open_provided(struct qemucore_module *module)
{
    const struct qc_file_search *search = &module->modules->search;
    QC_FREE char *name = NULL;
    QC_CLOSE int fd = qc_provided_open(search, &module->build_id, true, &name);
    struct qemucore_error error;
    bool found = fd >= 0 && module_take_fd(module, NULL, name, &fd, &error);
    if (!found && fd >= 0) {
        qc_notice(search, "%s", error.message);
    }
    return found;
}

/* Opens a file from a server, by build-id. */
static bool module_open_from_server(struct qemucore_module *module)
{
    const struct qc_sought_file sought = qc_module_sought(module);
    QC_FREE char *name = NULL;
    QC_CLOSE int fd = qc_debuginfod_open(&module->modules->search, &sought,
                                         QC_DEBUGINFOD_EXECUTABLE, &name);
    return fd >= 0 && module_take_fd(module, NULL, name, &fd, NULL);
}

static void module_problem_clear(struct qemucore_module *module)
{
    free(module->problem);
    module->problem = NULL;
}

/* Returns the path of the file that was given for the module; NULL: none was. The executable that
   was given is the process's, unless its build-id is that of another module. */
static const char *given_for(const struct qemucore_module *module)
{
    const struct qc_modules *modules = module->modules;
    const char *executable = NULL;
    qc_vec_each(&modules->search.given_files, file) {
        if (!file->is_debug_only && module->build_id.size != 0 &&
            qc_build_id_equal(&file->build_id, &module->build_id)) {
            return file->path;
        }
        if (file->is_executable && module->is_executable_of_process &&
            qc_modules_by_build_id(modules, &file->build_id) == NULL) {
            executable = file->path;
        }
    }
    return executable;
}

/* Opens the file that was given for the module, else one by name, else one by build-id. If the
   given file is not the right one, that is reported, even if another one is found. */
static bool module_open_file(struct qemucore_module *module)
{
    struct qemucore_error error;
    const char *given = given_for(module);
    bool found = given != NULL && module_open_path(module, NULL, given, &error);
    if (!found) {
        found = module_open_named(module) || module_open_by_build_id(module) ||
                module_open_provided(module) || module_open_from_server(module);
        if (found || given != NULL) {
            module_problem_clear(module);
        }
        if (given != NULL) {
            qc_module_problem(module, "%s", error.message);
        }
    }
    if (found && qc_file_is_cut(module->elf)) {
        qc_module_problem(module, "%s is cut: it ends before its section headers", module->file);
    } else if (found && module->build_id.size == 0 && !module->is_placed) {
        qc_module_problem(module, "%s can't be verified: the dump holds no build-id of it",
                          module->file);
    }
    return found;
}

/* Opens the module's debug file instead of its own: without code, but with names and lines. */
static bool module_open_debug_only(struct qemucore_module *module)
{
    const struct qc_sought_file sought = qc_module_sought(module);
    char *name = NULL;
    int fd = module->build_id.size == 0
                 ? -1
                 : qc_debug_file_open(&module->modules->search, &sought, NULL, 0, &name);
    if (fd < 0) {
        return false;
    }
    module->fd = fd;
    module->debug_file = name;
    module->elf = qc_file_elf_begin(fd);
    module->is_debug_only = true;
    return module->elf != NULL;
}

/* Opens the module's ELF image in memory. The vDSO's is read from the dump: it is nowhere else. */
static bool module_open_memory(struct qemucore_module *module)
{
    if (module->memory == NULL) {
        uint64_t size = module->end - module->start;
        if (size > QC_LIMIT_MEMORY_ELF) {
            return false;
        }
        QC_FREE uint8_t *memory = malloc((size_t)size);
        if (memory == NULL ||
            !qc_core_read(module->modules->core, module->start, memory, (size_t)size)) {
            return false;
        }
        module->memory = qc_move(memory);
        module->memory_size = (size_t)size;
    }
    module->elf = elf_memory((char *)module->memory, module->memory_size);
    if (elf_kind(module->elf) != ELF_K_ELF) {
        elf_end(module->elf);
        module->elf = NULL;
    }
    return module->elf != NULL;
}

/* Makes the file from its pages in the dump, if these have all that unwinding and names need. */
static bool module_open_pages(struct qemucore_module *module)
{
    return module->kind == QC_MODULE_FILE &&
           qc_memory_file(module, &module->memory, &module->memory_size) &&
           module_open_memory(module);
}

static void module_look_for_file(struct qemucore_module *module)
{
    if (qc_core_is_late(module->modules->core)) {
        qc_module_problem(module, "not looked for: the time limit has passed");
        return;
    }
    bool found =
        module->kind == QC_MODULE_FILE ? module_open_file(module) : module_open_memory(module);
    if (!found && !module_open_pages(module) && !module_open_debug_only(module)) {
        return;
    }
    if (!module->bias_is_known) {
        module->bias = qc_module_file_bias(module, module->elf);
        module->bias_is_known = true;
    }
    if (module->file != NULL) {
        module_back_image(module);
    }
    errno = 0;
    module->dwfl = dwfl_report_module(module->modules->dwfl, module->path, module->start,
                                      module->end);
    if (module->dwfl == NULL) {
        qc_shortage_add_errno(errno);
    } else {
        void **user_data = NULL;
        dwfl_module_info(module->dwfl, &user_data, NULL, NULL, NULL, NULL, NULL, NULL);
        *user_data = module;
    }
}

bool qc_module_open(struct qemucore_module *module)
{
    if (!module->file_looked_for) {
        module->file_looked_for = true;
        module_look_for_file(module);
        module->takes_second_problem = module->problem != NULL;
    }
    return module->elf != NULL;
}

/* libdwfl closes the handle that it gets, so it gets a reference of its own. */
static int callback_find_elf(Dwfl_Module *dwfl_module, void **user_data, const char *name,
                             Dwarf_Addr start, char **file_name, Elf **elf)
{
    (void)dwfl_module;
    (void)name;
    (void)start;
    struct qemucore_module *module = *user_data;
    *file_name = strdup(module->file != NULL ? module->file : module->path);
    *elf = elf_begin(-1, ELF_C_READ, module->elf);
    return -1;
}

/* libdwfl asks for this file when the module's own file has no symbol table. */
static int callback_find_debuginfo(Dwfl_Module *dwfl_module, void **user_data, const char *name,
                                   Dwarf_Addr start, const char *file_name,
                                   const char *debuglink_file, GElf_Word debuglink_crc,
                                   char **debuginfo_file_name)
{
    (void)dwfl_module;
    (void)name;
    (void)start;
    (void)file_name;
    (void)debuglink_file;
    (void)debuglink_crc;
    return qc_module_separate_open(*user_data, debuginfo_file_name);
}

const Dwfl_Callbacks qc_module_dwfl_callbacks = {
    .find_elf = callback_find_elf,
    .find_debuginfo = callback_find_debuginfo,
    .section_address = dwfl_offline_section_address,
};

void qc_module_find_place(struct qc_modules *modules, const char *path,
                          const struct qc_module_place *place)
{
    uint64_t at = place->entry != 0 ? place->entry : place->dynamic;
    struct qemucore_module *module = qc_modules_add(modules, QC_MODULE_FILE, path, at, at + 1);
    if (module == NULL) {
        return;
    }
    module->is_executable_of_process = place->entry != 0;
    module->is_placed = true;
    module->file_looked_for = true;
    module->place = place;
    bool found = module_open_file(module);
    module->place = NULL;
    /* Now that its place is known, the module's file is opened like any other's. */
    if (found) {
        module->file_looked_for = false;
        module->file_is_other = false;
        qc_module_close(module);
    }
}

void qc_module_close(struct qemucore_module *module)
{
    qc_module_dwarf_close(module);
    elf_end(module->elf);
    module->elf = NULL;
    if (module->fd >= 0) {
        close(module->fd);
        module->fd = -1;
    }
    free(module->memory);
    module->memory = NULL;
    free(module->file);
    module->file = NULL;
    free(module->problem);
    module->problem = NULL;
}
