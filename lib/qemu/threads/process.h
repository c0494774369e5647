/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * process - the QEMU process: what everything that knows QEMU needs at hand
 *
 * Each part is looked for when somebody asks for it first.
 */
#ifndef QC_QEMU_THREADS_PROCESS_H
#define QC_QEMU_THREADS_PROCESS_H

#include "dwarf/dwarf.h"
#include "glibc/glibc.h"
#include "qemu/fields/fields.h"
#include "qemu/locks/pointers.h"
#include "qemu/state/cpu.h"
#include "qemu/state/iothread.h"
#include "qemu/threads/coroutine_layout.h"
#include "qemu/threads/threads.h"

/* What a thread calls itself in memory, and which one of the dump it is. */
struct qc_tid {
    int tid;
    int lwp;
};

struct qc_coroutines;
struct qc_peers;
struct qc_rcu;

struct qc_process {
    struct qc_core *core;
    struct qc_modules *modules;
    struct qc_threads *threads;
    struct qc_fields *fields;
    struct qc_libc libc;
    bool cpus_looked_for;
    struct qc_cpus cpus;         /* through qc_process_cpus only */
    bool iothreads_looked_for;
    struct qc_iothreads iothreads; /* through qc_process_iothreads only */
    bool threads_are_named; /* by qc_process_name_threads */
    bool bql_looked_for;
    uint64_t bql;                    /* through qc_process_bql only */
    struct qc_rcu *rcu;              /* through qc_process_rcu only, which says how it is freed */
    void (*rcu_free)(struct qc_rcu *rcu);
    struct qc_peers *peers;          /* through qc_process_peers only, and the same */
    void (*peers_free)(struct qc_peers *peers);
    struct qc_coroutines *coroutines; /* through qc_process_coroutines only, and the same */
    void (*coroutines_free)(struct qc_coroutines *coroutines);
    struct qc_coroutine_layout coroutine_layout; /* through qc_coroutine_layout only */
    bool tids_looked_for;
    bool is_namespaced;              /* thread ids in memory are not those of the notes */
    struct qc_tid *tids;             /* in order of the ids in memory, where it is namespaced */
    size_t tid_count;
    struct qemucore_thread **by_lwp; /* the threads in order of their LWPs; NULL: not made yet */
    bool locks_looked_for;
    struct qc_instances locks; /* through qc_lock_instances only */
    struct qc_pointers pointers; /* made at the first search for a lock */
};

/* modules and threads outlive the process. */
enum qemucore_status qc_process_new(struct qc_modules *modules, struct qc_threads *threads,
                                    struct qc_process **ret, struct qemucore_error *error);
void qc_process_free(struct qc_process *process);

const struct qc_cpus *qc_process_cpus(struct qc_process *process);
const struct qc_iothreads *qc_process_iothreads(struct qc_process *process);

/* The root of QEMU's object tree; false: not known, and *why, where it is NULL, becomes the reason
   (malloc); why itself may be NULL. */
bool qc_process_object_root(struct qc_process *process, uint64_t *ret, char **why);

/* Begins to inflate, in the background, the debug info of the modules that stacks begin in. */
void qc_process_dwarf_begin(struct qc_process *process);

/*
 * Address of the BQL; 0: not known. By its variable; where there is no debug info, `fallback` is
 * asked, once: what threads wait for in functions that take the BQL tells where it is.
 */
typedef uint64_t qc_bql_fallback(struct qc_process *process);
uint64_t qc_process_bql(struct qc_process *process, qc_bql_fallback *fallback);

/*
 * The LWP in the dump of a thread id that the process's memory names: owners of mutexes, thread_id
 * of CPUState. They differ where a process in a PID namespace was dumped from outside of it, as by
 * gdb on the host of a container; then each thread's own descriptor says what it is called inside.
 */
int qc_process_lwp(struct qc_process *process, int tid);

/* The thread of a kernel's thread id; NULL: none in the dump. */
struct qemucore_thread *qc_process_thread(struct qc_process *process, int lwp);

/* "qemu-img", "qemu-nbd", "qemu-io", "qemu-storage-daemon": a program of QEMU's that has no guest;
   NULL: another, or not known. By the name of its file, as far as that is one of these. */
const char *qc_process_tool(const struct qc_process *process);

/* The process's first thread, which runs QEMU's main loop; NULL: not in the dump. */
struct qemucore_thread *qc_process_main_thread(struct qc_process *process);

#endif
