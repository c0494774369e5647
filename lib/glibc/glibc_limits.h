/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * glibc_limits - caps for what is read of the C library, each with its reason
 *
 * Every loop that a dump drives ends at one. Reaching it is reported, never silent.
 */
#ifndef QC_GLIBC_GLIBC_LIMITS_H
#define QC_GLIBC_GLIBC_LIMITS_H

#include "base/base.h"

/* QEMU's own version, that of the package behind it, and the copyright line. */
#define QC_LIMIT_VERSION 512

/* Bytes of glibc's struct pthread: some 2,300. */
#define QC_LIMIT_STRUCT_PTHREAD 16384

#endif
