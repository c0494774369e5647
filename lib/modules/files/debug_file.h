/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * debug_file - where the separate debug file of a module is looked for
 *
 * As gdb and elfutils do: by build-id below ROOT/.build-id, by the name in .gnu_debuglink beside
 * the module, in .debug beside it, and below ROOT at the module's own path. ROOT is each
 * debuginfo path, then /usr/lib/debug (below the sysroot where there is one); before all that, a
 * debuginfo path that is a file itself. A file found counts only with the module's build-id, or,
 * where it has none, with the CRC of .gnu_debuglink. Of a module whose own file is not here it is
 * looked for by build-id.
 */
#ifndef QC_MODULES_DEBUG_FILE_H
#define QC_MODULES_DEBUG_FILE_H

#include "modules/module.h"

/* A descriptor and, in *name, its path (malloc); -1: none. */
int qc_debug_file_open(struct qemucore_module *module, const char *debuglink, uint32_t crc,
                       char **name);

/* The alternate file that dwz made, which the debug file at file_name names (.gnu_debugaltlink):
   below each debuginfo path, at the path that is named, below /usr/lib/debug. It counts only with
   build_id, which is named with it. */
int qc_debug_file_open_alternate(struct qemucore_module *module, const char *file_name,
                                 const char *alternate, const struct qc_build_id *build_id,
                                 char **name);

#endif
