/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * call - whether an address is a return address, and which function the call before it calls
 *
 * The instruction before a return address is a call. Its target is in the code, or in a pointer
 * that ld.so has filled, or was in a register that is lost. The target may have jumped on (a tail
 * call, or a part of the function that lies elsewhere).
 */
#pragma once

#include "unwind/unwinder.h"

/* The function, or the part of one, that a frame is in: [start, end). `end` is 0 if neither unwind
   information nor a symbol tells its extent. */
struct qc_callee {
    uint64_t start;
    uint64_t end;
    uint64_t address; /* the frame's address in it */
};

enum qc_call {
    QC_CALL_NONE,    /* no call, or a call of another function */
    QC_CALL_UNREAD,  /* executable memory whose bytes are not available */
    QC_CALL_ANY,     /* a call whose target can't be told */
    QC_CALL_OF_THIS, /* a call of the function; or, if that is unknown, of code just as unknown */
};

/* Tells whether the process could execute the memory at address. */
bool qc_call_is_code(const struct qc_modules *modules, uint64_t address);

/* Tells whether the code at address has unwind information. */
bool qc_call_is_described(struct qc_unwinder *unwinder, uint64_t address);

/* Returns the function, or the part of one, at address. */
struct qc_callee qc_callee_at(struct qc_unwinder *unwinder, uint64_t address);

/* Tells what call ends at return_address, and whether it calls the callee. */
enum qc_call qc_call_before(struct qc_unwinder *unwinder, uint64_t return_address,
                            const struct qc_callee *callee);

/* Tells whether the function, or the part of one, at address calls `function`, or code that jumps
   on to it. Also returns false if the code can't be read. */
bool qc_call_is_in(struct qc_unwinder *unwinder, uint64_t address, uint64_t function);
