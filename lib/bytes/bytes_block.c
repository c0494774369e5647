/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes/block.h"

#include <stdbool.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "base/guard.h"

#if HAVE_LIBISAL
#include <isa-l/igzip_lib.h>
#endif

static enum qemucore_status not_as_long(size_t due, struct qemucore_error *error)
{
    return qc_error_set(error, QEMUCORE_CORRUPT, "does not inflate to the %zu bytes that are due",
                        due);
}

#if HAVE_LIBISAL
/* False: not by ISA-L, which counts in 32 bits. */
static bool isal_takes(size_t in_size, size_t out_size)
{
    return in_size <= UINT32_MAX && out_size <= UINT32_MAX;
}

static enum qemucore_status isal_zlib(const uint8_t *in, size_t in_size, uint8_t *out,
                                      size_t out_size, struct qemucore_error *error)
{
    QC_FREE struct inflate_state *state = malloc(sizeof(*state));
    if (state == NULL) {
        return qc_error_memory(error);
    }
    isal_inflate_init(state);
    state->crc_flag = ISAL_ZLIB;
    state->next_in = (uint8_t *)(uintptr_t)in; /* not written to */
    state->avail_in = (uint32_t)in_size;
    state->next_out = out;
    state->avail_out = (uint32_t)out_size;
    int result = isal_inflate(state);
    if (result != ISAL_DECOMP_OK) {
        return qc_error_set(error, QEMUCORE_CORRUPT, "damaged (ISA-L's error %d)",
                            result);
    }
    return state->block_state == ISAL_BLOCK_FINISH && state->avail_out == 0
               ? QEMUCORE_OK
               : not_as_long(out_size, error);
}
#endif

enum qemucore_status qc_block_zlib(const uint8_t *in, size_t in_size, uint8_t *out,
                                   size_t out_size, struct qemucore_error *error)
{
#if HAVE_LIBISAL
    if (isal_takes(in_size, out_size)) {
        return isal_zlib(in, in_size, out, out_size, error);
    }
#endif
    uLongf done = out_size;
    int result = uncompress(out, &done, in, in_size);
    if (result == Z_MEM_ERROR) {
        return qc_error_memory(error);
    }
    if (result == Z_BUF_ERROR || (result == Z_OK && done != out_size)) {
        return not_as_long(out_size, error);
    }
    return result == Z_OK ? QEMUCORE_OK
                          : qc_error_set(error, QEMUCORE_CORRUPT, "damaged");
}

enum qemucore_status qc_block_zstd(const uint8_t *in, size_t in_size, uint8_t *out,
                                   size_t out_size, struct qemucore_error *error)
{
    size_t done = ZSTD_decompress(out, out_size, in, in_size);
    if (ZSTD_isError(done)) {
        return qc_error_set(error, QEMUCORE_CORRUPT, "damaged (%s)",
                            ZSTD_getErrorName(done));
    }
    return done == out_size ? QEMUCORE_OK : not_as_long(out_size, error);
}
