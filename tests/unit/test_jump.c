/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_jump - containers that can be entered at many places: skipped parts are not decoded
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST /* next_in points to const */
#include <zlib.h>
#include <zstd.h>
#ifdef HAVE_LIBLZMA
#include <lzma.h>
#endif

#include "bytes/bytes.h"
#include "bytes/bytes_limits.h"

#define PART ((size_t)(384 * QC_KIB))
#define PARTS ((size_t)24)
#define SIZE (PARTS * PART)
/* Most bytes that a jump may decode: the part that it leads into, and some ahead. */
#define COST (2 * PART + 512 * QC_KIB)

static uint8_t data[SIZE];

/* ---- files ------------------------------------------------------------------------------- */

struct file {
    uint8_t *bytes;
    size_t size;
};

/* Makes an empty file, with room for any that is made here. */
static struct file file_new(void)
{
    struct file file = {malloc(2 * SIZE), 0};
    assert_non_null(file.bytes);
    return file;
}

static void file_add(struct file *file, const void *bytes, size_t size)
{
    memcpy(file->bytes + file->size, bytes, size);
    file->size += size;
}

static void file_add_u32(struct file *file, uint32_t number)
{
    uint8_t bytes[] = {(uint8_t)number, (uint8_t)(number >> 8), (uint8_t)(number >> 16),
                       (uint8_t)(number >> 24)};
    file_add(file, bytes, sizeof(bytes));
}

/* Adds a frame. `tells`: with the size of its content in the header. */
static size_t add_frame(struct file *file, const uint8_t *content, size_t size, bool tells)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, tells);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size_t written = ZSTD_compress2(context, file->bytes + file->size, 2 * SIZE - file->size,
                                    content, size);
    assert_false(ZSTD_isError(written));
    file->size += written;
    ZSTD_freeCCtx(context);
    return written;
}

static struct file frames_of_known_size(void)
{
    struct file file = file_new();
    for (size_t i = 0; i < PARTS; i++) {
        add_frame(&file, data + i * PART, PART, true);
        if (i % 5 == 0) {
            file_add_u32(&file, 0x184d2a53);
            file_add_u32(&file, 3);
            file_add(&file, "abc", 3);
        }
    }
    return file;
}

/* As pzstd writes frames. */
static struct file frames_of_unknown_size(void)
{
    struct file file = file_new();
    for (size_t i = 0; i < PARTS; i++) {
        file_add_u32(&file, 0x184d2a50);
        file_add_u32(&file, 4);
        file_add_u32(&file, 0);
        add_frame(&file, data + i * PART, PART, false);
        add_frame(&file, data, 0, false);
    }
    return file;
}

/* The seek table adds `lie` to the content of frame 20, and `wrong_total` to frame 3 itself. */
static struct file seekable(uint32_t lie, uint32_t wrong_total)
{
    struct file file = file_new();
    uint32_t sizes[PARTS];
    for (size_t i = 0; i < PARTS; i++) {
        sizes[i] = (uint32_t)add_frame(&file, data + i * PART, PART, false);
    }
    file_add_u32(&file, 0x184d2a5e);
    file_add_u32(&file, PARTS * 8 + 9);
    for (size_t i = 0; i < PARTS; i++) {
        file_add_u32(&file, sizes[i] + (i == 3 ? wrong_total : 0));
        file_add_u32(&file, (uint32_t)PART + (i == 20 ? lie : 0));
    }
    file_add_u32(&file, PARTS);
    file_add(&file, "", 1);
    file_add_u32(&file, 0x8f92eab1);
    return file;
}

static struct file seekable_file(void)
{
    return seekable(0, 0);
}

static void add_member(struct file *file, const uint8_t *content, size_t size, gz_header *header)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    if (header != NULL) {
        assert_int_equal(deflateSetHeader(&stream, header), Z_OK);
    }
    stream.next_in = content;
    stream.avail_in = (uInt)size;
    stream.next_out = file->bytes + file->size;
    stream.avail_out = (uInt)(2 * SIZE - file->size);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    file->size += stream.total_out;
    deflateEnd(&stream);
}

static struct file one_member(void)
{
    struct file file = file_new();
    add_member(&file, data, SIZE, NULL);
    return file;
}

static struct file three_members(void)
{
    struct file file = file_new();
    add_member(&file, data, 2 * PART, NULL);
    add_member(&file, data + 2 * PART, 1, NULL);
    add_member(&file, data + 2 * PART + 1, SIZE - 2 * PART - 1, NULL);
    return file;
}

/* As bgzip writes it: members of less than 64 KiB that tell their size. */
static struct file bgzip(void)
{
    struct file file = file_new();
    for (size_t at = 0; at < SIZE;) {
        uint8_t extra[] = {'B', 'C', 2, 0, 0, 0};
        gz_header header = {.extra = extra, .extra_len = sizeof(extra), .os = 255};
        size_t size = SIZE - at < 65280 ? SIZE - at : 65280;
        size_t start = file.size;
        add_member(&file, data + at, size, &header);
        size_t stored = file.size - start;
        if (stored > 65536) { /* noise: bgzip puts less of it into a member */
            file.size = start;
            size /= 2;
            add_member(&file, data + at, size, &header);
            stored = file.size - start;
        }
        file.bytes[start + 16] = (uint8_t)(stored - 1);
        file.bytes[start + 17] = (uint8_t)((stored - 1) >> 8);
        at += size;
    }
    return file;
}

#ifdef HAVE_LIBLZMA
/* Two streams of blocks, with zeroes between and after them. */
static struct file blocks(void)
{
    struct file file = file_new();
    for (size_t half = 0; half < 2; half++) {
        lzma_stream stream = LZMA_STREAM_INIT;
        lzma_mt how = {.threads = 1, .block_size = PART, .preset = 0, .check = LZMA_CHECK_CRC64};
        assert_int_equal(lzma_stream_encoder_mt(&stream, &how), LZMA_OK);
        stream.next_in = data + half * (SIZE / 2);
        stream.avail_in = SIZE / 2;
        stream.next_out = file.bytes + file.size;
        stream.avail_out = 2 * SIZE - file.size;
        lzma_ret result;
        while ((result = lzma_code(&stream, LZMA_FINISH)) == LZMA_OK) {
        }
        assert_int_equal(result, LZMA_STREAM_END);
        file.size += stream.total_out;
        lzma_end(&stream);
        file_add(&file, "\0\0\0\0\0\0\0\0", 8);
    }
    return file;
}

/* The index gives block 3 four bytes too many, and block 4 four bytes too few. */
static struct file lying_index(void)
{
    struct file file = file_new();
    size_t position = 0;
    lzma_options_lzma options;
    lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};
    lzma_stream_flags flags = {.version = 0, .check = LZMA_CHECK_CRC32};
    lzma_index *index = lzma_index_init(NULL);
    assert_false(lzma_lzma_preset(&options, 0));
    assert_int_equal(lzma_stream_header_encode(&flags, file.bytes), LZMA_OK);
    position = LZMA_STREAM_HEADER_SIZE;
    for (size_t i = 0; i < PARTS; i++) {
        lzma_block block = {.version = 0, .check = LZMA_CHECK_CRC32, .filters = filters};
        block.compressed_size = block.uncompressed_size = LZMA_VLI_UNKNOWN;
        assert_int_equal(lzma_block_buffer_encode(&block, NULL, data + i * PART, PART, file.bytes,
                                                  &position, 2 * SIZE), LZMA_OK);
        size_t claimed = i == 3 ? PART + 4 : i == 4 ? PART - 4 : PART;
        assert_int_equal(lzma_index_append(index, NULL, lzma_block_unpadded_size(&block), claimed),
                         LZMA_OK);
    }
    assert_int_equal(lzma_index_buffer_encode(index, file.bytes, &position, 2 * SIZE), LZMA_OK);
    flags.backward_size = lzma_index_size(index);
    assert_int_equal(lzma_stream_footer_encode(&flags, file.bytes + position), LZMA_OK);
    file.size = position + LZMA_STREAM_HEADER_SIZE;
    lzma_index_end(index, NULL);
    return file;
}
#endif

/* ---- walks ------------------------------------------------------------------------------- */

static struct qc_bytes *open_file(const struct file *file, struct qc_bytes_options options)
{
    struct qc_bytes *bytes = NULL;
    struct qemucore_error error = {0};
    options.checkpoint_distance = PART;
    assert_int_equal(qc_bytes_open_memory(file->bytes, file->size, 0, &options, &bytes, &error),
                     QEMUCORE_OK);
    return bytes;
}

static void assert_here(struct qc_bytes *bytes, size_t offset, size_t wanted)
{
    const uint8_t *shown;
    size_t left = SIZE - offset;
    assert_int_equal(qc_bytes_offset(bytes), offset);
    size_t count = qc_bytes_peek(bytes, wanted, &shown);
    assert_true(count >= (wanted < left ? wanted : left));
    assert_memory_equal(shown, data + offset, count);
}

static void check_walk(struct qc_bytes *bytes, uint64_t cost)
{
    uint32_t random = 7;
    /* Goes to the end first: gzip gets its checkpoints on the way. */
    assert_int_equal(qc_bytes_skip(bytes, UINT64_MAX), SIZE);
    assert_int_equal(qc_bytes_end(bytes)->status, QEMUCORE_OK);
    for (int round = 0; round < 100; round++) {
        random = random * 1664525 + 1013904223;
        size_t offset = (random >> 4) % (SIZE + 1);
        uint64_t before = qc_bytes_decoded(bytes);
        assert_int_equal(qc_bytes_seek(bytes, offset, NULL), QEMUCORE_OK);
        assert_here(bytes, offset, round % 7 == 0 ? QC_LIMIT_PEEK : 300);
        assert_true(qc_bytes_decoded(bytes) - before <= cost);
    }
    /* Reads everything from a place in the middle to the end. */
    assert_int_equal(qc_bytes_seek(bytes, 11 * PART + 5, NULL), QEMUCORE_OK);
    const uint8_t *shown;
    size_t count;
    while ((count = qc_bytes_peek(bytes, 1, &shown)) != 0) {
        assert_here(bytes, (size_t)qc_bytes_offset(bytes), 1);
        qc_bytes_consume(bytes, count);
    }
    assert_int_equal(qc_bytes_offset(bytes), SIZE);
    assert_int_equal(qc_bytes_end(bytes)->status, QEMUCORE_OK);
}

static void check_file(struct file (*make)(void), struct qc_bytes_options options, uint64_t cost)
{
    struct file file = make();
    struct qc_bytes *bytes = open_file(&file, options);
    check_walk(bytes, cost);
    qc_bytes_close(bytes);
    free(file.bytes);
}

static void test_walks(void **state)
{
    (void)state;
    check_file(frames_of_unknown_size, (struct qc_bytes_options){0}, UINT64_MAX);
    check_file(frames_of_known_size, (struct qc_bytes_options){0}, COST);
    check_file(seekable_file, (struct qc_bytes_options){0}, COST);
    for (int by_zlib = 0; by_zlib < 2; by_zlib++) {
        check_file(one_member, (struct qc_bytes_options){.by_zlib = by_zlib}, COST);
        check_file(three_members, (struct qc_bytes_options){.by_zlib = by_zlib}, COST);
        check_file(bgzip, (struct qc_bytes_options){.by_zlib = by_zlib}, COST);
    }
#ifdef HAVE_LIBLZMA
    check_file(blocks, (struct qc_bytes_options){0}, COST);
#endif
}

/* Files whose parts tell their sizes need not be decoded completely even once. */
static void test_first_pass(void **state)
{
    (void)state;
    struct file (*const files[])(void) = {
        frames_of_known_size, seekable_file, bgzip,
#ifdef HAVE_LIBLZMA
        blocks,
#endif
    };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct file file = files[i]();
        struct qc_bytes *bytes = open_file(&file, (struct qc_bytes_options){0});
        assert_here(bytes, 0, 100);
        assert_int_equal(qc_bytes_skip(bytes, SIZE - 100), SIZE - 100);
        assert_here(bytes, SIZE - 100, 200);
        assert_true(qc_bytes_decoded(bytes) <= COST + PART);
        qc_bytes_close(bytes);
        free(file.bytes);
    }
}

/* Bytes that are decoded to be skipped count as decoded: the limit of passes relies on that. */
static void test_pass_is_counted(void **state)
{
    (void)state;
    struct file file = frames_of_unknown_size();
    struct qc_bytes *bytes = open_file(&file, (struct qc_bytes_options){0});
    uint64_t offset = 0;
    for (uint64_t step = 77; offset + step + 300 < SIZE; step += PART / 3) {
        assert_int_equal(qc_bytes_skip(bytes, step), step);
        offset += step;
        assert_here(bytes, (size_t)offset, 300);
        assert_true(qc_bytes_decoded(bytes) >= offset);
    }
    assert_int_equal(qc_bytes_skip(bytes, SIZE), SIZE - offset);
    assert_int_equal(qc_bytes_decoded(bytes), SIZE);
    assert_int_equal(qc_bytes_end(bytes)->status, QEMUCORE_OK);
    qc_bytes_close(bytes);
    free(file.bytes);
}

/* ---- damage ------------------------------------------------------------------------------ */

static void check_damage(struct file file, enum qemucore_status status, const char *words)
{
    struct qc_bytes *bytes = open_file(&file, (struct qc_bytes_options){0});
    const uint8_t *shown;
    size_t count;
    while ((count = qc_bytes_peek(bytes, 1, &shown)) != 0) {
        assert_here(bytes, (size_t)qc_bytes_offset(bytes), 1);
        qc_bytes_consume(bytes, count);
    }
    assert_int_equal(qc_bytes_end(bytes)->status, status);
    assert_non_null(strstr(qc_bytes_end(bytes)->message, words));
    qc_bytes_close(bytes);
    free(file.bytes);
}

/* A table that does not fit its file is ignored. A wrong size of a frame is found at that frame. */
static void test_seek_table_is_wrong(void **state)
{
    (void)state;
    struct file file = seekable(0, 1);
    struct qc_bytes *bytes = open_file(&file, (struct qc_bytes_options){0});
    assert_int_equal(qc_bytes_seek(bytes, 9 * PART, NULL), QEMUCORE_OK);
    assert_here(bytes, 9 * PART, 300);
    assert_true(qc_bytes_decoded(bytes) > 9 * PART);
    qc_bytes_close(bytes);
    free(file.bytes);
    check_damage(seekable(0, 1), QEMUCORE_OK, "");
    check_damage(seekable(5, 0), QEMUCORE_CORRUPT, "the seek table says 393221");
}

#ifdef HAVE_LIBLZMA
/* The wrong sizes are found at these blocks; places before them are right. */
static void test_index_lies(void **state)
{
    (void)state;
    struct file file = lying_index();
    struct qc_bytes *bytes = open_file(&file, (struct qc_bytes_options){0});
    const uint8_t *shown;
    assert_int_equal(qc_bytes_seek(bytes, 2 * PART + 7, NULL), QEMUCORE_OK);
    assert_here(bytes, 2 * PART + 7, 300);
    size_t count;
    while ((count = qc_bytes_peek(bytes, 1, &shown)) != 0) {
        assert_here(bytes, (size_t)qc_bytes_offset(bytes), 1);
        qc_bytes_consume(bytes, count);
    }
    assert_true(qc_bytes_offset(bytes) >= 3 * PART && qc_bytes_offset(bytes) <= 4 * PART);
    assert_int_equal(qc_bytes_end(bytes)->status, QEMUCORE_CORRUPT);
    qc_bytes_close(bytes);
    free(file.bytes);
}
#endif

static void test_cut(void **state)
{
    (void)state;
    struct file (*const files[])(void) = {
        frames_of_unknown_size, frames_of_known_size, seekable_file, bgzip, three_members,
#ifdef HAVE_LIBLZMA
        blocks,
#endif
    };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct file file = files[i]();
        file.size = file.size / 3 + 1;
        struct qc_bytes *bytes = open_file(&file, (struct qc_bytes_options){0});
        uint64_t skipped = qc_bytes_skip(bytes, UINT64_MAX);
        assert_true(skipped > 3 * PART && skipped < SIZE / 2);
        assert_int_equal(qc_bytes_end(bytes)->status, QEMUCORE_TRUNCATED);
        assert_int_equal(qc_bytes_seek(bytes, 2 * PART + 1, NULL), QEMUCORE_OK);
        assert_here(bytes, 2 * PART + 1, 300);
        qc_bytes_close(bytes);
        free(file.bytes);
    }
}

/* Noise, and text that compresses well: stored and decoded sizes grow at different rates. */
static int make_data(void **state)
{
    (void)state;
    uint32_t random = 1;
    for (size_t i = 0; i < SIZE; i++) {
        random = random * 1664525 + 1013904223;
        bool is_noise = i / 50000 % 3 == 0;
        uint8_t text = (uint8_t)("0123456789abcdef"[i % 16] + i / 40000);
        data[i] = is_noise ? (uint8_t)(random >> 24) : text;
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walks),
        cmocka_unit_test(test_first_pass),
        cmocka_unit_test(test_pass_is_counted),
        cmocka_unit_test(test_seek_table_is_wrong),
#ifdef HAVE_LIBLZMA
        cmocka_unit_test(test_index_lies),
#endif
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, make_data, NULL);
}
