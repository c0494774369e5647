/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/debug_info.h"

#include <elfutils/libdwelf.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "files/files.h"
#include "modules/module_file.h"
#include "modules/modules_limits.h"

/* A file that has debug info. */
struct info_file {
    int fd;     /* -1: elf is another handle of the module's own file */
    char *name;
    Elf *elf;   /* NULL: there is no such file */
    struct qc_inflation *inflation; /* makes compressed sections plain; NULL: there are none */
    bool is_inflating;
    bool is_refused; /* no memory to inflate it */
    bool is_partial; /* a section is missing: damaged, or over a limit */
    Elf *plain; /* the image that inflation has made */
    Dwarf *dwarf;
};

struct qc_module_dwarf {
    struct info_file own;
    struct info_file separate;
    struct info_file shared; /* the file that dwz has moved parts of one of them to */
    bool separate_looked_for;
};

static struct qc_module_dwarf *module_dwarf_of(struct qemucore_module *module)
{
    if (module->dwarf_files == NULL) {
        module->dwarf_files = calloc(1, sizeof(*module->dwarf_files));
        if (module->dwarf_files != NULL) {
            module->dwarf_files->own.fd = -1;
            module->dwarf_files->separate.fd = -1;
            module->dwarf_files->shared.fd = -1;
        }
    }
    return module->dwarf_files;
}

/* Takes over fd and name. */
static void info_open(struct info_file *info, int fd, char *name)
{
    info->fd = fd;
    info->name = name;
    info->elf = fd < 0 ? NULL : qc_file_elf_begin(fd);
}

static void info_inflate_begin(struct info_file *info, struct qemucore_module *module)
{
    struct qemucore_error error;
    size_t size = 0;
    const char *image = info->is_inflating ? NULL : elf_rawfile(info->elf, &size);
    info->is_inflating = true;
    if (image != NULL && qc_inflation_begin((const uint8_t *)image, size, &info->inflation,
                                            &error) != QEMUCORE_OK) {
        info->is_refused = true;
        qc_module_problem(module, "%s: its debug info can't be read: %s", info->name,
                          error.message);
    }
}

/* Counts units by their headers, of which libdw keeps nothing. */
static uint64_t count_units(Dwarf *dwarf, uint64_t most)
{
    uint64_t count = 0;
    uint64_t signature;
    Dwarf_Off of_type;
    for (int are_types = 0; are_types < 2; are_types++) {
        Dwarf_Off at = 0;
        size_t header;
        while (count <= most && dwarf_next_unit(dwarf, at, &at, &header, NULL, NULL, NULL, NULL,
                                                are_types ? &signature : NULL,
                                                are_types ? &of_type : NULL) == 0) {
            count++;
        }
    }
    return count;
}

/* Drops debug info with too many units: libdw ends the process when memory runs out. */
static void info_check_units(struct info_file *info, struct qemucore_module *module)
{
    struct qc_modules *modules = module->modules;
    uint64_t left = QC_LIMIT_UNITS - modules->unit_count;
    uint64_t count = info->dwarf == NULL ? 0 : count_units(info->dwarf, left);
    if (count <= left) {
        modules->unit_count += count;
        return;
    }
    qc_module_problem(module, "%s: its debug info is not read: with it there would be more than %d units",
                      info->name, QC_LIMIT_UNITS);
    dwarf_end(info->dwarf);
    info->dwarf = NULL;
}

/* Reads the debug info. libdw gets no section that it would inflate by itself, to any size. */
static Dwarf *info_read(struct info_file *info, struct qemucore_module *module)
{
    struct qemucore_error error;
    uint8_t *bytes = NULL;
    size_t size = 0;
    info_inflate_begin(info, module);
    if (info->inflation != NULL &&
        qc_inflation_end(info->inflation, &bytes, &size, &error) != QEMUCORE_OK) {
        info->is_partial = true;
        qc_module_problem(module, "%s: its debug info can't be read: %s", info->name,
                          error.message);
    }
    info->plain = bytes == NULL ? NULL : elf_memory((char *)bytes, size);
    info->is_refused |= bytes != NULL && info->plain == NULL;
    info->dwarf = info->is_refused ? NULL
                                   : dwarf_begin_elf(bytes == NULL ? info->elf : info->plain,
                                                     DWARF_C_READ, NULL);
    info_check_units(info, module);
    return info->dwarf;
}

static void info_close(struct info_file *info)
{
    dwarf_end(info->dwarf);
    elf_end(info->plain);
    qc_inflation_free(info->inflation);
    elf_end(info->elf);
    qc_guard_close(&info->fd);
    free(info->name);
}

bool qc_module_split_fits(struct qemucore_module *module, int fd, char *path)
{
    struct info_file info = {.fd = -1, .name = path, .elf = qc_file_elf_begin(fd)};
    bool fits = info.elf != NULL && info_read(&info, module) != NULL && !info.is_partial;
    info.name = NULL;
    info_close(&info);
    return fits;
}

/* Returns the separate file, which is looked up once; NULL: none. */
static struct info_file *module_separate(struct qemucore_module *module)
{
    struct qc_module_dwarf *dwarf = module_dwarf_of(module);
    if (dwarf == NULL || !qc_module_open(module)) {
        return NULL;
    }
    if (!dwarf->separate_looked_for) {
        GElf_Word crc = 0;
        char *name = NULL;
        const char *link = dwelf_elf_gnu_debuglink(module->elf, &crc);
        dwarf->separate_looked_for = true;
        const struct qc_sought_file sought = qc_module_sought(module);
        int fd = qc_debug_file_open(&module->modules->search, &sought, link, crc, &name);
        info_open(&dwarf->separate, fd, name);
    }
    return dwarf->separate.elf == NULL ? NULL : &dwarf->separate;
}

Elf *qc_module_separate(struct qemucore_module *module)
{
    const struct info_file *separate = module_separate(module);
    return separate == NULL ? NULL : separate->elf;
}

int qc_module_separate_open(struct qemucore_module *module, char **name)
{
    const struct info_file *separate = module_separate(module);
    if (separate == NULL) {
        return -1;
    }
    *name = strdup(separate->name);
    return dup(separate->fd);
}

/* Returns the module's own file; NULL: it has no debug info. */
static struct info_file *module_own(struct qemucore_module *module)
{
    struct qc_module_dwarf *dwarf = module_dwarf_of(module);
    if (dwarf == NULL || !qc_module_open(module) || !qc_file_has_debug_info(module->elf)) {
        return NULL;
    }
    if (dwarf->own.name == NULL) {
        dwarf->own.name = strdup(module->file != NULL         ? module->file
                                 : module->debug_file != NULL ? module->debug_file
                                                              : module->path);
    }
    if (dwarf->own.elf == NULL && dwarf->own.name != NULL) {
        dwarf->own.elf = elf_begin(-1, ELF_C_READ, module->elf);
    }
    return dwarf->own.elf == NULL ? NULL : &dwarf->own;
}

/* Returns the file with the debug info; NULL: there is none. */
static struct info_file *module_file(struct qemucore_module *module)
{
    struct info_file *own = module_own(module);
    return own != NULL ? own : module_separate(module);
}

/* Reads the file that dwz has moved parts to, without which the rest can't be understood. */
static void module_read_shared(struct qemucore_module *module, const struct info_file *file)
{
    struct info_file *shared = &module->dwarf_files->shared;
    const char *link = NULL;
    const void *bytes = NULL;
    char *name = NULL;
    struct qc_build_id build_id = {0};
    ssize_t size = dwelf_dwarf_gnu_debugaltlink(file->dwarf, &link, &bytes);
    if (size <= 0) {
        return;
    }
    if ((size_t)size <= sizeof(build_id.bytes)) {
        memcpy(build_id.bytes, bytes, (size_t)size);
        build_id.size = (size_t)size;
        const struct qc_sought_file sought = qc_module_sought(module);
        int fd = qc_debug_file_open_alternate(&module->modules->search, &sought, file->name, link,
                                              &build_id, &name);
        info_open(shared, fd, name);
    }
    if (shared->elf == NULL) {
        qc_module_problem(module, "%s: a part of its debug info is in %s, which is not there",
                          file->name, link);
    } else if (info_read(shared, module) != NULL) {
        dwarf_setalt(file->dwarf, shared->dwarf);
    }
}

void qc_module_dwarf_begin(struct qemucore_module *module)
{
    struct info_file *file = module->debug_looked_for ? NULL : module_file(module);
    if (file != NULL) {
        info_inflate_begin(file, module);
    }
}

void qc_modules_dwarf_join(const struct qc_modules *modules)
{
    for (size_t i = 0; i < modules->list.count; i++) {
        const struct qc_module_dwarf *dwarf = modules->list.items[i]->dwarf_files;
        if (dwarf != NULL) {
            qc_inflation_join(dwarf->own.inflation);
            qc_inflation_join(dwarf->separate.inflation);
        }
    }
}

Dwarf *qc_module_dwarf(struct qemucore_module *module, Dwarf_Addr *bias)
{
    if (!module->debug_looked_for) {
        module->debug_looked_for = true;
        struct info_file *file =
            qc_core_is_late(module->modules->core) ? NULL : module_file(module);
        if (file != NULL && module->dwfl != NULL &&
            dwfl_module_getelf(module->dwfl, &module->dwarf_bias) != NULL) {
            module->dwarf = info_read(file, module);
            if (module->dwarf == NULL) {
                qc_module_problem(module, "%s: its debug info can't be read: %s", file->name,
                                  file->elf != NULL && qc_file_is_cut(file->elf)
                                      ? "it is cut: it ends before its section headers"
                                      : dwarf_errmsg(-1));
            } else {
                if (module->file != NULL) {
                    module->debug_file = strdup(file->name);
                }
                module_read_shared(module, file);
            }
        }
    }
    *bias = module->dwarf_bias;
    return module->dwarf;
}

void qc_module_dwarf_close(struct qemucore_module *module)
{
    if (module->dwarf_files != NULL) {
        info_close(&module->dwarf_files->own);
        info_close(&module->dwarf_files->separate);
        info_close(&module->dwarf_files->shared);
        free(module->dwarf_files);
        module->dwarf_files = NULL;
    }
}
