/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_graph.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/base.h"

__attribute__((format(printf, 2, 3)))
static bool problem_add(struct qc_wait_graph *graph, const char *format, ...)
{
    const char *problem = qc_fields_keep(graph->process->fields, QC_FORMATTED(format));
    return problem != NULL && qc_vec_push(&graph->problems, problem);
}

static bool check_debug_info(struct qc_wait_graph *graph)
{
    const struct qc_modules *modules = graph->process->modules;
    struct qemucore_module *executable = qc_modules_executable(modules);
    Dwarf_Addr bias;
    if (executable == NULL) {
        return problem_add(graph, "the dump does not say what its executable is: without its debug "
                                  "info, locks have the C library's kinds, and threads no names");
    }
    return qc_module_dwarf(executable, &bias) != NULL ||
           problem_add(graph,
                       "no debug info of %s: locks have the C library's kinds, only those that a "
                       "thread waits for are known, and most threads have no names "
                       "(qemucore-info says how to get it)",
                       qc_path_name(executable->path));
}

static bool check_conditions(struct qc_wait_graph *graph)
{
    struct qc_libc *libc = &graph->process->libc;
    bool has_conditions = qc_vec_any(&graph->locks, lock, qc_lock_is_cond(lock->kind));
    if (qc_libc_find(libc)->is_other) {
        return problem_add(graph, "the C library is not glibc (musl, for one): its locks are not known");
    }
    return !has_conditions || qc_libc_cond_layout(libc) != QC_COND_UNKNOWN ||
           problem_add(graph, "which of glibc's three layouts pthread_cond_t has is not known "
                              "without debug info of the C library: conditions are not decoded");
}

static bool check_namespace(struct qc_wait_graph *graph)
{
    const struct qc_process *process = graph->process;
    return !process->is_namespaced ||
           problem_add(graph,
                       "thread ids in memory are those of a PID namespace (%d is LWP %d): they are "
                       "told by the LWPs of the dump",
                       process->tids[0].tid, process->tids[0].lwp);
}

static bool check_threads(struct qc_wait_graph *graph)
{
    size_t unknown = 0;
    size_t objects = 0;
    for (size_t i = 0; i < graph->process->threads->count; i++) {
        const struct qemucore_wait *wait = &graph->waits->items[i];
        unknown += wait->state == QC_WAIT_UNKNOWN;
        objects += wait->state == QC_WAIT_BLOCKED && wait->object == 0;
    }
    return (unknown == 0 ||
            problem_add(graph, "it is not known what %zu thread%s doing", unknown,
                        unknown == 1 ? " is" : "s are")) &&
           (objects == 0 ||
            problem_add(graph, "it is not known on which object %zu thread%s wait%s", objects,
                        qc_noun_s(objects), qc_verb_s(objects)));
}

static bool check_lists(struct qc_wait_graph *graph)
{
    const struct qc_process *process = graph->process;
    return (process->cpus.why_cut == NULL ||
            problem_add(graph, "only %zu vCPU%s known: %s", process->cpus.list.count,
                        process->cpus.list.count == 1 ? " is" : "s are", process->cpus.why_cut)) &&
           (!process->locks.is_cut ||
            problem_add(graph,
                        "there are more locks in variables than are listed: libqemucore's limit")) &&
           (!qc_fields_are_cut(process->fields) ||
            problem_add(graph, "the object tree is longer than libqemucore's limit: ids are "
                               "missing"));
}

static bool check_objects(struct qc_wait_graph *graph)
{
    size_t unreadable = 0;
    const struct qemucore_lock *first = NULL;
    qc_vec_each(&graph->locks, lock) {
        first = first == NULL && lock->state.why_absent != NULL ? lock : first;
        unreadable += lock->state.why_absent != NULL;
    }
    return unreadable == 0 ||
           problem_add(graph, "%zu object%s can't be read: %s at 0x%" PRIx64 ": %s", unreadable,
                       qc_noun_s(unreadable), qc_lock_types[first->kind].name, first->address,
                       first->state.why_absent);
}

bool qc_wait_problems_find(struct qc_wait_graph *graph)
{
    return check_debug_info(graph) && check_conditions(graph) && check_namespace(graph) &&
           check_threads(graph) && check_lists(graph) && check_objects(graph) &&
           (!graph->cycles_are_cut ||
            problem_add(graph, "there may be more cycles than are listed: libqemucore's limit"));
}
