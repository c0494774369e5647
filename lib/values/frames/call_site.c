/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/frames/call_site.h"

#include <dwarf.h>
#include <elf.h>
#include <string.h>

#include "dwarf/dwarf.h"
#include "modules/modules.h"

bool qc_call_site_is(Dwarf_Die *die)
{
    int tag = dwarf_tag(die);
    return tag == DW_TAG_call_site || tag == DW_TAG_GNU_call_site;
}

bool qc_call_site_return_address(Dwarf_Die *die, Dwarf_Addr *ret)
{
    Dwarf_Attribute attribute;
    if (dwarf_formaddr(dwarf_attr(die, DW_AT_call_return_pc, &attribute), ret) == 0) {
        return true;
    }
    return dwarf_tag(die) == DW_TAG_GNU_call_site && dwarf_lowpc(die, ret) == 0;
}

/* Calls are in the function, its blocks and inlined calls. */
static bool find_call(struct qemucore_module *module, Dwarf_Die *parent,
                      Dwarf_Addr return_address, unsigned depth, Dwarf_Die *ret)
{
    Dwarf_Die child;
    if (depth > QC_LIMIT_DIE_DEPTH || dwarf_child(parent, &child) != 0) {
        return false;
    }
    do {
        Dwarf_Addr address;
        if (qc_call_site_is(&child)) {
            if (qc_call_site_return_address(&child, &address) && address == return_address) {
                *ret = child;
                return true;
            }
        } else if (dwarf_haschildren(&child) == 1 && dwarf_tag(&child) != DW_TAG_subprogram &&
                   find_call(module, &child, return_address, depth + 1, ret)) {
            return true;
        }
    } while (qc_frame_sibling(module, &child, &child) == 0);
    return false;
}

/* The GNU extension before DWARF 5 uses DW_AT_abstract_origin. */
bool qc_call_site_called(Dwarf_Die *die, Dwarf_Die *ret)
{
    Dwarf_Attribute attribute;
    return dwarf_formref_die(dwarf_attr(die, DW_AT_call_origin, &attribute), ret) != NULL ||
           dwarf_formref_die(dwarf_attr(die, DW_AT_abstract_origin, &attribute), ret) != NULL;
}

const char *qc_call_site_name(Dwarf_Die *die)
{
    const char *name = qc_full_name_linkage(die);
    return name != NULL ? name : dwarf_diename(die);
}

bool qc_call_site_is_static(Dwarf_Die *called)
{
    Dwarf_Attribute attribute;
    return dwarf_attr_integrate(called, DW_AT_external, &attribute) == NULL &&
           dwarf_attr_integrate(called, DW_AT_declaration, &attribute) == NULL;
}

/* Tells whether the compiler has made a function from an abstract one. */
static bool is_concrete(Dwarf_Die function, Dwarf_Die *abstract)
{
    for (unsigned depth = 0; depth < QC_LIMIT_TYPE_DEPTH; depth++) {
        Dwarf_Attribute attribute;
        if (function.addr == abstract->addr) {
            return true;
        }
        if (dwarf_formref_die(dwarf_attr(&function, DW_AT_abstract_origin, &attribute),
                              &function) == NULL) {
            break;
        }
    }
    return false;
}

/* GCC moves a part of a function into another one (save_snapshot.part.0) that the function then
   jumps to. Their debug info has the same name for both; symbols tell them apart. */
static bool is_part(const struct qc_frame *callee, const char *name)
{
    struct qc_symbol symbol;
    uint64_t start;
    size_t length = strlen(name);
    return qc_symbols_by_address(callee->module, callee->function_start, &symbol) &&
           strncmp(symbol.name, name, length) == 0 && symbol.name[length] == '.' &&
           qc_symbols_function(callee->module, name, &start) && start != callee->function_start;
}

/* Names are compared, since the caller's unit only declares a function of another unit. A function
   may have several names (glibc's ppoll is __ppoll), so symbols are looked up, too. */
bool qc_call_site_is_of(Dwarf_Die *called, const struct qemucore_module *module,
                        const struct qc_frame *callee)
{
    Dwarf_Die function = callee->function;
    const char *left = qc_call_site_name(called);
    Dwarf_Addr entry;
    if (callee->has_function && is_concrete(function, called)) {
        return true;
    }
    /* A definition is in the caller's module. */
    if (dwarf_entrypc(called, &entry) == 0) {
        return entry + module->dwarf_bias == callee->function_start;
    }
    if (left == NULL || callee->module == NULL || qc_call_site_is_static(called)) {
        return false;
    }
    const char *right = callee->has_function ? qc_call_site_name(&function) : NULL;
    return (right != NULL && strcmp(left, right) == 0 && !is_part(callee, left)) ||
           qc_symbols_is_function(callee->module, left, callee->function_start);
}

bool qc_call_site_at(const struct qc_frame *caller, Dwarf_Die *ret)
{
    Dwarf_Die function = caller->function;
    Dwarf_Addr return_address = caller->registers.pc - qc_frame_bias(caller);
    /* On ppc64, GCC counts the TOC restore (or nop) after a call as part of the call. */
    return caller->has_function &&
           (find_call(caller->module, &function, return_address, 0, ret) ||
            (caller->module->modules->core->elf_machine == EM_PPC64 &&
             find_call(caller->module, &function, return_address + 4, 0, ret)));
}

enum qemucore_status qc_call_site_find(const struct qc_frame *caller,
                                       const struct qc_frame *callee, struct qc_call_site *ret,
                                       struct qemucore_error *error)
{
    Dwarf_Attribute attribute;
    Dwarf_Die called;
    QC_FAIL_IF(!qc_call_site_at(caller, &ret->die), error, QEMUCORE_ABSENT, "optimized out");
    ret->verified = true;
    ret->frame = *caller;
    ret->frame.entry_depth = callee->entry_depth + 1;
    ret->frame.context = callee->context;
    if (qc_call_site_called(&ret->die, &called)) {
        return qc_call_site_is_of(&called, caller->module, callee)
                   ? QEMUCORE_OK
                   : qc_error_set(error, QEMUCORE_ABSENT, "optimized out");
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

/* Tells whether both name the same register, or the same slot of the frame. */
static bool same_place(const Dwarf_Op *left, const Dwarf_Op *right)
{
    return left->atom == right->atom && left->number == right->number;
}

static bool is_passed_in(Dwarf_Die *passed, const void *place)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *operations;
    size_t count;
    return dwarf_attr(passed, DW_AT_location, &attribute) != NULL &&
           dwarf_getlocation(&attribute, &operations, &count) == 0 && count == 1 &&
           same_place(&operations[0], place);
}

static bool is_passed_for(Dwarf_Die *passed, const void *parameter)
{
    Dwarf_Attribute attribute;
    Dwarf_Die named;
    bool is_named = dwarf_attr(passed, DW_AT_call_parameter, &attribute) != NULL ||
                    dwarf_attr(passed, DW_AT_abstract_origin, &attribute) != NULL;
    return is_named && dwarf_formref_die(&attribute, &named) != NULL &&
           named.addr == ((const Dwarf_Die *)parameter)->addr;
}

/* Finds the value of the passed parameter for which `is_it` returns true. */
static bool passed_value(const struct qc_call_site *site,
                         bool (*is_it)(Dwarf_Die *passed, const void *what), const void *what,
                         Dwarf_Attribute *ret)
{
    Dwarf_Die die = site->die;
    Dwarf_Die child;
    if (dwarf_child(&die, &child) != 0) {
        return false;
    }
    do {
        int tag = dwarf_tag(&child);
        if ((tag == DW_TAG_call_site_parameter || tag == DW_TAG_GNU_call_site_parameter) &&
            is_it(&child, what)) {
            return dwarf_attr(&child, DW_AT_call_value, ret) != NULL ||
                   dwarf_attr(&child, DW_AT_GNU_call_site_value, ret) != NULL;
        }
    } while (qc_frame_sibling(site->frame.module, &child, &child) == 0);
    return false;
}

bool qc_call_site_parameter(const struct qc_call_site *site, const Dwarf_Op *operations,
                            size_t count, Dwarf_Attribute *ret)
{
    return count == 1 && passed_value(site, is_passed_in, &operations[0], ret);
}

bool qc_call_site_named_parameter(const struct qc_call_site *site, const Dwarf_Die *parameter,
                                  Dwarf_Attribute *ret)
{
    return passed_value(site, is_passed_for, parameter, ret);
}
