/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes/bytes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "bytes/bytes_decoder.h"
#include "bytes/bytes_limits.h"
#include "bytes/bytes_source.h"

/* Room for the output of one decoder call: two blocks of zstd. */
#define BYTES_ROOM ((size_t)(256 * QC_KIB))
#define BYTES_BUFFER (QC_LIMIT_PEEK + BYTES_ROOM)
#define BYTES_PROGRESS (4 * QC_MIB)

static const struct qc_bytes_decoder *const bytes_decoders[] = {
    &qc_bytes_raw,
    &qc_bytes_gzip,
    &qc_bytes_zstd,
#ifdef HAVE_LIBLZMA
    &qc_bytes_xz,
#endif
#ifdef HAVE_LIBLZ4
    &qc_bytes_lz4,
#endif
    &qc_bytes_refused, /* last: of equal bids the first wins, a decoder that reads the file */
};

/*
 * The buffer has two parts. Decoders write to the back part. When a peek wants more than is shown,
 * the shown bytes, fewer than QC_LIMIT_PEEK, move to the end of the front part, where new output
 * follows them without a gap. A copy loop leaves no bytes, and moves none. The buffer is small
 * enough to stay in the CPU's cache.
 */
struct qc_bytes {
    struct qc_bytes_options options;
    struct qc_bytes_source source;
    const struct qc_bytes_decoder *decoder;
    void *state;
    uint8_t *buffer;
    uint8_t *shown;        /* the next bytes of the stream, in buffer */
    size_t available;      /* number of bytes at shown */
    uint64_t offset;       /* uncompressed offset of shown[0] */
    uint64_t decoded;      /* bytes of output of all passes together */
    uint64_t reported;     /* stored bytes read at the last call of progress */
    bool cancelled;        /* progress returned false: no pass goes on */
    bool ended;            /* nothing follows the available bytes; end says why */
    struct qemucore_error end;
};

static const struct qc_bytes_decoder *bytes_choose(const uint8_t *head, size_t size)
{
    const struct qc_bytes_decoder *best = NULL;
    unsigned best_bid = 0;
    size = qc_min(size, QC_BYTES_HEAD);
    for (size_t i = 0; i < qc_count(bytes_decoders); i++) {
        unsigned bid = bytes_decoders[i]->bid(head, size);
        if (bid > best_bid) {
            best = bytes_decoders[i];
            best_bid = bid;
        }
    }
    return best;
}

static void bytes_start(struct qc_bytes *bytes)
{
    bytes->shown = bytes->buffer + QC_LIMIT_PEEK;
    bytes->available = 0;
    bytes->offset = 0;
    bytes->reported = 0;
    bytes->ended = false;
    bytes->end = (struct qemucore_error){.status = QEMUCORE_OK};
}

/* NULL: the defaults. */
static void bytes_take_options(struct qc_bytes *bytes, const struct qc_bytes_options *options)
{
    struct qc_bytes_options *ours = &bytes->options;
    if (options != NULL) {
        *ours = *options;
    }
    ours->window_limit = ours->window_limit ?: QC_LIMIT_WINDOW_DEFAULT;
    ours->window_limit = qc_min(ours->window_limit, QC_LIMIT_WINDOW_MAX);
    ours->ratio_limit = ours->ratio_limit ?: QC_LIMIT_RATIO_DEFAULT;
    ours->ratio_from = ours->ratio_from ?: QC_LIMIT_RATIO_FROM;
}

/* Takes the source over, also on failure. */
static enum qemucore_status bytes_new(struct qc_bytes_source *source,
                                      const struct qc_bytes_options *options,
                                      struct qc_bytes **ret, struct qemucore_error *error)
{
    QC_GUARD(qc_guard_bytes) struct qc_bytes *bytes = calloc(1, sizeof(*bytes));
    if (bytes == NULL) {
        qc_bytes_source_close(source);
        return qc_error_memory(error);
    }
    bytes->source = *source;
    bytes_take_options(bytes, options);
    bytes->buffer = malloc(BYTES_BUFFER);
    QC_TRY_MEMORY(bytes->buffer != NULL, error);
    bytes_start(bytes);
    enum qemucore_status status = qc_bytes_source_fill(&bytes->source, QC_BYTES_HEAD, error);
    if (status != QEMUCORE_OK) {
        return status;
    }
    const struct qc_bytes_decoder *decoder = bytes_choose(bytes->source.next, bytes->source.left);
    if (decoder->open != NULL) {
        status = decoder->open(&bytes->state, &bytes->source, &bytes->options, error);
    }
    if (status == QEMUCORE_OK) {
        bytes->decoder = decoder;
        *ret = qc_move(bytes);
    }
    return status;
}

enum qemucore_status qc_bytes_open(const char *path, const struct qc_bytes_options *options,
                                   struct qc_bytes **ret, struct qemucore_error *error)
{
    struct qc_bytes_source source;
    QC_TRY(qc_bytes_source_open(&source, path, error));
    return bytes_new(&source, options, ret, error);
}

enum qemucore_status qc_bytes_open_fd(int fd, const struct qc_bytes_options *options,
                                      struct qc_bytes **ret, struct qemucore_error *error)
{
    struct qc_bytes_source source;
    QC_TRY(qc_bytes_source_open_fd(&source, fd, error));
    return bytes_new(&source, options, ret, error);
}

enum qemucore_status qc_bytes_open_given(const struct qemucore_source *given,
                                         const struct qc_bytes_options *options,
                                         struct qc_bytes **ret, struct qemucore_error *error)
{
    struct qc_bytes_source source;
    QC_TRY(qc_bytes_source_open_given(&source, given, error));
    return bytes_new(&source, options, ret, error);
}

enum qemucore_status qc_bytes_open_memory(const void *data, size_t size, size_t step,
                                          const struct qc_bytes_options *options,
                                          struct qc_bytes **ret, struct qemucore_error *error)
{
    struct qc_bytes_source source;
    QC_TRY(qc_bytes_source_open_memory(&source, data, size, step, error));
    return bytes_new(&source, options, ret, error);
}

void qc_bytes_close(struct qc_bytes *bytes)
{
    if (bytes == NULL) {
        return;
    }
    if (bytes->state != NULL) {
        bytes->decoder->close(bytes->state);
    }
    qc_bytes_source_close(&bytes->source);
    free(bytes->buffer);
    free(bytes);
}

const char *qc_bytes_container(const struct qc_bytes *bytes)
{
    return bytes->decoder->name;
}

struct qc_container qc_bytes_container_of(const uint8_t *head, size_t size)
{
    const struct qc_bytes_decoder *decoder = bytes_choose(head, size);
    return decoder == &qc_bytes_refused ? qc_bytes_refused_container(head, size)
           : decoder == &qc_bytes_raw   ? (struct qc_container){.name = NULL}
                                        : (struct qc_container){.name = decoder->name,
                                                                .command = decoder->command,
                                                                .is_read = true};
}

const char *qc_bytes_command(const struct qc_bytes *bytes)
{
    return bytes->decoder->command;
}

const char *qc_bytes_shell_word(const struct qc_bytes *bytes)
{
    return bytes->source.word;
}

static void bytes_finish(struct qc_bytes *bytes, const struct qemucore_error *why)
{
    bytes->ended = true;
    if (why->status != QEMUCORE_OK) {
        qc_error_set(&bytes->end, why->status, "%s: %s, at uncompressed offset %" PRIu64,
                     bytes->decoder->name, why->message, bytes->offset + bytes->available);
        bytes->end.os_errno = why->os_errno;
    }
}

/* Ends the stream at an extreme compression ratio: an attack or a mistake, and hours of work. */
static void bytes_check_ratio(struct qc_bytes *bytes)
{
    uint64_t output = bytes->offset + bytes->available;
    uint64_t input = qc_bytes_source_taken(&bytes->source);
    if (output > bytes->options.ratio_from && output / bytes->options.ratio_limit > input) {
        struct qemucore_error why;
        qc_error_set(&why, QEMUCORE_LIMIT, "%" PRIu64 " bytes inflate to more than %" PRIu64
                     " times as many, the ratio limit",
                     input, bytes->options.ratio_limit);
        bytes_finish(bytes, &why);
    }
}

static void bytes_report(struct qc_bytes *bytes)
{
    const struct qc_bytes_options *options = &bytes->options;
    uint64_t done = bytes->source.position;
    if (options->progress != NULL && done >= bytes->reported + BYTES_PROGRESS &&
        !bytes->cancelled) {
        bytes->reported = done;
        bytes->cancelled = !options->progress(options->progress_opaque, done, bytes->source.size);
    }
}

/* Ends the stream if its user has cancelled it or the deadline is past. Tells whether it did. */
static bool bytes_is_stopped(struct qc_bytes *bytes)
{
    struct qemucore_error why = {.status = QEMUCORE_OK};
    if (bytes->cancelled) {
        qc_error_set(&why, QEMUCORE_CANCELLED, "reading was cancelled");
    } else if (qc_deadline_is_past(bytes->options.deadline)) {
        qc_error_set(&why, QEMUCORE_TIMED_OUT, "the time limit has passed");
    }
    if (why.status != QEMUCORE_OK) {
        bytes_finish(bytes, &why);
    }
    return why.status != QEMUCORE_OK;
}

/* Decodes more output to the end of the available bytes. may_skip, the number of bytes that need
   not be shown, must be 0 if any are available. */
static void bytes_decode(struct qc_bytes *bytes, uint64_t may_skip)
{
    struct qemucore_error why = {.status = QEMUCORE_OK};
    struct qc_bytes_output output = {.data = bytes->shown + bytes->available, .may_skip = may_skip};
    output.room = (size_t)(bytes->buffer + BYTES_BUFFER - output.data);
    bool more = bytes->decoder->decode(bytes->state, &bytes->source, &output, &why);
    bytes->offset += output.skipped;
    bytes->available += output.written;
    bytes->decoded += output.skipped + output.written;
    if (!more) {
        bytes_finish(bytes, &why);
    } else {
        bytes_check_ratio(bytes);
    }
    bytes_report(bytes);
}

static void bytes_fill(struct qc_bytes *bytes, size_t wanted)
{
    uint8_t *back = bytes->buffer + QC_LIMIT_PEEK;
    bytes->shown = memmove(back - bytes->available, bytes->shown, bytes->available);
    while (bytes->available < wanted && !bytes->ended && !bytes_is_stopped(bytes)) {
        bytes_decode(bytes, 0);
    }
}

/* Decodes on when nothing is available. Returns how many bytes were skipped without showing
   them. */
static uint64_t bytes_decode_unshown(struct qc_bytes *bytes, uint64_t may_skip)
{
    uint64_t from = bytes->offset;
    bytes->shown = bytes->buffer + QC_LIMIT_PEEK;
    if (!bytes->ended && !bytes_is_stopped(bytes)) {
        bytes_decode(bytes, may_skip);
    }
    return bytes->offset - from;
}

size_t qc_bytes_peek(struct qc_bytes *bytes, size_t wanted, const uint8_t **data)
{
    if (wanted > QC_LIMIT_PEEK) {
        wanted = QC_LIMIT_PEEK;
    }
    if (bytes->available < wanted && !bytes->ended) {
        bytes_fill(bytes, wanted);
    }
    *data = bytes->shown;
    return bytes->available;
}

void qc_bytes_consume(struct qc_bytes *bytes, size_t count)
{
    if (count > bytes->available) {
        count = bytes->available;
    }
    bytes->shown += count;
    bytes->available -= count;
    bytes->offset += count;
}

/* Skips without reading, when nothing is available. Returns how many bytes. */
static uint64_t bytes_skip_random(struct qc_bytes *bytes, uint64_t count)
{
    uint64_t rest = bytes->source.size - bytes->offset;
    if (count > rest) {
        count = rest;
    }
    bytes->offset += count;
    qc_bytes_source_seek(&bytes->source, bytes->offset);
    return count;
}

/* Skips what the decoder can jump over. Returns how many bytes. */
static uint64_t bytes_skip_by_jump(struct qc_bytes *bytes, uint64_t count)
{
    if (bytes->decoder->jump == NULL || !qc_bytes_source_can_seek(&bytes->source)) {
        return 0;
    }
    uint64_t from = bytes->offset;
    uint64_t to = count > UINT64_MAX - from ? UINT64_MAX : from + count;
    bytes->offset = bytes->decoder->jump(bytes->state, &bytes->source, from, to);
    return bytes->offset - from;
}

size_t qc_bytes_take(struct qc_bytes *bytes, void *buffer, size_t size)
{
    size_t taken = 0;
    const uint8_t *data;
    size_t part;
    while (taken < size && (part = qc_bytes_peek(bytes, 1, &data)) != 0) {
        part = part < size - taken ? part : size - taken;
        memcpy((uint8_t *)buffer + taken, data, part);
        qc_bytes_consume(bytes, part);
        taken += part;
    }
    return taken;
}

uint64_t qc_bytes_skip(struct qc_bytes *bytes, uint64_t count)
{
    uint64_t skipped = 0;
    while (skipped < count) {
        if (bytes->available == 0 && !bytes->ended) {
            skipped += qc_bytes_is_random(bytes) ? bytes_skip_random(bytes, count - skipped)
                                                 : bytes_skip_by_jump(bytes, count - skipped);
            if (skipped == count || qc_bytes_is_random(bytes)) {
                break;
            }
            skipped += bytes_decode_unshown(bytes, count - skipped);
        }
        size_t shown = bytes->available < count - skipped ? bytes->available
                                                          : (size_t)(count - skipped);
        if (shown == 0 && bytes->ended) {
            break;
        }
        qc_bytes_consume(bytes, shown);
        skipped += shown;
    }
    return skipped;
}

uint64_t qc_bytes_offset(const struct qc_bytes *bytes)
{
    return bytes->offset;
}

const struct qemucore_error *qc_bytes_end(const struct qc_bytes *bytes)
{
    return &bytes->end;
}

bool qc_bytes_is_at_end(const struct qc_bytes *bytes)
{
    return bytes->ended && bytes->available == 0;
}

bool qc_bytes_is_random(const struct qc_bytes *bytes)
{
    return bytes->decoder == &qc_bytes_raw && bytes->source.regular;
}

bool qc_bytes_is_nameless(const struct qc_bytes *bytes)
{
    return bytes->source.nameless;
}

uint64_t qc_bytes_size(const struct qc_bytes *bytes)
{
    return qc_bytes_is_random(bytes) ? bytes->source.size : 0;
}

size_t qc_bytes_read_at(const struct qc_bytes *bytes, uint64_t offset, void *buffer, size_t size,
                        struct qemucore_error *error)
{
    if (!qc_bytes_is_random(bytes)) {
        qc_error_set(error, QEMUCORE_INVALID, "reading at an offset: not a raw regular file");
        return 0;
    }
    return qc_bytes_source_read_at(&bytes->source, offset, buffer, size, error);
}

uint64_t qc_bytes_decoded(const struct qc_bytes *bytes)
{
    return bytes->decoded;
}

void qc_bytes_set_deadline(struct qc_bytes *bytes, uint64_t deadline)
{
    bytes->options.deadline = deadline;
}

void qc_bytes_join(struct qc_bytes *bytes)
{
    if (bytes->decoder->join != NULL) {
        bytes->decoder->join(bytes->state);
    }
}

bool qc_bytes_can_rewind(const struct qc_bytes *bytes)
{
    return qc_bytes_source_can_seek(&bytes->source);
}

enum qemucore_status qc_bytes_rewind(struct qc_bytes *bytes, struct qemucore_error *error)
{
    QC_FAIL_IF(!qc_bytes_can_rewind(bytes), error, QEMUCORE_INVALID,
               "a pipe can be read only once");
    qc_bytes_source_seek(&bytes->source, 0);
    if (bytes->state != NULL) {
        bytes->decoder->reset(bytes->state);
    }
    bytes_start(bytes);
    return QEMUCORE_OK;
}

enum qemucore_status qc_bytes_seek(struct qc_bytes *bytes, uint64_t offset,
                                   struct qemucore_error *error)
{
    QC_TRY(offset < bytes->offset ? qc_bytes_rewind(bytes, error) : QEMUCORE_OK);
    qc_bytes_skip(bytes, offset - bytes->offset);
    return QEMUCORE_OK;
}
