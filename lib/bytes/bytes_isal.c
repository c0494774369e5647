/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_isal - decoding gzip members and zlib streams with ISA-L (Intel's Intelligent Storage
 * Acceleration Library)
 */
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "bytes/bytes_block.h"
#include "bytes/inflate.h"

#define MATCH_MAX 258 /* RFC 1951, 3.2.5 */

/* RFC 1952, 2.3.1 */
#define FLAG_HEADER_CRC 0x02
#define FLAG_EXTRA 0x04
#define FLAG_NAME 0x08
#define FLAG_COMMENT 0x10
#define FLAGS_RESERVED 0xe0

enum isal_part { FIXED, EXTRA_LENGTH, EXTRA, NAME, COMMENT, HEADER_CRC, BODY };

/*
 * A gzip header is read here, byte by byte: the reader of ISA-L 2.30 loses its place in a header
 * that arrives in pieces, and accepts reserved flags.
 */
struct isal {
    struct inflate_state inflate;
    enum isal_part part;
    uint32_t count;  /* bytes of the part that were read */
    uint32_t number; /* their value, least significant byte first */
    uint8_t flags;
    uint32_t header_crc;
};

static void isal_reset(void *opaque)
{
    struct isal *state = opaque;
    isal_inflate_init(&state->inflate);
    state->inflate.crc_flag = ISAL_GZIP_NO_HDR_VER; /* ISA-L reads the trailer, not the header */
    state->part = FIXED;
    state->count = state->number = state->header_crc = 0;
}

static void *isal_new(void)
{
    struct isal *state = malloc(sizeof(*state));
    if (state != NULL) {
        isal_reset(state);
    }
    return state;
}

/* Goes on to the next part that the header has. */
static void isal_next_part(struct isal *state)
{
    static const uint8_t flags[] = {
        [EXTRA_LENGTH] = FLAG_EXTRA, [EXTRA] = FLAG_EXTRA,           [NAME] = FLAG_NAME,
        [COMMENT] = FLAG_COMMENT,    [HEADER_CRC] = FLAG_HEADER_CRC,
    };
    do {
        state->part++;
    } while (state->part != BODY && (state->flags & flags[state->part]) == 0);
    state->count = 0;
}

static const char *isal_fixed_byte(struct isal *state, uint32_t index, uint8_t byte)
{
    if (index == 2 && byte != 8) {
        return "unknown compression method";
    }
    if (index == 3 && (byte & FLAGS_RESERVED) != 0) {
        return "unknown header flags set";
    }
    state->flags = index == 3 ? byte : state->flags;
    if (index == 9) {
        isal_next_part(state);
    }
    return NULL;
}

static const char *isal_header_crc_byte(struct isal *state, uint32_t crc, bool is_first,
                                        uint8_t byte)
{
    state->number = is_first ? (crc & 0xffff) ^ byte : state->number ^ (uint32_t)byte << 8;
    if (!is_first && state->number != 0) {
        return "header crc mismatch";
    }
    if (!is_first) {
        isal_next_part(state);
    }
    return NULL;
}

/* Reads one byte of the header. Returns what is wrong with it, or NULL. */
static const char *isal_header_byte(struct isal *state, uint8_t byte)
{
    uint32_t crc = state->header_crc;
    uint32_t index = state->count++;
    bool is_first = index == 0;
    state->header_crc = crc32_gzip_refl(crc, &byte, 1);
    switch (state->part) {
    case FIXED:
        return isal_fixed_byte(state, index, byte);
    case EXTRA_LENGTH:
        state->number = is_first ? byte : state->number | (uint32_t)byte << 8;
        if (!is_first) {
            isal_next_part(state);
            if (state->number == 0) {
                isal_next_part(state);
            }
        }
        break;
    case EXTRA:
        if (state->count == state->number) {
            isal_next_part(state);
        }
        break;
    case NAME:
    case COMMENT:
        if (byte == 0) {
            isal_next_part(state);
        }
        break;
    case HEADER_CRC:
        return isal_header_crc_byte(state, crc, is_first, byte);
    case BODY:
        break;
    }
    return NULL;
}

static const char *isal_why(int result)
{
    switch (result) {
    case ISAL_INVALID_BLOCK:
        return "invalid block type or code lengths";
    case ISAL_INVALID_SYMBOL:
        return "invalid code";
    case ISAL_INVALID_LOOKBACK:
        return "invalid distance too far back";
    case ISAL_INCORRECT_CHECKSUM:
        return "incorrect data or length check";
    default:
        return "no reason given";
    }
}

static enum qc_inflated isal_run(void *opaque, struct qc_inflate_step *step)
{
    struct isal *isal = opaque;
    struct inflate_state *state = &isal->inflate;
    while (isal->part != BODY && step->in_left != 0 && step->why == NULL) {
        step->why = isal_header_byte(isal, *step->in);
        step->in++;
        step->in_left--;
    }
    if (isal->part != BODY || step->why != NULL) {
        return step->why != NULL ? QC_INFLATED_DAMAGED : QC_INFLATED_MORE;
    }
    state->next_in = (uint8_t *)(uintptr_t)step->in; /* ISA-L only reads it */
    state->avail_in = (uint32_t)step->in_left;
    state->next_out = step->out;
    state->avail_out = (uint32_t)step->out_left;
    int result = isal_inflate(state);
    /* ISA-L counts a match that refers to before the content's start as written, and does not tell
       its length: up to MATCH_MAX bytes of the output are garbage. */
    if (result == ISAL_INVALID_LOOKBACK) {
        size_t written = (size_t)(state->next_out - step->out);
        size_t cut = qc_min(written, MATCH_MAX);
        state->next_out -= cut;
        state->avail_out += (uint32_t)cut;
    }
    step->out = state->next_out;
    step->out_left = state->avail_out;
    /* A positive result is the end of the input, which the caller sees from in_left. */
    if (result < 0) {
        step->why = isal_why(result); /* avail_in is not used: it may have wrapped below 0 */
        return QC_INFLATED_DAMAGED;
    }
    step->in = state->next_in;
    step->in_left = state->avail_in;
    return state->block_state == ISAL_BLOCK_FINISH ? QC_INFLATED_END : QC_INFLATED_MORE;
}

/* A byte copy is enough: the state contains its window and tables. */
static void *isal_copy(const void *state)
{
    struct isal *copy = malloc(sizeof(*copy));
    return copy == NULL ? NULL : memcpy(copy, state, sizeof(*copy));
}

const struct qc_inflate qc_inflate_isal = {
    .new = isal_new,
    .free = free,
    .reset = isal_reset,
    .run = isal_run,
    .copy = isal_copy,
};

enum qemucore_status qc_block_zlib_by_isal(const uint8_t *in, size_t in_size, uint8_t *out,
                                           size_t out_size, struct qemucore_error *error)
{
    QC_FREE struct inflate_state *state = malloc(sizeof(*state));
    QC_TRY_MEMORY(state != NULL, error);
    isal_inflate_init(state);
    state->crc_flag = ISAL_ZLIB;
    state->next_in = (uint8_t *)(uintptr_t)in; /* ISA-L only reads it */
    state->avail_in = (uint32_t)in_size;
    state->next_out = out;
    state->avail_out = (uint32_t)out_size;
    int result = isal_inflate(state);
    QC_FAIL_IF(result < 0, error, QEMUCORE_CORRUPT, "damaged (%s)", isal_why(result));
    return state->block_state == ISAL_BLOCK_FINISH && state->avail_out == 0
               ? QEMUCORE_OK
               : qc_block_wrong_size(out_size, error);
}
