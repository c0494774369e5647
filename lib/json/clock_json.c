/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * clock_json - bounds of what QEMU's clocks showed, and overdue timers
 */
#include "json/json_state.h"

static void json_bound(struct qc_json *json, const char *key, const struct qc_clock_bound *bound)
{
    if (qc_json_object_if(json, key, bound->is_known)) {
        qc_json_set(json, "ns", qc_json_signed(bound->ns));
        qc_json_set(json, "rests_on", qc_json_text(bound->rests_on));
        qc_json_close(json);
    }
}

static void json_age(struct qc_json *json, struct qc_clock_age age)
{
    qc_json_set(json, "at_least_ns", qc_json_fact(age.at_least));
    qc_json_set(json, "by_file_ns", qc_json_fact(age.by_file));
}

static void json_overdue(struct qc_json *json, const struct qc_clock_overdue *overdue)
{
    qc_json_set(json, "clock", qc_json_text(overdue->list->clock));
    qc_json_set(json, "context", qc_json_context_name(overdue->context));
    qc_json_set(json, "callback", qc_json_text(overdue->list->callback));
    qc_json_set(json, "due_ns", qc_json_fact(overdue->list->next));
    qc_json_member(json, "by", json_age(json, overdue->by));
}

static void json_bounds(struct qc_json *json, const struct qc_clocks *clocks)
{
    for (size_t i = 0; i < QC_CLOCK_COUNT; i++) {
        qc_json_object(json, qc_clock_name(i));
        json_bound(json, "lower", &clocks->bounds[i].lower);
        json_bound(json, "upper", &clocks->bounds[i].upper);
        json_bound(json, "by_file", &clocks->bounds[i].by_file);
        qc_json_close(json);
    }
}

void qc_json_clocks(struct qc_json *json, const struct qc_clocks *clocks)
{
    qc_json_member(json, "bounds", json_bounds(json, clocks));
    qc_json_set(json, "polled_ns", qc_json_fact(clocks->polled));
    json_bound(json, "last_turn", &clocks->last_turn);
    qc_json_member(json, "turned", json_age(json, clocks->turned));
    qc_json_list(json, "overdue", &clocks->overdue, overdue, json_overdue(json, overdue));
}

void qc_json_due(struct qc_json *json, const struct qc_armed_timer *timer)
{
    qc_json_set(json, "address", qc_json_address(timer->address));
    qc_json_set(json, "clock", qc_json_text(timer->list->clock));
    qc_json_set(json, "clock_enabled", qc_json_fact_bool(timer->list->enabled));
    qc_json_set(json, "context", qc_json_context_name(timer->context));
    qc_json_set(json, "expire_ns", qc_json_fact(timer->expire));
    qc_json_set(json, "left_ns_at_least", qc_json_fact(timer->left.at_least));
    qc_json_set(json, "left_ns_at_most", qc_json_fact(timer->left.at_most));
    qc_json_set(json, "left_ns_at_most_by_file", qc_json_fact(timer->left.at_most_by_file));
}
