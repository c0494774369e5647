/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_cfi - call frame information, from entries that are written here byte by byte
 *
 * Each test makes an ELF image in memory with such entries, and asks for the rows at addresses.
 * Entries are found in four ways: through the search table of .eh_frame_hdr, through an
 * .eh_frame_hdr without a table, in the section .eh_frame alone, and in .debug_frame.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dwarf.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "unwind/unwind_limits.h"
#include "unwind/cfi.h"
#include "unwind/cfi_table.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BYTES(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

/* Offsets in the image. Addresses in the process are larger by BIAS. */
#define HEADER 0x200   /* .eh_frame_hdr */
#define FRAME 0x400    /* .eh_frame or .debug_frame */
#define NAMES 0x3000   /* section names and headers */
#define IMAGE_SIZE 0x4000
#define CODE 0x10000   /* address of the first function; not in the file */
#define BIAS 0x555500000000

enum way { BY_TABLE, WITHOUT_TABLE, BY_SECTION, DEBUG_FRAME };

struct image {
    uint8_t bytes[IMAGE_SIZE];
    size_t end; /* end of the entries */
    bool big_endian;
    enum way way;
    size_t cie; /* offset of the latest CIE, within the section */
    uint8_t encoding;
    bool sized;
    struct {
        uint64_t start;
        uint64_t entry;
    } table[64];
    size_t count;
    struct qemucore_module module;
    struct qc_cfi *cfi;
};

static void put_at(struct image *image, size_t at, size_t size, uint64_t value)
{
    for (size_t i = 0; i < size; i++) {
        image->bytes[at + (image->big_endian ? size - 1 - i : i)] = (uint8_t)(value >> (8 * i));
    }
}

static void put(struct image *image, size_t size, uint64_t value)
{
    put_at(image, image->end, size, value);
    image->end += size;
}

static void put_bytes(struct image *image, const void *bytes, size_t size)
{
    memcpy(image->bytes + image->end, bytes, size);
    image->end += size;
}

static void image_start(struct image *image, enum way way, bool big_endian)
{
    memset(image, 0, sizeof(*image));
    image->way = way;
    image->big_endian = big_endian;
    image->end = FRAME;
}

/* Pads the entry with DW_CFA_nop, and writes its length at its beginning. */
static void entry_end(struct image *image, size_t start)
{
    while ((image->end - start) % 8 != 4) {
        put(image, 1, DW_CFA_nop);
    }
    put_at(image, start, 4, image->end - start - 4);
}

struct cie {
    const char *augmentation; /* NULL: "zR", and "" in .debug_frame */
    const uint8_t *data;      /* augmentation data; NULL: only the encoding */
    size_t data_size;
    uint8_t encoding; /* encoding of pointers; 0: pc-relative, 32 bits; absolute in .debug_frame */
    uint8_t code_alignment; /* 0 stands for 1 */
    int8_t data_alignment;  /* -64 to 63; 0 stands for -8 */
    uint8_t column;         /* return address column; 0 stands for 16 */
    const uint8_t *program;
    size_t size;
};

static void add_cie(struct image *image, struct cie cie)
{
    size_t start = image->end;
    bool debug_frame = image->way == DEBUG_FRAME;
    image->cie = start - FRAME;
    image->encoding = debug_frame ? DW_EH_PE_absptr
                      : cie.encoding == 0 ? DW_EH_PE_pcrel | DW_EH_PE_sdata4 : cie.encoding;
    const char *augmentation = debug_frame ? "" : cie.augmentation == NULL ? "zR"
                                                                           : cie.augmentation;
    image->sized = augmentation[0] == 'z';
    put(image, 4, 0);
    put(image, 4, debug_frame ? 0xffffffff : 0);
    put(image, 1, debug_frame ? 4 : 1);
    put_bytes(image, augmentation, strlen(augmentation) + 1);
    if (debug_frame) {
        put(image, 1, 8);
        put(image, 1, 0);
    }
    put(image, 1, cie.code_alignment == 0 ? 1 : cie.code_alignment);
    put(image, 1, (cie.data_alignment == 0 ? -8 : cie.data_alignment) & 0x7f);
    put(image, 1, cie.column == 0 ? 16 : cie.column);
    if (image->sized) {
        uint8_t encoding = image->encoding;
        put(image, 1, cie.data == NULL ? 1 : cie.data_size);
        put_bytes(image, cie.data == NULL ? &encoding : cie.data,
                  cie.data == NULL ? 1 : cie.data_size);
    }
    put_bytes(image, cie.program, cie.size);
    entry_end(image, start);
}

static void put_pointer(struct image *image, uint64_t value)
{
    uint64_t from = (image->encoding & 0x70) == DW_EH_PE_pcrel ? image->end : 0;
    bool small = (image->encoding & 0x07) == (DW_EH_PE_sdata4 & 0x07);
    put(image, small ? 4 : 8, value - from);
}

static void add_fde(struct image *image, uint64_t start_address, uint64_t size,
                    const uint8_t *program, size_t program_size)
{
    size_t start = image->end;
    image->table[image->count].start = start_address;
    image->table[image->count++].entry = start;
    put(image, 4, 0);
    put(image, 4, image->way == DEBUG_FRAME ? image->cie : image->end - FRAME - image->cie);
    put_pointer(image, start_address);
    put(image, (image->encoding & 0x07) == (DW_EH_PE_sdata4 & 0x07) ? 4 : 8, size);
    if (image->sized) {
        put(image, 1, 0);
    }
    put_bytes(image, program, program_size);
    entry_end(image, start);
}

static void write_search_table(struct image *image)
{
    size_t end = image->end;
    image->end = HEADER;
    put(image, 1, 1);
    put(image, 1, DW_EH_PE_pcrel | DW_EH_PE_sdata4);
    put(image, 1, image->way == BY_TABLE ? DW_EH_PE_udata4 : DW_EH_PE_omit);
    put(image, 1, image->way == BY_TABLE ? DW_EH_PE_datarel | DW_EH_PE_sdata4 : DW_EH_PE_omit);
    put(image, 4, FRAME - (HEADER + 4));
    if (image->way == BY_TABLE) {
        put(image, 4, image->count);
        /* Sorted by address, as the linker does. */
        uint64_t last = 0;
        for (size_t i = 0; i < image->count; i++) {
            size_t best = SIZE_MAX;
            for (size_t k = 0; k < image->count; k++) {
                uint64_t start = image->table[k].start;
                if (start > last && (best == SIZE_MAX || start < image->table[best].start)) {
                    best = k;
                }
            }
            last = image->table[best].start;
            put(image, 4, last - HEADER);
            put(image, 4, image->table[best].entry - HEADER);
        }
    }
    image->end = end;
}

static void write_section(struct image *image, size_t at, uint32_t name, uint32_t type,
                          uint64_t place, uint64_t size)
{
    put_at(image, at, 4, name);
    put_at(image, at + 4, 4, type);
    put_at(image, at + 16, 8, type == SHT_STRTAB ? 0 : place);
    put_at(image, at + 24, 8, place);
    put_at(image, at + 32, 8, size);
    put_at(image, at + 48, 8, 1);
}

/* Writes the ELF header, and either program headers or section headers. */
static void write_headers(struct image *image)
{
    bool sections = image->way == BY_SECTION || image->way == DEBUG_FRAME;
    static const char names[] = "\0.eh_frame\0.debug_frame\0.shstrtab";
    memcpy(image->bytes, ELFMAG, SELFMAG);
    image->bytes[EI_CLASS] = ELFCLASS64;
    image->bytes[EI_DATA] = image->big_endian ? ELFDATA2MSB : ELFDATA2LSB;
    image->bytes[EI_VERSION] = EV_CURRENT;
    put_at(image, 16, 2, ET_DYN);
    put_at(image, 18, 2, image->big_endian ? EM_S390 : EM_X86_64);
    put_at(image, 20, 4, EV_CURRENT);
    put_at(image, 32, 8, sections ? 0 : 64);
    put_at(image, 40, 8, sections ? NAMES + 64 : 0);
    put_at(image, 52, 2, sizeof(Elf64_Ehdr));
    put_at(image, 54, 2, sizeof(Elf64_Phdr));
    put_at(image, 56, 2, sections ? 0 : 2);
    put_at(image, 58, 2, sizeof(Elf64_Shdr));
    put_at(image, 60, 2, sections ? 3 : 0);
    put_at(image, 62, 2, sections ? 2 : 0);
    if (sections) {
        memcpy(image->bytes + NAMES, names, sizeof(names));
        write_section(image, NAMES + 64 + 64, image->way == DEBUG_FRAME ? 11 : 1, SHT_PROGBITS,
                      FRAME, image->end - FRAME);
        write_section(image, NAMES + 64 + 128, 24, SHT_STRTAB, NAMES, sizeof(names));
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        size_t at = 64 + i * sizeof(Elf64_Phdr);
        put_at(image, at, 4, i == 0 ? PT_LOAD : PT_GNU_EH_FRAME);
        put_at(image, at + 8, 8, i == 0 ? 0 : HEADER);
        put_at(image, at + 16, 8, i == 0 ? 0 : HEADER);
        put_at(image, at + 32, 8, i == 0 ? IMAGE_SIZE : FRAME - HEADER);
        put_at(image, at + 40, 8, i == 0 ? IMAGE_SIZE : FRAME - HEADER);
    }
}

static void image_finish(struct image *image)
{
    if (image->way == BY_TABLE || image->way == WITHOUT_TABLE) {
        write_search_table(image);
    }
    put(image, 4, 0);
    write_headers(image);
    elf_version(EV_CURRENT);
    image->module.path = (char *)"/lib/made.so";
    image->module.bias = BIAS;
    image->module.file_looked_for = true;
    image->module.debug_looked_for = true;
    image->module.elf = elf_memory((char *)image->bytes, sizeof(image->bytes));
    assert_non_null(image->module.elf);
    assert_int_equal(qc_cfi_new(&image->module, &image->cfi, NULL), QEMUCORE_OK);
}

static void image_free(struct image *image)
{
    qc_cfi_free(image->cfi);
    elf_end(image->module.elf);
}

/* Reads the row at an address of the file. */
static void row_at(struct image *image, uint64_t address, struct qc_cfi_row *row)
{
    struct qemucore_error error;
    memset(row, 0xee, sizeof(*row));
    if (qc_cfi_row(image->cfi, BIAS + address, row, &error) != QEMUCORE_OK) {
        fail_msg("%#llx: %s", (unsigned long long)address, error.message);
    }
}

static void assert_no_row(struct image *image, uint64_t address, enum qemucore_status status)
{
    struct qc_cfi_row row;
    struct qemucore_error error = {0};
    assert_int_equal(qc_cfi_row(image->cfi, BIAS + address, &row, &error), status);
    assert_int_equal(error.status, status);
    assert_non_null(strstr(error.message, "made.so"));
    assert_int_equal(qc_cfi_row(image->cfi, BIAS + address, &row, NULL), status);
}

static void assert_cfa(struct image *image, uint64_t address, uint64_t number, int64_t offset)
{
    struct qc_cfi_row row;
    row_at(image, address, &row);
    if (row.cfa.kind != QC_CFI_RULE_REGISTER || row.cfa.number != number ||
        row.cfa.offset != offset) {
        fail_msg("%#llx: rule %d, register %llu%+lld", (unsigned long long)address, row.cfa.kind,
                 (unsigned long long)row.cfa.number, (long long)row.cfa.offset);
    }
}

static void assert_rule(const struct qc_cfi_row *row, unsigned number, enum qc_cfi_rule_kind kind,
                        int64_t offset)
{
    if (row->rules[number].kind != kind || row->rules[number].offset != offset) {
        fail_msg("register %u: rule %d, %lld", number, row->rules[number].kind,
                 (long long)row->rules[number].offset);
    }
}

/* Makes an image of one function of 0x100000 bytes at CODE, whose program follows the CIE's. */
static void one_function(struct image *image, struct cie cie, const uint8_t *program, size_t size)
{
    image_start(image, BY_TABLE, false);
    add_cie(image, cie);
    add_fde(image, CODE, 0x100000, program, size);
    image_finish(image);
}

/* CFA is register 7 + 8, the return address at CFA - 8. */
static const uint8_t start_program[] = {DW_CFA_def_cfa, 7, 8, DW_CFA_offset | 16, 1};
#define START .program = start_program, .size = sizeof(start_program)

static struct image image;

/* ---- Instructions ------------------------------------------------------------------------ */

static void test_advance(void **state)
{
    (void)state;
    one_function(&image, (struct cie){START, .code_alignment = 4},
                 BYTES(DW_CFA_advance_loc | 1, DW_CFA_def_cfa_offset, 16,          /* + 4 */
                       DW_CFA_advance_loc | 63, DW_CFA_def_cfa_offset, 24,         /* + 252 */
                       DW_CFA_advance_loc1, 0xff, DW_CFA_def_cfa_offset, 32,       /* + 1020 */
                       DW_CFA_advance_loc2, 0x02, 0x01, DW_CFA_def_cfa_offset, 40, /* + 1032 */
                       DW_CFA_advance_loc4, 0x00, 0x10, 0, 0, DW_CFA_def_cfa_offset, 48));
    static const uint64_t places[] = {0, 4, 256, 1276, 2308, 2308 + 4 * 0x1000};
    for (size_t i = 0; i < COUNT(places); i++) {
        assert_cfa(&image, CODE + places[i], 7, 8 + 8 * (int64_t)i);
        if (i != 0) {
            assert_cfa(&image, CODE + places[i] - 1, 7, 8 * (int64_t)i);
        }
    }
    assert_cfa(&image, CODE + 0xfffff, 7, 48);
    image_free(&image);
}

static void test_set_loc(void **state)
{
    (void)state;
    /* The operand is encoded like the entry's pointers: here absolute, with 8 bytes. */
    image_start(&image, BY_SECTION, false);
    add_cie(&image, (struct cie){START, .encoding = DW_EH_PE_udata8});
    add_fde(&image, CODE, 0x1000,
            BYTES(DW_CFA_set_loc, 0x20, 0x01, 0x01, 0, 0, 0, 0, 0, /* 0x10120 */
                  DW_CFA_def_cfa_offset, 16));
    image_finish(&image);
    assert_cfa(&image, CODE + 0x11f, 7, 8);
    assert_cfa(&image, CODE + 0x120, 7, 16);
    image_free(&image);
    /* Relative to its own address: the program begins 17 bytes into the only FDE. */
    image_start(&image, BY_TABLE, false);
    add_cie(&image, (struct cie){START});
    uint32_t operand = CODE + 0x40 - ((uint32_t)image.end + 17 + 1);
    add_fde(&image, CODE, 0x1000,
            BYTES(DW_CFA_set_loc, (uint8_t)operand, (uint8_t)(operand >> 8),
                  (uint8_t)(operand >> 16), (uint8_t)(operand >> 24), DW_CFA_def_cfa_offset, 16));
    image_finish(&image);
    assert_cfa(&image, CODE + 0x3f, 7, 8);
    assert_cfa(&image, CODE + 0x40, 7, 16);
    image_free(&image);
}

static void test_cfa(void **state)
{
    (void)state;
    one_function(&image, (struct cie){START, .data_alignment = -4},
                 BYTES(DW_CFA_advance_loc | 1, DW_CFA_def_cfa, 6, 0x80, 1,       /* 128 */
                       DW_CFA_advance_loc | 1, DW_CFA_def_cfa_sf, 5, 0x7e,       /* -2 * -4 */
                       DW_CFA_advance_loc | 1, DW_CFA_def_cfa_register, 9,
                       DW_CFA_advance_loc | 1, DW_CFA_def_cfa_offset, 0x10,
                       DW_CFA_advance_loc | 1, DW_CFA_def_cfa_offset_sf, 3,      /* 3 * -4 */
                       DW_CFA_advance_loc | 1, DW_CFA_def_cfa_expression, 2, DW_OP_breg7, 0x20));
    assert_cfa(&image, CODE, 7, 8);
    assert_cfa(&image, CODE + 1, 6, 128);
    assert_cfa(&image, CODE + 2, 5, 8);
    assert_cfa(&image, CODE + 3, 9, 8);
    assert_cfa(&image, CODE + 4, 9, 16);
    assert_cfa(&image, CODE + 5, 9, -12);
    struct qc_cfi_row row;
    row_at(&image, CODE + 6, &row);
    assert_int_equal(row.cfa.kind, QC_CFI_RULE_VALUE_EXPRESSION);
    assert_int_equal(row.cfa.size, 2);
    assert_int_equal(row.cfa.bytes[0], DW_OP_breg7);
    assert_int_equal(row.cfa.bytes[1], 0x20);
    image_free(&image);
    /* A register without an offset before it, as in LoongArch's CIE, and after an expression. */
    one_function(&image, (struct cie){.program = BYTES(DW_CFA_def_cfa_register, 3)},
                 BYTES(DW_CFA_advance_loc | 1, DW_CFA_def_cfa_expression, 1, DW_OP_lit0,
                       DW_CFA_advance_loc | 1, DW_CFA_def_cfa_register, 4));
    assert_cfa(&image, CODE, 3, 0);
    assert_cfa(&image, CODE + 2, 4, 0);
    image_free(&image);
}

static void test_rules(void **state)
{
    (void)state;
    struct qc_cfi_row row;
    one_function(&image, (struct cie){START},
                 BYTES(DW_CFA_offset | 3, 2,                                    /* CFA - 16 */
                       DW_CFA_offset_extended, 4, 0x80, 1,                      /* 128 * -8 */
                       DW_CFA_offset_extended_sf, 5, 0x7d,                      /* -3 * -8 */
                       DW_CFA_val_offset, 6, 1,                                 /* = CFA - 8 */
                       DW_CFA_val_offset_sf, 8, 0x7f,                           /* = CFA + 8 */
                       DW_CFA_GNU_negative_offset_extended, 9, 2,               /* CFA + 16 */
                       DW_CFA_same_value, 10, DW_CFA_undefined, 11, DW_CFA_register, 12, 14,
                       DW_CFA_expression, 13, 2, DW_OP_lit1, DW_OP_plus,
                       DW_CFA_val_expression, 15, 1, DW_OP_lit7,
                       DW_CFA_nop, DW_CFA_GNU_args_size, 0x80, 1, DW_CFA_GNU_window_save));
    row_at(&image, CODE, &row);
    assert_rule(&row, 3, QC_CFI_RULE_OFFSET, -16);
    assert_rule(&row, 4, QC_CFI_RULE_OFFSET, -1024);
    assert_rule(&row, 5, QC_CFI_RULE_OFFSET, 24);
    assert_rule(&row, 6, QC_CFI_RULE_VALUE_OFFSET, -8);
    assert_rule(&row, 8, QC_CFI_RULE_VALUE_OFFSET, 8);
    assert_rule(&row, 9, QC_CFI_RULE_OFFSET, 16);
    assert_rule(&row, 10, QC_CFI_RULE_SAME, 0);
    assert_rule(&row, 11, QC_CFI_RULE_UNDEFINED, 0);
    assert_rule(&row, 12, QC_CFI_RULE_REGISTER, 0);
    assert_int_equal(row.rules[12].number, 14);
    assert_rule(&row, 13, QC_CFI_RULE_EXPRESSION, 0);
    assert_int_equal(row.rules[13].size, 2);
    assert_int_equal(row.rules[13].bytes[0], DW_OP_lit1);
    assert_rule(&row, 15, QC_CFI_RULE_VALUE_EXPRESSION, 0);
    assert_int_equal(row.rules[15].size, 1);
    assert_int_equal(row.rules[15].bytes[0], DW_OP_lit7);
    assert_rule(&row, 16, QC_CFI_RULE_OFFSET, -8);
    assert_rule(&row, 0, QC_CFI_RULE_UNSPECIFIED, 0);
    assert_rule(&row, 79, QC_CFI_RULE_UNSPECIFIED, 0);
    assert_int_equal(row.return_address, 16);
    assert_false(row.signal_frame);
    image_free(&image);
}

/* A later rule replaces all of the one before it. */
static void test_rules_replace(void **state)
{
    (void)state;
    struct qc_cfi_row row;
    one_function(&image, (struct cie){START},
                 BYTES(DW_CFA_offset | 3, 2, DW_CFA_same_value, 3, DW_CFA_expression, 4, 1,
                       DW_OP_lit1, DW_CFA_val_offset, 4, 1));
    row_at(&image, CODE, &row);
    assert_rule(&row, 3, QC_CFI_RULE_SAME, 0);
    assert_rule(&row, 4, QC_CFI_RULE_VALUE_OFFSET, -8);
    assert_null(row.rules[4].bytes);
    image_free(&image);
}

/* Rules for registers that unwinding does not need are skipped with their operands. */
static void test_high_registers(void **state)
{
    (void)state;
    struct qc_cfi_row row;
    one_function(&image, (struct cie){START},
                 BYTES(DW_CFA_offset_extended, 80, 1, DW_CFA_offset_extended_sf, 0x80, 1, 1,
                       DW_CFA_register, 0xff, 0x7f, 3, DW_CFA_expression, 81, 1, DW_OP_lit0,
                       DW_CFA_same_value, 0xff, 0xff, 0xff, 0xff, 0x7f, DW_CFA_undefined, 82,
                       DW_CFA_restore_extended, 83, DW_CFA_val_offset, 84, 1,
                       DW_CFA_offset_extended, 79, 1));
    row_at(&image, CODE, &row);
    assert_rule(&row, 79, QC_CFI_RULE_OFFSET, -8);
    assert_cfa(&image, CODE, 7, 8);
    image_free(&image);
}

static void test_restore(void **state)
{
    (void)state;
    struct qc_cfi_row row;
    one_function(&image,
                 (struct cie){.program = BYTES(DW_CFA_def_cfa, 7, 8, DW_CFA_offset | 16, 1,
                                               DW_CFA_same_value, 3)},
                 BYTES(DW_CFA_offset | 3, 2, DW_CFA_undefined, 16, DW_CFA_offset | 5, 3,
                       DW_CFA_advance_loc | 1, DW_CFA_restore | 3, DW_CFA_restore | 5,
                       DW_CFA_advance_loc | 1, DW_CFA_restore_extended, 16));
    row_at(&image, CODE, &row);
    assert_rule(&row, 3, QC_CFI_RULE_OFFSET, -16);
    assert_rule(&row, 5, QC_CFI_RULE_OFFSET, -24);
    assert_rule(&row, 16, QC_CFI_RULE_UNDEFINED, 0);
    row_at(&image, CODE + 1, &row);
    assert_rule(&row, 3, QC_CFI_RULE_SAME, 0);
    assert_rule(&row, 5, QC_CFI_RULE_UNSPECIFIED, 0);
    assert_rule(&row, 16, QC_CFI_RULE_UNDEFINED, 0);
    row_at(&image, CODE + 2, &row);
    assert_rule(&row, 16, QC_CFI_RULE_OFFSET, -8);
    image_free(&image);
    /* In a CIE there is no rule to restore. */
    one_function(&image, (struct cie){.program = BYTES(DW_CFA_def_cfa, 7, 8, DW_CFA_restore | 3)},
                 BYTES(DW_CFA_nop));
    assert_no_row(&image, CODE, QEMUCORE_CORRUPT);
    image_free(&image);
}

static void test_states(void **state)
{
    (void)state;
    struct qc_cfi_row row;
    one_function(&image, (struct cie){START},
                 BYTES(DW_CFA_offset | 3, 2, DW_CFA_remember_state,
                       DW_CFA_def_cfa, 6, 32, DW_CFA_offset | 4, 3, DW_CFA_remember_state,
                       DW_CFA_undefined, 3, DW_CFA_def_cfa_offset, 64,
                       DW_CFA_advance_loc | 1, DW_CFA_restore_state,
                       DW_CFA_advance_loc | 1, DW_CFA_restore_state));
    row_at(&image, CODE, &row);
    assert_rule(&row, 3, QC_CFI_RULE_UNDEFINED, 0);
    assert_cfa(&image, CODE, 6, 64);
    row_at(&image, CODE + 1, &row);
    assert_rule(&row, 3, QC_CFI_RULE_OFFSET, -16);
    assert_rule(&row, 4, QC_CFI_RULE_OFFSET, -24);
    assert_cfa(&image, CODE + 1, 6, 32);
    row_at(&image, CODE + 2, &row);
    assert_rule(&row, 3, QC_CFI_RULE_OFFSET, -16);
    assert_rule(&row, 4, QC_CFI_RULE_UNSPECIFIED, 0);
    assert_cfa(&image, CODE + 2, 7, 8);
    image_free(&image);

    one_function(&image, (struct cie){START},
                 BYTES(DW_CFA_remember_state, DW_CFA_restore_state, DW_CFA_restore_state));
    assert_no_row(&image, CODE, QEMUCORE_CORRUPT);
    image_free(&image);
    /* As many states as allowed, and one more. */
    uint8_t many[QC_LIMIT_CFI_STATES + 1];
    memset(many, DW_CFA_remember_state, sizeof(many));
    one_function(&image, (struct cie){START}, many, sizeof(many) - 1);
    assert_cfa(&image, CODE, 7, 8);
    image_free(&image);
    one_function(&image, (struct cie){START}, many, sizeof(many));
    assert_no_row(&image, CODE, QEMUCORE_LIMIT);
    image_free(&image);
}

static void test_corrupt(void **state)
{
    (void)state;
    static const uint8_t unknown[] = {0x18, 0x19, 0x1c, 0x1d, 0x2c, 0x30, 0x3f};
    for (size_t i = 0; i < COUNT(unknown); i++) {
        one_function(&image, (struct cie){START}, BYTES(unknown[i], 0, 0, 0));
        assert_no_row(&image, CODE, QEMUCORE_CORRUPT);
        image_free(&image);
        /* After the address that is asked for it does not matter. */
        one_function(&image, (struct cie){START},
                     BYTES(DW_CFA_advance_loc | 1, unknown[i], 0, 0, 0));
        assert_cfa(&image, CODE, 7, 8);
        assert_no_row(&image, CODE + 1, QEMUCORE_CORRUPT);
        image_free(&image);
    }
    /* The end of the entry cuts off an operand, which is at the end of the program: `before` makes
       the entry need no padding. */
    static const struct {
        uint8_t bytes[8];
        size_t size;
    } cut[] = {
        {{DW_CFA_advance_loc1}, 1},
        {{DW_CFA_advance_loc2, 0}, 2},
        {{DW_CFA_advance_loc4, 0, 0, 0}, 4},
        {{DW_CFA_set_loc, 0, 0, 0}, 4},
        {{DW_CFA_offset | 3}, 1},
        {{DW_CFA_offset | 3, 0x80}, 2},
        {{DW_CFA_def_cfa, 7}, 2},
        {{DW_CFA_def_cfa_expression, 2, DW_OP_lit1}, 3},
        {{DW_CFA_expression, 3, 0xff, 0xff, 0xff, 0xff, 0x7f}, 7},
        {{DW_CFA_restore_extended}, 1},
        {{DW_CFA_register, 3}, 2},
        {{DW_CFA_GNU_args_size, 0x80}, 2},
    };
    for (size_t i = 0; i < COUNT(cut); i++) {
        uint8_t program[16] = {0};
        /* Length, CIE pointer, start, size and augmentation take 17 bytes. */
        size_t before = (8 - (17 + cut[i].size - 4) % 8) % 8;
        memcpy(program + before, cut[i].bytes, cut[i].size);
        one_function(&image, (struct cie){START}, program, before + cut[i].size);
        print_message("case %zu\n", i);
        assert_no_row(&image, CODE, QEMUCORE_CORRUPT);
        image_free(&image);
    }
}

/* ---- Entries ----------------------------------------------------------------------------- */

/* Two CIEs, functions out of order and with gaps, found in every way and in either byte order. The
   offset of the CFA tells which entry was found. */
static void test_find(void **state)
{
    (void)state;
    static const uint64_t starts[] = {0x500, 0x100, 0x300, 0x340, 0x20000};
    static const uint64_t sizes[] = {0x80, 0x100, 0x40, 0x10, 1};
    for (int way = BY_TABLE; way <= DEBUG_FRAME; way++) {
        for (int big_endian = 0; big_endian < 2; big_endian++) {
            print_message("way %d, big endian %d\n", way, big_endian);
            image_start(&image, (enum way)way, big_endian);
            add_cie(&image, (struct cie){START});
            for (size_t i = 0; i < COUNT(starts); i++) {
                if (i == 2) {
                    add_cie(&image, (struct cie){START, .column = 14});
                }
                add_fde(&image, CODE + starts[i], sizes[i],
                        BYTES(DW_CFA_def_cfa_offset, 16 * (uint8_t)(i + 1)));
            }
            image_finish(&image);
            for (size_t i = 0; i < COUNT(starts); i++) {
                struct qc_cfi_row row;
                int64_t offset = 16 * (int64_t)(i + 1);
                assert_cfa(&image, CODE + starts[i], 7, offset);
                assert_cfa(&image, CODE + starts[i] + sizes[i] - 1, 7, offset);
                row_at(&image, CODE + starts[i], &row);
                assert_int_equal(row.return_address, i < 2 ? 16 : 14);
            }
            static const uint64_t nowhere[] = {0, 0xff, 0x200, 0x2ff, 0x350, 0x4ff, 0x580,
                                               0x1ffff, 0x20001, 0x10000000};
            for (size_t i = 0; i < COUNT(nowhere); i++) {
                assert_no_row(&image, CODE + nowhere[i], QEMUCORE_NOT_FOUND);
            }
            /* Below the module, where an address of the file is negative. */
            assert_no_row(&image, (uint64_t)-0x1000, QEMUCORE_NOT_FOUND);
            image_free(&image);
        }
    }
}

static void test_augmentations(void **state)
{
    (void)state;
    struct qc_cfi_row row;
    uint8_t encoding = DW_EH_PE_pcrel | DW_EH_PE_sdata4;
    const struct {
        const char *letters;
        uint8_t data[16];
        size_t size;
        bool signal_frame;
    } cases[] = {
        {"zR", {encoding}, 1, false},
        {"zRS", {encoding}, 1, true},
        {"zSR", {encoding}, 1, true},
        {"zRB", {encoding}, 1, false},
        {"zLR", {DW_EH_PE_udata4, encoding}, 2, false},
        {"zPLR", {DW_EH_PE_indirect | DW_EH_PE_pcrel | DW_EH_PE_sdata4, 1, 2, 3, 4,
                  DW_EH_PE_pcrel | DW_EH_PE_sdata4, encoding}, 7, false},
        {"zPR", {DW_EH_PE_absptr, 1, 2, 3, 4, 5, 6, 7, 8, encoding}, 10, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        one_function(&image,
                     (struct cie){START, .augmentation = cases[i].letters, .data = cases[i].data,
                                  .data_size = cases[i].size},
                     BYTES(DW_CFA_offset | 3, 2));
        print_message("%s\n", cases[i].letters);
        row_at(&image, CODE + 0x10, &row);
        assert_int_equal(row.signal_frame, cases[i].signal_frame);
        assert_rule(&row, 3, QC_CFI_RULE_OFFSET, -16);
        image_free(&image);
    }
    /* Without an augmentation, pointers are plain addresses. */
    image_start(&image, BY_SECTION, false);
    add_cie(&image, (struct cie){START, .augmentation = "", .encoding = DW_EH_PE_udata8});
    add_fde(&image, CODE, 0x100, BYTES(DW_CFA_offset | 3, 2));
    image_finish(&image);
    row_at(&image, CODE + 0xff, &row);
    assert_rule(&row, 3, QC_CFI_RULE_OFFSET, -16);
    image_free(&image);
}

/* The encodings that a linker may use for the pointers of entries. */
static void test_pointer(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0xf0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
    static const struct {
        uint8_t encoding;
        uint64_t value;
        size_t size;
    } cases[] = {
        {DW_EH_PE_absptr, 0x7ffffffffffffff0, 8},
        {DW_EH_PE_udata8, 0x7ffffffffffffff0, 8},
        {DW_EH_PE_sdata8, 0x7ffffffffffffff0, 8},
        {DW_EH_PE_udata4, 0xfffffff0, 4},
        {DW_EH_PE_sdata4, (uint64_t)-16, 4},
        {DW_EH_PE_udata2, 0xfff0, 2},
        {DW_EH_PE_sdata2, (uint64_t)-16, 2},
        {DW_EH_PE_uleb128, 0xfffffffffffff0, 8}, /* 56 bits */
        {DW_EH_PE_sleb128, (uint64_t)-16, 8},
        {DW_EH_PE_pcrel | DW_EH_PE_sdata4, 0x1000 - 16, 4},
        {DW_EH_PE_datarel | DW_EH_PE_sdata4, 0x2000 - 16, 4},
        {DW_EH_PE_pcrel | DW_EH_PE_udata2, 0x1000 + 0xfff0, 2},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct qc_cursor cursor = qc_cursor_new(bytes, sizeof(bytes), false);
        uint64_t value = qc_cfi_pointer(&cursor, cases[i].encoding, 0x1000, 0x2000);
        assert_true(value == cases[i].value);
        assert_false(cursor.failed);
        assert_int_equal(cursor.position, cases[i].size);
    }
    static const uint8_t bad[] = {0x05, 0x06, 0x0d, 0x0f, DW_EH_PE_textrel, DW_EH_PE_funcrel,
                                  DW_EH_PE_aligned, DW_EH_PE_indirect, DW_EH_PE_omit};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct qc_cursor cursor = qc_cursor_new(bytes, sizeof(bytes), false);
        assert_true(qc_cfi_pointer(&cursor, bad[i], 0x1000, 0x2000) == 0);
        assert_true(cursor.failed);
    }
}

/* Damaged entries are not found, and cause no crash. */
static void test_damaged_entries(void **state)
{
    (void)state;
    static const struct {
        size_t offset; /* within the FDE */
        size_t size;
        uint64_t value;
    } cases[] = {
        {0, 4, 0xfffffff0}, /* a length beyond the section */
        {0, 4, 3},          /* shorter than its own head */
        {4, 4, 0x7fffffff}, /* a CIE before the section */
        {4, 4, 0},          /* a CIE, and no FDE */
        {4, 4, 4},          /* its own CIE */
        {16, 1, 0x7f},      /* augmentation data beyond the entry */
        {8, 4, 0},          /* a function elsewhere */
        {12, 4, 0},         /* a function of size 0 */
    };
    for (int way = BY_TABLE; way <= BY_SECTION; way++) {
        for (size_t i = 0; i < COUNT(cases); i++) {
            image_start(&image, (enum way)way, false);
            add_cie(&image, (struct cie){START});
            size_t fde = image.end;
            add_fde(&image, CODE, 0x100, BYTES(DW_CFA_offset | 3, 2));
            put_at(&image, fde + cases[i].offset, cases[i].size, cases[i].value);
            image_finish(&image);
            print_message("way %d, case %zu\n", way, i);
            assert_no_row(&image, CODE + 0x10, QEMUCORE_NOT_FOUND);
            image_free(&image);
        }
    }
}

/* Compresses .debug_frame into a zlib stream (RFC 1950, 1951) of one stored block. */
static void compress_section(struct image *image)
{
    uint8_t plain[0x1000];
    size_t size = image->end - FRAME;
    uint32_t a = 1;
    uint32_t b = 0;
    assert_true(size <= sizeof(plain));
    memcpy(plain, image->bytes + FRAME, size);
    for (size_t i = 0; i < size; i++) {
        a = (a + plain[i]) % 65521;
        b = (b + a) % 65521;
    }
    image->end = FRAME;
    put(image, 4, ELFCOMPRESS_ZLIB);
    put(image, 4, 0);
    put(image, 8, size);
    put(image, 8, 1);
    put_bytes(image, (const uint8_t[]){0x78, 0x01, 0x01}, 3);
    put(image, 2, size);
    put(image, 2, ~size);
    put_bytes(image, plain, size);
    put_bytes(image, (const uint8_t[]){(uint8_t)(b >> 8), (uint8_t)b, (uint8_t)(a >> 8),
                                       (uint8_t)a}, 4);
    put_at(image, NAMES + 64 + 64 + 8, 8, SHF_COMPRESSED);
    put_at(image, NAMES + 64 + 64 + 32, 8, image->end - FRAME);
}

/* A compressed section is not read: libelf would inflate it without a limit, unlike
   qc_module_dwarf. */
static void test_compressed(void **state)
{
    (void)state;
    image_start(&image, DEBUG_FRAME, false);
    add_cie(&image, (struct cie){START});
    add_fde(&image, CODE, 0x100, BYTES(DW_CFA_def_cfa_offset, 32));
    image_finish(&image);
    assert_cfa(&image, CODE, 7, 32);
    image_free(&image);
    compress_section(&image);
    image.module.elf = elf_memory((char *)image.bytes, sizeof(image.bytes));
    assert_int_equal(qc_cfi_new(&image.module, &image.cfi, NULL), QEMUCORE_OK);
    assert_no_row(&image, CODE, QEMUCORE_NOT_FOUND);
    image_free(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_advance),
        cmocka_unit_test(test_set_loc),
        cmocka_unit_test(test_cfa),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_rules_replace),
        cmocka_unit_test(test_high_registers),
        cmocka_unit_test(test_restore),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_corrupt),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_augmentations),
        cmocka_unit_test(test_pointer),
        cmocka_unit_test(test_damaged_entries),
        cmocka_unit_test(test_compressed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
