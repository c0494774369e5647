/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/names/punycode.h"

#include <stdint.h>
#include <string.h>

/* Parameters of RFC 3492, section 5. */
enum {
    BASE = 36,
    TMIN = 1,
    TMAX = 26,
    SKEW = 38,
    DAMP = 700,
    INITIAL_BIAS = 72,
    INITIAL_CHARACTER = 0x80,
};

struct word {
    uint32_t characters[QC_PUNYCODE_LENGTH];
    size_t length;
};

/* RFC 3492, 6.1: the next deltas are likely to be about as long as this one. */
static uint64_t adapted_bias(uint64_t delta, size_t length, bool is_first)
{
    uint64_t steps = 0;
    delta /= is_first ? DAMP : 2;
    delta += delta / length;
    for (; delta > (BASE - TMIN) * TMAX / 2; steps++) {
        delta /= BASE - TMIN;
    }
    return BASE * steps + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

static uint64_t threshold(uint64_t position, uint64_t bias)
{
    return position <= bias + TMIN ? TMIN : position >= bias + TMAX ? TMAX : position - bias;
}

/* Reads a number of up to 32 bits, whose digits tell where it ends. */
static bool take_delta(const char **text, const char *end, uint64_t bias, uint64_t *ret)
{
    uint64_t weight = 1;
    *ret = 0;
    for (uint64_t position = BASE; *text < end; position += BASE) {
        char c = *(*text)++;
        uint64_t limit = threshold(position, bias);
        uint64_t digit = c >= 'a' && c <= 'z' ? (uint64_t)(c - 'a')
                                              : c >= '0' && c <= '9' ? (uint64_t)(c - '0') + 26 : BASE;
        *ret += digit * weight;
        weight *= BASE - limit;
        if (digit == BASE || *ret > UINT32_MAX || weight > UINT32_MAX) {
            return false;
        }
        if (digit < limit) {
            return true;
        }
    }
    return false;
}

static bool insert(struct word *word, size_t at, uint64_t character)
{
    bool is_character = character < 0xd800 || (character > 0xdfff && character <= 0x10ffff);
    if (word->length == QC_PUNYCODE_LENGTH || !is_character) {
        return false;
    }
    memmove(&word->characters[at + 1], &word->characters[at],
            (word->length - at) * sizeof(word->characters[0]));
    word->characters[at] = (uint32_t)character;
    word->length++;
    return true;
}

/* Each delta counts insertion places from the last insertion on; after a full round of places
   follows the next character. */
static bool insert_all(struct word *word, const char *text, const char *end)
{
    uint64_t character = INITIAL_CHARACTER;
    uint64_t bias = INITIAL_BIAS;
    uint64_t at = 0;
    bool is_first = true;
    while (text < end) {
        uint64_t delta;
        if (!take_delta(&text, end, bias, &delta)) {
            return false;
        }
        uint64_t places = word->length + 1;
        at += delta;
        character += at / places;
        at %= places;
        bias = adapted_bias(delta, places, is_first);
        is_first = false;
        if (!insert(word, (size_t)at++, character)) {
            return false;
        }
    }
    return !is_first;
}

/* Appends a character in UTF-8. Returns the new end of the text. */
static char *put_character(uint32_t c, char *text)
{
    static const uint8_t lead[] = {0, 0xc0, 0xe0, 0xf0};
    unsigned more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    *text++ = (char)(lead[more] | c >> 6 * more);
    for (; more > 0; more--) {
        *text++ = (char)(0x80 | (c >> 6 * (more - 1) & 0x3f));
    }
    return text;
}

bool qc_punycode_decode(const char *text, size_t size, char ret[QC_PUNYCODE_TEXT])
{
    struct word word = {0};
    const char *end = text + size;
    const char *delimiter = memrchr(text, '_', size);
    for (; delimiter != NULL && text < delimiter; text++) {
        if (!insert(&word, word.length, (unsigned char)*text)) {
            return false;
        }
    }
    if (!insert_all(&word, delimiter == NULL ? text : delimiter + 1, end)) {
        return false;
    }
    for (size_t i = 0; i < word.length; i++) {
        ret = put_character(word.characters[i], ret);
    }
    *ret = '\0';
    return true;
}
