/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fact - what was read from the process, or that it is not known
 *
 * A part of the state (its migration, its block layer) is a struct of facts. One that could not be
 * had does not stop the others; the first reason is kept for the part. Members that only some
 * versions of QEMU have are asked for without a place for a reason: that they are missing tells
 * nothing.
 */
#ifndef QC_QEMU_FIELDS_FACT_H
#define QC_QEMU_FIELDS_FACT_H

#include "qemu/fields/fields.h"

struct qc_fact {
    bool is_known;
    bool is_signed;
    uint64_t value; /* sign-extended where its type is signed */
};

/* It is known, and not zero; known to be zero; known to be that. */
static inline bool qc_fact_is_set(struct qc_fact fact)
{
    return fact.is_known && fact.value != 0;
}

static inline bool qc_fact_is_zero(struct qc_fact fact)
{
    return fact.is_known && fact.value == 0;
}

static inline bool qc_fact_is(struct qc_fact fact, uint64_t value)
{
    return fact.is_known && fact.value == value;
}

/* The same of a signed number that is no less. */
static inline bool qc_fact_is_at_least(struct qc_fact fact, int64_t least)
{
    return fact.is_known && (int64_t)fact.value >= least;
}

/* The lesser of the two that is known. */
static inline struct qc_fact qc_fact_least(struct qc_fact a, struct qc_fact b)
{
    return b.is_known && (!a.is_known || b.value < a.value) ? b : a;
}

/* A sum of facts. Where one of them is not known, it is a lower bound. */
struct qc_sum {
    uint64_t value;
    bool is_partial;
};

static inline void qc_sum_add(struct qc_sum *sum, struct qc_fact fact)
{
    sum->value += fact.is_known ? fact.value : 0;
    sum->is_partial |= !fact.is_known;
}

/* Counts the facts that are set. */
static inline void qc_sum_count(struct qc_sum *sum, struct qc_fact fact)
{
    sum->value += qc_fact_is_set(fact);
    sum->is_partial |= !fact.is_known;
}

static inline bool qc_sum_is_zero(struct qc_sum sum)
{
    return !sum.is_partial && sum.value == 0;
}

/* A member of the structure at an address, a variable. *why, where it is NULL, becomes the reason
   (malloc) of a failure; why itself may be NULL. */
struct qc_fact qc_fact_field(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                             char **why);
struct qc_fact qc_fact_variable(struct qc_fields *fields, enum qc_variable variable, char **why);

/* A member that counts what is there at once: requests, waiters. One that is negative, or more than
   any process can have (QC_LIMIT_COUNTED), is damaged: not known, and told of. */
struct qc_fact qc_fact_counter(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                               char **why);

/* A little-endian number at an address, whatever the machine's order: of what a guest has written. */
struct qc_fact qc_fact_little(struct qc_fields *fields, uint64_t address, size_t size);

/* The first element of a list whose head is a variable: all of QEMU's heads (include/qemu/queue.h)
   begin with a pointer to it. */
struct qc_fact qc_fact_head(struct qc_fields *fields, enum qc_variable variable, char **why);

/* Says why something is not known, unless *why says so already; why may be NULL. */
void qc_fact_explain(char **why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * The name that QAPI has for an enumerator, malloc: MIGRATION_STATUS_PRE_SWITCHOVER of
 * MigrationStatus is "pre-switchover". Its numbers change with the versions, so the debug info is
 * asked; NULL: it has no such type, or no such number.
 */
char *qc_fact_enumerator(struct qc_fields *fields, const char *type, const char *prefix,
                         struct qc_fact number, char **why);

/* The same of a member, by its own type, which need not be looked for. */
char *qc_fact_field_enumerator(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                               const char *prefix);

/* What a pointer to a function or variable points to, by its symbol, as the source has it; malloc, NULL: not
   known. */
char *qc_fact_symbol(struct qc_fields *fields, uint64_t address);

#endif
