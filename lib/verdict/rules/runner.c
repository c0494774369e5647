/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verdict/rules/runner.h"

static bool is_long_after(struct qc_fact later, struct qc_fact began)
{
    return later.is_known && (int64_t)later.value - (int64_t)began.value >= QC_REQUEST_OLD_NS;
}

/* Whether that event loop (NULL: any) turned long after a request began: another's has ended in it; or it
   is the main loop's, which refreshes the display. */
static bool has_turned_since(const struct qc_rule_context *context,
                             const struct qc_aio_context *loop, struct qc_fact began)
{
    const struct qc_block *block = &context->state->block;
    if (loop != NULL && loop->kind == QC_AIO_CONTEXT_MAIN &&
        is_long_after(context->state->clocks.refresh, began)) {
        return true;
    }
    for (size_t i = 0; i < block->backends.count; i++) {
        const struct qc_block_backend *backend = &block->backends.items[i];
        if ((loop == NULL || backend->context == loop) &&
            is_long_after(backend->last_access, began)) {
            return true;
        }
    }
    return false;
}

struct qemucore_thread *qc_runner_of(const struct qc_rule_context *context,
                                     const struct qc_block_culprit *culprit, struct qc_fact began)
{
    struct qc_threads *threads = context->process->threads;
    const struct qc_aio_context *loop = culprit->node->context;
    struct qemucore_thread *thread = loop == NULL ? NULL : loop->thread;
    if (thread != NULL && qc_rule_wait(context, thread)->state == QC_WAIT_RUNNING &&
        !has_turned_since(context, loop, began)) {
        return thread;
    }
    bool may_be_worker =
        culprit->service == QC_BLOCK_SERVICE_FILE && !has_turned_since(context, NULL, began);
    for (size_t i = 0; may_be_worker && i < threads->count; i++) {
        thread = &threads->items[i];
        if (thread->role == QC_ROLE_WORKER &&
            qc_rule_wait(context, thread)->state == QC_WAIT_RUNNING) {
            return thread;
        }
    }
    return NULL;
}
