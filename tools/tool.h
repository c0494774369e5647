/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tool - what all the commands do: open a core, warn, print, end with a status
 */
#ifndef TOOL_H
#define TOOL_H

#include <stdbool.h>

#include "options.h"
#include "qemucore.h"

/* The same for every command. */
#define TOOL_COMPLETE 0
#define TOOL_INCOMPLETE 1
#define TOOL_FAILED 2
#define TOOL_FOUND 10 /* what --check asks for is so */
#define TOOL_USAGE 64 /* EX_USAGE of sysexits.h, as eu-stack has it */

#define TOOL_EXIT_STATUS                                                                     \
    "Exit status: 0 complete; 1 answered, but something is missing or damaged (named on "    \
    "standard error); 2 could not answer; 64 usage."

/* Opens the core or exits with TOOL_FAILED. Shows progress on a terminal. */
struct qemucore *tool_open(struct tool_options *options);

/* Takes the line of progress off the terminal, where there is one: before anything is printed. */
void tool_clear_progress(void);

/* A rendering of the library: qemucore_threads_render and its kin. */
typedef enum qemucore_status tool_render_function(struct qemucore *core,
                                                  const struct qemucore_render *render,
                                                  char **ret, struct qemucore_error *error);

/* Prints a rendering; false: it failed, which is said, and the core is closed. */
bool tool_print(struct qemucore *core, const struct tool_options *options,
                tool_render_function *function);

/* Prints and frees an answer: through a pager, and no wider than it is, where that is a terminal. */
void tool_show(const struct tool_options *options, char *text);

/* The whole run of a command: opens the core, prints the rendering, answers the exit status. */
int tool_run(struct tool_options *options, tool_render_function *function);

/* A line on standard error. What of it could drive a terminal is escaped. Of a limit it names the
   option that raises it. */
void tool_warn(const char *message);

/* Names what the verdict rests on and could not be told; false: all could. */
bool tool_warn_of_verdict(struct qemucore *core);

/* Says why on standard error, closes, and answers TOOL_FAILED. */
int tool_fail(struct qemucore *core, const char *message);

/* Names on standard error what is missing, flushes, and answers the exit status. */
int tool_finish(struct qemucore *core);

#endif
