/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/link_map.h"

#include <elf.h>
#include <string.h>

#include "base/base.h"
#include "modules/module_file.h"
#include "modules/module_list.h"
#include "modules/modules_limits.h"

/* glibc and musl, <link.h>: struct r_debug {int r_version; struct link_map *r_map; ...} and
   struct link_map {l_addr; l_name; l_ld; l_next; ...}. */
#define R_DEBUG_MAP 8
#define LINK_MAP_ADDR 0
#define LINK_MAP_NAME 8
#define LINK_MAP_LD 16
#define LINK_MAP_NEXT 24

#define DYNAMIC_MOST 1024

struct link {
    uint64_t bias;
    uint64_t dynamic;
    uint64_t next;
    char name[QC_LIMIT_PATH]; /* empty if it can't be read */
};

static const struct qc_module_phdr *find_dynamic(const struct qc_module_phdr *phdrs, size_t count)
{
    return qc_find(phdrs, count, phdr, phdr->type == PT_DYNAMIC);
}

/* Reads the value of a tag that the module's dynamic section has once at most. */
static bool read_dynamic(const struct qemucore_module *module, uint64_t wanted, uint64_t *value)
{
    const struct qc_modules *modules = module->modules;
    struct qc_module_phdr phdrs[128];
    size_t count = qc_module_read_phdrs(modules->core, module->start, phdrs, qc_count(phdrs));
    const struct qc_module_phdr *section = find_dynamic(phdrs, count);
    uint64_t entries = section == NULL ? 0 : section->memory_size / sizeof(Elf64_Dyn);
    for (uint64_t i = 0; i < entries && i < DYNAMIC_MOST; i++) {
        uint64_t entry = module->bias + section->vaddr + i * sizeof(Elf64_Dyn);
        uint64_t tag;
        if (!qc_core_number(modules->core, entry, 8, &tag) || tag == DT_NULL) {
            return false;
        }
        if (tag == wanted) {
            return qc_core_number(modules->core, entry + 8, 8, value);
        }
    }
    return false;
}

static bool headers_are_dumped(const struct qemucore_module *module)
{
    struct qc_module_phdr phdr;
    return qc_module_read_phdrs(module->modules->core, module->start, &phdr, 1) != 0;
}

/* Finds the list by DT_DEBUG, which only programs have: the address of ld.so's struct r_debug. The
   headers that lead to it may only be in the file, which is opened if is_needed. */
static bool find_map(struct qemucore_module *module, bool is_needed, uint64_t *map)
{
    uint64_t r_debug = 0;
    if (is_needed && module->kind == QC_MODULE_FILE && !headers_are_dumped(module)) {
        qc_module_open(module);
    }
    return read_dynamic(module, DT_DEBUG, &r_debug) && r_debug != 0 &&
           qc_core_number(module->modules->core, r_debug + R_DEBUG_MAP, 8, map) && *map != 0;
}

/* Finds the list by the executable. If ld.so was run, to start the program, AT_PHDR and AT_ENTRY
   are ld.so's, AT_BASE is 0, and the program is another module. valgrind's dumps have no NT_AUXV:
   any module may be the program. */
static bool find_map_of_any(struct qc_modules *modules, uint64_t *map)
{
    struct qemucore_module *executable = qc_modules_executable(modules);
    uint64_t base;
    bool by_loader = qc_core_auxv(modules->core, AT_BASE, &base) && base == 0;
    bool is_needed = by_loader || modules->core->mappings.count == 0;
    bool found = executable != NULL && find_map(executable, is_needed, map);
    bool may_be_any = by_loader || executable == NULL;
    for (size_t i = 0; !found && may_be_any && i < modules->list.count; i++) {
        struct qemucore_module *module = modules->list.items[i];
        found = module != executable && module->kind == QC_MODULE_FILE &&
                find_map(module, is_needed, map);
    }
    return found;
}

static bool read_link(const struct qc_core *core, uint64_t address, struct link *link)
{
    uint64_t name;
    if (!qc_core_number(core, address + LINK_MAP_ADDR, 8, &link->bias) ||
        !qc_core_number(core, address + LINK_MAP_NAME, 8, &name) ||
        !qc_core_number(core, address + LINK_MAP_LD, 8, &link->dynamic) ||
        !qc_core_number(core, address + LINK_MAP_NEXT, 8, &link->next)) {
        return false;
    }
    if (!qc_core_string(core, name, link->name, sizeof(link->name))) {
        link->name[0] = '\0';
    }
    return true;
}

static void module_set_path(struct qemucore_module *module, const char *path)
{
    char *copy = path[0] == '\0' || module->path[0] != '\0' ? NULL : strdup(path);
    if (copy != NULL) {
        free(module->path);
        module->path = copy;
    }
}

/* Adds a library. Its first segment has virtual address 0, so it starts at its bias. */
static void add_library(struct qc_modules *modules, const struct link *link)
{
    struct qc_module_phdr phdr;
    if (link->bias == 0 || link->name[0] != '/' || qc_modules_find(modules, link->bias) != NULL) {
        return;
    }
    if (qc_module_read_phdrs(modules->core, link->bias, &phdr, 1) != 0) {
        qc_modules_add(modules, QC_MODULE_FILE, link->name, link->bias, link->bias + 1);
    } else if (modules->core->mappings.count == 0) {
        const struct qc_module_place place = {.bias = link->bias, .dynamic = link->dynamic};
        qc_module_find_place(modules, link->name, &place);
    }
    qc_modules_arrange(modules);
}

/* Marks the list's first module: it is the program, whatever the kernel was told to start. */
static void mark_program(struct qc_modules *modules, struct qemucore_module *program)
{
    struct qemucore_module *marked = qc_modules_executable(modules);
    if (marked != NULL) {
        marked->is_executable_of_process = false;
    }
    program->is_executable_of_process = true;
}

void qc_modules_add_link_map(struct qc_modules *modules)
{
    uint64_t map = 0;
    struct link link;
    if (!find_map_of_any(modules, &map)) {
        return;
    }
    for (unsigned i = 0; map != 0; i++) {
        /* In a broken dump, the list may be a circle. */
        if (i == QC_LIMIT_LINK_MAP) {
            qc_core_add_missing(modules->core, QEMUCORE_LIMIT, 0, NULL,
                                "the dynamic linker's list has more than %d modules, or leads back: "
                                "those after them are not known",
                                QC_LIMIT_LINK_MAP);
            return;
        }
        if (!read_link(modules->core, map, &link)) {
            return;
        }
        struct qemucore_module *module = qc_modules_find(modules, link.dynamic);
        if (module == NULL) {
            add_library(modules, &link);
        } else if (module->kind == QC_MODULE_FILE) {
            module_set_path(module, link.name);
            if (i == 0) {
                mark_program(modules, module);
            }
        }
        map = link.next;
    }
}

/* Names a module by DT_SONAME. If ld.so has relocated DT_STRTAB, that is an address already. */
static void name_by_soname(struct qemucore_module *module)
{
    uint64_t strings;
    uint64_t offset;
    char name[QC_LIMIT_PATH];
    if (!read_dynamic(module, DT_STRTAB, &strings) || !read_dynamic(module, DT_SONAME, &offset)) {
        return;
    }
    uint64_t address = (strings < module->bias ? strings + module->bias : strings) + offset;
    if (qc_core_string(module->modules->core, address, name, sizeof(name))) {
        module_set_path(module, name);
    }
}

void qc_modules_name(struct qc_modules *modules)
{
    uint64_t address;
    char path[QC_LIMIT_PATH];
    struct qemucore_module *started =
        qc_core_auxv(modules->core, AT_PHDR, &address) ? qc_modules_find(modules, address) : NULL;
    if (started != NULL && qc_core_auxv(modules->core, AT_EXECFN, &address) &&
        qc_core_string(modules->core, address, path, sizeof(path))) {
        module_set_path(started, path);
    }
    for (size_t i = 0; i < modules->list.count; i++) {
        if (modules->list.items[i]->path[0] == '\0') {
            name_by_soname(modules->list.items[i]);
        }
    }
    struct qemucore_module *program = qc_modules_executable(modules);
    if (program != NULL) {
        module_set_path(program, modules->core->process_name); /* no path, but better than nothing */
    }
}
