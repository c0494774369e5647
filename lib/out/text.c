/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text - threads as a table, and stacks in gdb's shape
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "debug/object.h"
#include "out/text_header.h"
#include "qemu/site.h"

/* Where the columns of the table begin. */
#define COLUMN_NAME 10
#define COLUMN_IN 28
/* A cell of column IN that is wider than this does not push column MODULE further. */
#define WIDEST_IN 80

/* Source paths of a build are relative to its build directory: "../util/main-loop.c". */
static const char *short_source(const char *file)
{
    while (strncmp(file, "../", 3) == 0) {
        file += 3;
    }
    return file;
}

static void text_site(const struct qemucore_frame *frame, const struct qc_style *style,
                      struct qc_strbuf *buffer)
{
    qc_strbuf_put(buffer, style->function);
    if (frame->function != NULL) {
        qc_strbuf_put_escaped(buffer, frame->function);
    } else {
        qc_strbuf_printf(buffer, "0x%016" PRIx64, frame->pc);
    }
    qc_strbuf_put(buffer, style->off);
    if (frame->source_file != NULL) {
        qc_strbuf_put(buffer, "  ");
        qc_strbuf_put_escaped(buffer, short_source(frame->source_file));
        qc_strbuf_printf(buffer, ":%u", frame->source_line);
    } else if (frame->function != NULL) {
        qc_strbuf_printf(buffer, "+0x%" PRIx64, frame->offset);
    }
}

/* Where column MODULE begins: two behind the widest cell of column IN. */
static size_t text_module_column(const struct qc_report *report,
                                 const struct qemucore_render *render)
{
    static const struct qc_style plain = {"", "", "", "", ""};
    size_t widest = strlen("IN");
    for (size_t i = 0; i < report->threads->count; i++) {
        struct qemucore_thread *thread = &report->threads->items[i];
        const struct qemucore_frame *site =
            qc_render_wants(render, thread) ? qc_site_find(qc_thread_stack(thread)) : NULL;
        struct qc_strbuf cell = {0};
        if (site != NULL && site->module != NULL) {
            text_site(site, &plain, &cell);
        }
        if (cell.length > widest && cell.length <= WIDEST_IN) {
            widest = cell.length;
        }
        qc_strbuf_free(&cell);
    }
    return COLUMN_IN + widest + 2;
}

/* Colour takes no room on the screen, so a coloured cell is laid out without it, then filled. */
static void text_row(struct qemucore_thread *thread, const struct qc_style *style,
                     size_t module_column, struct qc_strbuf *buffer)
{
    const struct qemucore_frame *site = qc_site_find(qc_thread_stack(thread));
    size_t invisible = 0;
    qc_strbuf_printf(buffer, "%c%7d", thread->crashed ? '*' : ' ', thread->core_thread->lwp);
    qc_strbuf_pad(buffer, COLUMN_NAME);
    if (thread->name != NULL) {
        qc_strbuf_put_escaped(buffer, thread->name);
    } else {
        qc_strbuf_put(buffer, "-");
    }
    qc_strbuf_pad(buffer, COLUMN_IN);
    if (site == NULL) {
        qc_strbuf_put(buffer, qc_thread_stack(thread)->end == NULL
                                  ? "?"
                                  : qc_thread_stack(thread)->end);
    } else {
        text_site(site, style, buffer);
        invisible = strlen(style->function) + strlen(style->off);
    }
    if (site != NULL && site->module != NULL) {
        qc_strbuf_pad(buffer, module_column + invisible);
        qc_strbuf_put(buffer, style->dim);
        qc_strbuf_put_escaped(buffer, qc_path_name(site->module->path));
        qc_strbuf_put(buffer, style->off);
    }
    qc_strbuf_put(buffer, "\n");
}

/* As gdb prints numbers: addresses as such, all else in decimal. */
static void text_number(const struct qemucore_variable *variable, const char *value,
                        struct qc_strbuf *buffer)
{
    if (variable->is_address) {
        qc_strbuf_put(buffer, value);
    } else if (value[0] == '0' && value[1] == 'x') {
        qc_strbuf_printf(buffer, "%llu", strtoull(value, NULL, 16));
    } else {
        qc_strbuf_put(buffer, value);
    }
}

static void text_value(const struct qemucore_variable *variable, unsigned depth,
                       struct qc_strbuf *buffer);

/* "{lock = {...}, initialized = true}", to a depth. */
static void text_members(const struct qemucore_variable *variable, unsigned depth,
                         struct qc_strbuf *buffer)
{
    struct qc_variables members = {0};
    qc_object_members(variable, &members);
    qc_strbuf_put(buffer, "{");
    for (size_t i = 0; i < members.list.count; i++) {
        const struct qemucore_variable *member = &members.list.items[i];
        qc_strbuf_put(buffer, i == 0 ? "" : ", ");
        if (member->name != NULL) {
            qc_strbuf_put_escaped(buffer, member->name);
            qc_strbuf_put(buffer, " = ");
        }
        if (member->value != NULL) {
            text_value(member, depth, buffer);
        } else {
            qc_strbuf_put(buffer, "<");
            qc_strbuf_put_escaped(buffer,
                                  member->why_absent == NULL ? "?" : member->why_absent);
            qc_strbuf_put(buffer, ">");
        }
    }
    qc_strbuf_put(buffer, "}");
    qc_variables_free(&members);
}

/* depth: how many structures within each other have their members shown. */
static void text_value(const struct qemucore_variable *variable, unsigned depth,
                       struct qc_strbuf *buffer)
{
    if (depth != 0 && variable->structure_module != NULL) {
        text_members(variable, depth - 1, buffer);
        return;
    }
    bool is_name = variable->text != NULL && !variable->is_address;
    if (is_name) {
        qc_strbuf_put_escaped(buffer, variable->text);
        return;
    }
    text_number(variable, variable->value, buffer);
    if (variable->text != NULL) {
        qc_strbuf_put(buffer, " \"");
        qc_strbuf_put_escaped(buffer, variable->text);
        qc_strbuf_put(buffer, variable->text_cut ? "\"..." : "\"");
    } else if (variable->symbol != NULL) {
        qc_strbuf_put(buffer, " <");
        qc_strbuf_put_escaped(buffer, variable->symbol);
        qc_strbuf_put(buffer, ">");
    }
}

/* "cpu=0x…", "cpu=cpu@entry=0x…" where it is still what was passed, "cpu@entry=0x…" where that is
   all that is known, "cpu=<optimized out>": as gdb has them. */
static void text_variable(const struct qemucore_variable *variable, unsigned depth,
                          struct qc_strbuf *buffer)
{
    const char *name = variable->name == NULL ? "?" : variable->name;
    bool same = variable->value != NULL && variable->entry != NULL &&
                strcmp(variable->value, variable->entry) == 0;
    qc_strbuf_put_escaped(buffer, name);
    if (variable->value != NULL) {
        qc_strbuf_put(buffer, "=");
        if (same) {
            qc_strbuf_put_escaped(buffer, name);
            qc_strbuf_put(buffer, "@entry=");
        }
        text_value(variable, depth, buffer);
    }
    if (variable->entry != NULL && !same) {
        if (variable->value != NULL) {
            qc_strbuf_put(buffer, ", ");
            qc_strbuf_put_escaped(buffer, name);
        }
        qc_strbuf_put(buffer, "@entry=");
        text_number(variable, variable->entry, buffer);
    } else if (variable->value == NULL) {
        qc_strbuf_put(buffer, "=<");
        qc_strbuf_put_escaped(buffer, variable->why_absent == NULL ? "out of memory"
                                                                   : variable->why_absent);
        qc_strbuf_put(buffer, ">");
    }
}

static void text_arguments(struct qemucore_frame *frame, unsigned depth,
                           struct qc_strbuf *buffer)
{
    const struct qc_variables *arguments = qc_stack_arguments(frame);
    qc_strbuf_put(buffer, " (");
    for (size_t i = 0; i < arguments->list.count; i++) {
        qc_strbuf_put(buffer, i == 0 ? "" : ", ");
        text_variable(&arguments->list.items[i], depth, buffer);
    }
    qc_strbuf_put(buffer, ")");
}

static void text_locals(struct qemucore_frame *frame, unsigned depth, struct qc_strbuf *buffer)
{
    const struct qc_variables *locals = qc_stack_locals(frame);
    for (size_t i = 0; i < locals->list.count; i++) {
        qc_strbuf_put(buffer, "        ");
        text_variable(&locals->list.items[i], depth, buffer);
        qc_strbuf_put(buffer, "\n");
    }
}

static unsigned shown_depth(const struct qemucore_render *render)
{
    return (render->flags & QEMUCORE_RENDER_MEMBERS) != 0 ? QC_LIMIT_SHOWN_DEPTH : 0;
}

static void text_frame(struct qemucore_frame *frame, const struct qemucore_render *render,
                       struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    qc_strbuf_printf(buffer, "#%-3u0x%016" PRIx64 " in %s", frame->level, frame->pc,
                     style->function);
    if (frame->function != NULL) {
        qc_strbuf_put_escaped(buffer, frame->function);
    } else {
        qc_strbuf_put(buffer, "??");
    }
    qc_strbuf_put(buffer, style->off);
    if (frame->function != NULL && frame->source_file == NULL) {
        qc_strbuf_printf(buffer, "+0x%" PRIx64, frame->offset);
    }
    text_arguments(frame, shown_depth(render), buffer);
    if (frame->source_file != NULL) {
        qc_strbuf_put(buffer, " at ");
        qc_strbuf_put_escaped(buffer, frame->source_file);
        qc_strbuf_printf(buffer, ":%u", frame->source_line);
    } else if (frame->module != NULL) {
        qc_strbuf_put(buffer, " from ");
        qc_strbuf_put_escaped(buffer, qc_path_name(frame->module->path));
    }
    if (frame->inlined) {
        qc_strbuf_put(buffer, "  (inlined)");
    }
    if (frame->signal) {
        qc_strbuf_put(buffer, "  (signal handler called)");
    }
    if (frame->guessed) {
        qc_strbuf_put(buffer, "  (guessed: its callee has no unwind information)");
    }
    if ((render->flags & QEMUCORE_RENDER_BUILD_ID) != 0 && frame->module != NULL) {
        qc_strbuf_printf(buffer, "  [%s]", frame->module->build_id_text);
    }
}

static void text_stack(struct qemucore_thread *thread, const struct qemucore_render *render,
                       struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    struct qc_stack *stack = qc_thread_stack(thread);
    qc_strbuf_printf(buffer, "\n%sThread ", style->bold);
    if (thread->name != NULL) {
        qc_strbuf_put_escaped(buffer, thread->name);
        qc_strbuf_put(buffer, " ");
    }
    qc_strbuf_printf(buffer, "(LWP %d)%s%s\n", thread->core_thread->lwp, style->off,
                     thread->crashed ? "  the signal's thread" : "");
    size_t count = stack->frames.count;
    size_t shown = render->max_frames != 0 && render->max_frames < count ? render->max_frames
                                                                         : count;
    for (size_t i = 0; i < shown; i++) {
        text_frame(&stack->frames.items[i], render, buffer);
        bool last = i + 1 == count && stack->outermost;
        qc_strbuf_printf(buffer, "%s%s%s\n", last ? style->dim : "",
                         last ? "  -- end of stack" : "", last ? style->off : "");
        if ((render->flags & QEMUCORE_RENDER_LOCALS) != 0) {
            text_locals(&stack->frames.items[i], shown_depth(render), buffer);
        }
    }
    if (shown < count) {
        qc_strbuf_printf(buffer, "     %s%zu more frames (-n)%s\n", style->dim, count - shown,
                         style->off);
    } else if (!stack->outermost) {
        qc_strbuf_printf(buffer, "     %sthe stack ends early: ", style->warning);
        qc_strbuf_put_escaped(buffer, stack->end == NULL ? "out of memory" : stack->end);
        qc_strbuf_printf(buffer, "%s\n", style->off);
    }
}

void qc_text_threads(const struct qc_report *report, const struct qemucore_render *render,
                     struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    size_t module_column = 0;
    bool stacks = (render->flags & QEMUCORE_RENDER_BACKTRACE) != 0;
    qc_text_header(report, style, buffer);
    if (!stacks) {
        qc_strbuf_put(buffer, "\n     LWP");
        qc_strbuf_pad(buffer, COLUMN_NAME);
        qc_strbuf_put(buffer, "NAME");
        qc_strbuf_pad(buffer, COLUMN_IN);
        qc_strbuf_put(buffer, "IN");
        module_column = text_module_column(report, render);
        qc_strbuf_pad(buffer, module_column);
        qc_strbuf_put(buffer, "MODULE\n");
    }
    for (size_t i = 0; i < report->threads->count; i++) {
        struct qemucore_thread *thread = &report->threads->items[i];
        if (qc_render_wants(render, thread)) {
            if (stacks) {
                text_stack(thread, render, buffer);
            } else {
                text_row(thread, style, module_column, buffer);
            }
        }
    }
}
