/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render_state - what QEMU was at, for the text and the JSON documents of several tools
 */
#ifndef QC_RENDER_RENDER_STATE_H
#define QC_RENDER_RENDER_STATE_H

#include "qemu/qemu.h"
#include "render/render_threads.h"

/* A line each for run state, vCPUs, main loop, iothreads, migration, block layer and RCU, with its
   label; more for vCPUs, nodes and the like of which there are several to be told apart. */
/* in_short: of guest RAM the largest block only. */
void qc_text_state(struct qc_waits *waits, const struct qc_state *state,
                   const struct qemucore_render *render, bool in_short, struct qc_strbuf *buffer);

/* The parts of migration and block layer. */
struct qc_style;
void qc_text_runstate(const struct qc_runstate *runstate, const struct qc_style *style,
                      struct qc_strbuf *buffer);
/* What an event loop is at, malloc: "fdmon epoll, 3 handlers"; NULL: no memory. */
char *qc_text_context(const struct qc_aio_context *context);
void qc_text_migration(const struct qc_migration *migration, const struct qc_style *style,
                       struct qc_strbuf *buffer);
void qc_text_ram(const struct qc_ramblocks *ram, bool in_short, const struct qc_style *style,
                 struct qc_strbuf *buffer);
/* Further lines of the main loop's. */
void qc_text_clocks(const struct qc_clocks *clocks, struct qc_strbuf *buffer);
void qc_text_block(const struct qc_block *block, const struct qc_style *style,
                   struct qc_strbuf *buffer);
/* All nodes and backends, a line each, also those at rest; all jobs. */
void qc_text_block_graph(const struct qc_block *block, struct qc_strbuf *buffer);
void qc_text_block_jobs(const struct qc_block *block, struct qc_strbuf *buffer);

#endif
