/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cursor - bounded reads, in the byte order of the dump
 *
 * All bytes from the outside are read through a cursor. A read past the end sets `failed`, returns
 * 0 and does not move the cursor; later reads return 0 too. So a parser reads a whole record, then
 * checks once. Sizes are compared by subtraction: no sum of untrusted numbers can wrap.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct qc_cursor {
    const uint8_t *bytes;
    size_t size;
    size_t position;
    bool big_endian;
    bool failed;
};

static inline struct qc_cursor qc_cursor_new(const void *bytes, size_t size, bool big_endian)
{
    return (struct qc_cursor){.bytes = bytes, .size = size, .big_endian = big_endian};
}

static inline size_t qc_cursor_left(const struct qc_cursor *cursor)
{
    return cursor->failed ? 0 : cursor->size - cursor->position;
}

/* Returns the next size bytes and moves past them; NULL when fewer are left. */
static inline const uint8_t *qc_cursor_take(struct qc_cursor *cursor, size_t size)
{
    if (cursor->failed || size > cursor->size - cursor->position) {
        cursor->failed = true;
        return NULL;
    }
    const uint8_t *bytes = cursor->bytes + cursor->position;
    cursor->position += size;
    return bytes;
}

static inline void qc_cursor_seek(struct qc_cursor *cursor, size_t position)
{
    if (position > cursor->size) {
        cursor->failed = true;
    } else {
        cursor->position = position;
    }
}

/* Reads an unsigned number of 1 to 8 bytes. */
uint64_t qc_cursor_number(struct qc_cursor *cursor, size_t size);

static inline bool qc_cursor_is_swapped(const struct qc_cursor *cursor)
{
    return cursor->big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

static inline uint8_t qc_cursor_u8(struct qc_cursor *cursor)
{
    const uint8_t *bytes = qc_cursor_take(cursor, 1);
    return bytes == NULL ? 0 : bytes[0];
}
static inline uint16_t qc_cursor_u16(struct qc_cursor *cursor)
{
    const uint8_t *bytes = qc_cursor_take(cursor, sizeof(uint16_t));
    uint16_t value = 0;
    if (bytes != NULL) {
        memcpy(&value, bytes, sizeof(value));
    }
    return qc_cursor_is_swapped(cursor) ? __builtin_bswap16(value) : value;
}
static inline uint32_t qc_cursor_u32(struct qc_cursor *cursor)
{
    const uint8_t *bytes = qc_cursor_take(cursor, sizeof(uint32_t));
    uint32_t value = 0;
    if (bytes != NULL) {
        memcpy(&value, bytes, sizeof(value));
    }
    return qc_cursor_is_swapped(cursor) ? __builtin_bswap32(value) : value;
}
static inline uint64_t qc_cursor_u64(struct qc_cursor *cursor)
{
    const uint8_t *bytes = qc_cursor_take(cursor, sizeof(uint64_t));
    uint64_t value = 0;
    if (bytes != NULL) {
        memcpy(&value, bytes, sizeof(value));
    }
    return qc_cursor_is_swapped(cursor) ? __builtin_bswap64(value) : value;
}

/* Move to a position first. */
static inline uint16_t qc_cursor_u16_at(struct qc_cursor *cursor, size_t position)
{
    qc_cursor_seek(cursor, position);
    return qc_cursor_u16(cursor);
}
static inline uint32_t qc_cursor_u32_at(struct qc_cursor *cursor, size_t position)
{
    qc_cursor_seek(cursor, position);
    return qc_cursor_u32(cursor);
}
static inline uint64_t qc_cursor_u64_at(struct qc_cursor *cursor, size_t position)
{
    qc_cursor_seek(cursor, position);
    return qc_cursor_u64(cursor);
}

/* Reads a two's complement number of 1 to 8 bytes. */
int64_t qc_cursor_signed(struct qc_cursor *cursor, size_t size);

/* Read a LEB128 number (DWARF 5, 7.6). Fail if a bit beyond the 64th is not padding. */
uint64_t qc_cursor_uleb(struct qc_cursor *cursor);
int64_t qc_cursor_sleb(struct qc_cursor *cursor);

/* Reads a NUL-terminated string. Returns NULL and sets `failed` when no NUL follows. */
const char *qc_cursor_string(struct qc_cursor *cursor);
