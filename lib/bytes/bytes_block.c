/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes/bytes_block.h"

enum qemucore_status qc_block_zlib(const uint8_t *in, size_t in_size, uint8_t *out,
                                   size_t out_size, struct qemucore_error *error)
{
#ifdef HAVE_LIBISAL
    /* ISA-L counts in 32 bits. */
    if (in_size <= UINT32_MAX && out_size <= UINT32_MAX) {
        return qc_block_zlib_by_isal(in, in_size, out, out_size, error);
    }
#endif
    return qc_block_zlib_by_zlib(in, in_size, out, out_size, error);
}
