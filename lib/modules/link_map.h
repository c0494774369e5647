/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * link_map - the dynamic linker's own list of what it has loaded
 */
#pragma once

#include "modules/module.h"

/* Names the modules that have no name, adds those that nothing else told of, and marks the first
   one as the program. Reads what it can: a list that can't be followed adds nothing. */
void qc_modules_add_link_map(struct qc_modules *modules);

/* Names modules that the list did not: the program as it was started, libraries by DT_SONAME. */
void qc_modules_name(struct qc_modules *modules);
