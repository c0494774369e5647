/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * command_line - all arguments of the process, from its initial stack
 *
 * NT_PRPSINFO has only the first 79 bytes. The whole command line lies where the kernel put it when
 * the program was started (fs/binfmt_elf.c, create_elf_tables; the psABI of every CPU says the
 * same), from low to high addresses:
 *
 *     argc | argv[0] .. argv[argc - 1] NULL | envp[0] .. NULL | auxv .. AT_NULL | platform, random
 *     bytes | texts of the arguments | texts of the environment | path of the executable
 *
 * NT_AUXV is a copy of that auxv, and AT_RANDOM and AT_EXECFN point to addresses above it. So the
 * auxv is searched for downwards from there, then the arguments below it. The environment is
 * skipped and not kept: it may hold secrets.
 */
#pragma once

#include "core/core.h"

struct qc_command_line {
    char *arguments;  /* all arguments in a row, each with its NUL; NULL: not known */
    size_t size;      /* size of all arguments, in bytes */
    size_t count;
    char *why_absent; /* one sentence, if arguments is NULL; NULL then: out of memory */
};

/* Finds the arguments; *ret must be zeroed. */
void qc_command_line_find(const struct qc_core *core, struct qc_command_line *ret);
void qc_command_line_free(struct qc_command_line *command_line);

/* Returns the argument after previous (NULL: the first argument). Returns NULL after the
   last one. */
const char *qc_command_line_next(const struct qc_command_line *command_line, const char *previous);

/* Returns the first argument that is QEMU's option "-name", or "--name" (system/vl.c, lookup_opt).
   Returns NULL if there is none, or the command line (which may be NULL) is not known. */
const char *qc_command_line_option(const struct qc_command_line *command_line, const char *option);
