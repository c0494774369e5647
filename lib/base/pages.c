/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/shortage.h"
#include "base/size.h"

/* The size on x86_64, and on aarch64 with 4 KiB pages. Where it is larger, the kernel uses none. */
#define HUGE_PAGE (2 * QC_MIB)

/* In a smaller block, most of a huge page would be zeroed for nothing. */
#define HUGE_PAGE_MIN_SIZE QC_MIB

void *qc_pages_new(size_t size)
{
    if (size < HUGE_PAGE_MIN_SIZE) {
        return malloc(size);
    }
    if (size > SIZE_MAX - HUGE_PAGE) {
        return qc_shortage_got(NULL);
    }
    size_t whole = (size_t)qc_round_up(size, HUGE_PAGE);
    void *pages = qc_shortage_got(aligned_alloc(HUGE_PAGE, whole));
    if (pages != NULL) {
        madvise(pages, whole, MADV_HUGEPAGE);
    }
    return pages;
}
