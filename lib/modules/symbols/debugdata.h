/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * debugdata - whether .gnu_debugdata may be given to libdwfl, which inflates it whatever size it becomes
 *
 * It is an ELF file in .xz format ("MiniDebugInfo" of gdb's manual) with the symbols that strip has
 * taken. What the index at its end says of its size is known to nobody before all is inflated; but
 * LZMA2 has each chunk begin with its size, and no decoder makes more of it.
 */
#ifndef QC_MODULES_DEBUGDATA_H
#define QC_MODULES_DEBUGDATA_H

#include <libelf.h>

#include "base/base.h"

/* False: a file of that name becomes more than limit bytes, or there is no telling. */
bool qc_debugdata_is_within(Elf *elf, uint64_t limit);

#endif
