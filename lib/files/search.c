/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "files/search.h"

#include <sys/stat.h>

#include "base/base.h"
#include "files/archives/sysroot_archive.h"
#include "files/debuginfod.h"
#include "files/elf_file.h"

void qc_file_search_init(struct qc_file_search *search, const struct qc_file_options *options,
                         uint64_t deadline)
{
    *search = (struct qc_file_search){
        .options = *options,
        .deadline = deadline,
        .debuginfod_left = options->debuginfod_seconds,
    };
}

void qc_file_search_free(struct qc_file_search *search)
{
    qc_debuginfod_end(search);
    qc_sysroot_archive_free(search->sysroot_archive);
    qc_vec_free(&search->given_files);
}

/* ---- a line for the application about files and downloads that it asked for ------------------ */

void qc_notice(const struct qc_file_search *search, const char *format, ...)
{
    const struct qc_file_options *options = &search->options;
    if (options->notice == NULL) {
        return;
    }
    QC_FREE char *line = QC_FORMATTED(format);
    if (line != NULL) {
        options->notice(options->notice_opaque, line);
    }
}

/* ---- files by build-id from a function of the application, for its own symbol server --------- */

/* Tells whether a file can be mapped, and read at any offset. */
static bool is_regular(int fd)
{
    struct stat information;
    return fstat(fd, &information) == 0 && S_ISREG(information.st_mode);
}

/* Makes a name for a file without a path. It leads to no file of this machine. */
static char *name_of(const struct qc_build_id *build_id)
{
    char text[2 * QC_LIMIT_BUILD_ID + 1];
    qc_build_id_format(build_id, text);
    return qc_format("/provided/.build-id/%.2s/%s", text, text + 2);
}

int qc_provided_open(const struct qc_file_search *search, const struct qc_build_id *build_id,
                     bool executable, char **name)
{
    const struct qc_file_options *options = &search->options;
    if (options->provide == NULL || build_id == NULL || build_id->size == 0) {
        return -1;
    }
    QC_FREE char *path = NULL;
    QC_CLOSE int fd = options->provide(options->provide_opaque, executable, build_id->bytes,
                                       build_id->size, &path);
    if (fd < 0 && path != NULL && qc_file_open(NULL, path, &fd, NULL) != QEMUCORE_OK) {
        return -1;
    }
    if (fd < 0 || !is_regular(fd)) {
        return -1;
    }
    *name = path != NULL ? qc_move(path) : name_of(build_id);
    return *name == NULL ? -1 : qc_move_fd(&fd);
}
