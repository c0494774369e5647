/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/file_note.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY_SIZE 24 /* start, end and offset of a mapping, in bytes */

/* Removes " (deleted)", which the kernel (d_path) appends to the path of a file that was unlinked
   or replaced while the process ran. The build-id tells whether the file at the path is that
   one. */
static void path_cut_deleted(char *path)
{
    static const char remark[] = " (deleted)";
    size_t length = strlen(path);
    size_t cut = sizeof(remark) - 1;
    if (length > cut && strcmp(path + length - cut, remark) == 0) {
        path[length - cut] = '\0';
    }
}

struct mapping_reader {
    uint64_t offset; /* offset of the note in the file */
    uint64_t count;  /* number of mappings */
    uint64_t unit;   /* unit of the offsets in mapped files, in bytes */
    struct qc_cursor numbers;
    struct qc_cursor paths; /* over core->mapping_paths */
};

static enum qemucore_status mappings_read(struct qc_core *core, struct mapping_reader *reader,
                                          struct qemucore_error *error)
{
    for (uint64_t i = 0; i < reader->count; i++) {
        struct qc_mapping mapping = {.start = qc_cursor_u64(&reader->numbers)};
        mapping.end = qc_cursor_u64(&reader->numbers);
        uint64_t units = qc_cursor_u64(&reader->numbers);
        char *path = core->mapping_paths + reader->paths.position;
        mapping.path = qc_cursor_string(&reader->paths);
        if (reader->paths.failed) {
            return qc_core_add_missing(core, QEMUCORE_CORRUPT, reader->offset, error,
                                       "NT_FILE at offset %" PRIu64 ": entry %" PRIu64
                                       " of %" PRIu64 " has no path",
                                       reader->offset, i, reader->count);
        }
        path_cut_deleted(path);
        if (mapping.start >= mapping.end ||
            __builtin_mul_overflow(units, reader->unit, &mapping.file_offset)) {
            continue;
        }
        QC_TRY_MEMORY(qc_vec_push(&core->mappings, mapping), error);
    }
    return QEMUCORE_OK;
}

enum qemucore_status qc_core_read_file_note(struct qc_core *core, struct qc_cursor note,
                                            uint64_t offset, struct qemucore_error *error)
{
    if (core->mapping_paths != NULL) {
        return QEMUCORE_OK; /* a second NT_FILE can only repeat the first */
    }
    struct mapping_reader reader = {.offset = offset, .numbers = note};
    reader.count = qc_cursor_u64(&reader.numbers);
    reader.unit = qc_cursor_u64(&reader.numbers);
    if (reader.numbers.failed || reader.count > qc_cursor_left(&reader.numbers) / ENTRY_SIZE) {
        return qc_core_add_missing(core, QEMUCORE_CORRUPT, offset, error,
                                   "NT_FILE at offset %" PRIu64 ": %" PRIu64
                                   " entries end past the note",
                                   offset, reader.count);
    }
    size_t size = qc_cursor_left(&reader.numbers) - (size_t)reader.count * ENTRY_SIZE;
    core->mapping_paths = malloc(size + 1);
    QC_TRY_MEMORY(core->mapping_paths != NULL, error);
    memcpy(core->mapping_paths, note.bytes + note.size - size, size);
    core->mapping_paths[size] = '\0';
    reader.paths = qc_cursor_new(core->mapping_paths, size, core->big_endian);
    return mappings_read(core, &reader, error);
}
