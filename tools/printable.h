/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * printable - which bytes of a message may go to a terminal as they are
 */
#ifndef TOOLS_PRINTABLE_H
#define TOOLS_PRINTABLE_H

#include <stddef.h>

/* Bytes of the UTF-8 character at text; 0: there is none, or it is a control (C0, DEL, C1) or turns the direction of
   text (U+202E). */
size_t printable_length(const char *text);

#endif
