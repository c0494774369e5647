/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * elf_file - opening files whose paths come out of a dump
 *
 * Such a path may name anything on the machine that reads the dump. So it is examined without being
 * opened (O_PATH) until it is known to be a regular file; no symbolic link leads out of a sysroot;
 * and a file is used only with the build-id that the process had in memory.
 */
#pragma once

#include <gelf.h>

#include "files/files_limits.h"

struct qc_build_id {
    uint8_t bytes[QC_LIMIT_BUILD_ID];
    size_t size; /* 0: unknown */
};

/* Opens a regular file read-only. A root, if not NULL, is "/" for path and all symbolic links. */
enum qemucore_status qc_file_open(const char *root, const char *path, int *ret,
                                  struct qemucore_error *error);

/* Reads size bytes, or as many as the file has from offset on: a signal or a file system never
   makes it fewer. Below 0: errno tells why. */
ssize_t qc_file_read_at(int fd, void *buffer, size_t size, uint64_t offset);

/* NULL: libelf can't read the file, or lacks memory, which is counted as such (base/shortage.h). */
Elf *qc_file_elf_begin(int fd);

/* Opens an ELF handle for the whole file. A compressed file is inflated into *memory, which must
   outlive the handle. */
enum qemucore_status qc_file_elf(int fd, const char *path, Elf **ret, uint8_t **memory,
                                 size_t *memory_size, struct qemucore_error *error);

/* Finds the next program header of a type from *index on, and moves *index past it. False: none. */
bool qc_file_phdr_next(Elf *elf, uint32_t type, size_t *index, GElf_Phdr *ret);

/* Returns the first section of that name; NULL: none. */
Elf_Scn *qc_file_section(Elf *elf, const char *name);

bool qc_file_has_debug_info(Elf *elf);

/* Tells whether the file is a separate debug file, without the code. */
bool qc_file_is_debug_only(Elf *elf);

/* Tells whether the file ends before its section headers do, as a copy that was not finished does: its
   symbols and its debug info are lost, and its code may be. */
bool qc_file_is_cut(Elf *elf);

/* Reads the build-id of an ELF file; size 0: it has none. */
void qc_file_build_id(Elf *elf, struct qc_build_id *ret);

/* Writes lower-case hexadecimal to text, of 2 * size + 1 bytes. */
void qc_build_id_format(const struct qc_build_id *build_id, char *text);
bool qc_build_id_equal(const struct qc_build_id *left, const struct qc_build_id *right);

/* Reads the build-id from the notes in data; size 0: they have none. */
void qc_build_id_from_notes(const uint8_t *data, size_t size, bool big_endian,
                            struct qc_build_id *ret);
