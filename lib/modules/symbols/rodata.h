/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rodata - constant texts in a module's read-only segments
 *
 * They are in the dump if it has file-backed pages, else in the module's file; the image reads
 * both. So a stripped file is enough, and no file is needed if the dump is that complete.
 */
#pragma once

#include "modules/module.h"

/* Decides whether a place that was found is the right one. */
struct qc_rodata_predicate {
    bool (*accepts)(void *opaque, uint64_t address);
    void *opaque;
};

/* Searches for the size bytes at text, in segments without code first, until the predicate accepts
   a place. QEMUCORE_NOT_FOUND: there is none. QEMUCORE_ABSENT and others: none was found, and not
   all of the segments could be read. */
enum qemucore_status qc_rodata_find(struct qemucore_module *module, const void *text, size_t size,
                                    const struct qc_rodata_predicate *predicate,
                                    struct qemucore_error *error);
