/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * parts - single topics of QEMU's state, each in full
 */
#pragma once

#include "qemu/qemu.h"
#include "text/text.h"

/* Sentences that say what is missing from the parts. */
QC_VEC_TYPE(qc_part_problems, char *);
void qc_part_problems_free(struct qc_part_problems *problems);

/* Returns the part after previous, in alphabetical order; NULL: the first. NULL after the last. */
const char *qc_part_next(const char *previous);
/* Returns a phrase that describes a part. NULL: there is no part of that name. */
const char *qc_part_help(const char *name);

/* Tells whether all names of a comma-separated list are parts. If not, *ret is the first that is
   not, to be freed by free(3) (NULL: out of memory). */
bool qc_parts_are_known(const char *names, char **ret);

bool qc_parts_need_state(const char *names);
/* Render the parts of the list, in its order. state may be NULL if none of them needs it. */
void qc_text_parts(const char *names, struct qc_waits *waits, const struct qc_state *state,
                   const struct qemucore_render *render, struct qc_part_problems *problems,
                   struct qc_strbuf *buffer);
/* Returns a JSON document, for free(3). NULL: out of memory. */
char *qc_json_parts(const char *names, struct qc_waits *waits, const struct qc_state *state,
                    const struct qemucore_render *render, struct qc_part_problems *problems);
