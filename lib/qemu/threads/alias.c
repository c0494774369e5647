/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/alias.h"

#include <string.h>

#include "base/base.h"

static const struct alias {
    const char *name;
    const char *stands_for;
} aliases[] = {
    {"first_cpu", "cpus_queue.tqh_first"}, /* 8.2 on */
    {"first_cpu", "cpus.tqh_first"},
    {"qemu_global_mutex", "bql"}, /* 9.0 on */
    {"bql", "qemu_global_mutex"},
};

/* Returns the expression with prefix and name in place of the name at `at`; malloc. */
static char *name_replace(const char *expression, size_t at, size_t length, const char *prefix,
                          const char *name)
{
    return qc_format("%.*s%s%s%s", (int)at, expression, prefix, name, expression + at + length);
}

/* Returns the expression with its name replaced by what the name stands for; malloc. NULL: it
   stands for nothing in this dump. Only the name is looked up, so an error in the rest of the
   expression is reported for the replacement. */
static char *expression_by_alias(struct qc_process *process, const char *expression, size_t at,
                                 size_t length, const struct qc_thread *thread)
{
    struct qemucore_object base;
    const struct alias *alias = qc_array_find(
        aliases, row,
        strlen(row->name) == length && qc_str_begins(expression + at, row->name) &&
            qc_object_find(process->modules, row->stands_for, thread, &base, NULL) == QEMUCORE_OK);
    return alias == NULL ? NULL : name_replace(expression, at, length, "", alias->stands_for);
}

enum qemucore_status qc_expression_find(struct qc_process *process, const char *expression,
                                        const struct qc_thread *thread, struct qemucore_object *ret,
                                        struct qemucore_error *error)
{
    enum qemucore_status status = qc_object_find(process->modules, expression, thread, ret, error);
    size_t at = expression[0] == '*' ? 1 : 0;
    size_t length = 0;
    while (qc_is_alnum(expression[at + length]) || expression[at + length] == '_') {
        length++;
    }
    if (status != QEMUCORE_NOT_FOUND || length == 0) {
        return status;
    }
    QC_FREE char *other = expression_by_alias(process, expression, at, length, thread);
    if (other != NULL) {
        return qc_object_find(process->modules, other, thread, ret, error);
    }
    QC_FREE char *name = strndup(expression + at, length);
    QC_FREE char *local =
        name == NULL ? NULL : name_replace(expression, at, length, "co_tls_", name);
    struct qemucore_error second;
    enum qemucore_status local_status =
        local == NULL ? QEMUCORE_NO_MEMORY
                      : qc_object_find(process->modules, local, thread, ret, &second);
    if (local_status == QEMUCORE_OK) {
        return local_status;
    }
    /* The thread-local exists, so its error tells what is missing. */
    if (local_status != QEMUCORE_NOT_FOUND && local_status != QEMUCORE_NO_MEMORY && error != NULL) {
        *error = second;
        return local_status;
    }
    return status;
}
