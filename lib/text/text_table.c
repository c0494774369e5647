/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/text_table.h"

#include <inttypes.h>
#include <string.h>

#include "text/renderings.h"
#include "text/text_common.h"
#include "text/thread_label.h"

/* First column after the LWP; widest cells that a column makes room for: a wider one moves the next
   cells of its own line only. */
#define COLUMN_NAME 10
#define WIDEST_NAME 20
#define WIDEST_WAIT 70

/* Names of a group's threads that are shown. */
#define MOST_LABELS 4

enum column {
    NAME,
    WAIT,
    LOCATION,
    COLUMNS,
};

struct row {
    const struct qemucore_thread *thread; /* first thread of the row's group */
    char *cells[COLUMNS];                 /* NULL: out of memory */
};

struct table {
    QC_VEC(struct row) rows;
};

const char *qc_text_short_source(const char *file)
{
    while (qc_str_begins(file, "../")) {
        file += 3;
    }
    return file;
}

void qc_text_location(const struct qemucore_frame *frame, struct qc_strbuf *buffer)
{
    if (frame->function != NULL) {
        qc_text_function(frame, buffer);
    } else {
        qc_strbuf_printf(buffer, "0x%016" PRIx64, frame->pc);
    }
    if (frame->source_file != NULL) {
        qc_text_put("  ", qc_text_short_source(frame->source_file), "", buffer);
        qc_strbuf_printf(buffer, ":%u", frame->source_line);
        return;
    }
    if (frame->function != NULL) {
        qc_strbuf_printf(buffer, "+0x%" PRIx64, frame->offset);
    }
    if (frame->module != NULL) {
        qc_text_put(" (", qc_path_name(frame->module->path), ")", buffer);
    }
}

char *qc_text_location_cell(struct qemucore_thread *thread)
{
    struct qc_strbuf buffer = {0};
    struct qc_stack *stack = qc_thread_stack(thread);
    const struct qemucore_frame *frame = qc_stack_own_frame(stack);
    if (thread->role == QC_ROLE_KERNEL) {
        qc_strbuf_put(&buffer, "-"); /* it has no code in the process */
    } else if (frame != NULL) {
        qc_text_location(frame, &buffer);
    } else {
        qc_strbuf_put_escaped(&buffer, qc_str_or(stack->end, "?"));
    }
    return qc_strbuf_take(&buffer);
}

/* A thread without a name is shown by its role, "<vcpu>"; several threads as "8 x CPU 0-7/KVM". */
char *qc_text_name_cell(const struct qc_thread_list *threads)
{
    const struct qemucore_thread *first = threads->items[0];
    struct qc_strbuf buffer = {0};
    if (threads->count > 1) {
        qc_strbuf_printf(&buffer, "%zu x ", threads->count);
    }
    if (first->name == NULL) {
        const char *role = qc_role_name(first->role);
        qc_strbuf_printf(&buffer, role == NULL ? "-" : "<%s>", role);
    } else if (threads->count == 1) {
        qc_strbuf_put_escaped(&buffer, first->name);
    } else {
        qc_text_thread_names(threads, MOST_LABELS, &buffer);
    }
    return qc_strbuf_take(&buffer);
}

/* Returns a number for the object or descriptor that a wait is for. 0: none, or not known. */
static uint64_t wait_target(const struct qemucore_wait *wait)
{
    return wait->state == QC_WAIT_BLOCKED ? wait->object
           : wait->fd >= 0                ? (uint64_t)wait->fd + 1
                                          : 0;
}

/* Tells whether both wait for the same kind of lock, or are in the same system call. */
static bool is_same_kind(const struct qemucore_wait *left, const struct qemucore_wait *right)
{
    return left->state == right->state && left->sentence != NULL && right->sentence != NULL &&
           (left->state == QC_WAIT_BLOCKED ? left->kind == right->kind
                                           : left->in_syscall == right->in_syscall &&
                                                 left->syscall.number == right->syscall.number);
}

QC_VEC_TYPE(targets, uint64_t);

QC_DEFINE_ORDER(compare_targets, uint64_t, qc_compare(*a, *b))

/* Returns the number of different targets. Sorts them. */
static size_t count_targets(struct targets *targets)
{
    size_t count = 0;
    qc_vec_sort(targets, compare_targets);
    for (size_t i = 0; i < targets->count; i++) {
        count += i == 0 || targets->items[i] != targets->items[i - 1];
    }
    return count;
}

/* Returns the length of the phrases, separated by commas, that both sentences begin with. */
static size_t common_phrases(const char *text, size_t length, const char *other)
{
    size_t kept = 0;
    for (size_t i = 0; i <= length; i++) {
        bool is_end = i == length || qc_str_begins(text + i, ", ");
        bool is_other_end = other[i] == '\0' || qc_str_begins(other + i, ", ");
        kept = is_end && is_other_end ? i : kept;
        if (i == length || text[i] != other[i]) {
            break;
        }
    }
    return kept;
}

/* Appends how many targets a group's waits have: ", each its own", ", 2 different ones". */
static void put_targets(const struct qemucore_wait *wait, struct targets *targets,
                        struct qc_strbuf *buffer)
{
    const char *noun = wait->state == QC_WAIT_BLOCKED ? "" : " fd";
    size_t count = count_targets(targets);
    if (targets->items[0] == 0) {
        qc_strbuf_put(buffer, ", which one is not known of all");
    } else if (count == targets->count) {
        qc_strbuf_printf(buffer, ", each its own%s", noun);
    } else {
        qc_strbuf_printf(buffer, ", %zu different%s", count, *noun == '\0' ? " ones" : " fds");
    }
}

static const char *kind_name(const struct qemucore_wait *wait)
{
    return wait->state == QC_WAIT_BLOCKED
               ? qc_lock_types[wait->kind].name
               : qc_str_or(wait->in_syscall ? wait->syscall.name : NULL, "?");
}

/* If the threads wait for different things, only what these have in common is shown. */
char *qc_text_wait_cell(struct qc_waits *waits, const struct qc_thread_list *threads)
{
    const struct qemucore_wait *first = qc_waits_of(waits, threads->items[0]);
    struct qc_strbuf buffer = {0};
    QC_GUARD(qc_vec_guard) struct targets targets = {0};
    size_t length = first->sentence == NULL ? 0 : strlen(first->sentence);
    bool is_one = true;
    bool is_one_mutex = first->mutex_name != NULL;
    for (size_t i = 0; i < threads->count; i++) {
        const struct qemucore_wait *other = qc_waits_of(waits, threads->items[i]);
        uint64_t *target = qc_vec_add(&targets);
        if (target == NULL || !is_same_kind(first, other)) {
            qc_strbuf_put_escaped(&buffer, qc_str_or(first->sentence, "-"));
            qc_strbuf_put(&buffer, threads->count == 1 ? "" : " (not all of them)");
            return qc_strbuf_take(&buffer);
        }
        *target = wait_target(other);
        is_one &= *target == targets.items[0];
        is_one_mutex &= other->mutex == first->mutex;
        length = common_phrases(first->sentence, length, other->sentence);
    }
    bool has_phrase = is_one || first->state != QC_WAIT_BLOCKED;
    QC_FREE char *phrase = strndup(first->sentence, length);
    qc_strbuf_put_escaped(&buffer, has_phrase && phrase != NULL && length != 0
                                       ? phrase
                                       : kind_name(first));
    if (!is_one) {
        put_targets(first, &targets, &buffer);
    }
    if (!is_one && is_one_mutex) {
        qc_text_put(", mutex ", first->mutex_name, "", &buffer);
    }
    return qc_strbuf_take(&buffer);
}

/* Returns false when out of memory. */
static bool table_fill(struct qc_waits *waits, const struct qemucore_render *render,
                       struct table *table)
{
    struct qc_stack_groups groups = {0};
    bool filled = qc_stack_groups_find(waits->process->threads, render->lwp,
                                       (render->flags & QEMUCORE_RENDER_GROUP) != 0, &groups);
    for (size_t i = 0; filled && i < groups.list.count; i++) {
        const struct qc_thread_list *threads = &groups.list.items[i].threads;
        struct row *row = qc_vec_add(&table->rows);
        filled = row != NULL;
        if (row != NULL) {
            row->thread = threads->items[0];
            row->cells[WAIT] = qc_text_wait_cell(waits, threads);
            row->cells[NAME] = qc_text_name_cell(threads);
            row->cells[LOCATION] = qc_text_location_cell(threads->items[0]);
        }
    }
    qc_stack_groups_free(&groups);
    return filled;
}

static void table_free(struct table *table)
{
    for (size_t i = 0; i < table->rows.count; i++) {
        for (unsigned j = 0; j < COLUMNS; j++) {
            free(table->rows.items[i].cells[j]);
        }
    }
    qc_vec_free(&table->rows);
}

/* Returns the width of a column: its widest cell that is no wider than `widest`, and two blanks. */
static size_t table_width(const struct table *table, enum column column, const char *title,
                          size_t widest)
{
    size_t width = strlen(title);
    for (size_t i = 0; i < table->rows.count; i++) {
        const char *cell = table->rows.items[i].cells[column];
        size_t length = cell == NULL ? 0 : strlen(cell);
        width = length > width && length <= widest ? length : width;
    }
    return width + 2;
}

static const char *cell_text(const struct row *row, enum column column)
{
    return qc_str_or(row->cells[column], "?");
}

void qc_text_table(struct qc_waits *waits, const struct qemucore_render *render,
                   struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    struct table table = {0};
    buffer->failed |= !table_fill(waits, render, &table);
    size_t wait = COLUMN_NAME + table_width(&table, NAME, "NAME", WIDEST_NAME);
    size_t location = wait + table_width(&table, WAIT, "WAITS FOR", WIDEST_WAIT);
    qc_strbuf_put(buffer, "\n     LWP");
    qc_strbuf_pad(buffer, COLUMN_NAME);
    qc_strbuf_put(buffer, "NAME");
    qc_strbuf_pad(buffer, wait);
    qc_strbuf_put(buffer, "WAITS FOR");
    qc_strbuf_pad(buffer, location);
    qc_strbuf_put(buffer, "IN\n");
    qc_vec_each(&table.rows, row) {
        qc_strbuf_printf(buffer, "%c%7d", row->thread->crashed ? '*' : ' ',
                         row->thread->core_thread->lwp);
        qc_strbuf_pad(buffer, COLUMN_NAME);
        qc_strbuf_put(buffer, cell_text(row, NAME));
        qc_strbuf_pad(buffer, wait);
        qc_strbuf_put(buffer, cell_text(row, WAIT));
        qc_strbuf_pad(buffer, location);
        qc_strbuf_put(buffer, style->function);
        qc_strbuf_put(buffer, cell_text(row, LOCATION));
        qc_strbuf_put(buffer, style->off);
        qc_strbuf_put(buffer, "\n");
    }
    table_free(&table);
}
