/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * migration - the outgoing and the incoming migration: their states, channels and threads
 *
 * QEMU has both structs from its start; the state is "none" until a migration begins. The incoming
 * one is in "setup" as soon as QEMU listens, long before a source connects.
 */
#pragma once

#include "qemu/fields/command_line.h"
#include "qemu/state/migration_parameters.h"
#include "qemu/state/migration_progress.h"
#include "qemu/state/multifd.h"

/* A QEMUFile. */
struct qc_migration_file {
    struct qc_fact address;    /* 0: not open yet, or closed */
    struct qc_fact last_error; /* 0, or -errno */
};

struct qc_migration_outgoing {
    uint64_t address;        /* MigrationState (current_migration); 0: none */
    const char *state;       /* "none", "active", ...; NULL: why_absent says why */
    const char *error;       /* text of MigrationState.error; NULL: none */
    struct qc_fact thread_running; /* migration_thread_running */
    struct qemucore_thread *thread; /* NULL: not in the dump */
    struct qc_migration_file to_destination;
    struct qc_migration_file from_destination; /* the return path */
    struct qc_fact return_path_created;
    struct qemucore_thread *return_path;
    struct qc_fact start_postcopy;
    struct qc_fact hup_source; /* cpr-transfer: set until the destination has closed its socket */
    struct qc_fact switchover_acked; /* switchover-ack: the destination allows the end */
    struct qc_fact threshold_bytes;  /* once no more than that is left, the guest may be stopped */
    const char *old_state;   /* earlier run state; up to 8.0 only "running", or NULL */
    const char *capabilities; /* capabilities that are on, "events multifd"; "": none; NULL: not
                                known. They apply to both directions */
    struct qc_migration_progress progress;
    bool parameters_known;
    struct qc_migration_parameters parameters; /* for both directions, too */
    struct qc_multifd multifd;
    const char *why_absent;
};

struct qc_migration_incoming {
    uint64_t address;        /* MigrationIncomingState (current_incoming); 0: none */
    const char *state;       /* NULL: why_absent says why */
    const char *uri;         /* argument of -incoming, "defer" too; NULL: none */
    struct qc_migration_file from_source;
    struct qc_migration_file to_source;
    struct qc_fact listener;  /* transport_data: the socket that it listens on; 0: none */
    struct qc_fact coroutine; /* that of process_incoming_migration_co; 0: not begun, or ended */
    bool in_coroutine;        /* the main thread is inside this coroutine */
    struct qc_fact have_fault_thread;
    struct qemucore_thread *fault_thread;
    struct qc_fact have_listen_thread;
    struct qemucore_thread *listen_thread;
    struct qemucore_thread *preempt_thread;
    const char *postcopy;     /* "none", "advise", "discard", "listening", "running", "end"; NULL:
                                 not known */
    struct qc_fact page_requested_count;
    struct qc_multifd multifd;
    const char *why_absent;
};

struct qc_migration {
    struct qc_migration_outgoing outgoing;
    struct qc_migration_incoming incoming;
    struct qc_fact multifd_channels; /* parameter multifd-channels, for both directions */
    const char *why_cut; /* there are more channels than libqemucore's limit; NULL: no */
};

/* Reads both into a zeroed struct, after qc_process_name_threads. command_line may be NULL. */
void qc_migration_find(struct qc_process *process, const struct qc_command_line *command_line,
                       struct qc_migration *ret);
void qc_migration_free(struct qc_migration *migration);

/* Tells whether QEMU is certain to be a destination that no source has connected to yet. */
bool qc_migration_awaits_source(const struct qc_migration_incoming *incoming);
