/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/inspected.h"

#include <string.h>

#include "base/base.h"
#include "qemu/qemu.h"
#include "values/values.h"
#include "wait/wait_graph.h"

/* Whether this is a coroutine, or the structure of a back end that begins with one. */
static bool is_coroutine(const char *type)
{
    static const char *const types[] = {"Coroutine", "CoroutineUContext", "CoroutineSigAltStack",
                                        NULL};
    type += qc_str_begins(type, "struct ") ? strlen("struct ") : 0;
    return qc_str_is_one_of(type, types);
}

static void coroutine_find(struct qc_wait_graph *graph, struct qc_inspected *inspected)
{
    const struct qc_coroutine_waits *waits =
        inspected->type != NULL && is_coroutine(inspected->type) ? qc_waits_coroutines(graph->waits)
                                                                 : NULL;
    if (waits != NULL) {
        inspected->coroutine = qc_coroutine_at(waits->coroutines, inspected->object.address);
    }
    if (inspected->coroutine != NULL) {
        inspected->wait = qc_coroutine_wait_of(waits, inspected->coroutine);
    }
}

/* A pointer to a lock or a coroutine ("QemuCond *", "Coroutine *") means what it points to. */
static enum qc_lock_kind follow_pointer(struct qc_process *process,
                                        struct qc_inspected *inspected)
{
    struct qemucore_object target;
    if (inspected->object.type.kind != QC_TYPE_POINTER ||
        qc_object_target(&inspected->object, &target, NULL) != QEMUCORE_OK) {
        return QC_LOCK_NONE;
    }
    const char *type = qc_fields_keep(process->fields, qc_object_type(&target));
    enum qc_lock_kind kind = type == NULL ? QC_LOCK_NONE : qc_lock_kind_of(type);
    if (kind != QC_LOCK_NONE || (type != NULL && is_coroutine(type))) {
        inspected->type = type;
        inspected->object = target;
    }
    return kind;
}

/* Finds the object that the expression names. Fails if its memory is missing. */
static enum qemucore_status object_find(struct qc_process *process, const struct qc_thread *thread,
                                        struct qc_inspected *inspected,
                                        struct qemucore_error *error)
{
    struct qemucore_object *object = &inspected->object;
    uint8_t first;
    enum qemucore_status status =
        qc_expression_find(process, inspected->expression, thread, object, error);
    return status != QEMUCORE_OK || object->type.size == 0
               ? status
               : qc_image_read(process->core->image, object->address, &first, 1, error);
}

void qc_inspect(struct qc_wait_graph *graph, const char *expression,
                const struct qc_thread *thread, struct qc_inspected *ret)
{
    struct qemucore_error error;
    *ret = (struct qc_inspected){.expression = expression};
    if (object_find(graph->process, thread, ret, &error) != QEMUCORE_OK) {
        ret->why_absent = qc_fields_format(graph->process->fields, "%s", error.message);
        return;
    }
    if (!qc_object_declaration(&ret->object, &ret->file, &ret->line)) {
        ret->file = NULL;
    }
    ret->type = qc_fields_keep(graph->process->fields, qc_object_type(&ret->object));
    enum qc_lock_kind kind = ret->type == NULL ? QC_LOCK_NONE : qc_lock_kind_of(ret->type);
    if (kind == QC_LOCK_NONE) {
        kind = follow_pointer(graph->process, ret);
    }
    if (kind != QC_LOCK_NONE) {
        ret->has_lock = true;
        qc_wait_lock_read(graph, kind, ret->object.address, &ret->lock);
    } else {
        coroutine_find(graph, ret);
    }
}

void qc_inspected_free(struct qc_inspected *inspected)
{
    if (inspected->has_lock) {
        qc_wait_lock_free(&inspected->lock);
    }
}
