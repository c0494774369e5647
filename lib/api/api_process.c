/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>

#include "api/handle.h"

QC_GETTER(const char *, qemucore_path, qemucore, object->dump->path)
QC_GETTER(const char *, qemucore_container, qemucore, qc_bytes_container(object->dump->bytes))
QC_GETTER(const char *, qemucore_machine, qemucore, qc_core_machine(object->dump))
QC_GETTER(int, qemucore_pid, qemucore, qc_core_pid(object->dump))

QC_EXPORT int qemucore_signal(const struct qemucore *core, int *sender)
{
    return qc_threads_signal(core->threads, sender);
}

QC_GETTER(const char *, qemucore_executable, qemucore, qc_modules_executable_path(object->modules))

QC_EXPORT const char *qemucore_process_name(const struct qemucore *core)
{
    const struct qc_core *loaded = core->dump;
    return loaded->has_process_information ? loaded->process_name : NULL;
}

QC_EXPORT const char *qemucore_command_line(const struct qemucore *core)
{
    const struct qc_core *loaded = core->dump;
    return loaded->has_process_information ? loaded->shown_command_line : NULL;
}

QC_EXPORT enum qemucore_status qemucore_auxv(const struct qemucore *core, uint64_t type,
                                             uint64_t *ret, struct qemucore_error *error)
{
    uint64_t value;
    QC_FAIL_IF(!qc_core_auxv(core->dump, type, &value), error, QEMUCORE_NOT_FOUND,
               "the auxiliary vector has no entry of type %" PRIu64, type);
    *ret = value;
    return QEMUCORE_OK;
}

QC_EXPORT const struct qemucore_missing *
qemucore_missing_next(const struct qemucore *core, const struct qemucore_missing *previous)
{
    qc_core_note_shortages(core->dump);
    return QC_NEXT_OF(core->dump, missing, previous);
}

QC_GETTER(enum qemucore_status, qemucore_missing_status, qemucore_missing, object->status)
QC_GETTER(uint64_t, qemucore_missing_offset, qemucore_missing, object->offset)
QC_GETTER(const char *, qemucore_missing_sentence, qemucore_missing, object->sentence)

QC_EXPORT bool qemucore_is_complete(const struct qemucore *core)
{
    qc_core_note_shortages(core->dump);
    return core->dump->missing.count == 0;
}

/* ---- the ELF notes of the core, as its file holds them --------------------------------------- */

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
    QC_FAIL_IF(size > note->size || (buffer == NULL && size != 0), error, QEMUCORE_INVALID,
               "%zu bytes of a note that has %llu", size, (unsigned long long)note->size);
    return qc_core_read_file(core->dump, note->offset, buffer, size, error);
}
