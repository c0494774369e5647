/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * provided - files by build-id from a function of the application, for its own symbol server
 *
 * It is asked for files that are not on this machine, before debuginfod's servers are.
 */
#pragma once

#include "files/search.h"

/* Returns a descriptor and, in *name, a name for the file (malloc); -1: no such file or function.
   executable: the file itself; else one with its debug info, which it may share. */
int qc_provided_open(const struct qc_file_search *search, const struct qc_build_id *build_id,
                     bool executable, char **name);
