/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * utf8 - which bytes of a text may be shown as they are; the tools have it, too
 */
#ifndef QC_BASE_UTF8_H
#define QC_BASE_UTF8_H

#include <stddef.h>

/* Length in bytes of the UTF-8 character at text, 0 where there is none (a control character, of C1
   too, or of the direction of text, counts as none). */
size_t qc_utf8_length(const char *text);

#endif
