/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "findings/recent.h"

#include "base/base.h"
#include "findings/storage.h"

/* A hang has lasted longer than this when somebody dumps it. A turn is seen by the display's
   refresh, every 3 s if nobody looks at it (ui/console.c, GUI_REFRESH_INTERVAL_IDLE). */
#define LATELY_NS INT64_C(3000000000)

/* A sound loop's refresh may be those 3 s old and more: the file's time is compared with times that
   QEMU cut to the second. If no thread sleeps, only an endless loop could hide here. */
#define ONE_PERIOD_NS INT64_C(4000000000)

/* If no request's age is known: a sound drain, which lasts a fraction of a second, began up to 3 s
   after the last refresh. */
#define ALONE_NS INT64_C(3400000000)
/* So much later than the dump, at most, the file's time may come out: both clocks at QEMU's start were
   cut to the second. */
#define LATE_NS INT64_C(2000000000)
/* The drain has lasted, however long after the refresh it began. */
#define CERTAIN_NS (2 * LATELY_NS)

static bool is_within(const struct qc_rule_context *context, struct qc_fact began, int64_t ns)
{
    struct qc_fact latest = context->state->clocks.latest;
    return began.is_known && latest.is_known &&
           (int64_t)latest.value - (int64_t)began.value < ns;
}

/* Tells whether something that began at that time (realtime clock) is known to be recent. */
static bool is_recent(const struct qc_rule_context *context, struct qc_fact began)
{
    return is_within(context, began, LATELY_NS);
}

static bool has_turned_within(const struct qc_rule_context *context, int64_t ns)
{
    struct qc_fact at_most = context->state->clocks.turned_at_most;
    return at_most.is_known && (int64_t)at_most.value < ns;
}

bool qc_recent_turn(const struct qc_rule_context *context)
{
    return has_turned_within(context, LATELY_NS);
}

bool qc_recent_turn_if_moving(const struct qc_rule_context *context)
{
    return has_turned_within(context, ONE_PERIOD_NS);
}

/* ---- requests ------------------------------------------------------------------------------- */

static bool is_below(const struct qc_rule_context *context,
                     const struct qc_block_backend *backend, const struct qc_block_node *node)
{
    const struct qc_block *block = &context->state->block;
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    if (backend->root != 0) {
        qc_storage_culprits(context, qc_block_node_of(block, backend->root), &culprits);
    }
    return qc_vec_any(&culprits, culprit, culprit->node == node);
}

bool qc_recent_backend(const struct qc_rule_context *context,
                       const struct qc_block_backend *backend)
{
    return is_recent(context, backend->last_access);
}

bool qc_recent_end(const struct qc_rule_context *context)
{
    const struct qc_block *block = &context->state->block;
    return qc_vec_any(&block->backends, backend, is_recent(context, backend->last_access));
}

/* util/aio-posix.c. */
static bool polls_in_user_space(struct qemucore_thread *thread)
{
    static const char *const functions[] = {"run_poll_handlers", "run_poll_handlers_once",
                                            "try_poll_mode", NULL};
    return qc_rule_frame(thread, functions) != NULL;
}

/* Without a display, only the file's time tells, which is too late if the file is a copy. */
static bool is_at_rest(const struct qc_rule_context *context,
                       const struct qc_block_backend *backend)
{
    const struct qc_clocks *clocks = &context->state->clocks;
    struct qc_clock_age age =
        qc_clock_age(clocks, QC_CLOCK_REALTIME, (int64_t)backend->last_access.value);
    return backend->last_access.is_known &&
           (qc_fact_is_at_least(age.at_least, LATELY_NS) ||
            (!clocks->refresh.is_known && clocks->latest.is_known &&
             !qc_recent_backend(context, backend)));
}

bool qc_recent_loop_is_silent(const struct qc_rule_context *context,
                              struct qemucore_thread *thread)
{
    const struct qc_block *block = &context->state->block;
    bool serves = false;
    qc_vec_each(&block->backends, backend) {
        bool is_its = backend->context != NULL && backend->context->thread == thread;
        if (is_its && !is_at_rest(context, backend)) {
            return false;
        }
        serves |= is_its;
    }
    return serves && !polls_in_user_space(thread);
}

/* Tells whether a request of a backend above the node, or of any backend, has just ended. */
static bool has_just_ended(const struct qc_rule_context *context,
                           const struct qc_block_node *node, bool of_any)
{
    const struct qc_block *block = &context->state->block;
    return qc_vec_any(&block->backends, backend,
                      is_recent(context, backend->last_access) &&
                          (of_any || is_below(context, backend, node)));
}

bool qc_recent_request(const struct qc_rule_context *context,
                       const struct qc_block_culprit *culprit)
{
    struct qc_fact oldest = qc_storage_oldest(culprit);
    bool is_slow = !oldest.is_known || is_within(context, oldest, QC_SLOW_QUEUE_NS);
    /* Other disks of a running guest tell nothing about this one. */
    bool of_any =
        !oldest.is_known && context->state->runstate.state != QC_RUN_STATE_RUNNING;
    return is_recent(context, oldest) ||
           (is_slow && culprit->node != NULL && has_just_ended(context, culprit->node, of_any));
}

bool qc_recent_request_lasts(const struct qc_rule_context *context,
                             const struct qc_block_culprit *culprit)
{
    const struct qc_clocks *clocks = &context->state->clocks;
    struct qc_fact oldest = qc_storage_oldest(culprit);
    int64_t latest = clocks->latest_here.is_known
                       ? (int64_t)clocks->latest_here.value
                       : (int64_t)clocks->latest.value - LATE_NS;
    return oldest.is_known && clocks->latest.is_known &&
           latest - (int64_t)oldest.value >= LATELY_NS;
}

bool qc_recent_descriptor(const struct qc_rule_context *context, int fd)
{
    const struct qc_block *block = &context->state->block;
    for (size_t i = 0; fd >= 0 && i < block->nodes.count; i++) {
        const struct qc_block_node *node = &block->nodes.items[i];
        if (node->kind == QC_BLOCK_DRIVER_FILE && qc_fact_is(node->own.file.fd, (uint64_t)fd)) {
            struct qc_block_culprit culprit = {.node = node};
            return qc_recent_request(context, &culprit);
        }
    }
    return false;
}

/* ---- threads -------------------------------------------------------------------------------- */

bool qc_recent_server(const struct qc_rule_context *context, const struct qemucore_thread *poller)
{
    struct qc_threads *threads = context->process->threads;
    bool has_returned = false;
    qc_vec_each(threads, thread) {
        bool is_loop = thread->role == QC_ROLE_IOTHREAD ||
                       thread == context->state->main_loop.thread;
        bool is_server = qc_rule_is_server(context, thread);
        if (thread == poller || (!is_loop && !is_server)) {
            continue;
        }
        enum qc_activity activity = qc_rule_activity(context, thread);
        if (activity == QC_ACTIVITY_MOVING) {
            return true;
        }
        /* An unnamed loop that polls by io_uring returns with what it submitted: no answer. */
        has_returned |= is_server && activity == QC_ACTIVITY_RETURNED &&
                        !qc_activity_is_poll(qc_rule_wait(context, thread));
    }
    return has_returned && qc_rule_server_asleep(context) == NULL;
}

/* ---- whether what the main thread does has lasted ------------------------------------------- */

/* Tells whether an iothread has just begun its poll. */
static bool has_loop_turned(const struct qc_rule_context *context, struct qc_fact latest)
{
    return qc_vec_any(context->process->threads, thread,
                      thread->role == QC_ROLE_IOTHREAD &&
                          qc_activity_is_poll(qc_rule_wait(context, thread)) &&
                          qc_poll_has_begun(context->process, thread,
                                            (int64_t)latest.value - LATELY_NS,
                                            (int64_t)latest.value));
}

static bool is_age_of_at_least(struct qc_clock_age age, int64_t ns)
{
    return qc_fact_is_at_least(age.at_least, ns) || qc_fact_is_at_least(age.by_file, ns);
}

/* Tells whether the main loop is known not to have turned between two dumps so far apart. */
static bool has_stood_still_between(const struct qc_rule_context *context, int64_t ns)
{
    const struct qc_comparison *comparison = context->comparison;
    struct qemucore_thread *thread = context->state->main_loop.thread;
    if (comparison == NULL || thread == NULL || !qc_fact_is_at_least(comparison->apart, ns)) {
        return false;
    }
    const struct qc_thread_motion *motion = qc_comparison_of(comparison, thread);
    return comparison->turn == QC_TURN_NONE ||
           (motion->is_proved && motion->motion == QC_MOTION_NONE);
}

/* Tells whether timers of the main loop, what remains of its nested poll, or an earlier dump show that
   it has not turned for so long. A main loop in its own poll needs nothing that others keep. */
static bool has_stood_still(const struct qc_rule_context *context, int64_t ns)
{
    const struct qc_clocks *clocks = &context->state->clocks;
    return !clocks->idles &&
           (is_age_of_at_least(clocks->turned, ns) || qc_fact_is_at_least(clocks->polled, ns) ||
            has_stood_still_between(context, ns));
}

/* The main loop has entered what it is in since the display was refreshed; before its first turn,
   since QEMU began. */
static struct qc_fact last_seen(const struct qc_rule_context *context)
{
    const struct qc_clocks *clocks = &context->state->clocks;
    bool starts = context->state->main_loop.phase == QC_MAIN_LOOP_STARTS;
    return clocks->refresh.is_known || !starts ? clocks->refresh : clocks->start;
}

/* Where a sound loop is now, it may have been for so long. */
static int64_t sound_ns(const struct qc_rule_context *context, struct qc_fact latest)
{
    return !context->state->clocks.latest_here.is_known ||
                   (!context->state->has_types && has_loop_turned(context, latest))
               ? CERTAIN_NS
               : ALONE_NS;
}

bool qc_recent_is_young(const struct qc_rule_context *context)
{
    const struct qc_clocks *clocks = &context->state->clocks;
    struct qc_fact latest = clocks->latest_here.is_known ? clocks->latest_here : clocks->latest;
    struct qc_fact seen = last_seen(context);
    return latest.is_known && seen.is_known &&
           (int64_t)latest.value - (int64_t)seen.value < sound_ns(context, latest) &&
           !has_stood_still(context, LATELY_NS);
}

bool qc_recent_is_unknown(const struct qc_rule_context *context)
{
    const struct qc_clocks *clocks = &context->state->clocks;
    bool has_times = (clocks->latest_here.is_known || clocks->latest.is_known) &&
                     last_seen(context).is_known;
    return has_times ? qc_recent_is_young(context) : !has_stood_still(context, LATELY_NS);
}

bool qc_recent_is_within(const struct qc_rule_context *context, int64_t ns)
{
    const struct qc_clocks *clocks = &context->state->clocks;
    struct qc_fact latest = clocks->latest_here.is_known ? clocks->latest_here : clocks->latest;
    struct qc_fact seen = last_seen(context);
    bool is_older = latest.is_known && seen.is_known &&
                    (int64_t)latest.value - (int64_t)seen.value >= ns + CERTAIN_NS;
    return !is_older && !has_stood_still(context, ns);
}

bool qc_recent_is_unproven(const struct qc_rule_context *context, bool is_usual)
{
    const struct qc_clocks *clocks = &context->state->clocks;
    bool has_lasted =
        qc_fact_is_at_least(clocks->turned.at_least, LATELY_NS) ||
        qc_vec_any(&clocks->overdue, due, qc_fact_is_at_least(due->by.at_least, LATELY_NS));
    return !has_lasted && (clocks->is_by_debugger || is_usual);
}

const struct qc_clock_overdue *qc_recent_late(const struct qc_rule_context *context)
{
    const struct qc_clocks *clocks = &context->state->clocks;
    return !clocks->idles
               ? NULL
               : qc_vec_find(&clocks->overdue, due,
                             due->context == NULL && due->list->type != QC_CLOCK_HOST &&
                                 qc_fact_is_at_least(due->by.at_least, LATELY_NS));
}

bool qc_recent_is_long_poll(const struct qc_rule_context *context,
                            const struct qemucore_thread *poller)
{
    return poller == context->state->main_loop.thread &&
           qc_fact_is_at_least(context->state->clocks.polled, LATELY_NS);
}

bool qc_recent_is_by_debugger(const struct qc_rule_context *context)
{
    return context->state->clocks.is_by_debugger;
}
