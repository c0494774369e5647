/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * package - which package of a machine a file belongs to
 *
 * dpkg keeps a list of the files of each package, which is read here; rpm's database takes rpm to
 * read, but its commands accept a file's path. No program is run.
 */
#ifndef QC_MODULES_PACKAGE_H
#define QC_MODULES_PACKAGE_H

#include <stddef.h>

enum qc_package_manager {
    QC_PACKAGE_UNKNOWN,
    QC_PACKAGE_DPKG,
    QC_PACKAGE_DNF,
    QC_PACKAGE_ZYPPER,
};

/* A file that is asked for, and the answer. */
struct qc_package_file {
    const char *path;
    char *package; /* without architecture, to be freed; NULL: nobody's, or not to be told */
    const char *key; /* the search's own, as length */
    size_t length;
};

/* Which package manager the machine has whose files are below root (NULL: this one), and the owners
   of files where it is dpkg. Sorts files. */
enum qc_package_manager qc_package_find(const char *root, struct qc_package_file *files,
                                        size_t count);

/* The command that lets apt know the archive of the packages of debug info, which Debian and Ubuntu
   don't have among their others; malloc, NULL: it is known, or nobody knows of one. */
char *qc_package_debug_source(const char *root);

#endif
