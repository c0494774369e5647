/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/shortage.h"

#include <errno.h>
#include <stdatomic.h>

static atomic_ulong counts[QC_SHORTAGE_COUNT];

void qc_shortage_add(enum qc_shortage shortage)
{
    atomic_fetch_add_explicit(&counts[shortage], 1, memory_order_relaxed);
}

void qc_shortage_add_errno(int os_errno)
{
    switch (os_errno) {
    case ENOMEM:
        qc_shortage_add(QC_SHORTAGE_MEMORY);
        break;
    case EMFILE:
    case ENFILE:
        qc_shortage_add(QC_SHORTAGE_DESCRIPTORS);
        break;
    case EIO:
    case ESTALE:
    case ETIMEDOUT:
        qc_shortage_add(QC_SHORTAGE_INPUT);
        break;
    default:
        break;
    }
}

unsigned long qc_shortage_count(enum qc_shortage shortage)
{
    return atomic_load_explicit(&counts[shortage], memory_order_relaxed);
}
