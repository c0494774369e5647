/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/handle.h"

QC_EXPORT struct qemucore_wait *qemucore_thread_wait(struct qemucore *core,
                                                     struct qemucore_thread *thread)
{
    return qc_waits_of(core->waits, thread);
}

QC_GETTER(const char *, qemucore_wait_state, qemucore_wait, qc_wait_state_name(object->state))

QC_EXPORT enum qemucore_wait_state_code qemucore_wait_state_code(const struct qemucore_wait *wait)
{
    static const enum qemucore_wait_state_code codes[] = {
        [QC_WAIT_UNKNOWN] = QEMUCORE_WAIT_UNKNOWN, [QC_WAIT_RUNNING] = QEMUCORE_WAIT_RUNNING,
        [QC_WAIT_SYSCALL] = QEMUCORE_WAIT_SYSCALL, [QC_WAIT_BLOCKED] = QEMUCORE_WAIT_BLOCKED,
        [QC_WAIT_KERNEL] = QEMUCORE_WAIT_KERNEL,
    };
    return codes[wait->state];
}

QC_GETTER(const char *, qemucore_wait_sentence, qemucore_wait, object->sentence)
QC_GETTER(const char *, qemucore_wait_evidence, qemucore_wait, object->evidence)
QC_GETTER(const char *, qemucore_wait_kind, qemucore_wait,
          object->state == QC_WAIT_BLOCKED ? qc_lock_types[object->kind].name : NULL)
QC_GETTER(uint64_t, qemucore_wait_object, qemucore_wait, object->object)
QC_GETTER(const char *, qemucore_wait_name, qemucore_wait, object->name)
QC_GETTER(uint64_t, qemucore_wait_mutex, qemucore_wait, object->mutex)
QC_GETTER(const char *, qemucore_wait_mutex_name, qemucore_wait, object->mutex_name)
QC_NUMBER_GETTER(int64_t, qemucore_wait_timeout, qemucore_wait,
                 object->has_timeout && object->timeout_ns >= 0, object->timeout_ns)

QC_EXPORT int qemucore_wait_syscall(const struct qemucore_wait *wait, const char **name)
{
    QC_GIVE(name, wait->in_syscall ? wait->syscall.name : NULL);
    return wait->in_syscall ? (int)wait->syscall.number : -1;
}

QC_EXPORT enum qemucore_status qemucore_wait_syscall_argument(const struct qemucore_wait *wait,
                                                              size_t index, uint64_t *ret,
                                                              struct qemucore_error *error)
{
    if (ret == NULL || index >= QC_SYSCALL_ARGUMENTS) {
        return qc_error_set(error, QEMUCORE_INVALID, "ret is NULL, or there is no argument %zu",
                            index);
    }
    if (!wait->in_syscall) {
        return qc_error_set(error, QEMUCORE_NOT_FOUND, "the thread is in no system call");
    }
    if (!wait->syscall.known[index]) {
        return qc_error_set(error, QEMUCORE_ABSENT,
                            "the kernel has put the result over argument %zu", index);
    }
    *ret = wait->syscall.arguments[index];
    return QEMUCORE_OK;
}
