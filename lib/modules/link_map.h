/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * link_map - the dynamic linker's own list of what it has loaded
 */
#ifndef QC_MODULES_LINK_MAP_H
#define QC_MODULES_LINK_MAP_H

#include "modules/module.h"

/* Adds the modules that NT_FILE did not tell of. Reads what it can; a list that can't be followed
   adds nothing. */
void qc_modules_add_link_map(struct qc_modules *modules);

#endif
