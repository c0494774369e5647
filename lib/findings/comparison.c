/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "findings/comparison.h"

#include "base/base.h"

/* ---- order of the dumps ---------------------------------------------------------------------- */

static enum qemucore_status check_order(const struct qc_dump_view *later,
                                        const struct qc_dump_view *earlier,
                                        struct qemucore_error *error)
{
    const struct qc_clock_bound *upper = &later->state->clocks.bounds[QC_CLOCK_REALTIME].upper;
    const struct qc_clock_bound *lower = &earlier->state->clocks.bounds[QC_CLOCK_REALTIME].lower;
    struct qc_fact now = later->state->clocks.refresh;
    struct qc_fact then = earlier->state->clocks.refresh;
    return (upper->is_known && lower->is_known && upper->ns < lower->ns) ||
                   (now.is_known && then.is_known && (int64_t)now.value < (int64_t)then.value)
             ? qc_error_set(error, QEMUCORE_INVALID,
                            "the first dump is the later one: the earlier one comes first")
             : QEMUCORE_OK;
}

/* ---- time ----------------------------------------------------------------------------------- */

static struct qc_fact time_between(int64_t later, int64_t earlier)
{
    return later > earlier ? (struct qc_fact){.is_known = true, .value = (uint64_t)(later - earlier)}
                           : (struct qc_fact){.is_known = false};
}

static void find_time(struct qc_comparison *comparison, struct qc_dump_view later_view)
{
    const struct qc_clocks *later = &later_view.state->clocks;
    const struct qc_clocks *earlier = &comparison->earlier.state->clocks;
    comparison->are_snapshots = later_view.process->core->live.is_live &&
                                comparison->earlier.process->core->live.is_live;
    const struct qc_clock_bound *lower = &later->bounds[QC_CLOCK_REALTIME].lower;
    const struct qc_clock_bound *upper = &earlier->bounds[QC_CLOCK_REALTIME].upper;
    if (lower->is_known && upper->is_known) {
        comparison->apart = time_between(lower->ns, upper->ns);
    }
    if (later->file_latest.is_known && earlier->file_latest.is_known) {
        comparison->apart_by_files = time_between((int64_t)later->file_latest.value,
                                                  (int64_t)earlier->file_latest.value);
    }
}

bool qc_comparison_is_long(const struct qc_comparison *comparison)
{
    return qc_fact_is_at_least(comparison->apart, QC_LATELY_NS) ||
           qc_fact_is_at_least(comparison->apart_by_files, QC_LATELY_NS);
}

/* gui_update() runs only in the main loop, at least every 3 s (ui/console.c). */
#define REFRESH_NS INT64_C(3000000000)

static bool is_same_fact(struct qc_fact a, struct qc_fact b)
{
    return a.is_known && b.is_known && a.value == b.value;
}

static enum qc_turn find_turn(const struct qc_clocks *later, const struct qc_clocks *earlier)
{
    if (!later->refresh.is_known || !earlier->refresh.is_known) {
        return QC_TURN_UNKNOWN;
    } else if (later->refresh.value != earlier->refresh.value) {
        return QC_TURN_SEEN;
    }
    return qc_fact_is_at_least(later->turned.at_least, REFRESH_NS) ? QC_TURN_NONE : QC_TURN_UNKNOWN;
}

/* ---- threads -------------------------------------------------------------------------------- */

/* The outermost frame may have no CFA: nothing is unwound from it. */
static bool is_same_frame(const struct qc_frame *a, const struct qc_frame *b)
{
    return a->registers.pc == b->registers.pc && a->has_cfa == b->has_cfa &&
           (!a->has_cfa || a->cfa == b->cfa);
}

/* Counts the frames that both stacks share, from the outermost one inwards. */
static size_t count_common(const struct qc_stack *a, const struct qc_stack *b)
{
    size_t least = qc_min(a->physical.count, b->physical.count);
    size_t count = 0;
    while (count < least && is_same_frame(&a->physical.items[a->physical.count - 1 - count],
                                          &b->physical.items[b->physical.count - 1 - count])) {
        count++;
    }
    return count;
}

/* Returns the last frame of a physical one: the function itself, not one inlined in it. */
static struct qemucore_frame *frame_of(struct qc_stack *stack, size_t physical)
{
    struct qemucore_frame *found = NULL;
    for (size_t i = 0; i < stack->frames.count && stack->frames.items[i].physical <= physical; i++) {
        found = stack->frames.items[i].physical == physical ? &stack->frames.items[i] : found;
    }
    return found;
}

static bool is_same_function(const struct qemucore_frame *a, const struct qemucore_frame *b)
{
    return a != NULL && b != NULL && b->function != NULL && qc_str_is(a->function, b->function);
}

/* Returns the innermost frame that the thread has not left; the function it calls may differ. */
static struct qemucore_frame *common_frame(struct qc_stack *now, struct qc_stack *then,
                                           size_t common)
{
    size_t left = now->physical.count - common;
    size_t inner_then = then->physical.count - common;
    struct qemucore_frame *inner = left == 0 ? NULL : frame_of(now, left - 1);
    if (inner != NULL && inner_then != 0 &&
        now->physical.items[left - 1].has_cfa && then->physical.items[inner_then - 1].has_cfa &&
        now->physical.items[left - 1].cfa == then->physical.items[inner_then - 1].cfa &&
        is_same_function(inner, frame_of(then, inner_then - 1))) {
        return inner;
    }
    return common == 0 ? NULL : frame_of(now, left);
}

static uint64_t cpu_time_of(const struct qc_thread *thread)
{
    return thread->user_time + thread->system_time;
}

/* Not known for the main thread, whose note counts the whole process. */
static struct qc_fact cpu_time_between(const struct qemucore_thread *later,
                                       const struct qemucore_thread *earlier)
{
    uint64_t now = cpu_time_of(later->core_thread);
    uint64_t then = cpu_time_of(earlier->core_thread);
    bool is_known = later->core_thread->lwp != later->threads->core->process_id && now != 0 &&
                    then != 0 && now >= then;
    return (struct qc_fact){.is_known = is_known, .value = is_known ? now - then : 0};
}

/* Two snapshots have the kernel's counts of a thread's runs on a CPU: they prove motion or rest. */
static bool runs_are_known(const struct qemucore_thread *later,
                           const struct qemucore_thread *earlier)
{
    return later->core_thread->task.has_run && earlier->core_thread->task.has_run &&
           later->core_thread->task.runs >= earlier->core_thread->task.runs;
}

static struct qc_fact run_time_between(const struct qemucore_thread *later,
                                       const struct qemucore_thread *earlier)
{
    uint64_t now = later->core_thread->task.run_ns;
    uint64_t then = earlier->core_thread->task.run_ns;
    return (struct qc_fact){.is_known = now >= then, .value = now >= then ? (now - then) / 1000 : 0};
}

/* Drops frames of libraries: the C library's start of every thread tells nothing. */
static struct qemucore_frame *qemu_frame(struct qemucore_thread *thread,
                                         struct qemucore_frame *frame)
{
    struct qc_modules *modules = qc_unwinder_modules(thread->threads->unwinder);
    return frame != NULL && frame->module == qc_modules_executable(modules) ? frame : NULL;
}

static void motion_find(struct qc_thread_motion *motion, struct qemucore_thread *earlier)
{
    struct qc_stack *now = qc_thread_stack(motion->thread);
    struct qc_stack *then = qc_thread_stack(earlier);
    size_t common = count_common(now, then);
    bool is_all =
        common != 0 && common == now->physical.count && common == then->physical.count;
    motion->common = is_all ? &now->frames.items[0]
                            : qemu_frame(motion->thread, common_frame(now, then, common));
    motion->cpu_time = cpu_time_between(motion->thread, earlier);
    bool is_counted = runs_are_known(motion->thread, earlier);
    uint64_t runs = motion->thread->core_thread->task.runs - earlier->core_thread->task.runs;
    if (is_counted) {
        motion->cpu_time = run_time_between(motion->thread, earlier);
    }
    /* A thread that never leaves its CPU is not scheduled again: the count alone proves nothing. */
    motion->is_proved = is_counted && (runs != 0 || qc_fact_is_zero(motion->cpu_time));
    if (motion->is_proved && runs == 0) {
        motion->motion = QC_MOTION_NONE;
    } else if (!now->outermost || !then->outermost) {
        motion->motion = QC_MOTION_UNKNOWN;
    } else if (is_all) {
        motion->motion = motion->is_proved || qc_fact_is_set(motion->cpu_time) ? QC_MOTION_RAN
                                                                               : QC_MOTION_NONE;
    } else {
        motion->motion = motion->common != NULL ? QC_MOTION_WITHIN : QC_MOTION_ELSEWHERE;
    }
}

static bool find_threads(struct qc_comparison *comparison, struct qc_threads *later)
{
    size_t found = 0;
    qc_vec_each(later, thread) {
        struct qemucore_thread *earlier =
            qc_process_thread(comparison->earlier.process, thread->core_thread->lwp);
        struct qc_thread_motion *added = qc_vec_add(&comparison->threads);
        if (added == NULL) {
            return false;
        }
        *added = (struct qc_thread_motion){.thread = thread, .motion = QC_MOTION_NEW};
        if (earlier != NULL) {
            motion_find(added, earlier);
            found++;
        }
    }
    size_t count = comparison->earlier.process->threads->count;
    comparison->gone = count > found ? count - found : 0;
    return true;
}

/* ---- requests ------------------------------------------------------------------------------- */

/* Coroutine stacks are reused: the start times that a device noted decide, where both have one. */
static bool is_same_request(const struct qc_block_request *a, const struct qc_block_request *b)
{
    return a->address == b->address && is_same_fact(a->offset, b->offset) &&
           is_same_fact(a->bytes, b->bytes) && b->type != NULL &&
           qc_str_is(a->type, b->type) &&
           (!a->origin.start.is_known || !b->origin.start.is_known ||
            a->origin.start.value == b->origin.start.value);
}

static const struct qc_block_request *request_in(const struct qc_block_node *node,
                                                 const struct qc_block_request *request)
{
    return node == NULL ? NULL
                        : qc_vec_find(&node->requests, at, is_same_request(at, request));
}

/* Tells whether the request is known well enough to be recognized in another dump. */
static bool is_recognizable(const struct qc_block_request *request)
{
    return request->offset.is_known && request->bytes.is_known && request->type != NULL;
}

static bool node_has_all(const struct qc_block_node *node)
{
    bool all = qc_fact_is(node->tracked, node->requests.count);
    for (size_t i = 0; i < node->requests.count; i++) {
        all = all && is_recognizable(&node->requests.items[i]);
    }
    return all;
}

static bool has_all_requests(const struct qc_block *block)
{
    bool all = block->nodes_known && block->why_cut == NULL;
    for (size_t i = 0; i < block->nodes.count; i++) {
        all = all && node_has_all(&block->nodes.items[i]);
    }
    return all;
}

const struct qc_block_job *qc_comparison_earlier_job(const struct qc_comparison *comparison,
                                                     const struct qc_block_job *job)
{
    return qc_vec_find(&comparison->earlier.state->block.jobs, earlier,
                       earlier->address == job->address && job->id != NULL &&
                           qc_str_is(earlier->id, job->id));
}

size_t qc_comparison_ended_of(const struct qc_comparison *comparison, const struct qc_block *later,
                              uint64_t address)
{
    const struct qc_block_node *then =
        qc_block_node_of(&comparison->earlier.state->block, address);
    const struct qc_block_node *now = qc_block_node_of(later, address);
    size_t ended = 0;
    if (then == NULL || now == NULL || !node_has_all(then) || !node_has_all(now)) {
        return 0;
    }
    for (size_t i = 0; i < then->requests.count; i++) {
        ended += request_in(now, &then->requests.items[i]) == NULL;
    }
    return ended;
}

/* A missing request has ended only if all requests of its node were read, or the node is gone. */
static bool has_ended(const struct qc_block *later, const struct qc_block_node *node,
                      const struct qc_block_request *request)
{
    return is_recognizable(request) && (node == NULL ? later->nodes_known && later->why_cut == NULL
                                                    : node_has_all(node));
}

static void find_requests(struct qc_comparison *comparison, const struct qc_block *later)
{
    const struct qc_block *earlier = &comparison->earlier.state->block;
    qc_vec_each(&earlier->nodes, node) {
        const struct qc_block_node *same = qc_block_node_of(later, node->address);
        for (size_t j = 0; j < node->requests.count; j++) {
            const struct qc_block_request *left = request_in(same, &node->requests.items[j]);
            comparison->requests_left += left != NULL;
            comparison->requests_ended +=
                left == NULL && has_ended(later, same, &node->requests.items[j]);
            if (left != NULL && comparison->left == NULL) {
                comparison->left = left;
                comparison->left_in = same;
            }
        }
    }
    comparison->requests_known = has_all_requests(earlier) && has_all_requests(later);
}

/* ---- the whole ------------------------------------------------------------------------------ */

QC_DEFINE_GUARD(guard_comparison, struct qc_comparison, qc_comparison_free)

enum qemucore_status qc_comparison_new(struct qc_dump_view later, struct qc_dump_view earlier,
                                       struct qc_comparison **ret, struct qemucore_error *error)
{
    QC_TRY(qc_core_check_process(later.process->core, earlier.process->core, error));
    QC_TRY(check_order(&later, &earlier, error));
    QC_GUARD(guard_comparison) struct qc_comparison *comparison = calloc(1, sizeof(*comparison));
    if (comparison == NULL) {
        return qc_error_memory(error);
    }
    comparison->earlier = earlier;
    if (!find_threads(comparison, later.process->threads)) {
        return qc_error_memory(error);
    }
    comparison->refresh_is_same = is_same_fact(later.state->clocks.refresh,
                                               earlier.state->clocks.refresh);
    comparison->turn = find_turn(&later.state->clocks, &earlier.state->clocks);
    find_time(comparison, later);
    find_requests(comparison, &later.state->block);
    *ret = qc_move(comparison);
    return QEMUCORE_OK;
}

void qc_comparison_free(struct qc_comparison *comparison)
{
    if (comparison != NULL) {
        qc_vec_free(&comparison->threads);
        free(comparison);
    }
}

const struct qc_thread_motion *qc_comparison_of(const struct qc_comparison *comparison,
                                                const struct qemucore_thread *thread)
{
    return &comparison->threads.items[thread->index];
}

bool qc_motion_is_seen(const struct qc_thread_motion *motion)
{
    return motion->motion != QC_MOTION_UNKNOWN && motion->motion != QC_MOTION_NONE;
}

QC_DEFINE_WORDS(qc_motion_name, enum qc_motion, QC_MOTIONS)

QC_DEFINE_WORDS(qc_turn_name, enum qc_turn, QC_TURNS)
