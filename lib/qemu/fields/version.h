/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * version - the version of QEMU
 *
 * The output of `qemu-system-x86_64 --version` is one text in the executable (system/vl.c, version;
 * vl.c before 5.0, softmmu/vl.c up to 8.1). It includes the package's version if the distribution
 * sets one: "8.2.7 (Debian 1:8.2.7+ds-1)". A stripped file has the text too, but debug info does
 * not: QEMU_VERSION is a macro.
 */
#pragma once

#include "modules/modules.h"

struct qc_version {
    char *version;    /* NULL: not known */
    char *from;       /* the text that has the version, and where it lies */
    char *why_absent; /* one sentence, if version is NULL; NULL then: out of memory */
};

/* Finds the version; *ret must be zeroed. */
void qc_version_find(struct qc_modules *modules, struct qc_version *ret);
void qc_version_free(struct qc_version *version);
