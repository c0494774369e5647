/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * jmp_buf - the registers that setjmp has kept, and that a longjmp would bring back
 *
 * glibc mangles what an attacker would like to choose, the stack pointer and where to return to,
 * with a secret of the process (PTR_MANGLE). The secret is in the dump, but nothing in a jmp_buf
 * says whether it is one, or has been filled. So what comes out has to prove itself: it returns into
 * a module, and the stack is there.
 */
#ifndef QC_GLIBC_JMP_BUF_H
#define QC_GLIBC_JMP_BUF_H

#include "dwarf/dwarf.h"
#include "glibc/libc.h"

/* Of a jmp_buf or sigjmp_buf, whose first member has them. thread: one of the process's, which leads
   to the secret. pc is where setjmp returns to, behind the call. */
enum qemucore_status qc_jmp_buf_read(struct qc_libc *libc, const struct qc_thread *thread,
                                     uint64_t address, struct qc_registers *ret,
                                     struct qemucore_error *error);

#endif
