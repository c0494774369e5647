/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * api_notes - the ELF notes of the core, as its file holds them
 */
#include "api/handle.h"

QC_EXPORT const struct qemucore_note *qemucore_note_next(const struct qemucore *core,
                                                         const struct qemucore_note *previous)
{
    return QC_NEXT(&core->dump->notes, previous);
}

QC_GETTER(const char *, qemucore_note_name, qemucore_note, object->has_name ? object->name : NULL)
QC_GETTER(uint32_t, qemucore_note_type, qemucore_note, object->type)
QC_GETTER(uint64_t, qemucore_note_offset, qemucore_note, object->offset)
QC_GETTER(uint64_t, qemucore_note_size, qemucore_note, object->size)

QC_EXPORT struct qemucore_thread *qemucore_note_thread(struct qemucore *core,
                                                       const struct qemucore_note *note)
{
    return note->thread == 0 ? NULL : &core->threads->items[note->thread - 1];
}

QC_EXPORT enum qemucore_status qemucore_note_read(struct qemucore *core,
                                                  const struct qemucore_note *note, void *buffer,
                                                  size_t size, struct qemucore_error *error)
{
    if (size > note->size || (buffer == NULL && size != 0)) {
        return qc_error_set(error, QEMUCORE_INVALID, "%zu bytes of a note that has %llu", size,
                            (unsigned long long)note->size);
    }
    return qc_core_read_file(core->dump, note->offset, buffer, size, error);
}
