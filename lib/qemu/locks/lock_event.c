/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_event - what QEMU has made of bare futexes: QemuEvent and QemuLockCnt; a joined thread, and
 * a futex of somebody else
 */
#include <inttypes.h>

#include "glibc/pthread.h"
#include "qemu/locks/lock.h"

/* util/qemu-thread-posix.c, util/event.c: the values of QemuEvent.value. */
#define EV_SET 0u
#define EV_FREE 1u
#define EV_BUSY 0xffffffffu

/* util/lockcnt.c: bits 0 and 1 are the lock's state, the count is above them. */
#define LOCKCNT_STATE_MASK 3u
#define LOCKCNT_LOCKED 1u
#define LOCKCNT_WAITING 2u
#define LOCKCNT_COUNT_SHIFT 2

static bool read_word(struct qc_process *process, uint64_t address, struct qc_lock_state *state,
                      uint32_t *ret)
{
    uint64_t value;
    struct qemucore_error error;
    const struct qc_core *core = process->core;
    if (qc_image_read_number(core->image, address, 4, core->big_endian, &value, &error) !=
        QEMUCORE_OK) {
        qc_lock_absent(state, &error);
        return false;
    }
    *ret = (uint32_t)value;
    return true;
}

void qc_lock_read_event(struct qc_process *process, struct qc_lock_state *state)
{
    uint32_t value;
    uint64_t address = state->address;
    qc_field_address(process->fields, QC_FIELD_EVENT_VALUE, state->address, &address);
    if (!read_word(process, address, state, &value)) {
        return;
    }
    switch (value) {
    case EV_SET:
        state->word = "set";
        qc_lock_say(state, "set: nobody has to wait (value 0)");
        break;
    case EV_FREE:
        state->word = "free";
        qc_lock_say(state, "reset, and nobody has come to wait (value 1)");
        break;
    case EV_BUSY:
        state->word = "busy";
        qc_lock_say(state, "reset, and a thread has come to wait (value -1)");
        break;
    default:
        qc_lock_say(state, "no event: its value is 0x%" PRIx32, value);
        break;
    }
    qc_lock_add_field(state, "value", "%" PRId32, (int32_t)value);
}

void qc_lock_read_lockcnt(struct qc_process *process, struct qc_lock_state *state)
{
    uint32_t value;
    uint64_t address = state->address;
    qc_field_address(process->fields, QC_FIELD_LOCKCNT_COUNT, state->address, &address);
    if (!read_word(process, address, state, &value)) {
        return;
    }
    unsigned lock = value & LOCKCNT_STATE_MASK;
    state->locked = lock != 0;
    state->word = lock != 0 ? "locked" : "free";
    state->has_count = true;
    state->count = value >> LOCKCNT_COUNT_SHIFT;
    if (lock > LOCKCNT_WAITING) {
        qc_lock_say(state, "no lock: both of its state bits are set (value 0x%" PRIx32 ")", value);
        state->word = "unknown";
    } else {
        qc_lock_say(state, "%s, count %" PRIu64,
                    lock == 0                ? "free"
                    : lock == LOCKCNT_LOCKED ? "locked, by whom it does not say"
                                             : "locked and waited for, by whom it does not say",
                    state->count);
    }
    qc_lock_add_field(state, "count", "0x%" PRIx32, value);
}

/* address is the pthread_t. */
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
    state->word = lwp != 0 ? "running" : "ended";
    if (lwp != 0) {
        qc_lock_say(state, "LWP %d, has not ended", lwp);
    } else {
        qc_lock_say(state, "has ended");
    }
    qc_lock_add_field(state, "tid", "%d", lwp);
}

void qc_lock_read_futex(struct qc_process *process, struct qc_lock_state *state)
{
    uint32_t value;
    if (read_word(process, state->address, state, &value)) {
        qc_lock_say(state, "value 0x%" PRIx32, value);
        qc_lock_add_field(state, "value", "0x%" PRIx32, value);
    }
}
