/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_stopped - a process that does not run at all: stopped by a signal, by a debugger, frozen
 *
 * Its threads lie where they were, and so look sound. Only the kernel knows, and a snapshot asks it.
 */
#include <stdlib.h>

#include "base/base.h"
#include "findings/findings.h"
#include "rules/condition.h"

enum stop {
    STOP_NONE,
    STOP_SIGNAL,
    STOP_DEBUGGER,
    STOP_FROZEN,
    STOP_LATE, /* a timer of the main loop is long due, though the loop is in its own poll */
};

static const struct stop_row {
    const char *sentence;
    const char *actor;
    const char *cause;
    bool is_certain;
} stop_rows[] = {
    [STOP_SIGNAL] = {"the process is stopped by a signal (SIGSTOP, or another of job control): none "
                     "of its threads runs",
                     "Whoever has stopped it must send SIGCONT.", "signal", true},
    /* Another program may take a snapshot, which takes some milliseconds. */
    [STOP_DEBUGGER] = {"the process is stopped by a debugger: it does not run until that lets it",
                       "The debugger must let it go on.", "debugger", false},
    [STOP_FROZEN] = {"the process is frozen, by its cgroup or for the host's sleep: none of its "
                     "threads runs",
                     "Whoever has frozen its cgroup must thaw it.", "frozen", true},
    [STOP_LATE] = {"the main loop was not woken for a timer that is long due: it is frozen, stopped, "
                   "or gets no CPU",
                   "The host must let it run.", "late", false},
};

/* kernel/signal.c and kernel/freezer.c: do_freezer_trap() is inlined into get_signal() in many
   builds, where nothing else sleeps that leaves the state S. */
static bool is_frozen(const struct qc_task *task)
{
    static const char *const functions[] = {"do_freezer_trap", "__refrigerator", NULL};
    QC_FREE char *function = qc_task_function(task);
    return qc_str_is_one_of(function, functions) ||
           (task->state == 'S' && qc_str_is(function, "get_signal"));
}

/* ptrace(2): a stop by a signal is the only one that has no siginfo. gdb writes that of every thread,
   also if it has attached to a running process, and so has stopped it itself. */
static bool was_stopped_before_gdb(const struct qc_rule_context *context)
{
    const struct qc_core *core = context->process->core;
    return qc_recent_is_by_debugger(context) && core->has_process_information &&
           !core->has_signal_information;
}

static enum stop find_stop(const struct qc_rule_context *context,
                           const struct qemucore_thread *thread)
{
    const struct qc_task *task = &thread->core_thread->task;
    return task->state == 'T'                ? STOP_SIGNAL
           : task->state == 't'              ? STOP_DEBUGGER
           : is_frozen(task)                 ? STOP_FROZEN
           : was_stopped_before_gdb(context) ? STOP_SIGNAL
           : qc_recent_late(context) != NULL ? STOP_LATE
                                             : STOP_NONE;
}

/* Of a living process the kernel was asked when its memory was read. The copy of a /proc folder is older
   than the core, and who made it may have stopped the process for that. */
static bool is_certain(const struct qc_rule_context *context, const struct stop_row *row)
{
    return row->is_certain && context->process->core->live.is_live;
}

/* In a dump by the kernel, what other threads have noted tells that time has passed. */
static void show_late(struct qemucore_finding *finding, struct qemucore_thread *thread)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_clock_overdue *due = qc_recent_late(context);
    const struct qc_clock_bounds *bounds = &context->state->clocks.bounds[due->list->type];
    qc_evidence_add(
        finding, (struct qc_subject){.thread = thread},
        "%s sleeps in its poll, though its timer %s was due at least %s ago: %s is later",
        qc_rule_thread_label(context, thread), qc_str_or(due->list->callback, "?"),
        qc_rule_seconds(context, due->by.at_least.value),
        qc_str_or(bounds->lower.rests_on, "another time"));
}

static void show_task(struct qemucore_finding *finding, struct qemucore_thread *thread)
{
    const struct qc_task *task = &thread->core_thread->task;
    QC_FREE char *function = qc_task_function(task);
    if (task->state != 0) {
        qc_evidence_add(finding, (struct qc_subject){.thread = thread},
                        "the kernel had %s in state %c%s%s%s",
                        qc_rule_thread_label(finding->context, thread), task->state,
                        function == NULL ? "" : ", in ", qc_str_or(function, ""),
                        finding->context->process->core->live.is_live
                            ? ""
                            : ", when its /proc folder was copied");
    } else {
        qc_evidence_add(finding, (struct qc_subject){.thread = thread},
                        "gdb, which wrote the dump, had no siginfo of any thread: they had been "
                        "stopped before it came");
    }
}

/* A cgroup may hold single threads (threaded ones of version 2, any of version 1), and so may a
   debugger. The other threads go on, and wait for those sooner or later. */
static void check_threads(struct qc_rule_context *context)
{
    struct qc_threads *threads = context->process->threads;
    qc_vec_each(threads, thread) {
        const struct qc_task *task = &thread->core_thread->task;
        bool frozen = is_frozen(task);
        if (!frozen && task->state != 't') {
            continue;
        }
        enum stop stop = frozen ? STOP_FROZEN : STOP_DEBUGGER;
        struct qemucore_finding *finding = qc_finding_report(
            context, "%s is %s: it does not run, though other threads do",
            qc_rule_thread_label(context, thread),
            frozen ? "frozen, by its cgroup" : "held by a debugger");
        qc_finding_add_cause(finding, stop_rows[stop].cause);
        qc_finding_set_actor(finding, "%s", stop_rows[stop].actor);
        show_task(finding, thread);
        if (!is_certain(context, &stop_rows[stop])) {
            qc_finding_doubt(finding);
        }
    }
}

void qc_condition_process_stopped(struct qc_rule_context *context)
{
    struct qemucore_thread *thread = qc_process_main_thread(context->process);
    enum stop stop = thread == NULL ? STOP_NONE : find_stop(context, thread);
    if (stop == STOP_NONE || stop == STOP_LATE) {
        check_threads(context);
    }
    if (stop == STOP_NONE) {
        return;
    }
    const struct stop_row *row = &stop_rows[stop];
    struct qemucore_finding *finding = qc_finding_report(context, "%s", row->sentence);
    qc_finding_add_cause(finding, row->cause);
    qc_finding_set_actor(finding, "%s", row->actor);
    if (stop == STOP_LATE) {
        show_late(finding, thread);
    }
    if (stop != STOP_LATE || context->process->core->live.is_live) {
        show_task(finding, thread);
    }
    if (!is_certain(context, row)) {
        qc_finding_doubt(finding);
    }
}
