/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remedy - what would bring the debug info of a module, in commands to be pasted into a shell
 */
#ifndef QC_MODULES_REMEDY_H
#define QC_MODULES_REMEDY_H

#include "modules/module.h"
#include "modules/package.h"

struct qc_remedy {
    const struct qemucore_module *module;
    char *package;   /* with its debug info, of dpkg; NULL: not known */
    char *lines[4];
    size_t line_count;
};

struct qc_remedies {
    enum qc_package_manager manager;
    char *debug_source; /* the command that comes before dpkg's; NULL: none is needed, or known */
    size_t count; /* of all modules, in their order; 1: the one that is asked for */
    struct qc_remedy *items;
    bool failed;  /* out of memory */
};

/* Looks for the files and debug files of all modules, and for what they can be got by; of the others
   nothing is told where only one is asked for. */
void qc_remedies_find(const struct qc_modules *modules, const struct qemucore_module *only,
                      struct qc_remedies *ret);
void qc_remedies_free(struct qc_remedies *remedies);

/* Whether it is a file that could have debug info and has none. */
bool qc_remedy_is_needed(const struct qc_remedy *remedy);

#endif
