/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * call_site - what the debug info of a caller says of one of its calls
 */
#ifndef QC_DWARF_CALL_SITE_H
#define QC_DWARF_CALL_SITE_H

#include "dwarf/frames/frame.h"

struct qc_call_site {
    Dwarf_Die die;         /* DW_TAG_call_site, or GNU_call_site before DWARF 5 */
    bool verified;         /* that it calls the callee; false: an indirect call that can't be
                              checked */
    struct qc_frame frame; /* that what it passes is evaluated in: the caller's */
};

/*
 * The call that callee was entered by, in its caller's frame, be that one of a function that jumped
 * to it (tail_call.h). Fails when there is none, or when it is a call of another function.
 */
enum qemucore_status qc_call_site_find(const struct qc_frame *caller,
                                       const struct qc_frame *callee, struct qc_call_site *ret,
                                       struct qemucore_error *error);

/* The call that a frame is in. */
bool qc_call_site_at(const struct qc_frame *caller, Dwarf_Die *ret);

bool qc_call_site_is(Dwarf_Die *die);

/* Address behind the call instruction, of the file. */
bool qc_call_site_return_address(Dwarf_Die *site, Dwarf_Addr *ret);

/* The function that a call site names; false: an indirect call. */
bool qc_call_site_called(Dwarf_Die *site, Dwarf_Die *ret);

/* The name that the linker knows: the fortified ppoll calls "__ppoll_alias", which is "ppoll". */
const char *qc_call_site_name(Dwarf_Die *called);

/* A function that has its name within its unit only. */
bool qc_call_site_is_static(Dwarf_Die *called);

/* Whether what a call site of a module names is the function of a frame. */
bool qc_call_site_is_of(Dwarf_Die *called, const struct qemucore_module *module,
                        const struct qc_frame *callee);

/* The value that was passed where operations say (a register, or a stack slot). */
bool qc_call_site_parameter(const struct qc_call_site *site, const Dwarf_Op *operations,
                            size_t count, Dwarf_Attribute *ret);

/* The value that was passed for a parameter that GCC has optimized away (DW_OP_GNU_parameter_ref). */
bool qc_call_site_named_parameter(const struct qc_call_site *site, const Dwarf_Die *parameter,
                                  Dwarf_Attribute *ret);

#endif
