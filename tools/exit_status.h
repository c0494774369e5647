/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * exit_status - the exit statuses of all commands
 */
#pragma once

#define TOOL_COMPLETE 0
#define TOOL_INCOMPLETE 1
#define TOOL_FAILED 2
#define TOOL_FOUND 10 /* --check has found what it checks for */
#define TOOL_USAGE 64 /* EX_USAGE of sysexits.h, as in eu-stack */

#define TOOL_EXIT_STATUS                                                                     \
    "Exit status: 0 complete; 1 answered, but something is missing or damaged (named on "    \
    "standard error); 2 could not answer; 64 usage."
