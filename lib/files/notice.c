/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "files/notice.h"

#include "base/base.h"

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
