/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "printable.h"

#include <stdbool.h>
#include <stdint.h>

/* Unicode's Bidi_Control, and the separators of lines and paragraphs between them. */
static bool rearranges(uint32_t character)
{
    return character == 0x061c || character == 0x200e || character == 0x200f ||
           (character >= 0x2028 && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069);
}

size_t printable_length(const char *text)
{
    const uint8_t *byte = (const uint8_t *)text;
    if (byte[0] < 0x80) {
        return byte[0] >= 0x20 && byte[0] != 0x7f;
    }
    if (byte[0] < 0xc2 || byte[0] > 0xf4) {
        return 0;
    }
    size_t length = byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;
    uint32_t character = byte[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((byte[i] & 0xc0) != 0x80) {
            return 0;
        }
        character = character << 6 | (byte[i] & 0x3f);
    }
    /* The smallest of a length rules out longer forms of shorter ones; those of two bytes begin with C1. */
    static const uint32_t smallest[] = {0, 0, 0xa0, 0x800, 0x10000};
    bool is_surrogate = character >= 0xd800 && character < 0xe000;
    return character < smallest[length] || character > 0x10ffff || is_surrogate || rearranges(character)
               ? 0
               : length;
}
