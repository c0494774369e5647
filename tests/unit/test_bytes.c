/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_bytes - containers: whole, cut and damaged
 *
 * The test makes each compressed file in memory, and serves it 1, 7 or 4096 bytes at a time and all
 * at once, so that a step can end at any place.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#ifdef HAVE_LIBLZMA
#include <lzma.h>
#endif
#ifdef HAVE_LIBLZ4
#include <lz4frame.h>
#endif

#include "bytes/bytes.h"
#include "bytes/bytes_limits.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const size_t steps[] = {0, 1, 7, 4096};
/* ---- Data and files ---------------------------------------------------------------------- */

struct buffer {
    uint8_t *bytes;
    size_t size;
    size_t capacity;
};

static uint8_t *buffer_room(struct buffer *buffer, size_t size)
{
    if (buffer->bytes == NULL || buffer->capacity - buffer->size < size) {
        buffer->capacity = 2 * buffer->capacity + size + 1;
        buffer->bytes = realloc(buffer->bytes, buffer->capacity);
        assert_non_null(buffer->bytes);
    }
    return buffer->bytes + buffer->size;
}

static void buffer_add(struct buffer *buffer, const void *bytes, size_t size)
{
    uint8_t *room = buffer_room(buffer, size);
    if (size != 0) {
        memcpy(room, bytes, size);
    }
    buffer->size += size;
}

static void buffer_free(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}
#define BUFFER __attribute__((cleanup(buffer_free))) struct buffer

static uint32_t draw(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

/* Adds text and noise in turn. All pieces differ. */
static void add_content(struct buffer *buffer, size_t size, uint32_t seed)
{
    size_t end = buffer->size + size;
    while (buffer->size < end) {
        char piece[64];
        int length = snprintf(piece, sizeof(piece), "piece %zu of the content. ", buffer->size);
        for (int i = 0; i < 6; i++) {
            piece[length++] = (char)draw(&seed);
        }
        size_t left = end - buffer->size;
        buffer_add(buffer, piece, (size_t)length < left ? (size_t)length : left);
    }
}

/* Adds content for files that are served a byte at a time. Pieces are repeated, so that a small
   file holds more than a decoder's buffer. ISA-L moves 32 KiB for each byte. */
static void add_much_content(struct buffer *buffer, size_t size, uint32_t seed)
{
    size_t end = buffer->size + size;
    while (buffer->size < end) {
        size_t start = buffer->size;
        add_content(buffer, end - start < 40 ? end - start : 40, draw(&seed));
        size_t length = buffer->size - start;
        for (uint32_t i = draw(&seed) % 32; i > 0 && end - buffer->size >= length; i--) {
            buffer_room(buffer, length);
            buffer_add(buffer, buffer->bytes + start, length);
        }
    }
}

static void add_noise(struct buffer *buffer, size_t size, uint32_t seed)
{
    uint8_t *room = buffer_room(buffer, size);
    for (size_t i = 0; i < size; i++) {
        room[i] = (uint8_t)(draw(&seed) >> 12); /* the lower bits repeat soon */
    }
    buffer->size += size;
}

static void add_zeroes(struct buffer *buffer, size_t size)
{
    memset(buffer_room(buffer, size), 0, size);
    buffer->size += size;
}

static void add_gzip(struct buffer *file, const void *data, size_t size, gz_header *header)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    if (header != NULL) {
        assert_int_equal(deflateSetHeader(&stream, header), Z_OK);
    }
    size_t room = deflateBound(&stream, size) + 100;
    stream.next_in = (Bytef *)(uintptr_t)data;
    stream.avail_in = (uInt)size;
    stream.next_out = buffer_room(file, room);
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    file->size += room - stream.avail_out;
    deflateEnd(&stream);
}

struct zstd_how {
    bool checksum;
    bool unknown_size; /* no content size in the header, as zstd writes to a pipe */
    int window_log;
};

static void add_zstd(struct buffer *file, const void *data, size_t size, struct zstd_how how)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, how.checksum);
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, how.window_log);
    if (!how.unknown_size) {
        ZSTD_CCtx_setPledgedSrcSize(context, size);
    }
    size_t room = ZSTD_compressBound(size) + 100;
    ZSTD_outBuffer out = {buffer_room(file, room), room, 0};
    ZSTD_inBuffer in = {data, size, 0};
    /* The first call must not end the frame, or zstd would know the size. */
    assert_false(ZSTD_isError(ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue)));
    assert_int_equal(ZSTD_compressStream2(context, &out, &in, ZSTD_e_end), 0);
    file->size += out.pos;
    ZSTD_freeCCtx(context);
}

static void add_skippable(struct buffer *file, size_t size)
{
    uint8_t head[8] = {0x5a, 0x2a, 0x4d, 0x18, (uint8_t)size, (uint8_t)(size >> 8)};
    buffer_add(file, head, sizeof(head));
    add_noise(file, size, 5);
}

#ifdef HAVE_LIBLZMA
static void add_xz(struct buffer *file, const void *data, size_t size, uint32_t dictionary)
{
    lzma_options_lzma options;
    lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};
    size_t position = 0;
    size_t room = lzma_stream_buffer_bound(size);
    assert_false(lzma_lzma_preset(&options, 1));
    options.dict_size = dictionary;
    uint8_t *at = buffer_room(file, room);
    assert_int_equal(lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC64, NULL, data, size, at,
                                               &position, room), LZMA_OK);
    file->size += position;
}
#endif

#ifdef HAVE_LIBLZ4
static void add_lz4_how(struct buffer *file, const void *data, size_t size,
                        LZ4F_blockChecksum_t block_checksums)
{
    LZ4F_preferences_t how = {.frameInfo = {.blockSizeID = LZ4F_max64KB,
                                            .contentChecksumFlag = LZ4F_contentChecksumEnabled,
                                            .blockChecksumFlag = block_checksums}};
    size_t room = LZ4F_compressFrameBound(size, &how);
    uint8_t *at = buffer_room(file, room);
    size_t written = LZ4F_compressFrame(at, room, data, size, &how);
    assert_false(LZ4F_isError(written));
    file->size += written;
}

static void add_lz4(struct buffer *file, const void *data, size_t size)
{
    add_lz4_how(file, data, size, LZ4F_noBlockChecksum);
}

static void add_lz4_blocks(struct buffer *file, const void *data, size_t size)
{
    add_lz4_how(file, data, size, LZ4F_blockChecksumEnabled);
}
#endif

/* A container, and a function that adds a part (member, frame, stream) with a checksum. */
struct container {
    const char *name;
    size_t signature;  /* size of the signature; a shorter file is raw */
    size_t trailer;    /* bytes after the data of a part of gzip; 0: not known */
    bool skippable;    /* skippable frames may lie between parts */
    void (*add)(struct buffer *file, const void *data, size_t size);
};

static void add_gzip_part(struct buffer *file, const void *data, size_t size)
{
    add_gzip(file, data, size, NULL);
}

static void add_zstd_part(struct buffer *file, const void *data, size_t size)
{
    add_zstd(file, data, size, (struct zstd_how){.checksum = true, .unknown_size = size > 2000});
}

#ifdef HAVE_LIBLZMA
static void add_xz_part(struct buffer *file, const void *data, size_t size)
{
    add_xz(file, data, size, 65536);
}
#endif

static const struct container containers[] = {
    {"gzip", 2, 8, false, add_gzip_part},
    {"zstd", 4, 0, true, add_zstd_part},
#ifdef HAVE_LIBLZMA
    {"xz", 6, 0, false, add_xz_part},
#endif
#ifdef HAVE_LIBLZ4
    {"lz4", 4, 0, true, add_lz4},
    {"lz4", 4, 0, true, add_lz4_blocks},
#endif
};

/* ---- Reading ----------------------------------------------------------------------------- */

static struct qc_bytes *open_memory(const struct buffer *file, size_t step,
                                    const struct qc_bytes_options *options)
{
    struct qc_bytes *bytes = NULL;
    struct qemucore_error error = {0};
    enum qemucore_status status =
        qc_bytes_open_memory(file->bytes, file->size, step, options, &bytes, &error);
    if (status != QEMUCORE_OK) {
        fail_msg("open: %s", error.message);
    }
    return bytes;
}

/* Reads all data from here on, with peeks of `wanted` bytes. */
static void drain(struct qc_bytes *bytes, size_t wanted, struct buffer *out)
{
    const uint8_t *data;
    size_t count;
    do {
        count = qc_bytes_peek(bytes, wanted, &data);
        buffer_add(out, data, count);
        qc_bytes_consume(bytes, count);
    } while (count >= wanted);
    assert_int_equal(qc_bytes_peek(bytes, 1, &data), 0);
}

static void assert_same(const struct buffer *got, const struct buffer *expected)
{
    assert_int_equal(got->size, expected->size);
    assert_true(got->size == 0 || memcmp(got->bytes, expected->bytes, got->size) == 0);
}

static void assert_prefix(const struct buffer *got, const struct buffer *whole)
{
    assert_true(got->size <= whole->size);
    assert_true(got->size == 0 || memcmp(got->bytes, whole->bytes, got->size) == 0);
}

/* Checks the status and the message: its words, the container, and the offset of the end. */
static void assert_end(const struct qc_bytes *bytes, enum qemucore_status status, const char *words)
{
    const struct qemucore_error *end = qc_bytes_end(bytes);
    if (end->status != status || strstr(end->message, words) == NULL) {
        fail_msg("ends with %d \"%s\", not %d \"%s\"", end->status, end->message, status, words);
    }
    if (status != QEMUCORE_OK) {
        char offset[64];
        snprintf(offset, sizeof(offset), ", at uncompressed offset %" PRIu64,
                 qc_bytes_offset(bytes));
        const char *found = strstr(end->message, offset);
        assert_non_null(found);
        assert_string_equal(found, offset);
        assert_memory_equal(end->message, qc_bytes_container(bytes),
                            strlen(qc_bytes_container(bytes)));
    } else {
        assert_string_equal(end->message, "");
    }
}

struct expected {
    const char *container;
    const struct buffer *data;
    enum qemucore_status status;
    const char *words;
};

static void check_with(const struct buffer *file, const struct qc_bytes_options *options,
                       struct expected expected)
{
    static const size_t peeks[] = {1, 100, QC_LIMIT_PEEK};
    for (size_t i = 0; i < COUNT(steps); i++) {
        struct qc_bytes *bytes = open_memory(file, steps[i], options);
        assert_string_equal(qc_bytes_container(bytes), expected.container);
        for (size_t k = 0; k < COUNT(peeks); k++) {
            BUFFER out = {0};
            drain(bytes, peeks[k], &out);
            assert_same(&out, expected.data);
            assert_int_equal(qc_bytes_offset(bytes), expected.data->size);
            assert_end(bytes, expected.status, expected.words);
            assert_int_equal(qc_bytes_rewind(bytes, NULL), QEMUCORE_OK);
            assert_int_equal(qc_bytes_end(bytes)->status, QEMUCORE_OK);
        }
        qc_bytes_close(bytes);
    }
}

static void check(const struct buffer *file, struct expected expected)
{
    check_with(file, NULL, expected);
}

/* ---- Whole files ------------------------------------------------------------------------- */

static void test_raw(void **state)
{
    (void)state;
    BUFFER data = {0};
    check(&data, (struct expected){"raw", &data, QEMUCORE_OK, ""});
    add_content(&data, 3, 1);
    check(&data, (struct expected){"raw", &data, QEMUCORE_OK, ""});
    add_content(&data, 600000, 1);
    check(&data, (struct expected){"raw", &data, QEMUCORE_OK, ""});
}

static void test_gzip(void **state)
{
    (void)state;
    BUFFER data = {0};
    BUFFER file = {0};
    add_much_content(&data, 600000, 2);
    add_gzip(&file, data.bytes, data.size, NULL);
    check(&file, (struct expected){"gzip", &data, QEMUCORE_OK, ""});

    buffer_free(&file);
    gz_header header = {
        .extra = (Bytef[]){'a', 'b', 2, 0, 1, 2},
        .extra_len = 6,
        .name = (Bytef[]){"a name"},
        .comment = (Bytef[]){"a comment"},
        .hcrc = 1,
    };
    add_gzip(&file, data.bytes, 100000, &header);
    add_gzip(&file, data.bytes, 0, NULL);
    add_gzip(&file, data.bytes + 100000, 500000, NULL);
    check(&file, (struct expected){"gzip", &data, QEMUCORE_OK, ""});

    add_zeroes(&file, 1);
    check(&file, (struct expected){"gzip", &data, QEMUCORE_OK, ""});
    add_zeroes(&file, 10000);
    check(&file, (struct expected){"gzip", &data, QEMUCORE_OK, ""});
    buffer_add(&file, "\x1f\x8b", 2);
    check(&file, (struct expected){"gzip", &data, QEMUCORE_CORRUPT, "junk after member 3"});
}

static void test_gzip_junk(void **state)
{
    (void)state;
    static const char *const junk[] = {"j", "\x1fj", "junk of some length, behind the end"};
    for (size_t i = 0; i < COUNT(junk); i++) {
        BUFFER data = {0};
        BUFFER file = {0};
        add_content(&data, 5000, 3);
        add_gzip(&file, data.bytes, data.size, NULL);
        buffer_add(&file, junk[i], strlen(junk[i]));
        check(&file, (struct expected){"gzip", &data, QEMUCORE_CORRUPT, "junk after member 1"});
    }
}

static void test_zstd(void **state)
{
    (void)state;
    BUFFER data = {0};
    BUFFER file = {0};
    add_content(&data, 600000, 4);
    for (int i = 0; i < 4; i++) {
        buffer_free(&file);
        struct zstd_how how = {.checksum = i & 1, .unknown_size = i & 2};
        add_zstd(&file, data.bytes, data.size, how);
        check(&file, (struct expected){"zstd", &data, QEMUCORE_OK, ""});
    }
    buffer_free(&file);
    add_skippable(&file, 0);
    add_zstd(&file, data.bytes, 200000, (struct zstd_how){.checksum = true});
    add_skippable(&file, 10000);
    add_skippable(&file, 1);
    add_zstd(&file, data.bytes, 0, (struct zstd_how){.unknown_size = true});
    add_zstd(&file, data.bytes + 200000, 1, (struct zstd_how){0});
    add_zstd(&file, data.bytes + 200001, 399999, (struct zstd_how){.unknown_size = true});
    check(&file, (struct expected){"zstd", &data, QEMUCORE_OK, ""});
    add_skippable(&file, 300);
    check(&file, (struct expected){"zstd", &data, QEMUCORE_OK, ""});
    buffer_add(&file, "junk", 4);
    check(&file, (struct expected){"zstd", &data, QEMUCORE_CORRUPT, "junk after frame 8"});
}

/* Several parts, one of them empty, with more data than a decoder's buffer; then junk. */
static void test_parts(void **state)
{
    (void)state;
    for (size_t c = 0; c < COUNT(containers); c++) {
        BUFFER data = {0};
        BUFFER file = {0};
        add_much_content(&data, 700000, 24);
        containers[c].add(&file, data.bytes, 300000);
        containers[c].add(&file, data.bytes + 300000, 0);
        containers[c].add(&file, data.bytes + 300000, 400000);
        check(&file, (struct expected){containers[c].name, &data, QEMUCORE_OK, ""});
        buffer_add(&file, "junk of some length", 19);
        check(&file,
              (struct expected){containers[c].name, &data, QEMUCORE_CORRUPT, "junk after "});
    }
}

#ifdef HAVE_LIBLZMA
static void test_xz(void **state)
{
    (void)state;
    BUFFER data = {0};
    BUFFER file = {0};
    BUFFER none = {0};
    struct qc_bytes_options options = {.window_limit = 8 * QC_MIB};
    add_content(&data, 100000, 25);
    add_xz(&file, data.bytes, data.size, 16 * QC_MIB);
    check_with(&file, &options,
               (struct expected){"xz", &none, QEMUCORE_LIMIT, "the window limit is 8 MiB"});
    options.window_limit = 16 * QC_MIB;
    check_with(&file, &options, (struct expected){"xz", &data, QEMUCORE_OK, ""});
    /* Padding between streams and at the end: multiples of four zero bytes. */
    add_zeroes(&file, 8);
    add_xz(&file, data.bytes, 0, 4096);
    add_zeroes(&file, 4);
    check(&file, (struct expected){"xz", &data, QEMUCORE_OK, ""});
}
#endif

/* Only frames without data: no data, and a proper end. */
static void test_zstd_empty(void **state)
{
    (void)state;
    BUFFER none = {0};
    BUFFER file = {0};
    add_skippable(&file, 20);
    check(&file, (struct expected){"zstd", &none, QEMUCORE_OK, ""});
    add_zstd(&file, "", 0, (struct zstd_how){.checksum = true});
    check(&file, (struct expected){"zstd", &none, QEMUCORE_OK, ""});
}

/* ---- Damage ------------------------------------------------------------------------------ */

static void test_gzip_trailer(void **state)
{
    (void)state;
    for (size_t from_end = 1; from_end <= 8; from_end++) {
        BUFFER data = {0};
        BUFFER file = {0};
        add_much_content(&data, 300000, 6);
        add_gzip(&file, data.bytes, data.size, NULL);
        file.bytes[file.size - from_end] ^= 0x40;
        check(&file, (struct expected){"gzip", &data, QEMUCORE_CORRUPT,
                                       "member 1 is damaged (incorrect "});
    }
}

static void test_zstd_checksum(void **state)
{
    (void)state;
    BUFFER data = {0};
    BUFFER file = {0};
    add_content(&data, 300000, 7);
    add_zstd(&file, data.bytes, 1000, (struct zstd_how){0});
    add_zstd(&file, data.bytes + 1000, 299000, (struct zstd_how){.checksum = true});
    file.bytes[file.size - 1] ^= 1;
    check(&file, (struct expected){"zstd", &data, QEMUCORE_CORRUPT, "frame 2 is damaged"});
}

/* The first header is damaged after its magic number. */
static void test_first_header(void **state)
{
    (void)state;
    BUFFER none = {0};
    BUFFER data = {0};
    BUFFER file = {0};
    add_content(&data, 3000, 8);
    add_gzip(&file, data.bytes, data.size, NULL);
    file.bytes[2] = 7;
    check(&file, (struct expected){"gzip", &none, QEMUCORE_CORRUPT, "member 1 is damaged"});
    file.bytes[2] = 8;
    file.bytes[3] = 0xe0;
    check(&file, (struct expected){"gzip", &none, QEMUCORE_CORRUPT, "member 1 is damaged"});
    buffer_free(&file);
    add_zstd(&file, data.bytes, data.size, (struct zstd_how){0});
    file.bytes[4] |= 8; /* a reserved bit */
    check(&file, (struct expected){"zstd", &none, QEMUCORE_CORRUPT, "frame 1 is damaged"});
}

/* A bad block costs none of the good ones before it. */
static void test_zstd_bad_block(void **state)
{
    (void)state;
    for (int noise = 0; noise < 2; noise++) {
        BUFFER data = {0};
        BUFFER file = {0};
        if (noise) {
            add_noise(&data, 600000, 9);
        } else {
            add_content(&data, 600000, 9);
        }
        add_zstd(&file, data.bytes, data.size, (struct zstd_how){.unknown_size = true});
        /* RFC 8878, 3.1.1.2: the size of a block is in the upper 21 bits of its header. */
        size_t at = 6;
        for (int block = 0; block < 3; block++) {
            uint32_t head = file.bytes[at] | file.bytes[at + 1] << 8 | file.bytes[at + 2] << 16;
            assert_int_not_equal(head >> 1 & 3, 1);
            at += 3 + (head >> 3);
        }
        file.bytes[at] |= 6; /* block type 3 is reserved */
        data.size = 3 * 128 * 1024;
        check(&file, (struct expected){"zstd", &data, QEMUCORE_CORRUPT, "frame 1 is damaged"});
    }
}

struct parts {
    struct buffer data;
    struct buffer file;
    size_t data_ends[8];
    size_t file_ends[8];
    size_t count;
};

static void parts_end(struct parts *parts)
{
    parts->data_ends[parts->count] = parts->data.size;
    parts->file_ends[parts->count++] = parts->file.size;
}

static void parts_make(struct parts *parts, const struct container *container)
{
    static const size_t sizes[] = {1500, 0, 2500};
    *parts = (struct parts){0};
    parts_end(parts);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        size_t start = parts->data.size;
        add_content(&parts->data, sizes[i], 10);
        container->add(&parts->file, parts->data.bytes + start, sizes[i]);
        parts_end(parts);
        if (container->skippable && i == 0) {
            add_skippable(&parts->file, 50);
            parts_end(parts);
        }
    }
}

static void parts_free(struct parts *parts)
{
    buffer_free(&parts->data);
    buffer_free(&parts->file);
}

static void check_cut(const struct parts *parts, const struct container *container, size_t size,
                      size_t step)
{
    struct buffer file = {.bytes = parts->file.bytes, .size = size};
    struct qc_bytes *bytes = open_memory(&file, step, NULL);
    BUFFER out = {0};
    drain(bytes, 1, &out);
    if (size < container->signature) {
        assert_string_equal(qc_bytes_container(bytes), "raw");
        assert_same(&out, &file);
    } else {
        size_t whole = 0;
        while (whole + 1 < parts->count && parts->file_ends[whole + 1] <= size) {
            whole++;
        }
        assert_prefix(&out, &parts->data);
        if (parts->file_ends[whole] == size) {
            assert_end(bytes, QEMUCORE_OK, "");
            assert_int_equal(out.size, parts->data_ends[whole]);
        } else {
            assert_end(bytes, QEMUCORE_TRUNCATED, "the file ends ");
            assert_true(out.size >= parts->data_ends[whole]);
            assert_true(out.size <= parts->data_ends[whole + 1]);
            if (parts->file_ends[whole + 1] - size <= container->trailer) {
                /* Only the checksum and the length are cut. */
                assert_int_equal(out.size, parts->data_ends[whole + 1]);
            }
        }
    }
    qc_bytes_close(bytes);
}

static void test_truncated_everywhere(void **state)
{
    (void)state;
    for (size_t c = 0; c < COUNT(containers); c++) {
        struct parts parts;
        parts_make(&parts, &containers[c]);
        for (size_t size = 0; size <= parts.file.size; size++) {
            for (size_t i = 0; i < COUNT(steps); i++) {
                check_cut(&parts, &containers[c], size, steps[i]);
            }
        }
        parts_free(&parts);
    }
}

static void test_truncated_names_place(void **state)
{
    (void)state;
    BUFFER data = {0};
    BUFFER file = {0};
    add_content(&data, 12345, 11);
    add_gzip(&file, data.bytes, data.size, NULL);
    size_t end = file.size;
    add_gzip(&file, data.bytes, data.size, NULL);
    file.size = end + 10; /* a header and no data */
    struct qc_bytes *bytes = open_memory(&file, 0, NULL);
    assert_int_equal(qc_bytes_skip(bytes, UINT64_MAX), 12345);
    assert_string_equal(qc_bytes_end(bytes)->message,
                        "gzip: the file ends inside member 2, at uncompressed offset 12345");
    qc_bytes_close(bytes);
}

/* The input ends while zlib still holds output: all data of the file comes out. It is a little more
   than a decoder's buffer, so that one of zlib's matches is split. */
static void test_truncated_trailer(void **state)
{
    (void)state;
    for (size_t more = 1; more < 258; more += 8) {
        BUFFER data = {0};
        BUFFER file = {0};
        add_zeroes(&data, 256 * QC_KIB + more);
        add_gzip(&file, data.bytes, data.size, NULL);
        file.size -= 8;
        check(&file, (struct expected){"gzip", &data, QEMUCORE_TRUNCATED, "inside member 1"});
    }
}

static void check_flip(const struct parts *parts, size_t at, uint8_t flip, size_t step)
{
    parts->file.bytes[at] ^= flip;
    struct qc_bytes *bytes = open_memory(&parts->file, step, NULL);
    BUFFER out = {0};
    drain(bytes, 1, &out);
    enum qemucore_status status = qc_bytes_end(bytes)->status;
    if (strcmp(qc_bytes_container(bytes), "raw") == 0) {
        assert_same(&out, &parts->file);
    } else if (status == QEMUCORE_OK) {
        /* The checksums are right: the flipped bit belongs to a time stamp or the like. */
        assert_same(&out, &parts->data);
    } else {
        assert_true(status == QEMUCORE_CORRUPT || status == QEMUCORE_TRUNCATED ||
                    status == QEMUCORE_LIMIT /* a larger window */ ||
                    status == QEMUCORE_UNSUPPORTED /* a dictionary */);
        assert_end(bytes, status, "");
        assert_int_equal(qc_bytes_offset(bytes), out.size);
        /* All parts before the damaged one are complete. */
        for (size_t part = 0; part < parts->count && parts->file_ends[part] <= at; part++) {
            assert_true(out.size >= parts->data_ends[part]);
            assert_memory_equal(out.bytes, parts->data.bytes, parts->data_ends[part]);
        }
    }
    qc_bytes_close(bytes);
    parts->file.bytes[at] ^= flip;
}

static void test_flipped_everywhere(void **state)
{
    (void)state;
    static const uint8_t flips[] = {1, 2, 4, 8, 16, 32, 64, 128, 255};
    for (size_t c = 0; c < COUNT(containers); c++) {
        struct parts parts;
        parts_make(&parts, &containers[c]);
        for (size_t at = 0; at < parts.file.size; at++) {
            for (size_t i = 0; i < COUNT(flips); i++) {
                check_flip(&parts, at, flips[i], i == 8 ? 1 : 0);
            }
        }
        parts_free(&parts);
    }
}

/* ISA-L and zlib decode the same data, up to where one of them finds the damage. Neither makes up
   data for a match that begins before the content. */
static void test_inflaters_agree(void **state)
{
    (void)state;
    struct parts parts;
    parts_make(&parts, &containers[0]);
    size_t too_far = 0;
    for (size_t bit = 0; bit < 8 * parts.file.size; bit++) {
        struct buffer outs[2] = {{0}};
        bool is_too_far = false; /* as told by zlib, which is the last one */
        parts.file.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        for (int by_zlib = 0; by_zlib < 2; by_zlib++) {
            struct qc_bytes_options options = {.by_zlib = by_zlib};
            struct qc_bytes *bytes = open_memory(&parts.file, 0, &options);
            drain(bytes, 1, &outs[by_zlib]);
            is_too_far = strstr(qc_bytes_end(bytes)->message, "distance too far back") != NULL;
            qc_bytes_close(bytes);
        }
        bool isal_is_longer = outs[0].size > outs[1].size;
        assert_prefix(&outs[isal_is_longer], &outs[!isal_is_longer]);
        if (is_too_far) {
            assert_true(outs[0].size <= outs[1].size);
            too_far++;
        }
        buffer_free(&outs[0]);
        buffer_free(&outs[1]);
        parts.file.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_not_equal(too_far, 0);
    parts_free(&parts);
}

/* ---- Much -------------------------------------------------------------------------------- */

static void make_much(struct buffer *data, struct buffer *file, const struct container *container)
{
    add_noise(data, 8 * QC_MIB, 31);
    add_zeroes(data, 3 * QC_MIB);
    add_content(data, 3 * QC_MIB, 30);
    container->add(file, data->bytes, data->size);
}

/* Makes frames of 1 MiB without content sizes: threads decode such frames. */
static void make_frames(struct buffer *data, struct buffer *file)
{
    add_noise(data, 20 * QC_MIB, 32);
    for (size_t at = 0; at < data->size; at += QC_MIB) {
        add_zstd(file, data->bytes + at, QC_MIB,
                 (struct zstd_how){.checksum = true, .unknown_size = true});
    }
}

static void test_checksum_of_much(void **state)
{
    (void)state;
    for (size_t c = 0; c < COUNT(containers); c++) {
        BUFFER data = {0};
        BUFFER file = {0};
        make_much(&data, &file, &containers[c]);
        for (int damaged = 0; damaged < 2; damaged++) {
            struct qc_bytes *bytes = open_memory(&file, 0, NULL);
            for (int pass = 0; pass < 2; pass++) {
                BUFFER out = {0};
                drain(bytes, pass == 0 ? 1 : 3000, &out);
                assert_same(&out, &data);
                assert_end(bytes, damaged ? QEMUCORE_CORRUPT : QEMUCORE_OK, "");
                assert_int_equal(qc_bytes_rewind(bytes, NULL), QEMUCORE_OK);
            }
            qc_bytes_close(bytes);
            /* The last byte of an xz file belongs to no checksum of the data. */
            size_t place = strcmp(containers[c].name, "gzip") == 0 ? 8 : 1;
            file.bytes[file.size - place] ^= 0x10;
        }
    }
}

static void test_closed_in_the_middle(void **state)
{
    (void)state;
    for (size_t c = 0; c < COUNT(containers); c++) {
        BUFFER data = {0};
        BUFFER file = {0};
        make_much(&data, &file, &containers[c]);
        for (size_t place = 0; place < data.size; place += 700001) {
            const uint8_t *shown;
            struct qc_bytes *bytes = open_memory(&file, 0, NULL);
            for (int i = 0; i < 3; i++) {
                assert_int_equal(qc_bytes_seek(bytes, place, NULL), QEMUCORE_OK);
                size_t count = qc_bytes_peek(bytes, 1, &shown);
                assert_true(count != 0 && count <= data.size - place);
                assert_memory_equal(shown, data.bytes + place, count);
                assert_int_equal(qc_bytes_rewind(bytes, NULL), QEMUCORE_OK);
                assert_true(qc_bytes_peek(bytes, 1, &shown) != 0);
            }
            qc_bytes_close(bytes);
        }
    }
}

/* The linker sends calls of pthread_create to __wrap_pthread_create (Makefile.am: --wrap). */
static unsigned threads_started;
static bool threads_take_signals;
static bool threads_fail;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *opaque);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *opaque);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *opaque)
{
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    threads_started++;
    threads_take_signals |= !sigismember(&blocked, SIGINT) || !sigismember(&blocked, SIGCHLD);
    return threads_fail ? EAGAIN : __real_pthread_create(thread, attributes, start, opaque);
}

static unsigned count_threads(void)
{
    unsigned count = 0;
    DIR *tasks = opendir("/proc/self/task");
    assert_non_null(tasks);
    for (struct dirent *entry; (entry = readdir(tasks)) != NULL;) {
        count += entry->d_name[0] != '.';
    }
    closedir(tasks);
    return count;
}

/* A thread that was joined may be listed a moment longer. */
static void assert_no_threads(unsigned before)
{
    for (int i = 0; i < 1000 && count_threads() != before; i++) {
        usleep(10000);
    }
    assert_int_equal(count_threads(), before);
}

/* Threads are started, take no signals, and are gone after qc_bytes_join(). If none can be started,
   the bytes are the same. */
static void test_threads(void **state)
{
    (void)state;
    cpu_set_t cpus;
    assert_int_equal(sched_getaffinity(0, sizeof(cpus), &cpus), 0);
    if (CPU_COUNT(&cpus) < 2) {
        skip(); /* see test_one_cpu */
    }
    BUFFER data = {0};
    BUFFER file = {0};
    make_frames(&data, &file);
    unsigned before = count_threads();
    for (int fail = 0; fail < 2; fail++) {
        threads_fail = fail;
        struct qc_bytes *bytes = open_memory(&file, 0, NULL);
        for (int i = 0; i < 3; i++) {
            threads_started = 0;
            qc_bytes_skip(bytes, QC_MIB);
            assert_true(threads_started != 0);
            assert_false(threads_take_signals);
            qc_bytes_join(bytes);
            assert_no_threads(before);
        }
        BUFFER out = {0};
        drain(bytes, 1, &out);
        assert_int_equal(out.size, data.size - 3 * QC_MIB);
        assert_memory_equal(out.bytes, data.bytes + 3 * QC_MIB, out.size);
        assert_end(bytes, QEMUCORE_OK, "");
        qc_bytes_close(bytes);
        assert_no_threads(before);
    }
    threads_fail = false;
}

/* A process that may use only one CPU starts no threads. */
static void test_one_cpu(void **state)
{
    (void)state;
    cpu_set_t all;
    cpu_set_t one;
    assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
    CPU_ZERO(&one);
    for (int cpu = 0; CPU_COUNT(&one) == 0; cpu++) {
        if (CPU_ISSET(cpu, &all)) {
            CPU_SET(cpu, &one);
        }
    }
    BUFFER data = {0};
    BUFFER file = {0};
    make_frames(&data, &file);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(sched_setaffinity(0, sizeof(one), i == 0 ? &one : &all), 0);
        threads_started = 0;
        struct qc_bytes *bytes = open_memory(&file, 0, NULL);
        assert_int_equal(qc_bytes_skip(bytes, 10 * QC_MIB), 10 * QC_MIB);
        assert_int_equal(threads_started != 0, i == 1 && CPU_COUNT(&all) > 1);
        qc_bytes_close(bytes);
    }
}

/* ---- Limits ------------------------------------------------------------------------------ */

static void test_window(void **state)
{
    (void)state;
    BUFFER data = {0};
    BUFFER first = {0};
    BUFFER file = {0};
    struct qc_bytes_options options = {.window_limit = 8 * QC_MIB};
    add_content(&first, 1000, 12);
    add_content(&data, 1000, 12);
    add_content(&data, 5000, 13);
    add_zstd(&file, first.bytes, first.size, (struct zstd_how){0});
    add_zstd(&file, data.bytes + 1000, 5000,
             (struct zstd_how){.unknown_size = true, .window_log = 24});
    check_with(&file, &options,
               (struct expected){"zstd", &first, QEMUCORE_LIMIT,
                                 "frame 2 needs a window of 16 MiB, the window limit is 8 MiB"});
    options.window_limit = 16 * QC_MIB;
    check_with(&file, &options, (struct expected){"zstd", &data, QEMUCORE_OK, ""});
    check_with(&file, NULL, (struct expected){"zstd", &data, QEMUCORE_OK, ""});
}

/* Frames whose window is their content, with each size of the content size field. */
static void test_window_single_segment(void **state)
{
    (void)state;
    static const size_t sizes[] = {255, 256, 65791, 65792, 300000};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        BUFFER none = {0};
        BUFFER data = {0};
        BUFFER file = {0};
        add_content(&data, sizes[i], 14);
        add_zstd(&file, data.bytes, data.size, (struct zstd_how){0});
        assert_int_equal(file.bytes[4] & 0x20, 0x20);
        struct qc_bytes_options options = {.window_limit = sizes[i]};
        check_with(&file, &options, (struct expected){"zstd", &data, QEMUCORE_OK, ""});
        options.window_limit = sizes[i] - 1;
        check_with(&file, &options,
                   (struct expected){"zstd", &none, QEMUCORE_LIMIT, "needs a window of 1 MiB"});
    }
}

static void test_ratio(void **state)
{
    (void)state;
    BUFFER data = {0};
    add_zeroes(&data, 8 * QC_MIB);
    for (int gzip = 0; gzip < 2; gzip++) {
        BUFFER file = {0};
        if (gzip) {
            add_gzip(&file, data.bytes, data.size, NULL);
        } else {
            add_zstd(&file, data.bytes, data.size, (struct zstd_how){0});
        }
        for (size_t i = 0; i < COUNT(steps); i++) {
            struct qc_bytes_options options = {.ratio_limit = 100, .ratio_from = QC_MIB};
            struct qc_bytes *bytes = open_memory(&file, steps[i], &options);
            /* Reads the data: to skip a frame that tells its size would cost nothing. */
            BUFFER out = {0};
            drain(bytes, 1, &out);
            assert_true(out.size > QC_MIB);
            assert_true(out.size < data.size);
            assert_end(bytes, QEMUCORE_LIMIT, "the ratio limit");
            qc_bytes_close(bytes);
        }
        struct qc_bytes_options options = {.ratio_limit = 40000, .ratio_from = QC_MIB};
        check_with(&file, &options,
                   (struct expected){gzip ? "gzip" : "zstd", &data, QEMUCORE_OK, ""});
        check_with(&file, NULL,
                   (struct expected){gzip ? "gzip" : "zstd", &data, QEMUCORE_OK, ""});
    }
}

/* ---- Peek, consume, skip ----------------------------------------------------------------- */

/* Peeks and moves on at random, and compares each step with the data. */
static void check_walk(const struct buffer *file, const struct buffer *data, size_t step)
{
    uint32_t random = 15;
    struct qc_bytes *bytes = open_memory(file, step, NULL);
    for (int round = 0; round < 3; round++) {
        size_t offset = 0;
        while (offset < data->size) {
            size_t left = data->size - offset;
            size_t wanted = draw(&random) % (draw(&random) % 8 == 0 ? QC_LIMIT_PEEK + 1 : 300);
            const uint8_t *shown;
            size_t count = qc_bytes_peek(bytes, wanted, &shown);
            assert_int_equal(qc_bytes_offset(bytes), offset);
            assert_true(count >= (wanted < left ? wanted : left));
            assert_true(count <= left);
            assert_true(count == 0 || memcmp(shown, data->bytes + offset, count) == 0);
            size_t move = draw(&random) % (count + 1);
            if (draw(&random) % 4 == 0) {
                move = draw(&random) % 20000;
                size_t expected = move < left ? move : left;
                assert_int_equal(qc_bytes_skip(bytes, move), expected);
                move = expected;
            } else {
                qc_bytes_consume(bytes, move);
            }
            offset += move;
            if (round < 2 && draw(&random) % 200 == 0) {
                break;
            }
        }
        assert_int_equal(qc_bytes_rewind(bytes, NULL), QEMUCORE_OK);
        assert_int_equal(qc_bytes_offset(bytes), 0);
    }
    qc_bytes_close(bytes);
}

static void test_walk(void **state)
{
    (void)state;
    BUFFER data = {0};
    BUFFER gzip = {0};
    BUFFER zstd = {0};
    add_much_content(&data, 700000, 16);
    for (size_t start = 0; start < data.size; start += 70000) {
        /* Small and large parts in turn, so that a peek crosses several ends. */
        size_t small = 30;
        add_gzip(&gzip, data.bytes + start, small, NULL);
        add_gzip(&gzip, data.bytes + start + small, 70000 - small, NULL);
        add_zstd(&zstd, data.bytes + start, small, (struct zstd_how){0});
        add_zstd(&zstd, data.bytes + start + small, 70000 - small, (struct zstd_how){0});
    }
    for (size_t i = 0; i < COUNT(steps); i++) {
        check_walk(&data, &data, steps[i]);
        check_walk(&gzip, &data, steps[i]);
        check_walk(&zstd, &data, steps[i]);
    }
}

static void test_peek_shows_much(void **state)
{
    (void)state;
    BUFFER data = {0};
    BUFFER file = {0};
    add_zeroes(&data, 4 * QC_MIB);
    add_zstd(&file, data.bytes, data.size, (struct zstd_how){.unknown_size = true});
    struct qc_bytes *bytes = open_memory(&file, 0, NULL);
    const uint8_t *shown;
    size_t peeks = 0;
    for (size_t count; (count = qc_bytes_peek(bytes, 1, &shown)) != 0; peeks++) {
        qc_bytes_consume(bytes, count);
    }
    assert_true(peeks <= 32);
    qc_bytes_close(bytes);
}

static void test_skip_past_end(void **state)
{
    (void)state;
    BUFFER data = {0};
    BUFFER file = {0};
    add_content(&data, 10000, 17);
    add_gzip(&file, data.bytes, data.size, NULL);
    struct qc_bytes *bytes = open_memory(&file, 7, NULL);
    assert_int_equal(qc_bytes_skip(bytes, 0), 0);
    assert_int_equal(qc_bytes_skip(bytes, 9999), 9999);
    assert_int_equal(qc_bytes_skip(bytes, 2), 1);
    assert_int_equal(qc_bytes_skip(bytes, UINT64_MAX), 0);
    assert_int_equal(qc_bytes_offset(bytes), 10000);
    assert_end(bytes, QEMUCORE_OK, "");
    qc_bytes_close(bytes);
}

struct progress {
    size_t calls;
    uint64_t done;
    uint64_t total;
    unsigned cancelled_by; /* the call that cancels; 0: none */
};

static bool count_progress(void *opaque, uint64_t done, uint64_t total)
{
    struct progress *progress = opaque;
    assert_true(done >= progress->done + 4 * QC_MIB);
    progress->calls++;
    progress->done = done;
    progress->total = total;
    return progress->calls != progress->cancelled_by;
}

static void test_progress(void **state)
{
    (void)state;
    BUFFER data = {0};
    add_zeroes(&data, 20 * QC_MIB);
    struct progress progress = {0};
    struct qc_bytes_options options = {.progress = count_progress, .progress_opaque = &progress};
    struct qc_bytes *bytes = open_memory(&data, 0, &options);
    assert_int_equal(qc_bytes_skip(bytes, UINT64_MAX), data.size);
    assert_true(progress.calls >= 4 && progress.calls <= 5);
    assert_int_equal(progress.total, data.size);
    qc_bytes_close(bytes);

    /* No call follows the one that returns false, nor does one in later passes. */
    progress = (struct progress){.cancelled_by = 2};
    bytes = open_memory(&data, 0, &options);
    assert_true(qc_bytes_skip(bytes, UINT64_MAX) < 9 * QC_MIB);
    assert_int_equal(qc_bytes_end(bytes)->status, QEMUCORE_CANCELLED);
    assert_int_equal(qc_bytes_rewind(bytes, NULL), QEMUCORE_OK);
    assert_int_equal(qc_bytes_skip(bytes, UINT64_MAX), 0);
    assert_int_equal(progress.calls, 2);
    qc_bytes_close(bytes);
}

/* ---- Files ------------------------------------------------------------------------------- */

struct place {
    char directory[32];
    char file[64];
};

static void place_make(struct place *place, const void *data, size_t size)
{
    strcpy(place->directory, "/tmp/test_bytes.XXXXXX");
    assert_non_null(mkdtemp(place->directory));
    snprintf(place->file, sizeof(place->file), "%s/core.gz", place->directory);
    int fd = open(place->file, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, size), (ssize_t)size);
    close(fd);
}

static void place_remove(struct place *place)
{
    unlink(place->file);
    rmdir(place->directory);
}

static struct qc_bytes *open_path(const char *path)
{
    struct qc_bytes *bytes = NULL;
    assert_int_equal(qc_bytes_open(path, NULL, &bytes, NULL), QEMUCORE_OK);
    return bytes;
}

/* Returns how many bytes this process has read so far; -1: the kernel does not count them. */
static long long bytes_read_so_far(void)
{
    FILE *file = fopen("/proc/self/io", "r");
    long long count = -1;
    if (file != NULL) {
        if (fscanf(file, "rchar: %lld", &count) != 1) {
            count = -1;
        }
        fclose(file);
    }
    return count;
}

static void check_random(struct qc_bytes *bytes, const struct buffer *data)
{
    assert_string_equal(qc_bytes_container(bytes), "raw");
    assert_true(qc_bytes_is_random(bytes) && qc_bytes_can_rewind(bytes));
    assert_int_equal(qc_bytes_size(bytes), data->size);
    BUFFER out = {0};
    drain(bytes, 100, &out);
    assert_same(&out, data);
    assert_end(bytes, QEMUCORE_OK, "");
    assert_int_equal(qc_bytes_rewind(bytes, NULL), QEMUCORE_OK);

    const uint8_t *shown;
    assert_true(qc_bytes_peek(bytes, 10, &shown) >= 10);
    qc_bytes_consume(bytes, 10);
    assert_int_equal(qc_bytes_skip(bytes, 300000), 300000);
    assert_int_equal(qc_bytes_offset(bytes), 300010);
    uint8_t read[200];
    struct qemucore_error error = {0};
    assert_int_equal(qc_bytes_read_at(bytes, 5, read, 200, &error), 200);
    assert_memory_equal(read, data->bytes + 5, 200);
    assert_int_equal(qc_bytes_read_at(bytes, data->size - 5, read, 200, &error), 5);
    assert_memory_equal(read, data->bytes + data->size - 5, 5);
    assert_int_equal(qc_bytes_read_at(bytes, data->size, read, 200, &error), 0);
    assert_int_equal(qc_bytes_read_at(bytes, UINT64_MAX, read, 200, &error), 0);
    assert_int_equal(error.status, QEMUCORE_OK);
    assert_true(qc_bytes_peek(bytes, 1000, &shown) >= 1000);
    assert_memory_equal(shown, data->bytes + 300010, 1000);
    assert_int_equal(qc_bytes_skip(bytes, UINT64_MAX), data->size - 300010);
    assert_int_equal(qc_bytes_peek(bytes, 1, &shown), 0);
    assert_end(bytes, QEMUCORE_OK, "");
}

/* The content decides: the file is raw, and called core.gz. */
static void test_file(void **state)
{
    (void)state;
    BUFFER data = {0};
    struct place place;
    add_content(&data, 500000, 18);
    place_make(&place, data.bytes, data.size);
    struct qc_bytes *bytes;
    bytes = open_path(place.file);
    check_random(bytes, &data);
    qc_bytes_close(bytes);
    place_remove(&place);
}

static void test_file_gzip(void **state)
{
    (void)state;
    BUFFER data = {0};
    BUFFER file = {0};
    struct place place;
    add_content(&data, 2000000, 19);
    add_gzip(&file, data.bytes, data.size, NULL);
    place_make(&place, file.bytes, file.size);
    struct qc_bytes *bytes;
    bytes = open_path(place.file);
    assert_false(qc_bytes_is_random(bytes));
    uint8_t byte;
    struct qemucore_error error = {0};
    assert_int_equal(qc_bytes_read_at(bytes, 0, &byte, 1, &error), 0);
    assert_int_equal(error.status, QEMUCORE_INVALID);
    for (int round = 0; round < 2; round++) {
        BUFFER out = {0};
        drain(bytes, 100, &out);
        assert_same(&out, &data);
        assert_int_equal(qc_bytes_rewind(bytes, NULL), QEMUCORE_OK);
    }
    qc_bytes_close(bytes);
    place_remove(&place);
}

/* Skipping reads nothing: the file is a hole of 1 TiB. */
static void test_file_reads_little(void **state)
{
    (void)state;
    struct place place;
    place_make(&place, "", 0);
    assert_int_equal(truncate(place.file, (off_t)1 << 40), 0);
    struct qc_bytes *bytes;
    const uint8_t *shown;
    long long before = bytes_read_so_far();
    alarm(60);
    bytes = open_path(place.file);
    assert_true(qc_bytes_peek(bytes, 64, &shown) >= 64);
    assert_int_equal(qc_bytes_skip(bytes, (uint64_t)1 << 39), (uint64_t)1 << 39);
    assert_true(qc_bytes_peek(bytes, 64, &shown) >= 64);
    assert_int_equal(qc_bytes_skip(bytes, UINT64_MAX), (uint64_t)1 << 39);
    long long after = bytes_read_so_far();
    alarm(0);
    assert_true(after - before < 32 * 1024);
    qc_bytes_close(bytes);
    place_remove(&place);
}

static void test_file_shrinks(void **state)
{
    (void)state;
    BUFFER data = {0};
    struct place place;
    add_content(&data, 500000, 20);
    place_make(&place, data.bytes, data.size);
    struct qc_bytes *bytes;
    bytes = open_path(place.file);
    assert_int_equal(truncate(place.file, 100000), 0);
    data.size = 100000;
    BUFFER out = {0};
    drain(bytes, 1, &out);
    assert_same(&out, &data);
    assert_end(bytes, QEMUCORE_TRUNCATED, "became shorter");
    qc_bytes_close(bytes);
    place_remove(&place);
}

/* The file is cut after a first peek. */
static void test_compressed_file_shrinks(void **state)
{
    (void)state;
    BUFFER data = {0};
    BUFFER file = {0};
    struct place place;
    add_noise(&data, 9 * QC_MIB, 33);
    add_zstd(&file, data.bytes, data.size, (struct zstd_how){.checksum = true});
    place_make(&place, file.bytes, file.size);
    struct qc_bytes *bytes = open_path(place.file);
    const uint8_t *shown;
    assert_int_not_equal(qc_bytes_peek(bytes, 1, &shown), 0);
    assert_int_equal(truncate(place.file, 7 * QC_MIB), 0);
    BUFFER out = {0};
    drain(bytes, 1, &out);
    assert_prefix(&out, &data);
    assert_true(out.size >= 7 * QC_MIB - 256 * QC_KIB && out.size <= 7 * QC_MIB);
    assert_end(bytes, QEMUCORE_TRUNCATED, "became shorter");
    qc_bytes_close(bytes);
    place_remove(&place);
}

/* Standard input is a file whose offset is not 0: all of it is read, and the offset stays. */
static void test_standard_input_file(void **state)
{
    (void)state;
    BUFFER data = {0};
    struct place place;
    add_content(&data, 500000, 21);
    place_make(&place, data.bytes, data.size);
    int saved = dup(STDIN_FILENO);
    int fd = open(place.file, O_RDONLY);
    assert_int_equal(lseek(fd, 1000, SEEK_SET), 1000);
    dup2(fd, STDIN_FILENO);
    close(fd);
    struct qc_bytes *bytes;
    bytes = open_path("-");
    check_random(bytes, &data);
    qc_bytes_close(bytes);
    assert_int_equal(lseek(STDIN_FILENO, 0, SEEK_CUR), 1000);
    dup2(saved, STDIN_FILENO);
    close(saved);
    place_remove(&place);
}

/* Starts a child that waits, and then writes the file in pieces to `path`; NULL: to `fd`. */
static pid_t start_writer(const struct buffer *file, const char *path, int fd)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        usleep(50000);
        if (path != NULL) {
            fd = open(path, O_WRONLY);
        }
        for (size_t done = 0; done < file->size;) {
            size_t left = file->size - done;
            ssize_t count = write(fd, file->bytes + done, left < 3000 ? left : 3000);
            if (count <= 0) {
                _exit(1);
            }
            done += (size_t)count;
        }
        _exit(0);
    }
    return child;
}

static void check_stream(struct qc_bytes *bytes, const char *container, const struct buffer *data)
{
    assert_string_equal(qc_bytes_container(bytes), container);
    assert_false(qc_bytes_is_random(bytes));
    assert_false(qc_bytes_can_rewind(bytes));
    assert_int_equal(qc_bytes_rewind(bytes, NULL), QEMUCORE_INVALID);
    assert_int_equal(qc_bytes_skip(bytes, 12345), 12345);
    BUFFER out = {0};
    buffer_add(&out, data->bytes, 12345);
    drain(bytes, 1000, &out);
    assert_same(&out, data);
    assert_end(bytes, QEMUCORE_OK, "");
}

/* Pipes as standard input, also non-blocking ones, and a named FIFO that has no writer yet. */
static void test_pipes(void **state)
{
    (void)state;
    BUFFER data = {0};
    BUFFER zstd = {0};
    add_content(&data, 500000, 22);
    add_zstd(&zstd, data.bytes, data.size, (struct zstd_how){0});
    for (int i = 0; i < 4; i++) {
        const struct buffer *file = i & 1 ? &zstd : &data;
        const char *container = i & 1 ? "zstd" : "raw";
        struct qc_bytes *bytes;
        int status;

        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = start_writer(file, NULL, ends[1]);
        close(ends[1]);
        if (i & 2) {
            fcntl(ends[0], F_SETFL, O_NONBLOCK);
        }
        int saved = dup(STDIN_FILENO);
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
        bytes = open_path("-");
        check_stream(bytes, container, &data);
        qc_bytes_close(bytes);
        assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
        dup2(saved, STDIN_FILENO);
        close(saved);
        assert_int_equal(waitpid(child, &status, 0), child);

        struct place place;
        place_make(&place, "", 0);
        unlink(place.file);
        assert_int_equal(mkfifo(place.file, 0600), 0);
        child = start_writer(file, place.file, -1);
        bytes = open_path(place.file);
        check_stream(bytes, container, &data);
        qc_bytes_close(bytes);
        assert_int_equal(waitpid(child, &status, 0), child);
        place_remove(&place);
    }
}

static void check_open_fails(const char *path, enum qemucore_status status, const char *words)
{
    struct qc_bytes *bytes = NULL;
    struct qemucore_error error = {0};
    assert_int_equal(qc_bytes_open(path, NULL, &bytes, &error), status);
    assert_null(bytes);
    assert_int_equal(error.status, status);
    if (strstr(error.message, words) == NULL) {
        fail_msg("\"%s\" without \"%s\"", error.message, words);
    }
    assert_int_equal(qc_bytes_open(path, NULL, &bytes, NULL), status);
}

static void test_open_fails(void **state)
{
    (void)state;
    check_open_fails("/nowhere/core", QEMUCORE_SYSTEM, "No such file or directory");
    check_open_fails("/", QEMUCORE_INVALID, "a directory");
    check_open_fails("/dev/null", QEMUCORE_INVALID, "character device");
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        size_t size;
        const char *words;
    } cases[] = {
#ifndef HAVE_LIBLZMA
        {"\xfd" "7zXZ\0", 6, "an xz file; this build reads raw"},
#endif
#ifndef HAVE_LIBLZ4
        {"\x04\x22\x4d\x18", 4, "try lz4 -dc /"},
#endif
        {"\x02\x21\x4c\x18", 4, "try lz4 -dc /"},
        {"BZh9", 4, "try bzip2 -dc /"},
        {"LZIP\1", 5, "try lzip -dc /"},
        {"\x89" "LZO\0\r\n\x1a\n", 9, "try lzop -dc /"},
        {"\x1f\x9d", 2, "try gzip -dc /"},
        {"PK\3\4", 4, "try unzip -p /"},
        {"7z\xbc\xaf\x27\x1c", 6, "try 7z x -so /"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        BUFFER file = {0};
        buffer_add(&file, cases[i].head, cases[i].size);
        for (int longer = 0; longer < 2; longer++) {
            struct place place;
            place_make(&place, file.bytes, file.size);
            check_open_fails(place.file, QEMUCORE_UNSUPPORTED, cases[i].words);
            place_remove(&place);
            add_content(&file, 1000, 23);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_raw),
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_gzip_junk),
        cmocka_unit_test(test_zstd),
        cmocka_unit_test(test_zstd_empty),
        cmocka_unit_test(test_parts),
#ifdef HAVE_LIBLZMA
        cmocka_unit_test(test_xz),
#endif
        cmocka_unit_test(test_gzip_trailer),
        cmocka_unit_test(test_zstd_checksum),
        cmocka_unit_test(test_first_header),
        cmocka_unit_test(test_zstd_bad_block),
        cmocka_unit_test(test_truncated_everywhere),
        cmocka_unit_test(test_truncated_names_place),
        cmocka_unit_test(test_truncated_trailer),
        cmocka_unit_test(test_flipped_everywhere),
        cmocka_unit_test(test_inflaters_agree),
        cmocka_unit_test(test_checksum_of_much),
        cmocka_unit_test(test_closed_in_the_middle),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_one_cpu),
        cmocka_unit_test(test_window),
        cmocka_unit_test(test_window_single_segment),
        cmocka_unit_test(test_ratio),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_peek_shows_much),
        cmocka_unit_test(test_skip_past_end),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_file_gzip),
        cmocka_unit_test(test_file_reads_little),
        cmocka_unit_test(test_file_shrinks),
        cmocka_unit_test(test_compressed_file_shrinks),
        cmocka_unit_test(test_standard_input_file),
        cmocka_unit_test(test_pipes),
        cmocka_unit_test(test_open_fails),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
