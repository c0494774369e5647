/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * state_text - QEMU's state, for the texts of several tools
 */
#pragma once

#include "qemu/qemu.h"
#include "text/threads_text.h"

/* Appends a line with a label each for run state, vCPUs, main loop, iothreads, migration, block
   layer, guest RAM, RCU and peers; more lines where several vCPUs, nodes and the like differ.
   in_short: without peers, and of guest RAM only the largest block. */
void qc_text_state(struct qc_waits *waits, const struct qc_state *state,
                   const struct qemucore_render *render, bool in_short, struct qc_strbuf *buffer);

/* Single sections of that text. */
struct qc_style;
void qc_text_runstate(const struct qc_runstate *runstate, const struct qc_style *style,
                      struct qc_strbuf *buffer);
/* Returns an event loop's state, "fdmon epoll, 3 handlers", for free(3). NULL: out of memory. */
char *qc_text_context(const struct qc_aio_context *context);
void qc_text_migration(const struct qc_migration *migration, const struct qc_style *style,
                       struct qc_strbuf *buffer);
void qc_text_ram(const struct qc_ramblocks *ram, bool in_short, const struct qc_style *style,
                 struct qc_strbuf *buffer);
/* Appends further lines of the main loop: how long it has not turned, and overdue timers. */
void qc_text_clocks(const struct qc_clocks *clocks, struct qc_strbuf *buffer);
/* Appends "in 2.0 s", "overdue by at least 3.0 s, if the core file is no copy" or "never:
   its clock is disabled". */
void qc_text_due(const struct qc_armed_timer *timer, const struct qc_clocks *clocks,
                 struct qc_strbuf *buffer);
void qc_text_block(const struct qc_block *block, const struct qc_style *style,
                   struct qc_strbuf *buffer);
/* Append all block nodes and backends, a line each, also those at rest; all block jobs. */
void qc_text_block_graph(const struct qc_block *block, struct qc_strbuf *buffer);
void qc_text_block_jobs(const struct qc_block *block, struct qc_strbuf *buffer);
