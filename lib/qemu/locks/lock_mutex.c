/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/locks/lock_state.h"

#include <inttypes.h>

#include "base/base.h"
#include "glibc/glibc.h"

/* Returns the address of the pthread_mutex_t. */
static uint64_t mutex_address(struct qc_process *process, const struct qc_lock_state *state)
{
    uint64_t address = state->address;
    if (state->kind == QC_LOCK_QEMU_MUTEX) {
        qc_field_address(process->fields, QC_FIELD_MUTEX_LOCK, state->address, &address);
    } else if (state->kind == QC_LOCK_QEMU_REC_MUTEX) {
        qc_field_address(process->fields, QC_FIELD_REC_MUTEX_LOCK, state->address, &address);
    }
    return address;
}

static void mutex_say(struct qc_lock_state *state, const struct qc_mutex *mutex)
{
    if (mutex->destroyed) {
        state->status = QC_LOCK_IS_DESTROYED;
        qc_lock_say(state, "destroyed");
    } else if (!mutex->sane) {
        qc_lock_say(state, "no mutex: its lock is %" PRId32 ", its kind %" PRId32, mutex->lock,
                    mutex->kind);
    } else if (!mutex->locked) {
        state->status = QC_LOCK_IS_FREE;
        qc_lock_say(state, "free (lock %" PRId32 ", owner %" PRId32 ")", mutex->lock, mutex->owner);
    } else if (mutex->owner_lwp == 0) {
        state->status = QC_LOCK_IS_LOCKED;
        qc_lock_say(state, "locked (lock %" PRId32 "), but it names no owner", mutex->lock);
    } else {
        state->status = QC_LOCK_IS_LOCKED;
        qc_lock_say(state, "held by LWP %d%s", mutex->owner_lwp,
                    mutex->contended ? ", contended" : "");
    }
}

/* Adds the source line that locked the mutex last, which QEMU keeps with CONFIG_DEBUG_MUTEX. A
   timed wait on a condition does not update it, so for a free mutex the line may be stale. */
static void add_lock_line(struct qc_process *process, struct qc_lock_state *state)
{
    bool recursive = state->kind == QC_LOCK_QEMU_REC_MUTEX;
    uint64_t line;
    const char *file = qc_field_text(
        process->fields, recursive ? QC_FIELD_REC_MUTEX_FILE : QC_FIELD_MUTEX_FILE, state->address);
    if (file != NULL &&
        qc_field_read(process->fields, recursive ? QC_FIELD_REC_MUTEX_LINE : QC_FIELD_MUTEX_LINE,
                      state->address, &line)) {
        qc_lock_add_text(state, "file", "%s", file);
        qc_lock_add_number(state, "line", QC_FORMAT_DECIMAL, line);
        if (state->locked) {
            qc_lock_say(state, "%s, locked at %s:%" PRIu64, qc_str_or(state->sentence, "held"),
                        file, line);
        }
    }
}

void qc_lock_read_mutex(struct qc_process *process, struct qc_lock_state *state)
{
    struct qc_mutex mutex;
    struct qemucore_error error;
    if (qc_mutex_read(&process->libc, mutex_address(process, state), &mutex, &error) !=
        QEMUCORE_OK) {
        qc_lock_absent(state, &error);
        return;
    }
    state->locked = mutex.sane && mutex.locked;
    state->owner_lwp = state->locked ? mutex.owner_lwp : 0;
    state->has_count = mutex.sane && mutex.locked;
    state->count = mutex.depth;
    state->owner_died = mutex.owner_died || mutex.inconsistent;
    mutex_say(state, &mutex);
    qc_lock_add_number(state, "__lock", QC_FORMAT_SIGNED, mutex.lock);
    qc_lock_add_number(state, "__count", QC_FORMAT_DECIMAL, mutex.count);
    qc_lock_add_number(state, "__owner", QC_FORMAT_SIGNED, mutex.owner);
    qc_lock_add_number(state, "__nusers", QC_FORMAT_DECIMAL, mutex.users);
    qc_lock_add_number(state, "__kind", QC_FORMAT_SIGNED, mutex.kind);
    if (mutex.sane && !mutex.destroyed) {
        qc_lock_add_text(state, "type", "%s%s%s%s", qc_mutex_type_name(mutex.type),
                         mutex.robust ? ", robust" : "",
                         mutex.priority_inheritance ? ", priority inheritance" : "",
                         mutex.process_shared ? ", process-shared" : "");
    }
    add_lock_line(process, state);
}

void qc_lock_read_spin(struct qc_process *process, struct qc_lock_state *state)
{
    uint32_t value;
    uint64_t address = state->address;
    qc_field_address(process->fields, QC_FIELD_SPIN_VALUE, state->address, &address);
    if (!qc_lock_read_word(process, address, state, &value)) {
        return;
    }
    /* QemuSpin: 0 free, 1 held. It does not record its holder. */
    state->locked = value != 0;
    state->status = value != 0 ? QC_LOCK_IS_LOCKED : QC_LOCK_IS_FREE;
    qc_lock_say(state, value != 0 ? "held; the holder is not recorded" : "free");
    qc_lock_add_number(state, "value", QC_FORMAT_DECIMAL, value);
}

void qc_lock_read_rwlock(struct qc_process *process, struct qc_lock_state *state)
{
    struct qc_rwlock lock;
    struct qemucore_error error;
    if (qc_rwlock_read(&process->libc, state->address, &lock, &error) != QEMUCORE_OK) {
        qc_lock_absent(state, &error);
        return;
    }
    bool read_locked = !lock.write_locked && lock.readers != 0;
    state->locked = lock.write_locked || read_locked;
    state->owner_lwp = lock.write_locked ? lock.writer_lwp : 0;
    state->status = lock.write_locked ? QC_LOCK_IS_WRITE_LOCKED
                    : read_locked     ? QC_LOCK_IS_READ_LOCKED
                                      : QC_LOCK_IS_FREE;
    state->has_count = true;
    state->count = lock.readers;
    if (lock.write_locked) {
        qc_lock_say(state, "held for writing by LWP %d", lock.writer_lwp);
    } else if (read_locked) {
        qc_lock_say(state, "held by %u reader%s; who reads is not recorded", lock.readers,
                    qc_noun_s(lock.readers));
    } else {
        qc_lock_say(state, "free");
    }
    qc_lock_add_number(state, "__readers", QC_FORMAT_HEX, lock.readers_word);
    qc_lock_add_number(state, "__writers", QC_FORMAT_HEX, lock.writers);
    qc_lock_add_number(state, "__wrphase_futex", QC_FORMAT_HEX, lock.wrphase_futex);
    qc_lock_add_number(state, "__writers_futex", QC_FORMAT_HEX, lock.writers_futex);
    qc_lock_add_number(state, "__cur_writer", QC_FORMAT_SIGNED, lock.writer_lwp);
}

/* Readers sleep on __wrphase_futex (at 8). Writers sleep on __writers_futex (at 12), except the
   next one, which sleeps on __wrphase_futex. Only one of the two offsets makes a plausible lock. */
uint64_t qc_lock_rwlock_from_word(struct qc_process *process, uint64_t word)
{
    static const unsigned offsets[] = {8, 12};
    for (size_t i = 0; i < qc_count(offsets); i++) {
        struct qc_rwlock lock;
        if (qc_rwlock_read(&process->libc, word - offsets[i], &lock, NULL) == QEMUCORE_OK &&
            lock.readers <= process->threads->count && lock.wrphase_futex <= 3 &&
            lock.writers_futex <= 3 && (lock.readers != 0 || lock.write_locked) &&
            (lock.writer_lwp == 0 ||
             qc_process_thread(process, qc_process_lwp(process, lock.writer_lwp)) != NULL)) {
            return word - offsets[i];
        }
    }
    return 0;
}
