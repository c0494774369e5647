/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock - decodes the locks of the C library and of QEMU that threads and coroutines wait on
 *
 * One table answers all that the floors above ask about a kind of lock. Which threads sleep on an
 * object is found by the floor above.
 */
#pragma once

#include "qemu/locks/lock_state.h"

/* What a line about a wait for a lock says besides the lock's name. */
enum qc_lock_detail {
    QC_DETAIL_NONE,
    QC_DETAIL_OWNER,
    QC_DETAIL_MUTEX, /* the mutex that belongs to it */
    QC_DETAIL_COUNT,
    QC_DETAIL_STATUS,
};

struct qc_lock_type {
    const char *name; /* name of the type in C; or "thread", "futex" */
    qc_lock_reader *read;

    /* Kind of its first member, which has the same address and counts as the same object. NONE: its
       own kind. */
    enum qc_lock_kind family;
    /* Types of a variable at its address, the preferred one first, ended by NONE. NULL: only its
       own. */
    const enum qc_lock_kind *names;

    /* Its futex word. from_word NULL: the object begins with the word. */
    qc_lock_from_word *from_word;
    bool word_is_object; /* trust the system call's futex word over an argument's value */
    uint32_t inside;     /* QC_LOCK_BITs of what a function that waits for it may wait on inside */
    bool has_inner_cond; /* its waiters may sleep on a condition inside it, not at its start */

    bool has_owner;
    const char *owner_evidence; /* text before the LWP that names the owner; NULL: none does */
    bool code_tells_holder;     /* QEMU's code tells which thread a waiter needs: wait_edge */
    enum qc_lock_kind mutex;    /* for a condition: the kind of mutex that belongs to it */

    enum qc_lock_detail detail;
    bool status_is_enough; /* if no holder is known, a table shows only the status */
};

extern const struct qc_lock_type qc_lock_types[QC_LOCK_KINDS];

#define QC_LOCK_BIT(kind) (1u << (kind))

/* Decodes the object. Always fills *ret; if the object can't be read, ret->why_absent has the
   reason. */
void qc_lock_read(struct qc_process *process, enum qc_lock_kind kind, uint64_t address,
                  struct qc_lock_state *ret);

/* Returns the kind of a C type, with or without "struct "; QC_LOCK_NONE: the type is no lock. */
enum qc_lock_kind qc_lock_kind_of(const char *type);

/* Turns a QemuMutex that locks recursively into a QemuRecMutex; returns other kinds unchanged.
   The stack does not show the difference if qemu_rec_mutex_lock_impl tail-calls
   qemu_mutex_lock_impl. */
enum qc_lock_kind qc_lock_refine(struct qc_process *process, enum qc_lock_kind kind,
                                 uint64_t address);

/* A family is all kinds that may be seen at one address: all mutexes, or all conditions. */
enum qc_lock_kind qc_lock_family(enum qc_lock_kind kind);
bool qc_lock_is_mutex(enum qc_lock_kind kind);
bool qc_lock_is_cond(enum qc_lock_kind kind);

/* Returns the kind of the mutex that a waiter on this kind has released. */
enum qc_lock_kind qc_lock_mutex_kind(enum qc_lock_kind kind);

/* Returns the object of this kind whose waiters sleep on the word; 0: there is no plausible one. */
uint64_t qc_lock_at_word(struct qc_process *process, enum qc_lock_kind kind, uint64_t word);

/* Tells whether a function that waits for `outer` may have called one that waits for `inner`. */
bool qc_lock_encloses(enum qc_lock_kind outer, enum qc_lock_kind inner);
