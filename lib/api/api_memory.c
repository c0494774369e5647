/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * api_memory - memory and mappings of the process, names of registers
 */
#include <string.h>

#include "api/handle.h"
#include "base/base.h"
#include "core/core.h"

/* Longest string that is read, in bytes, without its NUL. */
#define STRING_MAX ((size_t)QC_MIB)

/* Defines the public header's opaque type. */
struct qemucore_mapping {
    struct qc_segment inner;
};

/* Opens the files of the modules in the range, for they may hold bytes that the dump lacks. */
static void modules_open(const struct qc_modules *modules, uint64_t address, size_t size)
{
    for (size_t i = 0; i < modules->list.count; i++) {
        struct qemucore_module *module = modules->list.items[i];
        bool overlaps = module->start <= address ? address < module->end
                                                 : module->start - address < size;
        if (overlaps) {
            qc_module_open(module);
        }
    }
}

QC_EXPORT enum qemucore_status qemucore_memory_read(struct qemucore *core, uint64_t address,
                                                    void *buffer, size_t size,
                                                    struct qemucore_error *error)
{
    modules_open(core->modules, address, size);
    return qc_image_read(core->dump->image, address, buffer, size, error);
}

QC_EXPORT enum qemucore_status qemucore_memory_read_some(struct qemucore *core, uint64_t address,
                                                         void *buffer, size_t size, size_t *done,
                                                         struct qemucore_error *error)
{
    struct qemucore_error why = {0};
    QC_FAIL_IF(buffer == NULL || done == NULL || size == 0, error, QEMUCORE_INVALID,
               "buffer or done is NULL, or size is 0");
    if (qemucore_memory_read(core, address, buffer, size, &why) == QEMUCORE_OK) {
        *done = size;
        return QEMUCORE_OK;
    }
    size_t readable = why.address > address ? (size_t)(why.address - address) : 0;
    if (readable == 0 || readable >= size) {
        return qc_error_at(error, qc_error_copy(error, &why), address);
    }
    enum qemucore_status status =
        qc_image_read(core->dump->image, address, buffer, readable, error);
    *done = status == QEMUCORE_OK ? readable : *done;
    return status;
}

QC_EXPORT enum qemucore_status qemucore_memory_string(struct qemucore *core, uint64_t address,
                                                      size_t most, char **ret,
                                                      struct qemucore_error *error)
{
    QC_FAIL_IF(ret == NULL, error, QEMUCORE_INVALID, "ret is NULL");
    size_t room = qc_min(most, STRING_MAX) + 1;
    QC_FREE char *text = malloc(room);
    QC_TRY_MEMORY(text != NULL, error);
    modules_open(core->modules, address, room);
    QC_TRY(qc_image_read_string(core->dump->image, address, text, room, error));
    *ret = qc_move(text);
    return QEMUCORE_OK;
}

QC_EXPORT const struct qemucore_mapping *
qemucore_mapping_next(const struct qemucore *core, const struct qemucore_mapping *previous)
{
    const void *at = previous;
    do {
        at = QC_NEXT_OF(core->dump, segments, at);
    } while (at != NULL && !qc_segment_is_memory(at));
    return at;
}

QC_GETTER(uint64_t, qemucore_mapping_start, qemucore_mapping, object->inner.address)
QC_GETTER(uint64_t, qemucore_mapping_end, qemucore_mapping,
          object->inner.address + object->inner.memory_size)

/* PF_X, PF_W and PF_R of ELF have the values of the QEMUCORE_MAPPING_ constants. */
QC_EXPORT uint32_t qemucore_mapping_flags(const struct qemucore_mapping *mapping)
{
    return mapping->inner.flags &
           (QEMUCORE_MAPPING_EXECUTE | QEMUCORE_MAPPING_WRITE | QEMUCORE_MAPPING_READ);
}

QC_GETTER(uint64_t, qemucore_mapping_held, qemucore_mapping, object->inner.file_size)

QC_EXPORT const char *qemucore_mapping_file(const struct qemucore *core,
                                            const struct qemucore_mapping *mapping,
                                            uint64_t *offset)
{
    const struct qc_mapping *line = qc_core_mapping(core->dump, mapping->inner.address);
    if (line != NULL && offset != NULL) {
        *offset = line->file_offset + (mapping->inner.address - line->start);
    }
    return line == NULL ? NULL : line->path;
}

QC_EXPORT const char *qemucore_register_next(const struct qemucore *core, const char *previous)
{
    const struct qc_arch *arch = core->dump->arch;
    size_t next = 0;
    while (arch != NULL && previous != NULL && next < arch->register_count &&
           strcmp(arch->registers[next++].name, previous) != 0) {
    }
    return arch != NULL && next < arch->register_count ? arch->registers[next].name : NULL;
}
