/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_block - compressed blocks in memory: whole, cut, damaged, of a wrong length
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "bytes/bytes_block.h"

#define SIZE 20000

struct method {
    const char *name;
    qc_block_decoder *decode;
    size_t (*compress)(const uint8_t *in, uint8_t *out, size_t out_size);
};

static size_t compress_zlib(const uint8_t *in, uint8_t *out, size_t out_size)
{
    uLongf done = out_size;
    assert_int_equal(compress2(out, &done, in, SIZE, 6), Z_OK);
    return done;
}

/* Adds a checksum, so that all damage is noticed. */
static size_t compress_zstd(const uint8_t *in, uint8_t *out, size_t out_size)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    assert_non_null(context);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size_t done = ZSTD_compress2(context, out, out_size, in, SIZE);
    assert_false(ZSTD_isError(done));
    ZSTD_freeCCtx(context);
    return done;
}

static const struct method methods[] = {
    {"zlib by zlib", qc_block_zlib_by_zlib, compress_zlib},
#ifdef HAVE_LIBISAL
    {"zlib by ISA-L", qc_block_zlib_by_isal, compress_zlib},
#endif
    {"zlib", qc_block_zlib, compress_zlib},
    {"zstd", qc_block_zstd, compress_zstd},
};

/* Repeated bytes, with noise between them. */
static void fill(uint8_t *bytes)
{
    uint32_t number = 1;
    for (size_t i = 0; i < SIZE; i++) {
        number = number * 1103515245 + 12345;
        bytes[i] = i % 7 == 0 ? (uint8_t)(number >> 16) : (uint8_t)(i / 100);
    }
}

/* Decodes between allocations of exactly these sizes, so that sanitizers see a step past them. */
static enum qemucore_status decode(const struct method *method, const uint8_t *in, size_t in_size,
                                   uint8_t *out, size_t out_size)
{
    struct qemucore_error error = {0};
    uint8_t *exact = malloc(in_size + (in_size == 0));
    uint8_t *room = malloc(out_size + (out_size == 0));
    memcpy(exact, in, in_size);
    enum qemucore_status status = method->decode(exact, in_size, room, out_size, &error);
    if (status == QEMUCORE_OK) {
        memcpy(out, room, out_size);
    } else {
        assert_int_equal(status, error.status);
        assert_int_not_equal(error.message[0], '\0');
    }
    free(exact);
    free(room);
    return status;
}

static void test_methods(void **state)
{
    (void)state;
    static uint8_t plain[SIZE];
    static uint8_t packed[2 * SIZE];
    static uint8_t out[SIZE + 1];
    fill(plain);
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        const struct method *method = &methods[i];
        size_t size = method->compress(plain, packed, sizeof(packed));
        print_message("%s: %zu bytes\n", method->name, size);
        assert_int_equal(decode(method, packed, size, out, SIZE), QEMUCORE_OK);
        assert_memory_equal(out, plain, SIZE);
        /* The expected length is wrong. */
        assert_int_equal(decode(method, packed, size, out, SIZE - 1), QEMUCORE_CORRUPT);
        assert_int_equal(decode(method, packed, size, out, SIZE + 1), QEMUCORE_CORRUPT);
        /* The input is cut. */
        for (size_t cut = 0; cut < size; cut += cut < 16 || size - cut < 16 ? 1 : 97) {
            assert_int_equal(decode(method, packed, cut, out, SIZE), QEMUCORE_CORRUPT);
        }
        /* One bit is wrong, in the data that the checksum covers. */
        for (size_t at = 16; at < size; at += 13) {
            packed[at] ^= 0x10;
            assert_int_equal(decode(method, packed, size, out, SIZE), QEMUCORE_CORRUPT);
            packed[at] ^= 0x10;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_methods),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
