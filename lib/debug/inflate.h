/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inflate - debug sections that are compressed by zstd
 *
 * objcopy and ld write them since binutils 2.40; libelf reads them only since elfutils 0.189, and
 * only where it was built with libzstd. So libelf gets a copy of the file in which they are plain:
 * their contents lie behind the end of the original, the section headers point there, and all
 * other bytes are where they were. Sections compressed by zlib are libelf's business.
 */
#ifndef QC_DEBUG_INFLATE_H
#define QC_DEBUG_INFLATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* The copy is a file in memory, whose descriptor goes to *ret; -1 where no section of the image is
   compressed by zstd, or it is no 64-bit ELF image. */
enum qemucore_status qc_inflate_image(const uint8_t *image, size_t size, int *ret,
                                      struct qemucore_error *error);

#endif
