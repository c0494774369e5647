/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * display_timer - when the display is refreshed, without debug info
 *
 * The display's timer is the one of the main loop's that a sound QEMU always has armed. Symbols lead to the
 * main loop's lists (main_loop_tlg is exported to modules, too), and from there on what is read proves
 * itself: a QEMUTimer points back to its list, a DisplayState to its timer, which is due no more than 3 s
 * after the refresh that it notes. The members in between are the same in 4.0 to 11.1
 * (include/qemu/timer.h, ui/console.c).
 */
#ifndef QC_QEMU_CLOCK_DISPLAY_TIMER_H
#define QC_QEMU_CLOCK_DISPLAY_TIMER_H

#include "qemu/fields/fact.h"

struct qc_display_timer {
    uint64_t address;     /* of the QEMUTimer */
    uint64_t expire_ns;   /* of the realtime clock */
    uint64_t refresh_ms;  /* DisplayState.last_update */
    uint64_t interval_ms; /* DisplayState.update_interval */
};

/* False: there is no display, its timer is not armed, or that can't be read. */
bool qc_display_timer_find(struct qc_fields *fields, struct qc_display_timer *ret);

#endif
