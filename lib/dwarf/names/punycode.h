/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * punycode - words with letters beyond ASCII, spelled in ASCII (RFC 3492)
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Characters of the longest word; rustc's own demangler has the same limit. */
#define QC_PUNYCODE_LENGTH 128

/* Bytes of the longest word in UTF-8, with NUL. */
#define QC_PUNYCODE_TEXT (4 * QC_PUNYCODE_LENGTH + 1)

/* Decodes a word. Its ASCII letters come before the last '_', where RFC 3492 has '-'. False: not
   such a word, or too long. */
bool qc_punycode_decode(const char *text, size_t size, char ret[QC_PUNYCODE_TEXT]);
