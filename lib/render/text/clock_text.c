/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * clock_text - how long the main loop has not turned, and which timers are overdue
 */
#include "render/render_state.h"
#include "render/text/text_due.h"
#include "render/text/text_part.h"
#include "wait/wait.h"

/* Overdue timers that are listed; of the others only the number is shown. */
#define MOST_OVERDUE 4

#define SECOND 1000000000u

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
    qc_text_by_file(age.by_file.is_known, clocks, buffer);
}

static void put_overdue(const struct qc_clock_overdue *overdue, const struct qc_clocks *clocks,
                        struct qc_strbuf *buffer)
{
    qc_text_known(overdue->list->callback, "?", buffer);
    qc_strbuf_printf(buffer, " (%s)", qc_clock_name(overdue->list->type));
    if (overdue->context != NULL && overdue->context->iothread != NULL) {
        qc_strbuf_put(buffer, " of iothread ");
        qc_text_known(overdue->context->iothread->id, "?", buffer);
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
