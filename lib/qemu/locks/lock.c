/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/locks/lock.h"

#include <string.h>

#include "glibc/glibc.h"

#define MUTEX_BITS                                                              \
    (QC_LOCK_BIT(QC_LOCK_PTHREAD_MUTEX) | QC_LOCK_BIT(QC_LOCK_QEMU_MUTEX) |     \
     QC_LOCK_BIT(QC_LOCK_QEMU_REC_MUTEX))
#define COND_BITS (QC_LOCK_BIT(QC_LOCK_PTHREAD_COND) | QC_LOCK_BIT(QC_LOCK_QEMU_COND))

static const enum qc_lock_kind mutex_names[] = {QC_LOCK_QEMU_MUTEX, QC_LOCK_QEMU_REC_MUTEX,
                                                QC_LOCK_PTHREAD_MUTEX, QC_LOCK_NONE};
static const enum qc_lock_kind cond_names[] = {QC_LOCK_QEMU_COND, QC_LOCK_PTHREAD_COND,
                                               QC_LOCK_NONE};
static const enum qc_lock_kind sem_names[] = {QC_LOCK_SEM, QC_LOCK_QEMU_SEMAPHORE, QC_LOCK_NONE};

#define MUTEX_COLUMNS                                                                           \
    .read = qc_lock_read_mutex, .family = QC_LOCK_PTHREAD_MUTEX, .names = mutex_names,          \
    .word_is_object = true, .has_owner = true, .owner_evidence = "the mutex names its owner, ", \
    .detail = QC_DETAIL_OWNER, .status_is_enough = true

/* .inside has mutexes, since a condition's waiter takes its mutex again. */
#define COND_COLUMNS                                                                          \
    .read = qc_lock_read_cond, .family = QC_LOCK_PTHREAD_COND, .names = cond_names,           \
    .from_word = qc_lock_cond_from_word, .inside = COND_BITS | MUTEX_BITS,                    \
    .code_tells_holder = true, .detail = QC_DETAIL_MUTEX

const struct qc_lock_type qc_lock_types[QC_LOCK_KINDS] = {
    [QC_LOCK_NONE] = {.name = "?"},
    [QC_LOCK_PTHREAD_MUTEX] = {MUTEX_COLUMNS, .name = "pthread_mutex_t"},
    [QC_LOCK_PTHREAD_COND] = {COND_COLUMNS, .name = "pthread_cond_t",
                              .mutex = QC_LOCK_PTHREAD_MUTEX},
    [QC_LOCK_PTHREAD_RWLOCK] = {.name = "pthread_rwlock_t",
                                .read = qc_lock_read_rwlock,
                                .from_word = qc_lock_rwlock_from_word, .has_owner = true,
                                .owner_evidence = "__cur_writer of the lock is ",
                                .detail = QC_DETAIL_STATUS},
    [QC_LOCK_SEM] = {.name = "sem_t", .read = qc_lock_read_semaphore,
                     .names = sem_names, .from_word = qc_lock_sem_from_word,
                     .detail = QC_DETAIL_COUNT},
    [QC_LOCK_QEMU_MUTEX] = {MUTEX_COLUMNS, .name = "QemuMutex", .inside = MUTEX_BITS},
    [QC_LOCK_QEMU_REC_MUTEX] = {MUTEX_COLUMNS, .name = "QemuRecMutex", .inside = MUTEX_BITS},
    [QC_LOCK_QEMU_COND] = {COND_COLUMNS, .name = "QemuCond", .mutex = QC_LOCK_QEMU_MUTEX},
    [QC_LOCK_QEMU_SEMAPHORE] = {.name = "QemuSemaphore", .read = qc_lock_read_semaphore,
                                .from_word = qc_lock_semaphore_from_word,
                                .inside = COND_BITS | QC_LOCK_BIT(QC_LOCK_SEM),
                                .has_inner_cond = true, .code_tells_holder = true,
                                .detail = QC_DETAIL_COUNT},
    [QC_LOCK_QEMU_EVENT] = {.name = "QemuEvent", .read = qc_lock_read_event,
                            .word_is_object = true, .inside = QC_LOCK_BIT(QC_LOCK_FUTEX),
                            .code_tells_holder = true, .detail = QC_DETAIL_STATUS,
                            .status_is_enough = true},
    [QC_LOCK_QEMU_LOCKCNT] = {.name = "QemuLockCnt", .read = qc_lock_read_lockcnt,
                              .word_is_object = true, .inside = QC_LOCK_BIT(QC_LOCK_FUTEX),
                              .has_owner = true, .code_tells_holder = true,
                              .detail = QC_DETAIL_STATUS},
    [QC_LOCK_QEMU_SPIN] = {.name = "QemuSpin", .read = qc_lock_read_spin,
                           .has_owner = true},
    [QC_LOCK_CO_MUTEX] = {.name = "CoMutex", .read = qc_lock_read_co_mutex, .has_owner = true},
    [QC_LOCK_CO_QUEUE] = {.name = "CoQueue", .read = qc_lock_read_co_queue},
    [QC_LOCK_CO_RWLOCK] = {.name = "CoRwlock", .read = qc_lock_read_co_rwlock, .has_owner = true},
    [QC_LOCK_THREAD] = {.name = "thread", .read = qc_lock_read_thread,
                        .from_word = qc_lock_thread_from_word, .has_owner = true,
                        .owner_evidence = "tid of the thread that is joined is "},
    [QC_LOCK_FUTEX] = {.name = "futex", .read = qc_lock_read_futex},
};

void qc_lock_read(struct qc_process *process, enum qc_lock_kind kind, uint64_t address,
                  struct qc_lock_state *ret)
{
    *ret = (struct qc_lock_state){.keeper = process->fields, .kind = kind, .address = address};
    if (qc_lock_types[kind].read != NULL) {
        qc_lock_types[kind].read(process, ret);
    }
    ret->owner_lwp = qc_process_lwp(process, ret->owner_lwp);
}

enum qc_lock_kind qc_lock_kind_of(const char *type)
{
    static const char keyword[] = "struct ";
    const char *name =
        qc_str_begins(type, keyword) ? type + strlen(keyword) : type;
    for (unsigned i = QC_LOCK_PTHREAD_MUTEX; i < QC_LOCK_THREAD; i++) {
        if (strcmp(qc_lock_types[i].name, name) == 0) {
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

enum qc_lock_kind qc_lock_family(enum qc_lock_kind kind)
{
    enum qc_lock_kind family = qc_lock_types[kind].family;
    return family == QC_LOCK_NONE ? kind : family;
}

bool qc_lock_is_mutex(enum qc_lock_kind kind)
{
    return qc_lock_family(kind) == QC_LOCK_PTHREAD_MUTEX;
}

bool qc_lock_is_cond(enum qc_lock_kind kind)
{
    return qc_lock_family(kind) == QC_LOCK_PTHREAD_COND;
}

enum qc_lock_kind qc_lock_mutex_kind(enum qc_lock_kind kind)
{
    enum qc_lock_kind mutex = qc_lock_types[kind].mutex;
    return mutex == QC_LOCK_NONE ? QC_LOCK_PTHREAD_MUTEX : mutex;
}

uint64_t qc_lock_at_word(struct qc_process *process, enum qc_lock_kind kind, uint64_t word)
{
    qc_lock_from_word *from_word = qc_lock_types[kind].from_word;
    return from_word == NULL ? word : from_word(process, word);
}

bool qc_lock_encloses(enum qc_lock_kind outer, enum qc_lock_kind inner)
{
    return inner == outer || (qc_lock_types[outer].inside & QC_LOCK_BIT(inner)) != 0;
}
