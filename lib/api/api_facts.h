/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * api_facts - numbers of QEMU's state by their names
 */
#ifndef QC_API_API_FACTS_H
#define QC_API_API_FACTS_H

#include "api/handle.h"

/* Of a struct of the state, the one whose facts the owner has. False: not known, or no such name, or one
   that is no member of its own. */
bool qc_api_fact(enum qemucore_fact_owner owner, const void *structure, const char *name,
                 uint64_t *ret);

#endif
