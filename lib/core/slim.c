/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/slim.h"

#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "core/core_limits.h"

/* A program header of the slim core. */
struct piece {
    const struct qc_segment *segment;
    uint64_t start;  /* PT_LOAD: addresses [start, end) */
    uint64_t end;
    uint64_t bytes;  /* p_filesz */
    uint64_t source; /* offset in the original */
    uint64_t offset; /* offset in the slim core */
};

struct layout {
    QC_VEC(struct piece) pieces;
    uint64_t section; /* offset of section header 0 if there are too many pieces for e_phnum
                         (PN_XNUM), else 0 */
    uint64_t size;    /* size of the slim core */
};

static void layout_free(struct layout *layout)
{
    qc_vec_free(&layout->pieces);
}

/* ---- layout ------------------------------------------------------------------------------ */

static bool layout_add(struct layout *layout, const struct qc_segment *segment, uint64_t start,
                       uint64_t end, bool is_kept)
{
    struct piece *piece = start < end ? qc_vec_add(&layout->pieces) : NULL;
    if (piece == NULL) {
        return start >= end;
    }
    uint64_t skipped = start - segment->address;
    uint64_t left = segment->file_size > skipped ? segment->file_size - skipped : 0;
    *piece = (struct piece){
        .segment = segment,
        .start = start,
        .end = end,
        .bytes = !is_kept ? 0 : left < end - start ? left : end - start,
        .source = segment->offset + skipped,
    };
    return true;
}

/* Adds a segment, split into pieces that are kept and pieces that are left out. */
static bool layout_segment(struct layout *layout, const struct qc_segment *segment,
                           const struct qc_spans *left_out)
{
    uint64_t at = segment->address;
    uint64_t end = segment->address + segment->memory_size;
    for (size_t i = qc_spans_search(left_out, at); i < left_out->count && at < end; i++) {
        const struct qc_span *range = &left_out->items[i];
        uint64_t from = qc_max(range->start, at);
        uint64_t to = qc_min(range->end, end);
        if (range->start >= end) {
            break;
        }
        if (!layout_add(layout, segment, at, from, true) ||
            !layout_add(layout, segment, from, to, false)) {
            return false;
        }
        at = to;
    }
    return layout_add(layout, segment, at, end, true);
}

static bool layout_add_notes(struct layout *layout, const struct qc_segment *segment)
{
    const struct piece piece = {
        .segment = segment, .bytes = segment->file_size, .source = segment->offset};
    return qc_vec_push(&layout->pieces, piece);
}

/* Adds all segments in the order of the file, but notes before memory. */
static bool layout_add_all(struct layout *layout, const struct qc_core *core,
                           const struct qc_spans *left_out)
{
    bool added = true;
    for (size_t i = 0; added && i < core->segments.count; i++) {
        const struct qc_segment *segment = &core->segments.items[i];
        added = segment->type != PT_NOTE || layout_add_notes(layout, segment);
    }
    for (size_t i = 0; added && i < core->segments.count; i++) {
        const struct qc_segment *segment = &core->segments.items[i];
        added = segment->type == PT_NOTE || layout_segment(layout, segment, left_out);
    }
    return added;
}

static enum qemucore_status layout_place(struct layout *layout, struct qemucore_error *error)
{
    uint64_t offset = sizeof(Elf64_Ehdr) + layout->pieces.count * sizeof(Elf64_Phdr);
    qc_vec_each(&layout->pieces, piece) {
        /* A piece without bytes is not aligned: at the end that would make the file longer. */
        if (piece->bytes != 0) {
            /* Memory begins at a page, as in the kernel's cores: so readers can map it. */
            offset = qc_round_up(offset, piece->segment->type == PT_NOTE ? 4 : QC_PAGE);
        }
        piece->offset = offset;
        QC_FAIL_IF(piece->bytes > UINT64_MAX / 2 - offset, error, QEMUCORE_CORRUPT,
                   "the segments are larger than any file");
        offset += piece->bytes;
    }
    /* Section header 0 is at the end, as in the kernel's cores: readers that can't seek compute the
       number of program headers from the offset of the first segment. */
    if (layout->pieces.count >= PN_XNUM) {
        layout->section = qc_round_up(offset, sizeof(uint64_t));
        offset = layout->section + sizeof(Elf64_Shdr);
    }
    layout->size = offset;
    return QEMUCORE_OK;
}

/* The caller frees the layout, also on failure. */
static enum qemucore_status layout_make(const struct qc_core *core,
                                        const struct qc_spans *left_out,
                                        struct layout *layout, struct qemucore_error *error)
{
    return layout_add_all(layout, core, left_out) ? layout_place(layout, error)
                                                  : qc_error_memory(error);
}

enum qemucore_status qc_slim_size(const struct qc_core *core,
                                  const struct qc_spans *left_out, uint64_t *ret,
                                  struct qemucore_error *error)
{
    QC_GUARD(layout_free) struct layout layout = {0};
    QC_TRY(layout_make(core, left_out, &layout, error));
    *ret = layout.size;
    return QEMUCORE_OK;
}

/* ---- writing ----------------------------------------------------------------------------- */

struct writer {
    struct qc_core *core;
    const struct qc_sink *sink;
    uint64_t offset;  /* bytes written */
    uint64_t copied;  /* bytes copied of the original's memory and notes */
    uint64_t decoded; /* bytes that the stream had decoded before */
};

static enum qemucore_status put(struct writer *writer, const void *bytes, size_t size,
                                struct qemucore_error *error)
{
    writer->offset += size;
    return size == 0 ? QEMUCORE_OK
                     : writer->sink->write(writer->sink->opaque, bytes, size, error);
}

static enum qemucore_status put_zeroes(struct writer *writer, uint64_t count,
                                       struct qemucore_error *error)
{
    static const uint8_t zeroes[QC_PAGE];
    enum qemucore_status status = QEMUCORE_OK;
    while (count != 0 && status == QEMUCORE_OK) {
        size_t size = count < sizeof(zeroes) ? (size_t)count : sizeof(zeroes);
        status = put(writer, zeroes, size, error);
        count -= size;
    }
    return status;
}

/* Stores a number in the byte order of the core. */
static void store(uint8_t *at, uint64_t value, size_t size, bool big_endian)
{
    for (size_t i = 0; i < size; i++) {
        at[big_endian ? size - 1 - i : i] = (uint8_t)(value >> 8 * i);
    }
}
#define STORE(record, type, member, value)                                                       \
    store((record) + offsetof(type, member), value, sizeof(((type *)0)->member), big_endian)

static enum qemucore_status write_program_header(struct writer *writer, const struct piece *piece,
                                                 struct qemucore_error *error)
{
    bool big_endian = writer->core->big_endian;
    bool is_note = piece->segment->type == PT_NOTE;
    uint8_t entry[sizeof(Elf64_Phdr)] = {0};
    STORE(entry, Elf64_Phdr, p_type, piece->segment->type);
    STORE(entry, Elf64_Phdr, p_flags, piece->segment->flags);
    STORE(entry, Elf64_Phdr, p_offset, piece->offset);
    STORE(entry, Elf64_Phdr, p_vaddr, piece->start);
    STORE(entry, Elf64_Phdr, p_filesz, piece->bytes);
    STORE(entry, Elf64_Phdr, p_memsz, piece->end - piece->start);
    STORE(entry, Elf64_Phdr, p_align, is_note ? 4 : QC_PAGE);
    return put(writer, entry, sizeof(entry), error);
}

static enum qemucore_status write_header(struct writer *writer, const struct layout *layout,
                                         struct qemucore_error *error)
{
    bool big_endian = writer->core->big_endian;
    bool is_extended = layout->section != 0;
    uint8_t header[sizeof(Elf64_Ehdr)];
    const uint8_t *original;
    QC_TRY(qc_bytes_seek(writer->core->bytes, 0, error));
    QC_FAIL_IF(qc_bytes_peek(writer->core->bytes, sizeof(header), &original) < sizeof(header),
               error, QEMUCORE_TRUNCATED, "the file became shorter");
    memcpy(header, original, sizeof(header));
    STORE(header, Elf64_Ehdr, e_phoff, sizeof(header));
    STORE(header, Elf64_Ehdr, e_phnum, is_extended ? PN_XNUM : layout->pieces.count);
    STORE(header, Elf64_Ehdr, e_shoff, layout->section);
    STORE(header, Elf64_Ehdr, e_shentsize, is_extended ? sizeof(Elf64_Shdr) : 0);
    STORE(header, Elf64_Ehdr, e_shnum, is_extended ? 1 : 0);
    STORE(header, Elf64_Ehdr, e_shstrndx, SHN_UNDEF);
    enum qemucore_status status = put(writer, header, sizeof(header), error);
    for (size_t i = 0; i < layout->pieces.count && status == QEMUCORE_OK; i++) {
        status = write_program_header(writer, &layout->pieces.items[i], error);
    }
    return status;
}

static enum qemucore_status write_section(struct writer *writer, const struct layout *layout,
                                          struct qemucore_error *error)
{
    bool big_endian = writer->core->big_endian;
    uint8_t section[sizeof(Elf64_Shdr)] = {0};
    STORE(section, Elf64_Shdr, sh_size, 1);
    STORE(section, Elf64_Shdr, sh_info, layout->pieces.count);
    QC_TRY(put_zeroes(writer, layout->section - writer->offset, error));
    return put(writer, section, sizeof(section), error);
}

/* Sets *is_scrubbed to whether the byte at address is to be scrubbed. Returns for how many of the
   next size bytes that is the same. */
static uint64_t scrub_span(const struct qc_spans *scrubbed, uint64_t address, uint64_t size,
                           bool *is_scrubbed)
{
    size_t i = qc_spans_search(scrubbed, address);
    uint64_t next = address + size;
    *is_scrubbed = i < scrubbed->count && scrubbed->items[i].start <= address;
    if (i < scrubbed->count) {
        next = *is_scrubbed ? scrubbed->items[i].end : scrubbed->items[i].start;
    }
    return next - address < size ? next - address : size;
}

/* Fails if segments share too many bytes: they would turn a small file into a large one, and each
   of them would cost a pass over a compressed file. */
static enum qemucore_status check_overlap(const struct writer *writer, struct qemucore_error *error)
{
    const struct qc_core *core = writer->core;
    uint64_t decoded = qc_bytes_decoded(core->bytes) - writer->decoded;
    if (writer->copied / 2 <= core->pass_size && decoded / QC_LIMIT_PASSES <= core->pass_size) {
        return QEMUCORE_OK;
    }
    return qc_error_set(error, QEMUCORE_LIMIT,
                        "its segments overlap: %" PRIu64 " bytes were taken from a core of %" PRIu64,
                        writer->copied, core->pass_size);
}

/* Copies the bytes of a piece. False: the original ends here. */
static bool write_piece(struct writer *writer, const struct piece *piece,
                        const struct qc_spans *scrubbed, enum qemucore_status *status,
                        struct qemucore_error *error)
{
    struct qc_bytes *bytes = writer->core->bytes;
    bool is_memory = piece->segment->type == PT_LOAD;
    uint64_t done = 0;
    *status = qc_bytes_seek(bytes, piece->source, error);
    while (done < piece->bytes && *status == QEMUCORE_OK) {
        bool is_scrubbed = false;
        const uint8_t *data;
        uint64_t size = piece->bytes - done;
        size_t shown = qc_bytes_peek(bytes, 1, &data);
        if (shown == 0) {
            return false;
        }
        size = qc_min(shown, size);
        if (is_memory) {
            size = scrub_span(scrubbed, piece->start + done, size, &is_scrubbed);
        }
        *status = is_scrubbed ? put_zeroes(writer, size, error)
                              : put(writer, data, (size_t)size, error);
        qc_bytes_consume(bytes, (size_t)size);
        done += size;
        writer->copied += size;
        *status = *status == QEMUCORE_OK ? check_overlap(writer, error) : *status;
    }
    return true;
}

/* Adds a sentence to `missing` for memory to be scrubbed that the dump does not have: the address may
   be a wrong one, and what should be gone is still there. */
static enum qemucore_status check_scrubbed(struct qc_core *core, const struct qc_spans *scrubbed,
                                           struct qemucore_error *error)
{
    enum qemucore_status status = QEMUCORE_OK;
    for (size_t i = 0; i < scrubbed->count && status == QEMUCORE_OK; i++) {
        const struct qc_span *span = &scrubbed->items[i];
        uint64_t held = qc_core_held(core, span->start, span->end);
        if (held < span->end - span->start) {
            status = qc_core_add_missing(core, QEMUCORE_ABSENT, 0, error,
                                         "of the memory to be scrubbed at 0x%" PRIx64 "-0x%" PRIx64
                                         " the dump has %" PRIu64 " bytes: is the address right?",
                                         span->start, span->end, held);
        }
    }
    return status;
}

enum qemucore_status qc_slim_write(struct qc_core *core, const struct qc_spans *left_out,
                                   const struct qc_spans *scrubbed,
                                   const struct qc_sink *sink, bool *is_cut,
                                   struct qemucore_error *error)
{
    QC_GUARD(layout_free) struct layout layout = {0};
    struct writer writer = {
        .core = core, .sink = sink, .decoded = qc_bytes_decoded(core->bytes)};
    QC_FAIL_IF(!qc_bytes_can_rewind(core->bytes), error, QEMUCORE_UNSUPPORTED,
               "the core must be read twice, and a pipe can be read only once: give a "
               "file");
    QC_TRY(layout_make(core, left_out, &layout, error));
    QC_TRY(check_scrubbed(core, scrubbed, error));
    *is_cut = false;
    enum qemucore_status status = write_header(&writer, &layout, error);
    for (size_t i = 0; i < layout.pieces.count && status == QEMUCORE_OK && !*is_cut; i++) {
        const struct piece *piece = &layout.pieces.items[i];
        if (piece->bytes != 0) {
            status = put_zeroes(&writer, piece->offset - writer.offset, error);
        }
        if (status == QEMUCORE_OK && piece->bytes != 0) {
            *is_cut = !write_piece(&writer, piece, scrubbed, &status, error);
        }
    }
    if (status == QEMUCORE_OK && layout.section != 0 && !*is_cut) {
        status = write_section(&writer, &layout, error);
    }
    qc_bytes_join(core->bytes);
    return status;
}
