/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/index/split_unit.h"

#include <dwarf.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "modules/modules.h"

static const char *die_string(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    return dwarf_formstring(dwarf_attr(die, name, &attribute));
}

/* Tells whether the .dwo file exists at a path where libdw looks for it. False also if any of these
   paths leads to what must not be opened. libdw checks the contents by DW_AT_dwo_id. */
static bool split_file_exists(struct qemucore_module *module, const char *directory,
                              const char *name)
{
    QC_FREE char *beside = strdup(qc_str_or(module->debug_file, ""));
    const char *directories[] = {beside == NULL ? "" : dirname(beside), directory};
    bool found = false;
    for (size_t i = 0; i < 2; i++) {
        QC_CLOSE int fd = -1;
        QC_FREE char *path = NULL;
        bool prefixed = name[0] != '/' && directories[i] != NULL;
        struct qemucore_error error;
        if (asprintf(&path, "%s%s%s", prefixed ? directories[i] : "", prefixed ? "/" : "",
                     name) < 0) {
            path = NULL;
            return false;
        }
        if (qc_file_open(NULL, path, &fd, &error) == QEMUCORE_OK) {
            found = true;
            if (!qc_module_split_fits(module, fd, path)) {
                return false;
            }
        } else if (error.status != QEMUCORE_SYSTEM) {
            return false;
        }
    }
    return found;
}

bool qc_split_unit_content(struct qemucore_module *module, Dwarf_Die *die, Dwarf_Die *ret)
{
    uint8_t type = DW_UT_compile;
    *ret = *die;
    if (dwarf_cu_info(die->cu, NULL, &type, NULL, NULL, NULL, NULL, NULL) != 0 ||
        type != DW_UT_skeleton) {
        return true;
    }
    const char *name = die_string(die, DW_AT_dwo_name);
    if (name == NULL) {
        name = die_string(die, DW_AT_GNU_dwo_name);
    }
    Dwarf_Die split = {0};
    if (name != NULL && !module->modules->search.options.no_host_files &&
        split_file_exists(module, die_string(die, DW_AT_comp_dir), name) &&
        dwarf_cu_info(die->cu, NULL, NULL, NULL, &split, NULL, NULL, NULL) == 0 &&
        split.addr != NULL) {
        *ret = split;
        return true;
    }
    qc_module_problem(module, "%s: its debug info is in .dwo files, and %s can't be read%s",
                      qc_module_debug_path(module),
                      qc_str_or(name, "one"),
                      module->modules->search.options.no_host_files ? ""
                                                             : " (a .dwp package is not read)");
    return false;
}
