/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/thread_label.h"

#include <stdlib.h>
#include <string.h>

/* A name, split at its last number: "CPU 7/KVM" is "CPU ", 7, "/KVM". */
struct name_parts {
    size_t before; /* number of characters before the number */
    unsigned long number;
    const char *after; /* text after the number; NULL: there is no number */
};

static struct name_parts name_split(const char *name)
{
    struct name_parts parts = {0, 0, NULL};
    for (size_t i = 0; name[i] != '\0'; i++) {
        bool starts = name[i] >= '0' && name[i] <= '9' &&
                      (i == 0 || name[i - 1] < '0' || name[i - 1] > '9');
        if (starts) {
            char *end;
            parts.before = i;
            parts.number = strtoul(name + i, &end, 10);
            parts.after = end;
        }
    }
    return parts;
}

static bool follows(const char *first, const char *second)
{
    struct name_parts a = name_split(first);
    struct name_parts b = name_split(second);
    return a.after != NULL && b.after != NULL && a.before == b.before &&
           strncmp(first, second, a.before) == 0 && strcmp(a.after, b.after) == 0 &&
           b.number == a.number + 1;
}

/* Returns how many threads, from this one on, have names that count up; or, if not up, the same
   name: a thousand workers. */
static size_t run_length(const struct qc_thread_list *threads, size_t start, bool up)
{
    size_t length = 1;
    for (; start + length < threads->count; length++) {
        const char *last = threads->items[start + length - 1]->name;
        const char *next = threads->items[start + length]->name;
        if (last == NULL || next == NULL || !(up ? follows(last, next) : qc_str_is(next, last))) {
            break;
        }
    }
    return length;
}

static void text_run(const struct qc_thread_list *threads, size_t start, size_t run, size_t same,
                     struct qc_strbuf *buffer)
{
    const struct qemucore_thread *thread = threads->items[start];
    if (thread->name == NULL) {
        qc_strbuf_printf(buffer, "LWP %d", thread->core_thread->lwp);
    } else if (run > 1) {
        struct name_parts parts = name_split(thread->name);
        char *before = strndup(thread->name, parts.before);
        qc_strbuf_put_escaped(buffer, qc_str_or(before, "?"));
        qc_strbuf_printf(buffer, "%lu-%lu", parts.number, parts.number + run - 1);
        qc_strbuf_put_escaped(buffer, parts.after);
        free(before);
    } else {
        if (same > 1) {
            qc_strbuf_printf(buffer, "%zu x ", same);
        }
        qc_strbuf_put_escaped(buffer, thread->name);
    }
}

/* with_counts: shows how many threads have the same name. */
static void text_words(const struct qc_thread_list *threads, size_t most, bool with_counts,
                       struct qc_strbuf *buffer)
{
    size_t words = 0;
    size_t i = 0;
    while (i < threads->count && words < most) {
        size_t run = run_length(threads, i, true);
        size_t same = run > 1 ? 1 : run_length(threads, i, false);
        qc_strbuf_put(buffer, words == 0 ? "" : ", ");
        text_run(threads, i, run, with_counts ? same : 1, buffer);
        words++;
        i += qc_max(run, same);
    }
    if (i < threads->count) {
        qc_strbuf_printf(buffer, " and %zu more", threads->count - i);
    }
}

void qc_text_thread_labels(const struct qc_thread_list *threads, size_t most,
                           struct qc_strbuf *buffer)
{
    text_words(threads, most, true, buffer);
}

void qc_text_thread_names(const struct qc_thread_list *threads, size_t most,
                          struct qc_strbuf *buffer)
{
    text_words(threads, most, false, buffer);
}

void qc_text_thread_label(const struct qemucore_thread *thread, struct qc_strbuf *buffer)
{
    QC_FREE char *label = qc_thread_label(thread);
    qc_strbuf_put_escaped(buffer, qc_str_or(label, "?"));
}
