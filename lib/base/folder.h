/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * folder - a directory that is gone through, below one that is open
 */
#ifndef QC_BASE_FOLDER_H
#define QC_BASE_FOLDER_H

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

/* NULL, with errno: it is not there, or is a link. */
static inline DIR *qc_folder_open(int directory, const char *name)
{
    QC_CLOSE int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    fd = folder == NULL ? fd : -1; /* the stream's now */
    return folder;
}

#endif
