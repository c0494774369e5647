/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * callback - a function that QEMU's structures keep to be called later
 */
#ifndef QC_QEMU_MACHINE_CALLBACK_H
#define QC_QEMU_MACHINE_CALLBACK_H

#include "qemu/fields/fact.h"

struct qc_callback {
    struct qc_fact address; /* 0: none is set */
    char *name;             /* its symbol; NULL: none is known */
};

/* Where this QEMU has no such member, or the dump has it not, its address is not known; why: as of
   qc_fact_field. */
struct qc_callback qc_callback_read(struct qc_fields *fields, enum qc_field field,
                                    uint64_t structure, char **why);
void qc_callback_free(struct qc_callback *callback);

#endif
