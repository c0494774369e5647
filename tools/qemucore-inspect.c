/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore-inspect - objects of a QEMU process, by name or address, from its core dump
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "options.h"
#include "tool.h"

static const struct option_row options[] = {
    OPTION_THREAD("Show the thread-local variables of this thread"),
    OPTION_JSON("Print a JSON document (schema qemucore-inspect/1)"),
    {0},
};

static void check(const void *arguments, const struct argp_state *state)
{
    const struct tool_options *common = arguments;
    if (common->operand_count == 0) {
        argp_error(state, "which object?");
    }
    for (size_t i = 0; i < common->operand_count; i++) {
        size_t length = strlen(common->operands[i]);
        if (length != 0 && common->operands[i][length - 1] == '-') {
            argp_error(state,
                       "\"%s\": the shell took what follows > as the name of a file to write: "
                       "quote it, or write a dot",
                       common->operands[i]);
        }
    }
}

static const struct tool tool = {
    .usage = "CORE EXPRESSION...",
    .help = "Shows objects of the QEMU process whose core dump is CORE, raw or compressed (\"-\": "
            "standard input): the state of a mutex, condition, event or other lock, and the "
            "threads that wait for it; the members of anything else.\v"
            "EXPRESSION begins with a variable (rcu_call_ready_event, 'util/rcu.c'::head) or an "
            "address with its type (0x55d0c0de1f40:QemuCond). Any of .member, ->member and [index] "
            "may follow, as in first_cpu->halt_cond. A * in front shows what the rest points "
            "to.\n\n"
            "Examples:\n"
            "  qemucore-inspect core.zst bql rcu_call_ready_event\n"
            "  qemucore-inspect core.zst 'first_cpu->halt_cond' 0x55d0c0de1f40:QemuCond\n"
            "\n" TOOL_EXIT_STATUS,
    .options = options,
    .takes_operands = true,
    .check = check,
};

static struct qemucore_thread *find_thread(struct qemucore *core, int lwp)
{
    struct qemucore_thread *thread = NULL;
    while ((thread = qemucore_thread_next(core, thread)) != NULL &&
           qemucore_thread_lwp(thread) != lwp) {
    }
    return thread;
}

/* Fails if the object has no address or its memory can't be read: a variable may lack its bytes. */
static enum qemucore_status check_bytes(struct qemucore *core, const struct qemucore_object *object,
                                        struct qemucore_error *error)
{
    uint64_t address;
    char bytes[1];
    size_t count = qemucore_object_size(object) == 0 ? 0 : 1;
    enum qemucore_status status = qemucore_object_address(object, &address, error);
    return status == QEMUCORE_OK ? qemucore_memory_read(core, address, bytes, count, error)
                                 : status;
}

/* Warns of each expression that finds nothing, and why. Returns how many find something. */
static size_t report_not_found(struct qemucore *core, const struct tool_options *common)
{
    struct qemucore_thread *thread =
        common->render.lwp == 0 ? NULL : find_thread(core, common->render.lwp);
    size_t found = 0;
    for (size_t i = 0; i < common->operand_count; i++) {
        const char *expression = common->operands[i];
        struct qemucore_object *object = NULL;
        struct qemucore_error error;
        enum qemucore_status status =
            thread == NULL ? qemucore_object_find(core, expression, &object, &error)
                           : qemucore_thread_object_find(core, thread, expression, &object, &error);
        if (status == QEMUCORE_OK) {
            status = check_bytes(core, object, &error);
        }
        if (status == QEMUCORE_OK) {
            found++;
        } else {
            char *text;
            if (asprintf(&text, "%s: %s", expression, error.message) >= 0) {
                message_print(text);
                free(text);
            }
        }
        qemucore_object_free(object);
    }
    return found;
}

/* Says how to get the debug info of the executable if it is missing: nothing has a name then. */
static void show_remedy(struct qemucore *core)
{
    const char *path = qemucore_executable(core);
    struct qemucore_module *module = NULL;
    while (path != NULL && (module = qemucore_module_next(core, module)) != NULL &&
           strcmp(qemucore_module_path(module), path) != 0) {
    }
    char *text;
    if (module != NULL && qemucore_module_debug_file(module) == NULL &&
        asprintf(&text, "no debug info of %s: variables and types have no names (qemucore-info says "
                        "how to get it)", path) >= 0) {
        message_print(text);
        free(text);
    }
}

int main(int argc, char **argv)
{
    struct tool_options common = {0};
    options_parse(&tool, argc, argv, &common);
    struct qemucore *core = tool_open(&common);
    size_t found = report_not_found(core, &common);
    if (found < common.operand_count) {
        show_remedy(core);
    }
    struct qemucore_error error;
    char *text;
    enum qemucore_status rendered = qemucore_inspect_render(
        core, common.operands, common.operand_count, &common.render, &text, &error);
    free(common.operands);
    if (rendered != QEMUCORE_OK) {
        return tool_fail(core, error.message);
    }
    tool_show(&common, text);
    int status = tool_finish(core);
    return status == TOOL_FAILED || found == 0 ? TOOL_FAILED
           : found < common.operand_count      ? TOOL_INCOMPLETE
                                               : status;
}
