/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * api_facts - numbers of QEMU's state by their names
 */
#ifndef QC_API_API_FACTS_H
#define QC_API_API_FACTS_H

#include "api/handle.h"

/* Of a struct of the state, the one whose facts the owner has; by the table that qemucore_fact_next goes
   through. False: not known, or no such name. */
bool qc_api_fact(enum qemucore_fact_owner owner, const void *structure, const char *name,
                 uint64_t *ret);

#endif
