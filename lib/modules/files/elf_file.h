/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * elf_file - opening files whose paths come out of a dump
 *
 * Such a path may name anything on the machine that reads the dump. So: it is looked at without
 * being opened (O_PATH) until it is known to be a regular file; a sysroot is left by no symbolic
 * link; and what is opened is used only with the build-id that the process had in memory.
 */
#ifndef QC_MODULES_ELF_FILE_H
#define QC_MODULES_ELF_FILE_H

#include <gelf.h>

#include "modules/module.h"

/* Opens a regular file read-only. Below root when that is not NULL: path and all symbolic links
   are resolved as if root were "/". */
enum qemucore_status qc_file_open(const char *root, const char *path, int *ret,
                                  struct qemucore_error *error);

/* As many bytes as the file has from there on, up to size: no signal and no file system makes it fewer. Below
   0: errno says why. */
ssize_t qc_file_read_at(int fd, void *buffer, size_t size, uint64_t offset);

/* NULL: libelf has no memory for it, which is counted as that (base/shortage.h), or can't read it. */
Elf *qc_file_elf_begin(int fd);

/* The whole file as an ELF handle. A compressed file is inflated into *memory, which must outlive
   the handle. */
enum qemucore_status qc_file_elf(int fd, const char *path, Elf **ret, uint8_t **memory,
                                 size_t *memory_size, struct qemucore_error *error);

/* The next program header of a type from *index on, which moves behind it. False: there is none. */
bool qc_file_phdr_next(Elf *elf, uint32_t type, size_t *index, GElf_Phdr *ret);

/* The first section of that name; NULL: none. */
Elf_Scn *qc_file_section(Elf *elf, const char *name);

bool qc_file_has_debug_info(Elf *elf);

/* Whether it is a separate debug file, whose code is elsewhere. */
bool qc_file_is_debug_only(Elf *elf);

/* Build-id of an ELF file; size 0 without one. */
void qc_file_build_id(Elf *elf, struct qc_build_id *ret);

/* Lower-case hexadecimal into text, of 2 * size + 1 bytes. */
void qc_build_id_format(const struct qc_build_id *build_id, char *text);
bool qc_build_id_equal(const struct qc_build_id *left, const struct qc_build_id *right);

/* Build-id in the notes in data; size 0 without one. */
void qc_build_id_from_notes(const uint8_t *data, size_t size, bool big_endian,
                            struct qc_build_id *ret);

#endif
