/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * api_timers - all timers of QEMU that are set
 */
#include <string.h>

#include "api/api_facts.h"
#include "api/handle.h"

/* Defines the public header's opaque type. */
struct qemucore_timer {
    struct qc_armed_timer inner;
};

/* Returns the timers. Looks for them at the first call. NULL: the state cannot be read. */
static const struct qc_armed_timers *timers_of(struct qemucore *core)
{
    struct qc_state *state;
    if (!core->timers_looked_for && qc_api_state(core, &state, NULL) == QEMUCORE_OK) {
        core->timers_looked_for = true;
        qc_armed_timers_find(core->process->fields, state, &core->timers);
    }
    return core->timers_looked_for ? &core->timers : NULL;
}

QC_ITERATOR(struct qemucore_timer, qemucore_timer_next, struct qemucore, timers_of(object), list)

QC_EXPORT const char *qemucore_timer_problem(struct qemucore *core)
{
    const struct qc_armed_timers *timers = timers_of(core);
    return timers == NULL ? "out of memory"
           : timers->why_cut != NULL ? timers->why_cut
                                     : timers->why_absent;
}

QC_GETTER(uint64_t, qemucore_timer_address, qemucore_timer, object->inner.address)
QC_GETTER(const char *, qemucore_timer_clock, qemucore_timer, object->inner.list->clock)
QC_GETTER(struct qemucore_context *, qemucore_timer_context, qemucore_timer,
          (struct qemucore_context *)object->inner.context)
QC_GETTER(const char *, qemucore_timer_callback, qemucore_timer, object->inner.callback.name)
QC_FACT_GETTER(qemucore_timer_fact, qemucore_timer, QEMUCORE_FACTS_OF_TIMER)

QC_EXPORT bool qemucore_timer_left(const struct qemucore_timer *timer, const char *bound,
                                   int64_t *ret)
{
    const struct qc_clock_left *left = &timer->inner.left;
    struct qc_fact found = bound == NULL                  ? (struct qc_fact){0}
                           : strcmp(bound, "lower") == 0   ? left->at_least
                           : strcmp(bound, "upper") == 0   ? left->at_most
                           : strcmp(bound, "by_file") == 0 ? left->at_most_by_file
                                                           : (struct qc_fact){0};
    if (found.is_known && ret != NULL) {
        *ret = (int64_t)found.value;
    }
    return found.is_known;
}
