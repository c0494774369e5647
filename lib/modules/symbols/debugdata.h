/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * debugdata - whether .gnu_debugdata may be given to libdwfl, which inflates it to any size
 *
 * The section is an ELF file in .xz format ("MiniDebugInfo" of gdb's manual) with the symbols that
 * strip has removed. The size in the index at its end is not proven before all is inflated. But
 * each chunk of LZMA2 begins with its inflated size, and no decoder makes more of it.
 */
#pragma once

#include <libelf.h>

#include "base/base.h"

/* Returns false if .gnu_debugdata inflates to more than limit bytes, or if that can't be told. */
bool qc_debugdata_is_within(Elf *elf, uint64_t limit);
