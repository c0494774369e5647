/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stack_groups - groups of threads, or of coroutines, with equal stacks
 */
#pragma once

#include "qemu/qemu.h"

struct qc_stack_group {
    struct qc_thread_list threads; /* at least one; sorted by LWP */
};

struct qc_stack_groups {
    QC_VEC(struct qc_stack_group) list; /* sorted by their first threads, crashed ones first */
};

/* Groups one thread, or with lwp 0 all. With `join`, threads whose frames have the same program
   counters are one group, else each is its own. A crashed thread is alone. False: no memory. */
bool qc_stack_groups_find(const struct qc_threads *threads, int lwp, bool join,
                          struct qc_stack_groups *ret);
void qc_stack_groups_free(struct qc_stack_groups *groups);

struct qc_coroutine_group {
    QC_VEC(struct qemucore_coroutine *) list; /* at least one; in the order of all coroutines */
};

struct qc_coroutine_groups {
    QC_VEC(struct qc_coroutine_group) list; /* in the order of their first coroutines */
};

/* Groups all but the idle ones. With `join`, those of one state and one event loop whose frames
   have the same program counters are one group, else each is its own. What they wait for may still
   differ. False: no memory. */
bool qc_coroutine_groups_find(const struct qc_coroutines *coroutines, bool join,
                              struct qc_coroutine_groups *ret);
void qc_coroutine_groups_free(struct qc_coroutine_groups *groups);
