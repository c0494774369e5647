/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tool - what all commands share: opening a core, warnings, printing, the exit status
 */
#pragma once

#include <stdbool.h>

#include "options.h"
#include "qemucore.h"

/* Exit statuses of all commands. */
#define TOOL_COMPLETE 0
#define TOOL_INCOMPLETE 1
#define TOOL_FAILED 2
#define TOOL_FOUND 10 /* --check has found what it checks for */
#define TOOL_USAGE 64 /* EX_USAGE of sysexits.h, as in eu-stack */

#define TOOL_EXIT_STATUS                                                                     \
    "Exit status: 0 complete; 1 answered, but something is missing or damaged (named on "    \
    "standard error); 2 could not answer; 64 usage."

/* Opens the core, or exits with TOOL_FAILED. Shows the progress if standard error is a terminal. */
struct qemucore *tool_open(struct tool_options *options);

/* Erases the line of progress, if there is one. To be called before anything is printed. */
void tool_clear_progress(void);

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

/* Prints a line on standard error, with control characters escaped. Adds the option that helps with
   the message (options_about), such as the one that raises a limit. */
void tool_warn(const char *message);

/* Warns of what is unknown in the verdict and about locks. Returns whether there was anything. */
bool tool_warn_of_verdict(struct qemucore *core);

/* Prints the message on standard error, closes the core (or NULL), and returns TOOL_FAILED. */
int tool_fail(struct qemucore *core, const char *message);

/* Prints what is missing on standard error, flushes the answer, and returns the exit status. */
int tool_finish(struct qemucore *core);
