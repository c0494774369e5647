/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/locks/lock_state.h"

#include <inttypes.h>

#include "qemu/fields/list.h"

/* locked counts the holder and the waiters (util/qemu-coroutine-lock.c). From qemu_co_mutex_unlock
   until the next coroutine runs, nobody is the holder. */
static void co_mutex_say(struct qc_lock_state *state, uint64_t locked, struct qc_fact holder)
{
    if (locked == 0) {
        qc_lock_say(state, "free");
    } else if (qc_fact_is_set(holder)) {
        qc_lock_say(state, "held by coroutine 0x%" PRIx64 ", %" PRIu64 " more wait%s", holder.value,
                    locked - 1, qc_verb_s(locked - 1));
    } else {
        qc_lock_say(state, "locked; the holder is not recorded; %" PRIu64 " more wait%s",
                    locked - 1, qc_verb_s(locked - 1));
    }
}

void qc_lock_read_co_mutex(struct qc_process *process, struct qc_lock_state *state)
{
    struct qc_fields *fields = process->fields;
    uint64_t value;
    struct qc_fact locked =
        qc_fact_counter(fields, QC_FIELD_CO_MUTEX_LOCKED, state->address, &state->why_absent);
    if (!locked.is_known) {
        return;
    }
    struct qc_fact holder = qc_fact_field(fields, QC_FIELD_CO_MUTEX_HOLDER, state->address, NULL);
    state->locked = locked.value != 0;
    state->status = state->locked ? QC_LOCK_IS_LOCKED : QC_LOCK_IS_FREE;
    state->has_recorded_waiters = true;
    state->recorded_waiters = locked.value - state->locked;
    co_mutex_say(state, locked.value, holder);
    qc_lock_add_number(state, "locked", QC_FORMAT_DECIMAL, locked.value);
    if (holder.is_known) {
        qc_lock_add_number(state, "holder", QC_FORMAT_HEX, holder.value);
    }
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
    const char *why_cut = NULL;
    struct qc_list list =
        qc_list_field(fields, QC_FIELD_CO_QUEUE_FIRST, state->address, QC_FIELD_CO_QUEUE_NEXT,
                      &state->why_absent, &why_cut);
    if (!list.first.is_known) {
        return;
    }
    struct qc_fact count = qc_list_count(list);
    state->status = count.value != 0 ? QC_LOCK_IS_WAITED
                    : count.is_known ? QC_LOCK_IS_IDLE
                                     : QC_LOCK_IS_UNKNOWN;
    state->has_recorded_waiters = count.is_known;
    state->recorded_waiters = count.value;
    if (!count.is_known) {
        qc_lock_say(state, "how many coroutines wait is not known: %s", why_cut);
    } else if (count.value == 0) {
        qc_lock_say(state, "no coroutine waits");
    } else {
        qc_lock_say(state, "%" PRIu64 " coroutine%s wait%s", count.value, qc_noun_s(count.value),
                    qc_verb_s(count.value));
    }
    qc_lock_add_number(state, "first", QC_FORMAT_HEX, list.first.value);
}

static void co_rwlock_say(struct qc_lock_state *state)
{
    if (state->status == QC_LOCK_IS_WRITE_LOCKED) {
        qc_lock_say(state, "held by a writing coroutine");
    } else if (state->status == QC_LOCK_IS_READ_LOCKED) {
        qc_lock_say(state, "held by %" PRIu64 " reading coroutine%s", state->count,
                    qc_noun_s(state->count));
    } else {
        qc_lock_say(state, "free");
    }
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
    co_rwlock_say(state);
    qc_lock_add_number(state, old ? "reader" : "owners", QC_FORMAT_SIGNED, count);
    if (qc_field_read(fields, QC_FIELD_CO_RWLOCK_TICKETS, state->address, &value)) {
        qc_lock_add_number(state, "tickets", QC_FORMAT_HEX, value);
    }
}
