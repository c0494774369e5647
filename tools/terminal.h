/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * terminal - an answer on a terminal: lines folded to its width, and a pager
 *
 * Both are done only when standard output is a terminal. In a file or a pipe each row is one line,
 * however long.
 */
#pragma once

#include <stdbool.h>

/* Returns the width of the terminal on standard output, in columns: $COLUMNS, else what the
   terminal reports. 0: standard output is no terminal, or the width is not known. */
unsigned terminal_width(void);

/* Prints a text, and folds lines wider than `width`: a column of a table continues below the last
   column that fits, a sentence between two words. 0: folds nothing. */
void terminal_print(const char *text, unsigned width);

/*
 * Collects what goes to standard output from here on, and to standard error if it is a terminal
 * too, for $QEMUCORE_PAGER, $PAGER or less. Empty or "cat" means no pager; nothing changes then.
 * The command waits for the pager when it exits, and keeps its own exit status.
 */
void terminal_page(void);

/* Opens the file in memory that the pager is to show, in the process that may run programs. Returns
   a descriptor to write into, or -1 when there is no pager. */
int terminal_open_pages(void);

/* Returns that file, or -1. */
int terminal_pages(void);

/* Shows that file, if any, through the pager, and waits for its end. */
void terminal_show_pages(void);

/* Closes that file, if any: nothing is shown. */
void terminal_drop_pages(void);

/* Whether this process prints for a pager. */
bool terminal_is_paged(void);
