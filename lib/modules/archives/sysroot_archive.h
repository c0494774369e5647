/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sysroot_archive - a sysroot that is the image of a container, or an archive
 *
 * Files that modules may need are unpacked into a new directory below TMPDIR (/var/tmp). It becomes
 * the sysroot, and is removed with the modules. An archive is hostile: nothing is written outside
 * of that directory, whatever its paths and links say.
 */
#pragma once

#include "modules/module.h"

/* Unpacks the files that the modules known so far may need, and makes the directory their sysroot.
   Does nothing if the sysroot is a plain directory, or if all of them were unpacked before. */
enum qemucore_status qc_sysroot_archive_take(struct qc_modules *modules,
                                             struct qemucore_error *error);

/* Removes the directory. */
void qc_sysroot_archive_free(struct qc_sysroot_archive *archive);
