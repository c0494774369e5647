/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/cursor.h"

#include <string.h>

const uint8_t *qc_cursor_take(struct qc_cursor *cursor, size_t size)
{
    if (cursor->failed || size > cursor->size - cursor->position) {
        cursor->failed = true;
        return NULL;
    }
    const uint8_t *bytes = cursor->bytes + cursor->position;
    cursor->position += size;
    return bytes;
}

void qc_cursor_seek(struct qc_cursor *cursor, size_t position)
{
    if (position > cursor->size) {
        cursor->failed = true;
    } else {
        cursor->position = position;
    }
}

uint64_t qc_cursor_number(struct qc_cursor *cursor, size_t size)
{
    const uint8_t *bytes = qc_cursor_take(cursor, size);
    if (bytes == NULL) {
        return 0;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | bytes[cursor->big_endian ? i : size - 1 - i];
    }
    return value;
}

int64_t qc_cursor_signed(struct qc_cursor *cursor, size_t size)
{
    unsigned unused_bits = 64 - 8 * (unsigned)size;
    return (int64_t)(qc_cursor_number(cursor, size) << unused_bits) >> unused_bits;
}

/* Both LEB128 kinds: the low 64 bits, and how many bits were read. */
static uint64_t cursor_leb(struct qc_cursor *cursor, unsigned *bits, uint8_t *last)
{
    uint64_t value = 0;
    *bits = 0;
    do {
        *last = qc_cursor_u8(cursor);
        if (*bits < 64) {
            value |= (uint64_t)(*last & 0x7f) << *bits;
        } else if ((*last & 0x7f) != 0 && (*last & 0x7f) != 0x7f) {
            cursor->failed = true;
        }
        *bits += 7;
    } while ((*last & 0x80) != 0 && !cursor->failed);
    return cursor->failed ? 0 : value;
}

uint64_t qc_cursor_uleb(struct qc_cursor *cursor)
{
    unsigned bits;
    uint8_t last;
    return cursor_leb(cursor, &bits, &last);
}

int64_t qc_cursor_sleb(struct qc_cursor *cursor)
{
    unsigned bits;
    uint8_t last;
    uint64_t value = cursor_leb(cursor, &bits, &last);
    if (bits < 64 && (last & 0x40) != 0) {
        value |= ~(uint64_t)0 << bits;
    }
    return (int64_t)value;
}

const char *qc_cursor_string(struct qc_cursor *cursor)
{
    size_t left = qc_cursor_left(cursor);
    const uint8_t *start = cursor->bytes + cursor->position;
    const uint8_t *end = left == 0 ? NULL : memchr(start, '\0', left);
    if (end == NULL) {
        cursor->failed = true;
        return NULL;
    }
    cursor->position += (size_t)(end - start) + 1;
    return (const char *)start;
}
