/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * process - the QEMU process: what all code that knows QEMU shares
 *
 * Each part is found when it is first asked for.
 */
#pragma once

#include "glibc/glibc.h"
#include "qemu/fields/fields.h"
#include "qemu/fields/pointers.h"
#include "qemu/threads/coroutine_layout.h"
#include "qemu/threads/cpu.h"
#include "qemu/threads/iothread.h"
#include "qemu/threads/threads.h"
#include "values/values.h"

struct qc_tid {
    int tid; /* id of a thread in the process's memory */
    int lwp; /* id of the same thread in the dump's notes */
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
    struct qc_cpus cpus;         /* use qc_process_cpus */
    bool iothreads_looked_for;
    struct qc_iothreads iothreads; /* use qc_process_iothreads */
    bool threads_are_named; /* qc_process_name_threads was called */
    bool threads_are_counted; /* the dump has as many threads as the C library counts */
    bool bql_looked_for;
    uint64_t bql;                    /* use qc_process_bql */
    struct qc_rcu *rcu;              /* use qc_process_rcu, which sets rcu_free */
    void (*rcu_free)(struct qc_rcu *rcu);
    struct qc_peers *peers;          /* use qc_process_peers, which sets peers_free */
    void (*peers_free)(struct qc_peers *peers);
    struct qc_coroutines *coroutines; /* use qc_process_coroutines, which sets coroutines_free */
    void (*coroutines_free)(struct qc_coroutines *coroutines);
    struct qc_coroutine_layout coroutine_layout; /* use qc_coroutine_layout */
    bool tids_looked_for;
    bool is_namespaced;              /* thread ids in memory differ from those in the notes */
    struct qc_tid *tids;             /* in order of tid; empty unless is_namespaced */
    size_t tid_count;
    struct qemucore_thread **by_lwp; /* the threads in order of their LWPs; NULL: not sorted yet */
    bool locks_looked_for;
    struct qc_instances locks; /* use qc_lock_instances */
    struct qc_pointers pointers; /* filled by the first search for a lock */
};

/* modules and threads must outlive the process. */
enum qemucore_status qc_process_new(struct qc_modules *modules, struct qc_threads *threads,
                                    struct qc_process **ret, struct qemucore_error *error);
void qc_process_free(struct qc_process *process);

const struct qc_cpus *qc_process_cpus(struct qc_process *process);
const struct qc_iothreads *qc_process_iothreads(struct qc_process *process);

/* Finds the root of QEMU's object tree. False: not known; *why, if NULL, becomes the reason;
   why may be NULL. */
bool qc_process_object_root(struct qc_process *process, uint64_t *ret, const char **why);

/* Starts to decompress, in the background, the debug info of the modules that hold the threads'
   program counters. */
void qc_process_dwarf_begin(struct qc_process *process);

/*
 * Address of the BQL, by its variable; 0: not known. If the variable is not found, `fallback` is
 * called once: it finds the BQL by what threads wait for in functions that take the BQL.
 */
typedef uint64_t qc_bql_fallback(struct qc_process *process);
uint64_t qc_process_bql(struct qc_process *process, qc_bql_fallback *fallback);

/*
 * Translates a thread id in the process's memory (owner of a mutex, CPUState.thread_id) into the
 * LWP in the dump. They differ if a process in a PID namespace was dumped from outside of it, as by
 * gdb on the host of a container. Then each thread's descriptor has its id inside.
 */
int qc_process_lwp(struct qc_process *process, int tid);

/* Returns the thread of an LWP; NULL: not in the dump. */
struct qemucore_thread *qc_process_thread(struct qc_process *process, int lwp);

/* Returns which of QEMU's programs without a guest it is: "qemu-img", "qemu-nbd", "qemu-io" or
   "qemu-storage-daemon". NULL: another program, or not known. Compares the start of the file's
   name. */
const char *qc_process_tool(const struct qc_process *process);

/* The process's first thread, which runs QEMU's main loop; NULL: not in the dump. */
struct qemucore_thread *qc_process_main_thread(struct qc_process *process);

/* A dump by the kernel or gdb has all of them. Some of their notes may be damaged, another program
   may have left them out, or the process may be the child of a vfork(), which has one thread and
   its parent's memory. The C library counts the threads that pthread_create() made. */

/* Compares the threads with the C library's count. Reports those that the dump lacks among what is
   missing from the core. Threads have their roles. */
void qc_thread_count_check(struct qc_process *process);

/* Tells whether a thread that is not in the dump did not exist: the C library's count says so or,
   if it is not known, nothing is missing from the core. Threads are named
   (qc_process_name_threads). */
bool qc_thread_count_is_whole(const struct qc_process *process);
