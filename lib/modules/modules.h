/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * modules - finding the modules that were mapped in the process, and owning them
 */
#pragma once

#include "base/base.h"
#include "files/files.h"
#include "modules/jit.h"
#include "modules/module.h"
#include "modules/module_file.h"
#include "modules/remedy.h"
#include "modules/symbols/rodata.h"
#include "modules/symbols/symbols.h"
#include "modules/tls.h"

/* Finds the modules. Opens the files that the caller names, and a module's own only if the dump
   does not lead to all modules (no NT_FILE). The strings in options must outlive the modules. */
enum qemucore_status qc_modules_new(struct qc_core *core, const struct qc_file_options *options,
                                    struct qc_modules **ret, struct qemucore_error *error);
void qc_modules_free(struct qc_modules *modules);

QC_DEFINE_GUARD(qc_guard_modules, struct qc_modules, qc_modules_free)
