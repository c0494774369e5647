/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes/xxhash.h"

#include <endian.h>
#include <string.h>

/* ---- XXH64 ------------------------------------------------------------------------------- */

#define PRIME64_1 11400714785074694791u
#define PRIME64_2 14029467366897019727u
#define PRIME64_3 1609587929392839161u
#define PRIME64_4 9650029242287828579u
#define PRIME64_5 2870177450012600261u

static inline uint64_t load64(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof(word));
    return le64toh(word);
}

static inline uint32_t load32(const uint8_t *at)
{
    uint32_t word;
    memcpy(&word, at, sizeof(word));
    return le32toh(word);
}

static inline uint64_t rotate64(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static inline uint64_t round64(uint64_t lane, uint64_t word)
{
    return rotate64(lane + word * PRIME64_2, 31) * PRIME64_1;
}

void qc_xxh64_begin(struct qc_xxh64 *hash)
{
    *hash = (struct qc_xxh64){
        .lanes = {PRIME64_1 + PRIME64_2, PRIME64_2, 0, -PRIME64_1},
    };
}

/* Whole stripes; answers the first byte behind them. The lanes stay in registers. */
static const uint8_t *stripes64(struct qc_xxh64 *hash, const uint8_t *data, size_t size)
{
    uint64_t lane0 = hash->lanes[0];
    uint64_t lane1 = hash->lanes[1];
    uint64_t lane2 = hash->lanes[2];
    uint64_t lane3 = hash->lanes[3];
    for (; size >= sizeof(hash->held); size -= sizeof(hash->held)) {
        lane0 = round64(lane0, load64(data));
        lane1 = round64(lane1, load64(data + 8));
        lane2 = round64(lane2, load64(data + 16));
        lane3 = round64(lane3, load64(data + 24));
        data += sizeof(hash->held);
    }
    hash->lanes[0] = lane0;
    hash->lanes[1] = lane1;
    hash->lanes[2] = lane2;
    hash->lanes[3] = lane3;
    return data;
}

void qc_xxh64_add(struct qc_xxh64 *hash, const uint8_t *data, size_t size)
{
    const uint8_t *end = data + size;
    hash->size += size;
    if (hash->held_size != 0) {
        size_t missing = sizeof(hash->held) - hash->held_size;
        size_t taken = size < missing ? size : missing;
        memcpy(hash->held + hash->held_size, data, taken);
        hash->held_size += taken;
        data += taken;
        if (hash->held_size < sizeof(hash->held)) {
            return;
        }
        stripes64(hash, hash->held, sizeof(hash->held));
    }
    data = stripes64(hash, data, (size_t)(end - data));
    hash->held_size = (size_t)(end - data);
    memcpy(hash->held, data, hash->held_size);
}

static uint64_t merge64(uint64_t sum, uint64_t lane)
{
    return (sum ^ round64(0, lane)) * PRIME64_1 + PRIME64_4;
}

uint64_t qc_xxh64_value(const struct qc_xxh64 *hash)
{
    const uint64_t *lanes = hash->lanes;
    uint64_t sum = PRIME64_5;
    if (hash->size >= sizeof(hash->held)) {
        sum = rotate64(lanes[0], 1) + rotate64(lanes[1], 7) + rotate64(lanes[2], 12) +
              rotate64(lanes[3], 18);
        for (size_t i = 0; i < 4; i++) {
            sum = merge64(sum, lanes[i]);
        }
    }
    sum += hash->size;
    const uint8_t *at = hash->held;
    size_t left = hash->held_size;
    for (; left >= 8; left -= 8, at += 8) {
        sum = rotate64(sum ^ round64(0, load64(at)), 27) * PRIME64_1 + PRIME64_4;
    }
    for (; left >= 4; left -= 4, at += 4) {
        sum = rotate64(sum ^ load32(at) * PRIME64_1, 23) * PRIME64_2 + PRIME64_3;
    }
    for (; left != 0; left--, at++) {
        sum = rotate64(sum ^ *at * PRIME64_5, 11) * PRIME64_1;
    }
    sum = (sum ^ sum >> 33) * PRIME64_2;
    sum = (sum ^ sum >> 29) * PRIME64_3;
    return sum ^ sum >> 32;
}

/* ---- XXH32 ------------------------------------------------------------------------------- */

#define PRIME32_1 2654435761u
#define PRIME32_2 2246822519u
#define PRIME32_3 3266489917u
#define PRIME32_4 668265263u
#define PRIME32_5 374761393u

static inline uint32_t rotate32(uint32_t word, unsigned bits)
{
    return word << bits | word >> (32 - bits);
}

/* The lanes of a stripe shall not become one vector: without SSE 4.1's multiplication that is half
   as fast, and gcc makes one of them at -O2. */
static inline uint32_t round32(uint32_t lane, uint32_t word)
{
    lane = rotate32(lane + word * PRIME32_2, 13);
    __asm__("" : "+r"(lane));
    return lane * PRIME32_1;
}

void qc_xxh32_begin(struct qc_xxh32 *hash)
{
    *hash = (struct qc_xxh32){
        .lanes = {PRIME32_1 + PRIME32_2, PRIME32_2, 0, -PRIME32_1},
    };
}

static const uint8_t *stripes32(struct qc_xxh32 *hash, const uint8_t *data, size_t size)
{
    uint32_t lane0 = hash->lanes[0];
    uint32_t lane1 = hash->lanes[1];
    uint32_t lane2 = hash->lanes[2];
    uint32_t lane3 = hash->lanes[3];
    for (; size >= sizeof(hash->held); size -= sizeof(hash->held)) {
        lane0 = round32(lane0, load32(data));
        lane1 = round32(lane1, load32(data + 4));
        lane2 = round32(lane2, load32(data + 8));
        lane3 = round32(lane3, load32(data + 12));
        data += sizeof(hash->held);
    }
    hash->lanes[0] = lane0;
    hash->lanes[1] = lane1;
    hash->lanes[2] = lane2;
    hash->lanes[3] = lane3;
    return data;
}

void qc_xxh32_add(struct qc_xxh32 *hash, const uint8_t *data, size_t size)
{
    const uint8_t *end = data + size;
    hash->size += size;
    if (hash->held_size != 0) {
        size_t missing = sizeof(hash->held) - hash->held_size;
        size_t taken = size < missing ? size : missing;
        memcpy(hash->held + hash->held_size, data, taken);
        hash->held_size += taken;
        data += taken;
        if (hash->held_size < sizeof(hash->held)) {
            return;
        }
        stripes32(hash, hash->held, sizeof(hash->held));
    }
    data = stripes32(hash, data, (size_t)(end - data));
    hash->held_size = (size_t)(end - data);
    memcpy(hash->held, data, hash->held_size);
}

uint32_t qc_xxh32_value(const struct qc_xxh32 *hash)
{
    const uint32_t *lanes = hash->lanes;
    uint32_t sum = PRIME32_5;
    if (hash->size >= sizeof(hash->held)) {
        sum = rotate32(lanes[0], 1) + rotate32(lanes[1], 7) + rotate32(lanes[2], 12) +
              rotate32(lanes[3], 18);
    }
    sum += (uint32_t)hash->size;
    const uint8_t *at = hash->held;
    size_t left = hash->held_size;
    for (; left >= 4; left -= 4, at += 4) {
        sum = rotate32(sum + load32(at) * PRIME32_3, 17) * PRIME32_4;
    }
    for (; left != 0; left--, at++) {
        sum = rotate32(sum + *at * PRIME32_5, 11) * PRIME32_1;
    }
    sum = (sum ^ sum >> 15) * PRIME32_2;
    sum = (sum ^ sum >> 13) * PRIME32_3;
    return sum ^ sum >> 16;
}
