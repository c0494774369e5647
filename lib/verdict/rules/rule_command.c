/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_command - which command of a monitor a thread is at, as its user has spelled it
 */
#include <string.h>

#include "base/base.h"
#include "verdict/rules/rule.h"

/* Commands that are spelled otherwise than most of their monitor's: qapi/pragma.json
   (command-name-exceptions), hmp-commands.hx. */
static bool is_exception(const char *const *names, const char *name)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static const char *const qmp_exceptions[] = {
    "add_client",      "block_resize",     "block_set_io_throttle", "client_migrate_info",
    "device_add",      "device_del",       "expire_password",       "migrate_cancel",
    "netdev_add",      "netdev_del",       "qmp_capabilities",      "set_link",
    "set_password",    "system_powerdown", "system_reset",          "system_wakeup",
    NULL,
};

static const char *const hmp_exceptions[] = {
    "qemu_io", "dump_guest_memory", "chardev_add", "chardev_change", "chardev_remove", NULL,
};

static const struct monitor_row {
    const char *prefix;
    const char *monitor;
    char separator;
    const char *const *exceptions; /* that have the other one */
} monitor_rows[] = {
    {"qmp_marshal_", "QMP", '-', qmp_exceptions},
    {"qmp_", "QMP", '-', qmp_exceptions},
    {"hmp_", "HMP", '_', hmp_exceptions},
};

/* The generated code names a command's function after it: scripts/qapi/commands.py has
   qmp_marshal_NAME and qmp_NAME, hmp-commands.hx hmp_NAME. */
static const char *command_of(struct qc_rule_context *context, const char *function)
{
    for (size_t i = 0; i < sizeof(monitor_rows) / sizeof(monitor_rows[0]); i++) {
        const struct monitor_row *row = &monitor_rows[i];
        size_t length = strlen(row->prefix);
        if (strncmp(function, row->prefix, length) != 0) {
            continue;
        }
        QC_FREE char *name = strndup(function + length, strcspn(function + length, "."));
        if (name == NULL) {
            return NULL;
        }
        bool has_dashes = (row->separator == '-') != is_exception(row->exceptions, name);
        for (char *at = name; *at != '\0'; at++) {
            *at = *at == '_' && has_dashes ? '-' : *at;
        }
        return qc_rule_text(context, qc_format("the %s command %s", row->monitor, name));
    }
    return NULL;
}

/* Functions of the monitor that have a command's prefix and are none. That QMP hands a line to HMP says
   less than what that line is. */
static bool is_monitors_own(const struct qemucore_frame *frame)
{
    static const char *const functions[] = {
        "qmp_dispatch", "qmp_send_response", "qmp_dispatcher_co_wake", "hmp_handle_error",
        "qmp_cmd_name", "hmp_human_readable_text_helper", "qmp_human_monitor_command",
        "qmp_marshal_human_monitor_command",
    };
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        if (qc_frame_is(frame, functions[i])) {
            return true;
        }
    }
    return false;
}

static const char *command_in(struct qc_rule_context *context, struct qc_stack *stack)
{
    for (size_t i = stack->frames.count; i > 0; i--) {
        const struct qemucore_frame *frame = &stack->frames.items[i - 1];
        const char *command = frame->function == NULL || is_monitors_own(frame)
                                ? NULL
                                : command_of(context, frame->function);
        if (command != NULL) {
            return command;
        }
    }
    return NULL;
}

/* QEMU calls functions of commands for itself, too. */
static bool is_dispatched(struct qc_stack *stack)
{
    static const char *const functions[] = {"qmp_dispatch", "do_qmp_dispatch_bh", "do_qmp_dispatch",
                                            "handle_hmp_command", "handle_hmp_command_exec", NULL};
    for (size_t i = 0; functions[i] != NULL; i++) {
        if (qc_frames_find(stack, functions[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* In a coroutine that the command has entered, the command is on the stack that the thread has left. */
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
    return is_dispatched(stack) ? command_in(context, stack) : NULL;
}
