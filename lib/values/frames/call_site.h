/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * call_site - what a caller's debug info tells about one of its calls
 */
#pragma once

#include "values/frames/frame.h"

struct qc_call_site {
    Dwarf_Die die;         /* DW_TAG_call_site; before DWARF 5, DW_TAG_GNU_call_site */
    bool verified;         /* it calls the callee; false: an indirect call that can't be checked */
    struct qc_frame frame; /* the caller's frame, in which the passed values are evaluated */
};

/*
 * Finds the call in the caller's frame by which the callee was entered. The caller may be a
 * function that jumped to the callee (tail_call.h). Fails if there is none, or if it calls another
 * function.
 */
enum qemucore_status qc_call_site_find(const struct qc_frame *caller,
                                       const struct qc_frame *callee, struct qc_call_site *ret,
                                       struct qemucore_error *error);

/* Finds the call that a frame is in. */
bool qc_call_site_at(const struct qc_frame *caller, Dwarf_Die *ret);

bool qc_call_site_is(Dwarf_Die *die);

/* Stores the address after the call instruction, as an address of the file. */
bool qc_call_site_return_address(Dwarf_Die *site, Dwarf_Addr *ret);

/* Finds the function that a call site names. False: an indirect call. */
bool qc_call_site_called(Dwarf_Die *site, Dwarf_Die *ret);

/* Returns the linker's name, else the source's: "ppoll" for "__ppoll_alias" (fortified ppoll). */
const char *qc_call_site_name(Dwarf_Die *called);

/* Tells whether a function's name is known in its unit only. */
bool qc_call_site_is_static(Dwarf_Die *called);

/* Tells whether the function that a call site of a module names is the function of a frame. */
bool qc_call_site_is_of(Dwarf_Die *called, const struct qemucore_module *module,
                        const struct qc_frame *callee);

/* Finds the value that was passed in a place given by operations (a register or a stack slot). */
bool qc_call_site_parameter(const struct qc_call_site *site, const Dwarf_Op *operations,
                            size_t count, Dwarf_Attribute *ret);

/* The same, for a parameter that GCC has optimized away (DW_OP_GNU_parameter_ref). */
bool qc_call_site_named_parameter(const struct qc_call_site *site, const Dwarf_Die *parameter,
                                  Dwarf_Attribute *ret);
