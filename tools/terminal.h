/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * terminal - an answer on a terminal: lines that fit it, and a pager
 *
 * Both only where standard output is a terminal. What goes to a file or a pipe has each row on one
 * line, however long.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>

/* Columns of the terminal that standard output is: $COLUMNS, else what the terminal says; 0: it is
   none, or it does not say. */
unsigned terminal_width(void);

/* Prints a text. What is wider than `width` goes on below: the next column of a table at the place of
   the last one that fits, the rest of a sentence at a word. 0: nothing is too wide. */
void terminal_print(const char *text, unsigned width);

/*
 * From here on standard output, and standard error where that is a terminal too, go through
 * $QEMUCORE_PAGER, $PAGER or less. Empty or "cat" is none. Where there is no pager all is as before.
 * The end of the process waits for it, and keeps its own exit status.
 */
void terminal_page(void);

/* The process that may run a program does this for it: a descriptor to write into; -1: there is no
   pager. */
int terminal_start_pager(void);

bool terminal_has_pager(void);

/* Waits for the pager that this process has started, if it has. */
void terminal_end(void);

/* Whether that is so: whoever leaves a pager early has seen enough, and EPIPE is no error. */
bool terminal_is_paged(void);

#endif
