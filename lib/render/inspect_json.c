/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/object.h"
#include "render/inspect.h"
#include "render/json_lock.h"
#include "render/render_limits.h"

static json_t *json_decoded(const struct qemucore_lock *lock)
{
    json_t *object = json_object();
    json_object_set_new(object, "state", json_string(lock->state.word));
    json_object_set_new(object, "sentence", qc_json_lock_sentence(lock));
    json_object_set_new(object, "name", qc_json_text(lock->name));
    json_object_set_new(object, "bql", json_boolean(lock->is_bql));
    json_object_set_new(object, "owner", qc_json_owner(lock));
    json_object_set_new(object, "owner_why", qc_json_text(lock->owner_why));
    json_object_set_new(object, "count", qc_json_lock_count(lock));
    json_object_set_new(object, "recorded_waiters", qc_json_recorded_waiters(lock));
    return object;
}

/* A number as text; of a structure its members, to a depth; null: it can't be read. */
static json_t *json_value(const struct qemucore_variable *variable, unsigned depth)
{
    struct qc_variables members = {0};
    if (depth == 0 || variable->structure_module == NULL) {
        return qc_json_text(variable->value);
    }
    json_t *object = json_object();
    qc_object_members(variable, &members);
    for (size_t i = 0; i < members.list.count; i++) {
        const struct qemucore_variable *member = &members.list.items[i];
        /* Members of a union or structure without a name are as if they were its own. */
        json_t *value = json_value(member, depth - 1);
        if (member->name != NULL) {
            json_object_set_new(object, member->name, value);
        } else if (json_is_object(value)) {
            json_object_update_missing(object, value);
            json_decref(value);
        } else {
            json_decref(value);
        }
    }
    qc_variables_free(&members);
    return object;
}

static json_t *json_fields(const struct qc_inspected *inspected)
{
    if (inspected->has_lock) {
        return qc_json_lock_fields(&inspected->lock, false);
    }
    const struct qemucore_variable *variable = &inspected->described.list.items[0];
    if (variable->structure_module != NULL) {
        return json_value(variable, QC_LIMIT_SHOWN_DEPTH);
    }
    json_t *object = json_object();
    json_object_set_new(object, "value", qc_json_text(variable->value));
    json_object_set_new(object, "symbol", qc_json_text(variable->symbol));
    json_object_set_new(object, "text", qc_json_text(variable->text));
    return object;
}

static json_t *json_inspected(const struct qc_inspected *inspected)
{
    bool here = inspected->why_absent == NULL && inspected->described.list.count != 0;
    json_t *object = json_object();
    json_object_set_new(object, "expression", qc_json_text(inspected->expression));
    json_object_set_new(object, "address",
                        here ? qc_json_address(inspected->object.address) : json_null());
    json_object_set_new(object, "type",
                        here ? qc_json_text(inspected->described.list.items[0].type)
                             : json_null());
    json_object_set_new(object, "kind", here && inspected->has_lock
                                            ? json_string(qc_lock_kind_name(inspected->lock.kind))
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
