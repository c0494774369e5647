/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * words - enums whose enumerators have words, for the outermost floors
 *
 * One list has both, so that no enumerator lacks its word:
 *
 *     #define QC_KINDS(X)             \
 *         X(QC_KIND_NONE, NULL)       \
 *         X(QC_KIND_FILE, "file")
 *     enum qc_kind { QC_KINDS(QC_ENUMERATOR) };
 *     QC_DEFINE_WORDS(qc_kind_name, enum qc_kind, QC_KINDS)      in the source
 */
#pragma once

#define QC_ENUMERATOR(enumerator, word) enumerator,
#define QC_WORD(enumerator, word) [enumerator] = (word),

/* Defines a function that returns the word of an enumerator. */
#define QC_DEFINE_WORDS(name, type, list)                       \
    const char *name(type value)                                \
    {                                                           \
        static const char *const words[] = {list(QC_WORD)};     \
        return words[value];                                    \
    }
