/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * api_facts - lookup of numbers of QEMU's state by name
 */
#pragma once

#include "api/handle.h"

/* Stores the fact of that name in *ret, which may be NULL. structure: the owner's struct of the
   state. name: one of qemucore_fact_next. False: not known, or no such name. */
bool qc_api_fact(enum qemucore_fact_owner owner, const void *structure, const char *name,
                 uint64_t *ret);

/* Defines an exported function that reads a fact of an item. */
#define QC_FACT_GETTER(name, item, owner)                                                 \
    QC_EXPORT bool name(const struct item *object, const char *fact, uint64_t *ret) \
    {                                                                                     \
        return qc_api_fact(owner, &object->inner, fact, ret);                             \
    }
