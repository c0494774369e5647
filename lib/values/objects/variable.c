/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/objects/variable.h"

#include <dwarf.h>

#include "dwarf/dwarf.h"
#include "values/values_limits.h"

static bool variables_add(const struct qc_frame *frame, Dwarf_Die *die, bool is_passed,
                          struct qc_objects *objects)
{
    if (objects->count == QC_LIMIT_VARIABLES) {
        qc_module_problem(frame->module,
                          "%s: of functions with more than %d arguments or locals the others are not "
                          "shown",
                          qc_module_debug_path(frame->module), QC_LIMIT_VARIABLES);
        return true;
    }
    struct qemucore_object *object = qc_vec_add(objects);
    if (object != NULL) {
        qc_object_of_frame(frame, die, is_passed, object);
    }
    return object != NULL;
}

/* Finds the child of scope that has this abstract parameter as its origin. */
static bool concrete_parameter(struct qemucore_module *module, Dwarf_Die *scope, Dwarf_Die *abstract,
                               Dwarf_Die *ret)
{
    Dwarf_Die child;
    if (dwarf_child(scope, &child) != 0) {
        return false;
    }
    do {
        Dwarf_Attribute attribute;
        Dwarf_Die origin;
        if (dwarf_tag(&child) == DW_TAG_formal_parameter &&
            dwarf_formref_die(dwarf_attr(&child, DW_AT_abstract_origin, &attribute), &origin) !=
                NULL &&
            origin.addr == abstract->addr) {
            *ret = child;
            return true;
        }
    } while (qc_frame_sibling(module, &child, &child) == 0);
    return false;
}

/* For a function that is also inlined somewhere, the compiler leaves optimized-away parameters out
   of the concrete instance. The abstract instance lists them all. */
bool qc_variables_arguments(const struct qc_frame *frame, Dwarf_Die *scope, struct qc_objects *ret)
{
    Dwarf_Attribute attribute;
    Dwarf_Die declared = *scope;
    Dwarf_Die origin;
    Dwarf_Die child;
    bool has_origin =
        dwarf_formref_die(dwarf_attr(scope, DW_AT_abstract_origin, &attribute), &origin) != NULL;
    if (has_origin) {
        declared = origin;
    }
    bool inlined = dwarf_tag(scope) == DW_TAG_inlined_subroutine;
    bool complete = true;
    bool more = dwarf_child(&declared, &child) == 0;
    for (; more && complete; more = qc_frame_sibling(frame->module, &child, &child) == 0) {
        if (dwarf_tag(&child) == DW_TAG_formal_parameter) {
            Dwarf_Die parameter = child;
            if (has_origin) {
                concrete_parameter(frame->module, scope, &child, &parameter);
            }
            complete = variables_add(frame, &parameter, !inlined, ret);
        }
    }
    return complete;
}

static bool collect_locals(const struct qc_frame *frame, Dwarf_Die *scope, unsigned depth,
                           struct qc_objects *ret)
{
    Dwarf_Die child;
    Dwarf_Addr address = frame->lookup - qc_frame_bias(frame);
    bool complete = true;
    bool more = depth <= QC_LIMIT_DIE_DEPTH && dwarf_child(scope, &child) == 0;
    for (; more && complete; more = qc_frame_sibling(frame->module, &child, &child) == 0) {
        int tag = dwarf_tag(&child);
        if (tag == DW_TAG_variable && dwarf_diename(&child) != NULL) {
            complete = variables_add(frame, &child, false, ret);
        } else if (tag == DW_TAG_lexical_block && qc_frame_has_pc(frame->module, &child, address)) {
            complete = collect_locals(frame, &child, depth + 1, ret);
        }
    }
    return complete;
}

bool qc_variables_locals(const struct qc_frame *frame, Dwarf_Die *scope, struct qc_objects *ret)
{
    return collect_locals(frame, scope, 0, ret);
}

/* ---- where the source declares something ----------------------------------------------------- */

bool qc_object_declaration(const struct qemucore_object *object, const char **file, unsigned *line)
{
    Dwarf_Die die = object->holder;
    int number;
    int tag = dwarf_tag(&die);
    if (tag != DW_TAG_variable && tag != DW_TAG_member) {
        return false;
    }
    Dwarf_Die unit;
    /* libdw runs the whole program to find the name of a file. */
    bool fits = dwarf_diecu(&die, &unit, NULL, NULL) != NULL &&
                qc_line_program_fits(object->module, &unit);
    *file = fits ? dwarf_decl_file(&die) : NULL;
    if (*file == NULL || dwarf_decl_line(&die, &number) != 0 || number <= 0) {
        return false;
    }
    *line = (unsigned)number;
    return true;
}
