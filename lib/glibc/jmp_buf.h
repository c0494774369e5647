/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * jmp_buf - the registers that setjmp has saved, and that longjmp would restore
 *
 * glibc mangles the stack pointer and the return address, which an attacker would like to choose,
 * with a secret of the process (PTR_MANGLE). The secret is in the dump, but nothing in a jmp_buf
 * tells whether it is one, or has been filled. So the result is checked: the return address must
 * lie in a module, and the memory at the stack pointer must be readable.
 */
#pragma once

#include "glibc/libc.h"
#include "values/values.h"

/* Reads the registers in a jmp_buf, or in a sigjmp_buf, which begins with the same member.
   `thread`, any thread of the process, leads to the secret. The pc is where setjmp returns to,
   after its call. */
enum qemucore_status qc_jmp_buf_read(struct qc_libc *libc, const struct qc_thread *thread,
                                     uint64_t address, struct qc_registers *ret,
                                     struct qemucore_error *error);
