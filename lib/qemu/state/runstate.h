/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * runstate - state of the virtual machine: running or why not, which machine, which accelerator
 */
#pragma once

#include "qemu/fields/command_line.h"
#include "qemu/fields/fact.h"

/* RunState of qapi/run-state.json, 4.0 to 11.1. */
enum qc_run_state {
    QC_RUN_STATE_OTHER, /* not known, or a name that is not in this list */
    QC_RUN_STATE_RUNNING,
    QC_RUN_STATE_PAUSED,
    QC_RUN_STATE_PRELAUNCH,
    QC_RUN_STATE_IO_ERROR,
    QC_RUN_STATE_INTERNAL_ERROR,
    QC_RUN_STATE_GUEST_PANICKED,
    QC_RUN_STATE_WATCHDOG,
    QC_RUN_STATE_SHUTDOWN,
    QC_RUN_STATE_SUSPENDED,
    QC_RUN_STATE_INMIGRATE,
    QC_RUN_STATE_POSTMIGRATE,
    QC_RUN_STATE_FINISH_MIGRATE,
    QC_RUN_STATE_SAVE_VM,
    QC_RUN_STATE_RESTORE_VM,
    QC_RUN_STATE_DEBUG,
    QC_RUN_STATE_COLO,
    QC_RUN_STATE_PRECONFIG,
};

struct qc_runstate {
    enum qc_run_state state;
    const char *name; /* "running", ... as query-status has it; NULL: why_absent says why */
    const char *stop_requested;      /* run state that a pending stop leads to; NULL: none, or not
                                        known. A thread other than the main one has requested it */
    struct qc_fact was_suspended;    /* 9.0 on: the guest was suspended when stopped */
    struct qc_fact reset_requested;  /* ShutdownCause; 0: no */
    struct qc_fact shutdown_requested;
    struct qc_fact shutdown_pid;     /* sender of the signal that ends QEMU; 0: none or terminal */
    struct qc_fact autostart;        /* 0: the guest shall not begin to run by itself: -S, or QEMU
                                        could not load its state */
    bool has_option_s;               /* QEMU was started with -S */
    const char *phase;               /* 6.0 on, until the machine is started: "accel-created",
                                        "machine-ready", ...; NULL: it was, or not known */
    const char *shutdown_action;     /* 6.0 on, after the machine has shut down: "poweroff", "pause"
                                        (-no-shutdown); NULL: it has not, or not known */
    const char *dump;                /* dump-guest-memory, in run state save-vm: "none", "active",
                                        "completed", "failed"; NULL: another state, or not known */
    const char *why_absent;

    const char *machine_type; /* "pc-q35-8.2"; NULL: why_no_machine says why */
    const char *why_no_machine;
    const char *accelerator; /* "kvm", "tcg", ...; NULL: why_no_accelerator says why */
    const char *why_no_accelerator;
};

/* Reads the run state into a zeroed struct. The command line may be NULL. */
void qc_runstate_find(struct qc_fields *fields, const struct qc_command_line *command_line,
                      struct qc_runstate *ret);
