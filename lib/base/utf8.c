/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>

/* True for Unicode's Bidi_Control (PropList.txt), which changes the order of the text shown, and
   for U+2028 and U+2029, which begin a line or paragraph and are no control characters. */
static bool rearranges(uint32_t character)
{
    return character == 0x061c || character == 0x200e || character == 0x200f ||
           (character >= 0x2028 && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069);
}

size_t qc_utf8_length(const char *text)
{
    const uint8_t *byte = (const uint8_t *)text;
    if (byte[0] >= 0x20 && byte[0] < 0x7f) {
        return 1;
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
    /* C1 controls drive terminals too; the smallest value of a length rules out overlong forms. */
    static const uint32_t smallest[] = {0, 0, 0xa0, 0x800, 0x10000};
    if (character < smallest[length] || character > 0x10ffff ||
        (character >= 0xd800 && character < 0xe000) || rearranges(character)) {
        return 0;
    }
    return length;
}
