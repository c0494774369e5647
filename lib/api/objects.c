/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "api/handle.h"
#include "base/guard.h"
#include "dwarf/object.h"
#include "qemu/fields/alias.h"

/* The type of the public header. */
struct qemucore_object {
    struct qc_object object;
    struct qc_variables described; /* one entry */
};

static enum qemucore_status object_store(const struct qc_object *object, const char *name,
                                         struct qemucore_object **ret,
                                         struct qemucore_error *error)
{
    QC_FREE struct qemucore_object *made = calloc(1, sizeof(*made));
    struct qemucore_variable *variable =
        made == NULL ? NULL : qc_vec_add(&made->described.list);
    if (variable == NULL) {
        return qc_error_memory(error);
    }
    made->object = *object;
    qc_object_describe(object, variable);
    variable->name = name;
    *ret = qc_move(made);
    return QEMUCORE_OK;
}

static enum qemucore_status object_find(struct qemucore *core, const struct qc_thread *thread,
                                        const char *expression, struct qemucore_object **ret,
                                        struct qemucore_error *error)
{
    struct qc_object object;
    if (expression == NULL || ret == NULL) {
        return qc_error_set(error, QEMUCORE_INVALID, "expression or ret is NULL");
    }
    enum qemucore_status status =
        qc_expression_find(core->process, expression, thread, &object, error);
    return status == QEMUCORE_OK ? object_store(&object, NULL, ret, error) : status;
}

QC_EXPORT enum qemucore_status qemucore_object_find(struct qemucore *core, const char *expression,
                                                    struct qemucore_object **ret,
                                                    struct qemucore_error *error)
{
    return object_find(core, NULL, expression, ret, error);
}

QC_EXPORT enum qemucore_status
qemucore_thread_object_find(struct qemucore *core, const struct qemucore_thread *thread,
                            const char *expression, struct qemucore_object **ret,
                            struct qemucore_error *error)
{
    return object_find(core, thread->core_thread, expression, ret, error);
}

QC_EXPORT enum qemucore_status qemucore_object_member_at(const struct qemucore_object *object,
                                                         size_t index,
                                                         struct qemucore_object **ret,
                                                         struct qemucore_error *error)
{
    struct qc_object member;
    const char *name = NULL;
    enum qemucore_status status =
        qc_object_member_at(&object->object, index, &name, &member, error);
    return status == QEMUCORE_OK ? object_store(&member, name, ret, error) : status;
}

QC_EXPORT void qemucore_object_free(struct qemucore_object *object)
{
    if (object != NULL) {
        qc_variables_free(&object->described);
        free(object);
    }
}

QC_EXPORT uint64_t qemucore_object_address(const struct qemucore_object *object)
{
    return object->object.address;
}

QC_EXPORT size_t qemucore_object_size(const struct qemucore_object *object)
{
    return object->object.type.size;
}

QC_EXPORT const struct qemucore_variable *
qemucore_object_value(const struct qemucore_object *object)
{
    return &object->described.list.items[0];
}
