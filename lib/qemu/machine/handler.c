/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/handler.h"

#include "base/base.h"
#include "qemu/fields/list.h"

/* The member is a link into the list of deleted handlers since 5.0, and a flag before. */
static struct qc_fact deleted_read(struct qc_fields *fields, uint64_t address, const char **why)
{
    struct qc_fact fact = qc_fact_field(fields, QC_FIELD_AIO_HANDLER_DELETED, address, why);
    fact.value = fact.value != 0;
    return fact;
}

/* The opaque of fd_coroutine_enter is a FDYieldUntilData on the coroutine's stack
   (util/qemu-coroutine-io.c). */
static struct qc_fact coroutine_read(struct qc_fields *fields, const struct qc_handler *handler)
{
    return qc_str_is(handler->io_read.name, "fd_coroutine_enter")
               ? qc_fact_behind(fields, handler->opaque, QC_FIELD_FD_YIELD_COROUTINE)
               : (struct qc_fact){0};
}

static void handler_read(struct qc_fields *fields, uint64_t address, struct qc_handler *handler,
                         const char **why)
{
    handler->address = address;
    handler->fd = qc_fact_field(fields, QC_FIELD_AIO_HANDLER_FD, address, why);
    handler->deleted = deleted_read(fields, address, why);
    handler->io_read = qc_callback_read(fields, QC_FIELD_AIO_HANDLER_READ, address, why);
    handler->io_write = qc_callback_read(fields, QC_FIELD_AIO_HANDLER_WRITE, address, why);
    handler->io_poll = qc_callback_read(fields, QC_FIELD_AIO_HANDLER_POLL, address, NULL);
    handler->opaque = qc_fact_field(fields, QC_FIELD_AIO_HANDLER_OPAQUE, address, why);
    handler->coroutine = coroutine_read(fields, handler);
}

static void context_read(struct qc_fields *fields, const struct qc_aio_context *context,
                         struct qc_handlers *ret)
{
    struct qc_list list = qc_list_field(fields, QC_FIELD_AIO_HANDLERS, context->address,
                                        QC_FIELD_AIO_HANDLER_NEXT, &ret->why_absent, &ret->why_cut);
    qc_list_fill(&list, &ret->list, handler) {
        handler->context = context;
        handler_read(fields, list.element, handler, &ret->why_absent);
    }
}

void qc_handlers_find(struct qc_fields *fields, const struct qc_aio_contexts *contexts,
                      struct qc_handlers *ret)
{
    for (size_t i = 0; i < contexts->list.count; i++) {
        context_read(fields, &contexts->list.items[i], ret);
    }
    qc_fact_explain(&ret->why_absent, contexts->why_absent);
}
