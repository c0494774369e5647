/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * crash - whether the process crashed, or was dumped while it lived; and why it crashed
 *
 * The signal alone does not tell: people use "kill -ABRT" to dump a QEMU that hangs, and gdb's
 * gcore leaves the signal of the breakpoint at which the process stood. What tells is who sent the
 * signal (NT_SIGINFO's si_code and si_pid), and whether the thread that got it is inside abort().
 *
 * The front header of the floor: the floors above include only this one.
 */
#pragma once

#include "crash/crash_message.h"
#include "crash/crash_place.h"
#include "crash/printed.h"

enum qc_ending {
    QC_ENDING_ALIVE,    /* no signal: gdb's gcore of a process that went on */
    QC_ENDING_SNAPSHOT, /* a signal from outside: kill, systemd's watchdog, a debugger */
    QC_ENDING_CRASH,    /* the process crashed */
    QC_ENDING_UNKNOWN,  /* a signal of unknown origin */
};

#define QC_CRASH_KINDS(X)                                                                          \
    X(QC_CRASH_NONE, "none")                                                                       \
    X(QC_CRASH_ABORT, "abort") /* abort() for another reason */                                    \
    X(QC_CRASH_ASSERTION, "assertion") /* assert(), g_assert() */                                  \
    X(QC_CRASH_ERROR, "unexpected-error") /* an Error that nobody handles: error_abort */          \
    X(QC_CRASH_HEAP, "damaged-heap") /* the C library found its heap damaged */                    \
    X(QC_CRASH_SMASHED_STACK, "smashed-stack") /* found by -fstack-protector or _FORTIFY_SOURCE */ \
    X(QC_CRASH_OUT_OF_MEMORY, "out-of-memory")                                                     \
    X(QC_CRASH_GLIB, "glib-error") /* g_error(), a fatal warning */                                \
    X(QC_CRASH_STACK_OVERFLOW, "stack-overflow")                                                   \
    X(QC_CRASH_NULL_POINTER, "null-pointer")                                                       \
    X(QC_CRASH_BAD_ADDRESS, "bad-address")                                                         \
    X(QC_CRASH_BAD_CALL, "bad-call") /* a jump to an address without code */                       \
    X(QC_CRASH_GUEST_RAM, "guest-ram") /* access to guest RAM that failed */                       \
    X(QC_CRASH_FILE, "mapped-file") /* SIGBUS: a mapped file is shorter than its mapping */        \
    /* the host's memory itself failed: BUS_MCEERR_AR, BUS_MCEERR_AO */                            \
    X(QC_CRASH_HARDWARE, "hardware")                                                               \
    X(QC_CRASH_SANDBOX, "sandbox") /* a system call that seccomp forbids */                        \
    X(QC_CRASH_INSTRUCTION, "instruction") /* SIGILL, SIGFPE */                                    \
    X(QC_CRASH_SIGNAL, "signal") /* another signal */
enum qc_crash_kind { QC_CRASH_KINDS(QC_ENUMERATOR) };

struct qc_crash {
    struct qc_process *process;
    enum qc_ending ending;
    enum qc_crash_kind kind;
    int signal;  /* 0: none */
    struct qemucore_thread *thread; /* thread that got the signal; NULL: none is marked */
    struct qemucore_frame *frame;   /* QEMU's frame that it happened in; NULL: not known */
    const char *sentence; /* one sentence, without a full stop */
    bool ended_itself; /* ended by abort() or a trap: it knew why */
    struct qc_crash_message message;  /* the reason in the process's own words */
    struct qc_crash_message reported; /* what was printed last */
    bool has_code;       /* si_code is known, of the signal or of the one that QEMU passed on */
    int code;
    bool has_address;    /* the address that the signal is about is known */
    uint64_t address;
    struct qc_crash_place place;
    const char *repeated; /* function that is most often on an overflown stack; NULL: none is there
                             often enough */
};

/* Threads must have their names: qc_process_name_threads. Always fills ret. */
void qc_crash_find(struct qc_process *process, struct qc_crash *ret);

/* "assertion", "stack-overflow", ...: the names of the public header. */
const char *qc_crash_kind_name(enum qc_crash_kind kind);
