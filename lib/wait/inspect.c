/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/inspect.h"

#include <string.h>

#include "dwarf/declaration.h"
#include "qemu/fields/alias.h"

enum qc_lock_kind qc_inspect_kind(const struct qemucore_variable *described)
{
    return described->type == NULL ? QC_LOCK_NONE : qc_lock_kind_of(described->type);
}

static struct qemucore_variable *describe(struct qc_inspected *inspected)
{
    qc_variables_free(&inspected->described);
    struct qemucore_variable *variable = qc_vec_add(&inspected->described.list);
    if (variable != NULL) {
        qc_object_describe(&inspected->object, variable);
    }
    return variable;
}

/* "QemuCond *": what it points to is what is meant. */
static bool follow_pointer(struct qc_inspected *inspected)
{
    struct qc_object target;
    if (inspected->object.type.kind != QC_TYPE_POINTER ||
        qc_object_target(&inspected->object, &target, NULL) != QEMUCORE_OK) {
        return false;
    }
    struct qc_inspected followed = {.object = target};
    struct qemucore_variable *variable = describe(&followed);
    if (variable == NULL || qc_inspect_kind(variable) == QC_LOCK_NONE) {
        qc_variables_free(&followed.described);
        return false;
    }
    qc_variables_free(&inspected->described);
    inspected->described = followed.described;
    inspected->object = target;
    return true;
}

void qc_inspect(struct qc_wait_graph *graph, const char *expression,
                const struct qc_thread *thread, struct qc_inspected *ret)
{
    struct qemucore_error error;
    *ret = (struct qc_inspected){.expression = expression};
    if (qc_expression_find(graph->process, expression, thread, &ret->object, &error) !=
        QEMUCORE_OK) {
        ret->why_absent = strdup(error.message);
        return;
    }
    uint8_t first;
    if (ret->object.type.size != 0 &&
        qc_image_read(graph->process->core->image, ret->object.address, &first, 1, &error) !=
            QEMUCORE_OK) {
        ret->why_absent = strdup(error.message);
        return;
    }
    if (!qc_object_declaration(&ret->object, &ret->file, &ret->line)) {
        ret->file = NULL;
    }
    struct qemucore_variable *variable = describe(ret);
    enum qc_lock_kind kind = variable == NULL ? QC_LOCK_NONE : qc_inspect_kind(variable);
    if (kind == QC_LOCK_NONE && follow_pointer(ret)) {
        kind = qc_inspect_kind(&ret->described.list.items[0]);
    }
    if (kind != QC_LOCK_NONE) {
        ret->has_lock = true;
        qc_wait_graph_read(graph, kind, ret->object.address, &ret->lock);
    }
}

void qc_inspected_free(struct qc_inspected *inspected)
{
    free(inspected->why_absent);
    qc_variables_free(&inspected->described);
    if (inspected->has_lock) {
        qc_wait_lock_free(&inspected->lock);
    }
}
