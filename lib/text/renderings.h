/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * renderings - what each command prints: a text for each document of json/documents.h
 */
#pragma once

#include "base/base.h"
#include "modules/modules.h"
#include "qemu/qemu.h"
#include "verdict/verdict.h"
#include "wait/wait.h"

struct qc_style;

/* Appends a line with a label each for run state, vCPUs, main loop, iothreads, migration, block
   layer, guest RAM, RCU and peers; more lines where several vCPUs, nodes and the like differ.
   in_short: without peers, and of guest RAM only the largest block. */
void qc_text_state(struct qc_waits *waits, const struct qc_state *state,
                   const struct qemucore_render *render, bool in_short, struct qc_strbuf *buffer);

/* Single sections of that text. */
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

/* Appends the threads. buffer->failed tells whether memory ran out. */
void qc_text_threads(struct qc_waits *waits, const struct qemucore_render *render,
                     struct qc_strbuf *buffer);

/* Appends an empty line, a headline and one thread's stack. */
void qc_text_stack(struct qc_waits *waits, struct qemucore_thread *thread,
                   const struct qemucore_render *render, struct qc_strbuf *buffer);

/* Append the frames of any stack, at most render->max_frames; and, if the stack ends before the
   outermost frame, the reason. */
void qc_text_frames(struct qc_stack *stack, const struct qemucore_render *render,
                    struct qc_strbuf *buffer);
void qc_text_end(const struct qc_stack *stack, const struct qemucore_render *render,
                 struct qc_strbuf *buffer);

/* Text before the reason why no caller of a coroutine is known. */
#define QC_TEXT_NO_CALLER "the caller of this coroutine is not known: "

/* Append parts of a frame: the function with its namespaces and classes; its arguments,
   "(cpu=0x...)"; how the frame was found, "  (inlined)". */
void qc_text_function(const struct qemucore_frame *frame, struct qc_strbuf *buffer);
void qc_text_arguments(struct qemucore_frame *frame, unsigned depth, struct qc_strbuf *buffer);
void qc_text_frame_marks(const struct qemucore_frame *frame, struct qc_strbuf *buffer);

/* Appends how many frames of a long stack are left out before this one; nothing if none are. */
void qc_text_left_out(const struct qemucore_frame *frame, struct qc_strbuf *buffer);

/* Appends the coroutines. Idle ones are only counted, unless QEMUCORE_RENDER_ALL is set. */
void qc_text_coroutines(struct qc_process *process, const struct qc_coroutine_waits *waits,
                        const struct qemucore_render *render, struct qc_strbuf *buffer);

/* Appends the summary: how many coroutines there are, and which of them something waits for. */
void qc_text_coroutines_story(const struct qc_coroutine_waits *waits, const struct qc_style *style,
                              struct qc_strbuf *buffer);

/* Appends the coroutines that something else waits for. Appends nothing when there are none. */
void qc_text_coroutine_chains(const struct qc_coroutine_waits *waits, const struct qc_style *style,
                              struct qc_strbuf *buffer);

/* Appends one coroutine, as a line: its state, what it waits for (wait may be NULL) and, with
   QEMUCORE_RENDER_BACKTRACE, its stack. */
void qc_text_coroutine(struct qemucore_coroutine *coroutine, const struct qc_coroutine_wait *wait,
                       const struct qemucore_render *render, struct qc_strbuf *buffer);

struct qc_info {
    struct qc_waits *waits;
    const struct qc_command_line *command_line;
    const struct qc_version *version;
    const struct qc_state *state;
    const struct qc_remedies *remedies; /* how to get debug info, for each module */
};

void qc_text_info(const struct qc_info *info, const struct qemucore_render *render,
                  struct qc_strbuf *buffer);

/* Append single sections of that text: the process, its command line, and how to get debug info. */
void qc_text_info_process(const struct qc_info *info, const struct qc_style *style,
                          struct qc_strbuf *buffer);
void qc_text_info_command(const struct qc_info *info, const struct qc_style *style,
                          struct qc_strbuf *buffer);
void qc_text_info_debug(const struct qc_info *info, const struct qc_style *style,
                        struct qc_strbuf *buffer);
/* Where a module's debug info is: "inside", "separate", "elsewhere", "none", "not used", "-". */
const char *qc_text_debug_word(const struct qc_remedy *remedy);

/* Appends a line for each file that is not here. Searches for the files of all modules. */
void qc_text_missing(const struct qc_modules *modules, struct qc_strbuf *buffer);

/* Appends the objects. Skips those that were not found. */
void qc_text_inspect(const struct qc_inspected *objects, size_t count,
                     const struct qemucore_render *render, struct qc_strbuf *buffer);

/* Tells whether a lock is shown. With QEMUCORE_RENDER_ALL, every lock that has a name is shown. */
bool qc_locks_wants(const struct qemucore_render *render, const struct qemucore_lock *lock);

void qc_text_locks(struct qc_waits *waits, const struct qc_wait_graph *graph,
                   const struct qemucore_render *render, struct qc_strbuf *buffer);

/* The parts of that text: cycles, chains and anomalies; the locks, the most important first; the
   cells of a lock's row. */
QC_VEC_TYPE(qc_lock_rows, const struct qemucore_lock *);
void qc_text_locks_story(struct qc_waits *waits, const struct qc_wait_graph *graph,
                         const struct qemucore_render *render, struct qc_strbuf *buffer);
bool qc_locks_rows(const struct qc_wait_graph *graph, const struct qemucore_render *render,
                   struct qc_lock_rows *ret);
void qc_text_lock(const struct qemucore_lock *lock, struct qc_strbuf *buffer);
void qc_text_lock_state(const struct qemucore_lock *lock, struct qc_strbuf *buffer);
void qc_text_lock_waiters(const struct qemucore_lock *lock, struct qc_strbuf *buffer);

/* Returns a field of a lock as it is usually written, "0x7fff0010", "-1", "CLOCK_MONOTONIC", for
   free(3). NULL: out of memory, or a text that is not known. */
char *qc_lock_field_text(const struct qc_lock_field *field);

/* Appends the wait graph in Graphviz's language. only_chains: leaves out locks for which no thread
   of the dump has to act. Returns false when there is nothing to draw, or memory ran out. */
bool qc_dot_locks(struct qc_waits *waits, const struct qc_wait_graph *graph, bool only_chains,
                  struct qc_strbuf *buffer);

struct qc_slim_report {
    const char *output;   /* name of the file that was written */
    uint64_t size;        /* size of that file, in bytes */
    uint64_t core_size;   /* size of the core before compression, in bytes */
    const struct qc_guest_memory *guest;
};

/* Appends the summary. Skips parts of the guest's memory that the original core did not hold. */
void qc_text_slim(const struct qc_slim_report *report, struct qc_strbuf *buffer);

struct qc_why {
    struct qc_waits *waits;
    const struct qc_verdict *verdict;
    const char *remedy; /* how to get the executable's debug info: a package, a command; NULL: it is
                           here, or no way is known */
};

void qc_text_why(const struct qc_why *why, const struct qemucore_render *render,
                 struct qc_strbuf *buffer);

/* Returns the finding that decides the verdict. NULL: none does. */
const struct qemucore_finding *qc_why_decisive(const struct qc_verdict *verdict);

/* Returns the headline of that text: "STUCK". */
const char *qc_text_headline(const struct qc_verdict *verdict);
/* Returns the full stop that a sentence lacks: "." or "". */
const char *qc_text_full_stop(const char *sentence);
/* Appends what has moved between two dumps: a sentence without its full stop. */
void qc_text_moved(const struct qc_comparison *comparison, struct qc_strbuf *buffer);
/* Appends a piece of evidence, without a newline. all: with its field and its address. */
void qc_text_evidence(const struct qemucore_evidence *evidence, bool all, struct qc_strbuf *buffer);
