/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crash/printed.h"

#include <string.h>

#include "base/base.h"
#include "core/core.h"
#include "crash/crash_limits.h"
#include "qemu/qemu.h"

/* Characters; a shorter text is no message. */
#define SHORTEST 8

/* ---- texts ---------------------------------------------------------------------------------- */

struct text {
    const char *start;
    size_t size;
};

/* Tells whether all bytes are printable, or control characters of a message. Allows UTF-8. */
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

/* Returns the readable end of the text. */
static struct text text_end(struct text text)
{
    size_t start = text.size;
    while (start != 0 && is_text(text.start + start - 1, 1)) {
        start--;
    }
    return (struct text){text.start + start, text.size - start};
}

static void text_trim(struct text *text)
{
    while (text->size != 0 && text->start[0] == '\n') {
        text->start++;
        text->size--;
    }
    while (text->size != 0 && text->start[text->size - 1] == '\n') {
        text->size--;
    }
}

/* Returns false if it is no message. */
static bool text_take(struct qc_process *process, struct text text, bool is_cut, const char *from,
                      uint64_t address, struct qc_crash_message *ret)
{
    text_trim(&text);
    if (text.size < SHORTEST || !is_text(text.start, text.size)) {
        return false;
    }
    ret->text = qc_fields_format(process->fields, "%s%.*s", is_cut ? "..." : "", (int)text.size,
                                 text.start);
    ret->from = from;
    ret->address = address;
    return ret->text != NULL;
}

/* ---- FILE ----------------------------------------------------------------------------------- */

/* struct _IO_FILE of glibc on 64-bit CPUs (bits/types/struct_FILE.h): int flags, whose upper half
   is constant, eleven char pointers, two other pointers, an int. */
#define FILE_MAGIC 0xfbad
#define FILE_WRITE_BASE 32
#define FILE_WRITE_POINTER 40
#define FILE_BUFFER 56
#define FILE_BUFFER_END 64
#define FILE_NUMBER 112

static bool is_stderr(struct qc_process *process, uint64_t file)
{
    uint64_t flags;
    uint64_t number;
    return file != 0 && qc_fields_number(process->fields, file, 4, &flags) &&
           flags >> 16 == FILE_MAGIC &&
           qc_fields_number(process->fields, file + FILE_NUMBER, 4, &number) &&
           number == STDERR_FILENO;
}

/* Takes a range of the process's memory, at most its last QC_LIMIT_MESSAGE bytes. */
static bool range_take(struct qc_process *process, uint64_t start, uint64_t end, const char *from,
                       struct qc_crash_message *ret)
{
    char bytes[QC_LIMIT_MESSAGE];
    bool is_cut = end - start > sizeof(bytes);
    start = is_cut ? end - sizeof(bytes) : start;
    return end > start && qc_core_read(process->core, start, bytes, end - start) &&
           text_take(process, (struct text){bytes, end - start}, is_cut, from, start, ret);
}

/* Takes what is not written yet; else the first line of what was there before, since a line buffer
   is refilled from its start. */
static bool buffer_take(struct qc_process *process, uint64_t file, struct qc_crash_message *ret)
{
    static const char from[] = "stderr's buffer";
    uint64_t base;
    uint64_t pointer;
    uint64_t buffer;
    uint64_t end;
    if (!qc_fields_pointer(process->fields, file + FILE_WRITE_BASE, &base) ||
        !qc_fields_pointer(process->fields, file + FILE_WRITE_POINTER, &pointer) ||
        !qc_fields_pointer(process->fields, file + FILE_BUFFER, &buffer) ||
        !qc_fields_pointer(process->fields, file + FILE_BUFFER_END, &end) || end < buffer ||
        end - buffer < SHORTEST) {
        return false;
    }
    if (pointer > base && pointer <= end && base >= buffer) {
        return range_take(process, base, pointer, from, ret);
    }
    char bytes[QC_LIMIT_MESSAGE];
    size_t size = end - buffer < sizeof(bytes) ? end - buffer : sizeof(bytes);
    if (!qc_core_read(process->core, buffer, bytes, size)) {
        return false;
    }
    const char *newline = memchr(bytes, '\n', size);
    return newline != NULL &&
           text_take(process, (struct text){bytes, (size_t)(newline - bytes)}, false, from, buffer,
                     ret);
}

static bool stderr_take(struct qc_process *process, struct qc_crash_message *ret)
{
    struct qemucore_module *libc = qc_libc_find(&process->libc)->module;
    struct qc_symbol symbol;
    return libc != NULL && qc_symbols_by_name(libc, "_IO_2_1_stderr_", &symbol) &&
           is_stderr(process, symbol.address) && buffer_take(process, symbol.address, ret);
}

/* ---- a write that has not returned ---------------------------------------------------------- */

static bool write_take(struct qc_process *process, struct qemucore_thread *thread,
                       struct qc_crash_message *ret)
{
    struct qc_syscall call;
    return qc_syscall_find(process->core, thread->core_thread, &call) && !call.assumed &&
           qc_str_is(call.name, "write") && call.known[0] &&
           call.known[1] && call.known[2] && call.arguments[0] == STDERR_FILENO &&
           call.arguments[2] <= QC_LIMIT_MESSAGE &&
           range_take(process, call.arguments[1], call.arguments[1] + call.arguments[2],
                      "its write to standard error", ret);
}

/* ---- printf's buffer ------------------------------------------------------------------------ */

/* Bytes below a stack pointer, which calls that have returned left there. */
struct dead_stack {
    struct qc_process *process;
    uint64_t caller; /* stack pointer of the caller of the last C library function */
    uint64_t start;
    size_t size;
    char bytes[QC_LIMIT_DEAD_STACK];
};

/* Returns 0 past the end. */
static uint64_t dead_word(const struct dead_stack *dead, size_t at)
{
    struct qc_cursor cursor = qc_cursor_new(dead->bytes, dead->size,
                                            dead->process->core->big_endian);
    return qc_cursor_u64_at(&cursor, at);
}

static bool dead_has(const struct dead_stack *dead, uint64_t address, uint64_t size)
{
    return address >= dead->start && address - dead->start <= dead->size &&
           size <= dead->size - (address - dead->start);
}

/* For a text whose beginning is lost: what it was made from ("%s") may be elsewhere and whole.
   Returns the longest text that ends like it. */
static struct text dead_whole_text(const struct dead_stack *dead, struct text text)
{
    const char *bytes = dead->bytes;
    const char *end = bytes + dead->size;
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
 * Up to 2.36 (stdio-common/vfprintf-internal.c, buffered_vfprintf): struct helper_file, a FILE that
 * writes to a buffer of BUFSIZ on the stack. After that FILE and its table of functions is the FILE
 * that it helps. A buffer that reaches into the caller's frame is of an earlier call, made further
 * up: later calls skip that much of the stack, and leave it unchanged.
 */
static bool helper_take(const struct dead_stack *dead, size_t at, struct text *ret)
{
    const size_t helped = 224 - FILE_WRITE_BASE;
    uint64_t base = dead_word(dead, at);
    uint64_t pointer = dead_word(dead, at + 8);
    if (dead_word(dead, at + 16) - base != BUFSIZ || pointer <= base ||
        pointer - base > QC_LIMIT_MESSAGE || !dead_has(dead, base, pointer - base) ||
        base > dead->caller - BUFSIZ || !is_stderr(dead->process, dead_word(dead, at + helped))) {
        return false;
    }
    *ret = (struct text){dead->bytes + (base - dead->start), pointer - base};
    return true;
}

/*
 * From 2.37 on (stdio-common/printf_buffer_to_file.h): struct __printf_buffer_to_file, which begins
 * with pointers to its next byte, how much it has written, its kind, and its FILE. Then follows its
 * stage, which is written out when full. Of a longer text the stage has the end, followed by what
 * is left of the part before it.
 */
#define STAGE 48
#define STAGE_SIZE 128

static bool stage_take(const struct dead_stack *dead, size_t at, char *copy, bool *is_cut,
                       struct text *ret)
{
    uint64_t stage = dead->start + at + STAGE;
    uint64_t written = dead_word(dead, at + 24);
    if (dead_word(dead, at) != stage || dead_word(dead, at + 16) != stage + STAGE_SIZE ||
        written == 0 || !dead_has(dead, stage, STAGE_SIZE) ||
        !is_stderr(dead->process, dead_word(dead, at + 40))) {
        return false;
    }
    const char *bytes = dead->bytes + at + STAGE;
    size_t last = written % STAGE_SIZE;
    *is_cut = written > STAGE_SIZE;
    size_t before = *is_cut ? STAGE_SIZE - last : 0;
    memcpy(copy, bytes + last, before);
    memcpy(copy + before, bytes, STAGE_SIZE - before);
    struct text text = {copy, *is_cut ? STAGE_SIZE : written};
    *ret = text_end(text); /* abort() itself may have overwritten the earlier part */
    *is_cut = *is_cut || ret->size != text.size;
    return true;
}

/* Takes the buffer nearest to the stack pointer: deeper ones were left by deeper stacks, more
   likely earlier. */
static bool printf_take(const struct dead_stack *dead, struct qc_crash_message *ret)
{
    static const char from[] = "printf's buffer on the stack";
    char copy[STAGE_SIZE];
    for (size_t at = dead->size; at >= sizeof(uint64_t);) {
        at -= sizeof(uint64_t);
        struct text text;
        bool is_cut = false;
        if (!helper_take(dead, at, &text) && !stage_take(dead, at, copy, &is_cut, &text)) {
            continue;
        }
        text_trim(&text);
        if (text.size < SHORTEST || !is_text(text.start, text.size)) {
            continue;
        }
        struct text whole = is_cut ? dead_whole_text(dead, text) : text;
        is_cut = is_cut && whole.size == text.size;
        if (text_take(dead->process, whole, is_cut, from, dead->start + at, ret)) {
            return true;
        }
    }
    return false;
}

/* ---- arguments of printf -------------------------------------------------------------------- */

/* A format string that printf was given. */
struct format {
    uint64_t address;
    char text[QC_LIMIT_MESSAGE];
};

/* Tells whether the function is one of QEMU's that only print to standard error
   (util/qemu-error.c), or a compiler's clone of one ("error_report.constprop.0"). */
static bool is_report(struct qc_process *process, uint64_t function)
{
    static const char *const names[] = {"error_report", "error_vreport", "error_printf"};
    struct qemucore_module *module = qc_modules_find(process->modules, function);
    struct qc_symbol symbol;
    return module != NULL && qc_symbols_by_address(module, function, &symbol) &&
           symbol.address == function &&
           qc_array_any(names, name, qc_function_is(symbol.name, *name));
}

/* Tells whether the instruction that ends at `end` calls such a function. */
static bool is_report_called(struct qc_process *process, uint64_t end)
{
    const struct qc_core *core = process->core;
    uint8_t code[QC_ARCH_CODE];
    if (end < sizeof(code) || !qc_core_read(core, end - sizeof(code), code, sizeof(code))) {
        return false;
    }
    struct qc_arch_branch branch = core->arch->call(code, end);
    return branch.has_target && is_report(process, branch.target);
}

/* Tells whether such a call directly precedes the one of abort(), which takes up to 8 bytes. */
static bool reports_before_abort(struct qc_process *process, struct qemucore_thread *thread)
{
    const struct qc_stack *stack = qc_thread_stack(thread);
    size_t i = 0;
    while (i < stack->frames.count && i < QC_LIMIT_LOG_FRAMES &&
           !qc_frame_is_libc(&stack->frames.items[i], "abort")) {
        i++;
    }
    bool found = false;
    for (uint64_t size = 4; size <= 8 && i + 1 < stack->frames.count && !found; size++) {
        found = is_report_called(process, stack->frames.items[i + 1].pc - size);
    }
    return found;
}

static bool is_constant(const struct qc_core *core, uint64_t address)
{
    const struct qc_segment *segment = qc_core_segment(core, address);
    return segment != NULL && (segment->flags & QC_SEGMENT_WRITABLE) == 0;
}

/* printf keeps the format beside its first conversion, which it looks for before all else. */
static bool format_find(const struct dead_stack *dead, size_t at, struct format *ret)
{
    const struct qc_core *core = dead->process->core;
    uint64_t conversion = dead_word(dead, at + 8);
    ret->address = dead_word(dead, at);
    return conversion > ret->address && conversion - ret->address < sizeof(ret->text) &&
           is_constant(core, ret->address) &&
           qc_core_string(core, ret->address, ret->text, sizeof(ret->text)) &&
           strcspn(ret->text, "%") == conversion - ret->address &&
           ret->text[conversion - ret->address] == '%';
}

/* Finds the text of a "%s": printf keeps it beside a pointer to what follows "%s" (*end). */
static bool format_argument(const struct dead_stack *dead, size_t at, const struct format *format,
                            char *ret, size_t size, size_t *end)
{
    size_t lowest = at < QC_LIMIT_PRINTF_FRAMES ? 0 : at - QC_LIMIT_PRINTF_FRAMES;
    for (; at > lowest; at -= sizeof(uint64_t)) {
        *end = dead_word(dead, at) - format->address;
        if (*end >= 2 && *end <= strlen(format->text) && at >= sizeof(uint64_t) &&
            memcmp(format->text + *end - 2, "%s", 2) == 0 &&
            qc_core_string(dead->process->core, dead_word(dead, at - 8), ret, size)) {
            return true;
        }
    }
    return false;
}

/* Appends the format, with "..." for what is not known. */
static void format_put(const struct format *format, const char *argument, size_t end,
                       struct qc_strbuf *ret)
{
    for (const char *at = format->text; *at != '\0';) {
        size_t plain = strcspn(at, "%");
        qc_strbuf_printf(ret, "%.*s", (int)plain, at);
        at += plain;
        if (*at != '\0') {
            at += 1 + strspn(at + 1, "-+ #0'*.123456789hljztL");
            bool is_known = argument != NULL && at + 1 == format->text + end;
            qc_strbuf_put(ret, *at == '%' ? "%" : is_known ? argument : "...");
            at += *at != '\0';
        }
    }
}

/* For when printf's output is gone, but its arguments are not: ld.so, and abort() from 2.41 on,
   overwrite the one and not always the other. printf also makes texts that are not printed, so the
   code itself must show that this one was. */
static bool format_take(const struct dead_stack *dead, struct qc_crash_message *ret)
{
    static const char from[] = "error_report() in front of abort(), put together from what printf was given";
    struct format format;
    char argument[QC_LIMIT_MESSAGE];
    size_t end;
    for (size_t at = dead->size; at >= 2 * sizeof(uint64_t);) {
        at -= sizeof(uint64_t);
        if (!format_find(dead, at, &format)) {
            continue;
        }
        bool is_known = format_argument(dead, at, &format, argument, sizeof(argument), &end);
        struct qc_strbuf buffer = {0};
        format_put(&format, is_known ? argument : NULL, end, &buffer);
        QC_FREE char *text = qc_strbuf_take(&buffer);
        if (text != NULL && text_take(dead->process, (struct text){text, strlen(text)}, false,
                                      from, format.address, ret)) {
            return true;
        }
    }
    return false;
}

/* ---- below the stack pointer ---------------------------------------------------------------- */

/* Returns the highest address if not known: that excludes nothing. */
static uint64_t caller_pointer(struct qc_process *process, struct qemucore_thread *thread,
                               uint64_t pointer)
{
    const struct qemucore_module *libc = qc_libc_find(&process->libc)->module;
    const struct qc_stack *stack = qc_thread_stack(thread);
    for (size_t i = 0; libc != NULL && i < stack->frames.count; i++) {
        const struct qemucore_frame *frame = &stack->frames.items[i];
        if (frame->module != libc && frame->physical == 0) {
            return pointer;
        }
        if (frame->module != libc) {
            const struct qc_frame *callee = &stack->physical.items[frame->physical - 1];
            return callee->has_cfa ? callee->cfa : UINT64_MAX;
        }
    }
    return UINT64_MAX;
}

/* Reads down to the start of the mapping at most. */
static bool dead_read(struct dead_stack *dead, uint64_t pointer)
{
    const struct qc_core *core = dead->process->core;
    const struct qc_segment *segment = qc_core_segment(core, pointer);
    if (segment == NULL) {
        return false;
    }
    uint64_t room = (pointer & ~(uint64_t)7) - segment->address;
    dead->size = room < sizeof(dead->bytes) ? room : sizeof(dead->bytes);
    dead->start = (pointer & ~(uint64_t)7) - dead->size;
    return qc_core_read(core, dead->start, dead->bytes, dead->size);
}

static bool stack_take(struct qc_process *process, struct qemucore_thread *thread,
                       struct qc_crash_message *ret)
{
    const struct qc_core *core = process->core;
    QC_FREE struct dead_stack *dead = malloc(sizeof(*dead));
    uint64_t pointer;
    if (dead == NULL || core->arch == NULL ||
        !qc_core_register(core, thread->core_thread, core->arch->stack_pointer, &pointer)) {
        return false;
    }
    dead->process = process;
    dead->caller = caller_pointer(process, thread, pointer);
    return dead_read(dead, pointer) &&
           (printf_take(dead, ret) ||
            (reports_before_abort(process, thread) && format_take(dead, ret)));
}

void qc_printed_find(struct qc_process *process, struct qemucore_thread *thread,
                     struct qc_crash_message *ret)
{
    if (!write_take(process, thread, ret) && !stderr_take(process, ret)) {
        stack_take(process, thread, ret);
    }
}
