/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "glibc/rwlock.h"

#include "base/base.h"

/* sysdeps/nptl/bits/struct_rwlock.h. The offset of __cur_writer depends on the CPU. */
#define RWLOCK_READERS 0
#define RWLOCK_WRITERS 4
#define RWLOCK_WRPHASE_FUTEX 8
#define RWLOCK_WRITERS_FUTEX 12

/* nptl/pthreadP.h: the bits of __readers below the count. */
#define READERS_WRPHASE 1u
#define READERS_WRLOCKED 2u
#define READERS_SHIFT 3

enum qemucore_status qc_rwlock_read(struct qc_libc *libc, uint64_t address, struct qc_rwlock *ret,
                                    struct qemucore_error *error)
{
    uint8_t bytes[QC_RWLOCK_SIZE];
    const struct qc_core *core = libc->modules->core;
    QC_TRY(qc_libc_read(libc, "pthread_rwlock_t", address, bytes, sizeof(bytes), error));
    struct qc_cursor cursor = qc_cursor_new(bytes, sizeof(bytes), core->big_endian);
    struct qc_rwlock lock = {
        .readers_word = qc_cursor_u32_at(&cursor, RWLOCK_READERS),
        .writers = qc_cursor_u32_at(&cursor, RWLOCK_WRITERS),
        .wrphase_futex = qc_cursor_u32_at(&cursor, RWLOCK_WRPHASE_FUTEX),
        .writers_futex = qc_cursor_u32_at(&cursor, RWLOCK_WRITERS_FUTEX),
    };
    lock.readers = lock.readers_word >> READERS_SHIFT;
    lock.write_phase = (lock.readers_word & READERS_WRPHASE) != 0;
    /* A writer that waits for the readers to leave has WRLOCKED set already. */
    lock.write_locked = lock.write_phase && (lock.readers_word & READERS_WRLOCKED) != 0;
    if (core->arch != NULL) {
        lock.writer_lwp = (int32_t)qc_cursor_u32_at(&cursor, core->arch->glibc.rwlock_writer);
    }
    *ret = lock;
    return QEMUCORE_OK;
}
