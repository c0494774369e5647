/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json/documents.h"
#include "json/json_common.h"
#include "text/text.h"

static void json_decoded(struct qc_json *json, const struct qemucore_lock *lock)
{
    qc_json_set(json, "state", qc_json_text(qc_lock_status_word(lock->state.status)));
    qc_json_set(json, "sentence", qc_json_text(qc_lock_state_sentence(&lock->state)));
    qc_json_set(json, "name", qc_json_text(lock->name));
    qc_json_set(json, "bql", qc_json_bool(lock->is_bql));
    qc_json_lock_owner(json, lock);
}

static void json_value(struct qc_json *json, const char *key,
                       const struct qemucore_object *object, unsigned depth);

static void json_members(struct qc_json *json, const struct qemucore_object *object, unsigned depth)
{
    QC_GUARD(qc_vec_guard) struct qc_objects members = {0};
    json->text.failed |= !qc_object_members(object, &members);
    qc_vec_each(&members, member) {
        if (member->name != NULL) {
            json_value(json, member->name, member, depth - 1);
        } else if (depth > 1 && member->type.kind == QC_TYPE_STRUCTURE) {
            /* Members of an unnamed union or structure are shown as members of the outer one. */
            json_members(json, member, depth - 1);
        }
    }
}

/* Adds a value: a number as a string, or null if it cannot be read; a structure as its members. */
static void json_value(struct qc_json *json, const char *key,
                       const struct qemucore_object *object, unsigned depth)
{
    struct qc_value value;
    if (depth == 0 || object->type.kind != QC_TYPE_STRUCTURE) {
        bool known = qc_object_value(object, &value, NULL) == QEMUCORE_OK;
        qc_json_number(json, key, known ? &value : NULL);
        return;
    }
    qc_json_object(json, key);
    json_members(json, object, depth);
    qc_json_close(json);
}

static void json_fields(struct qc_json *json, const char *key, const struct qemucore_object *object)
{
    struct qc_value value;
    if (object->type.kind == QC_TYPE_STRUCTURE) {
        json_value(json, key, object, QC_LIMIT_SHOWN_DEPTH);
        return;
    }
    QC_GUARD(qc_value_names_free) struct qc_value_names names = {0};
    bool known = qc_object_value(object, &value, NULL) == QEMUCORE_OK;
    if (known) {
        names = qc_value_names(object, &value);
    }
    qc_json_object(json, key);
    qc_json_number(json, "value", known ? &value : NULL);
    qc_json_same(json, &names, symbol, text);
    qc_json_close(json);
}

static void json_nothing(struct qc_json *json, const char *expression, const char *why_absent)
{
    qc_json_set(json, "expression", qc_json_text(expression));
    qc_json_set(json, "address", qc_json_null());
    qc_json_set(json, "type", qc_json_null());
    qc_json_set(json, "kind", qc_json_null());
    qc_json_set(json, "decoded", qc_json_null());
    qc_json_object(json, "fields");
    qc_json_close(json);
    qc_json_array(json, "waiters");
    qc_json_close(json);
    qc_json_set(json, "why_absent", qc_json_text(why_absent));
}

static void json_inspected(struct qc_json *json, const struct qc_inspected *inspected)
{
    const struct qemucore_lock *lock = inspected->has_lock ? &inspected->lock : NULL;
    static const struct qc_thread_list nobody;
    if (inspected->why_absent != NULL) {
        json_nothing(json, inspected->expression, inspected->why_absent);
        return;
    }
    qc_json_set(json, "expression", qc_json_text(inspected->expression));
    qc_json_set(json, "address", qc_json_address(inspected->object.address));
    qc_json_set(json, "type", qc_json_text(inspected->type));
    qc_json_set(json, "kind", qc_json_text(lock == NULL ? NULL : qc_lock_types[lock->kind].name));
    if (lock != NULL) {
        qc_json_member(json, "decoded", json_decoded(json, lock));
        qc_json_lock_fields(json, "fields", lock, false);
    } else {
        qc_json_set(json, "decoded", qc_json_null());
        json_fields(json, "fields", &inspected->object);
    }
    qc_json_thread_labels(json, "waiters", lock == NULL ? &nobody : &lock->waiters);
    if (inspected->coroutine != NULL) {
        const struct qemucore_render render = {.flags = QEMUCORE_RENDER_BACKTRACE};
        qc_json_member(json, "coroutine",
                       qc_json_coroutine(json, inspected->coroutine, inspected->wait, &render));
    }
    qc_json_set(json, "why_absent", qc_json_null());
}

char *qc_json_inspect(struct qc_waits *waits, const struct qc_inspected *objects, size_t count,
                      const struct qemucore_render *render)
{
    struct qc_json document = {.page = qc_json_page(render)};
    struct qc_json *json = &document;
    qc_json_begin(json, "qemucore-inspect/1", waits->process);
    qc_json_array(json, "objects");
    for (size_t i = 0; i < count; i++) {
        qc_json_object(json, NULL);
        json_inspected(json, &objects[i]);
        qc_json_close(json);
    }
    qc_json_close(json);
    qc_json_close(json);
    return qc_json_take(json);
}
