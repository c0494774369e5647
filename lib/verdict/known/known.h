/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * known - bugs of QEMU that a finding looks like, and where they are fixed
 *
 * A const table (known_bugs.c), each row with a condition that is narrower than a rule: that storage
 * does not answer is no bug of QEMU, so functions have to be on the stacks, or words in the message
 * of a crash, that go with this bug and not with its neighbours. Still a row says only what it looks
 * like: a distribution's QEMU may have the fix as a patch, which no version number tells.
 */
#ifndef QC_VERDICT_KNOWN_KNOWN_H
#define QC_VERDICT_KNOWN_KNOWN_H

#include "qemu/qemu.h"

struct qc_verdict;

/* How many threads, and pieces of a message, a condition speaks of. */
#define QC_KNOWN_STACKS 2
#define QC_KNOWN_PIECES 2

struct qc_known_bug {
    const char *issue; /* "issue 2043" (gitlab.com/qemu-project/qemu), "launchpad 1805256"; NULL: none */
    const char *title; /* one sentence, as who is hit by it would say it */

    /* The condition: all that is there must hold. */
    const char *rules; /* one of these, a space between them; NULL: any of a stuck one, or a crash */
    /* Functions of one stack, the innermost first, a space between them and others perhaps, too;
       "new|old" where versions have other names. The first is of a thread of the finding's evidence,
       the other of another thread of the process. */
    const char *stacks[QC_KNOWN_STACKS];
    /* All of these are in what a crash says. Between a function's name and "Assertion" clang has the
       types of its parameters. */
    const char *message[QC_KNOWN_PIECES];
    const char *architecture; /* of the host, as qc_arch has it; NULL: any */

    const char *introduced_in; /* the first release that has it; NULL: not known */
    const char *fixed_in;      /* the first release of the main line that has it no more */
    const char *fixed_by;      /* commit */
    const char *workaround;    /* what helps without it; NULL: nothing is known */
};

/* The type of the public header: a bug that a finding looks like. */
struct qemucore_known {
    size_t index;
    const struct qc_known_bug *bug;
    char *sentence;
};

extern const struct qc_known_bug qc_known_bugs[];
extern const size_t qc_known_bug_count;

/* Fills in what is known of the verdict's findings, whose order is made: a bug is shown once, with
   the gravest. False: no memory. */
bool qc_known_find(struct qc_verdict *verdict);

/* ---- the parts of it ------------------------------------------------------------------------ */

/* Whether functions, in the form of qc_known_bug.stacks, are on a stack. */
bool qc_known_is_on(const struct qc_stack *stack, const char *functions);

/* Whether a version, as "8.2.7 (Debian 1:8.2.7+ds-1)", has the bug, as far as numbers tell. One that
   is NULL, or can't be read, may have it. A release candidate, 8.1.90, is before 8.2. */
bool qc_known_has_version(const struct qc_known_bug *bug, const char *version);

/* What to say of it. malloc; NULL: no memory. version: as above. */
char *qc_known_sentence(const struct qc_known_bug *bug, const char *version);

#endif
