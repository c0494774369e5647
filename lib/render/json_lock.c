/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "render/json_lock.h"

#include "base/guard.h"
#include "render/lock_field.h"

json_t *qc_json_person(const struct qemucore_thread *thread)
{
    json_t *object = json_object();
    json_object_set_new(object, "lwp", json_integer(thread->core_thread->lwp));
    json_object_set_new(object, "name", qc_json_text(thread->name));
    return object;
}

json_t *qc_json_people(const struct qc_thread_list *threads)
{
    json_t *list = json_array();
    for (size_t i = 0; i < threads->count; i++) {
        json_array_append_new(list, qc_json_person(threads->items[i]));
    }
    return list;
}

json_t *qc_json_owner(const struct qemucore_lock *lock)
{
    if (lock->owner != NULL) {
        return qc_json_person(lock->owner);
    }
    if (lock->state.owner_lwp <= 0) {
        return json_null();
    }
    json_t *gone = json_object();
    json_object_set_new(gone, "lwp", json_integer(lock->state.owner_lwp));
    json_object_set_new(gone, "name", json_null());
    return gone;
}

json_t *qc_json_lock_count(const struct qemucore_lock *lock)
{
    return lock->state.has_count ? json_integer((json_int_t)lock->state.count) : json_null();
}

json_t *qc_json_recorded_waiters(const struct qemucore_lock *lock)
{
    return lock->state.has_recorded_waiters
               ? json_integer((json_int_t)lock->state.recorded_waiters)
               : json_null();
}

json_t *qc_json_lock_sentence(const struct qemucore_lock *lock)
{
    return qc_json_text(qc_lock_state_sentence(&lock->state));
}

json_t *qc_json_lock_fields(const struct qemucore_lock *lock, bool only_numbers)
{
    json_t *object = json_object();
    for (size_t i = 0; i < lock->state.fields.count; i++) {
        const struct qc_lock_field *field = &lock->state.fields.items[i];
        if (field->format != QC_FORMAT_TEXT || !only_numbers) {
            QC_FREE char *text = qc_lock_field_text(field);
            json_object_set_new(object, field->name, qc_json_text(text));
        }
    }
    return object;
}
