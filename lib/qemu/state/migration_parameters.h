/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * migration_parameters - what `migrate-set-parameters` has set, whatever this QEMU has
 *
 * QAPI makes MigrationParameters of qapi/migration.json: a member for each. So each is found by the
 * structure itself, and named as QMP names it. QEMU uses them without asking their has_NAME, and so does
 * query-migrate-parameters.
 */
#ifndef QC_QEMU_STATE_MIGRATION_PARAMETERS_H
#define QC_QEMU_STATE_MIGRATION_PARAMETERS_H

#include "qemu/fields/fact.h"

struct qc_migration_parameter {
    char *name;            /* "max-bandwidth" */
    struct qc_fact number; /* not known where it has none, as a text */
    bool is_flag;          /* the number is false or true */
    bool is_free;          /* the text is what a user has given, and no word of QEMU's */
    char *text;            /* "none", of an enumeration or a string; NULL: not known */
};

QC_VEC_TYPE(qc_migration_parameters, struct qc_migration_parameter);

/* Those of the MigrationState at an address; false: not known. */
bool qc_migration_parameters_read(struct qc_fields *fields, uint64_t migration,
                                  struct qc_migration_parameters *ret);
void qc_migration_parameters_free(struct qc_migration_parameters *parameters);

#endif
