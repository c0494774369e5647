/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/locks/lock_coroutine.h"

#include <inttypes.h>

#include "qemu/qemu_limits.h"

void qc_lock_read_co_mutex(struct qc_process *process, struct qc_lock_state *state)
{
    struct qc_fields *fields = process->fields;
    struct qemucore_error error;
    uint64_t locked;
    uint64_t value;
    uint64_t holder = 0;
    if (qc_field_number(fields, QC_FIELD_CO_MUTEX_LOCKED, state->address, &locked, &error) !=
        QEMUCORE_OK) {
        qc_lock_absent(state, &error);
        return;
    }
    qc_field_read(fields, QC_FIELD_CO_MUTEX_HOLDER, state->address, &holder);
    /* locked counts the holder and the waiters (util/qemu-coroutine-lock.c). */
    state->locked = locked != 0;
    state->status = locked != 0 ? QC_LOCK_IS_LOCKED : QC_LOCK_IS_FREE;
    state->has_recorded_waiters = true;
    state->recorded_waiters = locked != 0 ? locked - 1 : 0;
    if (locked == 0) {
        qc_lock_say(state, "free");
    } else {
        qc_lock_say(state, "held by coroutine 0x%" PRIx64 ", %" PRIu64 " more wait%s", holder,
                    locked - 1, locked == 2 ? "s" : "");
    }
    qc_lock_add_number(state, "locked", QC_FORMAT_DECIMAL, locked);
    qc_lock_add_number(state, "holder", QC_FORMAT_HEX, holder);
    if (qc_field_read(fields, QC_FIELD_CO_MUTEX_HANDOFF, state->address, &value)) {
        qc_lock_add_number(state, "handoff", QC_FORMAT_DECIMAL, value);
    }
    if (qc_field_read(fields, QC_FIELD_CO_MUTEX_CTX, state->address, &value)) {
        qc_lock_add_number(state, "ctx", QC_FORMAT_HEX, value);
    }
}

void qc_lock_read_co_queue(struct qc_process *process, struct qc_lock_state *state)
{
    struct qc_fields *fields = process->fields;
    struct qemucore_error error;
    uint64_t coroutine;
    uint64_t count = 0;
    if (qc_field_number(fields, QC_FIELD_CO_QUEUE_FIRST, state->address, &coroutine, &error) !=
        QEMUCORE_OK) {
        qc_lock_absent(state, &error);
        return;
    }
    qc_lock_add_number(state, "first", QC_FORMAT_HEX, coroutine);
    while (coroutine != 0 && count < QC_LIMIT_COROUTINES) {
        count++;
        if (!qc_field_read(fields, QC_FIELD_CO_QUEUE_NEXT, coroutine, &coroutine)) {
            break;
        }
    }
    state->status = count != 0 ? QC_LOCK_IS_WAITED : QC_LOCK_IS_IDLE;
    state->has_recorded_waiters = true;
    state->recorded_waiters = count;
    qc_lock_say(state,
                count == 0                     ? "no coroutine waits"
                : count == QC_LIMIT_COROUTINES ? "%" PRIu64 " coroutines wait, maybe more: our limit"
                                               : "%" PRIu64 " coroutines wait",
                count);
}

void qc_lock_read_co_rwlock(struct qc_process *process, struct qc_lock_state *state)
{
    struct qc_fields *fields = process->fields;
    struct qemucore_error error;
    uint64_t owners;
    uint64_t value;
    bool old = false;
    enum qemucore_status status = qc_field_number(fields, QC_FIELD_CO_RWLOCK_OWNERS,
                                                  state->address, &owners, &error);
    if (status != QEMUCORE_OK) {
        /* Up to 5.2 the member counts readers only; a writer holds the CoMutex inside. */
        old = true;
        status = qc_field_number(fields, QC_FIELD_CO_RWLOCK_READER, state->address, &owners,
                                 &error);
    }
    if (status != QEMUCORE_OK) {
        qc_lock_absent(state, &error);
        return;
    }
    int64_t count = (int64_t)owners;
    bool writer = count < 0;
    if (old && count == 0 &&
        qc_field_read(fields, QC_FIELD_CO_RWLOCK_MUTEX_LOCKED, state->address, &value)) {
        writer = value != 0;
    }
    state->locked = writer || count > 0;
    state->status = writer      ? QC_LOCK_IS_WRITE_LOCKED
                    : count > 0 ? QC_LOCK_IS_READ_LOCKED
                                : QC_LOCK_IS_FREE;
    state->has_count = true;
    state->count = count > 0 ? (uint64_t)count : 0;
    qc_lock_say(state, writer      ? "held by a writing coroutine"
                       : count > 0 ? "held by %" PRId64 " reading coroutines"
                                   : "free", count);
    qc_lock_add_number(state, old ? "reader" : "owners", QC_FORMAT_SIGNED, count);
    if (qc_field_read(fields, QC_FIELD_CO_RWLOCK_TICKETS, state->address, &value)) {
        qc_lock_add_number(state, "tickets", QC_FORMAT_HEX, value);
    }
}
