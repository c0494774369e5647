/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json_common - what documents have in common: the member "core", values, threads, locks
 */
#pragma once

#include "json/json_writer.h"
#include "text/text.h"
#include "wait/wait.h"

/* Adds the number of a value as a string; null if value is NULL. */
void qc_json_number(struct qc_json *json, const char *key, const struct qc_value *value);

/* Opens a document: adds its schema and, as the member "core", process, signal, and what is missing
   of the dump. */
void qc_json_begin(struct qc_json *json, const char *schema, struct qc_process *process);

/* A fact as a number, a boolean, an address; null if it is not known. */
struct qc_json_value qc_json_fact(struct qc_fact fact);
struct qc_json_value qc_json_fact_bool(struct qc_fact fact);
struct qc_json_value qc_json_fact_address(struct qc_fact fact);

/*
 * Add members of a struct that have the same names in the document: texts, facts and booleans as
 * they are; facts as booleans. Such a name is part of the schema.
 *
 *     qc_json_same(json, node, name, driver, in_flight);
 *     qc_json_flags(json, job, paused, busy);
 */
#define qc_json_same(json, owner, ...)                           \
    do {                                                         \
        struct qc_json *json_ = (json);                          \
        const __typeof__(*(owner)) *owner_ = (owner);            \
        QC_EACH(QC_JSON_SAME, owner_, __VA_ARGS__)               \
    } while (0)
#define qc_json_flags(json, owner, ...)                          \
    do {                                                         \
        struct qc_json *json_ = (json);                          \
        const __typeof__(*(owner)) *owner_ = (owner);            \
        QC_EACH(QC_JSON_FLAG, owner_, __VA_ARGS__)               \
    } while (0)
#define QC_JSON_SAME(owner, member) qc_json_set(json_, #member, QC_JSON_VALUE((owner)->member));
#define QC_JSON_FLAG(owner, member) qc_json_set(json_, #member, qc_json_fact_bool((owner)->member));
#define QC_JSON_VALUE(value)           \
    _Generic((value), bool             \
             : qc_json_bool, char *    \
             : qc_json_text, const char * \
             : qc_json_text, struct qc_fact \
             : qc_json_fact)(value)

/* "main", "iohandler" or an iothread's id; null if context is NULL, or the id is not known. */
struct qc_json_value qc_json_context_name(const struct qc_aio_context *context);

/* Add lwp and name of a thread to the innermost object; {lwp, name}, null for NULL; an array of
   them. */
void qc_json_thread(struct qc_json *json, const struct qemucore_thread *thread);
void qc_json_thread_label(struct qc_json *json, const char *key,
                          const struct qemucore_thread *thread);
void qc_json_thread_labels(struct qc_json *json, const char *key,
                           const struct qc_thread_list *threads);

/* Adds {lwp, name} of an owner. An owner that is not in the dump is NULL, with its lwp. An lwp of 0
   means that there is no owner, or that it is not known. */
void qc_json_owner(struct qc_json *json, const char *key, const struct qemucore_thread *owner,
                   int lwp);

/* Adds to the innermost object the lock's owner, and its own counters; null if it has none. */
void qc_json_lock_owner(struct qc_json *json, const struct qemucore_lock *lock);

/* Adds the lock's fields as they are in memory. only_numbers: leaves out those that are texts. */
void qc_json_lock_fields(struct qc_json *json, const char *key, const struct qemucore_lock *lock,
                         bool only_numbers);
