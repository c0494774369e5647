/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/process.h"

#include <inttypes.h>

#include "base/base.h"
#include "glibc/glibc.h"
#include "qemu/fields/fact.h"
#include "qemu/fields/qom.h"
#include "qemu/threads/frames.h"

QC_DEFINE_GUARD(guard_process, struct qc_process, qc_process_free)

enum qemucore_status qc_process_new(struct qc_modules *modules, struct qc_threads *threads,
                                    struct qc_process **ret, struct qemucore_error *error)
{
    QC_GUARD(guard_process) struct qc_process *process = calloc(1, sizeof(*process));
    QC_TRY_MEMORY(process != NULL, error);
    process->core = modules->core;
    process->modules = modules;
    process->threads = threads;
    process->libc.modules = modules;
    QC_TRY(qc_fields_new(modules, &process->fields, error));
    threads->process = process;
    *ret = qc_move(process);
    return QEMUCORE_OK;
}

void qc_process_free(struct qc_process *process)
{
    if (process == NULL) {
        return;
    }
    if (process->rcu != NULL) {
        process->rcu_free(process->rcu);
    }
    if (process->peers != NULL) {
        process->peers_free(process->peers);
    }
    if (process->coroutines != NULL) {
        process->coroutines_free(process->coroutines);
    }
    free(process->by_lwp);
    free(process->tids);
    qc_instances_free(&process->locks);
    qc_pointers_free(&process->pointers);
    qc_vec_free(&process->iothreads.list);
    qc_vec_free(&process->cpus.list);
    qc_fields_free(process->fields);
    free(process);
}

const struct qc_cpus *qc_process_cpus(struct qc_process *process)
{
    if (!process->cpus_looked_for) {
        process->cpus_looked_for = true;
        qc_cpus_find(process->fields, &process->cpus);
        qc_vec_each(&process->cpus.list, cpu) {
            cpu->lwp = qc_process_lwp(process, cpu->lwp);
        }
    }
    return &process->cpus;
}

const struct qc_iothreads *qc_process_iothreads(struct qc_process *process)
{
    if (!process->iothreads_looked_for) {
        process->iothreads_looked_for = true;
        qc_iothreads_find(process->fields, process->threads, qc_process_cpus(process),
                          &process->iothreads);
        qc_vec_each(&process->iothreads.list, iothread) {
            iothread->lwp = qc_process_lwp(process, iothread->lwp);
        }
    }
    return &process->iothreads;
}

/* current_machine is set before QEMU creates any device or netdev. A program without a machine may
   have iothreads, which are in the tree too. */
bool qc_process_object_root(struct qc_process *process, uint64_t *ret, const char **why)
{
    struct qc_fact machine = qc_fact_variable(process->fields, QC_VARIABLE_CURRENT_MACHINE, NULL);
    const struct qc_iothreads *iothreads = qc_process_iothreads(process);
    bool is_set = qc_fact_is_set(machine);
    if (!is_set && iothreads->list.count == 0) {
        qc_fact_explain_as(process->fields, why,
                           "the object tree: %s is not set, or not in the dump",
                           qc_variable_newest_name(QC_VARIABLE_CURRENT_MACHINE));
        return false;
    }
    *ret = qc_qom_root(process->fields,
                       is_set ? machine.value : iothreads->list.items[0].address);
    return true;
}

void qc_process_dwarf_begin(struct qc_process *process)
{
    const struct qc_core *core = process->core;
    for (size_t i = 0; i < process->threads->count; i++) {
        const struct qc_thread *thread = process->threads->items[i].core_thread;
        struct qemucore_module *module =
            thread->registers == NULL
                ? NULL
                : qc_modules_find(process->modules, thread->registers[core->arch->pc_slot] &
                                                        core->arch->pc_mask);
        if (module != NULL) {
            qc_module_dwarf_begin(module);
        }
    }
}

uint64_t qc_process_bql(struct qc_process *process, qc_bql_fallback *fallback)
{
    if (!process->bql_looked_for) {
        process->bql_looked_for =
            qc_variable_address(process->fields, QC_VARIABLE_BQL, NULL, &process->bql);
    }
    if (!process->bql_looked_for && fallback != NULL) {
        process->bql_looked_for = true;
        process->bql = fallback(process);
    }
    return process->bql_looked_for ? process->bql : 0;
}

QC_DEFINE_ORDER(compare_tids, struct qc_tid, qc_compare(a->tid, b->tid))

/* A thread that the kernel made has the descriptor of another thread, so a few ids may differ in
   any process. It is namespaced only if all of them differ. */
static void tids_find(struct qc_process *process)
{
    size_t count = process->threads->count;
    size_t same = 0;
    size_t known = 0;
    process->tids_looked_for = true;
    process->tids = calloc(count + 1, sizeof(*process->tids));
    for (size_t i = 0; process->tids != NULL && i < count; i++) {
        const struct qc_thread *thread = process->threads->items[i].core_thread;
        int tid;
        if (qc_pthread_own_tid(&process->libc, thread, &tid)) {
            process->tids[known++] = (struct qc_tid){tid, thread->lwp};
            same += tid == thread->lwp;
        }
    }
    process->is_namespaced = known > 0 && same == 0;
    if (process->is_namespaced) {
        qsort(process->tids, known, sizeof(*process->tids), compare_tids);
        process->tid_count = known;
    }
}

int qc_process_lwp(struct qc_process *process, int tid)
{
    struct qc_tid key = {tid, 0};
    if (!process->tids_looked_for) {
        tids_find(process);
    }
    if (!process->is_namespaced || tid <= 0) {
        return tid;
    }
    const struct qc_tid *found =
        bsearch(&key, process->tids, process->tid_count, sizeof(key), compare_tids);
    return found == NULL ? tid : found->lwp;
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

struct qemucore_thread *qc_process_main_thread(struct qc_process *process)
{
    return process->core->has_process_information
               ? qc_process_thread(process, process->core->process_id)
               : NULL;
}

const char *qc_process_tool(const struct qc_process *process)
{
    static const char *const names[] = {"qemu-img", "qemu-nbd", "qemu-io", "qemu-storage-daemon"};
    const char *path = qc_modules_executable_path(process->modules);
    const char *file = path == NULL ? "" : qc_path_name(path);
    const char *const *name = qc_array_find(names, at, qc_str_begins(file, *at));
    return name == NULL ? NULL : *name;
}

/* ---- whether the dump has all threads of the process ----------------------------------------- */

/* A snapshot lists threads and copies memory at different times. */
static bool is_snapshot(const struct qc_process *process)
{
    return qc_vec_any(&process->core->threads, thread, thread->caught != QC_CAUGHT_DEAD);
}

/* The kernel's own threads are no threads of the C library. */
static size_t own_count(const struct qc_threads *threads)
{
    size_t count = 0;
    for (size_t i = 0; i < threads->count; i++) {
        count += threads->items[i].role != QC_ROLE_KERNEL;
    }
    return count;
}

/* Returns how many threads may be counted and not exist yet: pthread_create() counts a thread
   before it asks the kernel for it (nptl/pthread_create.c). */
static size_t being_made(const struct qc_threads *threads)
{
    static const char *const functions[] = {"pthread_create", "pthread_create_2_1", NULL};
    size_t count = 0;
    for (size_t i = 0; i < threads->count; i++) {
        struct qc_stack *stack = qc_thread_stack(&threads->items[i]);
        count += qc_vec_any(&stack->frames, frame, qc_frame_is_one_of_libc(frame, functions));
    }
    return count;
}

void qc_thread_count_check(struct qc_process *process)
{
    uint64_t counted;
    size_t seen = own_count(process->threads);
    process->threads_are_counted = !is_snapshot(process) && qc_pthread_count(&process->libc, &counted);
    if (!process->threads_are_counted || counted <= seen) {
        return;
    }
    counted -= qc_min(counted - seen, being_made(process->threads));
    if (counted > seen) {
        process->threads_are_counted = false;
        qc_core_add_missing(process->core, QEMUCORE_ABSENT, 0, NULL,
                            "the dump lacks %" PRIu64 " of the %" PRIu64 " threads that the C "
                            "library counts",
                            counted - seen, counted);
    }
}

bool qc_thread_count_is_whole(const struct qc_process *process)
{
    return process->threads_are_counted || process->core->missing.count == 0;
}
