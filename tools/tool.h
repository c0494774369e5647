/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tool - what all the commands have in common: options, opening, warnings, exit status
 */
#ifndef TOOL_H
#define TOOL_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#include "coredump.h"
#include "qemucore.h"

/* The same for every command. */
#define TOOL_COMPLETE 0
#define TOOL_INCOMPLETE 1
#define TOOL_FAILED 2
#define TOOL_CYCLE 10 /* qemucore-locks --check */
#define TOOL_USAGE 64 /* EX_USAGE of sysexits.h, as eu-stack has it */

#define TOOL_EXIT_STATUS                                                                     \
    "Exit status: 0 complete; 1 answered, but something is missing or damaged (named on "    \
    "standard error); 2 could not answer; 64 usage."

enum tool_key {
    TOOL_KEY_BUILD_ID = 0x100,
    TOOL_KEY_JSON,
    TOOL_KEY_SYSROOT,
    TOOL_KEY_DEBUGINFO_PATH,
    TOOL_KEY_NO_HOST_FILES,
    TOOL_KEY_DEBUGINFOD,
    TOOL_KEY_COLOR,
    TOOL_KEY_MEMORY,
    TOOL_KEY_WINDOW,
    TOOL_KEY_MAX_RATIO,
    TOOL_KEY_COREDUMPCTL,
    TOOL_KEY_COREDUMP_DIRECTORY,
    TOOL_KEY_JOURNAL_DIRECTORY,
};

struct tool_options {
    const char *path;
    bool coredumpctl; /* instead of a path: what `stored` finds */
    struct coredump_query stored;
    struct qemucore_options open;
    const char **debuginfo_paths;
    bool color;
    const char ***operands; /* for those behind CORE, in an array to be freed; NULL: none is taken */
    size_t *operand_count;
};

/* For struct argp_child; its input is the struct tool_options. Takes the operand CORE, or MATCH instead. */
extern const struct argp tool_argp;

/* Defaults, before argp_parse. */
void tool_start(struct tool_options *options);

/* A number from 0 to most, with K, M, G or T behind it where it is a size; else a usage error. */
unsigned long long tool_number(const struct argp_state *state, const char *text,
                               unsigned long long most);

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
                const struct qemucore_render *render, tool_render_function *function);

/* The whole run of a command: opens the core, prints the rendering, answers the exit status. */
int tool_run(struct tool_options *options, const struct qemucore_render *render,
             tool_render_function *function);

/* A line on standard error. What of it could drive a terminal is escaped. */
void tool_warn(const char *message);

/* Says why on standard error, closes, and answers TOOL_FAILED. */
int tool_fail(struct qemucore *core, const char *message);

/* Names on standard error what is missing, flushes, and answers the exit status. */
int tool_finish(struct qemucore *core);

#endif
