/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * folder - opening a directory below another one, to list its entries
 */
#pragma once

#include <dirent.h>
#include <fcntl.h>

#include "base/guard.h"

static inline void qc_guard_folder(DIR **folder)
{
    if (*folder != NULL) {
        closedir(*folder);
    }
}
#define QC_FOLDER QC_GUARD(qc_guard_folder)

/* Opens a directory. Returns NULL and sets errno on failure, also when name is a symbolic link. */
static inline DIR *qc_folder_open(int directory, const char *name)
{
    QC_CLOSE int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    fd = folder == NULL ? fd : -1; /* the stream owns fd */
    return folder;
}
