/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * known - bugs of QEMU that match a finding, and where they are fixed
 *
 * A const table (known_bugs.c). A row's condition is narrower than a rule: storage that does not
 * answer is no bug of QEMU. So the row names functions that must be on the stacks, or words in a
 * crash's message, that go with this bug and not with similar ones. Even so it is only a match: a
 * distribution's QEMU may have the fix as a patch, which no version number shows.
 */
#pragma once

#include "qemu/qemu.h"

struct qc_verdict;

/* The rule of crashes whose message tells which bug it is. */
#define QC_KNOWN_MESSAGE "crash-assertion"

/* How many stacks, and pieces of a message, a condition may have. */
#define QC_KNOWN_STACKS 2
#define QC_KNOWN_PIECES 2

struct qc_known_bug {
    const char *issue; /* "issue 2043" (gitlab.com/qemu-project/qemu), "launchpad 1805256"; NULL: none */
    const char *title; /* one sentence, as a person who is hit by it would put it */

    /* The condition: all members that are set must hold. */
    const char *rules; /* one of these, separated by spaces; NULL: QC_KNOWN_MESSAGE if it has a
                          message, else any STUCK or CRASH */
    /* Functions on one stack, the innermost first, separated by spaces; others may lie between
       them; "new|old" if versions have other names. stacks[0] is of a thread in the finding's
       evidence, stacks[1] of another thread of the process. */
    const char *stacks[QC_KNOWN_STACKS];
    /* All of these are in the crash's message. Between a function's name and "Assertion" clang puts
       the types of its parameters. */
    const char *message[QC_KNOWN_PIECES];
    const char *architecture; /* architecture of the host, as in qc_arch; NULL: any */

    const char *introduced_in; /* first release with the bug; NULL: not known */
    const char *fixed_in;      /* first release of the main line without it */
    const char *fixed_by;      /* commit */
    const char *workaround;    /* what helps without the fix; NULL: nothing is known */
};

/* Type of the public header: a known bug that matches a finding. */
struct qemucore_known {
    size_t index;
    const struct qc_known_bug *bug;
    const char *sentence;
};

extern const struct qc_known_bug qc_known_bugs[];
extern const size_t qc_known_bug_count;

/* Adds known bugs to the verdict's findings, which must be sorted: each bug once, to the gravest
   match. Returns false if out of memory. */
bool qc_known_find(struct qc_verdict *verdict);

/* ---- its parts ------------------------------------------------------------------------------ */

/* Tells whether the functions, in the form of qc_known_bug.stacks, are on the stack. */
bool qc_known_is_on(const struct qc_stack *stack, const char *functions);

/* Tells whether a version, such as "8.2.7 (Debian 1:8.2.7+ds-1)", has the bug as far as numbers
   tell. NULL, or an unreadable version, may have it. A release candidate (8.1.90) is before 8.2. */
bool qc_known_has_version(const struct qc_known_bug *bug, const char *version);

/* Returns the sentence about the bug (malloc). NULL: out of memory. version: as above. */
char *qc_known_sentence(const struct qc_known_bug *bug, const char *version);
