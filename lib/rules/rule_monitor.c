/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_monitor - QMP monitors that take no more commands while the main loop goes on
 *
 * handle_qmp_command() queues a command, and suspends the monitor, at each one or when eight are
 * queued. monitor_qmp_dispatcher_co() executes it and resumes the monitor (monitor/qmp.c). While
 * that coroutine rests, there is no command, and no monitor is suspended.
 */
#include <inttypes.h>

#include "base/base.h"
#include "qemu/qemu.h"
#include "rules/condition.h"

/* struct GQueue of GLib (glib/gqueue.h): two pointers before its length. */
#define QUEUE_LENGTH 16

/* From 11.1 on, a monitor is an object of QOM, and its type tells. */
static bool is_qmp(struct qc_fields *fields, uint64_t monitor)
{
    struct qc_fact fact = qc_fact_field(fields, QC_FIELD_MONITOR_IS_QMP, monitor, NULL);
    const char *type = fact.is_known ? NULL : qc_qom_type(fields, monitor);
    return qc_fact_is_set(fact) || qc_str_is(type, "monitor-qmp");
}

/* Returns the number of commands in the queue of a QMP monitor; not known: it is no QMP monitor. */
static struct qc_fact commands_of(struct qc_fields *fields, uint64_t monitor)
{
    struct qc_fact queue = is_qmp(fields, monitor)
                               ? qc_fact_field(fields, QC_FIELD_MONITOR_COMMANDS, monitor, NULL)
                               : (struct qc_fact){0};
    struct qc_fact count = {0};
    count.is_known = qc_fact_is_set(queue) &&
                     qc_fields_number(fields, queue.value + QUEUE_LENGTH, 4, &count.value);
    return count;
}

static void unserved_report(struct qc_rule_context *context, uint64_t monitor, uint64_t count)
{
    struct qc_fields *fields = context->process->fields;
    struct qc_fact chardev = qc_fact_field(fields, QC_FIELD_MONITOR_CHARDEV, monitor, NULL);
    const char *label = qc_text_behind(fields, chardev, QC_FIELD_CHARDEV_LABEL);
    struct qemucore_finding *finding = qc_finding_report(
        context, "the QMP monitor %s takes no more commands: it %s, and none is being executed",
        qc_str_or(label, "?"),
        count == 0 ? "is suspended as for a command"
                   : qc_rule_format(context, "has %" PRIu64 " in its queue", count));
    qc_finding_doubt(finding);
    qc_evidence_add(finding,
                    (struct qc_subject){.field = "Monitor.suspend_cnt", .address = monitor},
                    "qmp_dispatcher_co_busy is not set, and the main loop is in its poll");
    qc_finding_set_actor(finding,
                         "Nobody resumes it; another monitor, if there is one, may still answer.");
}

void qc_condition_monitor_unserved(struct qc_rule_context *context)
{
    struct qc_fields *fields = context->process->fields;
    struct qc_fact busy = qc_fact_variable(fields, QC_VARIABLE_QMP_BUSY, NULL);
    if (context->state->main_loop.place != QC_MAIN_LOOP_POLL || !qc_fact_is_zero(busy)) {
        return;
    }
    struct qc_list monitors =
        qc_list_variable(fields, QC_VARIABLE_MONITORS, QC_FIELD_MONITOR_NEXT, NULL, NULL);
    qc_list_each(&monitors, monitor) {
        struct qc_fact count = commands_of(fields, monitor);
        struct qc_fact suspended = qc_fact_field(fields, QC_FIELD_MONITOR_SUSPENDED, monitor, NULL);
        if (count.is_known && (count.value != 0 || qc_fact_is_set(suspended))) {
            unserved_report(context, monitor, count.value);
        }
    }
}

/* monitor.c, mon_iothread: a thread of its own reads the commands, in no time. It needs no lock of
   which others would tell. monitor_qmp_read() jumps into the parser (qobject/json-streamer.c). */
void qc_condition_monitor_reads(struct qc_rule_context *context)
{
    static const char *const functions[] = {"monitor_qmp_read", "json_message_parser_feed", NULL};
    qc_vec_each(context->process->threads, thread) {
        if (thread->role != QC_ROLE_IOTHREAD ||
            qc_rule_wait(context, thread)->state != QC_WAIT_RUNNING ||
            qc_rule_frame(thread, functions) == NULL) {
            continue;
        }
        struct qemucore_finding *finding = qc_finding_report(
            context, "%s, which reads the QMP monitors' commands, %s; %s whether it makes progress",
            qc_rule_thread_label(context, thread), qc_rule_doing(context, thread),
            qc_rule_dumps_dont_tell(context));
        qc_finding_doubt(finding);
        qc_evidence_add_thread(finding, thread);
        qc_finding_set_actor(finding, "%s must finish that.",
                             qc_rule_thread_label(context, thread));
    }
}
