/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options - the command line: a table of options of each command, and one that all commands share
 *
 * A row has what --help shows, and the member of the command's arguments that the option sets. The
 * arguments are a struct whose first member is a struct tool_options.
 */
#pragma once

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "coredump.h"
#include "qemucore.h"

struct tool_options {
    const char *path;
    const char *earlier; /* another dump of the same process; NULL: none */
    uint32_t pid;     /* living process to read instead of a core; 0: none */
    uint32_t again;   /* seconds between two snapshots of that process; 0: take only one */
    bool coredumpctl; /* read the core that `stored` finds, instead of a path */
    struct coredump_query stored;
    bool is_executable_found; /* open.executable is no option, but what --coredumpctl has found */
    struct qemucore_options open;
    const char **debuginfo_paths;
    bool no_pager;
    bool is_raw; /* the answer is for a program: do not fold its lines to the terminal's width */
    struct qemucore_render render;
    bool list_files; /* name each file that is not used, in a line of its own */
    bool no_sandbox;
    uint64_t timeout;    /* seconds; 0: none */
    uint64_t max_memory; /* 0: the default */
    const char **operands; /* operands after CORE, for a command that takes them */
    size_t operand_count;
};

/* One option. A table ends with a row without a name. */
struct option_row {
    const char *name;
    int letter;           /* 0: none */
    const char *argument; /* NULL: it takes none */
    bool optional;        /* the argument may be left out; it is NULL then */
    int group;            /* group of --help; 0: the command's own options */
    const char *help;
    const char *about;    /* words of a library's message that this option helps with, or NULL */
    const char *advice;   /* text to add to such a message; NULL: "raise it with" the option */
    /* Set by OPTION_SETS, OPTION_TEXT or OPTION_NUMBER, unless `take` handles the option. */
    size_t offset;
    size_t size;
    uint32_t bits;
    uint64_t min;
    uint64_t max;
    void (*take)(void *arguments, const char *argument, const struct argp_state *state);
};

#define OPTION_MEMBER(type, member) \
    .offset = offsetof(type, member), .size = sizeof(((type *)NULL)->member)
/* Sets a bool to true, or sets these bits of a uint32_t. */
#define OPTION_SETS(type, member, value) OPTION_MEMBER(type, member), .bits = (value)
#define OPTION_TEXT(type, member) OPTION_MEMBER(type, member)
/* Stores a number from `min` (default 0) to `value` in a member of 4 or 8 bytes. It may end with
   K, M, G or T, powers of 1024. */
#define OPTION_NUMBER(type, member, value) OPTION_MEMBER(type, member), .max = (value)

/* The digits of a macro's number, for a help text. */
#define OPTION_DIGITS(number) OPTION_DIGITS_(number)
#define OPTION_DIGITS_(number) #number

#define OPTION_JSON(text)                                                                     \
    {.name = "json", .help = (text),                                                          \
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_JSON)},                   \
    {.name = "only", .argument = "KEY[,KEY...]",                                              \
     .help = "With --json: print only these members of the document",                         \
     OPTION_TEXT(struct tool_options, render.only)},                                          \
    {.name = "limit", .argument = "N",                                                        \
     .help = "With --json: print at most N elements of each outermost list; the member "      \
             "\"cut\" has the full lengths (default: 0, all)",                                \
     OPTION_NUMBER(struct tool_options, render.limit, UINT32_MAX)},                           \
    {.name = "from", .argument = "N",                                                         \
     .help = "With --json: skip the first N elements of each outermost list (default: 0)",    \
     OPTION_NUMBER(struct tool_options, render.from, UINT32_MAX)}
#define OPTION_THREAD(text)                                  \
    {.name = "thread", .letter = 't', .argument = "LWP", .help = (text), \
     OPTION_NUMBER(struct tool_options, render.lwp, INT32_MAX)}

struct tool {
    const char *usage; /* the operands, as --help shows them */
    const char *help;
    const struct option_row *options; /* the command's own options */
    bool takes_operands;              /* the command takes operands after CORE */
    bool takes_earlier;               /* an EARLIER dump may precede CORE */
    bool takes_pid;                   /* the operand is a PID; there are no shared options */
    const char *more;                 /* the option that shows what the text leaves out, or NULL */
    /* Calls argp_error if the arguments, when all are parsed, are wrong. May be NULL. */
    void (*check)(const void *arguments, const struct argp_state *state);
};

/* An option for shell completion, hidden from --help, that must stand alone. Prints a line for each
   spelling of each option: spelling, argument ("-": none) and help, with tabs between them. */
#define OPTIONS_LIST "--list-options"

/* Parses the command line into `arguments`, which must be zeroed or hold defaults. Exits after
   --help and the like, and with TOOL_USAGE when something is wrong. */
void options_parse(const struct tool *tool, int argc, char **argv, void *arguments);

/* Whether the answer is for a program, such as JSON, and not text for people. */
bool options_are_for_program(const struct tool_options *options);

/* Adds a path, as --debuginfo-path does. The path must live as long as the process. */
void options_add_debuginfo_path(struct tool_options *common, const char *path);

/* Returns the shared option that helps with what the sentence reports, by option_row.about, or
   NULL. */
const struct option_row *options_about(const char *sentence);
