/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * crash_message - the last words of a process that ended itself, where they are still in memory
 *
 *   the C library  __abort_msg: a failed assert(), damaged heap, smashed stack (kept for debuggers;
 *                  struct abort_msg_s in glibc's include/stdlib.h: an unsigned size, then the text)
 *   GLib           __glib_assert_msg: g_assert() and its kin, g_assertion_message() in gtestutils.c
 *   QEMU           the Error that error_abort or error_fatal was given (util/error.c)
 *   QEMU           what error_report() has printed last (util/error-report.c): stderr is not
 *                  buffered, so that its text was made on the stack, and stays there until another
 *                  call writes over it
 */
#ifndef QC_VERDICT_CRASH_MESSAGE_H
#define QC_VERDICT_CRASH_MESSAGE_H

#include "qemu/qemu.h"

struct qc_crash_message {
    char *text;       /* without its newline; NULL: none */
    const char *from; /* what has it: "__abort_msg", ... */
    uint64_t address; /* of the text */
};

/* Why it aborted, by the first three; thread: who did. Into a zeroed struct. */
void qc_crash_message_find(struct qc_process *process, struct qemucore_thread *thread,
                           struct qc_crash_message *ret);

/* What the thread has printed last to stderr, by error_report() or itself. Into a zeroed struct. */
void qc_crash_message_find_reported(struct qc_process *process, struct qemucore_thread *thread,
                                    struct qc_crash_message *ret);
void qc_crash_message_free(struct qc_crash_message *message);

#endif
