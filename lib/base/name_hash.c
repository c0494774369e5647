/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/name_hash.h"

#include <endian.h>
#include <string.h>

#define EACH_BYTE 0x0101010101010101u

/* Returns a word with bit 7 set in the lowest zero byte; bits in higher bytes mean nothing. */
static uint64_t zero_bytes(uint64_t word)
{
    return (word - EACH_BYTE) & ~word & (EACH_BYTE << 7);
}

/* Hashes eight bytes at a time: byte by byte, the names of a QEMU would take milliseconds. */
uint32_t qc_name_hash(const char *name, size_t room, const char **end)
{
    uint64_t hash = 0;
    for (;; name += sizeof(hash), room -= sizeof(hash)) {
        uint64_t word = 0;
        if (room >= sizeof(word)) {
            memcpy(&word, name, sizeof(word));
        } else {
            memcpy(&word, name, room);
        }
        word = le64toh(word);
        uint64_t stops = zero_bytes(word) | zero_bytes(word ^ '.' * EACH_BYTE) |
                         zero_bytes(word ^ '@' * EACH_BYTE);
        unsigned bits = stops == 0 ? 64 : (unsigned)__builtin_ctzll(stops) - 7;
        word &= bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
        if (stops != 0) {
            *end = name + bits / 8;
            return (uint32_t)hash;
        }
    }
}
