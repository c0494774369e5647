/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memory_file - a module's file, made of its pages in the dump
 *
 * A core with all mapped pages (coredump_filter 0x7f, gdb's gcore) has what unwinding and names
 * need: code, .eh_frame, .dynsym. Section headers, .symtab and debug info are not mapped.
 */
#pragma once

#include "modules/module.h"

/* Makes an ELF image in the layout of the file. False: the dump lacks pages that were never
   writable, and the image would have holes. */
bool qc_memory_file(const struct qemucore_module *module, uint8_t **ret, size_t *ret_size);
