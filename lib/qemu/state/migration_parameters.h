/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * migration_parameters - what `migrate-set-parameters` has set, for any version of QEMU
 *
 * QAPI generates MigrationParameters from qapi/migration.json, with a member for each parameter. So
 * each is found by the debug info of the structure, and named as in QMP. QEMU uses them without
 * testing their has_NAME, and so does query-migrate-parameters.
 */
#pragma once

#include "qemu/fields/fact.h"

struct qc_migration_parameter {
    const char *name;      /* "max-bandwidth" */
    struct qc_fact number; /* not known for a text */
    bool is_flag;          /* the number is false or true */
    bool is_free;          /* the text is a user's, not a word of QEMU's */
    const char *text;      /* word of an enumeration, "none", or a string; NULL: not known */
};

QC_VEC_TYPE(qc_migration_parameters, struct qc_migration_parameter);

/* Reads the parameters of the MigrationState at an address. False: not known. */
bool qc_migration_parameters_read(struct qc_fields *fields, uint64_t migration,
                                  struct qc_migration_parameters *ret);
