/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * command_line - all arguments of the process, from the stack that it was started with
 *
 * NT_PRPSINFO has the first 79 bytes. The whole lies where the kernel has put it when the program
 * was started (fs/binfmt_elf.c, create_elf_tables; the psABI of every CPU has the same), from low
 * to high addresses:
 *
 *     argc | argv[0] .. argv[argc - 1] NULL | envp[0] .. NULL | auxv .. AT_NULL | platform, random
 *     bytes | texts of the arguments | texts of the environment | path of the executable
 *
 * NT_AUXV is a copy of that auxv, and AT_RANDOM and AT_EXECFN point behind it: so it is searched
 * for from there downwards, and the arguments below it. The environment is passed over and not
 * kept: it may hold secrets.
 */
#ifndef QC_QEMU_FIELDS_COMMAND_LINE_H
#define QC_QEMU_FIELDS_COMMAND_LINE_H

#include "core/core.h"

struct qc_command_line {
    char *arguments;  /* one behind the other, each with its NUL; NULL: not known */
    size_t size;      /* of them all */
    size_t count;
    char *why_absent; /* one sentence, where there are none; NULL then: out of memory */
};

/* Into a zeroed struct. */
void qc_command_line_find(const struct qc_core *core, struct qc_command_line *ret);
void qc_command_line_free(struct qc_command_line *command_line);

/* The argument behind previous (NULL: the first), NULL behind the last. */
const char *qc_command_line_next(const struct qc_command_line *command_line, const char *previous);

#endif
