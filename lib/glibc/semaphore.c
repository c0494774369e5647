/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "glibc/semaphore.h"

#include "base/base.h"

/*
 * sysdeps/nptl/internaltypes.h, struct new_sem. Since 2.21, with 64-bit atomics: the low half of
 * the first word is the value, the high half counts the waiters. Up to 2.20: unsigned int value;
 * int private; unsigned long int nwaiters.
 */
static bool is_old(const struct qc_libc *libc)
{
    return libc->major == 2 && libc->minor != 0 && libc->minor < 21;
}

enum qemucore_status qc_semaphore_read(struct qc_libc *libc, uint64_t address,
                                       struct qc_semaphore *ret, struct qemucore_error *error)
{
    uint8_t bytes[QC_SEMAPHORE_SIZE];
    const struct qc_core *core = libc->modules->core;
    QC_TRY(qc_libc_read(libc, "sem_t", address, bytes, sizeof(bytes), error));
    struct qc_cursor cursor = qc_cursor_new(bytes, sizeof(bytes), core->big_endian);
    if (is_old(libc)) {
        ret->value = qc_cursor_u32(&cursor);
        qc_cursor_u32(&cursor); /* private */
        ret->waiters = (uint32_t)qc_cursor_u64(&cursor);
        return QEMUCORE_OK;
    }
    uint64_t data = qc_cursor_u64(&cursor);
    ret->value = (uint32_t)data;
    ret->waiters = (uint32_t)(data >> 32);
    return QEMUCORE_OK;
}

uint64_t qc_semaphore_from_word(struct qc_libc *libc, uint64_t word)
{
    bool second = libc->modules->core->big_endian && !is_old(qc_libc_find(libc));
    return second ? word - 4 : word;
}
