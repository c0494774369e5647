/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/clock/clock.h"

#include <string.h>

#define MILLISECOND INT64_C(1000000)
#define SECOND INT64_C(1000000000)

#define SNAPSHOT "what the clock showed when the snapshot was made"

/* The inputs, and the clocks that are derived from them. */
struct derivation {
    const struct qc_clock_marks *marks;
    const struct qc_main_loop *main_loop;
    const struct qc_aio_contexts *contexts;
    struct qc_clocks *clocks;
};

static void raise_to(struct qc_clock_bound *bound, int64_t ns, const char *rests_on)
{
    if (qc_clock_is_time(ns) && (!bound->is_known || ns > bound->ns)) {
        *bound = (struct qc_clock_bound){true, ns, rests_on};
    }
}

static void lower_to(struct qc_clock_bound *bound, int64_t ns, const char *rests_on)
{
    if (qc_clock_is_time(ns) && (!bound->is_known || ns < bound->ns)) {
        *bound = (struct qc_clock_bound){true, ns, rests_on};
    }
}

static void raise_to_mark(struct qc_clock_bound *bound, struct qc_fact mark, const char *rests_on)
{
    if (mark.is_known) {
        raise_to(bound, (int64_t)mark.value, rests_on);
    }
}

static struct qc_fact span(int64_t ns)
{
    return (struct qc_fact){ns > 0, false, ns > 0 ? (uint64_t)ns : 0};
}

/* Tells whether the list's first timer limits the main loop's poll. */
static bool has_deadline(const struct derivation *derivation, const struct qc_timer_list *list)
{
    const struct qc_clock_marks *marks = derivation->marks;
    bool is_ours = list->type == QC_CLOCK_REALTIME || list->type == QC_CLOCK_HOST ||
                   (list->type != QC_CLOCK_COUNT && marks->virtual_offset.is_known &&
                    marks->virtual_runs); /* icount sets no timeout: qemu_clock_use_for_deadline */
    return is_ours && qc_fact_is_set(list->enabled) && list->next.is_known &&
           qc_clock_is_time((int64_t)list->next.value);
}

/* ---- the main loop's poll ------------------------------------------------------------------ */

/* Returns the realtime at which a list's first timer is due; not known: it sets no timeout. */
static struct qc_fact deadline_of(const struct derivation *derivation,
                                  const struct qc_timer_list *list)
{
    bool is_virtual = list->type == QC_CLOCK_VIRTUAL || list->type == QC_CLOCK_VIRTUAL_RT;
    int64_t offset = is_virtual ? (int64_t)derivation->marks->virtual_offset.value : 0;
    return has_deadline(derivation, list) && list->type != QC_CLOCK_HOST
             ? span((int64_t)list->next.value - offset)
             : (struct qc_fact){0};
}

/* Returns when the first timer of the main loop is due. */
static struct qc_fact first_deadline(const struct derivation *derivation)
{
    struct qc_fact first = {0};
    qc_vec_each(&derivation->main_loop->timers.lists, list) {
        first = qc_fact_least(first, deadline_of(derivation, list));
    }
    qc_vec_each(&derivation->contexts->list, context) {
        for (size_t i = 0; context->kind == QC_AIO_CONTEXT_MAIN && i < context->timers.lists.count;
             i++) {
            first = qc_fact_least(first, deadline_of(derivation, &context->timers.lists.items[i]));
        }
    }
    return first;
}

/* A snapshot lets the poll go on, so that nothing remains in memory, but knows the time: the poll
   began when its first timer was due in as long as its timeout. */
static struct qc_fact polled_at_snapshot(const struct derivation *derivation)
{
    const struct qc_main_loop *main_loop = derivation->main_loop;
    struct qc_fact now = derivation->marks->snapshot;
    struct qc_fact first = first_deadline(derivation);
    bool is_told = now.is_known && first.is_known && main_loop->has_timeout &&
                   qc_clock_is_time(main_loop->timeout_ns);
    return is_told ? span((int64_t)now.value - ((int64_t)first.value - main_loop->timeout_ns))
                   : (struct qc_fact){0};
}

/* Computes the time in the poll: the timeout less what remained of it. A process that was stopped
   and continued has polled for longer: the kernel restarted its poll with the remainder. */
static void poll_measure(struct derivation *derivation)
{
    const struct qc_main_loop *main_loop = derivation->main_loop;
    struct qc_clocks *clocks = derivation->clocks;
    clocks->idles = main_loop->place == QC_MAIN_LOOP_POLL;
    if ((clocks->idles || main_loop->place == QC_MAIN_LOOP_NESTED) && main_loop->has_timeout &&
        main_loop->has_remaining && qc_clock_is_time(main_loop->timeout_ns) &&
        main_loop->remaining_ns >= 0) {
        clocks->polled = span(main_loop->timeout_ns - main_loop->remaining_ns);
    } else if (clocks->idles && !main_loop->has_remaining) {
        clocks->polled = polled_at_snapshot(derivation);
    }
}

/* ---- lower bounds of realtime -------------------------------------------------------------- */

/* The main thread's own marks are from before the poll that it is in, so the time in the poll is
   added to them, but not to marks that other threads make too. */
static void lower_of_realtime(struct derivation *derivation)
{
    const struct qc_clock_marks *marks = derivation->marks;
    struct qc_clock_bound *lower = &derivation->clocks->bounds[QC_CLOCK_REALTIME].lower;
    struct qc_fact polled = derivation->clocks->polled;
    raise_to_mark(lower, marks->start, "when QEMU began");
    if (marks->virtual_offset.is_known && marks->virtual_runs) {
        raise_to(lower, -(int64_t)marks->virtual_offset.value, "when the machine was started");
    }
    raise_to_mark(lower, marks->refresh, "the display's last refresh");
    if (lower->is_known && polled.is_known) {
        raise_to(lower, lower->ns + (int64_t)polled.value,
                 "what the main thread did last, and for how long it has polled since");
    }
    raise_to_mark(lower, marks->access, "the last access to a block backend");
    raise_to_mark(lower, marks->migration, "the migration's last iteration");
    raise_to_mark(lower, marks->snapshot, SNAPSHOT);
}

/* ---- upper bounds -------------------------------------------------------------------------- */

/* A list's first timer is due no sooner than the timeout ends, which is after its remainder. The
   main AioContext's timeout is rounded up to milliseconds (util/async.c). */
static void upper_by_list(struct derivation *derivation, const struct qc_timer_list *list,
                          int64_t rounding)
{
    const struct qc_main_loop *main_loop = derivation->main_loop;
    int64_t remaining = main_loop->has_remaining ? main_loop->remaining_ns : 0;
    if (has_deadline(derivation, list) && remaining >= 0) {
        lower_to(&derivation->clocks->bounds[list->type].upper,
                 (int64_t)list->next.value - remaining + rounding,
                 "the main loop is in its poll until its next timer is due");
    }
}

static void upper_by_lists(struct derivation *derivation)
{
    const struct qc_aio_contexts *contexts = derivation->contexts;
    struct qc_fact end = derivation->marks->snapshot_end;
    if (end.is_known) {
        lower_to(&derivation->clocks->bounds[QC_CLOCK_REALTIME].upper, (int64_t)end.value, SNAPSHOT);
    }
    if (!derivation->clocks->idles) {
        return;
    }
    for (size_t i = 0; i < derivation->main_loop->timers.lists.count; i++) {
        upper_by_list(derivation, &derivation->main_loop->timers.lists.items[i], 0);
    }
    qc_vec_each(&contexts->list, context) {
        for (size_t j = 0; context->kind == QC_AIO_CONTEXT_MAIN && j < context->timers.lists.count;
             j++) {
            upper_by_list(derivation, &context->timers.lists.items[j], MILLISECOND);
        }
    }
}

/* ---- the file's time ----------------------------------------------------------------------- */

/* Returns the host clock less the realtime clock when QEMU started; each was truncated
   to seconds. */
static struct qc_fact host_ahead(const struct qc_clock_marks *marks)
{
    struct qc_fact ahead = {0};
    if (marks->start.is_known && marks->host_start.is_known) {
        ahead = (struct qc_fact){true, true, marks->host_start.value - marks->start.value};
    }
    return ahead;
}

/* Tells whether the file's time is before a lower bound, or after an upper bound, from memory. */
static bool file_is_refuted(const struct qc_clock_bounds *bounds)
{
    return (bounds->lower.is_known && bounds->by_file.ns < bounds->lower.ns - 3 * SECOND) ||
           (bounds->upper.is_known && bounds->by_file.ns > bounds->upper.ns + SECOND);
}

static void bounds_by_file(struct derivation *derivation)
{
    const struct qc_clock_marks *marks = derivation->marks;
    struct qc_clocks *clocks = derivation->clocks;
    struct qc_clock_bounds *host = &clocks->bounds[QC_CLOCK_HOST];
    struct qc_clock_bounds *realtime = &clocks->bounds[QC_CLOCK_REALTIME];
    struct qc_fact ahead = host_ahead(marks);
    const char *rests_on =
        marks->file_is_named ? "the time in the core file's name" : "the core file's time";
    raise_to_mark(&host->by_file, marks->file, rests_on);
    if (host->by_file.is_known && ahead.is_known) {
        raise_to(&realtime->by_file, host->by_file.ns - (int64_t)ahead.value - SECOND, rests_on);
    }
    if ((realtime->by_file.is_known && file_is_refuted(realtime)) ||
        (host->by_file.is_known && file_is_refuted(host))) {
        realtime->by_file.is_known = false;
        host->by_file.is_known = false;
    } else {
        clocks->file_is_named = marks->file_is_named;
    }
}

/* ---- the other clocks ---------------------------------------------------------------------- */

static struct qc_clock_bound shifted(struct qc_clock_bound bound, int64_t by)
{
    bound.is_known = bound.is_known && qc_clock_is_time(bound.ns + by);
    bound.ns += by;
    return bound;
}

static void host_from_realtime(struct derivation *derivation)
{
    struct qc_clocks *clocks = derivation->clocks;
    struct qc_fact ahead = host_ahead(derivation->marks);
    struct qc_clock_bound lower = clocks->bounds[QC_CLOCK_REALTIME].lower;
    if (ahead.is_known && lower.is_known) {
        clocks->bounds[QC_CLOCK_HOST].lower = shifted(lower, (int64_t)ahead.value - SECOND);
    }
}

/* Takes over the upper bound of a virtual clock that runs at a fixed offset to realtime. */
static void realtime_from_virtual(struct derivation *derivation, enum qc_clock clock)
{
    const struct qc_clock_marks *marks = derivation->marks;
    struct qc_clocks *clocks = derivation->clocks;
    struct qc_clock_bound upper = clocks->bounds[clock].upper;
    if (upper.is_known && marks->virtual_offset.is_known && marks->virtual_runs) {
        lower_to(&clocks->bounds[QC_CLOCK_REALTIME].upper,
                 upper.ns - (int64_t)marks->virtual_offset.value, upper.rests_on);
    }
}

static void virtual_from_realtime(struct derivation *derivation, enum qc_clock clock)
{
    const struct qc_clock_marks *marks = derivation->marks;
    struct qc_clock_bounds *bounds = &derivation->clocks->bounds[clock];
    int64_t offset = (int64_t)marks->virtual_offset.value;
    if (!marks->virtual_offset.is_known) {
        return;
    }
    if (marks->virtual_runs) {
        const struct qc_clock_bounds *realtime = &derivation->clocks->bounds[QC_CLOCK_REALTIME];
        bounds->lower = shifted(realtime->lower, offset);
        bounds->upper = shifted(realtime->upper, offset);
        bounds->by_file = shifted(realtime->by_file, offset);
    } else if (offset >= 0) {
        bounds->lower = (struct qc_clock_bound){true, offset, "it stands: the machine is stopped"};
        bounds->upper = bounds->lower;
    }
}

/* Mends an upper bound below the lower one. It is too low by the main loop's way to its poll, which
   accounts for up to a second. Bounds that are further apart contradict each other, and the upper
   one is dropped, since it rests on more assumptions. */
static void upper_check(struct qc_clock_bounds *bounds)
{
    if (!bounds->upper.is_known || !bounds->lower.is_known || bounds->upper.ns >= bounds->lower.ns) {
        return;
    }
    if (bounds->lower.ns - bounds->upper.ns < SECOND) {
        bounds->upper.ns = bounds->lower.ns;
    } else {
        bounds->upper.is_known = false;
    }
}

/* ---- the main loop's last turn ------------------------------------------------------------- */

/*
 * A main loop in its poll entered it no later than the poll's end less its timeout. Elsewhere, its
 * last poll ended when the first timer became due, or before. Only timers that are armed for the
 * future tell that: the display's, those of the realtime clock, and that of the RTC's next second.
 * Timers of devices that catch up with what their guest missed may be armed for the past
 * (rtc_periodic_timer, pit_irq_timer).
 */
static void turn_by_poll(struct derivation *derivation)
{
    struct qc_clocks *clocks = derivation->clocks;
    struct qc_clock_bound upper = clocks->bounds[QC_CLOCK_REALTIME].upper;
    if (upper.is_known && clocks->polled.is_known) {
        lower_to(&clocks->last_turn, upper.ns - (int64_t)clocks->polled.value, upper.rests_on);
    }
    clocks->turned.at_least = clocks->polled;
}

/* The interval may have been shortened after the timer was armed, so the later of the two times
   counts. */
static void turn_by_display(struct derivation *derivation)
{
    const struct qc_clock_marks *marks = derivation->marks;
    if (marks->refresh_timer != 0 && marks->refresh.is_known && marks->refresh_interval.is_known) {
        int64_t due = (int64_t)(marks->refresh.value + marks->refresh_interval.value);
        bool is_later = marks->refresh_expire.is_known && (int64_t)marks->refresh_expire.value > due;
        lower_to(&derivation->clocks->last_turn,
                 is_later ? (int64_t)marks->refresh_expire.value : due,
                 "the display's next refresh was due then");
    }
}

static void turn_by_list(struct derivation *derivation, const struct qc_timer_list *list)
{
    if (list->type == QC_CLOCK_REALTIME && list->next.is_known && list->first != 0 &&
        list->first != derivation->marks->refresh_timer) {
        lower_to(&derivation->clocks->last_turn, (int64_t)list->next.value,
                 "a timer of the main loop was due then");
    }
}

/* Compares in the host clock, since a conversion to the realtime clock loses up to two seconds. */
static void turn_by_clock_chip(struct derivation *derivation, const struct qc_timer_list *list)
{
    struct qc_clock_age *turned = &derivation->clocks->turned;
    if (list->type == QC_CLOCK_HOST && list->next.is_known && list->callback != NULL &&
        strcmp(list->callback, "rtc_update_timer") == 0) {
        struct qc_clock_age age =
            qc_clock_age(derivation->clocks, QC_CLOCK_HOST, (int64_t)list->next.value);
        if (age.by_file.is_known && age.by_file.value > turned->by_file.value &&
            age.by_file.value > turned->at_least.value) {
            turned->by_file = age.by_file;
        }
    }
}

/* It has not turned since it entered the poll that it is in, inside of a callback. */
static void turn_by_nested_poll(struct qc_clocks *clocks)
{
    struct qc_clock_age *turned = &clocks->turned;
    if (clocks->polled.is_known && clocks->polled.value > turned->at_least.value) {
        turned->at_least = clocks->polled;
        turned->by_file.is_known &= turned->by_file.value > clocks->polled.value;
    }
}

static void turn_find(struct derivation *derivation)
{
    const struct qc_main_loop *main_loop = derivation->main_loop;
    struct qc_clocks *clocks = derivation->clocks;
    if (clocks->idles) {
        turn_by_poll(derivation);
    } else if (main_loop->place != QC_MAIN_LOOP_UNKNOWN &&
               main_loop->place != QC_MAIN_LOOP_STARTING) {
        turn_by_display(derivation);
        for (size_t i = 0; i < main_loop->timers.lists.count; i++) {
            turn_by_list(derivation, &main_loop->timers.lists.items[i]);
        }
        if (clocks->last_turn.is_known) {
            clocks->turned = qc_clock_age(clocks, QC_CLOCK_REALTIME, clocks->last_turn.ns);
        }
        turn_by_nested_poll(clocks);
        for (size_t i = 0; i < main_loop->timers.lists.count; i++) {
            turn_by_clock_chip(derivation, &main_loop->timers.lists.items[i]);
        }
    }
}

/* ---- timers that are overdue --------------------------------------------------------------- */

static void overdue_by_lists(struct qc_clocks *clocks, const struct qc_timers *timers,
                             const struct qc_aio_context *context)
{
    qc_vec_each(&timers->lists, list) {
        if (list->type == QC_CLOCK_COUNT || !qc_fact_is_set(list->enabled) ||
            !list->next.is_known) {
            continue;
        }
        struct qc_clock_age by = qc_clock_age(clocks, list->type, (int64_t)list->next.value);
        if (by.at_least.is_known || by.by_file.is_known) {
            qc_vec_push(&clocks->overdue, (struct qc_clock_overdue){list, context, by});
        }
    }
}

static void overdue_find(struct derivation *derivation)
{
    const struct qc_aio_contexts *contexts = derivation->contexts;
    overdue_by_lists(derivation->clocks, &derivation->main_loop->timers, NULL);
    for (size_t i = 0; i < contexts->list.count; i++) {
        overdue_by_lists(derivation->clocks, &contexts->list.items[i].timers,
                         &contexts->list.items[i]);
    }
}

/* ---- all of it ----------------------------------------------------------------------------- */

/* Both clocks at QEMU's start were truncated to seconds. If the host was suspended since, the span
   comes out longer than it was. */
static void latest_find(struct derivation *derivation)
{
    const struct qc_clock_marks *marks = derivation->marks;
    struct qc_clocks *clocks = derivation->clocks;
    if (marks->snapshot_end.is_known) {
        clocks->latest = marks->snapshot_end;
    } else if (marks->file_latest.is_known && marks->start.is_known && marks->host_start.is_known) {
        int64_t ran = (int64_t)(marks->file_latest.value - marks->host_start.value) + SECOND;
        clocks->latest = span(qc_clock_is_time(ran) ? (int64_t)marks->start.value + ran : 0);
    }
    const struct qc_clock_bound *lower = &clocks->bounds[QC_CLOCK_REALTIME].lower;
    if (marks->latest_here.is_known && lower->is_known &&
        (int64_t)marks->latest_here.value >= lower->ns) {
        clocks->latest_here = marks->latest_here;
    }
    if (clocks->latest.is_known && marks->refresh.is_known) {
        clocks->turned_at_most =
            span((int64_t)clocks->latest.value - (int64_t)marks->refresh.value);
    }
}

void qc_clocks_derive(const struct qc_clock_marks *marks, const struct qc_main_loop *main_loop,
                      const struct qc_aio_contexts *contexts, struct qc_clocks *ret)
{
    struct derivation derivation = {marks, main_loop, contexts, ret};
    poll_measure(&derivation);
    lower_of_realtime(&derivation);
    upper_by_lists(&derivation);
    realtime_from_virtual(&derivation, QC_CLOCK_VIRTUAL);
    realtime_from_virtual(&derivation, QC_CLOCK_VIRTUAL_RT);
    host_from_realtime(&derivation);
    bounds_by_file(&derivation);
    virtual_from_realtime(&derivation, QC_CLOCK_VIRTUAL);
    virtual_from_realtime(&derivation, QC_CLOCK_VIRTUAL_RT);
    for (size_t i = 0; i < QC_CLOCK_COUNT; i++) {
        upper_check(&ret->bounds[i]);
    }
    turn_find(&derivation);
    ret->start = marks->start;
    ret->refresh = marks->refresh;
    ret->file_latest = marks->file_latest;
    ret->is_by_debugger = marks->is_by_debugger;
    latest_find(&derivation);
    overdue_find(&derivation);
}

void qc_clocks_find(struct qc_fields *fields, const struct qc_main_loop *main_loop,
                    const struct qc_aio_contexts *contexts, const struct qc_block *block,
                    struct qc_clocks *ret)
{
    struct qc_clock_marks marks = {0};
    qc_clock_marks_find(fields, block, &marks);
    qc_clocks_derive(&marks, main_loop, contexts, ret);
}

void qc_clocks_free(struct qc_clocks *clocks)
{
    qc_vec_free(&clocks->overdue);
}

/* Returns the file's lower bound, but no more than the upper bound from memory. */
static int64_t reached_by_file(const struct qc_clock_bounds *bounds)
{
    return bounds->upper.is_known && bounds->upper.ns < bounds->by_file.ns ? bounds->upper.ns
                                                                          : bounds->by_file.ns;
}

struct qc_clock_age qc_clock_age(const struct qc_clocks *clocks, enum qc_clock clock,
                                 int64_t began_ns)
{
    const struct qc_clock_bounds *bounds = &clocks->bounds[clock];
    struct qc_clock_age age = {0};
    if (!qc_clock_is_time(began_ns)) {
        return age;
    }
    if (bounds->lower.is_known) {
        age.at_least = span(bounds->lower.ns - began_ns);
    }
    if (bounds->by_file.is_known) {
        age.by_file = span(reached_by_file(bounds) - began_ns);
    }
    if (age.at_least.is_known && age.at_least.value >= age.by_file.value) {
        age.by_file.is_known = false;
    }
    return age;
}

static struct qc_fact left_after(bool is_known, int64_t due_ns, int64_t now_ns)
{
    return (struct qc_fact){is_known, true, is_known ? (uint64_t)(due_ns - now_ns) : 0};
}

struct qc_clock_left qc_clock_left(const struct qc_clocks *clocks, enum qc_clock clock,
                                   int64_t due_ns)
{
    struct qc_clock_left left = {.at_least = {0}};
    if (clock == QC_CLOCK_COUNT || !qc_clock_is_time(due_ns)) {
        return left;
    }
    const struct qc_clock_bounds *bounds = &clocks->bounds[clock];
    int64_t by_file = reached_by_file(bounds);
    left.at_least = left_after(bounds->upper.is_known, due_ns, bounds->upper.ns);
    left.at_most = left_after(bounds->lower.is_known, due_ns, bounds->lower.ns);
    left.at_most_by_file =
        left_after(bounds->by_file.is_known &&
                       (!bounds->lower.is_known || by_file > bounds->lower.ns),
                   due_ns, by_file);
    return left;
}
