/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "render/json/json_fact.h"

struct qc_json_value qc_json_fact(struct qc_fact fact)
{
    return !fact.is_known   ? qc_json_null()
           : fact.is_signed ? qc_json_signed((int64_t)fact.value)
                            : qc_json_unsigned(fact.value);
}

struct qc_json_value qc_json_fact_bool(struct qc_fact fact)
{
    return fact.is_known ? qc_json_bool(fact.value != 0) : qc_json_null();
}

/* An address of 0 is shown, too: it means that nothing is there. */
struct qc_json_value qc_json_fact_address(struct qc_fact fact)
{
    return fact.is_known ? qc_json_address(fact.value) : qc_json_null();
}

struct qc_json_value qc_json_context_name(const struct qc_aio_context *context)
{
    return context == NULL             ? qc_json_null()
           : context->iothread != NULL ? qc_json_text(context->iothread->id)
                                       : qc_json_text(qc_aio_context_kind_name(context->kind));
}
