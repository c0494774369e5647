/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * terminal - an answer on a terminal: lines folded to its width, and a pager
 *
 * Both are done only when standard output is a terminal. In a file or a pipe each row is one line,
 * however long.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>

/* Returns the width of the terminal on standard output, in columns: $COLUMNS, else what the
   terminal reports. 0: standard output is no terminal, or the width is not known. */
unsigned terminal_width(void);

/* Prints a text, and folds lines wider than `width`: a column of a table continues below the last
   column that fits, a sentence between two words. 0: folds nothing. */
void terminal_print(const char *text, unsigned width);

/*
 * Sends standard output from here on, and standard error if it is a terminal too, through
 * $QEMUCORE_PAGER, $PAGER or less. Empty or "cat" means no pager; nothing changes then. The process
 * waits for the pager when it exits, and keeps its own exit status.
 */
void terminal_page(void);

/* Starts the pager, in the process that may run programs. Returns a descriptor to write into, or -1
   when there is no pager. */
int terminal_start_pager(void);

/* Whether this process has started a pager that it has not waited for. */
bool terminal_has_pager(void);

/* Waits for the pager that this process has started, if any. */
void terminal_end(void);

/* Whether this process prints into a pager: EPIPE is no error then, the user has left the pager. */
bool terminal_is_paged(void);

#endif
