/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * migration - the outgoing and the incoming one: their states, channels and threads
 *
 * QEMU keeps both structs from its start on; a state "none" is one that has never begun. The
 * incoming one is in "setup" as soon as QEMU listens, long before a source connects.
 */
#ifndef QC_QEMU_STATE_MIGRATION_H
#define QC_QEMU_STATE_MIGRATION_H

#include "qemu/fields/command_line.h"
#include "qemu/state/migration_parameters.h"
#include "qemu/state/migration_progress.h"
#include "qemu/state/multifd.h"

/* A QEMUFile. */
struct qc_migration_file {
    struct qc_fact address;    /* 0: not open (yet, or any more) */
    struct qc_fact last_error; /* 0, or -errno */
};

struct qc_migration_outgoing {
    uint64_t address;        /* of current_migration; 0: there is none */
    char *state;             /* "none", "active", ...; NULL: why_absent says why */
    char *error;             /* text of MigrationState.error; NULL: none */
    struct qc_fact thread_running; /* migration_thread_running */
    struct qemucore_thread *thread; /* NULL: none in the dump */
    struct qc_migration_file to_destination;
    struct qc_migration_file from_destination; /* of the return path */
    struct qc_fact return_path_created;
    struct qemucore_thread *return_path;
    struct qc_fact start_postcopy;
    struct qc_fact hup_source; /* cpr-transfer: set until the destination has closed its socket */
    char *old_state;         /* 8.1 on: run state before it; before, "running" if it was that */
    char *capabilities;      /* those that are on, "events multifd"; "": none; NULL: not known.
                                They are meant for both directions */
    struct qc_migration_progress progress;
    bool parameters_known;
    struct qc_migration_parameters parameters; /* meant for both directions, too */
    struct qc_multifd multifd;
    char *why_absent;
};

struct qc_migration_incoming {
    uint64_t address;        /* of current_incoming; 0: there is none */
    char *state;             /* NULL: why_absent says why */
    char *uri;               /* -incoming's argument, "defer" included; NULL: none */
    struct qc_migration_file from_source;
    struct qc_migration_file to_source;
    struct qc_fact listener;  /* transport_data: the socket that it listens on; 0: none */
    struct qc_fact coroutine; /* process_incoming_migration_co's; 0: not begun, or ended */
    bool in_coroutine;        /* the main thread is inside of it */
    struct qc_fact have_fault_thread;
    struct qemucore_thread *fault_thread;
    struct qc_fact have_listen_thread;
    struct qemucore_thread *listen_thread;
    struct qemucore_thread *preempt_thread;
    char *postcopy;           /* "none", "advise", "discard", "listening", "running", "end"; NULL:
                                 not known */
    struct qc_fact page_requested_count;
    struct qc_multifd multifd;
    char *why_absent;
};

struct qc_migration {
    struct qc_migration_outgoing outgoing;
    struct qc_migration_incoming incoming;
    struct qc_fact multifd_channels; /* the parameter of that name, for both directions */
    const char *why_cut; /* more channels than a limit of ours; NULL: no */
};

/* Into a zeroed struct. Names are there: qc_process_name_threads. command_line may be NULL. */
void qc_migration_find(struct qc_process *process, const struct qc_command_line *command_line,
                       struct qc_migration *ret);
void qc_migration_free(struct qc_migration *migration);

/* It is known that QEMU is to be a destination, and that no source has connected yet. */
bool qc_migration_awaits_source(const struct qc_migration_incoming *incoming);

#endif
