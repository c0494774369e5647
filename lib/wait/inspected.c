/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/inspected.h"

#include <string.h>

#include "base/base.h"
#include "dwarf/dwarf.h"
#include "qemu/qemu.h"
#include "wait/wait_lock.h"

/* "QemuCond *": what it points to is what is meant. */
static enum qc_lock_kind follow_pointer(struct qc_inspected *inspected)
{
    struct qemucore_object target;
    if (inspected->object.type.kind != QC_TYPE_POINTER ||
        qc_object_target(&inspected->object, &target, NULL) != QEMUCORE_OK) {
        return QC_LOCK_NONE;
    }
    QC_FREE char *type = qc_object_type(&target);
    enum qc_lock_kind kind = type == NULL ? QC_LOCK_NONE : qc_lock_kind_of(type);
    if (kind != QC_LOCK_NONE) {
        free(inspected->type);
        inspected->type = qc_move(type);
        inspected->object = target;
    }
    return kind;
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
    ret->type = qc_object_type(&ret->object);
    enum qc_lock_kind kind = ret->type == NULL ? QC_LOCK_NONE : qc_lock_kind_of(ret->type);
    if (kind == QC_LOCK_NONE) {
        kind = follow_pointer(ret);
    }
    if (kind != QC_LOCK_NONE) {
        ret->has_lock = true;
        qc_wait_lock_read(graph, kind, ret->object.address, &ret->lock);
    }
}

void qc_inspected_free(struct qc_inspected *inspected)
{
    free(inspected->why_absent);
    free(inspected->type);
    if (inspected->has_lock) {
        qc_wait_lock_free(&inspected->lock);
    }
}
