/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * api_codes - the words of the public header as enumerators: a typo in a caller does not compile
 *
 * The API returns the enums of the floors below as words. The public code of a word is its index in
 * a table here, which only grows at its end.
 */
#include <string.h>

#include "api/handle.h"

struct words {
    const char *const *list; /* by code; 0 is "unknown" */
    size_t count;
};

#define WORDS(...)                                                                                \
    {                                                                                             \
        (const char *const[]){"unknown", __VA_ARGS__},                                            \
            sizeof((const char *const[]){"unknown", __VA_ARGS__}) / sizeof(const char *)          \
    }

static int code_of(const struct words *words, const char *word)
{
    for (size_t i = 1; word != NULL && i < words->count; i++) {
        if (strcmp(words->list[i], word) == 0) {
            return (int)i;
        }
    }
    return 0;
}

static const char *word_of(const struct words *words, int code)
{
    return words->list[code > 0 && (size_t)code < words->count ? code : 0];
}

/* Define exported functions over a table: an object's code, by its word; the word of a code. */
#define CODE_OF(enumeration, name, owner, words, word)            \
    QC_EXPORT enum enumeration name(const struct owner *object)   \
    {                                                             \
        return (enum enumeration)code_of(&(words), word(object)); \
    }
#define NAME_OF(enumeration, name, words)             \
    QC_EXPORT const char *name(enum enumeration code) \
    {                                                 \
        return word_of(&(words), (int)code);          \
    }

static const struct words role_words = WORDS(
    "main", "main_loop", "kernel", "vcpu", "iothread", "thread_context", "call_rcu", "worker",
    "vnc_worker", "migration", "migration_snapshot", "migration_return_path", "multifd_send",
    "multifd_recv", "multifd_tls", "migration_compress", "migration_decompress", "postcopy_fault",
    "postcopy_preempt", "postcopy_listen", "colo", "dirty_rate", "kvm_reaper", "kvm_msr",
    "touch_pages", "io_task", "nbd_connect", "dump", "signalfd", "device", "crypto", "trace",
    "spice", "glib");

CODE_OF(qemucore_role, qemucore_thread_role_code, qemucore_thread, role_words, qemucore_thread_role)
NAME_OF(qemucore_role, qemucore_role_name, role_words)

static const struct words lock_kind_words = WORDS(
    "pthread_mutex_t", "pthread_cond_t", "pthread_rwlock_t", "sem_t", "QemuMutex", "QemuRecMutex",
    "QemuCond", "QemuSemaphore", "QemuEvent", "QemuLockCnt", "QemuSpin", "CoMutex", "CoQueue",
    "CoRwlock", "thread", "futex");

CODE_OF(qemucore_lock_kind_code, qemucore_lock_kind_code, qemucore_lock,
        lock_kind_words, qemucore_lock_kind)
CODE_OF(qemucore_lock_kind_code, qemucore_wait_kind_code, qemucore_wait,
        lock_kind_words, qemucore_wait_kind)
NAME_OF(qemucore_lock_kind_code, qemucore_lock_kind_name, lock_kind_words)

static const struct words lock_state_words = WORDS(
    "free", "locked", "read-locked", "write-locked", "destroyed", "idle", "waited", "zero",
    "available", "set", "busy", "running", "ended");

CODE_OF(qemucore_lock_state_code, qemucore_lock_state_code, qemucore_lock,
        lock_state_words, qemucore_lock_state)
NAME_OF(qemucore_lock_state_code, qemucore_lock_state_name, lock_state_words)

static const struct words anomaly_kind_words = WORDS(
    "owner-died", "owner-gone", "locked-without-owner", "waiters-on-free-mutex", "self-deadlock",
    "signalled-not-run", "cond-waiters-differ", "semaphore-posted-with-waiter",
    "event-set-with-waiter");

CODE_OF(qemucore_anomaly_kind_code, qemucore_anomaly_kind_code, qemucore_anomaly,
        anomaly_kind_words, qemucore_anomaly_kind)
NAME_OF(qemucore_anomaly_kind_code, qemucore_anomaly_kind_name, anomaly_kind_words)

static const struct words coroutine_state_words = WORDS(
    "running", "entered", "scheduled", "sleeping", "suspended", "idle");

CODE_OF(qemucore_coroutine_state_code, qemucore_coroutine_state_code, qemucore_coroutine,
        coroutine_state_words, qemucore_coroutine_state)
NAME_OF(qemucore_coroutine_state_code, qemucore_coroutine_state_name, coroutine_state_words)

static const struct words coroutine_wait_kind_words = WORDS(
    "thread", "coroutine", "event-loop", "lock", "graph-lock", "channel", "worker", "kernel",
    "timer", "job", "breakpoint", "command", "connection", "task", "driver");

QC_EXPORT enum qemucore_coroutine_wait_kind_code
qemucore_coroutine_wait_kind_code(struct qemucore *core, const struct qemucore_coroutine *coroutine)
{
    const char *word = qemucore_coroutine_wait_kind(core, coroutine);
    return (enum qemucore_coroutine_wait_kind_code)code_of(&coroutine_wait_kind_words, word);
}

NAME_OF(qemucore_coroutine_wait_kind_code, qemucore_coroutine_wait_kind_name,
        coroutine_wait_kind_words)

static const struct words vcpu_place_words = WORDS("guest", "parked", "qemu", "turn");

CODE_OF(qemucore_vcpu_place_code, qemucore_vcpu_place_code, qemucore_vcpu,
        vcpu_place_words, qemucore_vcpu_place)
NAME_OF(qemucore_vcpu_place_code, qemucore_vcpu_place_name, vcpu_place_words)

static const struct words main_loop_place_words = WORDS(
    "starting", "poll", "nested", "callback", "lock");

QC_EXPORT enum qemucore_main_loop_place_code qemucore_main_loop_place_code(struct qemucore *core)
{
    const char *word = qemucore_main_loop_place(core, NULL);
    return (enum qemucore_main_loop_place_code)code_of(&main_loop_place_words, word);
}

NAME_OF(qemucore_main_loop_place_code, qemucore_main_loop_place_name, main_loop_place_words)

static const struct words bql_state_words = WORDS("free", "held");

QC_FINDER(enum qemucore_bql_state_code, qemucore_bql_state_code, qemucore,
          (enum qemucore_bql_state_code)code_of(&bql_state_words, qemucore_bql_state(object, NULL)))

NAME_OF(qemucore_bql_state_code, qemucore_bql_state_name, bql_state_words)

static const struct words rcu_state_words = WORDS("idle", "grace-period", "blocked", "callbacks");

QC_FINDER(enum qemucore_rcu_state_code, qemucore_rcu_state_code, qemucore,
          (enum qemucore_rcu_state_code)code_of(&rcu_state_words, qemucore_rcu_state(object, NULL)))

NAME_OF(qemucore_rcu_state_code, qemucore_rcu_state_name, rcu_state_words)

static const struct words peer_kind_words = WORDS(
    "file", "device", "nbd", "migration-destination", "migration-source", "dump", "vhost-user",
    "monitor", "chardev", "chardev-file", "chardev-log", "vnc", "netdev", "listener", "kvm",
    "kvm-vm", "kvm-vcpu", "io-uring", "epoll", "eventfd", "signalfd", "handler", "channel");

CODE_OF(qemucore_peer_kind_code, qemucore_peer_kind_code, qemucore_peer,
        peer_kind_words, qemucore_peer_kind)
NAME_OF(qemucore_peer_kind_code, qemucore_peer_kind_name, peer_kind_words)

/* ---- words whose codes are computed in other files ------------------------------------------ */

static const struct words wait_state_words = WORDS("running", "syscall", "blocked", "kernel");

NAME_OF(qemucore_wait_state_code, qemucore_wait_state_name, wait_state_words)

static const struct words file_state_words = WORDS("used", "unverified", "other", "absent");

NAME_OF(qemucore_file_state, qemucore_file_state_name, file_state_words)

QC_EXPORT const char *qemucore_severity_name(enum qemucore_severity severity)
{
    static const char *const names[] = {"normal", "warning", "waiting", "stuck", "crash"};
    return (unsigned)severity > QEMUCORE_SEVERITY_CRASH ? "unknown" : names[severity];
}

QC_EXPORT const char *qemucore_object_kind_name(enum qemucore_object_kind kind)
{
    static const char *const names[] = {"other",   "integer",     "character", "boolean",
                                        "pointer", "enumeration", "structure", "array"};
    return (unsigned)kind > QEMUCORE_OBJECT_ARRAY ? "unknown" : names[kind];
}
