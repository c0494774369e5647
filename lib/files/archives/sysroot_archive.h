/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sysroot_archive - a sysroot that is the image of a container, or an archive
 *
 * Files that the process may have mapped are unpacked into a new directory below TMPDIR (/var/tmp). It becomes
 * the sysroot, and is removed with the search. An archive is hostile: nothing is written outside
 * of that directory, whatever its paths and links say.
 */
#pragma once

#include "core/core.h"
#include "files/elf_file.h"
#include "files/search.h"

/* Finds the layers if the sysroot is an image, unless they were found before. */
enum qemucore_status qc_sysroot_archive_find(struct qc_file_search *search,
                                             struct qemucore_error *error);

/* Wants what a path leads to: all names in it. Does nothing if the sysroot is a plain directory, as
   the functions below. */
void qc_sysroot_archive_want(struct qc_file_search *search, const char *path);

/* Wants the file at a path, and its debug file by name and by build-id. */
void qc_sysroot_archive_want_file(struct qc_file_search *search, const char *path,
                                  const struct qc_build_id *build_id);

/* Unpacks what is wanted, unless it was unpacked before, and makes the directory the sysroot. What
   limits leave out is reported as missing in the core. */
enum qemucore_status qc_sysroot_archive_take(struct qc_file_search *search, struct qc_core *core,
                                             struct qemucore_error *error);

/* Removes the directory. */
void qc_sysroot_archive_free(struct qc_sysroot_archive *archive);
