/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz_containers - any bytes as a file, opened and read
 *
 * Byte 0 is the number of bytes that are served at a time; the rest is the file. The random
 * sequence of reads depends only on the input, so that a run can be repeated.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/bytes.h"
#include "bytes/bytes_limits.h"

#define OUTPUT_MAX (4 * QC_MIB)
/* zstd allocates its window in advance: a larger one makes runs slow and finds nothing. */
#define WINDOW_LIMIT (8 * QC_MIB)

#define MATCH_MAX 258 /* RFC 1951, 3.2.5 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static uint32_t draw(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

/* Peeks twice at the same place, which must give the same bytes. Returns how many. */
static size_t walk_peek(struct qc_bytes *bytes, uint32_t *random)
{
    size_t few = draw(random) % 64;
    size_t many = draw(random) % (QC_LIMIT_PEEK + 1);
    const uint8_t *shown;
    uint8_t before[64];
    size_t count = qc_bytes_peek(bytes, few, &shown);
    size_t kept = count < few ? count : few;
    memcpy(before, shown, kept);
    check(count >= few || qc_bytes_peek(bytes, many, &shown) == count);
    size_t more = qc_bytes_peek(bytes, many, &shown);
    check(more >= count && memcmp(before, shown, kept) == 0);
    uint8_t sum = 0;
    for (size_t i = 0; i < more; i++) {
        sum ^= shown[i];
    }
    volatile uint8_t sink = sum;
    (void)sink;
    return more;
}

/* Reads to the end, or for OUTPUT_MAX bytes. Returns the number of bytes, which is at least
   OUTPUT_MAX if the end was not reached. Calls qc_bytes_skip only if `skips` is true. */
static uint64_t walk(struct qc_bytes *bytes, uint32_t random, bool skips)
{
    check(qc_bytes_offset(bytes) == 0);
    while (qc_bytes_offset(bytes) < OUTPUT_MAX) {
        uint64_t offset = qc_bytes_offset(bytes);
        size_t count = walk_peek(bytes, &random);
        check(qc_bytes_offset(bytes) == offset);
        if (count == 0) {
            const uint8_t *shown;
            if (qc_bytes_peek(bytes, 1, &shown) == 0) {
                break;
            }
        } else if (draw(&random) % 2 == 0 || !skips) {
            size_t used = draw(&random) % (count + 1);
            qc_bytes_consume(bytes, used);
            check(qc_bytes_offset(bytes) == offset + used);
        } else {
            uint64_t wanted = draw(&random) % (2 * count + 1);
            uint64_t skipped = qc_bytes_skip(bytes, wanted);
            check(skipped <= wanted && qc_bytes_offset(bytes) == offset + skipped);
            check(skipped == wanted || qc_bytes_skip(bytes, 1) == 0);
        }
    }
    return qc_bytes_offset(bytes);
}

/* The message begins with the container and ends with the offset at which the stream ended. */
static void check_end(const struct qc_bytes *bytes, const struct qemucore_error *end)
{
    if (end->status == QEMUCORE_OK) {
        check(end->message[0] == '\0');
        return;
    }
    check(end->status == QEMUCORE_TRUNCATED || end->status == QEMUCORE_CORRUPT ||
          end->status == QEMUCORE_LIMIT || end->status == QEMUCORE_UNSUPPORTED /* a dictionary */);
    char tail[64];
    snprintf(tail, sizeof(tail), "at uncompressed offset %" PRIu64, qc_bytes_offset(bytes));
    size_t length = strlen(end->message);
    check(length > strlen(tail) && strcmp(end->message + length - strlen(tail), tail) == 0);
    check(strncmp(end->message, qc_bytes_container(bytes),
                  strlen(qc_bytes_container(bytes))) == 0);
}

/* Two readings end alike. If a match begins before the content, ISA-L does not tell its length, and
   some bytes before it may be held back: at most as many as a match can have. */
static void check_same_end(uint64_t length, const struct qemucore_error *end, uint64_t again,
                           const struct qemucore_error *end_again)
{
    check(end->status == end_again->status);
    if (strstr(end->message, "invalid distance too far back") != NULL) {
        check(strstr(end_again->message, "invalid distance too far back") != NULL);
        check((again > length ? again - length : length - again) <= MATCH_MAX);
        return;
    }
    check(again == length && strcmp(end_again->message, end->message) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    struct qc_bytes_options options = {
        .window_limit = WINDOW_LIMIT,
        .ratio_limit = 5000,
        .ratio_from = QC_MIB,
    };
    size_t step = data[0];
    uint32_t seed = (uint32_t)size * 2654435761u + data[size - 1];
    struct qc_bytes *bytes;
    struct qemucore_error error;
    enum qemucore_status status =
        qc_bytes_open_memory(data + 1, size - 1, step, &options, &bytes, &error);
    if (status != QEMUCORE_OK) {
        check(status == QEMUCORE_UNSUPPORTED && error.message[0] != '\0');
        return 0;
    }
    check(!qc_bytes_is_random(bytes) && qc_bytes_can_rewind(bytes));
    uint64_t length = walk(bytes, seed, false);
    struct qemucore_error end = *qc_bytes_end(bytes);
    if (length < OUTPUT_MAX) {
        check_end(bytes, &end);
    }
    /* A second, different sequence of reads gives the same length and the same end. */
    check(qc_bytes_rewind(bytes, &error) == QEMUCORE_OK);
    uint64_t again = walk(bytes, ~seed, false);
    if (length < OUTPUT_MAX && again < OUTPUT_MAX) {
        check_same_end(length, &end, again, qc_bytes_end(bytes));
    }
    /* A sound file has the same length if parts are skipped undecoded. This does not hold for gzip:
       decoding ignores the sizes in bgzip's members, which may be wrong in a sound file. */
    check(qc_bytes_rewind(bytes, &error) == QEMUCORE_OK);
    uint64_t skipped = walk(bytes, seed, true);
    if (end.status == QEMUCORE_OK && length < OUTPUT_MAX &&
        strcmp(qc_bytes_container(bytes), "gzip") != 0) {
        check(skipped == length && qc_bytes_end(bytes)->status == QEMUCORE_OK);
    }
    qc_bytes_close(bytes);
    return 0;
}
