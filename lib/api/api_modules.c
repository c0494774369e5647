/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "api/handle.h"
#include "modules/modules.h"

QC_EXPORT struct qemucore_module *qemucore_module_next(struct qemucore *core,
                                                       const struct qemucore_module *previous)
{
    struct qc_modules *modules = core->modules;
    size_t next = previous == NULL ? 0 : previous->index + 1;
    return next < modules->list.count ? modules->list.items[next] : NULL;
}

QC_GETTER(const char *, qemucore_module_path, qemucore_module, object->path)
QC_GETTER(uint64_t, qemucore_module_start, qemucore_module, object->start)
QC_GETTER(uint64_t, qemucore_module_end, qemucore_module, object->end)
QC_GETTER(const char *, qemucore_module_build_id, qemucore_module,
          object->build_id.size == 0 ? NULL : object->build_id_text)

QC_EXPORT const char *qemucore_module_file(struct qemucore_module *module)
{
    qc_module_open(module);
    return module->file;
}

QC_EXPORT const char *qemucore_module_debug_file(struct qemucore_module *module)
{
    Dwarf_Addr bias;
    qc_module_dwarf(module, &bias);
    return module->debug_file;
}

QC_GETTER(const char *, qemucore_module_problem, qemucore_module, object->problem)

QC_EXPORT enum qemucore_file_state
qemucore_module_file_state(const struct qemucore_module *module)
{
    if (module->kind != QC_MODULE_FILE || !module->file_looked_for) {
        return QEMUCORE_FILE_UNKNOWN;
    }
    if (module->file != NULL) {
        return module->build_id.size != 0 ? QEMUCORE_FILE_USED : QEMUCORE_FILE_UNVERIFIED;
    }
    return module->file_is_other ? QEMUCORE_FILE_OTHER : QEMUCORE_FILE_ABSENT;
}

static enum qemucore_status symbol_give(struct qemucore_module *module,
                                        const struct qc_symbol *symbol, uint64_t offset,
                                        struct qemucore_symbol *ret, struct qemucore_error *error)
{
    const struct qemucore_symbol ours = {
        .size = sizeof(ours),
        .name = symbol->name,
        .address = symbol->address,
        .symbol_size = symbol->size,
        .offset = offset,
        .module = module,
    };
    return qc_api_give_struct(&ours, sizeof(ours), ret, "symbol", error);
}

QC_EXPORT enum qemucore_status qemucore_symbol_by_name(struct qemucore *core, const char *name,
                                                       struct qemucore_symbol *ret,
                                                       struct qemucore_error *error)
{
    QC_FAIL_IF(name == NULL, error, QEMUCORE_INVALID, "qemucore_symbol_by_name: name is NULL");
    struct qc_modules *modules = core->modules;
    struct qemucore_module *executable = qc_modules_executable(modules);
    struct qc_symbol symbol;
    if (executable != NULL && qc_symbols_by_name(executable, name, &symbol)) {
        return symbol_give(executable, &symbol, 0, ret, error);
    }
    for (size_t i = 0; i < modules->list.count; i++) {
        struct qemucore_module *module = modules->list.items[i];
        if (module != executable && qc_symbols_by_name(module, name, &symbol)) {
            return symbol_give(module, &symbol, 0, ret, error);
        }
    }
    return qc_error_set(error, QEMUCORE_NOT_FOUND, "no symbol %s in any of %zu modules", name,
                        modules->list.count);
}

QC_EXPORT enum qemucore_status qemucore_symbol_by_address(struct qemucore *core, uint64_t address,
                                                          struct qemucore_symbol *ret,
                                                          struct qemucore_error *error)
{
    struct qemucore_module *module = qc_modules_find(core->modules, address);
    struct qc_symbol symbol;
    if (module == NULL) {
        return qc_error_at(error,
                           qc_error_set(error, QEMUCORE_NOT_FOUND, "0x%" PRIx64 " is in no module",
                                        address),
                           address);
    }
    if (!qc_symbols_by_address(module, address, &symbol)) {
        return qc_error_at(error,
                           qc_error_set(error, QEMUCORE_NOT_FOUND,
                                        "0x%" PRIx64 ": no symbol of %s holds it", address,
                                        module->path),
                           address);
    }
    return symbol_give(module, &symbol, address - symbol.address, ret, error);
}

QC_EXPORT int qemucore_debuginfod_fetch(bool executable, const uint8_t *build_id, size_t size,
                                        double seconds, char **path)
{
    struct qc_build_id id = {.size = size};
    if (build_id == NULL || path == NULL || size == 0 || size > sizeof(id.bytes)) {
        return -EINVAL;
    }
    memcpy(id.bytes, build_id, size);
    return qc_debuginfod_fetch(executable ? QC_DEBUGINFOD_EXECUTABLE : QC_DEBUGINFOD_DEBUGINFO, &id,
                               seconds, path);
}
