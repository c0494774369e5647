/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/files/notice.h"

#include "base/base.h"

void qc_notice(const struct qc_modules *modules, const char *format, ...)
{
    const struct qc_modules_options *options = &modules->options;
    if (options->notice == NULL) {
        return;
    }
    QC_FREE char *line = QC_FORMATTED(format);
    if (line != NULL) {
        options->notice(options->notice_opaque, line);
    }
}
