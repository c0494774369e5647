/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pages - malloc(3) for what is large: tables, and sections of files
 *
 * Large pages are used where the kernel has some. Page by page, a third of the time that it takes to
 * inflate libc's debug info would go into faults.
 */
#ifndef QC_BASE_PAGES_H
#define QC_BASE_PAGES_H

#include <stddef.h>

/* For free(3). NULL: out of memory. */
void *qc_pages_new(size_t size);

#endif
