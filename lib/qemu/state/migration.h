/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * migration - the outgoing and the incoming migration: their states, channels and threads
 *
 * QEMU has both structs from its start; the state is "none" until a migration begins. The incoming
 * one is in "setup" as soon as QEMU listens, long before a source connects.
 */
#pragma once

#include "qemu/fields/command_line.h"
#include "qemu/fields/fact.h"
#include "qemu/state/multifd.h"

/* A QEMUFile. */
struct qc_migration_file {
    struct qc_fact address;    /* 0: not open yet, or closed */
    struct qc_fact last_error; /* 0, or -errno */
};

/* The counters that the monitor's `info migrate` shows. */
struct qc_migration_progress {
    struct qc_fact passes; /* passes over RAM: how often the guest's dirty pages were queried */
    struct qc_fact normal_pages;
    struct qc_fact zero_pages;
    struct qc_fact dirty_pages; /* pages still to be sent, as far as known */
    struct qc_fact precopy_bytes;
    struct qc_fact postcopy_bytes;
    struct qc_fact multifd_bytes;
    struct qc_fact downtime_bytes; /* bytes sent while the guest was stopped */
    struct qc_fact transferred_bytes;
    struct qc_fact remaining_bytes; /* size of dirty_pages, if the guest's page size is known */
    struct qc_fact total_bytes;     /* size of the RAM that is sent at all */
    struct qc_fact dirty_pages_rate; /* per second, at QEMU's last count; 0 before the first */
    struct qc_fact pages_per_second; /* pages sent per second, at the last count */
    struct qc_fact throughput_bits;  /* bits sent per second, at the last count */
    struct qc_fact postcopy_requests;
    struct qc_fact throttle_percent; /* share of time that vCPUs may not run; 0: not throttled */
    struct qc_fact setup_ms;
    struct qc_fact start_ms;    /* time of the start by CLOCK_MONOTONIC; 0: not begun */
    struct qc_fact total_ms;    /* not known before completion */
    struct qc_fact downtime_ms; /* not known before the guest was stopped */
    struct qc_fact expected_downtime_ms;
};

/* What `migrate-set-parameters` has set. QAPI generates MigrationParameters from
   qapi/migration.json, with a member for each parameter. So each is found by the debug info of the
   structure, and named as in QMP. QEMU uses them without testing their has_NAME, and so does
   query-migrate-parameters. */
struct qc_migration_parameter {
    const char *name;      /* "max-bandwidth" */
    struct qc_fact number; /* not known for a text */
    bool is_flag;          /* the number is false or true */
    bool is_free;          /* the text is a user's, not a word of QEMU's */
    const char *text;      /* word of an enumeration, "none", or a string; NULL: not known */
};

QC_VEC_TYPE(qc_migration_parameters, struct qc_migration_parameter);

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
