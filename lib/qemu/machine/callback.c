/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/callback.h"

#include <stdlib.h>

struct qc_callback qc_callback_read(struct qc_fields *fields, enum qc_field field,
                                    uint64_t structure, char **why)
{
    struct qc_callback callback = {.address = qc_fact_field(fields, field, structure, why)};
    if (qc_fact_is_set(callback.address)) {
        callback.name = qc_fact_symbol(fields, callback.address.value);
    }
    return callback;
}

void qc_callback_free(struct qc_callback *callback)
{
    free(callback->name);
}
