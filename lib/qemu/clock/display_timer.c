/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/clock/display_timer.h"

#include "qemu/qemu_limits.h"

#define WORD 8u
#define MILLISECOND UINT64_C(1000000)
#define LONGEST_MS 3000 /* ui/console.h, GUI_REFRESH_INTERVAL_IDLE */

/* The words of a QEMUTimer. */
enum { TIMER_EXPIRE, TIMER_LIST, TIMER_CALLBACK, TIMER_OPAQUE, TIMER_NEXT };

static uint64_t word_at(struct qc_fields *fields, uint64_t address, unsigned number)
{
    uint64_t word;
    return address <= UINT64_MAX - number * WORD &&
                   qc_fields_pointer(fields, address + number * WORD, &word)
               ? word
               : 0;
}

/* Returns the first timer of a QEMUTimerList, 0: none. A clock and a mutex, whose size depends on
   the C library, come before the pointer, so all words are tried: the timer points back to the
   list. */
static uint64_t first_timer(struct qc_fields *fields, uint64_t list)
{
    for (unsigned i = 1; list != 0 && i < QC_LIMIT_TIMER_LIST_WORDS; i++) {
        uint64_t timer = word_at(fields, list, i);
        if (timer != 0 && word_at(fields, timer, TIMER_LIST) == list) {
            return timer;
        }
    }
    return 0;
}

/* Tells whether a timer is the display's: then its opaque is a DisplayState. */
static bool is_display_timer(struct qc_fields *fields, uint64_t timer, struct qc_display_timer *ret)
{
    uint64_t display = word_at(fields, timer, TIMER_OPAQUE);
    *ret = (struct qc_display_timer){.address = timer,
                                     .expire_ns = word_at(fields, timer, TIMER_EXPIRE)};
    if (display == 0 || word_at(fields, display, 0) != timer) {
        return false;
    }
    ret->refresh_ms = word_at(fields, display, 1);
    ret->interval_ms = word_at(fields, display, 2);
    uint64_t expire_ms = ret->expire_ns / MILLISECOND;
    return ret->interval_ms - 1 < LONGEST_MS && ret->refresh_ms != 0 &&
           expire_ms >= ret->refresh_ms && expire_ms - ret->refresh_ms <= LONGEST_MS;
}

bool qc_display_timer_find(struct qc_fields *fields, struct qc_display_timer *ret)
{
    uint64_t lists; /* the first is that of the realtime clock, whose number is 0 */
    if (!qc_variable_address(fields, QC_VARIABLE_MAIN_LOOP_TIMERS, NULL, &lists)) {
        return false;
    }
    uint64_t list = word_at(fields, lists, 0);
    uint64_t timer = first_timer(fields, list);
    for (unsigned i = 0; timer != 0 && i < QC_LIMIT_LIST; i++) {
        if (word_at(fields, timer, TIMER_LIST) != list || !qc_fields_take_element(fields)) {
            return false;
        }
        if (is_display_timer(fields, timer, ret)) {
            return true;
        }
        timer = word_at(fields, timer, TIMER_NEXT);
    }
    return false;
}
