/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * guard - releasing what a scope owns when the scope is left, on every path
 *
 *     QC_CLOSE int fd = open(...);                   QC_GUARD(function): function(&variable)
 *     QC_FREE char *text = strdup(...);
 *     return qc_move(text);                          passes ownership: the guard finds NULL
 *
 * There is no goto in this library.
 */
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include "base/shortage.h"

#define QC_GUARD(function) __attribute__((cleanup(function)))

/* Defines name as a guard for pointers to type. It calls function, which must accept NULL. */
#define QC_DEFINE_GUARD(name, type, function) \
    static inline void name(type **pointer)   \
    {                                         \
        function(*pointer);                   \
    }

static inline void qc_guard_free(void *pointer)
{
    free(*(void **)pointer);
}
#define QC_FREE QC_GUARD(qc_guard_free)

static inline void qc_guard_close(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}
#define QC_CLOSE QC_GUARD(qc_guard_close)

#define qc_move(variable)                      \
    __extension__({                            \
        __typeof__(variable) moved_ = (variable); \
        (variable) = NULL;                     \
        moved_;                                \
    })

static inline int qc_move_fd(int *fd)
{
    int moved = *fd;
    *fd = -1;
    return moved;
}
