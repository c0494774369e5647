/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * missing_text - a line for each file that is not here, for a program that fetches it elsewhere
 */
#include "base/base.h"
#include "render/render_info.h"

/* The path comes last because it may contain blanks. */
static void text_missing_file(const struct qemucore_module *module, const char *kind,
                              struct qc_strbuf *buffer)
{
    qc_strbuf_printf(buffer, "%s %s ",
                     module->build_id.size == 0 ? "-" : module->build_id_text, kind);
    qc_strbuf_put_escaped(buffer, module->path[0] == '\0' ? "-" : module->path);
    qc_strbuf_put(buffer, "\n");
}

void qc_text_missing(const struct qc_modules *modules, struct qc_strbuf *buffer)
{
    for (size_t i = 0; i < modules->list.count; i++) {
        struct qemucore_module *module = modules->list.items[i];
        Dwarf_Addr bias;
        if (module->kind != QC_MODULE_FILE) {
            continue;
        }
        bool has_debug_info = qc_module_dwarf(module, &bias) != NULL;
        if (module->file == NULL) {
            text_missing_file(module, module->is_executable_of_process ? "executable" : "library",
                              buffer);
        }
        if (!has_debug_info) {
            text_missing_file(module, "debuginfo", buffer);
        }
    }
}
