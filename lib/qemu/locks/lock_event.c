/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/locks/lock_state.h"

#include <inttypes.h>

#include "glibc/glibc.h"

/* util/qemu-thread-posix.c, util/event.c: the values of QemuEvent.value. */
#define EV_SET 0u
#define EV_FREE 1u
#define EV_BUSY 0xffffffffu

/* util/lockcnt.c: the lock's state, below the count. */
#define LOCKCNT_STATE_MASK 3u
#define LOCKCNT_LOCKED 1u
#define LOCKCNT_WAITING 2u

void qc_lock_read_event(struct qc_process *process, struct qc_lock_state *state)
{
    uint32_t value;
    uint64_t address = state->address;
    qc_field_address(process->fields, QC_FIELD_EVENT_VALUE, state->address, &address);
    if (!qc_lock_read_word(process, address, state, &value)) {
        return;
    }
    switch (value) {
    case EV_SET:
        state->status = QC_LOCK_IS_SET;
        qc_lock_say(state, "set: nobody has to wait (value 0)");
        break;
    case EV_FREE:
        state->status = QC_LOCK_IS_FREE;
        qc_lock_say(state, "reset, and nobody has come to wait (value 1)");
        break;
    case EV_BUSY:
        state->status = QC_LOCK_IS_BUSY;
        qc_lock_say(state, "reset, and a thread has come to wait (value -1)");
        break;
    default:
        qc_lock_say(state, "no event: its value is 0x%" PRIx32, value);
        break;
    }
    qc_lock_add_number(state, "value", QC_FORMAT_SIGNED, (int32_t)value);
}

void qc_lock_read_lockcnt(struct qc_process *process, struct qc_lock_state *state)
{
    uint32_t value;
    uint64_t address = state->address;
    qc_field_address(process->fields, QC_FIELD_LOCKCNT_COUNT, state->address, &address);
    if (!qc_lock_read_word(process, address, state, &value)) {
        return;
    }
    unsigned lock = value & LOCKCNT_STATE_MASK;
    state->locked = lock != 0;
    state->status = lock != 0 ? QC_LOCK_IS_LOCKED : QC_LOCK_IS_FREE;
    state->has_count = true;
    state->count = value >> QC_LOCKCNT_COUNT_SHIFT;
    if (lock > LOCKCNT_WAITING) {
        qc_lock_say(state, "no lock: both of its state bits are set (value 0x%" PRIx32 ")", value);
        state->status = QC_LOCK_IS_UNKNOWN;
    } else {
        qc_lock_say(state, "%s, count %" PRIu64 "%s",
                    lock == 0                ? "free"
                    : lock == LOCKCNT_LOCKED ? "locked"
                                             : "locked and waited for",
                    state->count, lock == 0 ? "" : "; the holder is not recorded");
    }
    qc_lock_add_number(state, "count", QC_FORMAT_HEX, value);
}

/* state->address is the pthread_t. */
void qc_lock_read_thread(struct qc_process *process, struct qc_lock_state *state)
{
    struct qemucore_error error;
    int lwp;
    if (qc_pthread_lwp(&process->libc, state->address, &lwp, &error) != QEMUCORE_OK) {
        qc_lock_absent(state, &error);
        return;
    }
    state->owner_lwp = lwp;
    state->locked = lwp != 0;
    state->status = lwp != 0 ? QC_LOCK_IS_RUNNING : QC_LOCK_IS_ENDED;
    if (lwp != 0) {
        qc_lock_say(state, "LWP %d, has not ended", lwp);
    } else {
        qc_lock_say(state, "has ended");
    }
    qc_lock_add_number(state, "tid", QC_FORMAT_SIGNED, lwp);
}

uint64_t qc_lock_thread_from_word(struct qc_process *process, uint64_t word)
{
    return qc_pthread_from_join_word(&process->libc, word);
}

void qc_lock_read_futex(struct qc_process *process, struct qc_lock_state *state)
{
    uint32_t value;
    if (qc_lock_read_word(process, state->address, state, &value)) {
        qc_lock_say(state, "value 0x%" PRIx32, value);
        qc_lock_add_number(state, "value", QC_FORMAT_HEX, value);
    }
}
