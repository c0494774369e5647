/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * state - all that QEMU's own variables say of what it is at, gathered once
 */
#ifndef QC_QEMU_STATE_STATE_H
#define QC_QEMU_STATE_STATE_H

#include "qemu/clock/clock.h"
#include "qemu/state/aio.h"
#include "qemu/state/block.h"
#include "qemu/state/main_loop.h"
#include "qemu/state/migration.h"
#include "qemu/state/ramblock.h"
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
    bool has_types;   /* the executable's debug info is at hand; without it most is not known */
    char *why_absent; /* one sentence for all of it, where has_types is false */
    char *not_qemu;   /* why the process is no QEMU, or may be none; NULL: it is one */
};

/* Names the threads. command_line may be NULL; fallback as for qc_process_bql. The process outlives
   the state. */
enum qemucore_status qc_state_new(struct qc_process *process,
                                  const struct qc_command_line *command_line,
                                  qc_bql_fallback *fallback, struct qc_state **ret,
                                  struct qemucore_error *error);
void qc_state_free(struct qc_state *state);

/* What is not known, or not to its end; NULL behind the last. */
const char *qc_state_problem(const struct qc_state *state, size_t index);

#endif
