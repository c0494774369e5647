/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rodata - texts that the linker has put into a module's read-only segments
 *
 * They are in the dump where it holds file-backed pages, else in the module's file: the image has
 * both. So this works for a stripped file, and without any file where the dump is that complete.
 */
#ifndef QC_MODULES_RODATA_H
#define QC_MODULES_RODATA_H

#include "modules/module.h"

/* Who says whether a place found is the right one. */
struct qc_rodata_predicate {
    bool (*accepts)(void *opaque, uint64_t address);
    void *opaque;
};

/* Looks for size bytes like those at text, in segments without code first, until the predicate accepts
   a place. QEMUCORE_NOT_FOUND: there is none; QEMUCORE_ABSENT and others: nor could all be read
   where it could be. */
enum qemucore_status qc_rodata_find(struct qemucore_module *module, const void *text, size_t size,
                                    const struct qc_rodata_predicate *predicate,
                                    struct qemucore_error *error);

#endif
