/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * command - the monitor command that a thread or coroutine executes, spelled as users do
 */
#include <string.h>

#include "base/base.h"
#include "findings/rule.h"

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
            (qc_str_begins(commands[i], "info ") && is_spelling(commands[i] + 5, function))) {
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
    if (row->separator == '_' && qc_str_begins(name, "info_")) {
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
        if (!qc_str_begins(function, row->prefix)) {
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

const char *qc_rule_command_in(struct qc_rule_context *context, struct qc_stack *stack)
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

/* QEMU also calls functions of commands itself, but not those that unpack arguments. A file without
   static symbols may name no other. */
bool qc_rule_is_dispatched(struct qc_stack *stack)
{
    static const char *const functions[] = {"qmp_dispatch", "do_qmp_dispatch_bh", "do_qmp_dispatch",
                                            "handle_hmp_command", "handle_hmp_command_exec", NULL};
    return qc_frames_find_one_of(stack, functions) != NULL ||
           qc_vec_any(&stack->frames, frame, qc_str_begins(frame->function, "qmp_marshal_"));
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
        const char *command = qc_rule_is_dispatched(stack) ? qc_rule_command_in(context, stack) : NULL;
        if (command != NULL) {
            return command;
        }
    }
    struct qc_stack *stack = qc_thread_stack(thread);
    if (!qc_rule_is_dispatched(stack)) {
        stack = asker_stack(context, stack);
    }
    return stack != NULL && qc_rule_is_dispatched(stack) ? qc_rule_command_in(context, stack) : NULL;
}

const char *qc_rule_at_command(struct qc_rule_context *context, struct qemucore_thread *thread)
{
    const char *command = qc_rule_command(context, thread);
    return command == NULL ? "" : qc_rule_format(context, ", at %s,", command);
}

bool qc_rule_is_query(struct qc_rule_context *context, struct qemucore_thread *thread)
{
    static const char *const queries[] = {"the QMP command query-", "the HMP command info ", NULL};
    return qc_str_begins_one_of(qc_rule_command(context, thread), queries);
}
