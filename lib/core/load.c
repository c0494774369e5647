/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * load - the forward pass over a core, and later passes for what it deferred
 */
#include <elf.h>
#include <inttypes.h>

#include "base/base.h"
#include "core/core_limits.h"
#include "core/dump.h"
#include "core/foreign.h"
#include "core/header.h"
#include "core/notes.h"

/* Part of a segment that a pass copies into the image. */
struct window {
    uint64_t start;  /* addresses [start, end) */
    uint64_t end;
    uint64_t offset; /* offset of start in the file */
    bool writable;
};
QC_VEC_TYPE(windows, struct window);

QC_DEFINE_ORDER(compare_segments, struct qc_segment,
                qc_compare(a->offset, b->offset) ?: qc_compare(a->index, b->index))

QC_DEFINE_ORDER(compare_windows, struct window, qc_compare(a->offset, b->offset))

static struct qc_range segment_range(const struct qc_segment *segment, enum qc_range_kind kind)
{
    return (struct qc_range){
        .start = segment->address,
        .end = segment->address + segment->file_size,
        .kind = kind,
        .writable = (segment->flags & PF_W) != 0,
        .offset = segment->offset,
    };
}

static struct window range_window(const struct qc_range *range, uint64_t start, uint64_t end)
{
    return (struct window){start, end, range->offset + (start - range->start), range->writable};
}

static enum qemucore_status windows_add(struct windows *windows, const struct window *window,
                                        struct qemucore_error *error)
{
    QC_TRY_MEMORY(qc_vec_push(windows, *window), error);
    return QEMUCORE_OK;
}

/* Copies the next bytes of the stream into the image: those of the window. Adds what the stream
   does not have as MISSING, with the reason. */
static enum qemucore_status load_save(struct qc_core *core, const struct window *window,
                                      struct qemucore_error *error)
{
    struct qc_range range = {.start = window->start, .writable = window->writable};
    range.offset = window->offset;
    while (range.start < window->end) {
        const uint8_t *data;
        uint64_t left = window->end - range.start;
        size_t shown = qc_bytes_peek(core->bytes, left < QC_PAGE ? (size_t)left : QC_PAGE, &data);
        if (shown == 0) {
            range.kind = QC_RANGE_MISSING;
            range.status = qc_bytes_end(core->bytes)->status;
            if (range.status == QEMUCORE_OK) {
                range.status = QEMUCORE_TRUNCATED;
            }
            range.end = window->end;
            return qc_image_add(core->image, &range, error);
        }
        size_t size = shown < left ? shown : (size_t)left;
        range.end = range.start + size;
        QC_TRY(qc_image_save(core->image, &range, data, error));
        qc_bytes_consume(core->bytes, size);
        range.start = range.end;
        range.offset += size;
    }
    return QEMUCORE_OK;
}

static bool thread_stack_pointer(const struct qc_core *core, const struct qc_thread *thread,
                                 uint64_t *sp)
{
    return core->arch != NULL && qc_core_register(core, thread, core->arch->stack_pointer, sp);
}

/* Adds a window around the thread's stack pointer, if that lies in the range. */
static enum qemucore_status windows_add_stack(struct windows *windows, const struct qc_core *core,
                                              const struct qc_thread *thread,
                                              const struct qc_range *range,
                                              struct qemucore_error *error)
{
    uint64_t sp;
    if (!thread_stack_pointer(core, thread, &sp) || sp < range->start || sp >= range->end) {
        return QEMUCORE_OK;
    }
    uint64_t below = sp - range->start;
    uint64_t above = range->end - sp;
    below = qc_min(below, QC_LIMIT_KEPT_BELOW_STACK);
    above = qc_min(above, QC_LIMIT_KEPT_ABOVE_STACK);
    struct window window = range_window(range, sp - below, sp + above);
    return windows_add(windows, &window, error);
}

/* Sorts windows and joins those that overlap, but not those that only touch: they may be parts of
   different ranges. */
static void windows_join(struct windows *windows)
{
    qc_vec_sort(windows, compare_windows);
    size_t kept = 0;
    for (size_t i = 0; i < windows->count; i++) {
        struct window *last = kept == 0 ? NULL : &windows->items[kept - 1];
        const struct window *next = &windows->items[i];
        if (last != NULL && next->start >= last->start && next->start < last->end &&
            next->offset - last->offset == next->start - last->start) {
            last->end = qc_max(next->end, last->end);
        } else {
            windows->items[kept++] = *next;
        }
    }
    windows->count = kept;
}

/* Loads the stacks of a segment that is too large to be kept whole, and defers the rest. */
static enum qemucore_status load_large_segment(struct qc_core *core, struct qc_range rest,
                                               struct qemucore_error *error)
{
    QC_GUARD(qc_vec_guard) struct windows windows = {0};
    enum qemucore_status status = QEMUCORE_OK;
    for (size_t i = 0; status == QEMUCORE_OK && i < core->threads.count; i++) {
        status = windows_add_stack(&windows, core, &core->threads.items[i], &rest, error);
    }
    windows_join(&windows);
    uint64_t end = rest.end;
    for (size_t i = 0; status == QEMUCORE_OK && i < windows.count; i++) {
        const struct window *window = &windows.items[i];
        rest.end = window->start;
        status = qc_image_add(core->image, &rest, error);
        qc_bytes_skip(core->bytes, window->start - rest.start);
        if (status == QEMUCORE_OK) {
            status = load_save(core, window, error);
        }
        rest.start = window->end;
        rest.offset = window->offset + (window->end - window->start);
    }
    rest.end = end;
    if (status == QEMUCORE_OK) {
        status = qc_image_add(core->image, &rest, error);
    }
    qc_bytes_skip(core->bytes, rest.end - rest.start);
    return status;
}

static enum qemucore_status load_compressed_segment(struct qc_core *core,
                                                    const struct qc_segment *segment,
                                                    struct qemucore_error *error)
{
    struct qc_range range = segment_range(segment, QC_RANGE_DEFERRED);
    uint64_t position = qc_bytes_offset(core->bytes);
    if (position > segment->offset) {
        /* Segments share bytes of the file, which the stream has passed: left to another pass. */
        uint64_t passed = position - segment->offset;
        struct qc_range front = range;
        front.end = passed < segment->file_size ? range.start + passed : range.end;
        enum qemucore_status status = qc_image_add(core->image, &front, error);
        if (status != QEMUCORE_OK || front.end == range.end) {
            return status;
        }
        range.start = front.end;
        range.offset = position;
    }
    /* At the end of the stream nothing is left to defer. Without this check, each segment there
       would have two ranges for each thread. */
    if (range.end - range.start > QC_LIMIT_KEPT_SEGMENT && !qc_bytes_is_at_end(core->bytes)) {
        return load_large_segment(core, range, error);
    }
    struct window window = range_window(&range, range.start, range.end);
    return load_save(core, &window, error);
}

static enum qemucore_status load_segment(struct qc_core *core, const struct qc_segment *segment,
                                         struct qemucore_error *error)
{
    struct qc_range hole = {
        .start = segment->address + segment->file_size,
        .end = segment->address + segment->memory_size,
        .kind = QC_RANGE_MISSING,
        .status = QEMUCORE_ABSENT,
        .writable = (segment->flags & PF_W) != 0,
    };
    QC_TRY(qc_image_add(core->image, &hole, error));
    if (!qc_bytes_is_random(core->bytes)) {
        return load_compressed_segment(core, segment, error);
    }
    struct qc_range range = segment_range(segment, QC_RANGE_SOURCE);
    range.source = &core->source;
    uint64_t size = qc_bytes_size(core->bytes);
    uint64_t in_file = segment->offset < size ? size - segment->offset : 0;
    if (in_file < segment->file_size) {
        struct qc_range cut = range;
        cut.kind = QC_RANGE_MISSING;
        cut.status = QEMUCORE_TRUNCATED;
        cut.start = range.start + in_file;
        QC_TRY(qc_image_add(core->image, &cut, error));
        range.end = cut.start;
    }
    return qc_image_add(core->image, &range, error);
}

/* Checks after the pass that the stream ends where the headers place its end. */
static enum qemucore_status load_check_end(struct qc_core *core, uint64_t expected_end,
                                           struct qemucore_error *error)
{
    uint64_t position = qc_bytes_offset(core->bytes);
    uint64_t further = expected_end > position ? expected_end - position : 0;
    bool cut = qc_bytes_skip(core->bytes, further) < further;
    const uint8_t *data;
    bool more = !cut && qc_bytes_peek(core->bytes, 1, &data) != 0;
    uint64_t end = qc_bytes_offset(core->bytes);
    if (more) {
        return qc_core_add_missing(core, QEMUCORE_CORRUPT, end, error,
                                   "the file has more bytes after the core's end at offset "
                                   "%" PRIu64,
                                   end);
    }
    const struct qemucore_error *reason = qc_bytes_end(core->bytes);
    if (reason->status != QEMUCORE_OK && cut) {
        return qc_core_add_missing(core, reason->status, end, error,
                                   "%s; everything from offset %" PRIu64 " to %" PRIu64 " is missing",
                                   reason->message, end, expected_end);
    }
    if (reason->status != QEMUCORE_OK) {
        return qc_core_add_missing(core, reason->status, end, error, "%s", reason->message);
    }
    if (cut) {
        return qc_core_add_missing(core, QEMUCORE_TRUNCATED, end, error,
                                   "the file is truncated: it ends at offset %" PRIu64
                                   " of %" PRIu64 ", everything after that is missing",
                                   end, expected_end);
    }
    return QEMUCORE_OK;
}

static enum qemucore_status load_pass(struct qc_core *core, struct qemucore_error *error)
{
    qc_vec_sort(&core->segments, compare_segments);
    uint64_t expected_end = core->sections_end;
    qc_vec_each(&core->segments, segment) {
        uint64_t end = segment->offset + segment->file_size;
        expected_end = qc_max(end, expected_end);
        uint64_t position = qc_bytes_offset(core->bytes);
        if (segment->offset > position) {
            qc_bytes_skip(core->bytes, segment->offset - position);
        }
        if (segment->type == PT_LOAD) {
            QC_TRY(load_segment(core, segment, error));
        } else if (segment->offset < position) {
            QC_TRY(qc_core_add_missing(core, QEMUCORE_CORRUPT, segment->offset, error,
                                       "the notes at offset %" PRIu64
                                       " overlap what lies before them: not read",
                                       segment->offset));
        } else {
            QC_TRY(qc_core_read_notes(core, segment, error));
        }
    }
    return load_check_end(core, expected_end, error);
}

/* Makes one more pass over the file, to load the windows, which must be sorted, into the image. */
static enum qemucore_status load_windows(struct qc_core *core, struct windows *windows,
                                         struct qemucore_error *error)
{
    enum qemucore_status status = QEMUCORE_OK;
    /* A window that shares bytes of the file with the one before stays deferred: the stream will
       have passed them. */
    size_t kept = 0;
    uint64_t end = 0;
    for (size_t i = 0; status == QEMUCORE_OK && i < windows->count; i++) {
        struct window window = windows->items[i];
        if (window.offset >= end) {
            status = qc_image_cut(core->image, window.start, window.end, error);
            end = window.offset + (window.end - window.start);
            windows->items[kept++] = window;
        }
    }
    for (size_t i = 0; status == QEMUCORE_OK && i < kept; i++) {
        const struct window *window = &windows->items[i];
        status = qc_bytes_seek(core->bytes, window->offset, error);
        if (status == QEMUCORE_OK) {
            status = load_save(core, window, error);
        }
    }
    qc_bytes_join(core->bytes);
    qc_image_seal(core->image);
    return status;
}

/* Loads the stacks that the pass deferred, all together: their stack pointers were not known yet
   because the notes follow the memory (gdb's gcore). */
static enum qemucore_status load_deferred_stacks(struct qc_core *core, struct qemucore_error *error)
{
    /* A stack has one page at least that is not zero: the budget has no room for more of them. */
    const size_t most = QC_LIMIT_FETCHED_STACKS / QC_PAGE;
    QC_GUARD(qc_vec_guard) struct windows windows = {0};
    uint64_t sp;
    for (size_t i = 0; i < core->threads.count && windows.count < most; i++) {
        const struct qc_thread *thread = &core->threads.items[i];
        const struct qc_range *range = thread_stack_pointer(core, thread, &sp)
                                           ? qc_image_find(core->image, sp)
                                           : NULL;
        if (range != NULL && range->kind == QC_RANGE_DEFERRED) {
            QC_TRY(windows_add_stack(&windows, core, thread, range, error));
        }
    }
    if (windows.count == 0 || !qc_bytes_can_rewind(core->bytes)) {
        return QEMUCORE_OK;
    }
    windows_join(&windows);
    qc_image_raise_budget(core->image, QC_LIMIT_FETCHED_STACKS);
    return load_windows(core, &windows, error);
}

/* Sets the process's id if its note has none, as valgrind's: the first thread has the same one, and
   the kernel counts upwards. */
static void load_find_process_id(struct qc_core *core)
{
    bool is_missing = core->has_process_information && core->process_id == 0;
    qc_vec_each(&core->threads, thread) {
        if (is_missing && (core->process_id == 0 || thread->lwp < core->process_id)) {
            core->process_id = thread->lwp;
        }
    }
}

/* Adds a sentence to `missing` if the dump has no thread's stack. The kernel leaves them out, with
   the heap and the variables, if bit 0 of coredump_filter is not set (core(5)). */
static enum qemucore_status load_check_stacks(struct qc_core *core, struct qemucore_error *error)
{
    bool are_left_out = false;
    bool are_nowhere = false;
    uint64_t sp;
    qc_vec_each(&core->threads, thread) {
        bool has_stack = thread_stack_pointer(core, thread, &sp) && sp != 0;
        const struct qc_segment *segment = has_stack ? qc_core_segment(core, sp) : NULL;
        if (segment != NULL && segment->file_size != 0) {
            return QEMUCORE_OK;
        }
        are_left_out |= segment != NULL && (segment->flags & PF_W) != 0;
        are_nowhere |= segment == NULL && has_stack;
    }
    if (are_nowhere && !are_left_out) {
        return qc_core_add_missing(core, QEMUCORE_ABSENT, 0, error,
                                   "no segment of the dump has a thread's stack: what they were "
                                   "doing is lost");
    }
    return !are_left_out
               ? QEMUCORE_OK
               : qc_core_add_missing(core, QEMUCORE_ABSENT, 0, error,
                                     "the dump was made without the stacks of all threads, as by "
                                     "the kernel if bit 0 of /proc/PID/coredump_filter is not set "
                                     "(0x33 is usual): what they were doing is lost");
}

/* Adds a sentence to `missing`, once: other ranges that can't be fetched have the same reason. */
static enum qemucore_status report_beyond_budget(struct qc_core *core, uint64_t address,
                                                 uint64_t offset, const char *why,
                                                 struct qemucore_error *error)
{
    if (core->budget_was_reported) {
        return QEMUCORE_OK;
    }
    core->budget_was_reported = true;
    return qc_core_add_missing(core, QEMUCORE_LIMIT, offset, error,
                               "memory at 0x%" PRIx64 " was needed, perhaps more: beyond the "
                               "memory budget, and %s",
                               address, why);
}

/* Adds a sentence to `missing` if the user or the deadline ended a fetch: its range is lost. */
static enum qemucore_status report_stopped(struct qc_core *core, uint64_t offset,
                                           struct qemucore_error *error)
{
    const struct qemucore_error *end = qc_bytes_end(core->bytes);
    return end->status == QEMUCORE_CANCELLED || end->status == QEMUCORE_TIMED_OUT
               ? qc_core_add_missing(core, end->status, offset, error, "%s", end->message)
               : QEMUCORE_OK;
}

/* Returns why no more may be fetched: fetches have cost too much time or memory. NULL: go on. */
static const char *fetch_refusal(const struct qc_core *core)
{
    if (qc_bytes_decoded(core->bytes) / QC_LIMIT_PASSES >= core->pass_size) {
        return "the file was decoded too often";
    }
    return core->fetches == QC_LIMIT_FETCHES ? "too much of it was fetched already" : NULL;
}

/* Adds windows of the deferred ranges that are small enough: the first fetch loads them too. So for
   a file that can't be entered in the middle the second pass is mostly the last one. Leaves out
   those that share bytes of the file with the first window: load_windows loads only one of them. */
static enum qemucore_status windows_of_rest(struct windows *windows, const struct qc_core *core,
                                            const struct window *first,
                                            struct qemucore_error *error)
{
    uint64_t left = QC_LIMIT_FETCHED_REST;
    uint64_t first_end = first->offset + (first->end - first->start);
    const struct qc_range *range;
    for (size_t i = 0; (range = qc_image_range(core->image, i)) != NULL; i++) {
        uint64_t size = range->end - range->start;
        if (range->kind != QC_RANGE_DEFERRED || size == 0 || size > left ||
            (first->offset < range->offset + size && range->offset < first_end)) {
            continue;
        }
        struct window window = range_window(range, range->start, range->end);
        QC_TRY(windows_add(windows, &window, error));
        left -= size;
    }
    return QEMUCORE_OK;
}

/* Returns the window to fetch for an address of a range: its surroundings within the range. */
static struct window fetch_window(const struct qc_range *range, uint64_t address)
{
    uint64_t start = address - address % QC_LIMIT_FETCH;
    uint64_t end = start > UINT64_MAX - QC_LIMIT_FETCH ? range->end : start + QC_LIMIT_FETCH;
    return range_window(range, qc_max(start, range->start), qc_min(end, range->end));
}

/* Fetches a deferred range. Leaves it deferred if the file can't be read again: the image then
   fails with the reason. */
static enum qemucore_status core_fetch(void *opaque, uint64_t address, struct qemucore_error *error)
{
    struct qc_core *core = opaque;
    const struct qc_range *range = qc_image_find(core->image, address);
    if (range == NULL || range->kind != QC_RANGE_DEFERRED) {
        return QEMUCORE_OK;
    }
    uint64_t at = range->offset + (address - range->start);
    if (!qc_bytes_can_rewind(core->bytes)) {
        return report_beyond_budget(core, address, at, "this input can't be read twice", error);
    }
    const char *refusal = fetch_refusal(core);
    if (refusal != NULL) {
        QC_TRY(report_beyond_budget(core, address, at, refusal, error));
        return qc_error_set(error, QEMUCORE_LIMIT, "%s", refusal);
    }
    QC_GUARD(qc_vec_guard) struct windows windows = {0};
    struct window window = fetch_window(range, address);
    QC_TRY(windows_add(&windows, &window, error));
    if (core->fetches == 0) {
        QC_TRY(windows_of_rest(&windows, core, &window, error));
        windows_join(&windows);
        qc_image_raise_budget(core->image, QC_LIMIT_FETCHED_REST);
    }
    qc_image_raise_budget(core->image, QC_LIMIT_FETCH);
    core->fetches++;
    QC_TRY(load_windows(core, &windows, error));
    return report_stopped(core, at, error);
}

static enum qemucore_status core_ends_early(uint64_t offset, size_t size,
                                            struct qemucore_error *error)
{
    return qc_error_set(error, QEMUCORE_TRUNCATED,
                        "the core ends before offset %" PRIu64 ": %zu bytes from %" PRIu64
                        " on were wanted",
                        offset + size, size, offset);
}

static enum qemucore_status core_read_source(void *opaque, uint64_t offset, void *buffer,
                                             size_t size, struct qemucore_error *error)
{
    struct qc_core *core = opaque;
    struct qemucore_error reason = {0};
    if (qc_bytes_read_at(core->bytes, offset, buffer, size, &reason) == size) {
        return QEMUCORE_OK;
    }
    if (reason.status != QEMUCORE_OK) {
        return qc_error_copy(error, &reason);
    }
    return core_ends_early(offset, size, error);
}

enum qemucore_status qc_core_read_file(struct qc_core *core, uint64_t offset, void *buffer,
                                       size_t size, struct qemucore_error *error)
{
    if (qc_bytes_is_random(core->bytes)) {
        return core_read_source(core, offset, buffer, size, error);
    }
    QC_FAIL_IF(!qc_bytes_can_rewind(core->bytes), error, QEMUCORE_UNSUPPORTED,
               "this input can't be read twice");
    QC_TRY(qc_bytes_seek(core->bytes, offset, error));
    size_t taken = qc_bytes_take(core->bytes, buffer, size);
    qc_bytes_join(core->bytes);
    const struct qemucore_error *end = qc_bytes_end(core->bytes);
    if (taken == size) {
        return QEMUCORE_OK;
    }
    return end->status != QEMUCORE_OK
               ? qc_error_copy(error, end)
               : core_ends_early(offset, size, error);
}

/* The first pass. */
static enum qemucore_status core_read(struct qc_core *core, struct qemucore_error *error)
{
    QC_TRY(qc_core_read_headers(core, error));
    enum qemucore_status status = load_pass(core, error);
    qc_bytes_join(core->bytes);
    core->pass_size = qc_bytes_offset(core->bytes);
    const struct qemucore_error *end = qc_bytes_end(core->bytes);
    if (status == QEMUCORE_OK && end->status == QEMUCORE_CANCELLED) {
        return qc_error_copy(error, end);
    }
    qc_image_seal(core->image);
    return status == QEMUCORE_OK ? qc_core_make_lookups(core, error) : status;
}

enum qemucore_status qc_core_load(struct qc_bytes *bytes, const struct qc_core_options *options,
                                  struct qc_core **ret, struct qemucore_error *error)
{
    QC_GUARD(qc_guard_core) struct qc_core *core = qc_core_new();
    if (core == NULL) {
        qc_bytes_close(bytes);
        return qc_error_memory(error);
    }
    core->bytes = bytes;
    core->deadline = options->bytes.deadline;
    core->listener = options->listener;
    core->source = (struct qc_image_source){.read = core_read_source, .opaque = core};
    uint64_t budget =
        options->memory_budget != 0 ? options->memory_budget : QC_LIMIT_MEMORY_DEFAULT;
    QC_TRY(qc_image_new(budget, &core->image, error));
    QC_TRY(core_read(core, error));
    qc_image_set_fetcher(core->image,
                         (struct qc_image_fetcher){.fetch = core_fetch, .opaque = core});
    QC_TRY(qc_foreign_check_core(core, error));
    QC_TRY(load_deferred_stacks(core, error));
    load_find_process_id(core);
    QC_TRY(load_check_stacks(core, error));
    *ret = qc_move(core);
    return QEMUCORE_OK;
}
