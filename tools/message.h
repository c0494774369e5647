/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * message - what a command prints on standard error: sentences, and a line of progress
 */
#pragma once

#include "qemucore.h"

/* Prints a line, with control characters escaped. Adds the option that helps with the message
   (options_about), such as the one that raises a limit. */
void message_print(const char *text);

/* Prints the message, and exits with TOOL_FAILED. */
_Noreturn void message_exit(const char *text);

/* Has messages of the library, and its progress if standard error is a terminal, shown here. */
void message_set_callbacks(struct qemucore_options *options);

/* Erases the line of progress, if there is one. To be called before anything is printed. */
void message_clear_progress(void);
