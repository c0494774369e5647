/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/link_map.h"

#include <elf.h>

#include "modules/module_list.h"
#include "modules/modules_limits.h"

/* glibc and musl, <link.h>: struct r_debug {int r_version; struct link_map *r_map; ...} and
   struct link_map {l_addr; l_name; l_ld; l_next; ...}. */
#define R_DEBUG_MAP 8
#define LINK_MAP_ADDR 0
#define LINK_MAP_NAME 8
#define LINK_MAP_NEXT 24

static bool read_word(struct qc_modules *modules, uint64_t address, uint64_t *value)
{
    return qc_image_read_number(modules->core->image, address, 8, modules->core->big_endian, value,
                                NULL) == QEMUCORE_OK;
}

/* DT_DEBUG of the executable: where ld.so has put its struct r_debug. */
static bool find_r_debug(struct qc_modules *modules, uint64_t *address)
{
    struct qemucore_module *executable = qc_modules_executable(modules);
    struct qc_module_phdr phdrs[128];
    size_t count =
        executable == NULL
            ? 0
            : qc_module_read_phdrs(modules->core, executable->start, phdrs, 128);
    for (size_t i = 0; i < count; i++) {
        uint64_t entries = phdrs[i].memory_size / sizeof(Elf64_Dyn);
        uint64_t dynamic = executable->bias + phdrs[i].vaddr;
        for (uint64_t k = 0; phdrs[i].type == PT_DYNAMIC && k < entries && k < 1024; k++) {
            uint64_t tag;
            if (!read_word(modules, dynamic + k * sizeof(Elf64_Dyn), &tag) || tag == DT_NULL) {
                return false;
            }
            if (tag == DT_DEBUG) {
                return read_word(modules, dynamic + k * sizeof(Elf64_Dyn) + 8, address) &&
                       *address != 0;
            }
        }
    }
    return false;
}

void qc_modules_add_link_map(struct qc_modules *modules)
{
    uint64_t r_debug;
    uint64_t map;
    if (!find_r_debug(modules, &r_debug) || !read_word(modules, r_debug + R_DEBUG_MAP, &map)) {
        return;
    }
    /* The cap ends a list that a broken dump has made a circle. */
    for (unsigned i = 0; map != 0 && i < QC_LIMIT_LINK_MAP; i++) {
        uint64_t bias;
        uint64_t name;
        char path[QC_LIMIT_PATH];
        if (!read_word(modules, map + LINK_MAP_ADDR, &bias) ||
            !read_word(modules, map + LINK_MAP_NAME, &name)) {
            return;
        }
        /* A library's first segment is at virtual address 0, so that it starts at its bias; the
           executable and the vDSO have an empty name or a known address. */
        if (bias != 0 && qc_modules_find(modules, bias) == NULL &&
            qc_image_read_string(modules->core->image, name, path, sizeof(path), NULL) ==
                QEMUCORE_OK &&
            path[0] == '/') {
            struct qc_module_phdr phdr;
            if (qc_module_read_phdrs(modules->core, bias, &phdr, 1) != 0) {
                qc_modules_add(modules, QC_MODULE_FILE, path, bias, bias + 1);
                qc_modules_arrange(modules);
            }
        }
        if (!read_word(modules, map + LINK_MAP_NEXT, &map)) {
            return;
        }
    }
}
