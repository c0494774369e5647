/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * size - units of sizes in bytes
 */
#ifndef QC_BASE_SIZE_H
#define QC_BASE_SIZE_H

#include <stddef.h>
#include <stdint.h>

#define QC_KIB ((uint64_t)1 << 10)
#define QC_MIB ((uint64_t)1 << 20)
#define QC_GIB ((uint64_t)1 << 30)

/* No CPU's pages are smaller. */
#define QC_PAGE ((size_t)4096)

#endif
