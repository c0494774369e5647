/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/aio.h"

#include "base/base.h"
#include "qemu/fields/list.h"

/* Up to 4.2 the list holds all bottom halves of a context, and three bools stand for the flags. */
static struct qc_fact flags_read(struct qc_fields *fields, uint64_t address, const char **why)
{
    struct qc_fact flags = qc_fact_field(fields, QC_FIELD_BH_FLAGS, address, NULL);
    if (flags.is_known) {
        return flags;
    }
    struct qc_fact scheduled = qc_fact_field(fields, QC_FIELD_BH_SCHEDULED, address, why);
    flags.is_known = scheduled.is_known;
    flags.value = qc_fact_is_set(scheduled) ? QC_AIO_BH_SCHEDULED : 0;
    if (qc_fact_is_set(qc_fact_field(fields, QC_FIELD_BH_DELETED, address, NULL))) {
        flags.value |= QC_AIO_BH_DELETED;
    }
    if (qc_fact_is_set(qc_fact_field(fields, QC_FIELD_BH_IDLE, address, NULL))) {
        flags.value |= QC_AIO_BH_IDLE;
    }
    return flags;
}

static void bh_add(struct qc_fields *fields, uint64_t address, unsigned flags, bool in_slice,
                   struct qc_aio_context *context)
{
    uint64_t callback;
    struct qc_aio_bh *added = qc_vec_add(&context->bottom_halves);
    if (added == NULL) {
        return;
    }
    added->address = address;
    added->flags = flags;
    added->in_slice = in_slice;
    added->is_due = (flags & (QC_AIO_BH_SCHEDULED | QC_AIO_BH_DELETED)) == QC_AIO_BH_SCHEDULED;
    added->name = qc_field_text(fields, QC_FIELD_BH_NAME, address);
    if (added->name == NULL && qc_field_read(fields, QC_FIELD_BH_CALLBACK, address, &callback)) {
        added->name = qc_fact_symbol(fields, callback);
    }
    context->due += added->is_due;
}

/* Adds those of a list that are not at rest, which they are in the list up to 4.2. If flags can't be
   read, a bottom half may be due. */
static void bhs_add(struct qc_fields *fields, struct qc_list list, bool in_slice,
                    struct qc_aio_context *context)
{
    qc_list_each(&list, address) {
        struct qc_fact flags = flags_read(fields, address, &context->why_absent);
        context->bottom_halves_known &= flags.is_known;
        if ((flags.value & ~(uint64_t)QC_AIO_BH_IDLE) != 0) {
            bh_add(fields, address, (unsigned)flags.value, in_slice, context);
        }
    }
}

static void bottom_halves_read(struct qc_fields *fields, struct qc_aio_context *context)
{
    struct qc_list list =
        qc_list_field(fields, QC_FIELD_AIO_BOTTOM_HALVES, context->address, QC_FIELD_BH_NEXT,
                      &context->why_absent, &context->why_cut);
    struct qc_list slices = qc_list_field(fields, QC_FIELD_AIO_SLICES, context->address,
                                          QC_FIELD_SLICE_NEXT, NULL, &context->why_cut);
    context->bottom_halves_known = list.first.is_known;
    bhs_add(fields, list, false, context);
    qc_list_each(&slices, slice) {
        bhs_add(fields,
                qc_list_field(fields, QC_FIELD_SLICE_LIST, slice, QC_FIELD_BH_NEXT, NULL,
                              &context->why_cut),
                true, context);
    }
}

/* Returns the name of the file descriptor monitor in use (util/fdmon-*.c). */
static const char *fdmon_name(struct qc_fields *fields, uint64_t context, const char **why)
{
    static const struct monitor {
        const char *symbol;
        const char *name;
    } monitors[] = {{"fdmon_poll_ops", "poll"},
                    {"fdmon_epoll_ops", "epoll"},
                    {"fdmon_io_uring_ops", "io_uring"}};
    struct qc_fact operations = qc_fact_field(fields, QC_FIELD_AIO_FDMON, context, why);
    if (!operations.is_known) {
        return NULL;
    }
    const char *symbol = qc_fact_symbol(fields, operations.value);
    const struct monitor *found = qc_array_find(monitors, at, qc_str_is(symbol, at->symbol));
    if (found == NULL) {
        qc_fact_explain(why, "fdmon_ops points to nothing that we know");
        return NULL;
    }
    return found->name;
}

static void context_read(struct qc_fields *fields, struct qc_aio_context *context)
{
    uint64_t address = context->address;
    const char **why = &context->why_absent;
    uint64_t timers;
    uint64_t place;
    context->fdmon = fdmon_name(fields, address, why);
    context->has_fdmon = qc_field_address(fields, QC_FIELD_AIO_FDMON, address, &place);
    context->notify_me = qc_fact_field(fields, QC_FIELD_AIO_NOTIFY_ME, address, why);
    context->notified = qc_fact_field(fields, QC_FIELD_AIO_NOTIFIED, address, why);
    context->epoll_fd = qc_fact_field(fields, QC_FIELD_AIO_EPOLL_FD, address, NULL);
    context->poll_max_ns = qc_fact_field(fields, QC_FIELD_AIO_POLL_MAX_NS, address, why);
    context->poll_grow = qc_fact_field(fields, QC_FIELD_AIO_POLL_GROW, address, NULL);
    context->poll_shrink = qc_fact_field(fields, QC_FIELD_AIO_POLL_SHRINK, address, NULL);
    context->max_batch = qc_fact_field(fields, QC_FIELD_AIO_MAX_BATCH, address, NULL);
    context->poll_ns = qc_fact_field(fields, QC_FIELD_AIO_POLL_NS, address, NULL);
    context->list_lock = qc_fact_field(fields, QC_FIELD_AIO_LIST_LOCK, address, NULL);
    context->list_lock.value >>= QC_LOCKCNT_COUNT_SHIFT;
    context->handlers =
        qc_list_count(qc_list_field(fields, QC_FIELD_AIO_HANDLERS, address,
                                    QC_FIELD_AIO_HANDLER_NEXT, why, &context->why_cut));
    struct qc_list coroutines =
        qc_list_field(fields, QC_FIELD_AIO_COROUTINES, address, QC_FIELD_COROUTINE_SCHEDULED_NEXT,
                      why, &context->why_cut);
    context->scheduled_coroutines = qc_list_count(coroutines);
    context->first_coroutine = coroutines.first;
    bottom_halves_read(fields, context);
    if (qc_field_address(fields, QC_FIELD_AIO_TIMERS, address, &timers)) {
        qc_timers_find(fields, timers, &context->timers);
    }
    qc_list_cut(&context->why_cut, context->timers.why_cut);
}

/* Adds a context and reads it. `context` holds what is known before. */
static void context_add(struct qc_process *process, struct qc_aio_contexts *contexts,
                        struct qc_aio_context context)
{
    if (context.address != 0 && qc_vec_push(&contexts->list, context)) {
        context_read(process->fields, qc_vec_last(&contexts->list));
    }
}

const enum qc_variable qc_main_contexts[QC_MAIN_CONTEXTS] = {
    [QC_AIO_CONTEXT_MAIN] = QC_VARIABLE_AIO_CONTEXT,
    [QC_AIO_CONTEXT_IOHANDLER] = QC_VARIABLE_IOHANDLER_CONTEXT,
};

static void main_context_add(struct qc_process *process, struct qc_aio_contexts *contexts,
                             enum qc_aio_context_kind kind)
{
    struct qc_fact context =
        qc_fact_variable(process->fields, qc_main_contexts[kind], &contexts->why_absent);
    if (context.is_known) {
        context_add(process, contexts,
                    (struct qc_aio_context){.kind = kind,
                                            .address = context.value,
                                            .thread = qc_process_main_thread(process)});
    }
}

void qc_aio_contexts_find(struct qc_process *process, struct qc_aio_contexts *ret)
{
    const struct qc_iothreads *iothreads = qc_process_iothreads(process);
    main_context_add(process, ret, QC_AIO_CONTEXT_MAIN);
    main_context_add(process, ret, QC_AIO_CONTEXT_IOHANDLER);
    qc_vec_each(&iothreads->list, iothread) {
        context_add(process, ret,
                    (struct qc_aio_context){
                        .kind = QC_AIO_CONTEXT_IOTHREAD,
                        .address = iothread->ctx,
                        .iothread = iothread,
                        .thread = iothread->lwp > 0 ? qc_process_thread(process, iothread->lwp)
                                                    : NULL});
    }
    qc_fact_explain(&ret->why_absent, iothreads->why_cut);
}

static void context_free(struct qc_aio_context *context)
{
    qc_vec_free(&context->bottom_halves);
    qc_vec_free(&context->timers.lists);
}

void qc_aio_contexts_free(struct qc_aio_contexts *contexts)
{
    qc_vec_free_each(&contexts->list, item, context_free(item));
}

const struct qc_aio_context *qc_aio_context_of(const struct qc_aio_contexts *contexts,
                                               uint64_t address)
{
    return address == 0 ? NULL : qc_vec_find(&contexts->list, at, at->address == address);
}

QC_DEFINE_WORDS(qc_aio_context_kind_name, enum qc_aio_context_kind, QC_AIO_CONTEXT_KINDS)
