/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report_stacks - threads and coroutines by their stacks, folded
 *
 * Arguments and locals of each frame of thousands of threads make a page large. They are written
 * while a section has room for them; functions and locations always are.
 */
#include <inttypes.h>

#include "report/report_limits.h"
#include "report/report_sections.h"
#include "text/text.h"

struct stacks {
    struct qc_html *html;
    const struct qc_report *report;
    size_t start;             /* where the section begins in the page */
    size_t without_locals;    /* number of stacks without locals */
    size_t without_arguments; /* number of stacks without arguments */
};

static bool has_room(const struct stacks *stacks, size_t most)
{
    return stacks->html->text.length - stacks->start < most;
}

/* ---- a frame -------------------------------------------------------------------------------- */

static void html_location(struct qc_html *html, const struct qemucore_frame *frame)
{
    if (frame->source_file != NULL) {
        qc_html_tagged(html, " <span class=at>", qc_text_short_source(frame->source_file), "");
        qc_html_printf(html, ":%u</span>", frame->source_line);
    } else if (frame->module != NULL) {
        qc_html_tagged(html, " <span class=at>from ", qc_path_name(frame->module->path), "</span>");
    }
}

static void html_locals(struct qc_html *html, const struct qc_objects *locals)
{
    for (size_t i = 0; i < locals->count; i++) {
        struct qc_strbuf variable = {0};
        qc_text_variable(&locals->items[i], 0, &variable);
        qc_html_put(html, "<p>");
        qc_html_rendering(html, &variable);
    }
}

static void html_call(struct qc_html *html, struct qemucore_frame *frame)
{
    struct qc_strbuf function = {0};
    struct qc_strbuf rest = {0};
    qc_text_function(frame, &function);
    qc_html_printf(html, "<i>#%u </i><b>", frame->level);
    qc_html_rendering(html, &function);
    qc_html_put(html, "</b>");
    qc_text_arguments(frame, 0, &rest);
    qc_html_rendering(html, &rest);
    html_location(html, frame);
    qc_html_printf(html, " <span class=dim>0x%" PRIx64, frame->pc);
    qc_text_frame_marks(frame, &rest);
    qc_html_rendering(html, &rest);
    qc_html_put(html, "</span>");
}

static void html_gap(struct qc_html *html, const struct qemucore_frame *frame)
{
    struct qc_strbuf gap = {0};
    if (qc_stack_left_out(frame) != 0) {
        qc_text_left_out(frame, &gap);
        qc_html_put(html, "<li class=warn>");
        qc_html_rendering(html, &gap);
        qc_html_put(html, "</li>\n");
    }
}

/* Appends a frame; its locals are folded. Variables that nobody else has listed are freed. */
static void html_frame(struct qc_html *html, struct qemucore_frame *frame, bool with_locals)
{
    bool was_listed = frame->variables != NULL;
    const struct qc_objects *locals = with_locals ? qc_stack_locals(frame) : NULL;
    html->text.failed |= with_locals && locals == NULL;
    bool has_locals = locals != NULL && locals->count != 0;
    qc_html_put(html, has_locals ? "<li><details><summary>" : "<li>");
    html_call(html, frame);
    if (has_locals) {
        qc_html_put(html, "</summary>");
        html_locals(html, locals);
        qc_html_put(html, "</details>");
    }
    qc_html_put(html, "</li>\n");
    if (!was_listed) {
        qc_stack_forget(frame);
    }
}

static void html_end(struct qc_html *html, const struct qc_stack *stack)
{
    if (!stack->outermost) {
        qc_html_tagged(html, "<p class=warn>The stack ends early: ",
                       qc_str_or(stack->end, "out of memory"), "</p>\n");
    }
}

/* Appends a stack as lines of text: with thousands of stacks each element makes the page slower. */
static void html_lines(struct qc_html *html, struct qc_stack *stack)
{
    struct qc_strbuf lines = {0};
    qc_vec_each(&stack->frames, frame) {
        qc_text_left_out(frame, &lines);
        qc_strbuf_printf(&lines, "%s#%u ", qc_stack_left_out(frame) != 0 ? "\n" : "", frame->level);
        qc_text_function(frame, &lines);
        if (frame->source_file != NULL) {
            qc_text_put(" ", qc_text_short_source(frame->source_file), "", &lines);
            qc_strbuf_printf(&lines, ":%u", frame->source_line);
        }
        qc_strbuf_printf(&lines, " 0x%" PRIx64, frame->pc);
        qc_text_frame_marks(frame, &lines);
        qc_strbuf_put(&lines, "\n");
    }
    qc_html_put(html, "<pre class=stack>");
    qc_html_rendering(html, &lines);
    qc_html_put(html, "</pre>\n");
}

static void html_stack(struct stacks *stacks, struct qc_stack *stack, bool locals)
{
    bool arguments = has_room(stacks, QC_LIMIT_REPORT_ARGUMENTS);
    bool with_locals = locals && has_room(stacks, QC_LIMIT_REPORT_LOCALS);
    stacks->without_arguments += !arguments;
    stacks->without_locals += arguments && locals && !with_locals;
    if (!arguments) {
        html_lines(stacks->html, stack);
        return;
    }
    qc_html_put(stacks->html, "<ol class=stack>\n");
    for (size_t i = 0; i < stack->frames.count; i++) {
        html_gap(stacks->html, &stack->frames.items[i]);
        html_frame(stacks->html, &stack->frames.items[i], with_locals);
    }
    qc_html_put(stacks->html, "</ol>\n");
}

/* ---- threads -------------------------------------------------------------------------------- */

/* Appends a thread's stack. If it runs a coroutine, the stacks that entered it follow. */
static void html_thread_stack(struct stacks *stacks, struct qemucore_thread *thread, bool locals)
{
    struct qc_stack *stack = qc_thread_stack(thread);
    const struct qc_callers *callers = qc_thread_callers(thread);
    html_stack(stacks, stack, locals);
    for (size_t i = 0; i < callers->count; i++) {
        uint64_t coroutine = i + 1 < callers->count ? callers->items[i].coroutine : 0;
        qc_html_put(stacks->html, "<p>entered by");
        if (coroutine != 0) {
            qc_html_printf(stacks->html, " coroutine 0x%" PRIx64, coroutine);
        }
        qc_html_put(stacks->html, "</p>\n");
        html_stack(stacks, &callers->items[i].stack, locals);
    }
    html_end(stacks->html, callers->count == 0 ? stack : &qc_vec_last(callers)->stack);
    qc_html_tagged(stacks->html, callers->count == 0 ? "<p class=dim>" QC_TEXT_NO_CALLER
                                                     : "<p class=dim>",
                   callers->why, "</p>\n");
}

static void html_cells(struct stacks *stacks, const struct qc_thread_list *threads)
{
    struct qc_html *html = stacks->html;
    struct qemucore_thread *first = threads->items[0];
    qc_html_printf(html, "<summary><span class=lwp>%d</span> <span class=name>",
                   first->core_thread->lwp);
    qc_html_cell(html, qc_text_name_cell(threads));
    qc_html_put(html, first->crashed ? " <span class=warn>signal</span>" : "");
    qc_html_put(html, "</span> <span class=wait>");
    qc_html_cell(html, qc_text_wait_cell(stacks->report->why.waits, threads));
    qc_html_put(html, "</span> <span class=in>");
    qc_html_cell(html, qc_text_location_cell(first));
    qc_html_put(html, "</span></summary>\n");
}

/* Appends a further thread of a group: its stack while there is room, else only its wait. */
static void html_member(struct stacks *stacks, struct qemucore_thread *thread)
{
    struct qc_thread_list one = {.items = &thread, .count = 1};
    if (!has_room(stacks, QC_LIMIT_REPORT_ARGUMENTS)) {
        stacks->without_arguments++;
        qc_html_printf(stacks->html, "<p id=t%d>%d ", thread->core_thread->lwp,
                       thread->core_thread->lwp);
        qc_html_cell(stacks->html, qc_text_name_cell(&one));
        qc_html_put(stacks->html, " ");
        qc_html_cell(stacks->html, qc_text_wait_cell(stacks->report->why.waits, &one));
        qc_html_put(stacks->html, "</p>\n");
        return;
    }
    qc_html_printf(stacks->html, "<details class=thread id=t%d>", thread->core_thread->lwp);
    html_cells(stacks, &one);
    html_thread_stack(stacks, thread, false);
    qc_html_put(stacks->html, "</details>\n");
}

static void html_group(struct stacks *stacks, const struct qc_thread_list *threads)
{
    struct qc_html *html = stacks->html;
    bool is_open = false;
    for (size_t i = 0; i < threads->count && !is_open; i++) {
        is_open = threads->items[i]->crashed ||
                  qc_report_is_evidence(stacks->report, threads->items[i]);
    }
    qc_html_printf(html, "<details class=\"row thread\" id=t%d%s>", threads->items[0]->core_thread->lwp,
                   is_open ? " open" : "");
    html_cells(stacks, threads);
    if (threads->count > 1) {
        qc_html_printf(html, "<p>The stack of LWP %d:</p>\n", threads->items[0]->core_thread->lwp);
    }
    html_thread_stack(stacks, threads->items[0], true);
    for (size_t i = 1; i < threads->count; i++) {
        html_member(stacks, threads->items[i]);
    }
    qc_html_put(html, "</details>\n");
}

static void html_left_out(const struct stacks *stacks)
{
    if (stacks->without_locals != 0) {
        qc_html_printf(stacks->html, "<p class=dim>Locals of %zu stacks are left out, to keep the "
                                     "page small.</p>\n", stacks->without_locals);
    }
    if (stacks->without_arguments != 0) {
        qc_html_printf(stacks->html, "<p class=dim>Arguments of %zu stacks are left out, to keep "
                                     "the page small.</p>\n", stacks->without_arguments);
    }
}

/* Hidden until the script shows it: without the script a filter does nothing. */
static void html_filter(struct qc_html *html)
{
    qc_html_put(html,
                "<div class=tools hidden><label>Filter <input type=search "
                "placeholder=\"name, LWP, function\"></label> <button type=button "
                "data-open=1>Unfold all</button> <button type=button>Fold all"
                "</button> <output></output></div>\n");
}

void qc_html_threads(struct qc_html *html, const struct qc_report *report)
{
    struct stacks stacks = {.html = html, .report = report, .start = html->text.length};
    const struct qc_threads *threads = report->why.waits->process->threads;
    struct qc_stack_groups groups = {0};
    html->text.failed |= !qc_stack_groups_find(threads, 0, true, &groups);
    qc_html_printf(html, "<section id=threads><h2>Threads <small>%zu, by %zu different stack%s"
                         "</small></h2>\n",
                   threads->count, groups.list.count, qc_noun_s(groups.list.count));
    html_filter(html);
    for (size_t i = 0; i < groups.list.count; i++) {
        html_group(&stacks, &groups.list.items[i].threads);
    }
    qc_stack_groups_free(&groups);
    html_left_out(&stacks);
    qc_html_put(html, "</section>\n");
}

/* ---- coroutines ----------------------------------------------------------------------------- */

static void html_coroutine_line(struct stacks *stacks, struct qemucore_coroutine *coroutine)
{
    struct qc_strbuf line = {0};
    qc_text_coroutine(coroutine, qc_coroutine_wait_of(stacks->report->coroutines, coroutine),
                      &qc_report_render, &line);
    qc_html_rendering(stacks->html, &line);
}

static void html_coroutine_stack(struct stacks *stacks, struct qemucore_coroutine *coroutine)
{
    struct qc_stack *stack = qc_coroutine_stack(coroutine);
    if (stack != NULL) {
        html_stack(stacks, stack, true);
    }
    if (stack != NULL && coroutine->why == NULL) {
        html_end(stacks->html, stack);
    } else {
        qc_html_tagged(stacks->html, "<p class=warn>No stack: ",
                       qc_str_or(coroutine->why, "out of memory"), "</p>\n");
    }
}

/* Appends coroutines with the same stack: the stack once, and a line for each coroutine. */
static void html_coroutine_group(struct stacks *stacks, const struct qc_coroutine_group *group)
{
    struct qc_html *html = stacks->html;
    struct qemucore_coroutine *first = group->list.items[0];
    size_t count = group->list.count;
    qc_html_put(html, "<details class=row><summary>");
    if (count > 1) {
        qc_html_printf(html, "<b>%zu x</b> ", count);
    }
    html_coroutine_line(stacks, first);
    qc_html_put(html, "</summary>\n");
    html_coroutine_stack(stacks, first);
    for (size_t i = 1; i < count; i++) {
        qc_html_put(html, i == 1 ? "<p>With the same stack:</p>\n<ul class=same>\n<li>" : "<li>");
        html_coroutine_line(stacks, group->list.items[i]);
        qc_html_put(html, i + 1 == count ? "</li>\n</ul>\n" : "</li>\n");
    }
    qc_html_put(html, "</details>\n");
}

/* Idle coroutines are only counted. */
void qc_html_coroutines(struct qc_html *html, const struct qc_report *report)
{
    struct stacks stacks = {.html = html, .report = report, .start = html->text.length};
    const struct qc_coroutines *coroutines = report->coroutines->coroutines;
    struct qc_coroutine_groups groups = {0};
    struct qc_strbuf summary = {0};
    html->text.failed |= !qc_coroutine_groups_find(coroutines, true, &groups);
    qc_html_printf(html, "<section id=coroutines><h2>Coroutines <small>%zu",
                   coroutines->list.count);
    if (groups.list.count != 0) {
        qc_html_printf(html, ", by %zu different stack%s", groups.list.count,
                       qc_noun_s(groups.list.count));
    }
    qc_html_put(html, "</small></h2>\n<p class=story>");
    qc_text_coroutines_story(report->coroutines, qc_style_of(&qc_report_render), &summary);
    qc_html_rendering(html, &summary);
    qc_html_put(html, "</p>\n");
    if (groups.list.count != 0) {
        html_filter(html);
    }
    for (size_t i = 0; i < groups.list.count; i++) {
        html_coroutine_group(&stacks, &groups.list.items[i]);
    }
    qc_coroutine_groups_free(&groups);
    html_left_out(&stacks);
    qc_html_put(html, "</section>\n");
}
