/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/transfer.h"

#include <elf.h>
#include <string.h>

#include "base/base.h"

/* In so many line feeds, or characters that are not ASCII, chance plays no part. */
#define TRACES_MIN 16

size_t qc_transfer_core_at(const uint8_t *head, size_t size)
{
    static const uint8_t ident[] = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64};
    const uint8_t *end = head + size;
    const uint8_t *at = head;
    while ((at = memmem(at, (size_t)(end - at), ident, sizeof(ident))) != NULL) {
        if ((size_t)(end - at) >= sizeof(Elf64_Ehdr) && at[EI_VERSION] == EV_CURRENT &&
            (at[EI_DATA] == ELFDATA2LSB ? at[EI_NIDENT] : at[EI_NIDENT + 1]) == ET_CORE) {
            return (size_t)(at - head);
        }
        at++;
    }
    return 0;
}

/* Returns the size of the character of UTF-8 at the first of `left` bytes; the end may cut it. 0:
   there is none. */
static size_t character_size(const uint8_t *at, size_t left)
{
    size_t size = at[0] < 0x80                    ? 1
                  : at[0] >= 0xc2 && at[0] < 0xe0 ? 2
                  : at[0] >= 0xe0 && at[0] < 0xf0 ? 3
                  : at[0] >= 0xf0 && at[0] < 0xf5 ? 4
                                                  : 0;
    for (size_t i = 1; i < size && i < left; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return size;
}

/* Counts the characters that are not ASCII. Returns SIZE_MAX if the bytes are not UTF-8. */
static size_t wide_count(const uint8_t *head, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size;) {
        size_t length = character_size(head + i, size - i);
        if (length == 0) {
            return SIZE_MAX;
        }
        count += length > 1;
        i += length;
    }
    return count;
}

static bool has_only_crlf(const uint8_t *head, size_t size)
{
    size_t count = 0;
    for (size_t i = 1; i < size; i++) {
        if (head[i] == '\n' && head[i - 1] != '\r') {
            return false;
        }
        count += head[i] == '\n';
    }
    return count >= TRACES_MIN;
}

const char *qc_transfer_damage(const uint8_t *head, size_t size)
{
    size_t wide = wide_count(head, size);
    if (wide >= TRACES_MIN && wide != SIZE_MAX) {
        return "it was converted to UTF-8, as a program does that takes it for text, and can't be "
               "restored";
    }
    return has_only_crlf(head, size)
               ? "each of its line feeds follows a carriage return: it went through a terminal "
                 "(docker exec -t, ssh -t) or a copy in text mode"
               : NULL;
}

bool qc_transfer_is_text(const uint8_t *head, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((head[i] < ' ' && (head[i] == '\0' || strchr("\t\n\r\f\033", head[i]) == NULL)) ||
            head[i] == 0x7f) {
            return false;
        }
    }
    return wide_count(head, size) != SIZE_MAX;
}
