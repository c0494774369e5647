/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/locks/lock.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "glibc/cond.h"
#include "glibc/mutex.h"
#include "glibc/rwlock.h"
#include "glibc/semaphore.h"

struct row {
    const char *name;
    size_t size; /* 0: the debug info's */
    qc_lock_reader *read;
};

static const struct row rows[] = {
    [QC_LOCK_NONE] = {"?", 0, NULL},
    [QC_LOCK_PTHREAD_MUTEX] = {"pthread_mutex_t", 40, qc_lock_read_mutex},
    [QC_LOCK_PTHREAD_COND] = {"pthread_cond_t", QC_COND_SIZE, qc_lock_read_cond},
    [QC_LOCK_PTHREAD_RWLOCK] = {"pthread_rwlock_t", QC_RWLOCK_SIZE, qc_lock_read_rwlock},
    [QC_LOCK_SEM] = {"sem_t", 32, qc_lock_read_semaphore},
    [QC_LOCK_QEMU_MUTEX] = {"QemuMutex", 0, qc_lock_read_mutex},
    [QC_LOCK_QEMU_REC_MUTEX] = {"QemuRecMutex", 0, qc_lock_read_mutex},
    [QC_LOCK_QEMU_COND] = {"QemuCond", 0, qc_lock_read_cond},
    [QC_LOCK_QEMU_SEMAPHORE] = {"QemuSemaphore", 0, qc_lock_read_semaphore},
    [QC_LOCK_QEMU_EVENT] = {"QemuEvent", 0, qc_lock_read_event},
    [QC_LOCK_QEMU_LOCKCNT] = {"QemuLockCnt", 4, qc_lock_read_lockcnt},
    [QC_LOCK_QEMU_SPIN] = {"QemuSpin", 4, qc_lock_read_spin},
    [QC_LOCK_CO_MUTEX] = {"CoMutex", 0, qc_lock_read_co_mutex},
    [QC_LOCK_CO_QUEUE] = {"CoQueue", 0, qc_lock_read_co_queue},
    [QC_LOCK_CO_RWLOCK] = {"CoRwlock", 0, qc_lock_read_co_rwlock},
    [QC_LOCK_THREAD] = {"thread", 0, qc_lock_read_thread},
    [QC_LOCK_FUTEX] = {"futex", 4, qc_lock_read_futex},
};

void qc_lock_read(struct qc_process *process, enum qc_lock_kind kind, uint64_t address,
                  struct qc_lock_state *ret)
{
    *ret = (struct qc_lock_state){.kind = kind, .address = address, .word = "unknown"};
    if (rows[kind].read != NULL) {
        rows[kind].read(process, ret);
    }
    ret->owner_tid = ret->owner_lwp;
    ret->owner_lwp = qc_process_lwp(process, ret->owner_lwp);
}

void qc_lock_state_free(struct qc_lock_state *state)
{
    for (size_t i = 0; i < state->fields.count; i++) {
        free(state->fields.items[i].value);
    }
    qc_vec_free(&state->fields);
    free(state->sentence);
    free(state->why_absent);
}

const char *qc_lock_kind_name(enum qc_lock_kind kind)
{
    return rows[kind].name;
}

enum qc_lock_kind qc_lock_kind_of(const char *type)
{
    static const char keyword[] = "struct ";
    const char *name =
        strncmp(type, keyword, strlen(keyword)) == 0 ? type + strlen(keyword) : type;
    for (unsigned i = QC_LOCK_PTHREAD_MUTEX; i < QC_LOCK_THREAD; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return (enum qc_lock_kind)i;
        }
    }
    return QC_LOCK_NONE;
}

enum qc_lock_kind qc_lock_refine(struct qc_process *process, enum qc_lock_kind kind,
                                 uint64_t address)
{
    struct qc_mutex mutex;
    return kind == QC_LOCK_QEMU_MUTEX &&
                   qc_mutex_read(&process->libc, address, &mutex, NULL) == QEMUCORE_OK &&
                   mutex.sane && mutex.type == QC_MUTEX_RECURSIVE
               ? QC_LOCK_QEMU_REC_MUTEX
               : kind;
}

size_t qc_lock_size(struct qc_process *process, enum qc_lock_kind kind)
{
    return rows[kind].size != 0 ? rows[kind].size
                                : qc_fields_type_size(process->fields, rows[kind].name);
}

bool qc_lock_is_mutex(enum qc_lock_kind kind)
{
    return kind == QC_LOCK_PTHREAD_MUTEX || kind == QC_LOCK_QEMU_MUTEX ||
           kind == QC_LOCK_QEMU_REC_MUTEX;
}

bool qc_lock_is_cond(enum qc_lock_kind kind)
{
    return kind == QC_LOCK_PTHREAD_COND || kind == QC_LOCK_QEMU_COND;
}

void qc_lock_say(struct qc_lock_state *state, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    free(state->sentence);
    state->sentence = qc_vformat(format, arguments);
    va_end(arguments);
}

void qc_lock_add_field(struct qc_lock_state *state, const char *name, const char *format, ...)
{
    struct qc_lock_field *field = qc_vec_add(&state->fields);
    va_list arguments;
    va_start(arguments, format);
    if (field != NULL) {
        field->name = name;
        field->value = qc_vformat(format, arguments);
    }
    va_end(arguments);
}

void qc_lock_absent(struct qc_lock_state *state, const struct qemucore_error *error)
{
    free(state->why_absent);
    state->why_absent = strdup(error->message);
}
