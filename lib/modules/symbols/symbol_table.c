/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/symbols/symbol_table.h"

#include <elf.h>

#include "modules/debug_info.h"
#include "modules/module_file.h"
#include "modules/modules_limits.h"
#include "modules/symbols/debugdata.h"

static Elf_Scn *section_of_type(Elf *elf, GElf_Word type, GElf_Shdr *header)
{
    Elf_Scn *section = NULL;
    while ((section = elf_nextscn(elf, section)) != NULL) {
        if (gelf_getshdr(section, header) != NULL && header->sh_type == type) {
            return section;
        }
    }
    return NULL;
}

static bool table_find_loaded(struct qc_symbol_table *table, Elf *elf)
{
    size_t count = 0;
    if (elf_getshdrnum(elf, &count) != 0) {
        return true;
    }
    table->is_loaded = calloc(count + 1, sizeof(*table->is_loaded));
    table->section_count = count;
    for (size_t i = 0; table->is_loaded != NULL && i < count; i++) {
        GElf_Shdr header;
        table->is_loaded[i] = gelf_getshdr(elf_getscn(elf, i), &header) != NULL &&
                              (header.sh_flags & SHF_ALLOC) != 0;
    }
    return table->is_loaded != NULL;
}

/* Uses a table of the file in place. False: there is none, or it can't be used so. */
static bool table_in_place(struct qc_symbol_table *table, Elf *elf, GElf_Word type)
{
    GElf_Shdr header;
    GElf_Shdr strings_header;
    Elf_Scn *section = elf == NULL || gelf_getclass(elf) != ELFCLASS64
                           ? NULL
                           : section_of_type(elf, type, &header);
    Elf_Scn *strings_section = section == NULL ? NULL : elf_getscn(elf, header.sh_link);
    if (strings_section == NULL || gelf_getshdr(strings_section, &strings_header) == NULL ||
        ((header.sh_flags | strings_header.sh_flags) & SHF_COMPRESSED) != 0) {
        return false;
    }
    Elf_Data *data = elf_getdata(section, NULL);
    Elf_Data *strings = elf_getdata(strings_section, NULL);
    if (data == NULL || data->d_buf == NULL || data->d_type != ELF_T_SYM ||
        (uintptr_t)data->d_buf % _Alignof(GElf_Sym) != 0 || strings == NULL ||
        strings->d_buf == NULL) {
        return false;
    }
    /* Bytes after the last 0 are no name. */
    const char *end = memrchr(strings->d_buf, '\0', strings->d_size);
    size_t count = data->d_size / sizeof(*table->symbols);
    if (end == NULL || count < 2 || count > UINT32_MAX) {
        return false;
    }
    table->symbols = data->d_buf;
    table->count = count;
    table->strings = strings->d_buf;
    table->strings_size = (size_t)(end - table->strings) + 1;
    return true;
}

/* Copies the tables that libdwfl joins; st_value becomes the address in the process. */
static bool table_join(struct qc_symbol_table *table, Dwfl_Module *module)
{
    int count = dwfl_module_getsymtab(module);
    if (count < 2) {
        return true;
    }
    table->joined = calloc((size_t)count, sizeof(*table->joined));
    table->names = calloc((size_t)count, sizeof(*table->names));
    if (table->joined == NULL || table->names == NULL) {
        return false;
    }
    for (int i = 1; i < count; i++) {
        GElf_Sym *symbol = &table->joined[i];
        GElf_Addr address = 0;
        table->names[i] = dwfl_module_getsym_info(module, i, symbol, &address, NULL, NULL, NULL);
        symbol->st_value = address;
    }
    table->symbols = table->joined;
    table->count = (size_t)count;
    return true;
}

bool qc_symbol_table_open(struct qemucore_module *module, struct qc_symbol_table *ret)
{
    struct qc_symbol_table table = {0};
    GElf_Addr bias = 0;
    bool has_room = true;
    *ret = table;
    if (!qc_module_open(module) || module->dwfl == NULL ||
        dwfl_module_getelf(module->dwfl, &bias) == NULL) {
        return true;
    }
    Elf *elf = module->elf;
    if (table_in_place(&table, elf, SHT_SYMTAB) ||
        table_in_place(&table, elf = qc_module_separate(module), SHT_SYMTAB)) {
        table.bias = bias;
        has_room = table_find_loaded(&table, elf);
    } else if (qc_debugdata_is_within(module->elf, QC_LIMIT_DEBUGDATA)) {
        has_room = table_join(&table, module->dwfl);
    } else {
        qc_module_problem(module, "%s: its .gnu_debugdata is not read: it is damaged, or becomes more "
                                  "than %u MiB",
                          module->path, (unsigned)(QC_LIMIT_DEBUGDATA / QC_MIB));
        table.bias = bias;
        has_room = !table_in_place(&table, elf = module->elf, SHT_DYNSYM) ||
                   table_find_loaded(&table, elf);
    }
    if (!has_room) {
        qc_symbol_table_close(&table);
        return false;
    }
    *ret = table;
    return true;
}

bool qc_symbol_table_is_placed(const struct qc_symbol_table *table, size_t index)
{
    size_t section = table->symbols[index].st_shndx;
    return section != SHN_UNDEF && section != SHN_ABS &&
           (table->is_loaded == NULL || section == SHN_XINDEX ||
            (section < table->section_count && table->is_loaded[section]));
}

void qc_symbol_table_close(struct qc_symbol_table *table)
{
    free(table->names);
    free(table->joined);
    free(table->is_loaded);
    *table = (struct qc_symbol_table){0};
}
