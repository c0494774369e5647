/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/armed_timer.h"

#include "base/base.h"
#include "qemu/fields/list.h"

struct collector {
    struct qc_fields *fields;
    const struct qc_clocks *clocks;
    const struct qc_aio_context *context;
    struct qc_armed_timers *timers;
};

/* Reads the coroutine that the timer's callback enters (util/qemu-coroutine-sleep.c, job.c). */
static struct qc_fact coroutine_read(struct qc_fields *fields, const struct qc_armed_timer *timer)
{
    static const struct {
        const char *callback;
        enum qc_field coroutine;
    } rows[] = {{"co_sleep_cb", QC_FIELD_SLEEP_COROUTINE},
                {"co_sleep_cb", QC_FIELD_SLEEP_STATE_COROUTINE},
                {"co_sleep_cb", QC_FIELD_SLEEP_CALLBACK_COROUTINE},
                {"job_sleep_timer_cb", QC_FIELD_JOB_COROUTINE}};
    struct qc_fact coroutine = {0};
    for (size_t i = 0; i < qc_count(rows) && !coroutine.is_known; i++) {
        if (qc_str_is(timer->callback.name, rows[i].callback) && qc_fact_is_set(timer->opaque)) {
            coroutine = qc_fact_field(fields, rows[i].coroutine, timer->opaque.value, NULL);
        }
    }
    return coroutine;
}

static void timer_read(const struct collector *collector, uint64_t address,
                       struct qc_armed_timer *timer)
{
    struct qc_fields *fields = collector->fields;
    const char **why = &collector->timers->why_absent;
    timer->address = address;
    timer->context = collector->context;
    timer->expire = qc_fact_field(fields, QC_FIELD_TIMER_EXPIRE, address, why);
    timer->callback = qc_callback_read(fields, QC_FIELD_TIMER_CALLBACK, address, why);
    timer->opaque = qc_fact_field(fields, QC_FIELD_TIMER_OPAQUE, address, why);
    timer->coroutine = coroutine_read(fields, timer);
    if (timer->expire.is_known && qc_fact_is_set(timer->list->enabled)) {
        timer->left = qc_clock_left(collector->clocks, timer->list->type,
                                    (int64_t)timer->expire.value);
    }
}

static void list_walk(const struct collector *collector, const struct qc_timer_list *timers)
{
    struct qc_list list =
        qc_list_field(collector->fields, QC_FIELD_TIMER_LIST_ACTIVE, timers->address,
                      QC_FIELD_TIMER_NEXT, NULL, &collector->timers->why_cut);
    qc_list_fill(&list, &collector->timers->list, timer) {
        timer->list = timers;
        timer_read(collector, list.element, timer);
    }
}

static void lists_walk(const struct collector *collector, const struct qc_timers *timers,
                       enum qc_clock clock)
{
    for (size_t i = 0; i < timers->lists.count; i++) {
        if (timers->lists.items[i].type == clock) {
            list_walk(collector, &timers->lists.items[i]);
        }
    }
    qc_fact_explain(&collector->timers->why_absent, timers->why_absent);
}

/* Compares by coroutine; timers of the same coroutine stay in the order of the list. */
QC_DEFINE_ORDER(compare_coroutines, struct qc_armed_timer *const,
                qc_compare((*a)->coroutine.value, (*b)->coroutine.value) ?: qc_compare(*a, *b))

void qc_armed_timers_index(struct qc_armed_timers *timers)
{
    qc_vec_each(&timers->list, timer) {
        if (qc_fact_is_set(timer->coroutine)) {
            qc_vec_push(&timers->by_coroutine, timer);
        }
    }
    qc_vec_sort(&timers->by_coroutine, compare_coroutines);
}

void qc_armed_timers_find(struct qc_fields *fields, const struct qc_state *state,
                          struct qc_armed_timers *ret)
{
    struct collector collector = {.fields = fields, .clocks = &state->clocks, .timers = ret};
    for (enum qc_clock clock = 0; clock <= QC_CLOCK_COUNT; clock++) {
        collector.context = NULL;
        lists_walk(&collector, &state->main_loop.timers, clock);
        for (size_t i = 0; i < state->contexts.list.count; i++) {
            collector.context = &state->contexts.list.items[i];
            lists_walk(&collector, &collector.context->timers, clock);
        }
    }
    qc_armed_timers_index(ret);
}

void qc_armed_timers_free(struct qc_armed_timers *timers)
{
    qc_vec_free(&timers->list);
    qc_vec_free(&timers->by_coroutine);
}

const struct qc_armed_timer *qc_armed_timer_of(const struct qc_armed_timers *timers,
                                               uint64_t coroutine)
{
    const struct qc_armed_timer **found = qc_vec_find_sorted(
        &timers->by_coroutine, at, qc_compare((*at)->coroutine.value, coroutine));
    return found == NULL ? NULL : *found;
}
