/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/index/line_program.h"

#include <dwarf.h>
#include <gelf.h>
#include <inttypes.h>
#include <search.h>

#include "base/base.h"
#include "dwarf/cache.h"
#include "dwarf/dwarf_limits.h"

#define LENGTH_IS_64_BIT UINT32_MAX

/* libdw has decompressed it, if needed. */
static Elf_Data *line_section(Elf *elf)
{
    static const char *const names[] = {".debug_line", ".debug_line.dwo", ".zdebug_line"};
    Elf_Scn *section = NULL;
    for (size_t i = 0; i < 3 && section == NULL; i++) {
        section = qc_file_section(elf, names[i]);
    }
    return section == NULL ? NULL : elf_getdata(section, NULL);
}

/* Returns the bytes of a unit's line program and its header. 0: no readable program. */
static uint64_t program_size(Dwarf_Die *unit)
{
    Dwarf_Attribute attribute;
    Dwarf_Word offset = 0; /* a .dwo file has a single one, at 0 */
    Elf *elf = dwarf_getelf(dwarf_cu_getdwarf(unit->cu));
    const char *identity = elf == NULL ? NULL : elf_getident(elf, NULL);
    Elf_Data *data = elf == NULL ? NULL : line_section(elf);
    dwarf_formudata(dwarf_attr(unit, DW_AT_stmt_list, &attribute), &offset);
    if (identity == NULL || data == NULL || data->d_buf == NULL) {
        return 0;
    }
    struct qc_cursor cursor =
        qc_cursor_new(data->d_buf, data->d_size, identity[EI_DATA] == ELFDATA2MSB);
    uint64_t size = qc_cursor_u32_at(&cursor, offset);
    if (size == LENGTH_IS_64_BIT) {
        size = qc_cursor_u64(&cursor);
    }
    size_t left = qc_cursor_left(&cursor);
    return qc_min(size, left);
}

static int compare_units(const void *left, const void *right)
{
    return qc_compare((uintptr_t)left, (uintptr_t)right);
}

/* libdw keeps what it has read, so that each unit counts once. */
bool qc_line_program_fits(struct qemucore_module *module, Dwarf_Die *unit)
{
    struct qc_dwarf_cache *cache = qc_dwarf_cache(module);
    if (cache != NULL && tfind(unit->cu, &cache->line_units, compare_units) != NULL) {
        return true;
    }
    uint64_t size = program_size(unit);
    uint64_t most = cache == NULL ? 0 : QC_LIMIT_LINE_PROGRAMS - cache->line_programs;
    if (cache != NULL && size <= QC_LIMIT_LINE_PROGRAM && size <= most) {
        cache->line_programs += size;
        tsearch(unit->cu, &cache->line_units, compare_units);
        return true;
    }
    qc_module_problem(module,
                      "%s: lines whose tables take more than %" PRIu64 " MiB, or %" PRIu64
                      " MiB in all, are not read",
                      qc_module_debug_path(module),
                      QC_LIMIT_LINE_PROGRAM / QC_MIB, QC_LIMIT_LINE_PROGRAMS / QC_MIB);
    return false;
}
