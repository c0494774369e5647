/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remedy - shell commands that would fetch the debug info of a module
 */
#pragma once

#include "files/files.h"
#include "modules/module.h"

struct qc_remedy {
    const struct qemucore_module *module;
    char *package;   /* dpkg's package with its debug info; NULL: not known */
    char *lines[4];
    size_t line_count;
};

struct qc_remedies {
    enum qc_package_manager manager;
    char *debug_source; /* command to run before apt's others; NULL: none needed, or known */
    size_t count; /* number of items: one for each module, in order; or 1, for a single one */
    struct qc_remedy *items;
    bool failed;  /* out of memory */
};

/* Looks for the files and debug files of all modules (`only` not NULL: of that one), and for
   commands that would fetch them. */
void qc_remedies_find(const struct qc_modules *modules, const struct qemucore_module *only,
                      struct qc_remedies *ret);
void qc_remedies_free(struct qc_remedies *remedies);

/* Tells whether the module is a file that could have debug info and has none. */
bool qc_remedy_is_needed(const struct qc_remedy *remedy);
