/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * callback - a function pointer in one of QEMU's structures
 */
#ifndef QC_QEMU_MACHINE_CALLBACK_H
#define QC_QEMU_MACHINE_CALLBACK_H

#include "qemu/fields/fact.h"

struct qc_callback {
    struct qc_fact address; /* 0: none is set */
    char *name;             /* the function's symbol; NULL: not known */
};

/* Reads a member that is a function pointer. The address is not known if this QEMU has no such
   member or the dump lacks it; why as in qc_fact_field. */
struct qc_callback qc_callback_read(struct qc_fields *fields, enum qc_field field,
                                    uint64_t structure, char **why);
void qc_callback_free(struct qc_callback *callback);

#endif
