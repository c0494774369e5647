/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render_parts - single topics of what QEMU's memory says, each whole
 */
#ifndef QC_RENDER_RENDER_PARTS_H
#define QC_RENDER_RENDER_PARTS_H

#include "qemu/qemu.h"
#include "render/render_threads.h"

/* What parts could not tell, a sentence each. */
QC_VEC_TYPE(qc_part_problems, char *);
void qc_part_problems_free(struct qc_part_problems *problems);

/* The part behind previous, in alphabetical order; NULL behind the last. */
const char *qc_part_next(const char *previous);
/* A phrase; NULL: there is no part of that name. */
const char *qc_part_help(const char *name);

/* Whether all of a list of names, with commas between them, are parts; else *ret is the one that is
   not, malloc (NULL: no memory). */
bool qc_parts_are_known(const char *names, char **ret);

/* Those of the list, in its order. The state may be NULL where none of them needs it. */
bool qc_parts_need_state(const char *names);
void qc_text_parts(const char *names, struct qc_waits *waits, const struct qc_state *state,
                   const struct qemucore_render *render, struct qc_part_problems *problems,
                   struct qc_strbuf *buffer);
/* A JSON document, to be freed by free(3); NULL: out of memory. */
char *qc_json_parts(const char *names, struct qc_waits *waits, const struct qc_state *state,
                    const struct qemucore_render *render, struct qc_part_problems *problems);

#endif
