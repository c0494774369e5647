/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * package - which package of a machine a file belongs to
 *
 * dpkg keeps a list of the files of each package, which is read here. Only rpm can read its
 * database, but rpm's commands accept a file's path. No program is run.
 */
#pragma once

#include <stddef.h>

enum qc_package_manager {
    QC_PACKAGE_UNKNOWN,
    QC_PACKAGE_DPKG,
    QC_PACKAGE_DNF,
    QC_PACKAGE_ZYPPER,
};

/* A file, and the package that it belongs to. */
struct qc_package_file {
    const char *path;
    char *package; /* without architecture, to be freed; NULL: in none, or not known */
    const char *key; /* private to the search, like length */
    size_t length;
};

/* Tells which package manager the machine has whose files are below root (NULL: this machine). If
   it is dpkg, finds the packages of the files, too. Sorts files. */
enum qc_package_manager qc_package_find(const char *root, struct qc_package_file *files,
                                        size_t count);

/* Returns the command (malloc) that adds the archive with packages of debug info to apt: Debian and
   Ubuntu have them in an archive of their own. NULL: apt has it already, or no archive is known. */
char *qc_package_debug_source(const char *root);
