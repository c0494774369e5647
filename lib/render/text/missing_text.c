/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * missing_text - the files that are not here, a line each, for a program that fetches them elsewhere
 */
#include "base/base.h"
#include "render/render_info.h"

/* A path may hold blanks, so it comes last. */
static void text_wanted(const struct qemucore_module *module, const char *kind,
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
            text_wanted(module, module->is_executable_of_process ? "executable" : "library",
                        buffer);
        }
        if (!has_debug_info) {
            text_wanted(module, "debuginfo", buffer);
        }
    }
}
