/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "render/json/json_lock.h"

#include "base/base.h"
#include "render/lock_field.h"

void qc_json_thread_label(struct qc_json *json, const char *key,
                          const struct qemucore_thread *thread)
{
    if (thread == NULL) {
        qc_json_set(json, key, qc_json_null());
        return;
    }
    qc_json_object(json, key);
    qc_json_set(json, "lwp", qc_json_signed(thread->core_thread->lwp));
    qc_json_set(json, "name", qc_json_text(thread->name));
    qc_json_close(json);
}

void qc_json_thread_labels(struct qc_json *json, const char *key,
                           const struct qc_thread_list *threads)
{
    qc_json_array(json, key);
    for (size_t i = 0; i < threads->count; i++) {
        qc_json_thread_label(json, NULL, threads->items[i]);
    }
    qc_json_close(json);
}

void qc_json_owner(struct qc_json *json, const char *key, const struct qemucore_thread *owner,
                   int lwp)
{
    if (owner != NULL || lwp <= 0) {
        qc_json_thread_label(json, key, owner);
        return;
    }
    qc_json_object(json, key);
    qc_json_set(json, "lwp", qc_json_signed(lwp));
    qc_json_set(json, "name", qc_json_null());
    qc_json_close(json);
}

struct qc_json_value qc_json_lock_count(const struct qemucore_lock *lock)
{
    return lock->state.has_count ? qc_json_signed((int64_t)lock->state.count) : qc_json_null();
}

struct qc_json_value qc_json_recorded_waiters(const struct qemucore_lock *lock)
{
    return lock->state.has_recorded_waiters
               ? qc_json_unsigned(lock->state.recorded_waiters)
               : qc_json_null();
}

struct qc_json_value qc_json_lock_sentence(const struct qemucore_lock *lock)
{
    return qc_json_text(qc_lock_state_sentence(&lock->state));
}

void qc_json_lock_fields(struct qc_json *json, const char *key, const struct qemucore_lock *lock,
                         bool only_numbers)
{
    qc_json_object(json, key);
    for (size_t i = 0; i < lock->state.fields.count; i++) {
        const struct qc_lock_field *field = &lock->state.fields.items[i];
        if (field->format != QC_FORMAT_TEXT || !only_numbers) {
            QC_FREE char *text = qc_lock_field_text(field);
            json->text.failed |= text == NULL && field->format != QC_FORMAT_TEXT;
            qc_json_set(json, field->name, qc_json_text(text));
        }
    }
    qc_json_close(json);
}
