/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * version - which QEMU it was
 *
 * What `qemu-system-x86_64 --version` prints is one text in the executable (system/vl.c, version;
 * vl.c before 5.0, softmmu/vl.c up to 8.1), with the package's version in it where a distribution
 * gives one: "8.2.7 (Debian 1:8.2.7+ds-1)". It is there in a stripped file too, and no debug info
 * has it: QEMU_VERSION is a macro.
 */
#ifndef QC_QEMU_FIELDS_VERSION_H
#define QC_QEMU_FIELDS_VERSION_H

#include "modules/modules.h"

struct qc_version {
    char *version;    /* NULL: not known */
    char *from;       /* what it rests on */
    char *why_absent; /* one sentence, where there is none; NULL then: out of memory */
};

/* Into a zeroed struct. */
void qc_version_find(struct qc_modules *modules, struct qc_version *ret);
void qc_version_free(struct qc_version *version);

#endif
