/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/coroutine_search.h"

#include "qemu/fields/list.h"
#include "qemu/qemu_limits.h"
#include "qemu/state/aio.h"
#include "qemu/threads/coroutine.h"

/* COROUTINE_STACK_SIZE (include/qemu/coroutine_int.h), until a coroutine has another size. */
#define USUAL_STACK (1 * QC_MIB)

#define WORDS_AT_ONCE 64

struct search {
    struct qc_process *process;
    struct qc_coroutines *found;
    uint64_t usual;    /* writable bytes of a stack */
    uint64_t guesses;
    QC_VEC(uint64_t) roots; /* coroutines that something other than a stack names */
};

/* ---- by their stacks --------------------------------------------------------------------- */

static bool coroutine_add(struct search *search, uint64_t address)
{
    struct qc_coroutines *found = search->found;
    if (found->list.count == QC_LIMIT_ALL_COROUTINES) {
        found->why_cut = "there are more coroutines than libqemucore's limit";
        return false;
    }
    struct qemucore_coroutine *added = qc_vec_add(&found->list);
    if (added == NULL) {
        found->why_cut = "memory for all coroutines has run out";
        return false;
    }
    added->address = address;
    added->process = search->process;
    qc_coroutine_stack_range(search->process, address, &added->stack, &added->stack_size);
    return true;
}

/* Whether a word may be a coroutine's address: aligned, and not on the stack itself. */
static bool may_be_coroutine(uint64_t word, const struct qc_coroutine_extent *extent)
{
    return word % 8 == 0 && word >= 4096 && (word < extent->start || word >= extent->end);
}

/* Reads the words before an address, at most count, the last one first; fewer if some can't be
   read. Returns their number. */
static size_t words_before(const struct qc_core *core, uint64_t end, uint64_t *ret, size_t count)
{
    uint8_t bytes[8 * WORDS_AT_ONCE];
    size_t size = 8 * qc_min(count, WORDS_AT_ONCE);
    if (!qc_core_read(core, end - size, bytes, size)) {
        size = 8;
        if (!qc_core_read(core, end - size, bytes, size)) {
            return 0;
        }
    }
    struct qc_cursor cursor = qc_cursor_new(bytes, size, core->big_endian);
    for (size_t i = size / 8; i-- > 0;) {
        ret[i] = qc_cursor_u64(&cursor);
    }
    return size / 8;
}

/* Searches from the end down: the trampoline's frame is the outermost one. */
static bool extent_search(struct search *search, const struct qc_coroutine_extent *extent)
{
    uint64_t words[WORDS_AT_ONCE];
    uint64_t left = (extent->end - extent->start) / 8;
    uint64_t end = extent->end;
    size_t read = 0;
    size_t at = 0;
    left = qc_min(left, QC_LIMIT_TRAMPOLINE_WORDS);
    for (; left > 0; left--) {
        if (search->guesses == QC_LIMIT_COROUTINE_GUESSES) {
            search->found->why_cut =
                "too many words of the stacks may be coroutines: libqemucore's limit";
            return false;
        }
        if (at == read) {
            read = words_before(search->process->core, end, words, left);
            end -= 8 * read;
            at = 0;
        }
        if (read == 0) {
            return false;
        }
        uint64_t word = words[at++];
        if (!may_be_coroutine(word, extent)) {
            continue;
        }
        search->guesses++;
        if (qc_coroutine_has_extent(search->process, word, extent)) {
            search->usual = extent->end - extent->start;
            return coroutine_add(search, word);
        }
    }
    return false;
}

/* Whether this can be read without a pass over a compressed file, or may be nothing but stacks. */
static bool is_cheap(const struct search *search, const struct qc_segment *segment, uint64_t end)
{
    const struct qc_range *range = qc_image_find(search->process->core->image, end - 8);
    return range != NULL &&
           (range->kind != QC_RANGE_DEFERRED || segment->memory_size <= 2 * USUAL_STACK);
}

/* The kernel merges a stack with a mapping above it that has the same rights. Below a stack is
   always the guard page. */
static void segment_search(struct search *search, const struct qc_segment *segment)
{
    struct qc_coroutine_extent extent = {segment->address, segment->address + segment->memory_size};
    uint64_t usual = search->usual;
    if (is_cheap(search, segment, extent.end) && extent_search(search, &extent)) {
        return;
    }
    if (segment->memory_size > usual) {
        extent.end = segment->address + usual;
        if (is_cheap(search, segment, extent.end)) {
            extent_search(search, &extent);
        }
    }
}

static bool is_writable(const struct qc_segment *segment)
{
    return (segment->flags & QC_SEGMENT_WRITABLE) != 0 && segment->address % 8 == 0 &&
           segment->memory_size >= 4096 && segment->memory_size % 8 == 0 &&
           segment->memory_size <= UINT64_MAX - segment->address;
}

static void stacks_search(struct search *search)
{
    const struct qc_core *core = search->process->core;
    for (size_t i = 0; search->found->why_cut == NULL && i < core->segments.count; i++) {
        if (is_writable(&core->segments.items[i])) {
            segment_search(search, &core->segments.items[i]);
        }
    }
}

/* ---- by what else names them ------------------------------------------------------------- */

static void root_add(struct search *search, uint64_t coroutine)
{
    if (coroutine != 0) {
        qc_vec_push(&search->roots, coroutine);
    }
}

/* The code that shows the lists below reports why one is cut. */
static void list_search(struct search *search, struct qc_list list, enum qc_field field)
{
    qc_list_each(&list, structure) {
        uint64_t coroutine;
        if (qc_field_read(search->process->fields, field, structure, &coroutine)) {
            root_add(search, coroutine);
        }
    }
}

static void jobs_search(struct search *search)
{
    list_search(search,
                qc_list_variable(search->process->fields, QC_VARIABLE_JOBS, QC_FIELD_JOB_NEXT,
                                 NULL, NULL),
                QC_FIELD_JOB_COROUTINE);
}

static void nodes_search(struct search *search)
{
    struct qc_list list = qc_list_variable(search->process->fields, QC_VARIABLE_ALL_NODES,
                                           QC_FIELD_NODE_NEXT, NULL, NULL);
    qc_list_each(&list, node) {
        list_search(search,
                    qc_list_field(search->process->fields, QC_FIELD_NODE_REQUESTS, node,
                                  QC_FIELD_REQUEST_NEXT, NULL, NULL),
                    QC_FIELD_REQUEST_COROUTINE);
    }
}

static void context_search(struct search *search, uint64_t context)
{
    struct qc_list list = qc_list_field(search->process->fields, QC_FIELD_AIO_COROUTINES, context,
                                        QC_FIELD_COROUTINE_SCHEDULED_NEXT, NULL, NULL);
    qc_list_each(&list, coroutine) {
        root_add(search, coroutine);
    }
}

static void contexts_search(struct search *search)
{
    struct qc_process *process = search->process;
    const struct qc_iothreads *iothreads = qc_process_iothreads(process);
    for (size_t i = 0; i < QC_MAIN_CONTEXTS; i++) {
        struct qc_fact context = qc_fact_variable(process->fields, qc_main_contexts[i], NULL);
        if (qc_fact_is_set(context)) {
            context_search(search, context.value);
        }
    }
    for (size_t i = 0; i < iothreads->list.count; i++) {
        if (iothreads->list.items[i].ctx != 0) {
            context_search(search, iothreads->list.items[i].ctx);
        }
    }
}

static void threads_search(struct search *search)
{
    struct qc_process *process = search->process;
    for (size_t i = 0; i < process->threads->count; i++) {
        uint64_t coroutine = qc_coroutine_of(&process->threads->items[i]);
        for (unsigned depth = 0; coroutine != 0 && depth < QC_LIMIT_ENTERED; depth++) {
            root_add(search, coroutine);
            if (!qc_coroutine_caller(process, coroutine, &coroutine)) {
                break;
            }
        }
    }
}

/* ---- all of them, each once -------------------------------------------------------------- */

int qc_coroutine_compare_addresses(const void *left, const void *right)
{
    const struct qemucore_coroutine *a = left;
    const struct qemucore_coroutine *b = right;
    return qc_compare(a->address, b->address);
}

/* Removes coroutines that were found twice from the sorted list. */
static void duplicates_remove(struct qc_coroutines *coroutines)
{
    size_t kept = 0;
    for (size_t i = 0; i < coroutines->list.count; i++) {
        if (kept == 0 ||
            coroutines->list.items[i].address != coroutines->list.items[kept - 1].address) {
            coroutines->list.items[kept++] = coroutines->list.items[i];
        }
    }
    coroutines->list.count = kept;
}

/* Adds the roots that were not found by their stacks. A thread's leader has no stack: not added. */
static void roots_add(struct search *search)
{
    struct qc_coroutines *found = search->found;
    size_t by_stack = found->list.count;
    for (size_t i = 0; i < search->roots.count; i++) {
        uint64_t address = search->roots.items[i];
        uint64_t start;
        uint64_t size;
        const struct qemucore_coroutine *known = qc_find_sorted(
            found->list.items, by_stack, each, qc_compare(each->address, address));
        if (known == NULL && qc_coroutine_stack_range(search->process, address, &start, &size) &&
            !coroutine_add(search, address)) {
            return;
        }
    }
}

void qc_coroutines_search(struct qc_process *process, struct qc_coroutines *ret)
{
    struct search search = {.process = process, .found = ret, .usual = USUAL_STACK};
    stacks_search(&search);
    qc_vec_sort(&ret->list, qc_coroutine_compare_addresses);
    duplicates_remove(ret);
    threads_search(&search);
    contexts_search(&search);
    jobs_search(&search);
    nodes_search(&search);
    roots_add(&search);
    qc_vec_sort(&ret->list, qc_coroutine_compare_addresses);
    duplicates_remove(ret);
    qc_vec_free(&search.roots);
}
