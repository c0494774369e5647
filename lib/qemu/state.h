/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * state - everything that QEMU's own variables say about its state, read once
 */
#pragma once

#include "qemu/clock/clock.h"
#include "qemu/state/aio.h"
#include "qemu/state/block.h"
#include "qemu/state/guest_memory.h"
#include "qemu/state/main_loop.h"
#include "qemu/state/migration.h"
#include "qemu/state/rcu.h"
#include "qemu/state/runstate.h"
#include "qemu/state/unplug.h"
#include "qemu/state/vcpu.h"

struct qc_state {
    struct qc_runstate runstate;
    struct qc_vcpus vcpus;
    struct qc_main_loop main_loop;
    struct qc_aio_contexts contexts; /* the main loop's two, then each iothread's */
    struct qc_migration migration;
    const struct qc_rcu *rcu;
    struct qc_block block;
    struct qc_ramblocks ram;
    struct qc_unplugs unplugs;
    struct qc_clocks clocks;
    bool has_types;   /* the executable's debug info is available; without it most is not known */
    const char *why_absent; /* the reason, as one sentence, where has_types is false */
    const char *not_qemu; /* why the process is not a QEMU, or may not be one; NULL: it is one */
};

/* Reads the state; names the threads first. command_line may be NULL; fallback as for
   qc_process_bql. The process must outlive the state. */
enum qemucore_status qc_state_new(struct qc_process *process,
                                  const struct qc_command_line *command_line,
                                  qc_bql_fallback *fallback, struct qc_state **ret,
                                  struct qemucore_error *error);
void qc_state_free(struct qc_state *state);

/* Returns one thing that is not known, or not completely, by index. NULL after the last. */
const char *qc_state_problem(const struct qc_state *state, size_t index);
