/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/core_limits.h"
#include "core/slim.h"
#include "json/json.h"
#include "modules/modules.h"
#include "parts/parts.h"
#include "qemu/state/guest_memory.h"
#include "qemu/threads/frames.h"
#include "report/report.h"
#include "text/text.h"
#include "unwind/unwind_limits.h"
#include "values/objects/object.h"
#include "values/values_limits.h"
#include "wait/wait_frames.h"

#define SLIM_MAX (16 * QC_MIB)

void check_line(bool holds, const char *file, int line)
{
    if (!holds) {
        fprintf(stderr, "%s:%d: does not hold\n", file, line);
        abort();
    }
}

static void check_failure(enum qemucore_status status, const struct qemucore_error *error)
{
    check(status < 0 && error->status == status);
    check(error->message[0] != '\0' && strchr(error->message, '\n') == NULL);
    check(memchr(error->message, '\0', sizeof(error->message)) != NULL);
}

static void check_missing(const struct qc_core *core)
{
    check(core->missing.count <= QC_LIMIT_MISSING);
    for (size_t i = 0; i < core->missing.count; i++) {
        const struct qemucore_missing *missing = &core->missing.items[i];
        check(missing->sentence != NULL && missing->sentence[0] != '\0');
        check(missing->status == QEMUCORE_TRUNCATED || missing->status == QEMUCORE_CORRUPT ||
              missing->status == QEMUCORE_LIMIT || missing->status == QEMUCORE_UNSUPPORTED ||
              missing->status == QEMUCORE_ABSENT);
    }
}

/* Ranges are sorted and disjoint. A number read across the end of a range equals its bytes. */
static void check_image(struct qc_core *core)
{
    const struct qc_range *range;
    uint64_t end = 0;
    for (size_t i = 0; (range = qc_image_range(core->image, i)) != NULL; i++) {
        check(range->start >= end && range->end >= range->start);
        end = range->end;
    }
    for (size_t i = 0; i < 64 && (range = qc_image_range(core->image, i)) != NULL; i++) {
        uint64_t at = range->end - 4;
        uint8_t bytes[8];
        uint64_t number;
        struct qemucore_error error = {0};
        enum qemucore_status status = qc_image_read(core->image, at, bytes, 8, &error);
        if (status != QEMUCORE_OK) {
            check_failure(status, &error);
            check(error.address - at < 8);
            /* The bytes before the first unreadable address are readable. */
            check(qc_image_read(core->image, at, bytes, (size_t)(error.address - at), NULL) ==
                  QEMUCORE_OK);
        } else {
            check(qc_image_read_number(core->image, at, 8, true, &number, NULL) == QEMUCORE_OK);
            for (unsigned k = 0; k < 8; k++) {
                check((uint8_t)(number >> (8 * (7 - k))) == bytes[k]);
            }
        }
    }
}

static void check_modules(const struct qc_modules *modules)
{
    uint64_t end = 0;
    for (size_t i = 0; i < modules->list.count; i++) {
        const struct qemucore_module *module = modules->list.items[i];
        check(module->index == i && module->path != NULL);
        check(module->start >= end && module->end >= module->start);
        if (module->end > module->start) {
            check(qc_modules_find(modules, module->start) == module);
            check(qc_modules_find(modules, module->end - 1) == module);
        }
        check(qc_modules_find(modules, module->end) != module);
        end = module->end;
    }
}

/* An object has a type, and a value or the reason why not. Its text has a limited length. */
static void check_value(const struct qemucore_object *object)
{
    struct qc_value value;
    struct qemucore_error error = {0};
    char *type = qc_object_type(object);
    check(type != NULL);
    free(type);
    if (qc_object_value(object, &value, &error) == QEMUCORE_OK) {
        struct qc_value_names names = qc_value_names(object, &value);
        check(names.text == NULL || strlen(names.text) <= QC_LIMIT_TEXT ||
              value.kind == QC_TYPE_ENUMERATION);
        qc_value_names_free(&names);
    } else {
        check(error.message[0] != '\0');
    }
}

static void check_values(const struct qc_objects *objects)
{
    check(objects != NULL && objects->count <= QC_LIMIT_VARIABLES);
    for (size_t i = 0; i < objects->count; i++) {
        check_value(&objects->items[i]);
    }
}

static void check_stack(struct qemucore_thread *thread, unsigned max_frames)
{
    struct qc_stack *stack = qc_thread_stack(thread);
    size_t functions = 0;
    check(stack->end != NULL && stack->end[0] != '\0');
    for (size_t i = 0; i < stack->frames.count; i++) {
        struct qemucore_frame *frame = &stack->frames.items[i];
        check(frame->level == i);
        check_values(qc_stack_arguments(frame));
        check_values(qc_stack_locals(frame));
        check(frame->source_file == NULL || frame->module != NULL);
        check(frame->function == NULL || frame->function[0] != '\0');
        functions += !frame->inlined && !frame->tail_call; /* max_frames counts no others */
    }
    /* The outermost frame is no inlined call. */
    check(stack->frames.count == 0 || !stack->frames.items[stack->frames.count - 1].inlined);
    check(functions <= max_frames + (max_frames == QC_LIMIT_FRAMES ? QC_LIMIT_OUTER_FRAMES : 0));
    check(stack->frames.count != 0 || !stack->outermost);
    const struct qemucore_frame *site = qc_stack_own_frame(stack);
    check((site == NULL) == (stack->frames.count == 0));
    check(site == NULL || site == &stack->frames.items[site->level]);
    check(qc_thread_stack(thread) == stack);
}

/* Shown text is UTF-8 without any character that could control a terminal. */
static void check_shown(const char *text)
{
    check(text != NULL);
    while (*text != '\0') {
        size_t length = *text == '\n' ? 1 : qc_utf8_length(text);
        check(length != 0);
        text += length;
    }
}

static void check_text(struct qc_strbuf *buffer)
{
    char *text = qc_strbuf_take(buffer);
    check_shown(text);
    free(text);
}

/* The document has no character that JSON forbids. Frees it. */
static void check_json(char *json)
{
    check(json != NULL && json[0] == '{');
    for (const char *at = json; *at != '\0'; at++) {
        check(*at == '\n' || (unsigned char)*at >= 0x20);
    }
    free(json);
}

/* Evaluates an expression such as "variable->member[1]", and reads the members of the object. */
static void check_object(struct qc_modules *modules, const char *expression)
{
    struct qemucore_object object;
    struct qemucore_object member;
    struct qemucore_error error = {0};
    if (strchr(expression, '\n') != NULL) {
        return; /* messages quote the expression, and must not have a newline */
    }
    enum qemucore_status status = qc_object_find(modules, expression, NULL, &object, &error);
    if (status != QEMUCORE_OK) {
        check_failure(status, &error);
        return;
    }
    for (size_t i = 0; i < 64 && status == QEMUCORE_OK; i++) {
        check_value(&object);
        status = qc_object_member_at(&object, i, &member, &error);
    }
    check(status == QEMUCORE_OK || error.status == status);
}

struct sink {
    uint8_t *bytes; /* SLIM_MAX of them: growing them piece by piece would take most of the time */
    size_t size;
};

static enum qemucore_status sink_write(void *opaque, const void *bytes, size_t size,
                                       struct qemucore_error *error)
{
    struct sink *sink = opaque;
    if (size > SLIM_MAX - sink->size) {
        return qc_error_set(error, QEMUCORE_LIMIT, "larger than SLIM_MAX");
    }
    memcpy(sink->bytes + sink->size, bytes, size);
    sink->size += size;
    return QEMUCORE_OK;
}

/* A slim core can be loaded, and has the same threads. */
static void check_slim(struct qc_core *core, struct qc_process *process)
{
    struct sink sink = {malloc(SLIM_MAX), 0};
    struct qc_sink to = {.write = sink_write, .opaque = &sink};
    struct qc_spans none = {0};
    struct qc_spans left_out = {0};
    struct qc_guest_memory guest;
    struct qemucore_error error;
    struct qc_core_options options = {.memory_budget = 0};
    struct qc_bytes *bytes;
    struct qc_core *slim;
    bool is_cut;
    check(sink.bytes != NULL);
    qc_guest_memory_find(process, &guest);
    for (size_t i = 0; i < guest.parts.count; i++) {
        struct qc_span *range = qc_vec_add(&left_out);
        check(range != NULL && guest.parts.items[i].start < guest.parts.items[i].end);
        check(i == 0 || guest.parts.items[i - 1].end <= guest.parts.items[i].start);
        *range = (struct qc_span){guest.parts.items[i].start, guest.parts.items[i].end};
    }
    enum qemucore_status status = qc_slim_write(core, &left_out, &none, &to, &is_cut, &error);
    if (status != QEMUCORE_OK) {
        check_failure(status, &error);
    } else if (!is_cut && core->missing.count == 0) {
        check(qc_bytes_open_memory(sink.bytes, sink.size, 0, NULL, &bytes, &error) ==
              QEMUCORE_OK);
        check(qc_core_load(bytes, &options, &slim, &error) == QEMUCORE_OK);
        check(slim->missing.count == 0 && slim->threads.count == core->threads.count);
        qc_core_free(slim);
    }
    qc_vec_free(&guest.parts);
    qc_vec_free(&left_out);
    free(sink.bytes);
}

/* ---- what the commands ask --------------------------------------------------------------------- */

/* Members are NULL until a question needs them. */
struct dump {
    struct qc_core *core;
    struct qc_process *process;
    struct qc_waits *waits;
    struct qc_wait_graph *graph;
    struct qc_state *state;
    struct qc_verdict *verdict;
    unsigned max_frames;
};

static const struct qemucore_render brief = {.size = sizeof(brief)};
static const struct qemucore_render whole = {
    .size = sizeof(whole),
    .flags = QEMUCORE_RENDER_BACKTRACE | QEMUCORE_RENDER_BUILD_ID | QEMUCORE_RENDER_LOCALS |
             QEMUCORE_RENDER_ALL,
};

/* Each lock, edge and cycle has its parts, and is found by them. */
static struct qc_wait_graph *graph_of(struct dump *dump)
{
    struct qemucore_error error;
    if (dump->graph != NULL) {
        return dump->graph;
    }
    check(qc_wait_graph_new(dump->waits, &dump->graph, &error) == QEMUCORE_OK);
    const struct qc_wait_graph *graph = dump->graph;
    for (size_t i = 0; i < graph->locks.count; i++) {
        const struct qemucore_lock *lock = &graph->locks.items[i];
        check(lock->index == i && qc_lock_status_word(lock->state.status) != NULL);
        check((lock->owner == NULL) == (lock->owner_why != NULL));
        check(qc_wait_graph_lock(graph, lock->kind, lock->address) == lock);
    }
    for (size_t i = 0; i < graph->edges.count; i++) {
        const struct qemucore_edge *edge = &graph->edges.items[i];
        check(edge->evidence != NULL);
        check(edge->holder == NULL || edge->holder->core_thread->lwp == edge->holder_lwp);
        check(qc_wait_graph_edge(graph, edge->waiter)->waiter == edge->waiter);
    }
    for (size_t i = 0; i < graph->cycles.count; i++) {
        check(graph->cycles.items[i].threads.count != 0);
    }
    return dump->graph;
}

static struct qc_state *state_of(struct dump *dump)
{
    struct qemucore_error error;
    check(dump->state != NULL ||
          qc_state_new(dump->process, NULL, qc_wait_bql, &dump->state, &error) == QEMUCORE_OK);
    return dump->state;
}

/* The verdict and each finding have a sentence. */
static struct qc_why why_of(struct dump *dump)
{
    struct qemucore_error error;
    check(dump->verdict != NULL || qc_verdict_new(graph_of(dump), state_of(dump), NULL, &dump->verdict,
                                                  &error) == QEMUCORE_OK);
    check(dump->verdict->sentence != NULL && dump->verdict->signature != NULL);
    for (size_t i = 0; i < dump->verdict->findings.list.count; i++) {
        check(dump->verdict->findings.list.items[i].sentence != NULL);
    }
    return (struct qc_why){dump->waits, dump->verdict, NULL};
}

static void ask_stacks(struct dump *dump)
{
    struct qc_threads *threads = dump->process->threads;
    for (size_t i = 0; i < threads->count; i++) {
        check_stack(&threads->items[i], dump->max_frames);
    }
    /* Unwinding has opened modules' files, passed over the core again, and found code that the
       process made at run time. */
    check_modules(dump->process->modules);
    check_image(dump->core);
    check_object(dump->process->modules, dump->core->command_line);
}

static void ask_threads(struct dump *dump)
{
    struct qc_strbuf text = {0};
    qc_text_threads(dump->waits, &brief, &text);
    qc_strbuf_put(&text, "\n");
    qc_text_threads(dump->waits, &whole, &text);
    check_text(&text);
    check_json(qc_json_threads(dump->waits, &whole));
}

static void ask_locks(struct dump *dump)
{
    struct qc_strbuf text = {0};
    qc_text_locks(dump->waits, graph_of(dump), &whole, &text);
    qc_strbuf_put(&text, "\n");
    qc_dot_locks(dump->waits, dump->graph, false, &text);
    check_text(&text);
    check_json(qc_json_locks(dump->waits, dump->graph, &whole));
}

static void ask_inspect(struct dump *dump)
{
    struct qc_strbuf text = {0};
    const char *expression = dump->core->command_line;
    struct qc_inspected inspected;
    qc_inspect(graph_of(dump), strchr(expression, '\n') == NULL ? expression : "", NULL, &inspected);
    qc_strbuf_put(&text, "inspect\n");
    qc_text_inspect(&inspected, 1, &whole, &text);
    check_text(&text);
    check_json(qc_json_inspect(dump->waits, &inspected, 1, &whole));
    qc_inspected_free(&inspected);
}

static void ask_why(struct dump *dump)
{
    struct qc_strbuf text = {0};
    struct qc_why why = why_of(dump);
    qc_text_why(&why, &whole, &text);
    check_text(&text);
    check_json(qc_json_why(&why, &whole));
}

static void ask_coroutines(struct dump *dump)
{
    struct qc_strbuf text = {0};
    const struct qc_coroutine_waits *waits = qc_waits_coroutines(dump->waits);
    check(waits != NULL);
    qc_text_coroutines(dump->process, waits, &whole, &text);
    check_text(&text);
    check_json(qc_json_coroutines(dump->process, waits, &whole));
}

static void ask_parts(struct dump *dump)
{
    struct qc_part_problems problems = {0};
    for (const char *part = qc_part_next(NULL); part != NULL; part = qc_part_next(part)) {
        struct qc_strbuf text = {0};
        qc_text_parts(part, dump->waits, state_of(dump), &brief, &problems, &text);
        check_text(&text);
        check_json(qc_json_parts(part, dump->waits, dump->state, &brief, &problems));
    }
    qc_part_problems_free(&problems);
}

/* These are also parts of a report, beside the verdict. */
static void ask_info(struct dump *dump)
{
    struct qc_strbuf text = {0};
    struct qc_command_line command_line = {0};
    struct qc_version version = {0};
    struct qc_remedies remedies = {0};
    qc_command_line_find(dump->core, &command_line);
    qc_command_line_hide(&command_line);
    qc_version_find(dump->process->modules, &version);
    qc_remedies_find(dump->process->modules, NULL, &remedies);
    const struct qc_info info = {dump->waits, &command_line, &version, state_of(dump), &remedies};
    qc_text_info(&info, &whole, &text);
    check_text(&text);
    check_json(qc_json_info(&info, &whole));
    qc_remedies_free(&remedies);
    qc_version_free(&version);
    qc_command_line_free(&command_line);
}

static void check_report(struct dump *dump, bool redacted)
{
    const struct qc_version version = {.version = NULL};
    const struct qc_remedies remedies = {.count = 0};
    struct qc_command_line command_line = {0};
    qc_command_line_find(dump->core, &command_line);
    struct qc_report report = {
        .why = why_of(dump),
        .info = {dump->waits, &command_line, &version, dump->state, &remedies},
        .graph = dump->graph,
        .coroutines = qc_waits_coroutines(dump->waits),
    };
    check(!redacted || qc_redaction_find(dump->waits, dump->verdict, &report.redaction));
    char *texts[] = {qc_html_report(&report), qc_markdown_report(&report)};
    for (size_t i = 0; i < 2; i++) {
        check_shown(texts[i]);
        free(texts[i]);
    }
    check_json(qc_json_report(&report));
    check_json(qc_backtrace_report(&report));
    qc_redaction_free(&report.redaction);
    qc_command_line_free(&command_line);
}

static void ask_report(struct dump *dump)
{
    check_report(dump, false);
}

static void ask_redacted(struct dump *dump)
{
    check_report(dump, true);
}

static void ask_slim(struct dump *dump)
{
    check_slim(dump->core, dump->process);
}

static void (*const questions[])(struct dump *dump) = {
    ask_stacks, ask_threads, ask_locks, ask_why, ask_inspect, ask_coroutines, ask_parts, ask_info,
    ask_report, ask_redacted, ask_slim,
};
#define QUESTIONS (sizeof(questions) / sizeof(*questions))

/* Defined by libFuzzer; NULL with the plain driver. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most) __attribute__((weak));

/* FNV-1a: a changed bit of the input changes all bits of the hash. */
unsigned check_question(const uint8_t *data, size_t size)
{
    uint32_t hash = 2166136261u;
    if (LLVMFuzzerMutate == NULL) {
        return CHECK_ALL;
    }
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ data[i]) * 16777619u;
    }
    return hash % QUESTIONS;
}

static void check_process(struct qc_core *core, const char *executable, unsigned max_frames,
                          unsigned question)
{
    struct qc_file_options options = {.executable = executable, .no_host_files = true};
    struct dump dump = {.core = core, .max_frames = max_frames};
    struct qc_modules *modules;
    struct qc_threads *threads;
    struct qemucore_error error;
    check(qc_modules_new(core, &options, &modules, &error) == QEMUCORE_OK);
    check_modules(modules);
    check(qc_threads_new(core, modules, max_frames, &threads, &error) == QEMUCORE_OK);
    check(threads->count == core->threads.count);
    check(qc_process_new(modules, threads, &dump.process, &error) == QEMUCORE_OK);
    check(qc_waits_new(dump.process, &dump.waits, &error) == QEMUCORE_OK);
    for (unsigned i = 0; i < QUESTIONS; i++) {
        if (question == CHECK_ALL || question == i) {
            questions[i](&dump);
        }
    }
    qc_verdict_free(dump.verdict);
    qc_state_free(dump.state);
    qc_wait_graph_free(dump.graph);
    qc_waits_free(dump.waits);
    qc_process_free(dump.process);
    qc_threads_free(threads);
    qc_modules_free(modules);
}

void check_read_core(const uint8_t *data, size_t size, size_t step, uint64_t memory_budget,
                     const char *executable, unsigned max_frames, unsigned question)
{
    struct qc_core_options options = {
        .bytes = {.window_limit = 8 * QC_MIB, .ratio_limit = 1000, .ratio_from = QC_MIB},
        .memory_budget = memory_budget,
    };
    struct qc_bytes *bytes;
    struct qc_core *core;
    struct qemucore_error error;
    enum qemucore_status status =
        qc_bytes_open_memory(data, size, step, &options.bytes, &bytes, &error);
    if (status == QEMUCORE_OK) {
        status = qc_core_load(bytes, &options, &core, &error);
    }
    if (status != QEMUCORE_OK) {
        check_failure(status, &error);
        return;
    }
    core->path = strdup("core"); /* renderings print it */
    check(core->path != NULL);
    check_missing(core);
    check_image(core);
    check_process(core, executable, max_frames, question);
    qc_core_free(core);
}

/* ---- expressions ------------------------------------------------------------------------------- */

/* Returns the graph of the core, which is loaded once and never freed. */
static struct qc_wait_graph *open_graph(const uint8_t *data, size_t size, const char *executable)
{
    static struct qc_wait_graph *graph;
    struct qc_file_options options = {.executable = executable, .no_host_files = true};
    struct qc_core_options how = {.memory_budget = 0};
    struct qc_bytes *bytes;
    struct qc_core *core;
    struct qc_modules *modules;
    struct qc_threads *threads;
    struct qc_process *process;
    struct qc_waits *waits;
    struct qemucore_error error;
    if (graph == NULL) {
        check(qc_bytes_open_memory(data, size, 0, NULL, &bytes, &error) == QEMUCORE_OK);
        check(qc_core_load(bytes, &how, &core, &error) == QEMUCORE_OK);
        core->path = strdup("core");
        check(qc_modules_new(core, &options, &modules, &error) == QEMUCORE_OK);
        check(qc_threads_new(core, modules, 64, &threads, &error) == QEMUCORE_OK);
        check(qc_process_new(modules, threads, &process, &error) == QEMUCORE_OK);
        check(qc_waits_new(process, &waits, &error) == QEMUCORE_OK);
        check(qc_wait_graph_new(waits, &graph, &error) == QEMUCORE_OK);
    }
    return graph;
}

void check_expression(const uint8_t *data, size_t size, const char *executable,
                      const char *expression)
{
    struct qc_wait_graph *graph = open_graph(data, size, executable);
    struct qc_strbuf text = {0};
    struct qc_inspected inspected;
    check_object(graph->process->modules, expression);
    qc_inspect(graph, strchr(expression, '\n') == NULL ? expression : "", NULL, &inspected);
    qc_strbuf_put(&text, "inspect\n");
    qc_text_inspect(&inspected, 1, &brief, &text);
    check_text(&text);
    qc_inspected_free(&inspected);
}
