/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "render/lock_field.h"

#include <inttypes.h>
#include <string.h>

#include "base/base.h"

char *qc_lock_field_text(const struct qc_lock_field *field)
{
    switch (field->format) {
    case QC_FORMAT_DECIMAL:
        return qc_format("%" PRIu64, field->value);
    case QC_FORMAT_SIGNED:
        return qc_format("%" PRId64, (int64_t)field->value);
    case QC_FORMAT_HEX:
        return qc_format("0x%" PRIx64, field->value);
    case QC_FORMAT_TEXT:
        break;
    }
    return field->text == NULL ? NULL : strdup(field->text);
}
