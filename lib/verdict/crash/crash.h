/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * crash - whether the process failed, or was dumped by somebody while it lived; and of what it died
 *
 * The signal alone does not tell: "kill -ABRT" is how people dump a QEMU that hangs, and gdb's
 * gcore leaves the signal of the breakpoint that it stood at. What tells is who sent it
 * (NT_SIGINFO's si_code and si_pid), and whether the thread that got it is inside abort().
 */
#ifndef QC_VERDICT_CRASH_CRASH_H
#define QC_VERDICT_CRASH_CRASH_H

#include "verdict/crash/crash_message.h"
#include "verdict/crash/crash_place.h"
#include "verdict/crash/printed.h"

enum qc_ending {
    QC_ENDING_ALIVE,    /* no signal: gdb's gcore of a process that went on */
    QC_ENDING_SNAPSHOT, /* a signal from outside: kill, systemd's watchdog, a debugger */
    QC_ENDING_CRASH,    /* it failed */
    QC_ENDING_UNKNOWN,  /* a signal of which nothing tells where it came from */
};

enum qc_crash_kind {
    QC_CRASH_NONE,
    QC_CRASH_ABORT,          /* abort(), for a reason of its own */
    QC_CRASH_ASSERTION,      /* assert(), g_assert() */
    QC_CRASH_ERROR,          /* an Error that nobody was ready for: error_abort */
    QC_CRASH_HEAP,           /* the C library found its heap damaged */
    QC_CRASH_SMASHED_STACK,  /* -fstack-protector, _FORTIFY_SOURCE */
    QC_CRASH_OUT_OF_MEMORY,
    QC_CRASH_GLIB,           /* g_error(), a fatal warning */
    QC_CRASH_STACK_OVERFLOW,
    QC_CRASH_NULL_POINTER,
    QC_CRASH_BAD_ADDRESS,
    QC_CRASH_BAD_CALL,       /* it jumped to where no code is */
    QC_CRASH_GUEST_RAM,      /* it touched guest RAM, and could not have it */
    QC_CRASH_FILE,           /* of SIGBUS: a file that is mapped is shorter than its mapping */
    QC_CRASH_HARDWARE,       /* the memory itself failed: BUS_MCEERR_AR, BUS_MCEERR_AO */
    QC_CRASH_SANDBOX,        /* a system call that seccomp does not allow */
    QC_CRASH_INSTRUCTION,    /* SIGILL, SIGFPE */
    QC_CRASH_SIGNAL,         /* another */
};

struct qc_crash {
    enum qc_ending ending;
    enum qc_crash_kind kind;
    int signal;  /* 0: none */
    struct qemucore_thread *thread; /* that got the signal; NULL: none is marked */
    struct qemucore_frame *frame;   /* QEMU's own, that was at it; NULL: not known */
    char *sentence;      /* one, without a full stop */
    bool ended_itself; /* by abort() or a trap: it knew why */
    struct qc_crash_message message;  /* why, in its own words */
    struct qc_crash_message reported; /* what it has printed last */
    bool has_code;       /* si_code of the signal, or of the one that QEMU has passed on */
    int code;
    bool has_address;    /* what the signal is about */
    uint64_t address;
    struct qc_crash_place place;
    const char *repeated; /* of a stack overflow: the function that is most often on it; NULL: none
                             is there again and again */
};

/* Names are there: qc_process_name_threads. Always fills ret. */
void qc_crash_find(struct qc_process *process, struct qc_crash *ret);
void qc_crash_free(struct qc_crash *crash);

/* "assertion", "stack-overflow", ...: the names of the public header. */
const char *qc_crash_kind_name(enum qc_crash_kind kind);

#endif
