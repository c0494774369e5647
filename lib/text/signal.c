/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/signal.h"

#include <signal.h>
#include <stdio.h>

void qc_signal_name(int signal, char *text, size_t size)
{
    const char *name = sigabbrev_np(signal);
    if (name != NULL) {
        snprintf(text, size, "SIG%s", name);
    } else {
        snprintf(text, size, "signal %d", signal);
    }
}

struct reason {
    int signal; /* 0: any */
    int code;
    const char *text;
};

/* include/uapi/asm-generic/siginfo.h; the numbers are the same on all CPUs that we support. */
static const struct reason reasons[] = {
    {0, 0, "kill"},
    {0, -1, "sigqueue"},
    {0, -6, "tgkill"},
    {SIGSEGV, 1, "nothing is mapped there"},
    {SIGSEGV, 2, "the mapping there does not permit it"},
    {SIGSEGV, 3, "outside its bounds"},
    {SIGSEGV, 4, "a protection key forbids it"},
    {SIGSEGV, 0x80, "the CPU gives no address: not a canonical one, as a rule"},
    {SIGBUS, 1, "not aligned"},
    {SIGBUS, 2, "nothing backs the mapping: past the end of its file, or no huge page free"},
    {SIGBUS, 3, "hardware error"},
    {SIGBUS, 4, "hardware memory error, consumed"},
    {SIGBUS, 5, "hardware memory error, not yet consumed"},
    {SIGFPE, 1, "integer division by zero"},
    {SIGFPE, 2, "integer overflow"},
    {SIGILL, 1, "no such instruction"},
    {SIGILL, 2, "no such operand"},
    {SIGTRAP, 1, "breakpoint"},
};

bool qc_signal_has_information(const struct qc_threads *threads)
{
    int signal = qc_threads_signal(threads, NULL);
    const struct qc_core *core = threads->core;
    return signal != 0 && core->has_signal_information && core->signal == signal;
}

const char *qc_signal_reason(const struct qc_threads *threads)
{
    const struct qc_core *core = threads->core;
    for (size_t i = 0; qc_signal_has_information(threads) && i < qc_count(reasons); i++) {
        if ((reasons[i].signal == 0 || reasons[i].signal == core->signal) &&
            reasons[i].code == core->signal_code) {
            return reasons[i].text;
        }
    }
    return NULL;
}
