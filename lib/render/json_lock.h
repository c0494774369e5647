/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json_lock - parts of documents about locks
 */
#ifndef QC_RENDER_JSON_LOCK_H
#define QC_RENDER_JSON_LOCK_H

#include "render/json_core.h"
#include "wait/wait_graph.h"

/* {lwp, name} of a thread. */
json_t *qc_json_person(const struct qemucore_thread *thread);
json_t *qc_json_people(const struct qc_thread_list *threads);

/* The owner as {lwp, name}, also of one that has ended; null: nobody, or not known. */
json_t *qc_json_owner(const struct qemucore_lock *lock);

/* What the object itself counts; null: it doesn't. */
json_t *qc_json_lock_count(const struct qemucore_lock *lock);
json_t *qc_json_recorded_waiters(const struct qemucore_lock *lock);

/* A sentence that is never null. */
json_t *qc_json_lock_sentence(const struct qemucore_lock *lock);

/* Its fields as they are in memory. With only_numbers, those that are numbers. */
json_t *qc_json_lock_fields(const struct qemucore_lock *lock, bool only_numbers);

#endif
