/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * punycode - words with letters beyond ASCII, spelled in ASCII (RFC 3492)
 */
#ifndef QC_DWARF_PUNYCODE_H
#define QC_DWARF_PUNYCODE_H

#include <stdbool.h>
#include <stddef.h>

/* Longest word, in characters; rustc's own demangler has the same bound. */
#define QC_PUNYCODE_LENGTH 128

/* As UTF-8, with its NUL. */
#define QC_PUNYCODE_TEXT (4 * QC_PUNYCODE_LENGTH + 1)

/* The word's ASCII letters stand before the last '_', where RFC 3492 has '-'. False: it is no such word, or
   a longer one. */
bool qc_punycode_decode(const char *text, size_t size, char ret[QC_PUNYCODE_TEXT]);

#endif
