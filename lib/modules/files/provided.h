/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * provided - files of a build-id from whoever opened the core: a symbol server is one function of his
 *
 * He is asked for what is not on this machine, before debuginfod's servers are.
 */
#ifndef QC_MODULES_PROVIDED_H
#define QC_MODULES_PROVIDED_H

#include "modules/module.h"

/* A descriptor and, in *name, what to call the file (malloc); -1: he has none, or is nobody. The module's
   own file, or one with debug info, its own or one that it shares with others. */
int qc_provided_open(const struct qemucore_module *module, const struct qc_build_id *build_id,
                     bool executable, char **name);

#endif
