/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "files/search.h"

#include "base/base.h"
#include "files/archives/sysroot_archive.h"
#include "files/debuginfod.h"
#include "files/given_file.h"

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
