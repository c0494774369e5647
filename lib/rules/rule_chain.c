/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_chain - threads at the root of all waiting that make no progress
 *
 * A root waits for no other thread. A root that sleeps where its kind does not wait for work is
 * stuck, and so are all that wait for it. A single dump does not tell whether a root that moves
 * makes progress: that is a doubt, not a fault.
 */
#include <string.h>

#include "base/base.h"
#include "findings/findings.h"
#include "rules/condition.h"
#include "rules/receiver.h"
#include "rules/steps.h"

struct root {
    struct qemucore_thread *thread;
    const struct qemucore_wait *wait;
    enum qc_activity activity;
    const struct qc_thread_list *waiters; /* threads that wait, directly or not; NULL: none */
    size_t count;                   /* of the waiters, but for call_rcu, which always waits */
    const struct qemucore_edge *edge; /* edge of a direct waiter, the main loop's if it is one */
    bool is_main;
    bool has_main;                  /* the main loop is among the waiters */
    bool has_bql;
    bool is_recent;                 /* what its call is for began, or made progress, a moment ago */
    bool is_away;                   /* a migration's receiver, and does not receive */
};

typedef void root_condition(struct qc_rule_context *context, const struct root *root);

/* ---- roots ---------------------------------------------------------------------------------- */

/* Returns an edge that leads to the thread: the main loop's, else the first one. */
static const struct qemucore_edge *edge_to(const struct qc_rule_context *context,
                                           const struct qemucore_thread *holder)
{
    const struct qc_wait_graph *graph = context->graph;
    const struct qemucore_edge *found = NULL;
    qc_vec_each(&graph->edges, edge) {
        bool is_main = edge->waiter == context->state->main_loop.thread;
        if (edge->holder == holder && (found == NULL || is_main)) {
            found = edge;
        }
    }
    return found;
}

static void count_waiters(const struct qc_rule_context *context, struct root *root)
{
    for (size_t i = 0; root->waiters != NULL && i < root->waiters->count; i++) {
        const struct qemucore_thread *waiter = root->waiters->items[i];
        root->has_main |= waiter == context->state->main_loop.thread;
        root->count += waiter->role != QC_ROLE_CALL_RCU;
    }
}

static void describe_root(const struct qc_rule_context *context, struct qemucore_thread *thread,
                          const struct qc_thread_list *waiters, struct root *ret)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    const struct qemucore_lock *bql = qc_rule_bql(context);
    *ret = (struct root){
        .thread = thread,
        .wait = qc_rule_wait(context, thread),
        .activity = qc_activity_of(context->graph, main_loop, thread),
        .waiters = waiters,
        .edge = waiters == NULL ? NULL : edge_to(context, thread),
        .is_main = thread == main_loop->thread,
        .has_bql = bql != NULL && bql->owner == thread,
    };
    ret->is_recent = ret->activity == QC_ACTIVITY_RETURNED &&
                     qc_recent_descriptor(context, ret->wait->fd);
    ret->is_away = qc_receiver_is_away(context, thread);
    count_waiters(context, ret);
}

static bool is_chain_root(const struct qc_wait_graph *graph, const struct qemucore_thread *thread)
{
    return qc_vec_any(&graph->chains, chain, chain->root == thread);
}

/* Tells whether QEMU itself needs the thread, even if no thread waits for it. */
static bool is_needed(const struct qc_rule_context *context, const struct qemucore_thread *thread)
{
    return thread == context->state->main_loop.thread || thread->role == QC_ROLE_IOTHREAD ||
           thread->role == QC_ROLE_VCPU;
}

static void each_root(struct qc_rule_context *context, root_condition *condition)
{
    struct qc_wait_graph *graph = context->graph;
    struct qc_threads *threads = context->process->threads;
    struct root root;
    qc_vec_each(&graph->chains, chain) {
        describe_root(context, chain->root, &chain->waiters, &root);
        condition(context, &root);
    }
    qc_vec_each(threads, thread) {
        bool is_root = qc_wait_graph_edge_next(graph, thread, NULL) == NULL &&
                       !is_chain_root(graph, thread);
        if (is_root && (is_needed(context, thread) || qc_receiver_is_away(context, thread))) {
            describe_root(context, thread, NULL, &root);
            condition(context, &root);
        }
    }
}

/* ---- what kind of root it is ---------------------------------------------------------------- */

static bool submits(const struct root *root)
{
    static const char *const names[] = {"io_submit", "io_uring_enter", NULL};
    return qc_wait_is_in(root->wait, names);
}

/* Tells whether sound threads are often found so: a main loop without iothreads submits requests in
   each turn (block/linux-aio.c, util/fdmon-io_uring.c), and is often queried; a vCPU does it with the
   BQL if its device has no ioeventfd (IDE). In other commands it is rare and submits little, unless
   the command polls, which drives the requests of others. */
static bool is_often_sound(struct qc_rule_context *context, const struct root *root)
{
    bool is_turn = qc_rule_command(context, root->thread) == NULL ||
                   qc_poll_is_long(root->thread) ||
                   qc_thread_find_frame(root->thread, "aio_poll") != NULL;
    return ((root->is_main || root->has_bql) && submits(root) && is_turn) ||
           qc_rule_is_query(context, root->thread);
}

/* Tells whether a turning main loop may have come to where it is a moment ago, for all that is known. */
static bool may_have_turned(const struct qc_rule_context *context)
{
    return qc_process_tool(context->process) == NULL &&
           context->state->main_loop.phase == QC_MAIN_LOOP_TURNS && qc_recent_is_unknown(context);
}

/* Tells whether it holds what its direct waiter wants. */
static bool holds_lock(const struct root *root)
{
    return root->edge != NULL && root->edge->lock->owner == root->thread;
}

/* A thread that waits for work, but holds a lock that others want, has forgotten to release it. A call
   that has returned was perhaps only passed through. */
static bool is_asleep(struct qc_rule_context *context, const struct root *root)
{
    bool keeps = holds_lock(root) && !qc_activity_has_polled(root->wait);
    bool stops_qemu = (root->is_main || root->has_main || root->has_bql) && !root->is_recent &&
                      !may_have_turned(context) &&
                      !qc_recent_is_unproven(context, is_often_sound(context, root));
    return root->activity == QC_ACTIVITY_ASLEEP ||
           (root->activity == QC_ACTIVITY_IDLE && keeps) ||
           (root->activity == QC_ACTIVITY_RETURNED && stops_qemu);
}

/* Tells whether the main loop is past its poll and about to take a free BQL, as in each turn. */
static bool is_on_its_way(const struct qc_rule_context *context, const struct root *root)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    return root->is_main && main_loop->place == QC_MAIN_LOOP_LOCK &&
           main_loop->bql == QC_MAIN_LOOP_BQL_FREE && root->count == 0;
}

/* Once all vCPUs have stopped, the thread that waited for that is about to be woken. */
static bool have_all_stopped(const struct qc_rule_context *context)
{
    const struct qc_vcpus *vcpus = &context->state->vcpus;
    return !qc_vec_any(&vcpus->list, vcpu, !qc_fact_is_set(vcpu->stopped));
}

/* Without debug info it is not known which vCPU is awaited, nor whether it has just been kicked. A root
   that has given work to a vCPU waits for one that is not found: it may be at that work. */
static bool waits_for_vcpus(const struct qc_rule_context *context, const struct root *root)
{
    static const char *const gives_work[] = {"do_run_on_cpu", NULL};
    static const char *const functions[] = {"pause_all_vcpus", "do_run_on_cpu", "start_exclusive",
                                            "accel_ioctl_inhibit_begin", NULL};
    return root->wait->state == QC_WAIT_BLOCKED &&
           (qc_rule_frame(root->thread, gives_work) != NULL ||
            ((context->state->vcpus.list.count == 0 || have_all_stopped(context)) &&
             qc_rule_frame(root->thread, functions) != NULL));
}

/* Without debug info it may be known that a function waits for a thread, such as call_rcu, but not
   which one that is, nor what it does. */
static bool waits_for_nameless(const struct qc_rule_context *context, const struct root *root)
{
    const struct qemucore_edge *edge = qc_wait_graph_edge(context->graph, root->thread);
    const struct qemucore_frame *frame = root->wait->frame;
    return edge != NULL && edge->is_lost && (frame == NULL || frame->source_file == NULL);
}

/* The locks of musl and others are not decoded, and name no holder: the root may sleep on one that
   somebody is about to release. */
static bool waits_for_anybody(const struct qc_rule_context *context, const struct root *root)
{
    return root->wait->state == QC_WAIT_BLOCKED && qc_libc_find(&context->process->libc)->is_other &&
           (root->wait->kind == QC_LOCK_FUTEX || qc_lock_types[root->wait->kind].has_owner);
}

/* Only a thread-local variable tells whose turn it is in the queue of the replay mutex
   (replay/replay-internal.c, replay_locked), and nothing does while the turn passes on; under
   record and replay the loop and the vCPUs wait for each other like this all the time. */
static bool waits_for_turn(const struct root *root)
{
    static const char *const functions[] = {"replay_mutex_lock", NULL};
    return root->wait->state == QC_WAIT_BLOCKED && qc_lock_is_cond(root->wait->kind) &&
           qc_rule_frame(root->thread, functions) != NULL;
}

/* Without symbols, or with that part of the stack lost, it is not known whose poll it is, nor who
   called it: a drain, or a command, on slow but sound storage may be there for a moment. */
static bool polls_unknown(const struct qc_rule_context *context, const struct root *root)
{
    bool is_lost = context->state->main_loop.place == QC_MAIN_LOOP_UNKNOWN &&
                   qc_recent_is_unproven(context, true);
    return root->is_main && qc_activity_is_poll(root->wait) &&
           (is_lost || may_have_turned(context));
}

static bool waits_for_somebody(const struct root *root)
{
    return root->wait->state == QC_WAIT_BLOCKED && !qc_lock_types[root->wait->kind].has_owner;
}

static struct qemucore_thread *find_newborn(const struct qc_rule_context *context)
{
    return qc_vec_find(context->process->threads, thread,
                       qc_activity_is_newborn(context->graph, thread));
}

/* The creator of a thread waits for it to report that it has started (iothread.c, migration/), and
   the new thread has not come to that yet. */
static bool waits_for_newborn(const struct qc_rule_context *context, const struct root *root)
{
    return waits_for_somebody(root) && find_newborn(context) != NULL;
}

/* gdb stops threads one after the other: another one may have woken the root when gdb had stopped that
   already, so that it had no chance to run. */
static bool is_woken(const struct qc_rule_context *context, const struct root *root)
{
    const struct qc_wait_graph *graph = context->graph;
    return root->wait->state == QC_WAIT_BLOCKED && qc_recent_is_by_debugger(context) &&
           qc_vec_any(&graph->anomalies, anomaly,
                      anomaly->kind == QC_ANOMALY_SIGNALLED_NOT_RUN &&
                          anomaly->lock->address == root->wait->object);
}

/* A snapshot may have met a thread on a CPU: it may be about to wake the root. A vCPU is there while it
   runs the guest; who waits for one is known. */
static bool waits_for_unseen(const struct qc_rule_context *context, const struct root *root)
{
    return waits_for_somebody(root) &&
           qc_vec_any(context->process->threads, thread,
                      thread->role != QC_ROLE_VCPU &&
                          thread->core_thread->caught == QC_CAUGHT_ON_CPU);
}

static bool is_in_doubt(const struct qc_rule_context *context, const struct root *root)
{
    bool gets_on = root->activity == QC_ACTIVITY_IDLE || is_on_its_way(context, root);
    bool sleeps_alone = root->activity == QC_ACTIVITY_ASLEEP ||
                        root->activity == QC_ACTIVITY_RETURNED;
    /* Asleep on a word of the C library's own, which takes a moment unless that has a bug; a disk
       request that has just ended shows that it has none. */
    bool lingers = root->thread->role == QC_ROLE_IOTHREAD &&
                   root->wait->state == QC_WAIT_BLOCKED && root->wait->kind == QC_LOCK_FUTEX &&
                   !qc_recent_end(context);
    bool goes_round = root->activity == QC_ACTIVITY_MOVING &&
                      root->wait->state == QC_WAIT_RUNNING &&
                      qc_recent_loop_is_silent(context, root->thread);
    return root->count != 0 || (root->is_main && !gets_on) || sleeps_alone || lingers ||
           root->is_away || goes_round;
}

/* call_rcu naps for 10 ms up to five times, to gather callbacks, and then runs them (util/rcu.c). */
#define GATHERING_NAP_NS 10000000

/* Tells whether it sleeps for so long at most. */
static bool is_nap_of(const struct root *root, int64_t ns)
{
    static const char *const naps[] = {"clock_nanosleep", "nanosleep", NULL};
    return qc_wait_is_in(root->wait, naps) && root->wait->has_timeout &&
           root->wait->timeout_ns >= 0 && root->wait->timeout_ns <= ns;
}

static bool is_gathering(const struct root *root)
{
    return root->thread->role == QC_ROLE_CALL_RCU && is_nap_of(root, GATHERING_NAP_NS);
}

/* A thread that looks for something between two naps takes short ones. */
#define SHORT_NAP_NS 1000000000

/* Tells whether it naps, which soon ends by itself, and nobody is known to need it meanwhile: a plugin of
   TCG may slow its vCPUs like this. */
static bool naps_alone(const struct root *root)
{
    return is_nap_of(root, SHORT_NAP_NS) && root->count == 0 && !root->has_bql && !root->is_main;
}

/* The main thread of a program that is not QEMU's may sleep anywhere. */
static bool is_recognized(const struct qc_rule_context *context)
{
    const struct qc_main_loop *main_loop = &context->state->main_loop;
    return main_loop->place != QC_MAIN_LOOP_STARTING || main_loop->phase != QC_MAIN_LOOP_TURNS ||
           qc_process_tool(context->process) != NULL;
}

/* Tells whether it wakes a thread, which then goes on: FUTEX_WAKE of futex(2) never sleeps. */
static bool is_waking(const struct root *root)
{
    static const char *const functions[] = {"qemu_cond_broadcast", "qemu_cond_signal",
                                            "qemu_mutex_unlock_impl", "qemu_event_set", NULL};
    return root->wait->in_syscall && root->wait->state != QC_WAIT_BLOCKED &&
           root->activity == QC_ACTIVITY_MOVING &&
           qc_rule_frame(root->thread, functions) != NULL;
}

/* About to release what it holds: util/qemu-thread-posix.c, system/cpus.c. */
static bool is_letting_go(const struct root *root)
{
    static const char *const functions[] = {"qemu_mutex_unlock_impl", "bql_unlock",
                                            "qemu_mutex_unlock_iothread", NULL};
    return root->activity == QC_ACTIVITY_MOVING && qc_rule_frame(root->thread, functions) != NULL;
}

/* Other vCPUs may wait for one that lacks a page: with TCG they begin exclusive sections. The guest
   stands still then, which incoming-postcopy-paused reports. */
static bool may_lack_page(const struct qc_rule_context *context, const struct root *root)
{
    return qc_rule_is_postcopy_paused(context) && !root->has_main &&
           (root->activity == QC_ACTIVITY_GUEST || qc_wait_is_fault(root->wait));
}

/* Who waits for a vCPU's nap meanwhile is told by run-on-cpu; that is not the main loop. */
static bool is_napping(const struct qc_rule_context *context, const struct root *root)
{
    return qc_rule_is_napping(context, root->thread) && !root->has_main && !root->has_bql;
}

/* Sound threads sleep briefly in calls to peers and files, too, with the BQL, which the main loop takes
   in each turn. Where most such times are not to be had, without debug info, an unknown one counts as
   long. */
static bool is_new_to_main(const struct qc_rule_context *context, const struct root *root)
{
    return qc_recent_turn(context) || qc_steps_may_get_on(context, root->thread) ||
           (qc_process_tool(context->process) == NULL &&
            (context->state->has_types ? qc_recent_is_unknown(context)
                                       : qc_recent_is_young(context)));
}

static bool may_have_bql(const struct qc_rule_context *context, const struct root *root)
{
    return root->has_bql || (root->thread->role == QC_ROLE_VCPU &&
                             context->state->main_loop.bql == QC_MAIN_LOOP_BQL_UNKNOWN);
}

/* A vCPU asleep on just a condition may be queued in a device: nobody is known to need it. */
static enum qc_chain_variant root_variant(struct qc_rule_context *context,
                                          const struct root *root)
{
    bool is_alone = root->is_main ? is_recognized(context)
                                  : root->thread->role == QC_ROLE_IOTHREAD ||
                                        root->wait->state == QC_WAIT_SYSCALL;
    bool holds_main = root->is_main || root->has_main;
    bool is_new = (holds_main || may_have_bql(context, root)) && is_new_to_main(context, root);
    /* A thread on a futex of the C library may sleep there because of another one that sleeps. */
    bool runs = root->activity == QC_ACTIVITY_MOVING && root->wait->state != QC_WAIT_BLOCKED;
    if ((holds_main && runs && qc_recent_turn_if_moving(context)) ||
        (is_letting_go(root) && !root->is_main) || is_waking(root) || may_lack_page(context, root) ||
        is_napping(context, root) || is_gathering(root) ||
        qc_poll_is_ending(context, root->thread)) {
        return QC_CHAIN_NONE;
    } else if (is_new || waits_for_vcpus(context, root) || waits_for_newborn(context, root) ||
               is_woken(context, root) || waits_for_unseen(context, root) ||
               waits_for_nameless(context, root) || waits_for_turn(root) || naps_alone(root) ||
               waits_for_anybody(context, root) ||
               polls_unknown(context, root)) {
        return is_in_doubt(context, root) ? QC_CHAIN_MOVING : QC_CHAIN_NONE;
    } else if (is_asleep(context, root) && root->has_bql) {
        return QC_CHAIN_BQL;
    } else if (is_asleep(context, root) && root->count != 0) {
        return QC_CHAIN_LOCK;
    } else if (is_asleep(context, root) && is_alone && !root->is_away) {
        return QC_CHAIN_ALONE;
    }
    return is_in_doubt(context, root) ? QC_CHAIN_MOVING : QC_CHAIN_NONE;
}

/* Tells whether a thread waits for the root that does more than wait for it: call_rcu waits for all
   threads, and a migration's own thread for those that it has made. */
static bool is_awaited(const struct root *root)
{
    return root->waiters != NULL && qc_vec_any(root->waiters, waiter,
                                               (*waiter)->role != QC_ROLE_CALL_RCU &&
                                                   (*waiter)->role != QC_ROLE_MIGRATION);
}

/* Tells whether another rule has reported or doubted the root. For a thread that nobody needs, such
   as one that sends a migration, a WAITING finding suffices: it sleeps most of its time in the call
   even if the destination is sound. */
static bool is_reported(const struct qc_rule_context *context, const struct root *root, bool doubts)
{
    bool has_waiters = is_awaited(root) || root->has_bql || root->is_main;
    bool is_loop = root->thread->role == QC_ROLE_IOTHREAD;
    bool is_needless = !has_waiters && !is_loop && (doubts || !is_needed(context, root->thread));
    enum qc_severity enough = is_needless ? QC_SEVERITY_WAITING : QC_SEVERITY_STUCK;
    return qc_vec_any(&context->findings->list, finding,
                      (finding->explains_main && (root->is_main || root->has_main)) ||
                          ((finding->severity >= enough || finding->is_doubt) &&
                           qc_vec_any(&finding->evidence, evidence,
                                      evidence->thread == root->thread)));
}

/* ---- sentences and evidence ----------------------------------------------------------------- */

static const char *root_label(struct qc_rule_context *context, const struct root *root)
{
    return root->is_main ? qc_rule_main_label(context) : qc_rule_thread_label(context, root->thread);
}

/* "the main loop waits for monitor_lock, which vnc_worker (LWP 17) holds" */
static void put_edge(struct qc_rule_context *context, const struct root *root,
                     struct qc_strbuf *buffer)
{
    const struct qemucore_edge *edge = root->edge;
    bool by_main = edge->waiter == context->state->main_loop.thread;
    if (root->has_main && !by_main) {
        qc_strbuf_printf(buffer, "%s waits, behind others, for %s", qc_rule_main_label(context),
                         root_label(context, root));
        return;
    }
    qc_strbuf_printf(buffer, "%s waits for ",
                     by_main ? qc_rule_main_label(context) : qc_rule_thread_label(context, edge->waiter));
    if (holds_lock(root)) {
        qc_strbuf_printf(buffer, "%s, which %s holds", qc_rule_lock_label(edge->lock),
                         root_label(context, root));
    } else {
        qc_strbuf_put(buffer, root_label(context, root));
    }
}

/* Appends how many threads wait, besides those that the sentence has named. */
static void put_waiters(const struct root *root, size_t named, struct qc_strbuf *buffer)
{
    size_t more = root->count > named ? root->count - named : 0;
    if (more != 0) {
        qc_strbuf_printf(buffer, "; %zu %sthread%s wait%s %s it", more, named == 0 ? "" : "more ",
                         qc_noun_s(more), qc_verb_s(more), named == 0 ? "for" : "behind");
    }
}

static char *root_sentence(struct qc_rule_context *context, const struct root *root)
{
    struct qc_strbuf buffer = {0};
    if (root->is_main || root->has_main) {
        qc_strbuf_put(&buffer, qc_rule_phase(context, context->state->main_loop.thread));
    }
    if (root->has_bql || root->edge == NULL || (root->count == 0 && !holds_lock(root))) {
        qc_strbuf_printf(&buffer, "%s%s ", root_label(context, root),
                         qc_rule_at_command(context, root->thread));
        qc_strbuf_put(&buffer, qc_rule_doing(context, root->thread));
        qc_strbuf_put(&buffer, root->has_bql ? " with the BQL held" : "");
        put_waiters(root, 0, &buffer);
    } else {
        put_edge(context, root, &buffer);
        qc_strbuf_put(&buffer, "; that thread ");
        qc_strbuf_put(&buffer, qc_rule_doing(context, root->thread));
        put_waiters(root, 1, &buffer);
    }
    return qc_strbuf_take(&buffer);
}

static void show_locks(struct qemucore_finding *finding, const struct root *root)
{
    const struct qc_wait_graph *graph = finding->context->graph;
    qc_vec_each(&graph->locks, lock) {
        if (lock->owner == root->thread && lock->waiters.count != 0) {
            qc_evidence_add(
                finding, (struct qc_subject){.field = lock->name, .address = lock->address},
                "%s names its owner, LWP %d", qc_rule_lock_label(lock), lock->state.owner_lwp);
        }
    }
}

/* Falls back to the call: a file without symbols has no functions. */
static const char *root_cause(struct qc_rule_context *context, const struct root *root)
{
    const struct qemucore_frame *own = qc_stack_own_frame(qc_thread_stack(root->thread));
    return own != NULL && own->function != NULL    ? qc_rule_caller(context, root->thread)
           : root->wait->state == QC_WAIT_SYSCALL ? root->wait->syscall.name
                                                   : NULL;
}

/* From 10.1 on a loop submits what it has before it polls (util/fdmon-io_uring.c), when no caller
   on its stack tells whose requests they are: those of the loop's nodes. */
static void show_submitted(struct qemucore_finding *finding, const struct root *root)
{
    struct qc_rule_context *context = finding->context;
    QC_GUARD(qc_vec_guard) struct qc_block_culprits culprits = {0};
    const struct qc_block_culprit *only = NULL;
    size_t count = 0;
    qc_storage_culprits(context, NULL, &culprits);
    qc_vec_each(&culprits, at) {
        bool is_its = at->node != NULL && at->node->context != NULL &&
                      at->node->context->thread == root->thread &&
                      (at->service == QC_BLOCK_SERVICE_IO_URING ||
                       at->service == QC_BLOCK_SERVICE_LINUX_AIO);
        if (is_its) {
            qc_storage_show(finding, at);
            only = at;
            count++;
        }
    }
    if (count == 1) {
        qc_storage_set_actor(finding, only);
    }
}

/* Adds what follows from that the root stands still. */
static void show_effect(struct qemucore_finding *finding, const struct root *root)
{
    struct qc_rule_context *context = finding->context;
    bool stops_loop = (root->is_main || root->has_main) && qc_process_tool(context->process) == NULL;
    if (stops_loop) {
        qc_evidence_add_turn(finding);
    }
    if (waits_for_newborn(context, root)) {
        qc_evidence_add(finding, (struct qc_subject){.thread = find_newborn(context)},
                        "%s was started a moment ago, and has not begun its work",
                        qc_rule_thread_label(context, find_newborn(context)));
    }
    if (stops_loop && context->state->not_qemu == NULL) {
        qc_evidence_add(finding, (struct qc_subject){0},
                        "as long as the main thread stands still, QMP does not answer");
    }
}

static void root_show(struct qemucore_finding *finding, const struct root *root)
{
    struct qc_rule_context *context = finding->context;
    qc_evidence_add_thread(finding, root->thread);
    show_locks(finding, root);
    qc_finding_end_signature(finding);
    qc_finding_add_cause(finding, root_cause(context, root));
    if (root->activity == QC_ACTIVITY_RETURNED) {
        qc_evidence_add(finding, (struct qc_subject){.thread = root->thread}, "%s",
                        root->wait->has_timeout
                            ? "it sleeps briefly, then checks again whether what it waits for has "
                              "happened"
                            : "the dump waited for the end of that call, which no signal "
                              "interrupts");
    }
    qc_evidence_add_callers(finding, root->thread);
    qc_evidence_add_names(finding, root->thread);
    qc_evidence_add_polled(finding, root->thread);
    qc_evidence_add_chardev(finding, root->thread);
    if (submits(root) && root->activity != QC_ACTIVITY_IDLE &&
        qc_rule_node_submitted(context, root->thread) == NULL) {
        show_submitted(finding, root);
    }
    for (size_t i = 0; root->waiters != NULL && i < root->waiters->count; i++) {
        qc_evidence_add_thread(finding, root->waiters->items[i]);
    }
    show_effect(finding, root);
}

/* ---- the conditions ------------------------------------------------------------------------- */

static void root_report(struct qc_rule_context *context, const struct root *root)
{
    enum qc_chain_variant variant = root_variant(context, root);
    bool is_dead = context->crash->ending == QC_ENDING_CRASH &&
                   root->thread == context->crash->thread;
    bool doubts = variant == QC_CHAIN_MOVING;
    if (variant != context->rule->variant.chain || is_dead || is_reported(context, root, doubts)) {
        return;
    }
    QC_FREE char *sentence = root_sentence(context, root);
    struct qemucore_finding *finding = qc_finding_report(context, "%s%s", qc_str_or(sentence, "?"),
                                                         doubts ? QC_RULE_ONE_DUMP : "");
    root_show(finding, root);
    if (doubts) {
        qc_finding_doubt(finding);
    } else if (finding->actor == NULL) {
        qc_finding_set_actor_of(finding, root->thread);
    }
}

void qc_condition_chain(struct qc_rule_context *context)
{
    each_root(context, root_report);
}
