/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * module_list - adding modules to the list; lookups in it are in module.h
 */
#pragma once

#include "modules/module.h"

/* Adds a module and reads what its memory tells of it. NULL: out of memory or over the limit. */
struct qemucore_module *qc_modules_add(struct qc_modules *modules, enum qc_module_kind kind,
                                       const char *path, uint64_t start, uint64_t end);

/* Sorts the list by address and clips overlaps; indices change. To be called after adding. */
void qc_modules_arrange(struct qc_modules *modules);
