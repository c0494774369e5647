/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json_lock - parts of documents about locks
 */
#ifndef QC_RENDER_JSON_JSON_LOCK_H
#define QC_RENDER_JSON_JSON_LOCK_H

#include "render/json/json_core.h"
#include "wait/wait.h"

/* {lwp, name} of a thread; NULL: null. */
void qc_json_thread_label(struct qc_json *json, const char *key,
                          const struct qemucore_thread *thread);
void qc_json_thread_labels(struct qc_json *json, const char *key,
                           const struct qc_thread_list *threads);

/* The same of an owner, also of one that has ended: NULL and its lwp. An lwp of 0: nobody, or not
   known. */
void qc_json_owner(struct qc_json *json, const char *key, const struct qemucore_thread *owner,
                   int lwp);

/* What the object itself counts; null: it doesn't. */
struct qc_json_value qc_json_lock_count(const struct qemucore_lock *lock);
struct qc_json_value qc_json_recorded_waiters(const struct qemucore_lock *lock);

/* A sentence that is never null. */
struct qc_json_value qc_json_lock_sentence(const struct qemucore_lock *lock);

/* Its fields as they are in memory. With only_numbers, those that are numbers. */
void qc_json_lock_fields(struct qc_json *json, const char *key, const struct qemucore_lock *lock,
                         bool only_numbers);

#endif
