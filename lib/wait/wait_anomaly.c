/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_graph.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/base.h"
#include "qemu/qemu.h"
#include "wait/wait_limits.h"

/* A thread that is awake inside the C library's functions for a mutex: what is odd about that mutex
   is no longer so when the thread has gone on. */
struct mutex_user {
    bool knows_mutex;
    uint64_t mutex;
};

struct finder {
    struct qc_wait_graph *graph;
    bool mutex_users_looked_for;
    QC_VEC(struct mutex_user) mutex_users;
    bool is_cond_in_use; /* a thread is entering or leaving a condition's wait: the condition may
                            count it, though it does not sleep there */
    bool failed;
};

__attribute__((format(printf, 5, 6)))
static void anomaly_add(struct finder *finder, enum qc_anomaly_kind kind,
                        struct qemucore_lock *lock, struct qemucore_thread *thread,
                        const char *format, ...)
{
    struct qemucore_anomaly *anomaly = qc_vec_add(&finder->graph->anomalies);
    if (anomaly == NULL) {
        finder->failed = true;
        return;
    }
    anomaly->kind = kind;
    anomaly->lock = lock;
    anomaly->thread = thread;
    anomaly->sentence =
        qc_fields_keep(finder->graph->process->fields, QC_FORMATTED(format));
    finder->failed |= anomaly->sentence == NULL;
}

/* Whether a waiter sleeps and was not woken: its system call has no result yet. */
static bool is_asleep(const struct qc_wait_graph *graph, const struct qemucore_thread *waiter)
{
    const struct qemucore_wait *wait = &graph->waits->items[waiter->index];
    return wait->in_syscall && wait->syscall.interrupted;
}

static size_t sleeper_count(const struct qc_wait_graph *graph, const struct qemucore_lock *lock)
{
    size_t count = 0;
    for (size_t i = 0; i < lock->waiters.count; i++) {
        count += is_asleep(graph, lock->waiters.items[i]);
    }
    return count;
}

static struct qemucore_thread *only_waiter(const struct qemucore_lock *lock)
{
    return lock->waiters.count == 1 ? lock->waiters.items[0] : NULL;
}

/* ---- mutexes and read-write locks ----------------------------------------------------------- */

/* Returns the innermost frame of one of the functions, which NULL ends. */
static struct qemucore_frame *innermost_of(struct qc_stack *stack, const char *const *functions)
{
    return qc_find(stack->frames.items, qc_min(stack->frames.count, QC_LIMIT_WAIT_FRAMES), frame,
                   qc_frame_is_one_of_libc(frame, functions));
}

static void mutex_user_add(struct finder *finder, struct qc_stack *stack)
{
    static const char *const mutexes[] = {
        "pthread_mutex_lock", "pthread_mutex_trylock", "pthread_mutex_cond_lock",
        "pthread_mutex_unlock", "pthread_mutex_unlock_usercnt", "qemu_mutex_lock_impl",
        "qemu_mutex_unlock_impl", NULL,
    };
    static const char *const conditions[] = {
        "qemu_cond_wait_impl", "qemu_cond_timedwait_impl", "qemu_cond_timedwait_ts",
        "pthread_cond_wait", "pthread_cond_timedwait", "pthread_cond_timedwait64",
        "pthread_cond_clockwait", "pthread_cond_clockwait64", NULL,
    };
    struct qemucore_frame *frame = innermost_of(stack, mutexes);
    struct mutex_user *mutex_user = frame == NULL ? NULL : qc_vec_add(&finder->mutex_users);
    if (mutex_user != NULL) {
        mutex_user->knows_mutex = qc_frame_variable(frame, "mutex", &mutex_user->mutex);
    }
    finder->failed |= frame != NULL && mutex_user == NULL;
    finder->is_cond_in_use |= innermost_of(stack, conditions) != NULL;
}

/* Looks at the stacks of all threads that are awake, once: they are few. */
static void mutex_users_find(struct finder *finder)
{
    const struct qc_threads *threads = finder->graph->process->threads;
    for (size_t i = 0; !finder->mutex_users_looked_for && i < threads->count; i++) {
        const struct qemucore_wait *wait = &finder->graph->waits->items[i];
        if (wait->state != QC_WAIT_BLOCKED || !is_asleep(finder->graph, wait->thread)) {
            mutex_user_add(finder, qc_thread_stack(&threads->items[i]));
        }
    }
    finder->mutex_users_looked_for = true;
}

static bool is_mutex_in_use(struct finder *finder, const struct qemucore_lock *lock)
{
    mutex_users_find(finder);
    return qc_vec_any(&finder->mutex_users, mutex_user,
                      !mutex_user->knows_mutex || mutex_user->mutex == lock->address);
}

static bool is_cond_in_use(struct finder *finder)
{
    mutex_users_find(finder);
    return finder->is_cond_in_use;
}

static void owner_check(struct finder *finder, struct qemucore_lock *lock)
{
    const struct qc_lock_state *state = &lock->state;
    size_t count = lock->waiters.count;
    if (state->owner_died) {
        anomaly_add(finder, QC_ANOMALY_OWNER_DIED, lock, lock->owner,
                    "the owner of this robust mutex died holding it, and nobody has made it "
                    "consistent since; %zu thread%s wait%s for it",
                    count, qc_noun_s(count), qc_verb_s(count));
    } else if (state->owner_lwp != 0 && lock->owner == NULL) {
        anomaly_add(finder, QC_ANOMALY_OWNER_GONE, lock, NULL,
                    "held by LWP %d, which is not in the dump%s; %zu thread%s wait%s for it",
                    state->owner_lwp,
                    qc_thread_count_is_whole(finder->graph->process)
                        ? ": it has ended without unlocking it"
                        : ", and a part of the dump is missing",
                    count, qc_noun_s(count), qc_verb_s(count));
    } else if (state->locked && state->owner_lwp == 0 && qc_lock_is_mutex(lock->kind) &&
               !is_mutex_in_use(finder, lock)) {
        anomaly_add(finder, QC_ANOMALY_LOCKED_WITHOUT_OWNER, lock, NULL,
                    "locked, but it names no owner: it is being taken or given up at that moment, "
                    "or its memory was overwritten");
    }
}

static void waiters_check(struct finder *finder, struct qemucore_lock *lock)
{
    const struct qc_lock_state *state = &lock->state;
    size_t count = lock->waiters.count;
    /* A single waiter that was woken is enough: it takes the mutex, and wakes the next one. */
    if (qc_lock_is_mutex(lock->kind) && state->status == QC_LOCK_IS_FREE && !state->owner_died &&
        count != 0 && sleeper_count(finder->graph, lock) == count &&
        !is_mutex_in_use(finder, lock)) {
        anomaly_add(finder, QC_ANOMALY_WAITERS_ON_FREE_MUTEX, lock, only_waiter(lock),
                    "nobody holds it, and %zu thread%s sleep%s on it: a wake-up was lost, or is on "
                    "its way at that moment",
                    count, qc_noun_s(count), qc_verb_s(count));
    }
    for (size_t i = 0; lock->owner != NULL && i < count; i++) {
        if (lock->waiters.items[i] == lock->owner) {
            QC_FREE char *who = qc_thread_label(lock->owner);
            anomaly_add(finder, QC_ANOMALY_SELF_DEADLOCK, lock, lock->owner,
                        "%s waits for a lock that it holds itself", qc_str_or(who, "?"));
        }
    }
}

/* ---- conditions, semaphores, events --------------------------------------------------------- */

static void signal_check(struct finder *finder, struct qemucore_lock *lock)
{
    const struct qc_lock_state *state = &lock->state;
    size_t found = lock->waiters.count;
    size_t sleepers = sleeper_count(finder->graph, lock);
    /* Waiters that were woken and have not run yet account for signals. */
    if (state->signalled > found - sleepers && sleepers != 0) {
        anomaly_add(finder, QC_ANOMALY_SIGNALLED_NOT_RUN, lock, only_waiter(lock),
                    "%" PRIu64 " of its waiters %s been signalled, and %s on: the wake-up was lost, "
                    "or is on its way at that moment",
                    state->signalled, state->signalled == 1 ? "has" : "have",
                    state->signalled == 1 ? "sleeps" : "sleep");
    } else if (qc_lock_is_cond(lock->kind) && state->recorded_is_exact &&
               state->recorded_waiters != found && !is_cond_in_use(finder)) {
        anomaly_add(finder, QC_ANOMALY_COND_WAITERS_DIFFER, lock, NULL,
                    "it counts %" PRIu64 " waiter%s, and %zu thread%s sleep%s on it",
                    state->recorded_waiters, qc_noun_s((size_t)state->recorded_waiters), found,
                    qc_noun_s(found), qc_verb_s(found));
    }
}

static void semaphore_check(struct finder *finder, struct qemucore_lock *lock)
{
    const struct qc_lock_state *state = &lock->state;
    size_t sleepers = sleeper_count(finder->graph, lock);
    if (state->has_count && state->count >= sleepers && sleepers != 0 && state->signalled == 0) {
        anomaly_add(finder, QC_ANOMALY_SEMAPHORE_POSTED_WITH_WAITER, lock, only_waiter(lock),
                    "its count is %" PRIu64 ", and %zu thread%s sleep%s on it: a wake-up was lost, "
                    "or is on its way at that moment",
                    state->count, sleepers, qc_noun_s(sleepers), qc_verb_s(sleepers));
    }
}

static void event_check(struct finder *finder, struct qemucore_lock *lock)
{
    size_t sleepers = sleeper_count(finder->graph, lock);
    if (lock->state.status == QC_LOCK_IS_SET && sleepers != 0) {
        anomaly_add(finder, QC_ANOMALY_EVENT_SET_WITH_WAITER, lock, only_waiter(lock),
                    "it is set, and %zu thread%s sleep%s in it: a wake-up was lost, or is on its "
                    "way at that moment",
                    sleepers, qc_noun_s(sleepers), qc_verb_s(sleepers));
    }
}

bool qc_wait_anomalies_find(struct qc_wait_graph *graph)
{
    struct finder finder = {.graph = graph};
    qc_vec_each(&graph->locks, lock) {
        /* A joined thread is not a lock. */
        if (lock->kind != QC_LOCK_THREAD) {
            owner_check(&finder, lock);
            waiters_check(&finder, lock);
        }
        signal_check(&finder, lock);
        if (qc_lock_types[lock->kind].detail == QC_DETAIL_COUNT) {
            semaphore_check(&finder, lock);
        }
        event_check(&finder, lock);
    }
    qc_vec_free(&finder.mutex_users);
    return !finder.failed;
}
