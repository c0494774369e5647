/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crash/crash_message.h"

#include <string.h>

#include "base/base.h"
#include "crash/crash_limits.h"
#include "modules/modules.h"
#include "qemu/qemu.h"

/* ---- texts in memory ------------------------------------------------------------------------ */

/* Takes the text without its final newlines. Returns false if it is empty or can't be read. */
static bool take_text(struct qc_process *process, uint64_t address, const char *from,
                      struct qc_crash_message *ret)
{
    char text[QC_LIMIT_MESSAGE];
    enum qemucore_status status = qc_image_read_string(process->core->image, address, text,
                                                       sizeof(text), NULL);
    if (address == 0 || status != QEMUCORE_OK) {
        return false;
    }
    size_t length = strlen(text);
    while (length != 0 && text[length - 1] == '\n') {
        text[--length] = '\0';
    }
    ret->text = length == 0 ? NULL : qc_fields_format(process->fields, "%s", text);
    ret->from = from;
    ret->address = address;
    return ret->text != NULL;
}

/* Returns the pointer that is the value of a module's variable; 0: not known. */
static uint64_t pointer_of(struct qc_process *process, struct qemucore_module *module,
                           const char *name)
{
    struct qc_symbol symbol;
    uint64_t value;
    if (module == NULL || !qc_symbols_by_name(module, name, &symbol) ||
        !qc_fields_pointer(process->fields, symbol.address, &value)) {
        return 0;
    }
    return value;
}

/* ---- why it aborted ------------------------------------------------------------------------- */

static bool message_of_libc(struct qc_process *process, struct qc_crash_message *ret)
{
    struct qemucore_module *libc = qc_libc_find(&process->libc)->module;
    uint64_t address = pointer_of(process, libc, "__abort_msg");
    return address != 0 && take_text(process, address + sizeof(uint32_t), "__abort_msg", ret);
}

static bool message_of_glib(struct qc_process *process, struct qc_crash_message *ret)
{
    struct qemucore_module **glib =
        qc_vec_find(&process->modules->list, module,
                    qc_str_begins(qc_path_name((*module)->path), "libglib-2.0.so"));
    uint64_t address =
        pointer_of(process, glib != NULL ? *glib : qc_modules_executable(process->modules),
                   "__glib_assert_msg");
    return address != 0 && take_text(process, address, "__glib_assert_msg", ret);
}

/* Returns the CFA of the outermost of GLib's logging frames, which call each other; 0: none. */
static uint64_t find_log_end(struct qc_stack *stack)
{
    uint64_t end = 0;
    for (size_t i = 0; i < stack->frames.count && i < QC_LIMIT_LOG_FRAMES; i++) {
        const struct qemucore_frame *frame = &stack->frames.items[i];
        const struct qc_frame *physical = &stack->physical.items[frame->physical];
        if (qc_str_begins(frame->function, "g_log") && physical->has_cfa) {
            end = physical->cfa;
        }
    }
    return end;
}

/*
 * GLib logs an array of GLogField (gmessages.h: key, value, length), on the stack of the logging
 * function (g_log_default_handler, g_log_structured): "MESSAGE", the text, and -1: NUL-terminated.
 */
static bool message_of_log(struct qc_process *process, struct qemucore_thread *thread,
                           struct qc_crash_message *ret)
{
    const struct qc_core *core = process->core;
    uint64_t end = find_log_end(qc_thread_stack(thread));
    uint64_t at;
    if (end == 0 || !qc_core_register(core, thread->core_thread, core->arch->stack_pointer, &at) ||
        end <= at || end - at > QC_LIMIT_DEAD_STACK) {
        return false;
    }
    for (; at + 24 <= end; at += sizeof(uint64_t)) {
        char key[sizeof("MESSAGE")];
        uint64_t name;
        uint64_t value;
        uint64_t length;
        if (qc_fields_number(process->fields, at + 16, 8, &length) && length == UINT64_MAX &&
            qc_fields_pointer(process->fields, at, &name) &&
            qc_fields_pointer(process->fields, at + 8, &value) &&
            qc_core_read(core, name, key, sizeof(key)) &&
            memcmp(key, "MESSAGE", sizeof(key)) == 0 &&
            take_text(process, value, "GLib's log", ret)) {
            return true;
        }
    }
    return false;
}

/* Functions with a variable that has the Error when they give up, 4.0 to 11.1. */
static bool message_of_error(struct qc_process *process, struct qemucore_thread *thread,
                             struct qc_crash_message *ret)
{
    static const struct {
        const char *function;
        const char *variable;
    } rows[] = {
        {"error_handle", "err"},  {"error_handle_fatal", "err"},   {"error_setv", "err"},
        {"error_report_err", "err"}, {"error_propagate", "local_err"},
    };
    struct qc_stack *stack = qc_thread_stack(thread);
    for (size_t i = 0; i < qc_count(rows); i++) {
        struct qemucore_frame *frame = qc_frames_find(stack, rows[i].function);
        uint64_t error;
        uint64_t text;
        if (frame != NULL && qc_frame_variable(frame, rows[i].variable, &error) && error != 0 &&
            qc_field_read(process->fields, QC_FIELD_ERROR_MESSAGE, error, &text) &&
            take_text(process, text, "Error.msg", ret)) {
            return true;
        }
    }
    return false;
}

void qc_crash_message_find(struct qc_process *process, struct qemucore_thread *thread,
                           struct qc_crash_message *ret)
{
    if (!message_of_error(process, thread, ret) && !message_of_libc(process, ret) &&
        !message_of_glib(process, ret)) {
        message_of_log(process, thread, ret);
    }
}
