/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tls_segment - the PT_TLS program header of a module
 */
#pragma once

#include "modules/module.h"

struct qc_tls_segment {
    uint64_t address;   /* p_vaddr */
    uint64_t size;      /* p_memsz */
    uint64_t alignment; /* p_align, a power of two, at least 1 */
};

/* Reads the header from the module's file. False: the file is missing, or has no valid one. */
bool qc_tls_segment(struct qemucore_module *module, struct qc_tls_segment *ret);
