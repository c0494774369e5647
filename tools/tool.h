/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tool - what all commands share: opening a core, printing, warnings, the exit status
 */
#pragma once

#include <stdbool.h>

#include "exit_status.h"
#include "options.h"
#include "qemucore.h"

/* Opens the core, or exits with TOOL_FAILED. Shows the progress if standard error is a terminal. */
struct qemucore *tool_open(struct tool_options *options);

/* A function of the library that renders, such as qemucore_threads_render. */
typedef enum qemucore_status tool_render_function(struct qemucore *core,
                                                  const struct qemucore_render *render,
                                                  char **ret, struct qemucore_error *error);

/* Prints a rendering. False: it failed, which is reported, and the core is closed. */
bool tool_print(struct qemucore *core, const struct tool_options *options,
                tool_render_function *function);

/* Prints and frees an answer. On a terminal it is folded to the width and shown in a pager. */
void tool_show(const struct tool_options *options, char *text);

/* Runs a whole command: opens the core, prints the rendering, and returns the exit status. */
int tool_run(struct tool_options *options, tool_render_function *function);

/* Warns of what is unknown in the verdict and about locks. Returns whether there was anything. */
bool tool_warn_of_verdict(struct qemucore *core);

/* Prints the message on standard error, closes the core (or NULL), and returns TOOL_FAILED. */
int tool_fail(struct qemucore *core, const char *message);

/* Prints what is missing on standard error, flushes the answer, and returns the exit status. */
int tool_finish(struct qemucore *core);
