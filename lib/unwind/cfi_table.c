/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unwind/cfi_table.h"

#include <dwarf.h>
#include <gelf.h>
#include <string.h>

#include "base/base.h"
#include "modules/modules.h"

/* Reads a number in the format that the lower half of an encoding has: its size and sign. */
static uint64_t pointer_read(struct qc_cursor *cursor, uint8_t format)
{
    switch (format) {
    case DW_EH_PE_absptr:
    case DW_EH_PE_udata8:
    case DW_EH_PE_sdata8:
        return qc_cursor_u64(cursor);
    case DW_EH_PE_uleb128:
        return qc_cursor_uleb(cursor);
    case DW_EH_PE_sleb128:
        return (uint64_t)qc_cursor_sleb(cursor);
    case DW_EH_PE_udata2:
        return qc_cursor_u16(cursor);
    case DW_EH_PE_sdata2:
        return (uint64_t)qc_cursor_signed(cursor, 2);
    case DW_EH_PE_udata4:
        return qc_cursor_u32(cursor);
    case DW_EH_PE_sdata4:
        return (uint64_t)qc_cursor_signed(cursor, 4);
    default:
        cursor->failed = true;
        return 0;
    }
}

uint64_t qc_cfi_pointer(struct qc_cursor *cursor, uint8_t encoding, uint64_t at, uint64_t data)
{
    uint64_t value = pointer_read(cursor, encoding & 0x0f);
    switch (encoding & 0xf0) {
    case DW_EH_PE_absptr:
        return value;
    case DW_EH_PE_pcrel:
        return value + at;
    case DW_EH_PE_datarel:
        return value + data;
    default:
        /* Call frame entries need no indirect, text-relative or function-relative pointers. */
        cursor->failed = true;
        return 0;
    }
}

/* Returns the ELF image's bytes at a virtual address: *size of them, up to the end of the segment's
   part in the file. NULL: no segment has the address. */
static const uint8_t *elf_bytes_at(Elf *elf, uint64_t address, size_t *size)
{
    size_t image_size = 0;
    const char *image = elf_rawfile(elf, &image_size);
    GElf_Phdr phdr;
    for (size_t i = 0; image != NULL && qc_file_phdr_next(elf, PT_LOAD, &i, &phdr);) {
        if (address >= phdr.p_vaddr && address - phdr.p_vaddr < phdr.p_filesz &&
            phdr.p_offset <= image_size && phdr.p_filesz <= image_size - phdr.p_offset) {
            *size = (size_t)(phdr.p_filesz - (address - phdr.p_vaddr));
            return (const uint8_t *)image + phdr.p_offset + (address - phdr.p_vaddr);
        }
    }
    return NULL;
}

static void section_identify(struct qc_cfi_section *section, Elf *elf)
{
    GElf_Ehdr header;
    if (gelf_getehdr(elf, &header) != NULL) {
        memcpy(section->identification, header.e_ident, sizeof(section->identification));
        section->big_endian = header.e_ident[EI_DATA] == ELFDATA2MSB;
    }
}

/* Finds a section by name. Its bytes are valid as long as elf. libelf would inflate a compressed one
   to any size: the image that qc_module_dwarf inflates, within limits, has it plain. */
static void section_find(struct qc_cfi_section *section, Elf *elf, const char *name)
{
    Elf_Scn *scn = qc_file_section(elf, name);
    GElf_Shdr header;
    if (scn == NULL || gelf_getshdr(scn, &header) == NULL || header.sh_type == SHT_NOBITS ||
        (header.sh_flags & SHF_COMPRESSED) != 0) {
        return;
    }
    Elf_Data *data = elf_rawdata(scn, NULL);
    if (data != NULL && data->d_buf != NULL) {
        section->bytes = data->d_buf;
        section->size = data->d_size;
        section->address = header.sh_addr;
    }
}

/* Reads .eh_frame_hdr: version 1, three encodings, the address of .eh_frame, the number of entries,
   the table (LSB, section 10.6.2). Only the encoding that binutils and LLVM write is searched. */
static bool table_read_header(struct qc_cfi_table *table, Elf *elf, uint64_t address)
{
    size_t size;
    const uint8_t *bytes = elf_bytes_at(elf, address, &size);
    if (bytes == NULL) {
        return false;
    }
    struct qc_cursor cursor = qc_cursor_new(bytes, size, table->section.big_endian);
    uint8_t version = qc_cursor_u8(&cursor);
    uint8_t frame_encoding = qc_cursor_u8(&cursor);
    uint8_t count_encoding = qc_cursor_u8(&cursor);
    uint8_t table_encoding = qc_cursor_u8(&cursor);
    uint64_t frame = qc_cfi_pointer(&cursor, frame_encoding, address + cursor.position, address);
    if (version != 1 || cursor.failed) {
        return false;
    }
    table->section.bytes = elf_bytes_at(elf, frame, &table->section.size);
    table->section.address = frame;
    if (table->section.bytes == NULL) {
        return false;
    }
    uint64_t count = count_encoding == DW_EH_PE_omit
                         ? 0
                         : qc_cfi_pointer(&cursor, count_encoding, address + cursor.position,
                                          address);
    if (!cursor.failed && table_encoding == (DW_EH_PE_datarel | DW_EH_PE_sdata4) && count != 0 &&
        count <= qc_cursor_left(&cursor) / 8) {
        table->search = bytes + cursor.position;
        table->search_count = (size_t)count;
        table->search_address = address;
    }
    return true;
}

void qc_cfi_table_eh_frame(struct qc_cfi_table *table, Elf *elf)
{
    GElf_Phdr phdr;
    table->section.is_eh_frame = true;
    section_identify(&table->section, elf);
    for (size_t i = 0; qc_file_phdr_next(elf, PT_GNU_EH_FRAME, &i, &phdr);) {
        if (table_read_header(table, elf, phdr.p_vaddr)) {
            return;
        }
    }
    section_find(&table->section, elf, ".eh_frame");
}

void qc_cfi_table_debug_frame(struct qc_cfi_table *table, Elf *elf)
{
    section_identify(&table->section, elf);
    section_find(&table->section, elf, ".debug_frame");
}

void qc_cfi_table_free(struct qc_cfi_table *table)
{
    qc_vec_free(&table->index);
}

/* Reads the entry at an offset of the section, by libdw. */
static bool section_next(const struct qc_cfi_section *section, uint64_t offset, uint64_t *next,
                         Dwarf_CFI_Entry *entry)
{
    Elf_Data data = {
        .d_buf = (void *)section->bytes,
        .d_type = ELF_T_BYTE,
        .d_size = section->size,
        .d_version = EV_CURRENT,
    };
    return dwarf_next_cfi(section->identification, &data, section->is_eh_frame, offset, next,
                          entry) == 0;
}

static void entry_read_augmentation(struct qc_cfi_entry *entry, const Dwarf_CIE *cie,
                                    bool big_endian)
{
    struct qc_cursor data =
        qc_cursor_new(cie->augmentation_data, cie->augmentation_data_size, big_endian);
    entry->pointer_encoding = DW_EH_PE_absptr;
    for (const char *letter = cie->augmentation; *letter != '\0'; letter++) {
        switch (*letter) {
        case 'z':
            entry->sized_augmentation = true;
            break;
        case 'R':
            entry->pointer_encoding = qc_cursor_u8(&data);
            break;
        case 'L':
            qc_cursor_u8(&data);
            break;
        case 'P': {
            uint8_t encoding = qc_cursor_u8(&data);
            qc_cfi_pointer(&data, encoding & 0x0f, 0, 0);
            break;
        }
        case 'S':
            entry->signal_frame = true;
            break;
        default: /* 'B' (aarch64: signed with the other key) changes nothing here */
            break;
        }
    }
}

/* Reads the FDE at an offset, with its CIE. False: no valid FDE is there. */
static bool section_entry(const struct qc_cfi_section *section, uint64_t offset, uint64_t *next,
                          struct qc_cfi_entry *ret)
{
    Dwarf_CFI_Entry fde;
    Dwarf_CFI_Entry cie;
    uint64_t after_cie;
    if (!section_next(section, offset, next, &fde) || dwarf_cfi_cie_p(&fde) ||
        fde.fde.CIE_pointer >= section->size ||
        !section_next(section, fde.fde.CIE_pointer, &after_cie, &cie) || !dwarf_cfi_cie_p(&cie)) {
        return false;
    }
    *ret = (struct qc_cfi_entry){
        .initial_instructions = cie.cie.initial_instructions,
        .initial_instructions_end = cie.cie.initial_instructions_end,
        .code_alignment = cie.cie.code_alignment_factor,
        .data_alignment = cie.cie.data_alignment_factor,
        .return_address = cie.cie.return_address_register,
    };
    entry_read_augmentation(ret, &cie.cie, section->big_endian);
    struct qc_cursor cursor =
        qc_cursor_new(fde.fde.start, (size_t)(fde.fde.end - fde.fde.start), section->big_endian);
    uint64_t at = section->address + (uint64_t)(fde.fde.start - section->bytes);
    ret->start = qc_cfi_pointer(&cursor, ret->pointer_encoding, at, 0);
    uint64_t size = qc_cfi_pointer(&cursor, ret->pointer_encoding & 0x0f, 0, 0);
    if (ret->sized_augmentation) {
        qc_cursor_take(&cursor, qc_cursor_uleb(&cursor));
    }
    ret->end = size > UINT64_MAX - ret->start ? UINT64_MAX : ret->start + size;
    ret->instructions = fde.fde.start + cursor.position;
    ret->instructions_end = fde.fde.end;
    return !cursor.failed;
}

QC_DEFINE_ORDER(compare_index, struct qc_cfi_index_entry, qc_compare(a->start, b->start))

static void table_build_index(struct qc_cfi_table *table)
{
    table->indexed = true;
    uint64_t next = 0;
    for (uint64_t offset = 0; offset < table->section.size; offset = next) {
        struct qc_cfi_entry entry;
        Dwarf_CFI_Entry any;
        if (!section_next(&table->section, offset, &next, &any) || next <= offset) {
            break;
        }
        if (section_entry(&table->section, offset, &next, &entry) && entry.start < entry.end) {
            if (!qc_vec_push(&table->index, (struct qc_cfi_index_entry){entry.start, offset})) {
                break;
            }
        }
    }
    qc_vec_sort(&table->index, compare_index);
}

/* Returns the start address in the search table's i-th pair; sets *entry to the FDE's address. */
static uint64_t search_start(const struct qc_cfi_table *table, size_t i, uint64_t *entry)
{
    struct qc_cursor cursor = qc_cursor_new(table->search + 8 * i, 8, table->section.big_endian);
    uint64_t start = table->search_address + (uint64_t)qc_cursor_signed(&cursor, 4);
    *entry = table->search_address + (uint64_t)qc_cursor_signed(&cursor, 4);
    return start;
}

/* Finds the offset of the last entry that starts at or before address. */
static bool table_search(struct qc_cfi_table *table, uint64_t address, uint64_t *offset)
{
    bool by_table = table->search != NULL;
    if (!by_table && !table->indexed) {
        table_build_index(table);
    }
    uint64_t entry = 0;
    size_t low = by_table
                     ? qc_lower_bound(table->search_count, i,
                                      search_start(table, i, &entry) <= address)
                     : qc_lower_bound(table->index.count, i,
                                      table->index.items[i].start <= address);
    if (low == 0) {
        return false;
    }
    if (!by_table) {
        *offset = table->index.items[low - 1].offset;
        return true;
    }
    search_start(table, low - 1, &entry);
    *offset = entry - table->section.address;
    return *offset < table->section.size;
}

bool qc_cfi_table_find(struct qc_cfi_table *table, uint64_t address, struct qc_cfi_entry *ret)
{
    uint64_t offset;
    uint64_t next;
    return table->section.bytes != NULL && table_search(table, address, &offset) &&
           section_entry(&table->section, offset, &next, ret) && address >= ret->start &&
           address < ret->end;
}
