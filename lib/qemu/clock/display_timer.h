/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * display_timer - finds the timer that refreshes the display, without debug info
 *
 * Of the main loop's timers, only the display's is always armed in a sound QEMU. Symbols lead to
 * the main loop's lists (main_loop_tlg is exported to modules too). From there on, redundant
 * pointers confirm what is read: a QEMUTimer points back to its list, and a DisplayState to its
 * timer, which is due at most 3 s after the last refresh. The members in between are the same in
 * 4.0 to 11.1 (include/qemu/timer.h, ui/console.c).
 */
#pragma once

#include "qemu/fields/fact.h"

struct qc_display_timer {
    uint64_t address;     /* address of the QEMUTimer */
    uint64_t expire_ns;   /* realtime clock */
    uint64_t refresh_ms;  /* DisplayState.last_update */
    uint64_t interval_ms; /* DisplayState.update_interval */
};

/* False: there is no display, or its timer is not armed or can't be read. */
bool qc_display_timer_find(struct qc_fields *fields, struct qc_display_timer *ret);
