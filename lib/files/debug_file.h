/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * debug_file - the search for the separate debug file of a program or library
 *
 * As in gdb and elfutils, a debug file is looked for by build-id below ROOT/.build-id; by the name
 * in .gnu_debuglink beside the file itself, in .debug beside it, and below ROOT at its own path.
 * ROOT is each debuginfo path, then /usr/lib/debug (below the sysroot if there is one). A debuginfo
 * path that is a file itself comes first. A file counts only with the same build-id or, if there is
 * none, with the CRC of .gnu_debuglink. If the file itself is missing, only the build-id is used.
 */
#pragma once

#include "files/search.h"

/* Returns a descriptor of the debug file and, in *name, its path (malloc); -1: none was found. */
int qc_debug_file_open(struct qc_file_search *search, const struct qc_sought_file *sought,
                       const char *debuglink, uint32_t crc, char **name);

/* Opens the alternate file, made by dwz, that the debug file at file_name names
   (.gnu_debugaltlink): below each debuginfo path, at the path that is named there, below
   /usr/lib/debug. It counts only with the build-id that is named there, too. */
int qc_debug_file_open_alternate(const struct qc_file_search *search,
                                 const struct qc_sought_file *sought, const char *file_name,
                                 const char *alternate, const struct qc_build_id *build_id,
                                 char **name);
