/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/guard.h"
#include "base/strbuf.h"
#include "render/inspect.h"
#include "render/json_lock.h"
#include "render/render_limits.h"
#include "render/value.h"

static json_t *json_decoded(const struct qemucore_lock *lock)
{
    json_t *object = json_object();
    json_object_set_new(object, "state", json_string(qc_lock_status_word(lock->state.status)));
    json_object_set_new(object, "sentence", qc_json_lock_sentence(lock));
    json_object_set_new(object, "name", qc_json_text(lock->name));
    json_object_set_new(object, "bql", json_boolean(lock->is_bql));
    json_object_set_new(object, "owner", qc_json_owner(lock));
    json_object_set_new(object, "owner_why", qc_json_text(lock->owner_why));
    json_object_set_new(object, "count", qc_json_lock_count(lock));
    json_object_set_new(object, "recorded_waiters", qc_json_recorded_waiters(lock));
    return object;
}

static json_t *json_number(const struct qemucore_object *object)
{
    struct qc_value value;
    struct qc_strbuf text = {0};
    if (qc_object_value(object, &value, NULL) != QEMUCORE_OK) {
        return json_null();
    }
    qc_value_spell(&value, &text);
    QC_FREE char *taken = qc_strbuf_take(&text);
    return taken == NULL ? NULL : qc_json_text(taken);
}

/* A number as text; of a structure its members, to a depth; null: it can't be read. */
static json_t *json_value(const struct qemucore_object *object, unsigned depth)
{
    QC_GUARD(qc_vec_guard) struct qc_objects members = {0};
    if (depth == 0 || object->type.kind != QC_TYPE_STRUCTURE) {
        return json_number(object);
    }
    json_t *document = json_object();
    qc_object_members(object, &members);
    for (size_t i = 0; i < members.count; i++) {
        const struct qemucore_object *member = &members.items[i];
        /* Members of a union or structure without a name are as if they were its own. */
        json_t *value = json_value(member, depth - 1);
        if (member->name != NULL) {
            json_object_set_new(document, member->name, value);
        } else if (json_is_object(value)) {
            json_object_update_missing(document, value);
            json_decref(value);
        } else {
            json_decref(value);
        }
    }
    return document;
}

static json_t *json_fields(const struct qc_inspected *inspected)
{
    struct qc_value value;
    const struct qemucore_object *object = &inspected->object;
    if (inspected->has_lock) {
        return qc_json_lock_fields(&inspected->lock, false);
    }
    if (object->type.kind == QC_TYPE_STRUCTURE) {
        return json_value(object, QC_LIMIT_SHOWN_DEPTH);
    }
    QC_GUARD(qc_value_names_free) struct qc_value_names names = {0};
    if (qc_object_value(object, &value, NULL) == QEMUCORE_OK) {
        names = qc_value_names(object, &value);
    }
    json_t *document = json_object();
    json_object_set_new(document, "value", json_number(object));
    json_object_set_new(document, "symbol", qc_json_text(names.symbol));
    json_object_set_new(document, "text", qc_json_text(names.text));
    return document;
}

static json_t *json_inspected(const struct qc_inspected *inspected)
{
    bool here = inspected->why_absent == NULL;
    json_t *object = json_object();
    json_object_set_new(object, "expression", qc_json_text(inspected->expression));
    json_object_set_new(object, "address",
                        here ? qc_json_address(inspected->object.address) : json_null());
    json_object_set_new(object, "type",
                        here ? qc_json_text(inspected->type) : json_null());
    json_object_set_new(object, "kind", here && inspected->has_lock
                                            ? json_string(qc_lock_types[inspected->lock.kind].name)
                                            : json_null());
    json_object_set_new(object, "decoded", here && inspected->has_lock
                                               ? json_decoded(&inspected->lock)
                                               : json_null());
    json_object_set_new(object, "fields", here ? json_fields(inspected) : json_object());
    json_object_set_new(object, "waiters", here && inspected->has_lock
                                               ? qc_json_people(&inspected->lock.waiters)
                                               : json_array());
    json_object_set_new(object, "why_absent", qc_json_text(inspected->why_absent));
    return object;
}

char *qc_json_inspect(struct qc_waits *waits, const struct qc_inspected *objects,
                      size_t count)
{
    json_t *document = json_object();
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_inspected(&objects[i]));
    }
    json_object_set_new(document, "schema", json_string("qemucore-inspect/1"));
    json_object_set_new(document, "core", qc_json_core(waits->process));
    json_object_set_new(document, "objects", list);
    return qc_json_end(document);
}
