/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * clock_text - how long the main loop has not turned, and when timers are due
 */
#include "text/renderings.h"
#include "text/text_common.h"

/* Overdue timers that are listed; of the others only the number is shown. */
#define MOST_OVERDUE 4

#define SECOND 1000000000u

/* Appends what a bound by the file's time rests on; nothing if is_by_file is false. */
static void put_by_file(bool is_by_file, const struct qc_clocks *clocks, struct qc_strbuf *buffer)
{
    if (is_by_file) {
        qc_strbuf_put(buffer, clocks->file_is_named ? ", by the core file's name"
                                                    : ", if the core file is no copy");
    }
}

/* Appends "at least 8.6 s, if the core file is no copy"; nothing if the age is not known. */
static void put_age(struct qc_clock_age age, const struct qc_clocks *clocks,
                    struct qc_strbuf *buffer)
{
    struct qc_fact shown = age.by_file.is_known ? age.by_file : age.at_least;
    if (shown.is_known) {
        uint64_t unit = shown.value >= SECOND ? SECOND / 10 : 1000; /* unit to round down to */
        qc_strbuf_put(buffer, "at least ");
        qc_wait_put_time((int64_t)(shown.value - shown.value % unit), buffer);
    }
    put_by_file(age.by_file.is_known, clocks, buffer);
}

static void put_overdue(const struct qc_clock_overdue *overdue, const struct qc_clocks *clocks,
                        struct qc_strbuf *buffer)
{
    qc_text_known(overdue->list->callback, "?", buffer);
    qc_strbuf_printf(buffer, " (%s)", qc_clock_name(overdue->list->type));
    if (overdue->context != NULL && overdue->context->iothread != NULL) {
        qc_text_put(" of iothread ", qc_str_or(overdue->context->iothread->id, "?"), "", buffer);
    }
    qc_strbuf_put(buffer, " by ");
    put_age(overdue->by, clocks, buffer);
}

void qc_text_clocks(const struct qc_clocks *clocks, struct qc_strbuf *buffer)
{
    if (clocks->turned.at_least.is_known || clocks->turned.by_file.is_known) {
        qc_text_indent(buffer);
        qc_strbuf_put(buffer, clocks->idles ? "in its poll for " : "has not turned for ");
        put_age(clocks->turned, clocks, buffer);
    }
    for (size_t i = 0; i < clocks->overdue.count && i < MOST_OVERDUE; i++) {
        qc_text_indent(buffer);
        qc_strbuf_put(buffer, "timer overdue: ");
        put_overdue(&clocks->overdue.items[i], clocks, buffer);
    }
    if (clocks->overdue.count > MOST_OVERDUE) {
        qc_text_indent(buffer);
        qc_strbuf_printf(buffer, "timers overdue: %zu more", clocks->overdue.count - MOST_OVERDUE);
    }
}

/* ---- when a timer is due --------------------------------------------------------------------- */

static void put_time(int64_t ns, struct qc_strbuf *buffer)
{
    qc_wait_put_time(ns < 0 ? -ns : ns, buffer);
}

/* Appends how long a timer is overdue at least. Returns false when it may not be overdue. */
static bool put_late(const struct qc_clock_left *left, const struct qc_clocks *clocks,
                     struct qc_strbuf *buffer)
{
    struct qc_fact most =
        left->at_most_by_file.is_known ? left->at_most_by_file : left->at_most;
    bool is_exact = most.is_known && left->at_least.is_known && most.value == left->at_least.value;
    if (!most.is_known || (int64_t)most.value > 0) {
        return false;
    }
    qc_strbuf_put(buffer, is_exact ? "overdue by " : "overdue by at least ");
    put_time((int64_t)most.value, buffer);
    put_by_file(left->at_most_by_file.is_known, clocks, buffer);
    return true;
}

/* Appends what is known if only the least time is, by memory. */
static void put_at_least(int64_t least, struct qc_strbuf *buffer)
{
    qc_strbuf_put(buffer, least >= 0 ? "in at least " : "to come, or overdue by at most ");
    put_time(least, buffer);
}

/* Appends how long it is to come at most; and at least, if both are known. */
static void put_at_most(const struct qc_clock_left *left, int64_t most, struct qc_strbuf *buffer)
{
    int64_t least = (int64_t)left->at_least.value;
    bool is_to_come = left->at_least.is_known && least >= 0;
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

static void put_to_come(const struct qc_clock_left *left, const struct qc_clocks *clocks,
                        struct qc_strbuf *buffer)
{
    bool by_file = !left->at_most.is_known && !left->at_least.is_known;
    if (!left->at_most.is_known && left->at_least.is_known) {
        put_at_least((int64_t)left->at_least.value, buffer);
        return;
    }
    put_at_most(left, (int64_t)(by_file ? left->at_most_by_file : left->at_most).value, buffer);
    put_by_file(by_file, clocks, buffer);
}

void qc_text_due(const struct qc_armed_timer *timer, const struct qc_clocks *clocks,
                 struct qc_strbuf *buffer)
{
    const struct qc_clock_left *left = &timer->left;
    if (qc_fact_is_zero(timer->list->enabled)) {
        qc_strbuf_put(buffer, "never: its clock is disabled");
    } else if (left->at_least.is_known || left->at_most.is_known ||
               left->at_most_by_file.is_known) {
        if (!put_late(left, clocks, buffer)) {
            put_to_come(left, clocks, buffer);
        }
    } else if (timer->expire.is_known) {
        qc_strbuf_printf(buffer, "at %.3f s of its clock", (double)(int64_t)timer->expire.value / 1e9);
    } else {
        qc_strbuf_put(buffer, "?");
    }
}
