/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sysroot_archive - a sysroot that is the image of a container, or an archive
 *
 * What modules may need of it is put into a directory of its own below TMPDIR (/var/tmp), which takes
 * the sysroot's place and goes with the modules. An archive is hostile: nothing is written outside
 * of that directory, whatever its paths and links say.
 */
#ifndef QC_MODULES_SYSROOT_ARCHIVE_H
#define QC_MODULES_SYSROOT_ARCHIVE_H

#include "modules/module.h"

/* Takes what the modules that are known by now may need, and makes the directory their sysroot. Does
   nothing where the sysroot is a directory, and where nothing has come to be needed since. */
enum qemucore_status qc_sysroot_archive_take(struct qc_modules *modules,
                                             struct qemucore_error *error);

/* Removes the directory. */
void qc_sysroot_archive_free(struct qc_sysroot_archive *archive);

#endif
