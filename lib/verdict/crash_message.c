/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verdict/crash_message.h"

#include <string.h>

#include "base/base.h"
#include "modules/modules.h"
#include "qemu/qemu.h"
#include "verdict/verdict_limits.h"

/* ---- texts in memory ------------------------------------------------------------------------ */

/* Up to the newline that ends it; an empty one is none. */
static bool message_take(struct qc_process *process, uint64_t address, const char *from,
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
    ret->text = length == 0 ? NULL : strdup(text);
    ret->from = from;
    ret->address = address;
    return ret->text != NULL;
}

/* The pointer that a variable of a module has. */
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

static struct qemucore_module *module_named(const struct qc_process *process, const char *start)
{
    for (size_t i = 0; i < process->modules->list.count; i++) {
        struct qemucore_module *module = process->modules->list.items[i];
        if (strncmp(qc_path_name(module->path), start, strlen(start)) == 0) {
            return module;
        }
    }
    return NULL;
}

/* ---- why it aborted ------------------------------------------------------------------------- */

static bool message_of_libc(struct qc_process *process, struct qc_crash_message *ret)
{
    struct qemucore_module *libc = qc_libc_find(&process->libc)->module;
    uint64_t address = pointer_of(process, libc, "__abort_msg");
    return address != 0 && message_take(process, address + sizeof(uint32_t), "__abort_msg", ret);
}

static bool message_of_glib(struct qc_process *process, struct qc_crash_message *ret)
{
    struct qemucore_module *glib = module_named(process, "libglib-2.0.so");
    glib = glib != NULL ? glib : qc_modules_executable(process->modules);
    uint64_t address = pointer_of(process, glib, "__glib_assert_msg");
    return address != 0 && message_take(process, address, "__glib_assert_msg", ret);
}

/* The functions that have the Error at hand when they give up, 4.0 to 11.1. */
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
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct qemucore_frame *frame = qc_frames_find(stack, rows[i].function);
        uint64_t error;
        uint64_t text;
        if (frame != NULL && qc_frame_variable(frame, rows[i].variable, &error) && error != 0 &&
            qc_field_read(process->fields, QC_FIELD_ERROR_MSG, error, &text) &&
            message_take(process, text, "Error.msg", ret)) {
            return true;
        }
    }
    return false;
}

void qc_crash_message_find(struct qc_process *process, struct qemucore_thread *thread,
                           struct qc_crash_message *ret)
{
    if (!message_of_error(process, thread, ret) && !message_of_libc(process, ret)) {
        message_of_glib(process, ret);
    }
}

/* ---- what was printed last ------------------------------------------------------------------ */

/* Printable, and what a message has of control characters; UTF-8 is let through. */
static bool is_text(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f) {
            return false;
        }
    }
    return true;
}

struct text {
    const char *start;
    size_t size;
};

/* A later call may have written over the beginning; the text that it was made of, by "%s" or
   before, may stand elsewhere and be whole: the longest one that ends like it. */
static struct text whole_text(const char *bytes, struct text text)
{
    const char *end = bytes + QC_LIMIT_DEAD_STACK;
    struct text longest = text;
    const char *found = bytes;
    while ((found = memmem(found, (size_t)(end - found), text.start, text.size)) != NULL) {
        const char *first = found;
        while (first > bytes && is_text(first - 1, 1) && first[-1] != '\n' &&
               (size_t)(found - first) < QC_LIMIT_MESSAGE - text.size) {
            first--;
        }
        if ((size_t)(found - first) + text.size > longest.size) {
            longest = (struct text){first, (size_t)(found - first) + text.size};
        }
        found++;
    }
    return longest;
}

/*
 * stderr has no buffer of its own: vfprintf() formats into one on the stack, and writes that out
 * (stdio-common/vfprintf-internal.c, buffered_vfprintf: a helper FILE; from glibc 2.37 on a struct
 * __printf_buffer). Both keep two pointers in a row, to its start and to where the text ends. Such a
 * pair, and a text that fills what is between them to the byte, is no accident.
 */
void qc_crash_message_find_reported(struct qc_process *process, struct qemucore_thread *thread,
                                    struct qc_crash_message *ret)
{
    const size_t shortest = 8;
    const struct qc_core *core = process->core;
    uint64_t pointer;
    if (core->arch == NULL ||
        !qc_core_register(core, thread->core_thread, core->arch->stack_pointer, &pointer) ||
        pointer < QC_LIMIT_DEAD_STACK) {
        return;
    }
    QC_FREE char *bytes = malloc(QC_LIMIT_DEAD_STACK);
    uint64_t start = (pointer & ~(uint64_t)7) - QC_LIMIT_DEAD_STACK;
    if (bytes == NULL || qc_image_read(core->image, start, bytes, QC_LIMIT_DEAD_STACK, NULL) !=
                             QEMUCORE_OK) {
        return;
    }
    struct qc_cursor cursor = qc_cursor_new(bytes, QC_LIMIT_DEAD_STACK, core->big_endian);
    uint64_t best = 0;
    size_t longest = 0;
    uint64_t before = 0;
    while (qc_cursor_left(&cursor) >= sizeof(uint64_t)) {
        uint64_t word = qc_cursor_u64(&cursor);
        uint64_t size = word - before;
        if (before >= start && before - start < QC_LIMIT_DEAD_STACK && word > before &&
            size >= shortest && size < QC_LIMIT_MESSAGE && size > longest &&
            size <= QC_LIMIT_DEAD_STACK - (before - start) &&
            is_text(bytes + (before - start), size)) {
            best = before;
            longest = size;
        }
        before = word;
    }
    while (longest != 0 && bytes[best - start + longest - 1] == '\n') {
        longest--;
    }
    if (longest != 0) {
        struct text text = {bytes + (best - start), longest};
        text = whole_text(bytes, text);
        ret->text = strndup(text.start, text.size);
        ret->from = "printf's buffer on the stack";
        ret->address = start + (uint64_t)(text.start - bytes);
    }
}

void qc_crash_message_free(struct qc_crash_message *message)
{
    free(message->text);
    *message = (struct qc_crash_message){0};
}
