/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/tar.h"

#include <elf.h>
#include <string.h>

#include "core/core_limits.h"

/* Fields of a header: offset, and size of those that need it. */
#define NAME 0, 100
#define SIZE 124, 12
#define TYPE 156
#define MAGIC 257
#define PREFIX 345, 155

bool qc_tar_is(const uint8_t *head, size_t size)
{
    return size >= QC_TAR_BLOCK && memcmp(head + MAGIC, "ustar", 5) == 0;
}

/* Reads a number: octal digits, or GNU's binary form for large members. */
static uint64_t header_number(const uint8_t *header, size_t offset, size_t size)
{
    const uint8_t *at = header + offset;
    uint64_t value = 0;
    bool is_binary = at[0] == 0x80;
    for (size_t i = is_binary ? size - 8 : 0; i < size; i++) {
        if (is_binary) {
            value = value << 8 | at[i];
        } else if (at[i] >= '0' && at[i] <= '7') {
            value = value << 3 | (uint64_t)(at[i] - '0');
        }
    }
    return value;
}

static char *header_text(const uint8_t *header, size_t offset, size_t size)
{
    return strndup((const char *)header + offset, size);
}

/* Returns the name. POSIX puts its first part into the prefix; GNU, with another magic, does
   not. */
static char *header_name(const uint8_t *header)
{
    QC_FREE char *name = header_text(header, NAME);
    QC_FREE char *prefix = header_text(header, PREFIX);
    bool is_posix = header[MAGIC + 5] == '\0';
    if (name == NULL || prefix == NULL || !is_posix || prefix[0] == '\0') {
        return qc_move(name);
    }
    return qc_format("%s/%s", prefix, name);
}

/* Tells whether a shell and tar take the name as it is: no option, no pattern, no escapes. */
static bool is_plain(const char *name)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "/._-+:@%=, ";
    return name[0] != '\0' && name[0] != '-' && strspn(name, plain) == strlen(name);
}

static bool is_core(const uint8_t *content, size_t size, const char *name)
{
    if (size > EI_NIDENT + 1 && memcmp(content, ELFMAG, SELFMAG) == 0) {
        return content[EI_NIDENT] == ET_CORE || content[EI_NIDENT + 1] == ET_CORE;
    }
    return strstr(name, "core") != NULL && qc_bytes_container_of(content, size).name != NULL;
}

/* Tells whether a header holds a long name for the next member: GNU's 'L', or a path in pax's 'x'.
   It replaces the short name in that member's own header. */
static bool is_long_name(struct qc_bytes *bytes, uint8_t type, uint64_t size)
{
    const uint8_t *content;
    size_t shown = type == 'x' ? qc_bytes_peek(bytes, QC_LIMIT_PEEK, &content) : 0;
    shown = shown < size ? shown : (size_t)size;
    return type == 'L' || (shown != 0 && memmem(content, shown, " path=", 6) != NULL);
}

char *qc_tar_find_core(struct qc_bytes *bytes)
{
    bool has_short_name = true;
    for (unsigned i = 0; i < QC_LIMIT_TAR_MEMBERS; i++) {
        const uint8_t *block;
        size_t header_size = qc_bytes_peek(bytes, QC_TAR_BLOCK, &block);
        if (qc_bytes_offset(bytes) > QC_LIMIT_TAR_LOOKED || !qc_tar_is(block, header_size)) {
            return NULL;
        }
        uint64_t size = header_number(block, SIZE);
        uint8_t type = block[TYPE];
        bool is_file = type == '0' || type == '\0';
        QC_FREE char *name = header_name(block);
        qc_bytes_consume(bytes, QC_TAR_BLOCK);
        size_t shown = qc_bytes_peek(bytes, EI_NIDENT + 2, &block);
        if (is_file && name != NULL && is_core(block, shown < size ? shown : (size_t)size, name)) {
            struct qc_strbuf word = {0};
            if (!has_short_name || !is_plain(name)) {
                return NULL;
            }
            qc_strbuf_put_word(&word, name);
            return qc_strbuf_take(&word);
        }
        has_short_name = !is_long_name(bytes, type, size) && (is_file || has_short_name);
        if (size > QC_LIMIT_TAR_LOOKED) {
            return NULL;
        }
        qc_bytes_skip(bytes, qc_round_up(size, QC_TAR_BLOCK));
    }
    return NULL;
}
