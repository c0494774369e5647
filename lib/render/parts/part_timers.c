/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_timers - every timer that is set, by clock: when it is due, and what is called then
 */
#include <inttypes.h>
#include <string.h>

#include "render/parts/part.h"

static const size_t columns[] = {2, 24, 58, 90, 110};
static const char *const heads[] = {"LIST", "DUE", "CALLBACK", "OPAQUE", "TIMER"};

static void put_time(int64_t ns, struct qc_strbuf *buffer)
{
    qc_wait_put_time(ns < 0 ? -ns : ns, buffer);
}

/* What was due at the latest so long ago. */
static bool put_overdue(const struct qc_clock_left *left, const struct qc_clocks *clocks,
                        struct qc_strbuf *buffer)
{
    struct qc_fact most =
        left->at_most_by_file.is_known ? left->at_most_by_file : left->at_most;
    bool is_exact = most.is_known && left->at_least.is_known &&
                    most.value == left->at_least.value;
    if (!most.is_known || (int64_t)most.value > 0) {
        return false;
    }
    qc_strbuf_put(buffer, is_exact ? "overdue by " : "overdue by at least ");
    put_time((int64_t)most.value, buffer);
    if (left->at_most_by_file.is_known) {
        qc_strbuf_put(buffer, clocks->file_is_named ? ", by the core file's name"
                                                    : ", if the core file is no copy");
    }
    return true;
}

static void put_to_come(const struct qc_clock_left *left, struct qc_strbuf *buffer)
{
    int64_t least = (int64_t)left->at_least.value;
    int64_t most = (int64_t)left->at_most.value;
    bool is_to_come = left->at_least.is_known && least >= 0;
    if (!left->at_most.is_known) {
        qc_strbuf_put(buffer, is_to_come ? "in at least " : "to come, or overdue by at most ");
        put_time(least, buffer);
        return;
    }
    if (is_to_come && least != 0) {
        qc_strbuf_put(buffer, "in ");
        put_time(least, buffer);
        qc_strbuf_put(buffer, most == least ? "" : " to ");
    } else {
        qc_strbuf_put(buffer, "in at most ");
    }
    if (most != least) {
        put_time(most, buffer);
    }
    qc_strbuf_put(buffer, is_to_come ? "" : ", or overdue");
}

static void put_due(const struct qc_armed_timer *timer, const struct qc_clocks *clocks,
                    struct qc_strbuf *buffer)
{
    const struct qc_clock_left *left = &timer->left;
    if (qc_fact_is_zero(timer->list->enabled)) {
        qc_strbuf_put(buffer, "never: its clock is disabled");
    } else if (left->at_least.is_known || left->at_most.is_known ||
               left->at_most_by_file.is_known) {
        if (!put_overdue(left, clocks, buffer)) {
            put_to_come(left, buffer);
        }
    } else if (timer->expire.is_known) {
        qc_strbuf_printf(buffer, "at %.3f s of its clock", (double)(int64_t)timer->expire.value / 1e9);
    } else {
        qc_strbuf_put(buffer, "?");
    }
}

static void put_bound(const struct qc_clock_bound *bound, const char *word,
                      struct qc_strbuf *buffer)
{
    if (bound->is_known) {
        qc_strbuf_printf(buffer, "\n  %s %.6f s: %s", word, (double)bound->ns / 1e9,
                         bound->rests_on);
    }
}

/* What the clock shows, as far as it is known. */
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
    qc_strbuf_pad(buffer, columns[0]);
    qc_part_put_context(request, timer->context);
    qc_strbuf_pad(buffer, columns[1]);
    put_due(timer, &request->state->clocks, buffer);
    qc_strbuf_pad(buffer, columns[2]);
    qc_part_put_callback(request, &timer->callback);
    qc_strbuf_pad(buffer, columns[3]);
    qc_part_put_address(request, timer->opaque);
    qc_strbuf_pad(buffer, columns[4]);
    qc_strbuf_printf(buffer, "0x%" PRIx64 "\n", timer->address);
}

static void text_timers(const struct qc_part_request *request,
                        const struct qc_armed_timers *timers)
{
    const struct qc_timer_list *before = NULL;
    qc_strbuf_printf(request->text, "%zu set\n", timers->list.count);
    if (timers->list.count != 0) {
        qc_part_heads(request, columns, heads, sizeof(heads) / sizeof(heads[0]));
    }
    for (size_t i = 0; i < timers->list.count; i++) {
        const struct qc_armed_timer *timer = &timers->list.items[i];
        if (before == NULL || before->type != timer->list->type) {
            text_clock(request, timer->list);
        }
        before = timer->list;
        text_timer(request, timer);
    }
}

static void json_timers(struct qc_json *json, const struct qc_armed_timers *timers)
{
    qc_json_array(json, "timers");
    for (size_t i = 0; i < timers->list.count; i++) {
        const struct qc_armed_timer *timer = &timers->list.items[i];
        qc_json_object(json, NULL);
        qc_json_set(json, "address", qc_json_address(timer->address));
        qc_json_set(json, "clock", qc_json_text(timer->list->clock));
        qc_json_set(json, "clock_enabled", qc_json_fact_bool(timer->list->enabled));
        qc_json_set(json, "context", qc_json_context_name(timer->context));
        qc_json_set(json, "expire_ns", qc_json_fact(timer->expire));
        qc_json_set(json, "left_ns_at_least", qc_json_fact(timer->left.at_least));
        qc_json_set(json, "left_ns_at_most", qc_json_fact(timer->left.at_most));
        qc_json_set(json, "left_ns_at_most_by_file", qc_json_fact(timer->left.at_most_by_file));
        qc_part_json_callback(json, "callback", &timer->callback);
        qc_json_set(json, "opaque", qc_json_fact_address(timer->opaque));
        qc_json_close(json);
    }
    qc_json_close(json);
}

void qc_part_timers(const struct qc_part_request *request)
{
    QC_GUARD(qc_armed_timers_free) struct qc_armed_timers timers = {.why_cut = NULL};
    qc_armed_timers_find(request->waits->process->fields, request->state, &timers);
    if (request->text != NULL) {
        text_timers(request, &timers);
    } else {
        qc_json_clocks(request->json, "clock", &request->state->clocks);
        json_timers(request->json, &timers);
    }
    qc_part_end(request, timers.why_cut, timers.why_absent);
}
