/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/armed_timer.h"

#include "qemu/fields/list.h"

struct collector {
    struct qc_fields *fields;
    const struct qc_clocks *clocks;
    const struct qc_timer_list *list;
    const struct qc_aio_context *context;
    struct qc_armed_timers *timers;
};

static bool visit_timer(void *opaque, uint64_t address)
{
    struct collector *collector = opaque;
    struct qc_fields *fields = collector->fields;
    char **why = &collector->timers->why_absent;
    struct qc_armed_timer *timer = qc_vec_add(&collector->timers->list);
    if (timer == NULL) {
        return false;
    }
    timer->address = address;
    timer->list = collector->list;
    timer->context = collector->context;
    timer->expire = qc_fact_field(fields, QC_FIELD_TIMER_EXPIRE, address, why);
    timer->callback = qc_callback_read(fields, QC_FIELD_TIMER_CALLBACK, address, why);
    timer->opaque = qc_fact_field(fields, QC_FIELD_TIMER_OPAQUE, address, why);
    if (timer->expire.is_known && qc_fact_is_set(timer->list->enabled)) {
        timer->left = qc_clock_left(collector->clocks, timer->list->type,
                                    (int64_t)timer->expire.value);
    }
    return true;
}

static void lists_walk(struct collector *collector, const struct qc_timers *timers,
                       enum qc_clock clock)
{
    for (size_t i = 0; i < timers->lists.count; i++) {
        collector->list = &timers->lists.items[i];
        if (collector->list->type == clock) {
            struct qc_list list = qc_list_field(collector->fields, QC_FIELD_TIMER_LIST_ACTIVE,
                                                collector->list->address, NULL);
            qc_list_walk(collector->fields, list, QC_FIELD_TIMER_NEXT, visit_timer, collector,
                         &collector->timers->why_cut);
        }
    }
    if (timers->why_absent != NULL) {
        qc_fact_explain(&collector->timers->why_absent, "%s", timers->why_absent);
    }
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
}

void qc_armed_timers_free(struct qc_armed_timers *timers)
{
    for (size_t i = 0; i < timers->list.count; i++) {
        qc_callback_free(&timers->list.items[i].callback);
    }
    qc_vec_free(&timers->list);
    free(timers->why_absent);
    timers->why_absent = NULL;
}
