/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * call_site - what the debug info of a caller says of one of its calls
 */
#ifndef QC_DWARF_CALL_SITE_H
#define QC_DWARF_CALL_SITE_H

#include "dwarf/frame.h"

struct qc_call_site {
    Dwarf_Die die;         /* DW_TAG_call_site, or GNU_call_site before DWARF 5 */
    bool verified;         /* that it calls the callee; false: an indirect call that can't be
                              checked */
    struct qc_frame frame; /* that what it passes is evaluated in: the caller's, or that of the
                              function which the caller called and which jumped to the callee */
};

/*
 * The call that callee was entered by. Where the caller called another function, and that has
 * exactly one tail call of the callee, it is that tail call: the other function's frame is gone,
 * but constants and what itself was passed can still be told. Fails when there is none.
 */
enum qemucore_status qc_call_site_find(const struct qc_frame *caller,
                                       const struct qc_frame *callee, struct qc_call_site *ret,
                                       struct qemucore_error *error);

/* The value that was passed where operations say (a register, or a stack slot). */
bool qc_call_site_parameter(const struct qc_call_site *site, const Dwarf_Op *operations,
                            size_t count, Dwarf_Attribute *ret);

#endif
