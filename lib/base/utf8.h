/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * utf8 - which bytes of a text can be shown unchanged; also linked into the tools
 */
#pragma once

#include <stddef.h>

/* Returns the length in bytes of the UTF-8 character at text. Returns 0 if there is none, or if it
   is a control character (C0, DEL, C1) or changes the direction of text. */
size_t qc_utf8_length(const char *text);
