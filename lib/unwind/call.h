/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * call - whether an address is where a call returns to, and whose call that is
 *
 * The code in front of a return address is a call. Where that goes is in the code, or in a pointer
 * that ld.so has filled, or in a register that nobody has any more; and what it goes to may have
 * jumped on (tail calls, parts of a function that lie elsewhere).
 */
#ifndef QC_UNWIND_CALL_H
#define QC_UNWIND_CALL_H

#include "unwind/unwinder.h"

/* The function, or the part of one, that a frame is in: [start, end). `end` 0: no unwind information
   and no symbol tells where it begins. */
struct qc_callee {
    uint64_t start;
    uint64_t end;
    uint64_t address; /* where the frame is */
};

enum qc_call {
    QC_CALL_NONE,    /* no call is there, or one of another function */
    QC_CALL_UNREAD,  /* memory that may be run, whose bytes are not there */
    QC_CALL_ANY,     /* a call of what can't be told */
    QC_CALL_OF_THIS, /* of the function; where that is not known, of code as unknown as that */
};

/* Whether the process could run what is there. */
bool qc_call_is_code(const struct qc_modules *modules, uint64_t address);

/* Whether code has unwind information. */
bool qc_call_is_described(struct qc_unwinder *unwinder, uint64_t address);

struct qc_callee qc_callee_at(struct qc_unwinder *unwinder, uint64_t address);

enum qc_call qc_call_before(struct qc_unwinder *unwinder, uint64_t return_address,
                            const struct qc_callee *callee);

/* Whether the function, or the part of one, that an address is in has a call of another function, or of what
   jumps on to that. false: or its code can't be read. */
bool qc_call_is_in(struct qc_unwinder *unwinder, uint64_t address, uint64_t function);

#endif
