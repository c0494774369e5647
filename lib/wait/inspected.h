/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inspected - what somebody asked for by an expression: an object of any type, decoded where it is
 * one that threads wait for
 */
#ifndef QC_WAIT_INSPECTED_H
#define QC_WAIT_INSPECTED_H

#include "wait/coroutine_wait.h"
#include "wait/wait_graph.h"

struct qc_inspected {
    const char *expression;
    char *why_absent;            /* there is no such object; NULL: it is here */
    struct qemucore_object object;
    char *type;                  /* as in C */
    const char *file;            /* where it is declared; NULL: not known */
    unsigned line;
    bool has_lock;
    struct qemucore_lock lock;
    struct qemucore_coroutine *coroutine; /* NULL: it is none, or none that was found */
    const struct qc_coroutine_wait *wait; /* of that; NULL: it is idle */
};

/* A pointer to such an object is followed. thread: whose thread-locals are meant; NULL: nobody's.
   Always fills ret. */
void qc_inspect(struct qc_wait_graph *graph, const char *expression,
                const struct qc_thread *thread, struct qc_inspected *ret);
void qc_inspected_free(struct qc_inspected *inspected);

#endif
