/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * crash_message - why a process ended itself, in its own words, if they are still in memory
 *
 *   the C library  __abort_msg: a failed assert(), damaged heap, smashed stack (kept for debuggers;
 *                  struct abort_msg_s in glibc's include/stdlib.h: an unsigned size, then the text)
 *   GLib           __glib_assert_msg: g_assert() and others, g_assertion_message() in gtestutils.c
 *   GLib           what g_error() logged, on the stack of its functions
 *   QEMU           the Error that was given to error_abort or error_fatal (util/error.c)
 */
#pragma once

#include "qemu/qemu.h"

struct qc_crash_message {
    const char *text; /* without its newline; NULL: none */
    const char *from; /* where it was found: "__abort_msg", ... */
    uint64_t address; /* address of the text */
};

/* Finds why `thread` aborted, in QEMU, then the C library, then GLib. *ret must be zeroed. */
void qc_crash_message_find(struct qc_process *process, struct qemucore_thread *thread,
                           struct qc_crash_message *ret);
