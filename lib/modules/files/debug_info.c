/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/files/debug_info.h"

#include <elfutils/libdwelf.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "modules/files/debug_file.h"
#include "modules/files/elf_file.h"
#include "modules/files/module_file.h"
#include "modules/files/section_inflate.h"
#include "modules/modules_limits.h"

/* A file that has debug info. */
struct part {
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
    struct part own;
    struct part separate;
    struct part shared; /* the file that dwz has moved parts of one of them to */
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
static void part_open(struct part *part, int fd, char *name)
{
    part->fd = fd;
    part->name = name;
    part->elf = fd < 0 ? NULL : qc_file_elf_begin(fd);
}

static void part_inflate_begin(struct part *part, struct qemucore_module *module)
{
    struct qemucore_error error;
    size_t size = 0;
    const char *image = part->is_inflating ? NULL : elf_rawfile(part->elf, &size);
    part->is_inflating = true;
    if (image != NULL && qc_inflation_begin((const uint8_t *)image, size, &part->inflation,
                                            &error) != QEMUCORE_OK) {
        part->is_refused = true;
        qc_module_problem(module, "%s: its debug info can't be read: %s", part->name,
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
static void part_check_units(struct part *part, struct qemucore_module *module)
{
    struct qc_modules *modules = module->modules;
    uint64_t left = QC_LIMIT_UNITS - modules->unit_count;
    uint64_t count = part->dwarf == NULL ? 0 : count_units(part->dwarf, left);
    if (count <= left) {
        modules->unit_count += count;
        return;
    }
    qc_module_problem(module, "%s: its debug info is not read: with it there would be more than %d units",
                      part->name, QC_LIMIT_UNITS);
    dwarf_end(part->dwarf);
    part->dwarf = NULL;
}

/* Reads the debug info. libdw gets no section that it would inflate by itself, to any size. */
static Dwarf *part_read(struct part *part, struct qemucore_module *module)
{
    struct qemucore_error error;
    uint8_t *bytes = NULL;
    size_t size = 0;
    part_inflate_begin(part, module);
    if (part->inflation != NULL &&
        qc_inflation_end(part->inflation, &bytes, &size, &error) != QEMUCORE_OK) {
        part->is_partial = true;
        qc_module_problem(module, "%s: its debug info can't be read: %s", part->name,
                          error.message);
    }
    part->plain = bytes == NULL ? NULL : elf_memory((char *)bytes, size);
    part->is_refused |= bytes != NULL && part->plain == NULL;
    part->dwarf = part->is_refused ? NULL
                                   : dwarf_begin_elf(bytes == NULL ? part->elf : part->plain,
                                                     DWARF_C_READ, NULL);
    part_check_units(part, module);
    return part->dwarf;
}

static void part_close(struct part *part)
{
    dwarf_end(part->dwarf);
    elf_end(part->plain);
    qc_inflation_free(part->inflation);
    elf_end(part->elf);
    qc_guard_close(&part->fd);
    free(part->name);
}

bool qc_module_split_fits(struct qemucore_module *module, int fd, char *path)
{
    struct part part = {.fd = -1, .name = path, .elf = qc_file_elf_begin(fd)};
    bool fits = part.elf != NULL && part_read(&part, module) != NULL && !part.is_partial;
    part.name = NULL;
    part_close(&part);
    return fits;
}

/* Returns the separate file, which is looked up once; NULL: none. */
static struct part *module_separate(struct qemucore_module *module)
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
        int fd = qc_debug_file_open(module, link, crc, &name);
        part_open(&dwarf->separate, fd, name);
    }
    return dwarf->separate.elf == NULL ? NULL : &dwarf->separate;
}

Elf *qc_module_separate(struct qemucore_module *module)
{
    const struct part *separate = module_separate(module);
    return separate == NULL ? NULL : separate->elf;
}

int qc_module_separate_open(struct qemucore_module *module, char **name)
{
    const struct part *separate = module_separate(module);
    if (separate == NULL) {
        return -1;
    }
    *name = strdup(separate->name);
    return dup(separate->fd);
}

/* Returns the module's own file; NULL: it has no debug info. */
static struct part *module_own(struct qemucore_module *module)
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
static struct part *module_file(struct qemucore_module *module)
{
    struct part *own = module_own(module);
    return own != NULL ? own : module_separate(module);
}

/* Reads the file that dwz has moved parts to, without which the rest can't be understood. */
static void module_read_shared(struct qemucore_module *module, const struct part *file)
{
    struct part *shared = &module->dwarf_files->shared;
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
        part_open(shared, qc_debug_file_open_alternate(module, file->name, link, &build_id, &name),
                  name);
    }
    if (shared->elf == NULL) {
        qc_module_problem(module, "%s: a part of its debug info is in %s, which is not there",
                          file->name, link);
    } else if (part_read(shared, module) != NULL) {
        dwarf_setalt(file->dwarf, shared->dwarf);
    }
}

void qc_module_dwarf_begin(struct qemucore_module *module)
{
    struct part *file = module->debug_looked_for ? NULL : module_file(module);
    if (file != NULL) {
        part_inflate_begin(file, module);
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
        struct part *file =
            qc_core_is_late(module->modules->core) ? NULL : module_file(module);
        if (file != NULL && module->dwfl != NULL &&
            dwfl_module_getelf(module->dwfl, &module->dwarf_bias) != NULL) {
            module->dwarf = part_read(file, module);
            if (module->dwarf == NULL) {
                qc_module_problem(module, "%s: its debug info can't be read: %s", file->name,
                                  dwarf_errmsg(-1));
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
        part_close(&module->dwarf_files->own);
        part_close(&module->dwarf_files->separate);
        part_close(&module->dwarf_files->shared);
        free(module->dwarf_files);
        module->dwarf_files = NULL;
    }
}
