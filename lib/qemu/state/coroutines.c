/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/coroutines.h"

#include <string.h>

#include "qemu/fields/list.h"
#include "qemu/qemu_limits.h"
#include "qemu/threads/coroutine.h"
#include "qemu/threads/frames.h"
#include "qemu/threads/own_frame.h"

/* COROUTINE_STACK_SIZE (include/qemu/coroutine_int.h), until a coroutine has told another one. */
#define USUAL_STACK (1 * QC_MIB)

struct search {
    struct qc_process *process;
    struct qc_coroutines *found;
    uint64_t usual;    /* bytes of a stack that can be written to */
    uint64_t guesses;
    QC_VEC(uint64_t) roots; /* coroutines that something else than a stack has named */
};

/* ---- by their stacks --------------------------------------------------------------------- */

static bool coroutine_add(struct search *search, uint64_t address)
{
    struct qc_coroutines *found = search->found;
    if (found->list.count == QC_LIMIT_ALL_COROUTINES) {
        found->why_cut = "there are more coroutines than a limit of ours";
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

/* An object on the heap, or wherever else, but not on the stack itself. */
static bool may_be_coroutine(uint64_t word, const struct qc_coroutine_extent *extent)
{
    return word % 8 == 0 && word >= 4096 && (word < extent->start || word >= extent->end);
}

/* From the end down: the trampoline's frame is the outermost. */
static bool extent_search(struct search *search, const struct qc_coroutine_extent *extent)
{
    struct qc_fields *fields = search->process->fields;
    uint64_t words = (extent->end - extent->start) / 8;
    uint64_t word;
    words = words < QC_LIMIT_TRAMPOLINE_WORDS ? words : QC_LIMIT_TRAMPOLINE_WORDS;
    for (uint64_t i = 1; i <= words; i++) {
        if (search->guesses == QC_LIMIT_COROUTINE_GUESSES) {
            search->found->why_cut = "there are more stacks than a limit of ours";
            return false;
        }
        if (!qc_fields_pointer(fields, extent->end - 8 * i, &word)) {
            return false;
        }
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

/* What would cost a pass over a compressed file is read only where it may be stacks alone. */
static bool is_at_hand(const struct search *search, const struct qc_segment *segment, uint64_t end)
{
    const struct qc_range *range = qc_image_find(search->process->core->image, end - 8);
    return range != NULL &&
           (range->kind != QC_RANGE_DEFERRED || segment->memory_size <= 2 * USUAL_STACK);
}

/* The kernel joins a stack with a mapping above it that has the same rights; below, the page that
   nobody can write to is in between. */
static void segment_search(struct search *search, const struct qc_segment *segment)
{
    struct qc_coroutine_extent extent = {segment->address, segment->address + segment->memory_size};
    uint64_t usual = search->usual;
    if (is_at_hand(search, segment, extent.end) && extent_search(search, &extent)) {
        return;
    }
    if (segment->memory_size > usual) {
        extent.end = segment->address + usual;
        if (is_at_hand(search, segment, extent.end)) {
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
    uint64_t *added = coroutine == 0 ? NULL : qc_vec_add(&search->roots);
    if (added != NULL) {
        *added = coroutine;
    }
}

static bool visit_scheduled(void *opaque, uint64_t coroutine)
{
    root_add(opaque, coroutine);
    return true;
}

static void root_read(struct search *search, enum qc_field field, uint64_t structure)
{
    uint64_t coroutine;
    if (qc_field_read(search->process->fields, field, structure, &coroutine)) {
        root_add(search, coroutine);
    }
}

static bool visit_job(void *opaque, uint64_t job)
{
    root_read(opaque, QC_FIELD_JOB_COROUTINE, job);
    return true;
}

static bool visit_request(void *opaque, uint64_t request)
{
    root_read(opaque, QC_FIELD_REQUEST_COROUTINE, request);
    return true;
}

static void list_search(struct search *search, struct qc_list list, enum qc_field next,
                        qc_list_visitor *visitor)
{
    const char *why_cut = NULL; /* whoever shows these lists says so */
    qc_list_walk(search->process->fields, list, next, visitor, search, &why_cut);
}

static bool visit_node(void *opaque, uint64_t node)
{
    struct search *search = opaque;
    list_search(search,
                qc_list_field(search->process->fields, QC_FIELD_NODE_REQUESTS, node, NULL),
                QC_FIELD_REQUEST_NEXT, visit_request);
    return true;
}

static void context_search(struct search *search, uint64_t context)
{
    list_search(search, qc_list_field(search->process->fields, QC_FIELD_AIO_COROUTINES, context, NULL),
                QC_FIELD_COROUTINE_SCHEDULED_NEXT, visit_scheduled);
}

/* Both are the main loop's (util/main-loop.c). */
static const enum qc_variable main_contexts[] = {QC_VARIABLE_AIO_CONTEXT,
                                                 QC_VARIABLE_IOHANDLER_CONTEXT};

static void contexts_search(struct search *search)
{
    struct qc_process *process = search->process;
    const struct qc_iothreads *iothreads = qc_process_iothreads(process);
    for (size_t i = 0; i < sizeof(main_contexts) / sizeof(main_contexts[0]); i++) {
        struct qc_fact context = qc_fact_variable(process->fields, main_contexts[i], NULL);
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

static void roots_search(struct search *search)
{
    struct qc_fields *fields = search->process->fields;
    threads_search(search);
    contexts_search(search);
    list_search(search, qc_list_variable(fields, QC_VARIABLE_JOBS, NULL), QC_FIELD_JOB_NEXT,
                visit_job);
    list_search(search, qc_list_variable(fields, QC_VARIABLE_ALL_NODES, NULL), QC_FIELD_NODE_NEXT,
                visit_node);
}

/* ---- all of them, each once -------------------------------------------------------------- */

static int compare_numbers(uint64_t left, uint64_t right)
{
    return left < right ? -1 : left > right;
}

static int compare_addresses(const void *left, const void *right)
{
    const struct qemucore_coroutine *a = left;
    const struct qemucore_coroutine *b = right;
    return compare_numbers(a->address, b->address);
}

static int compare_stacks(const void *left, const void *right)
{
    const struct qemucore_coroutine *a = left;
    const struct qemucore_coroutine *b = right;
    return compare_numbers(a->stack, b->stack);
}

static int compare_states(const void *left, const void *right)
{
    const struct qemucore_coroutine *a = left;
    const struct qemucore_coroutine *b = right;
    return a->state != b->state ? (a->state < b->state ? -1 : 1) : compare_addresses(left, right);
}

/* Sorted. */
static void twice_found_remove(struct qc_coroutines *coroutines)
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

/* A thread's leader has no stack of its own, and is none of them. */
static void roots_add(struct search *search)
{
    struct qc_coroutines *found = search->found;
    size_t by_stack = found->list.count;
    for (size_t i = 0; i < search->roots.count; i++) {
        uint64_t address = search->roots.items[i];
        uint64_t start;
        uint64_t size;
        size_t at = qc_lower_bound(by_stack, j, found->list.items[j].address < address);
        bool is_found = at < by_stack && found->list.items[at].address == address;
        if (!is_found && qc_coroutine_stack_range(search->process, address, &start, &size) &&
            !coroutine_add(search, address)) {
            return;
        }
    }
}

static void coroutines_search(struct qc_process *process, struct qc_coroutines *ret)
{
    struct search search = {.process = process, .found = ret, .usual = USUAL_STACK};
    stacks_search(&search);
    qc_vec_sort(&ret->list, compare_addresses);
    twice_found_remove(ret);
    roots_search(&search);
    roots_add(&search);
    qc_vec_sort(&ret->list, compare_addresses);
    twice_found_remove(ret);
    qc_vec_free(&search.roots);
}

/* ---- what each is at --------------------------------------------------------------------- */

/* Sorted by address. */
static struct qemucore_coroutine *found_at(struct qc_coroutines *coroutines, uint64_t address)
{
    size_t at = qc_lower_bound(coroutines->list.count, i,
                               coroutines->list.items[i].address < address);
    return at < coroutines->list.count && coroutines->list.items[at].address == address
               ? &coroutines->list.items[at]
               : NULL;
}

/* Sorted by stack. */
static struct qemucore_coroutine *found_around(struct qc_coroutines *coroutines, uint64_t address)
{
    size_t behind = qc_lower_bound(coroutines->list.count, i,
                                   coroutines->list.items[i].stack <= address);
    struct qemucore_coroutine *found = behind == 0 ? NULL : &coroutines->list.items[behind - 1];
    return found != NULL && address - found->stack < found->stack_size ? found : NULL;
}

/* Answers whether it is known where each thread is, and none is in a coroutine. */
static bool threads_place(struct qc_process *process, struct qc_coroutines *coroutines)
{
    bool none = true;
    for (size_t i = 0; i < process->threads->count; i++) {
        struct qemucore_thread *thread = &process->threads->items[i];
        uint64_t stack_pointer;
        bool known = qc_thread_stack_pointer(thread, &stack_pointer);
        struct qemucore_coroutine *found =
            known ? found_around(coroutines, stack_pointer) : NULL;
        none &= known && found == NULL;
        if (found != NULL) {
            found->state = QC_COROUTINE_RUNNING;
            found->thread = thread;
        }
    }
    return none;
}

/* Those that wait for one that a thread is in. A damaged chain may lead back. */
static void callers_place(struct qc_coroutines *coroutines, struct qemucore_coroutine *running)
{
    struct qemucore_coroutine *inner = running;
    for (unsigned depth = 0; depth < QC_LIMIT_ENTERED; depth++) {
        struct qemucore_coroutine *outer =
            qc_fact_is_set(inner->caller) ? found_at(coroutines, inner->caller.value) : NULL;
        if (outer == NULL || outer->thread != NULL) {
            return;
        }
        outer->state = QC_COROUTINE_ENTERED;
        outer->thread = running->thread;
        outer->entered = inner->address;
        inner = outer;
    }
}

static void members_read(struct qemucore_coroutine *coroutine)
{
    struct qc_fields *fields = coroutine->process->fields;
    uint64_t address = coroutine->address;
    uint64_t entry;
    coroutine->entry.is_known =
        qc_field_address(fields, QC_FIELD_COROUTINE_ENTRY, address, &entry) &&
        qc_fields_pointer(fields, entry, &coroutine->entry.value);
    coroutine->argument = qc_fact_field(fields, QC_FIELD_COROUTINE_ARGUMENT, address, NULL);
    coroutine->caller = qc_fact_field(fields, QC_FIELD_COROUTINE_CALLER, address, NULL);
    coroutine->context = qc_fact_field(fields, QC_FIELD_COROUTINE_CONTEXT, address, NULL);
    coroutine->locks_held = qc_fact_field(fields, QC_FIELD_COROUTINE_LOCKS_HELD, address, NULL);
    coroutine->state = QC_COROUTINE_UNKNOWN;
}

/* util/coroutine-*.c: the frames of one that has ended, or has not begun, are all of these. */
static bool is_of_back_end(const struct qemucore_frame *frame)
{
    return qc_frame_is(frame, "qemu_coroutine_switch") ||
           qc_frame_is(frame, "coroutine_trampoline") ||
           qc_frame_is(frame, "coroutine_bootstrap");
}

/* Without names: coroutine_trampoline and what it has called, qemu_coroutine_switch. */
static bool has_two_frames(const struct qc_stack *stack)
{
    size_t own = 0;
    for (size_t i = 0; i < stack->physical.count; i++) {
        own += stack->physical.items[i].module == stack->physical.items[0].module;
    }
    return stack->outermost && own <= 2;
}

static bool is_idle(const struct qemucore_coroutine *coroutine)
{
    const struct qc_stack *stack = coroutine->frames;
    for (size_t i = 0; i < stack->frames.count; i++) {
        const struct qemucore_frame *frame = &stack->frames.items[i];
        if (qc_frame_is(frame, "coroutine_trampoline")) {
            return true;
        }
        if (frame->function != NULL && !is_of_back_end(frame)) {
            return false;
        }
    }
    return has_two_frames(stack);
}

/* Without Coroutine.caller, the function that has left the stack may tell. */
static enum qc_coroutine_state left_state(const struct qemucore_coroutine *coroutine)
{
    const struct qc_stack *stack = coroutine->frames;
    if (coroutine->caller.is_known) {
        return coroutine->caller.value == 0 ? QC_COROUTINE_SUSPENDED : QC_COROUTINE_ENTERED;
    }
    for (size_t i = 0; i < stack->frames.count && i < 3; i++) {
        if (qc_frame_is(&stack->frames.items[i], "qemu_coroutine_yield")) {
            return QC_COROUTINE_SUSPENDED;
        }
        if (qc_frame_is(&stack->frames.items[i], "qemu_aio_coroutine_enter")) {
            return QC_COROUTINE_ENTERED;
        }
    }
    return QC_COROUTINE_UNKNOWN;
}

/* aio_co_schedule() leaves the name of its caller, qemu_co_sleep() one of its own, so that nobody
   enters the coroutine before its timer does (util/qemu-coroutine-sleep.c). */
static void scheduled_read(struct qemucore_coroutine *coroutine)
{
    struct qc_fields *fields = coroutine->process->fields;
    uint64_t name;
    if (coroutine->state != QC_COROUTINE_SUSPENDED ||
        !qc_field_read(fields, QC_FIELD_COROUTINE_SCHEDULED, coroutine->address, &name) ||
        name == 0) {
        return;
    }
    coroutine->scheduled_by =
        qc_field_text(fields, QC_FIELD_COROUTINE_SCHEDULED, coroutine->address);
    bool sleeps = coroutine->scheduled_by != NULL &&
                  strncmp(coroutine->scheduled_by, "qemu_co_sleep", strlen("qemu_co_sleep")) == 0;
    coroutine->state = sleeps ? QC_COROUTINE_SLEEPING : QC_COROUTINE_SCHEDULED;
}

static void frames_free(struct qemucore_coroutine *coroutine)
{
    if (coroutine->frames != NULL) {
        qc_stack_free(coroutine->frames);
    }
    free(coroutine->frames);
    free(coroutine->why);
    coroutine->frames = NULL;
    coroutine->why = NULL;
}

/* Most are idle, and nobody asks for the stacks of those. */
static void state_find(struct qemucore_coroutine *coroutine, bool none_runs)
{
    if (coroutine->state != QC_COROUTINE_UNKNOWN) {
        return;
    }
    if (qc_coroutine_stack(coroutine) == NULL || coroutine->why != NULL) {
        return;
    }
    if (!qc_fact_is_set(coroutine->caller) && is_idle(coroutine)) {
        coroutine->state = QC_COROUTINE_IDLE;
        frames_free(coroutine);
        return;
    }
    coroutine->state = left_state(coroutine);
    if (coroutine->state == QC_COROUTINE_UNKNOWN && none_runs) {
        coroutine->state = QC_COROUTINE_SUSPENDED; /* none of them can be in another one */
    }
    scheduled_read(coroutine);
}

static void states_find(struct qc_process *process, struct qc_coroutines *coroutines)
{
    size_t count = coroutines->list.count;
    for (size_t i = 0; i < count; i++) {
        members_read(&coroutines->list.items[i]);
    }
    qc_vec_sort(&coroutines->list, compare_stacks);
    bool none_runs = threads_place(process, coroutines);
    qc_vec_sort(&coroutines->list, compare_addresses);
    for (size_t i = 0; i < count; i++) {
        if (coroutines->list.items[i].state == QC_COROUTINE_RUNNING) {
            callers_place(coroutines, &coroutines->list.items[i]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct qemucore_coroutine *coroutine = &coroutines->list.items[i];
        state_find(coroutine, none_runs);
        coroutines->counts[coroutine->state]++;
        if (coroutine->state != QC_COROUTINE_IDLE) {
            coroutine->entry_name = qc_coroutine_entry_name(process, coroutine->address);
        }
    }
    qc_vec_sort(&coroutines->list, compare_states);
}

/* ---- the whole --------------------------------------------------------------------------- */

static void coroutines_free(struct qc_coroutines *coroutines)
{
    for (size_t i = 0; i < coroutines->list.count; i++) {
        frames_free(&coroutines->list.items[i]);
        free(coroutines->list.items[i].entry_name);
        free(coroutines->list.items[i].scheduled_by);
    }
    qc_vec_free(&coroutines->list);
    free(coroutines);
}

struct qc_coroutines *qc_process_coroutines(struct qc_process *process)
{
    struct qc_coroutines *coroutines =
        process->coroutines == NULL ? calloc(1, sizeof(*coroutines)) : NULL;
    if (coroutines != NULL) {
        coroutines_search(process, coroutines);
        states_find(process, coroutines);
        process->coroutines = coroutines;
        process->coroutines_free = coroutines_free;
    }
    return process->coroutines;
}

struct qemucore_coroutine *qc_coroutine_at(struct qc_coroutines *coroutines, uint64_t address)
{
    for (size_t i = 0; i < coroutines->list.count; i++) {
        if (coroutines->list.items[i].address == address) {
            return &coroutines->list.items[i];
        }
    }
    return NULL;
}

/* Any thread leads to the pointer guard. */
static struct qemucore_thread *any_thread(const struct qemucore_coroutine *coroutine)
{
    struct qc_threads *threads = coroutine->process->threads;
    if (coroutine->thread != NULL) {
        return coroutine->thread;
    }
    return threads->count == 0 ? NULL : &threads->items[0];
}

static void frames_find(struct qemucore_coroutine *coroutine)
{
    struct qemucore_thread *thread = any_thread(coroutine);
    struct qemucore_error error;
    if (thread == NULL) {
        coroutine->why = strdup("the dump has no threads");
    } else if (qc_coroutine_unwind(thread, coroutine->address, coroutine->frames, &error) !=
               QEMUCORE_OK) {
        coroutine->why = strdup(error.message);
    }
}

struct qc_stack *qc_coroutine_stack(struct qemucore_coroutine *coroutine)
{
    if (coroutine->state == QC_COROUTINE_RUNNING) {
        return qc_thread_stack(coroutine->thread);
    }
    if (coroutine->frames == NULL) {
        coroutine->frames = calloc(1, sizeof(*coroutine->frames));
        if (coroutine->frames != NULL) {
            frames_find(coroutine);
        }
    }
    return coroutine->frames;
}

/* util/qemu-coroutine*.c, util/async.c, util/thread-pool.c, io/channel.c, block/linux-aio.c,
   block/io_uring.c, block/graph-lock.c, job.c: how a coroutine is left, and the waits that QEMU has for
   coroutines. */
static bool is_way_out(const struct qemucore_frame *frame)
{
    static const char *const functions[] = {
        "qemu_coroutine_switch", "qemu_coroutine_yield", "qemu_aio_coroutine_enter",
        "qemu_coroutine_enter", "qemu_coroutine_enter_if_inactive", "aio_co_enter", "aio_co_wake",
        "qemu_co_mutex_lock", "qemu_co_mutex_lock_slowpath", "qemu_co_queue_wait_impl",
        "qemu_co_rwlock_rdlock", "qemu_co_rwlock_wrlock", "qemu_co_rwlock_upgrade",
        "qemu_co_rwlock_maybe_wake_one", "qemu_co_sleep", "qemu_co_sleep_ns",
        "qemu_co_sleep_ns_wakeable", "yield_until_fd_readable", "aio_co_reschedule_self",
        "bdrv_graph_co_rdlock", "graph_lockable_auto_lock", "qemu_lockable_lock",
        "qemu_lockable_auto_lock", "qio_channel_yield", "thread_pool_submit_co", "laio_co_submit",
        "luring_co_submit", "job_do_yield", "job_do_yield_locked", "job_sleep_ns",
    };
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        if (qc_frame_is(frame, functions[i])) {
            return true;
        }
    }
    return qc_frame_is_inner(frame);
}

struct qemucore_frame *qc_coroutine_own_frame(struct qemucore_coroutine *coroutine)
{
    struct qc_stack *stack = qc_coroutine_stack(coroutine);
    for (size_t i = 0; stack != NULL && i < stack->frames.count; i++) {
        if (!is_way_out(&stack->frames.items[i])) {
            return &stack->frames.items[i];
        }
    }
    return stack == NULL ? NULL : qc_stack_own_frame(stack);
}

char *qc_coroutine_context_name(const struct qemucore_coroutine *coroutine)
{
    struct qc_process *process = coroutine->process;
    const struct qc_iothreads *iothreads = qc_process_iothreads(process);
    struct qc_fact context = coroutine->context;
    if (!qc_fact_is_set(context)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(main_contexts) / sizeof(main_contexts[0]); i++) {
        struct qc_fact of_main = qc_fact_variable(process->fields, main_contexts[i], NULL);
        if (of_main.is_known && of_main.value == context.value) {
            return strdup("main loop");
        }
    }
    for (size_t i = 0; i < iothreads->list.count; i++) {
        const struct qc_iothread *iothread = &iothreads->list.items[i];
        if (iothread->ctx == context.value) {
            return iothread->id == NULL ? NULL : strdup(iothread->id);
        }
    }
    return NULL;
}

const char *qc_coroutine_state_name(enum qc_coroutine_state state)
{
    static const char *const names[] = {
        [QC_COROUTINE_RUNNING] = "running",     [QC_COROUTINE_ENTERED] = "entered",
        [QC_COROUTINE_SCHEDULED] = "scheduled", [QC_COROUTINE_SLEEPING] = "sleeping",
        [QC_COROUTINE_SUSPENDED] = "suspended", [QC_COROUTINE_UNKNOWN] = "unknown",
        [QC_COROUTINE_IDLE] = "idle",
    };
    return names[state];
}
