/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/objects/declaration.h"

#include <dwarf.h>

#include "dwarf/dwarf.h"

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
