/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_timers - every timer that is set, by clock: when it is due, and its callback
 */
#include <inttypes.h>

#include "parts/part.h"

static const struct qc_part_column columns[] = {
    {2, "LIST"}, {24, "DUE"}, {58, "CALLBACK"}, {90, "OPAQUE"}, {110, "TIMER"}, {0, NULL},
};

static void put_bound(const struct qc_clock_bound *bound, const char *word,
                      struct qc_strbuf *buffer)
{
    if (bound->is_known) {
        qc_strbuf_printf(buffer, "\n  %s %.6f s: %s", word, (double)bound->ns / 1e9,
                         bound->rests_on);
    }
}

/* Appends a clock with the known bounds of what it showed. */
static void text_clock(const struct qc_part_request *request, const struct qc_timer_list *list)
{
    const struct qc_style *style = request->style;
    qc_strbuf_printf(request->text, "%sclock %s%s", style->bold,
                     qc_clock_name(list->type), style->off);
    if (list->type != QC_CLOCK_COUNT) {
        const struct qc_clock_bounds *bounds = &request->state->clocks.bounds[list->type];
        put_bound(&bounds->lower, "at least", request->text);
        put_bound(&bounds->upper, "at most", request->text);
        if (!bounds->lower.is_known || bounds->by_file.ns > bounds->lower.ns) {
            put_bound(&bounds->by_file, "at least", request->text);
        }
        if (!bounds->lower.is_known && !bounds->upper.is_known && !bounds->by_file.is_known) {
            qc_strbuf_put(request->text, ": what it showed is not known");
        }
    }
    qc_strbuf_put(request->text, "\n");
}

static void text_timer(const struct qc_part_request *request, const struct qc_armed_timer *timer)
{
    struct qc_strbuf *buffer = request->text;
    qc_strbuf_pad(buffer, columns[0].start);
    qc_part_put_context(request, timer->context);
    qc_strbuf_pad(buffer, columns[1].start);
    qc_text_due(timer, &request->state->clocks, buffer);
    qc_strbuf_pad(buffer, columns[2].start);
    qc_part_put_callback(request, &timer->callback);
    qc_strbuf_pad(buffer, columns[3].start);
    qc_part_put_address(request, timer->opaque);
    qc_strbuf_pad(buffer, columns[4].start);
    qc_strbuf_printf(buffer, "0x%" PRIx64, timer->address);
    if (qc_fact_is_set(timer->coroutine)) {
        qc_strbuf_printf(buffer, "; enters coroutine 0x%" PRIx64, timer->coroutine.value);
    }
    qc_strbuf_put(buffer, "\n");
}

static void text_timers(const struct qc_part_request *request, const struct qc_armed_timers *timers)
{
    const struct qc_timer_list *previous = NULL;
    qc_part_begin(request, timers->list.count, " set", " set", timers->why_absent, columns);
    qc_vec_each(&timers->list, timer) {
        if (previous == NULL || previous->type != timer->list->type) {
            text_clock(request, timer->list);
        }
        previous = timer->list;
        text_timer(request, timer);
    }
}

static void json_timer(struct qc_json *json, const struct qc_armed_timer *timer)
{
    qc_json_due(json, timer);
    qc_part_json_callback(json, "callback", &timer->callback);
    qc_json_set(json, "opaque", qc_json_fact_address(timer->opaque));
    qc_json_set(json, "coroutine", qc_json_fact_address(timer->coroutine));
}

void qc_part_timers(const struct qc_part_request *request)
{
    QC_GUARD(qc_armed_timers_free) struct qc_armed_timers timers = {.why_cut = NULL};
    qc_armed_timers_find(request->waits->process->fields, request->state, &timers);
    if (request->text != NULL) {
        text_timers(request, &timers);
    } else {
        qc_json_member(request->json, "clock",
                       qc_json_clocks(request->json, &request->state->clocks));
        qc_json_list(request->json, "timers", &timers.list, timer,
                     json_timer(request->json, timer));
    }
    qc_part_end(request, timers.why_cut, timers.why_absent);
}
