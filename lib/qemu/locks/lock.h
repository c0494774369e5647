/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock - what threads and coroutines wait with, decoded: the C library's and QEMU's own
 *
 * One table of kinds answers all that the floors above ask about a kind. Who sleeps on an object is
 * for the floor above.
 */
#ifndef QC_QEMU_LOCKS_LOCK_H
#define QC_QEMU_LOCKS_LOCK_H

#include "qemu/locks/lock_state.h"

/* What a line about a wait for it says besides its name. */
enum qc_lock_detail {
    QC_DETAIL_NONE,
    QC_DETAIL_OWNER,
    QC_DETAIL_MUTEX, /* that belongs to it */
    QC_DETAIL_COUNT,
    QC_DETAIL_STATUS,
};

struct qc_lock_type {
    const char *name; /* of the type in C; "thread", "futex" */
    qc_lock_reader *read;

    /* The kind that it begins with: an object and its first member count as one. NONE: itself. */
    enum qc_lock_kind family;
    /* Types by which a variable may have it, the best first; NONE ends them. NULL: its own only. */
    const enum qc_lock_kind *names;

    /* The futex. from_word NULL: it begins with its futex word. */
    qc_lock_from_word *from_word;
    bool word_is_object; /* the word of a system call outweighs what an argument seems to be */
    uint32_t inside;     /* QC_LOCK_BIT of what a function that waits for it may wait for inside */
    bool has_inner_cond; /* its waiters may sleep on a condition of its own, behind its beginning */

    bool has_owner;
    const char *owner_evidence; /* what in it names the owner, before the LWP; NULL: nothing does */
    bool code_tells_holder;     /* QEMU's code knows whom a waiter needs: wait_edge */
    enum qc_lock_kind mutex;    /* of a condition: the kind of mutex that belongs to it */

    enum qc_lock_detail detail;
    bool status_is_enough; /* for a table, where nobody is known to hold it */
};

extern const struct qc_lock_type qc_lock_types[QC_LOCK_KINDS];

#define QC_LOCK_BIT(kind) (1u << (kind))

/* Decodes the object. Always fills ret; what can't be read says why. */
void qc_lock_read(struct qc_process *process, enum qc_lock_kind kind, uint64_t address,
                  struct qc_lock_state *ret);

/* The kind of a type of C, with or without "struct "; QC_LOCK_NONE: no lock. */
enum qc_lock_kind qc_lock_kind_of(const char *type);

/* A QemuMutex that locks recursively is a QemuRecMutex: that compilers make a jump of the call of
   qemu_mutex_lock_impl in qemu_rec_mutex_lock_impl hides it on a stack. All else stays. */
enum qc_lock_kind qc_lock_refine(struct qc_process *process, enum qc_lock_kind kind,
                                 uint64_t address);

/* A mutex may be seen as any kind of mutex, a condition as any kind of condition. */
enum qc_lock_kind qc_lock_family(enum qc_lock_kind kind);
bool qc_lock_is_mutex(enum qc_lock_kind kind);
bool qc_lock_is_cond(enum qc_lock_kind kind);

/* The kind of the mutex that a waiter on something has given up. */
enum qc_lock_kind qc_lock_mutex_kind(enum qc_lock_kind kind);

/* The object of a kind whose waiters sleep on this word; 0: there is none that makes sense. */
uint64_t qc_lock_at_word(struct qc_process *process, enum qc_lock_kind kind, uint64_t word);

/* Whether a function that waits for `outer` may be what called one that waits for `inner`. */
bool qc_lock_encloses(enum qc_lock_kind outer, enum qc_lock_kind inner);

#endif
