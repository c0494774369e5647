/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options - what may stand on the command line: a table of the command's own, and the one that all
 * commands share
 *
 * A row says what --help shows and which member of the command's arguments it fills in. That is a
 * struct whose first member is a struct tool_options.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "coredump.h"
#include "qemucore.h"

struct tool_options {
    const char *path;
    const char *earlier; /* another dump of the same process; NULL: none */
    uint32_t pid;     /* instead of a path: a living process; 0: none */
    uint32_t again;   /* of that a second time, after so many seconds; 0: not */
    bool coredumpctl; /* instead of a path: what `stored` finds */
    struct coredump_query stored;
    struct qemucore_options open;
    const char **debuginfo_paths;
    bool no_pager;
    bool is_raw; /* the answer is for a program, and never cut to a width */
    struct qemucore_render render;
    bool list_files; /* that are not used, each in a line of its own */
    bool no_sandbox;
    uint64_t timeout;    /* seconds; 0: none */
    uint64_t max_memory; /* 0: the default */
    const char **operands; /* those behind CORE, where they are taken */
    size_t operand_count;
};

/* A table ends with a row without a name. */
struct option_row {
    const char *name;
    int letter;           /* 0: none */
    const char *argument; /* NULL: it takes none */
    bool optional;        /* the argument may be left out, and is NULL then */
    int group;            /* of --help: the command's own are 0 */
    const char *help;
    const char *about;    /* words of the library's sentences that it is a way out of; NULL: none */
    const char *advice;   /* what to do with it then; NULL: raise it */
    /* One of OPTION_SETS, OPTION_TEXT and OPTION_NUMBER, or what takes it. */
    size_t offset;
    size_t size;
    uint32_t bits;
    uint64_t least;
    uint64_t most;
    void (*take)(void *arguments, const char *argument, const struct argp_state *state);
};

#define OPTION_MEMBER(type, member) \
    .offset = offsetof(type, member), .size = sizeof(((type *)NULL)->member)
/* A bool, or these bits of a uint32_t, become set. */
#define OPTION_SETS(type, member, value) OPTION_MEMBER(type, member), .bits = (value)
#define OPTION_TEXT(type, member) OPTION_MEMBER(type, member)
/* A number of 4 or 8 bytes, from 0 to `value`; K, M, G or T may stand behind it. */
#define OPTION_NUMBER(type, member, value) OPTION_MEMBER(type, member), .most = (value)

#define OPTION_JSON(text)                                                                     \
    {.name = "json", .help = (text),                                                          \
     OPTION_SETS(struct tool_options, render.flags, QEMUCORE_RENDER_JSON)},                   \
    {.name = "only", .argument = "KEY[,KEY...]",                                              \
     .help = "With --json: these members of the document alone",                              \
     OPTION_TEXT(struct tool_options, render.only)},                                          \
    {.name = "limit", .argument = "N",                                                        \
     .help = "With --json: at most N elements of each list that is in no other one; the "     \
             "member \"cut\" says how many there are (default: 0, all)",                      \
     OPTION_NUMBER(struct tool_options, render.limit, UINT32_MAX)},                           \
    {.name = "from", .argument = "N",                                                         \
     .help = "With --json: pass over the first N elements of such lists (default: 0)",                 \
     OPTION_NUMBER(struct tool_options, render.from, UINT32_MAX)}
#define OPTION_THREAD(text)                                  \
    {.name = "thread", .letter = 't', .argument = "LWP", .help = (text), \
     OPTION_NUMBER(struct tool_options, render.lwp, INT32_MAX)}

struct tool {
    const char *usage; /* the operands, as --help shows them */
    const char *help;
    const struct option_row *options; /* its own */
    bool takes_operands;              /* behind CORE */
    bool takes_earlier;               /* a dump before CORE */
    bool takes_pid;                   /* a living process, in the place of CORE and of all options that
                                         are about one */
    const char *more;                 /* the option that shows what the text leaves out, or NULL */
    /* Whether all is there that it needs; NULL: nothing but a core. */
    void (*check)(const void *arguments, const struct argp_state *state);
};

/* Alone on the command line, and in no --help: prints the options for completion, of each spelling a
   line of spelling, argument ("-": none) and help, with tabs between them. */
#define OPTIONS_LIST "--list-options"

/* Fills in the arguments, with defaults where nothing is said. Exits where --help is asked for, and
   with TOOL_USAGE where something is wrong. */
void options_parse(const struct tool *tool, int argc, char **argv, void *arguments);

/* Whether the answer is a document for a program, and no text for people. */
bool options_are_for_program(const struct tool_options *options);

/* As by --debuginfo-path; path lives as long as the process. */
void options_add_debuginfo_path(struct tool_options *common, const char *path);

/* The option that is a way out of what the sentence tells of; NULL: none. */
const struct option_row *options_about(const char *sentence);

#endif
