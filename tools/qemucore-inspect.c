/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-inspect - objects of a QEMU process, by name or address, from its core dump
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "qemucore.h"
#include "tool.h"

struct arguments {
    struct tool_options common;
    struct qemucore_render render;
    const char **expressions;
    size_t count;
};

static const struct argp_option options[] = {
    {"thread", 't', "LWP", 0, "Whose thread-local variables are meant", 0},
    {"json", TOOL_KEY_JSON, NULL, 0, "Print a JSON document (schema qemucore-inspect/1)", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &arguments->common;
        arguments->common.operands = &arguments->expressions;
        arguments->common.operand_count = &arguments->count;
        return 0;
    case 't':
        arguments->render.lwp = (int)tool_number(state, argument, INT32_MAX);
        return 0;
    case TOOL_KEY_JSON:
        arguments->render.flags |= QEMUCORE_RENDER_JSON;
        return 0;
    case ARGP_KEY_END:
        if (arguments->count == 0) {
            argp_error(state, "which object?");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static struct qemucore_thread *find_thread(struct qemucore *core, int lwp)
{
    struct qemucore_thread *thread = NULL;
    while ((thread = qemucore_thread_next(core, thread)) != NULL &&
           qemucore_thread_lwp(thread) != lwp) {
    }
    return thread;
}

/* That there is a variable is not that its bytes are there. */
static enum qemucore_status check_there(struct qemucore *core, const struct qemucore_object *object,
                                        struct qemucore_error *error)
{
    size_t size = qemucore_object_size(object);
    char bytes[1];
    return qemucore_memory_read(core, qemucore_object_address(object), bytes, size == 0 ? 0 : 1,
                                error);
}

/* Says of each expression that finds nothing why; how many do find something. */
static size_t look_for(struct qemucore *core, const struct arguments *arguments)
{
    struct qemucore_thread *thread =
        arguments->render.lwp == 0 ? NULL : find_thread(core, arguments->render.lwp);
    size_t found = 0;
    for (size_t i = 0; i < arguments->count; i++) {
        const char *expression = arguments->expressions[i];
        struct qemucore_object *object = NULL;
        struct qemucore_error error;
        enum qemucore_status status =
            thread == NULL ? qemucore_object_find(core, expression, &object, &error)
                           : qemucore_thread_object_find(core, thread, expression, &object, &error);
        if (status == QEMUCORE_OK) {
            status = check_there(core, object, &error);
        }
        if (status == QEMUCORE_OK) {
            found++;
        } else {
            char *text;
            if (asprintf(&text, "%s: %s", expression, error.message) >= 0) {
                tool_warn(text);
                free(text);
            }
        }
        qemucore_object_free(object);
    }
    return found;
}

int main(int argc, char **argv)
{
    static const struct argp_child children[] = {{&tool_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        options, parse, "CORE EXPRESSION...",
        "Shows objects of the QEMU process whose core dump is CORE, raw or compressed (\"-\": "
        "standard input): mutexes, conditions, events and their kin decoded, with who waits; "
        "anything else as its members.\v"
        "EXPRESSION is a variable (rcu_call_ready_event, 'util/rcu.c'::head) or an address with "
        "its type (0x55d0c0de1f40:QemuCond), then any of .member, ->member and [index], as in "
        "first_cpu->halt_cond; a * before it all is what it points to.\n\n" TOOL_EXIT_STATUS,
        children, NULL, NULL,
    };
    struct arguments arguments = {.render = {.size = sizeof(arguments.render)}};
    tool_start(&arguments.common);
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    struct qemucore *core = tool_open(&arguments.common);
    size_t found = look_for(core, &arguments);
    struct qemucore_error error;
    char *text;
    arguments.render.flags |= arguments.common.color ? QEMUCORE_RENDER_COLOR : 0;
    enum qemucore_status rendered = qemucore_inspect_render(
        core, arguments.expressions, arguments.count, &arguments.render, &text, &error);
    free(arguments.expressions);
    if (rendered != QEMUCORE_OK) {
        return tool_fail(core, error.message);
    }
    fputs(text, stdout);
    free(text);
    int status = tool_finish(core);
    return status == TOOL_FAILED || found == 0 ? TOOL_FAILED
           : found < arguments.count           ? TOOL_INCOMPLETE
                                               : status;
}
