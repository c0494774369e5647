/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/timer.h"

#include "base/base.h"
#include "qemu/fields/list.h"
#include "qemu/qemu_limits.h"

QC_DEFINE_WORDS(qc_clock_name, enum qc_clock, QC_CLOCKS)

/* Returns the clock of a name. Names are compared because the numbers vary between versions. */
static enum qc_clock clock_called(const char *name)
{
    enum qc_clock clock = 0;
    while (clock < QC_CLOCK_COUNT && !qc_str_is(name, qc_clock_name(clock))) {
        clock++;
    }
    return clock;
}

static void list_read(struct qc_fields *fields, uint64_t address, struct qc_timers *timers,
                      struct qc_timer_list *list)
{
    const char **why = &timers->why_absent;
    struct qc_fact clock = qc_fact_field(fields, QC_FIELD_TIMER_LIST_CLOCK, address, why);
    struct qc_list timer_list = qc_list_field(fields, QC_FIELD_TIMER_LIST_ACTIVE, address,
                                              QC_FIELD_TIMER_NEXT, why, &timers->why_cut);
    struct qc_fact first = timer_list.first;
    uint64_t event;
    list->address = address;
    list->first = first.is_known ? first.value : 0;
    if (qc_fact_is_set(clock)) {
        list->enabled = qc_fact_field(fields, QC_FIELD_CLOCK_ENABLED, clock.value, why);
        list->clock = qc_fact_enumerator(
            fields, "QEMUClockType", "QEMU_CLOCK_",
            qc_fact_field(fields, QC_FIELD_CLOCK_TYPE, clock.value, why), why);
    }
    list->type = clock_called(list->clock);
    list->active = qc_list_count(timer_list);
    if (qc_fact_is_set(first)) {
        uint64_t callback;
        list->next = qc_fact_field(fields, QC_FIELD_TIMER_EXPIRE, first.value, why);
        if (qc_field_read(fields, QC_FIELD_TIMER_CALLBACK, first.value, &callback)) {
            list->callback = qc_fact_symbol(fields, callback);
        }
    }
    if (qc_field_address(fields, QC_FIELD_TIMERS_DONE_EV, address, &event)) {
        list->done_event = qc_fact_field(fields, QC_FIELD_EVENT_VALUE, event, NULL);
    }
}

void qc_timers_find(struct qc_fields *fields, uint64_t group, struct qc_timers *ret)
{
    uint64_t first;
    size_t count = qc_fields_type_size(fields, "QEMUTimerListGroup") / sizeof(uint64_t);
    if (count == 0 || !qc_field_address(fields, QC_FIELD_TIMER_GROUP_LISTS, group, &first)) {
        qc_fact_explain(&ret->why_absent, "QEMUTimerListGroup: not in the debug info");
        return;
    }
    if (count > QC_LIMIT_CLOCKS) {
        qc_fact_explain(&ret->why_absent,
                        "QEMUTimerListGroup: more clocks than libqemucore's limit");
    }
    for (size_t i = 0; i < count && i < QC_LIMIT_CLOCKS; i++) {
        uint64_t address;
        if (!qc_fields_pointer(fields, first + i * sizeof(uint64_t), &address)) {
            qc_fact_explain(&ret->why_absent, "the timer lists are not in the dump");
            return;
        }
        struct qc_timer_list *list = address == 0 ? NULL : qc_vec_add(&ret->lists);
        if (list != NULL) {
            list_read(fields, address, ret, list);
        }
    }
}
