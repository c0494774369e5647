/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/header.h"

#include <elf.h>
#include <inttypes.h>

#include "base/base.h"
#include "core/core_limits.h"
#include "core/foreign.h"
#include "core/transfer.h"

/* The members of the ELF header that are needed to read a core. */
struct elf_header {
    uint16_t type;
    uint16_t machine;
    uint64_t program_offset;
    uint16_t program_size; /* size of one program header */
    uint16_t program_count;
    uint64_t section_offset;
    uint16_t section_count;
};

static enum qemucore_status header_check(struct qc_core *core, const uint8_t *data, size_t size,
                                         struct qemucore_error *error)
{
    const struct qemucore_error *end = qc_bytes_end(core->bytes);
    if (end->status != QEMUCORE_OK && size < sizeof(Elf64_Ehdr)) {
        return qc_error_prefix(error, qc_error_copy(error, end), "ELF header");
    }
    QC_FAIL_IF(size == 0, error, QEMUCORE_UNSUPPORTED, "the file is empty, not an ELF core");
    if (size < SELFMAG || data[0] != ELFMAG0 || data[1] != ELFMAG1 || data[2] != ELFMAG2 ||
        data[3] != ELFMAG3) {
        return qc_foreign_refuse_file(core, error);
    }
    QC_FAIL_IF(size < sizeof(Elf64_Ehdr), error, QEMUCORE_TRUNCATED,
               "ELF header: the file ends at offset %zu, inside it", size);
    QC_FAIL_IF(data[EI_CLASS] != ELFCLASS64 && data[EI_CLASS] != ELFCLASS32,
               error, QEMUCORE_CORRUPT, "ELF header: class %u, neither 32-bit nor 64-bit",
               data[EI_CLASS]);
    QC_FAIL_IF(data[EI_DATA] != ELFDATA2LSB && data[EI_DATA] != ELFDATA2MSB,
               error, QEMUCORE_CORRUPT, "ELF header: byte order %u", data[EI_DATA]);
    return qc_foreign_check_system(data[EI_OSABI], error);
}

/* In a 32-bit ELF file only type and machine are valid. */
static struct elf_header header_parse(const uint8_t *data, bool big_endian)
{
    struct qc_cursor cursor = qc_cursor_new(data, sizeof(Elf64_Ehdr), big_endian);
    struct elf_header header;
    header.type = qc_cursor_u16_at(&cursor, offsetof(Elf64_Ehdr, e_type));
    header.machine = qc_cursor_u16(&cursor);
    header.program_offset = qc_cursor_u64_at(&cursor, offsetof(Elf64_Ehdr, e_phoff));
    header.section_offset = qc_cursor_u64(&cursor);
    header.program_size = qc_cursor_u16_at(&cursor, offsetof(Elf64_Ehdr, e_phentsize));
    header.program_count = qc_cursor_u16(&cursor);
    header.section_count = qc_cursor_u16_at(&cursor, offsetof(Elf64_Ehdr, e_shnum));
    return header;
}

static enum qemucore_status header_read(struct qc_core *core, struct elf_header *header,
                                        struct qemucore_error *error)
{
    const uint8_t *data;
    size_t size = qc_bytes_peek(core->bytes, sizeof(Elf64_Ehdr), &data);
    QC_TRY(header_check(core, data, size, error));
    core->big_endian = data[EI_DATA] == ELFDATA2MSB;
    *header = header_parse(data, core->big_endian);
    core->elf_machine = header->machine;
    if (header->type != ET_CORE) {
        return qc_foreign_refuse_elf(core, header->type, error);
    }
    if (data[EI_CLASS] != ELFCLASS64) {
        return qc_foreign_refuse_32_bit(core, error);
    }
    QC_FAIL_IF(header->program_count == 0, error, QEMUCORE_CORRUPT,
               "ELF header: no program headers, which a process's core has%s",
               header->section_count == 0 ? "" : " (Xen's dumps of a guest have none)");
    QC_FAIL_IF(header->program_size != sizeof(Elf64_Phdr), error, QEMUCORE_CORRUPT,
               "ELF header: program headers of %u bytes", header->program_size);
    core->arch = qc_arch_find(core->elf_machine, core->big_endian);
    return core->arch == NULL ? qc_foreign_refuse_machine(core, error) : QEMUCORE_OK;
}

static enum qemucore_status header_check_count(uint64_t count, struct qemucore_error *error)
{
    return count <= QC_LIMIT_PROGRAM_HEADERS
               ? QEMUCORE_OK
               : qc_error_set(error, QEMUCORE_LIMIT,
                              "%" PRIu64 " program headers: more than %" PRIu64, count,
                              QC_LIMIT_PROGRAM_HEADERS);
}

/* Returns the number of program headers from section header 0, for one that does not fit into
   e_phnum. 0: the file can't be read at any offset, or has no such section header. */
static uint64_t header_extended_count(struct qc_core *core, const struct elf_header *header)
{
    uint8_t section[sizeof(Elf64_Shdr)];
    if (!qc_bytes_is_random(core->bytes) || header->section_offset == 0 ||
        qc_bytes_read_at(core->bytes, header->section_offset, section, sizeof(section), NULL) !=
            sizeof(section)) {
        return 0;
    }
    struct qc_cursor cursor = qc_cursor_new(section, sizeof(section), core->big_endian);
    return qc_cursor_u32_at(&cursor, offsetof(Elf64_Shdr, sh_info));
}

static void segment_read(struct qc_segment *segment, const uint8_t *data, bool big_endian)
{
    struct qc_cursor cursor = qc_cursor_new(data, sizeof(Elf64_Phdr), big_endian);
    segment->type = qc_cursor_u32(&cursor);
    segment->flags = qc_cursor_u32(&cursor);
    segment->offset = qc_cursor_u64(&cursor);
    segment->address = qc_cursor_u64(&cursor);
    segment->physical = qc_cursor_u64(&cursor);
    segment->file_size = qc_cursor_u64(&cursor);
    segment->memory_size = qc_cursor_u64(&cursor);
}

/* Returns the names of members that contradict each other. NULL: none do. */
static const char *segment_contradiction(const struct qc_segment *segment)
{
    bool is_memory = segment->type == PT_LOAD;
    if (segment->file_size > UINT64_MAX - segment->offset) {
        return "p_offset and p_filesz";
    }
    if (is_memory && segment->memory_size > UINT64_MAX - segment->address) {
        return "p_vaddr and p_memsz";
    }
    return is_memory && segment->file_size > segment->memory_size ? "p_filesz beyond p_memsz"
                                                                  : NULL;
}

/* Adds a segment to the core. Drops one that can't be used, with a sentence in `missing`. */
static enum qemucore_status segment_add(struct qc_core *core, const struct qc_segment *segment,
                                        struct qemucore_error *error)
{
    if (segment->type != PT_LOAD && segment->type != PT_NOTE) {
        return QEMUCORE_OK;
    }
    const char *why = segment_contradiction(segment);
    if (why != NULL) {
        return qc_core_add_missing(core, QEMUCORE_CORRUPT, segment->offset, error,
                                   "program header %zu makes no sense (%s): its segment is not used",
                                   segment->index, why);
    }
    QC_TRY_MEMORY(qc_vec_push(&core->segments, *segment), error);
    return QEMUCORE_OK;
}

static enum qemucore_status header_read_segments(struct qc_core *core, uint64_t count,
                                                 bool extended, struct qemucore_error *error)
{
    for (uint64_t i = 0; i < count; i++) {
        const uint8_t *data;
        uint64_t offset = qc_bytes_offset(core->bytes);
        if (qc_bytes_peek(core->bytes, sizeof(Elf64_Phdr), &data) < sizeof(Elf64_Phdr)) {
            return qc_core_add_missing(core, QEMUCORE_TRUNCATED, offset, error,
                                       "the file ends at program header %" PRIu64 " of %" PRIu64,
                                       i, count);
        }
        struct qc_segment segment = {.index = i};
        segment_read(&segment, data, core->big_endian);
        qc_bytes_consume(core->bytes, sizeof(Elf64_Phdr));
        if (extended && i == 0 && segment.offset > offset) {
            /* PN_XNUM in a stream, where section header 0 comes last: the kernel writes the first
               segment's data (the notes) right after the table (fs/binfmt_elf.c, elf_core_dump).
               So the first program header tells the length of the table. */
            count = (segment.offset - offset) / sizeof(Elf64_Phdr);
            QC_TRY(header_check_count(count, error));
        }
        QC_TRY(segment_add(core, &segment, error));
    }
    return QEMUCORE_OK;
}

/* Adds a sentence to `missing` if a copy has changed the file: its header may still be as it was. */
static enum qemucore_status check_transfer(struct qc_core *core, struct qemucore_error *error)
{
    const uint8_t *head;
    size_t size = qc_bytes_peek(core->bytes, QC_LIMIT_PEEK, &head);
    const char *damage = qc_transfer_damage(head, size);
    return damage == NULL ? QEMUCORE_OK
                          : qc_core_add_missing(core, QEMUCORE_CORRUPT, 0, error,
                                                "the file is damaged: %s", damage);
}

enum qemucore_status qc_core_read_headers(struct qc_core *core, struct qemucore_error *error)
{
    struct elf_header header = {0};
    QC_TRY(header_read(core, &header, error));
    QC_TRY(check_transfer(core, error));
    if (header.section_offset != 0) {
        core->sections_end =
            header.section_offset + (uint64_t)header.section_count * sizeof(Elf64_Shdr);
    }
    uint64_t skipped = qc_bytes_skip(core->bytes, header.program_offset);
    QC_FAIL_IF(skipped < header.program_offset, error, QEMUCORE_TRUNCATED,
               "the file ends at offset %" PRIu64
               ", before its program headers at %" PRIu64, skipped, header.program_offset);
    bool extended = header.program_count == PN_XNUM;
    uint64_t count = header.program_count;
    if (extended) {
        uint64_t count_in_section = header_extended_count(core, &header);
        QC_TRY(header_check_count(count_in_section, error));
        if (count_in_section != 0 && count_in_section < PN_XNUM) {
            QC_TRY(qc_core_add_missing(
                core, QEMUCORE_CORRUPT, header.section_offset, error,
                "the section header at offset %" PRIu64 " counts %" PRIu64
                " program headers, and e_phnum at least %d: more may be lost",
                header.section_offset, count_in_section, PN_XNUM));
        }
        extended = count_in_section == 0;
        count = extended ? PN_XNUM : count_in_section;
    }
    return header_read_segments(core, count, extended, error);
}
