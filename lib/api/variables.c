/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/handle.h"

static struct qemucore_variable *variables_next(struct qc_variables *variables,
                                                const struct qemucore_variable *previous)
{
    size_t next = previous == NULL ? 0 : previous->index + 1;
    return next < variables->list.count ? &variables->list.items[next] : NULL;
}

QC_EXPORT struct qemucore_variable *
qemucore_argument_next(struct qemucore_frame *frame, const struct qemucore_variable *previous)
{
    return variables_next(qc_stack_arguments(frame), previous);
}

QC_EXPORT struct qemucore_variable *
qemucore_local_next(struct qemucore_frame *frame, const struct qemucore_variable *previous)
{
    return variables_next(qc_stack_locals(frame), previous);
}

QC_EXPORT const char *qemucore_variable_name(const struct qemucore_variable *variable)
{
    return variable->name;
}

QC_EXPORT const char *qemucore_variable_type(const struct qemucore_variable *variable)
{
    return variable->type;
}

QC_EXPORT const char *qemucore_variable_value(const struct qemucore_variable *variable)
{
    return variable->value;
}

QC_EXPORT const char *qemucore_variable_symbol(const struct qemucore_variable *variable)
{
    return variable->symbol;
}

QC_EXPORT const char *qemucore_variable_text(const struct qemucore_variable *variable, bool *cut)
{
    if (cut != NULL) {
        *cut = variable->text_cut;
    }
    return variable->text;
}

QC_EXPORT const char *qemucore_variable_why_absent(const struct qemucore_variable *variable)
{
    return variable->why_absent;
}

QC_EXPORT const char *qemucore_variable_entry_value(const struct qemucore_variable *variable)
{
    return variable->entry;
}
