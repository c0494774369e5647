/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_command - the monitor command that a thread or coroutine executes, spelled as users do
 */
#include <string.h>

#include "base/base.h"
#include "verdict/rules/condition.h"
#include "verdict/rules/poll.h"
#include "verdict/rules/storage.h"

/* QMP commands spelled with underscores instead of dashes: command-name-exceptions of
   qapi/pragma.json, and three that were removed since (4.x, 5.x). */
static const char *const qmp_exceptions[] = {
    "add_client",     "block_passwd",         "block_resize",      "block_set_io_throttle",
    "device_add",     "client_migrate_info",  "device_del",        "expire_password",
    "migrate_cancel", "migrate_set_downtime", "migrate_set_speed", "netdev_add",
    "netdev_del",     "qmp_capabilities",     "set_link",          "set_password",
    "system_reset",   "system_powerdown",     "system_wakeup",     NULL,
};

/* HMP commands spelled with dashes instead of underscores: hmp-commands.hx, hmp-commands-info.hx,
   up to 11.1. */
static const char *const hmp_exceptions[] = {
    "chardev-add",              "chardev-change",
    "chardev-remove",           "chardev-send-break",
    "dump-guest-memory",        "dump-skeys",
    "info block-jobs",          "info firmware-log",
    "info hotpluggable-cpus",   "info memory-devices",
    "info qom-tree",            "info rocker-of-dpa-flows",
    "info rocker-of-dpa-groups", "info rocker-ports",
    "info sync-profile",        "info trace-events",
    "info virtio-queue-element", "info virtio-queue-status",
    "info virtio-status",       "info vm-generation-id",
    "one-insn-per-tb",          "qemu-io",
    "qom-get",                  "qom-list",
    "qom-set",                  "sync-profile",
    "trace-event",              "trace-file",
    "xen-event-inject",         "xen-event-list",
    NULL,
};

/* HMP commands whose functions have other names: `.name` and `.cmd` in those files. */
static const struct hmp_other {
    const char *function;
    const char *command;
} hmp_others[] = {
    {"info_local_apic", "info lapic"},
    {"ioport_read", "i"},
    {"ioport_write", "o"},
    {"memory_dump", "x"},
    {"migrationmode", "migration_mode"},
    {"physical_memory_dump", "xp"},
    {"vhost_queue_status", "info virtio-vhost-queue-status"},
    {"virtio_query", "info virtio"},
};

/* A function's name has only underscores. */
static bool is_spelling(const char *command, const char *function)
{
    size_t i = 0;
    while (command[i] != '\0' &&
           (command[i] == function[i] || (strchr("- ", command[i]) != NULL && function[i] == '_'))) {
        i++;
    }
    return command[i] == '\0' && function[i] == '\0';
}

/* Some functions of an "info" lack that word in their names: hmp_rocker_ports. */
static const char *find_exception(const char *const *commands, const char *function)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (is_spelling(commands[i], function) ||
            (qc_text_begins(commands[i], "info ") && is_spelling(commands[i] + 5, function))) {
            return commands[i];
        }
    }
    return NULL;
}

static const struct monitor_row {
    const char *prefix;
    const char *monitor;
    char separator;
    const char *const *exceptions; /* exceptions, as they are spelled */
} monitor_rows[] = {
    {"qmp_marshal_", "QMP", '-', qmp_exceptions},
    {"qmp_", "QMP", '-', qmp_exceptions},
    {"hmp_", "HMP", '_', hmp_exceptions},
};

static const char *find_other(const struct monitor_row *row, const char *function)
{
    const struct hmp_other *other =
        qc_array_find(hmp_others, at, strcmp(function, at->function) == 0);
    return other == NULL || row->separator != '_' ? NULL : other->command;
}

/* "query-block", "info block", "block_stream" */
static void spell(const struct monitor_row *row, char *name)
{
    for (char *at = name; *at != '\0'; at++) {
        *at = *at == '_' ? row->separator : *at;
    }
    if (row->separator == '_' && qc_text_begins(name, "info_")) {
        name[4] = ' ';
    }
}

/* Generated code names a function after its command: qmp_marshal_NAME and qmp_NAME
   (scripts/qapi/commands.py), hmp_NAME (hmp-commands.hx). */
char *qc_rule_command_of(const char *function)
{
    for (size_t i = 0; i < qc_count(monitor_rows); i++) {
        const struct monitor_row *row = &monitor_rows[i];
        size_t length = strlen(row->prefix);
        if (!qc_text_begins(function, row->prefix)) {
            continue;
        }
        QC_FREE char *name = strndup(function + length, strcspn(function + length, "."));
        if (name == NULL) {
            return NULL;
        }
        const char *other = find_other(row, name);
        const char *exception = other != NULL ? other : find_exception(row->exceptions, name);
        spell(row, name);
        return qc_format("the %s command %s", row->monitor, exception == NULL ? name : exception);
    }
    return NULL;
}

/* Functions of the monitor that have a command's prefix but are no command. That QMP passes a line
   on to HMP tells less than that line. */
static bool is_no_command(const struct qemucore_frame *frame)
{
    static const char *const functions[] = {
        "qmp_dispatch", "qmp_send_response", "qmp_dispatcher_co_wake", "hmp_handle_error",
        "qmp_cmd_name", "hmp_human_readable_text_helper", "qmp_human_monitor_command",
        "qmp_marshal_human_monitor_command", NULL,
    };
    return qc_frame_is_one_of(frame, functions);
}

static const char *command_in(struct qc_rule_context *context, struct qc_stack *stack)
{
    for (size_t i = stack->frames.count; i > 0; i--) {
        const struct qemucore_frame *frame = &stack->frames.items[i - 1];
        char *command = frame->function == NULL || is_no_command(frame)
                            ? NULL
                            : qc_rule_command_of(frame->function);
        if (command != NULL) {
            return qc_rule_keep(context, command);
        }
    }
    return NULL;
}

/* Tells whether the monitor has called a command: QEMU also calls their functions itself, but not
   those that unpack arguments. A file without static symbols may name no other. */
static bool is_dispatched(struct qc_stack *stack)
{
    static const char *const functions[] = {"qmp_dispatch", "do_qmp_dispatch_bh", "do_qmp_dispatch",
                                            "handle_hmp_command", "handle_hmp_command_exec", NULL};
    return qc_frames_find_one_of(stack, functions) != NULL ||
           qc_vec_any(&stack->frames, frame, qc_text_begins(frame->function, "qmp_marshal_"));
}

static bool is_bottom_half(const char *function)
{
    size_t length = function == NULL ? 0 : strcspn(function, ".");
    return (length > 3 && strncmp(function + length - 3, "_bh", 3) == 0) ||
           (length > 6 && strncmp(function + length - 6, "_bh_cb", 6) == 0);
}

/* A coroutine yields and has the main loop do what it must not do itself: bdrv_co_drain_bh_cb,
   functions of scripts/block-coroutine-wrapper.py. Their argument begins with the coroutine. */
static struct qc_stack *asker_stack(struct qc_rule_context *context, struct qc_stack *stack)
{
    const struct qemucore_frame *loop = qc_frames_find(stack, "aio_bh_poll");
    uint64_t opaque;
    uint64_t address;
    for (size_t i = loop == NULL ? 0 : loop->level; i > 0; i--) {
        struct qemucore_frame *frame = &stack->frames.items[i - 1];
        if (!is_bottom_half(frame->function) || !qc_frame_variable(frame, "opaque", &opaque) ||
            !qc_fields_number(context->process->fields, opaque, 8, &address)) {
            continue;
        }
        struct qc_coroutines *coroutines = qc_process_coroutines(context->process);
        struct qemucore_coroutine *asker =
            coroutines == NULL ? NULL : qc_coroutine_at(coroutines, address);
        return asker == NULL ? NULL : qc_coroutine_stack(asker);
    }
    return NULL;
}

/* If the command has entered a coroutine, it is on the stack that the thread has left. */
const char *qc_rule_command(struct qc_rule_context *context, struct qemucore_thread *thread)
{
    const struct qc_callers *callers = qc_thread_callers(thread);
    for (size_t i = callers->count; i > 0; i--) {
        struct qc_stack *stack = &callers->items[i - 1].stack;
        const char *command = is_dispatched(stack) ? command_in(context, stack) : NULL;
        if (command != NULL) {
            return command;
        }
    }
    struct qc_stack *stack = qc_thread_stack(thread);
    if (!is_dispatched(stack)) {
        stack = asker_stack(context, stack);
    }
    return stack != NULL && is_dispatched(stack) ? command_in(context, stack) : NULL;
}

const char *qc_rule_at_command(struct qc_rule_context *context, struct qemucore_thread *thread)
{
    const char *command = qc_rule_command(context, thread);
    return command == NULL ? "" : qc_rule_format(context, ", at %s,", command);
}

bool qc_rule_is_query(struct qc_rule_context *context, struct qemucore_thread *thread)
{
    static const char *const queries[] = {"the QMP command query-", "the HMP command info ", NULL};
    return qc_text_begins_one_of(qc_rule_command(context, thread), queries);
}

/* ---- a command that has yielded ------------------------------------------------------------- */

/* Tells whether the node has the request of the coroutine, or of the last one that it waits for. */
static bool has_request_of(const struct qc_block_node *node, const struct qc_coroutine_wait *wait)
{
    return qc_vec_any(&node->requests, request,
                      request->coroutine.value == wait->coroutine->address ||
                          (wait->root != NULL &&
                           request->coroutine.value == wait->root->address));
}

static void show_storage(struct qemucore_finding *finding, const struct qc_coroutine_wait *wait)
{
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    qc_storage_culprits(finding->context, NULL, &culprits);
    const struct qc_block_culprit *culprit =
        qc_vec_find(&culprits, at, at->node != NULL && has_request_of(at->node, wait));
    if (culprit != NULL) {
        qc_storage_blame(finding, culprit);
    }
}

static void report_yielded(struct qc_rule_context *context, const struct qc_coroutine_wait *wait,
                           const char *command)
{
    struct qemucore_finding *finding = qc_finding_report(
        context,
        "%s has not ended: it waits for %s; until then QMP answers out-of-band commands only",
        command, qc_text_or(wait->sentence, "something that is not known"));
    qc_finding_doubt(finding);
    qc_storage_show_coroutine(finding, "its ", wait->coroutine->address);
    show_storage(finding, wait);
}

/* The coroutine may be lost: its registers are damaged, or a limit has cut the search. */
static void report_unseen(struct qc_rule_context *context, const struct qc_coroutine_waits *waits)
{
    const char *why_cut = waits == NULL ? NULL : waits->coroutines->why_cut;
    struct qemucore_finding *finding = qc_finding_report(
        context, "QMP is busy with a command, and the coroutine that executes it is not found");
    qc_evidence_add(finding, (struct qc_subject){.field = "qmp_dispatcher_co_busy"},
                    "qmp_dispatcher_co_busy is set, and no coroutine is seen in "
                    "monitor_qmp_dispatcher_co%s%s",
                    why_cut == NULL ? "" : ": ", qc_text_or(why_cut, ""));
    qc_finding_doubt(finding);
}

/* Tells whether the coroutine has handed its command to the main loop (qapi/qmp-dispatch.c), which has
   been woken. */
static bool is_handed_over(const struct qc_rule_context *context)
{
    const struct qc_aio_contexts *contexts = &context->state->contexts;
    const struct qc_aio_context *main_context =
        qc_vec_find(&contexts->list, at, at->kind == QC_AIO_CONTEXT_MAIN);
    return main_context != NULL &&
           qc_vec_any(&main_context->bottom_halves, bh,
                      bh->is_due && qc_text_is(bh->name, "do_qmp_dispatch_bh")) &&
           qc_activity_has_polled(qc_rule_wait(context, context->state->main_loop.thread));
}

/* One coroutine runs the commands of all QMP monitors in turn (monitor_qmp_dispatcher_co of
   monitor/qmp.c). One that yields (qapi: 'coroutine': true) leaves the main loop free. */
void qc_condition_command_yielded(struct qc_rule_context *context)
{
    struct qc_fact busy = qc_fact_variable(context->process->fields, QC_VARIABLE_QMP_BUSY, NULL);
    if (context->state->main_loop.place != QC_MAIN_LOOP_POLL || !qc_fact_is_set(busy) ||
        is_handed_over(context)) {
        return;
    }
    const struct qc_coroutine_waits *waits = qc_waits_coroutines(context->graph->waits);
    bool is_seen = false;
    for (size_t i = 0; waits != NULL && i < waits->count; i++) {
        const struct qc_coroutine_wait *wait = &waits->items[i];
        struct qc_stack *stack = qc_coroutine_stack(wait->coroutine);
        if (stack != NULL && wait->kind != QC_COROUTINE_WAIT_THREAD && is_dispatched(stack)) {
            if (qc_poll_loop_to_enter(context, wait->coroutine->address) == NULL) {
                report_yielded(context, wait, qc_text_or(command_in(context, stack), "a QMP command"));
            }
            return;
        }
        is_seen |= stack != NULL && qc_frames_find(stack, "monitor_qmp_dispatcher_co") != NULL;
    }
    if (!is_seen) {
        report_unseen(context, waits);
    }
}
