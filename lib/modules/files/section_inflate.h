/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * section_inflate - debug sections that are compressed
 *
 * libdw gets an image of its own, which has what it reads of a file, plain. libelf's way is to
 * inflate each with zlib when libdw opens the file, one after the other; half of the time that a core
 * of a QEMU took went into libc's. And those that are compressed by zstd (objcopy and ld of binutils
 * 2.40) it reads only since elfutils 0.189, where it was built with libzstd.
 *
 * Large ones are worked on by a thread, while the caller does something else.
 */
#ifndef QC_MODULES_SECTION_INFLATE_H
#define QC_MODULES_SECTION_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

struct qc_inflation;

/* image stays where it is until the end. *ret is NULL where no section of it is compressed, and all are there,
   or it is no 64-bit ELF image. */
enum qemucore_status qc_inflation_begin(const uint8_t *image, size_t size,
                                        struct qc_inflation **ret, struct qemucore_error *error);

/* Does what is left to do. The image lives as long as the inflation. On failure it lacks one section or more,
   of which the error tells the first: damaged, beyond a limit of ours. */
enum qemucore_status qc_inflation_end(struct qc_inflation *inflation, uint8_t **ret, size_t *size,
                                      struct qemucore_error *error);

/* Returns when no thread works on it; what is left to do stays. NULL does nothing. */
void qc_inflation_join(struct qc_inflation *inflation);

/* At any time, also before the end. NULL does nothing. */
void qc_inflation_free(struct qc_inflation *inflation);

#endif
