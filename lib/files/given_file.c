/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "files/given_file.h"

#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "files/search.h"

/* Reads the build-id of a file. A compressed one is not inflated before it is used: it has no
   build-id here, and can only be the executable's. */
static enum qemucore_status file_read(struct qc_given_file *file, struct qemucore_error *error)
{
    QC_CLOSE int fd = -1;
    char magic[SELFMAG] = "";
    QC_TRY(qc_file_open(NULL, file->path, &fd, error));
    Elf *elf = NULL;
    if (qc_file_read_at(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
        memcmp(magic, ELFMAG, SELFMAG) == 0) {
        elf = qc_file_elf_begin(fd);
    }
    if (elf == NULL || elf_kind(elf) != ELF_K_ELF) {
        elf_end(elf);
        return qc_error_set(error, QEMUCORE_UNSUPPORTED,
                            "%s: neither a directory nor an ELF file", file->path);
    }
    qc_file_build_id(elf, &file->build_id);
    file->is_debug_only = qc_file_is_debug_only(elf);
    file->has_debug_info = qc_file_has_debug_info(elf);
    elf_end(elf);
    return QEMUCORE_OK;
}

static void files_add(struct qc_file_search *search, const char *path, bool is_executable)
{
    struct qemucore_error error;
    struct qc_given_file file = {.path = path, .is_executable = is_executable};
    enum qemucore_status status = file_read(&file, &error);
    if (status != QEMUCORE_OK && !is_executable) {
        qc_notice(search, "%s", error.message);
        return;
    }
    qc_vec_push(&search->given_files, file);
}

void qc_given_files_read(struct qc_file_search *search)
{
    const struct qc_file_options *options = &search->options;
    struct stat information;
    if (options->executable != NULL) {
        files_add(search, options->executable, true);
    }
    for (size_t i = 0; i < options->debuginfo_path_count; i++) {
        const char *path = options->debuginfo_paths[i];
        if (stat(path, &information) != 0 || !S_ISDIR(information.st_mode)) {
            files_add(search, path, false);
        }
    }
}

const char *qc_given_file_next_debug(const struct qc_file_search *search,
                                     const struct qc_build_id *build_id, const char *previous)
{
    bool is_after = previous == NULL;
    qc_vec_each(&search->given_files, file) {
        if (is_after && (file->has_debug_info || file->is_debug_only) &&
            qc_build_id_equal(&file->build_id, build_id)) {
            return file->path;
        }
        is_after = is_after || file->path == previous;
    }
    return NULL;
}
