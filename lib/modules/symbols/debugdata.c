/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/symbols/debugdata.h"

#include <gelf.h>
#include <string.h>

/* xz-file-format.txt 1.1.0. The last filter of a block is LZMA2; liblzma's lzma2_decoder.c has the
   format of its chunks. Filters before it, as for code, change no size. */
#define FILTER_LZMA2 0x21
#define HAS_PACKED_SIZE 0x40
#define HAS_PLAIN_SIZE 0x80

#define CHUNK_LZMA 0x80        /* at least: compressed; else stored */
#define CHUNK_PROPERTIES 0xc0  /* at least: with a byte of properties */
#define CHUNK_STORED_MAX 2

/* Skips a chunk, and adds its inflated size to *plain. False: the block ends, or is damaged. */
static bool chunk_take(struct qc_cursor *cursor, uint64_t *plain)
{
    unsigned control = qc_cursor_u8(cursor);
    if (control == 0) {
        return false;
    }
    if (control < CHUNK_LZMA) {
        uint64_t size = (uint64_t)qc_cursor_u16(cursor) + 1;
        cursor->failed |= control > CHUNK_STORED_MAX;
        *plain += size;
        return qc_cursor_take(cursor, size) != NULL;
    }
    *plain += ((uint64_t)(control & 0x1f) << 16) + qc_cursor_u16(cursor) + 1;
    size_t packed = (size_t)qc_cursor_u16(cursor) + 1;
    return qc_cursor_take(cursor, packed + (control >= CHUNK_PROPERTIES)) != NULL;
}

/* Skips a block, and adds its inflated size to *plain. False: there is no more block, or it is
   damaged or of another kind. */
static bool block_take(struct qc_cursor *cursor, size_t check, uint64_t *plain)
{
    size_t start = cursor->position;
    size_t size = ((size_t)qc_cursor_u8(cursor) + 1) * 4;
    if (size == 4) {
        return false; /* the index follows the last block */
    }
    unsigned flags = qc_cursor_u8(cursor);
    for (unsigned flag = HAS_PACKED_SIZE; flag <= HAS_PLAIN_SIZE; flag <<= 1) {
        if ((flags & flag) != 0) {
            qc_cursor_uleb(cursor);
        }
    }
    uint64_t filter = 0;
    for (unsigned i = 0; i <= (flags & 3); i++) {
        filter = qc_cursor_uleb(cursor);
        qc_cursor_take(cursor, qc_cursor_uleb(cursor));
    }
    cursor->failed |= filter != FILTER_LZMA2;
    qc_cursor_seek(cursor, start + size);
    while (chunk_take(cursor, plain)) {
    }
    /* Padding to a multiple of four, which the stream begins at, and the check. */
    qc_cursor_take(cursor, -cursor->position % 4);
    return qc_cursor_take(cursor, check) != NULL;
}

static bool stream_is_within(const void *bytes, size_t size, uint64_t limit)
{
    static const uint8_t check_sizes[] = {0, 4, 8, 16, 32, 64}; /* by the kind / 3, rounded up */
    struct qc_cursor cursor = qc_cursor_new(bytes, size, true);
    const uint8_t *header = qc_cursor_take(&cursor, 12);
    uint64_t plain = 0;
    if (header == NULL || memcmp(header, "\xfd" "7zXZ", 6) != 0) {
        return false;
    }
    size_t check = check_sizes[((header[7] & 15u) + 2) / 3];
    while (plain <= limit && block_take(&cursor, check, &plain)) {
    }
    return plain <= limit && !cursor.failed;
}

bool qc_debugdata_is_within(Elf *elf, uint64_t limit)
{
    size_t names;
    Elf_Scn *section = NULL;
    if (elf_getshdrstrndx(elf, &names) != 0) {
        return true; /* no sections */
    }
    while ((section = elf_nextscn(elf, section)) != NULL) {
        GElf_Shdr header;
        const char *name = gelf_getshdr(section, &header) == NULL
                               ? NULL
                               : elf_strptr(elf, names, header.sh_name);
        if (name == NULL || strcmp(name, ".gnu_debugdata") != 0) {
            continue;
        }
        const Elf_Data *data = elf_rawdata(section, NULL);
        if (data == NULL || !stream_is_within(data->d_buf, data->d_size, limit)) {
            return false;
        }
    }
    return true;
}
