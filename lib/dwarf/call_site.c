/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/call_site.h"

#include <dwarf.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "dwarf/dwarf_limits.h"
#include "dwarf/units.h"
#include "modules/modules.h"

static bool is_call_site(Dwarf_Die *die)
{
    int tag = dwarf_tag(die);
    return tag == DW_TAG_call_site || tag == DW_TAG_GNU_call_site;
}

/* Address behind the call instruction. */
static bool call_return_address(Dwarf_Die *die, Dwarf_Addr *ret)
{
    Dwarf_Attribute attribute;
    if (dwarf_formaddr(dwarf_attr(die, DW_AT_call_return_pc, &attribute), ret) == 0) {
        return true;
    }
    return dwarf_tag(die) == DW_TAG_GNU_call_site && dwarf_lowpc(die, ret) == 0;
}

/* Calls lie in the function, its blocks and what is inlined there. */
static bool find_call(Dwarf_Die *parent, Dwarf_Addr return_address, unsigned depth,
                      Dwarf_Die *ret)
{
    Dwarf_Die child;
    if (depth > QC_LIMIT_DIE_DEPTH || dwarf_child(parent, &child) != 0) {
        return false;
    }
    do {
        Dwarf_Addr address;
        if (is_call_site(&child)) {
            if (call_return_address(&child, &address) && address == return_address) {
                *ret = child;
                return true;
            }
        } else if (dwarf_haschildren(&child) == 1 && dwarf_tag(&child) != DW_TAG_subprogram &&
                   find_call(&child, return_address, depth + 1, ret)) {
            return true;
        }
    } while (dwarf_siblingof(&child, &child) == 0);
    return false;
}

/* The function that a call site names; the GNU extension before DWARF 5 did it as an origin. */
static bool call_origin(Dwarf_Die *die, Dwarf_Attribute *attribute, Dwarf_Die *ret)
{
    return dwarf_formref_die(dwarf_attr(die, DW_AT_call_origin, attribute), ret) != NULL ||
           dwarf_formref_die(dwarf_attr(die, DW_AT_abstract_origin, attribute), ret) != NULL;
}

/* The name that the linker knows: the fortified ppoll calls "__ppoll_alias", which is "ppoll". */
static const char *linkage_name(Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    const char *name =
        dwarf_formstring(dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));
    return name != NULL ? name : dwarf_diename(die);
}

/* A declaration in the caller's unit stands for a function in another, so names are compared; and
   as a function may have several (glibc's ppoll is __ppoll), else where the symbol lies. */
static bool is_function(Dwarf_Die *called, const struct qc_frame *callee)
{
    Dwarf_Die function = callee->function;
    const char *left = linkage_name(called);
    const char *right = linkage_name(&function);
    struct qc_symbol symbol;
    Dwarf_Addr entry;
    if (called->addr == function.addr) {
        return true;
    }
    if (left == NULL || right == NULL) {
        return false;
    }
    if (strcmp(left, right) == 0) {
        return true;
    }
    /* A definition, which is in the caller's module, has its address; others need the symbols. */
    if (dwarf_entrypc(called, &entry) == 0) {
        return entry + qc_frame_bias(callee) == callee->function_start;
    }
    return qc_symbols_by_name(callee->module, left, &symbol) &&
           symbol.address == callee->function_start;
}

/* Tail calls of callee below parent: counts them, the last one in *ret. */
static unsigned find_tail_calls(Dwarf_Die *parent, const struct qc_frame *callee, unsigned depth,
                                Dwarf_Die *ret)
{
    unsigned count = 0;
    Dwarf_Die child;
    if (depth > QC_LIMIT_DIE_DEPTH || dwarf_child(parent, &child) != 0) {
        return 0;
    }
    do {
        Dwarf_Attribute attribute;
        Dwarf_Die called;
        bool is_tail_call = dwarf_hasattr(&child, DW_AT_call_tail_call) ||
                            dwarf_hasattr(&child, DW_AT_GNU_tail_call);
        if (is_call_site(&child)) {
            if (is_tail_call && call_origin(&child, &attribute, &called) &&
                is_function(&called, callee)) {
                *ret = child;
                count++;
            }
        } else if (dwarf_haschildren(&child) == 1 && dwarf_tag(&child) != DW_TAG_subprogram) {
            count += find_tail_calls(&child, callee, depth + 1, ret);
        }
    } while (dwarf_siblingof(&child, &child) == 0);
    return count;
}

/* The frame that the function which jumped to callee would have had. Its registers are gone; its
   caller is the callee's, and so is the place of its frame. */
static bool find_jumped_from(const struct qc_frame *caller, const struct qc_frame *callee,
                             const char *name, struct qc_call_site *ret)
{
    struct qc_symbol symbol;
    struct qc_scope scopes[QC_LIMIT_INLINE_DEPTH];
    size_t count;
    Dwarf_Addr address;
    if (name == NULL || !qc_symbols_by_name(callee->module, name, &symbol) ||
        (count = qc_units_scopes(callee->module, symbol.address, scopes,
                                 QC_LIMIT_INLINE_DEPTH)) == 0) {
        return false;
    }
    Dwarf_Die function = scopes[count - 1].die;
    if (find_tail_calls(&function, callee, 0, &ret->die) != 1 ||
        !call_return_address(&ret->die, &address)) {
        return false;
    }
    ret->verified = true;
    ret->frame = (struct qc_frame){
        .module = callee->module,
        .lookup = address - 1 + qc_frame_bias(callee),
        .has_cfa = callee->has_cfa,
        .cfa = callee->cfa,
        .has_function = true,
        .function = function,
        .function_start = symbol.address,
        .caller = caller,
        .entry_depth = callee->entry_depth + 1,
        .entry_budget = callee->entry_budget,
    };
    ret->frame.registers.pc = address + qc_frame_bias(callee);
    return true;
}

enum qemucore_status qc_call_site_find(const struct qc_frame *caller,
                                       const struct qc_frame *callee, struct qc_call_site *ret,
                                       struct qemucore_error *error)
{
    Dwarf_Attribute attribute;
    Dwarf_Die called;
    Dwarf_Die function = caller->function;
    Dwarf_Addr return_address = caller->registers.pc - qc_frame_bias(caller);
    bool found = caller->has_function &&
                 find_call(&function, return_address, 0, &ret->die);
    if (caller->has_function && !found &&
        caller->module->modules->core->elf_machine == EM_PPC64) {
        /* GCC counts the TOC restore (or nop) behind a call on ppc64 as part of it. */
        found = find_call(&function, return_address + 4, 0, &ret->die);
    }
    if (!found) {
        return qc_error_set(error, QEMUCORE_ABSENT, "optimized out");
    }
    ret->verified = true;
    ret->frame = *caller;
    ret->frame.entry_depth = callee->entry_depth + 1;
    ret->frame.entry_budget = callee->entry_budget;
    if (call_origin(&ret->die, &attribute, &called)) {
        const char *name = linkage_name(&called);
        if (is_function(&called, callee) || find_jumped_from(caller, callee, name, ret)) {
            return QEMUCORE_OK;
        }
        return qc_error_set(error, QEMUCORE_ABSENT, "optimized out");
    }
    uint64_t target;
    if ((dwarf_attr(&ret->die, DW_AT_call_target, &attribute) != NULL ||
         dwarf_attr(&ret->die, DW_AT_GNU_call_site_target, &attribute) != NULL) &&
        qc_frame_evaluate(&ret->frame, &attribute, &target, NULL) == QEMUCORE_OK) {
        return target == callee->function_start
                   ? QEMUCORE_OK
                   : qc_error_set(error, QEMUCORE_ABSENT, "optimized out");
    }
    ret->verified = false;
    return QEMUCORE_OK;
}

/* Same register, or same slot of the frame. */
static bool same_place(const Dwarf_Op *left, const Dwarf_Op *right)
{
    return left->atom == right->atom && left->number == right->number;
}

bool qc_call_site_parameter(const struct qc_call_site *site, const Dwarf_Op *operations,
                            size_t count, Dwarf_Attribute *ret)
{
    Dwarf_Die die = site->die;
    Dwarf_Die child;
    if (count != 1 || dwarf_child(&die, &child) != 0) {
        return false;
    }
    do {
        Dwarf_Attribute attribute;
        Dwarf_Op *place;
        size_t place_count;
        int tag = dwarf_tag(&child);
        if ((tag == DW_TAG_call_site_parameter || tag == DW_TAG_GNU_call_site_parameter) &&
            dwarf_attr(&child, DW_AT_location, &attribute) != NULL &&
            dwarf_getlocation(&attribute, &place, &place_count) == 0 && place_count == 1 &&
            same_place(&place[0], &operations[0])) {
            return dwarf_attr(&child, DW_AT_call_value, ret) != NULL ||
                   dwarf_attr(&child, DW_AT_GNU_call_site_value, ret) != NULL;
        }
    } while (dwarf_siblingof(&child, &child) == 0);
    return false;
}
