/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/names/declaration.h"

#include <dwarf.h>

bool qc_object_declaration(const struct qemucore_object *object, const char **file, unsigned *line)
{
    Dwarf_Die die = object->holder;
    int number;
    int tag = dwarf_tag(&die);
    if (tag != DW_TAG_variable && tag != DW_TAG_member) {
        return false;
    }
    *file = dwarf_decl_file(&die);
    if (*file == NULL || dwarf_decl_line(&die, &number) != 0 || number <= 0) {
        return false;
    }
    *line = (unsigned)number;
    return true;
}
