/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/rcu.h"

#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "qemu/locks/lock.h"
#include "qemu/qemu_limits.h"
#include "qemu/threads/frames.h"

/* rcu_read_lock copies the counter through an unsigned int. */
#define COUNTER_BITS 0xffffffffu

static void rcu_set(struct qc_rcu *rcu, enum qc_rcu_state state, const char *sentence)
{
    rcu->state = state;
    rcu->sentence = sentence;
}

static bool in_function(struct qemucore_thread *thread, const char *function)
{
    return qc_frames_find(qc_thread_stack(thread), function) != NULL;
}

/* The thread that waits for readers holds rcu_sync_lock; others may wait for that lock here. */
static bool is_synchronizer(struct qc_process *process, struct qemucore_thread *thread)
{
    uint64_t address;
    struct qc_lock_state lock;
    if (in_function(thread, "wait_for_readers")) {
        return true;
    }
    if (!in_function(thread, "synchronize_rcu") ||
        !qc_variable_address(process->fields, QC_VARIABLE_RCU_SYNC_LOCK, NULL, &address)) {
        return false;
    }
    qc_lock_read(process, QC_LOCK_QEMU_MUTEX, address, &lock);
    bool holds = lock.owner_lwp == thread->core_thread->lwp;
    qc_vec_free(&lock.fields);
    return holds;
}

static void threads_find(struct qc_process *process, struct qc_rcu *rcu)
{
    qc_vec_each(process->threads, thread) {
        if (thread->role == QC_ROLE_CALL_RCU) {
            rcu->call_rcu = thread;
        }
        if (is_synchronizer(process, thread)) {
            rcu->synchronizer = thread;
        }
    }
}

static void readers_find(struct qc_process *process, struct qc_rcu *rcu)
{
    struct qc_fields *fields = process->fields;
    qc_vec_each(process->threads, thread) {
        uint64_t reader;
        uint64_t counter;
        uint64_t depth = 0;
        if (thread->role == QC_ROLE_KERNEL) {
            continue;
        }
        if (!qc_variable_address(fields, QC_VARIABLE_RCU_READER, thread->core_thread, &reader) ||
            !qc_field_read(fields, QC_FIELD_RCU_READER_CTR, reader, &counter)) {
            rcu->lacks_readers = true;
            continue;
        }
        qc_field_read(fields, QC_FIELD_RCU_READER_DEPTH, reader, &depth);
        if (counter == 0 && depth == 0) {
            continue;
        }
        struct qc_rcu_reader *added = qc_vec_add(&rcu->readers);
        if (added == NULL) {
            return;
        }
        *added = (struct qc_rcu_reader){
            .thread = thread,
            .counter = counter,
            .depth = (unsigned)depth,
            .blocking = rcu->synchronizer != NULL && rcu->has_counter && counter != 0 &&
                        thread != rcu->synchronizer &&
                        (counter & COUNTER_BITS) != (rcu->counter & COUNTER_BITS),
        };
    }
}

static uint64_t blocking_count(const struct qc_rcu *rcu)
{
    uint64_t count = 0;
    for (size_t i = 0; i < rcu->readers.count; i++) {
        count += rcu->readers.items[i].blocking;
    }
    return count;
}

static void grace_period_classify(struct qc_fields *fields, struct qc_rcu *rcu)
{
    uint64_t blocking = blocking_count(rcu);
    rcu_set(rcu, blocking == 0 ? QC_RCU_GRACE_PERIOD : QC_RCU_BLOCKED,
            blocking == 0 && rcu->lacks_readers
                ? "a grace period is under way; not every thread's rcu_reader is known, and so it "
                  "is not known who holds it up"
            : blocking == 0 ? "a grace period is under way; no reader holds it up"
            : blocking == 1
                ? "a grace period is under way and waits for one reader"
                : qc_fields_format(fields,
                                   "a grace period is under way and waits for %" PRIu64 " readers",
                                   blocking));
}

/* call_rcu_thread sleeps on its event, or works on a batch. */
static void rcu_classify(struct qc_fields *fields, struct qc_rcu *rcu)
{
    if (rcu->synchronizer != NULL) {
        grace_period_classify(fields, rcu);
    } else if (rcu->call_rcu == NULL) {
        rcu_set(rcu, QC_RCU_UNKNOWN, "call_rcu's thread was not found among the stacks");
    } else if (in_function(rcu->call_rcu, "qemu_event_wait") && rcu->has_call_count &&
               rcu->call_count != 0) {
        /* It was woken but has not run, or is in the loop that waits for a node to be linked. */
        rcu_set(rcu, QC_RCU_CALLBACKS,
                qc_fields_format(
                    fields,
                    "%" PRId64 " callback%s queued, and call_rcu sleeps on its event: it is about "
                    "to run, or waits for a thread that is about to queue one",
                    rcu->call_count, rcu->call_count == 1 ? " is" : "s are"));
    } else if (in_function(rcu->call_rcu, "qemu_event_wait")) {
        rcu_set(rcu, QC_RCU_IDLE,
                rcu->has_call_count ? "no callback is queued, and call_rcu waits for one"
                                    : "call_rcu waits for a callback");
    } else if (in_function(rcu->call_rcu, "bql_lock_impl") ||
               in_function(rcu->call_rcu, "qemu_mutex_lock_iothread_impl") ||
               in_function(rcu->call_rcu, "qemu_mutex_lock_impl")) {
        rcu_set(rcu, QC_RCU_BLOCKED, "call_rcu waits for a mutex, before a callback or inside one");
    } else if (in_function(rcu->call_rcu, "g_usleep")) {
        rcu_set(rcu, QC_RCU_IDLE, "call_rcu gathers callbacks for its next batch");
    } else {
        rcu_set(rcu, QC_RCU_CALLBACKS, "call_rcu runs callbacks");
    }
}

static void call_count_read(struct qc_fields *fields, struct qc_rcu *rcu)
{
    uint64_t count;
    if (!qc_variable_read(fields, QC_VARIABLE_RCU_CALL_COUNT, NULL, &count)) {
        return;
    }
    if (count > QC_LIMIT_COUNTED) {
        qc_fields_doubt(fields, QEMUCORE_CORRUPT, "rcu_call_count is %" PRId32, (int32_t)count);
        return;
    }
    rcu->has_call_count = true;
    rcu->call_count = (int64_t)count;
}

static void rcu_find(struct qc_process *process, struct qc_rcu *ret)
{
    struct qc_fields *fields = process->fields;
    ret->has_counter = qc_variable_read(fields, QC_VARIABLE_RCU_GP_CTR, NULL, &ret->counter);
    call_count_read(fields, ret);
    qc_variable_address(fields, QC_VARIABLE_RCU_GP_EVENT, NULL, &ret->gp_event);
    qc_variable_address(fields, QC_VARIABLE_RCU_CALL_READY_EVENT, NULL, &ret->call_ready_event);
    threads_find(process, ret);
    readers_find(process, ret);
    rcu_classify(fields, ret);
}

static void rcu_free(struct qc_rcu *rcu)
{
    qc_vec_free(&rcu->readers);
    free(rcu);
}

const struct qc_rcu *qc_process_rcu(struct qc_process *process)
{
    static const struct qc_rcu unknown; /* no memory */
    if (process->rcu == NULL) {
        process->rcu = calloc(1, sizeof(*process->rcu));
        if (process->rcu == NULL) {
            return &unknown;
        }
        process->rcu_free = rcu_free;
        rcu_find(process, process->rcu);
    }
    return process->rcu;
}

QC_DEFINE_WORDS(qc_rcu_state_name, enum qc_rcu_state, QC_RCU_STATES)
