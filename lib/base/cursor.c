/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/cursor.h"

#include <string.h>

uint64_t qc_cursor_number(struct qc_cursor *cursor, size_t size)
{
    if (size == 8 || size == 4) { /* the fast path: nearly all numbers */
        return size == 8 ? qc_cursor_u64(cursor) : qc_cursor_u32(cursor);
    }
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

/* Reads a signed or unsigned LEB128: seven bits a byte, the lowest first. Bits that do not fit into
   64 must be padding: zeroes, or copies of the sign bit. */
static uint64_t cursor_leb(struct qc_cursor *cursor, bool is_signed)
{
    uint64_t value = 0;
    unsigned bits = 0;
    uint8_t byte;
    do {
        byte = qc_cursor_u8(cursor);
        uint8_t group = byte & 0x7f;
        if (bits < 63) {
            value |= (uint64_t)group << bits;
        } else {
            if (bits == 63) {
                value |= (uint64_t)group << 63;
            }
            bool negative = is_signed && value >> 63 != 0;
            uint8_t padding = negative ? 0x7f : 0;
            /* Only the lowest bit of the group at bit 63 fits; the others are beyond 64 bits. */
            uint8_t beyond = bits == 63 ? 0x7e : 0x7f;
            cursor->failed |= ((group ^ padding) & beyond) != 0;
        }
        bits = bits < 70 ? bits + 7 : bits;
    } while ((byte & 0x80) != 0 && !cursor->failed);
    if (is_signed && bits < 64 && (byte & 0x40) != 0) {
        value |= ~(uint64_t)0 << bits;
    }
    return cursor->failed ? 0 : value;
}

uint64_t qc_cursor_uleb(struct qc_cursor *cursor)
{
    /* Most numbers take one byte. */
    if (!cursor->failed && cursor->position < cursor->size &&
        cursor->bytes[cursor->position] < 0x80) {
        return cursor->bytes[cursor->position++];
    }
    return cursor_leb(cursor, false);
}

int64_t qc_cursor_sleb(struct qc_cursor *cursor)
{
    return (int64_t)cursor_leb(cursor, true);
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
