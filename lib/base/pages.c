/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/shortage.h"
#include "base/size.h"

/* Of x86_64, and of aarch64 with pages of 4 KiB. Where large ones are larger, the kernel takes none. */
#define LARGE_PAGE (2 * QC_MIB)

/* Of less, most of a large page would be zeroed for nothing. */
#define WORTH_A_LARGE_PAGE QC_MIB

void *qc_pages_new(size_t size)
{
    if (size < WORTH_A_LARGE_PAGE) {
        return malloc(size);
    }
    if (size > SIZE_MAX - LARGE_PAGE) {
        return NULL;
    }
    size_t whole = (size + LARGE_PAGE - 1) & ~(size_t)(LARGE_PAGE - 1);
    void *pages = qc_shortage_got(aligned_alloc(LARGE_PAGE, whole));
    if (pages != NULL) {
        madvise(pages, whole, MADV_HUGEPAGE);
    }
    return pages;
}
