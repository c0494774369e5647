/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/locks/lock_state.h"

#include <inttypes.h>

#include "base/base.h"
#include "glibc/glibc.h"

/* QemuCond.cond is its first member. */
void qc_lock_read_cond(struct qc_process *process, struct qc_lock_state *state)
{
    struct qc_cond cond;
    struct qemucore_error error;
    uint64_t address = state->address;
    if (state->kind == QC_LOCK_QEMU_COND) {
        qc_field_address(process->fields, QC_FIELD_COND_COND, state->address, &address);
    }
    if (qc_cond_read(&process->libc, address, &cond, &error) != QEMUCORE_OK) {
        qc_lock_absent(state, &error);
        return;
    }
    state->status = cond.waiters != 0 ? QC_LOCK_IS_WAITED : QC_LOCK_IS_IDLE;
    state->has_recorded_waiters = true;
    state->recorded_is_exact = cond.sane;
    state->recorded_waiters = cond.waiters;
    state->signalled = cond.signalled;
    state->mutex = cond.mutex;
    if (cond.waiters == 0) {
        qc_lock_say(state, "nobody waits");
    } else if (cond.signalled != 0) {
        qc_lock_say(state, "%u waiter%s, %u of them signalled, but not run yet", cond.waiters,
                    qc_noun_s(cond.waiters), cond.signalled);
    } else {
        qc_lock_say(state, "%u waiter%s", cond.waiters, qc_noun_s(cond.waiters));
    }
    for (size_t i = 0; i < cond.field_count; i++) {
        qc_lock_add_number(state, cond.fields[i].name, QC_FORMAT_DECIMAL, cond.fields[i].value);
    }
    qc_lock_add_text(state, "clock", "%s", cond.monotonic ? "CLOCK_MONOTONIC" : "CLOCK_REALTIME");
    if (cond.process_shared) {
        qc_lock_add_text(state, "shared", "yes");
    }
}

static void say_count(struct qc_lock_state *state, uint64_t count)
{
    state->status = count == 0 ? QC_LOCK_IS_ZERO : QC_LOCK_IS_AVAILABLE;
    state->has_count = true;
    state->count = count;
    qc_lock_say(state, "count %" PRIu64, count);
    qc_lock_add_number(state, "count", QC_FORMAT_DECIMAL, count);
}

static void read_sem(struct qc_process *process, uint64_t address, struct qc_lock_state *state)
{
    struct qc_semaphore semaphore;
    struct qemucore_error error;
    if (qc_semaphore_read(&process->libc, address, &semaphore, &error) != QEMUCORE_OK) {
        qc_lock_absent(state, &error);
        return;
    }
    say_count(state, semaphore.value);
    state->has_recorded_waiters = true;
    state->recorded_waiters = semaphore.waiters;
    qc_lock_add_number(state, "nwaiters", QC_FORMAT_DECIMAL, semaphore.waiters);
}

/* sem_t up to QEMU 7.0; since then a count with a mutex and a condition (f9fc8932b1). */
void qc_lock_read_semaphore(struct qc_process *process, struct qc_lock_state *state)
{
    struct qc_fields *fields = process->fields;
    struct qemucore_error error;
    uint64_t address;
    uint64_t count;
    if (state->kind == QC_LOCK_SEM) {
        read_sem(process, state->address, state);
        return;
    }
    if (qc_field_address(fields, QC_FIELD_SEM_SEM, state->address, &address)) {
        read_sem(process, address, state);
        return;
    }
    if (qc_field_number(fields, QC_FIELD_SEM_COUNT, state->address, &count, &error) !=
        QEMUCORE_OK) {
        qc_lock_absent(state, &error);
        return;
    }
    say_count(state, count);
    qc_field_address(fields, QC_FIELD_SEM_MUTEX, state->address, &state->mutex);
    if (qc_field_address(fields, QC_FIELD_SEM_COND, state->address, &state->inner_cond)) {
        struct qc_lock_state cond = {.keeper = process->fields,
                                     .kind = QC_LOCK_QEMU_COND,
                                     .address = state->inner_cond};
        qc_lock_read_cond(process, &cond);
        state->has_recorded_waiters = cond.has_recorded_waiters;
        state->recorded_waiters = cond.recorded_waiters;
        state->recorded_is_exact = cond.recorded_is_exact;
        state->signalled = cond.signalled;
        qc_vec_free(&cond.fields);
    }
}

uint64_t qc_lock_cond_from_word(struct qc_process *process, uint64_t word)
{
    return qc_cond_from_word(&process->libc, word, (unsigned)process->threads->count);
}

uint64_t qc_lock_sem_from_word(struct qc_process *process, uint64_t word)
{
    return qc_semaphore_from_word(&process->libc, word);
}

uint64_t qc_lock_semaphore_from_word(struct qc_process *process, uint64_t word)
{
    uint64_t offset;
    if (qc_field_address(process->fields, QC_FIELD_SEM_SEM, 0, &offset)) {
        return qc_lock_sem_from_word(process, word) - offset;
    }
    uint64_t cond = qc_lock_cond_from_word(process, word);
    return cond != 0 && qc_field_address(process->fields, QC_FIELD_SEM_COND, 0, &offset)
               ? cond - offset
               : 0;
}
