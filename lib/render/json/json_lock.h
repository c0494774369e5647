/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json_lock - parts of documents about locks
 */
#ifndef QC_RENDER_JSON_JSON_LOCK_H
#define QC_RENDER_JSON_JSON_LOCK_H

#include "render/json/json_core.h"
#include "wait/wait.h"

/* Add {lwp, name} of one thread (null if it is NULL), and an array of them. */
void qc_json_thread_label(struct qc_json *json, const char *key,
                          const struct qemucore_thread *thread);
void qc_json_thread_labels(struct qc_json *json, const char *key,
                           const struct qc_thread_list *threads);

/* Adds {lwp, name} of an owner. An owner that is not in the dump is NULL, with its lwp. An lwp of 0
   means that there is no owner, or that it is not known. */
void qc_json_owner(struct qc_json *json, const char *key, const struct qemucore_thread *owner,
                   int lwp);

/* The lock's own counters; null if it has none. */
struct qc_json_value qc_json_lock_count(const struct qemucore_lock *lock);
struct qc_json_value qc_json_recorded_waiters(const struct qemucore_lock *lock);

/* A sentence about the lock's state; never null. */
struct qc_json_value qc_json_lock_sentence(const struct qemucore_lock *lock);

/* Adds the lock's fields as they are in memory. only_numbers: leaves out those that are texts. */
void qc_json_lock_fields(struct qc_json *json, const char *key, const struct qemucore_lock *lock,
                         bool only_numbers);

#endif
