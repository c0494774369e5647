/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inspected - the object that an expression names: of any type, and decoded if it is one that
 * threads wait for
 */
#pragma once

#include "wait/coroutine_wait.h"
#include "wait/wait_graph.h"

struct qc_inspected {
    const char *expression;
    const char *why_absent;      /* why there is no such object; NULL: there is */
    struct qemucore_object object;
    const char *type;            /* type of the object, as in C */
    const char *file;            /* file of its declaration; NULL: not known */
    unsigned line;
    bool has_lock;
    struct qemucore_lock lock;
    struct qemucore_coroutine *coroutine; /* NULL: it is none, or was not found */
    const struct qc_coroutine_wait *wait; /* wait of that coroutine; NULL: it is idle */
};

/* Finds the object; follows a pointer to a lock or a coroutine. thread: whose thread-locals are
   meant; NULL: none. Always fills ret. */
void qc_inspect(struct qc_wait_graph *graph, const char *expression,
                const struct qc_thread *thread, struct qc_inspected *ret);
void qc_inspected_free(struct qc_inspected *inspected);
