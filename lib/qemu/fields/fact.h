/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fact - a number that was read from the process, or that is not known
 *
 * A part of the state (the migration, the block layer) is a struct of facts. A fact that can't be
 * read does not stop the others; the part keeps the first reason. For members that only some
 * versions of QEMU have, callers pass no place for a reason, since their absence means nothing.
 */
#pragma once

#include "qemu/fields/fields.h"

struct qc_fact {
    bool is_known;
    bool is_signed;
    uint64_t value; /* sign-extended if its type is signed */
};

/* Each of these predicates is false if the fact is not known. */
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

/* Compares as signed numbers. */
static inline bool qc_fact_is_at_least(struct qc_fact fact, int64_t least)
{
    return fact.is_known && (int64_t)fact.value >= least;
}

/* Returns the lesser of two facts as unsigned numbers; if only one is known, that one. */
static inline struct qc_fact qc_fact_least(struct qc_fact a, struct qc_fact b)
{
    return b.is_known && (!a.is_known || b.value < a.value) ? b : a;
}

/* A sum of facts. */
struct qc_sum {
    uint64_t value;
    bool is_partial; /* a fact is not known: value is a lower bound */
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

/* Reads a member of the structure at an address, or a variable. On failure, sets *why to the reason
   unless it has one; why may be NULL. */
struct qc_fact qc_fact_field(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                             const char **why);
struct qc_fact qc_fact_variable(struct qc_fields *fields, enum qc_variable variable,
                                const char **why);

/* Read a member, or a text, of the structure that a fact points to. Not known, and NULL, if the
   pointer is not known or 0. */
struct qc_fact qc_fact_behind(struct qc_fields *fields, struct qc_fact pointer,
                              enum qc_field field);
const char *qc_text_behind(struct qc_fields *fields, struct qc_fact pointer, enum qc_field field);

/* Reads a member that counts things that exist at once: requests, waiters. A negative number, or
   more than any process can have (QC_LIMIT_COUNTED), is damaged: it is not known, and is
   reported. */
struct qc_fact qc_fact_counter(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                               const char **why);

/* Reads a little-endian number, whatever the host's byte order: for data that the guest wrote. */
struct qc_fact qc_fact_little(struct qc_fields *fields, uint64_t address, size_t size);

/* Reads the address of the first element of a list whose head is a variable: all of QEMU's heads
   (include/qemu/queue.h) begin with a pointer to the first element. */
struct qc_fact qc_fact_head(struct qc_fields *fields, enum qc_variable variable, const char **why);

/* Set *why to the reason why something is not known (NULL: it is), unless it has one; why may be
   NULL. */
void qc_fact_explain(const char **why, const char *reason);
void qc_fact_explain_as(struct qc_fields *fields, const char **why, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Ends the name of the last enumerator of each type of QAPI, which is no value but the number of
   values (scripts/qapi/types.py). */
#define QC_QAPI_END "__MAX"

/*
 * Returns QAPI's name of an enumerator: MIGRATION_STATUS_PRE_SWITCHOVER of MigrationStatus
 * is "pre-switchover". Numbers of enumerators change with the versions, so the debug info is asked.
 * NULL: the debug info has no such type, or no such number.
 */
const char *qc_fact_enumerator(struct qc_fields *fields, const char *type, const char *prefix,
                               struct qc_fact number, const char **why);

/* Does the same for a member, whose own type has the enumerators. */
const char *qc_fact_field_enumerator(struct qc_fields *fields, enum qc_field field,
                                     uint64_t structure, const char *prefix);

/* Returns the name, as the source spells it, of the function or variable at an address. NULL: not
   known. */
const char *qc_fact_symbol(struct qc_fields *fields, uint64_t address);

/* A function pointer in one of QEMU's structures. */
struct qc_callback {
    struct qc_fact address; /* 0: none is set */
    const char *name; /* the function's symbol; NULL: not known */
};

/* Reads a member that is a function pointer. */
struct qc_callback qc_callback_read(struct qc_fields *fields, enum qc_field field,
                                    uint64_t structure, const char **why);
