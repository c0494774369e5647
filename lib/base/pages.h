/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pages - malloc(3) for large blocks: tables, and sections of files
 *
 * Uses huge pages where the kernel has some. With small pages, page faults would take a third of
 * the time that inflating libc's debug info takes.
 */
#pragma once

#include <stddef.h>

/* Returns memory to be freed by free(3). NULL: out of memory. */
void *qc_pages_new(size_t size);
