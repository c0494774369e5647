/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * section_inflate - an image for libdw in which compressed debug sections are inflated
 *
 * The image has the sections that libdw reads. libelf would inflate them by zlib, one after the
 * other, when libdw opens the file: those of libc took half of the time of a QEMU's core. It reads
 * sections compressed by zstd (objcopy and ld of binutils 2.40) only since elfutils 0.189, if built
 * with libzstd.
 *
 * A thread inflates large sections, while the caller does something else.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

struct qc_inflation;

/* Begins to inflate sections of image, which must outlive the inflation. *ret is NULL if that is
   not needed: no section is compressed and all are valid, or it is no 64-bit ELF image. */
enum qemucore_status qc_inflation_begin(const uint8_t *image, size_t size,
                                        struct qc_inflation **ret, struct qemucore_error *error);

/* Finishes the inflation, whose image lives as long as the inflation. After a failure, the image
   lacks sections; the error is that of the first one: it is damaged, or over a limit. */
enum qemucore_status qc_inflation_end(struct qc_inflation *inflation, uint8_t **ret, size_t *size,
                                      struct qemucore_error *error);

/* Waits until no thread works on it. Sections may be left to inflate. NULL does nothing. */
void qc_inflation_join(struct qc_inflation *inflation);

/* Frees the inflation at any time, also before qc_inflation_end. NULL does nothing. */
void qc_inflation_free(struct qc_inflation *inflation);
