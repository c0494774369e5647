/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process.h"

#include "base/guard.h"
#include "qemu/role.h"

static void guard_process(struct qc_process **process)
{
    qc_process_free(*process);
}

enum qemucore_status qc_process_new(struct qc_modules *modules, struct qc_threads *threads,
                                    struct qc_process **ret, struct qemucore_error *error)
{
    QC_GUARD(guard_process) struct qc_process *process = calloc(1, sizeof(*process));
    if (process == NULL) {
        return qc_error_memory(error);
    }
    process->core = modules->core;
    process->modules = modules;
    process->threads = threads;
    qc_libc_init(&process->libc, modules);
    enum qemucore_status status = qc_fields_new(modules, &process->fields, error);
    if (status == QEMUCORE_OK) {
        threads->process = process;
        *ret = qc_move(process);
    }
    return status;
}

void qc_process_free(struct qc_process *process)
{
    if (process == NULL) {
        return;
    }
    free(process->by_lwp);
    qc_inventory_free(&process->locks);
    qc_iothreads_free(&process->iothreads);
    qc_cpus_free(&process->cpus);
    qc_fields_free(process->fields);
    free(process);
}

const struct qc_cpus *qc_process_cpus(struct qc_process *process)
{
    if (!process->cpus_looked_for) {
        process->cpus_looked_for = true;
        qc_cpus_find(process->fields, &process->cpus);
    }
    return &process->cpus;
}

const struct qc_iothreads *qc_process_iothreads(struct qc_process *process)
{
    if (!process->iothreads_looked_for) {
        process->iothreads_looked_for = true;
        qc_iothreads_find(process->fields, process->threads, qc_process_cpus(process),
                          &process->iothreads);
    }
    return &process->iothreads;
}

void qc_process_name_threads(struct qc_process *process)
{
    if (!process->roles_looked_for) {
        process->roles_looked_for = true;
        qc_roles_find(process);
    }
}

uint64_t qc_process_bql(struct qc_process *process, qc_bql_witness *witness)
{
    if (!process->bql_looked_for) {
        process->bql_looked_for =
            qc_variable_address(process->fields, QC_VARIABLE_BQL, NULL, &process->bql);
    }
    if (!process->bql_looked_for && witness != NULL) {
        process->bql_looked_for = true;
        process->bql = witness(process);
    }
    return process->bql_looked_for ? process->bql : 0;
}

static bool threads_sort(struct qc_process *process)
{
    size_t count = process->threads->count;
    if (process->by_lwp != NULL) {
        return true;
    }
    process->by_lwp = calloc(count + 1, sizeof(*process->by_lwp));
    if (process->by_lwp == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        process->by_lwp[i] = &process->threads->items[i];
    }
    qsort(process->by_lwp, count, sizeof(*process->by_lwp), qc_threads_compare);
    return true;
}

struct qemucore_thread *qc_process_thread(struct qc_process *process, int lwp)
{
    struct qc_thread wanted = {.lwp = lwp};
    struct qemucore_thread key = {.core_thread = &wanted};
    const struct qemucore_thread *pointer = &key;
    if (!threads_sort(process)) {
        return NULL;
    }
    struct qemucore_thread **found = bsearch(&pointer, process->by_lwp, process->threads->count,
                                             sizeof(*process->by_lwp), qc_threads_compare);
    return found == NULL ? NULL : *found;
}
