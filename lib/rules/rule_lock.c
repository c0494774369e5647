/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_lock - threads that wait for each other, or for one that does not release what it holds
 */
#include <inttypes.h>

#include "base/base.h"
#include "qemu/qemu.h"
#include "rules/condition.h"

/* ---- cycles --------------------------------------------------------------------------------- */

static bool waits_for_work(const struct qemucore_edge *edge)
{
    static const char *const functions[] = {"do_run_on_cpu", NULL};
    return edge != NULL && qc_lock_is_cond(edge->lock->kind) &&
           qc_rule_frame(edge->waiter, functions) != NULL;
}

static enum qc_cycle_variant cycle_variant(const struct qc_rule_context *context,
                                           const struct qemucore_cycle *cycle)
{
    const struct qc_wait_graph *graph = context->graph;
    bool has_bql = false;
    bool has_context = false;
    bool has_work = false;
    for (size_t i = 0; i < cycle->threads.count; i++) {
        const struct qemucore_edge *edge = qc_wait_cycle_edge(graph, cycle, i);
        if (edge != NULL && graph->rcu->gp_event != 0 &&
            edge->lock->address == graph->rcu->gp_event) {
            return QC_CYCLE_RCU;
        }
        has_bql = has_bql || (edge != NULL && edge->lock->is_bql);
        has_work = has_work || waits_for_work(edge);
        has_context =
            has_context || (edge != NULL && qc_rule_is_aio_context_lock(context, edge->lock));
    }
    return has_work                  ? QC_CYCLE_WORK
           : cycle->threads.count == 1 ? QC_CYCLE_SELF
           : has_bql && has_context  ? QC_CYCLE_AIO_CONTEXT
                                     : QC_CYCLE_OTHER;
}

/* "main loop waits for the BQL, which CPU 0 holds; ..." */
static void cycle_show(struct qemucore_finding *finding, const struct qemucore_cycle *cycle)
{
    struct qc_rule_context *context = finding->context;
    for (size_t i = 0; i < cycle->threads.count; i++) {
        const struct qemucore_edge *edge = qc_wait_cycle_edge(context->graph, cycle, i);
        struct qemucore_thread *thread = cycle->threads.items[i];
        if (edge == NULL) {
            continue;
        }
        bool owned = edge->lock->owner != NULL && edge->lock->owner == edge->holder;
        qc_evidence_add(finding,
                        (struct qc_subject){.thread = thread,
                                            .frame = qc_stack_own_frame(qc_thread_stack(thread)),
                                            .field = edge->lock->name,
                                            .address = edge->lock->address},
                        "%s waits for %s, which %s %s (%s)", qc_rule_thread_label(context, thread),
                        qc_rule_lock_label(edge->lock), qc_rule_thread_label(context, edge->holder),
                        owned ? "holds" : "holds up", qc_str_or(edge->evidence, "see the lock"));
    }
    if (cycle->behind.count != 0) {
        qc_evidence_add(finding, (struct qc_subject){.thread = cycle->behind.items[0]},
                        "%zu more thread%s wait%s behind %s", cycle->behind.count,
                        qc_noun_s(cycle->behind.count), qc_verb_s(cycle->behind.count),
                        cycle->threads.count == 1 ? "it" : "them");
    }
}

static struct qemucore_finding *cycle_report(struct qc_rule_context *context,
                                             const struct qemucore_cycle *cycle)
{
    static const char *const sentences[] = {
        [QC_CYCLE_AIO_CONTEXT] = "take the BQL and the lock of an AioContext in opposite order",
        [QC_CYCLE_RCU] = "wait for each other, one for the end of a grace period of RCU, which "
                         "another one holds up",
        [QC_CYCLE_WORK] = "wait for each other, one for a vCPU to do what it was given (run_on_cpu)",
        [QC_CYCLE_OTHER] = "wait for each other",
    };
    const struct qemucore_edge *edge = qc_wait_cycle_edge(context->graph, cycle, 0);
    return context->rule->variant.cycle == QC_CYCLE_SELF
               ? qc_finding_report(context, "deadlock: %s waits for %s, which it holds itself",
                                   qc_rule_thread_label(context, cycle->threads.items[0]),
                                   edge == NULL ? "a lock" : qc_rule_lock_label(edge->lock))
               : qc_finding_report(context, "deadlock: %zu threads %s", cycle->threads.count,
                                   sentences[context->rule->variant.cycle]);
}

void qc_condition_cycle(struct qc_rule_context *context)
{
    const struct qc_wait_graph *graph = context->graph;
    qc_vec_each(&graph->cycles, cycle) {
        if (cycle_variant(context, cycle) != context->rule->variant.cycle) {
            continue;
        }
        struct qemucore_finding *finding = cycle_report(context, cycle);
        cycle_show(finding, cycle);
        qc_finding_set_actor(finding, "Only the end of this process ends that.");
    }
}

/* ---- owners that are gone ------------------------------------------------------------------- */

/* Judged by its word alone, anything may look like a mutex: a lock of malloc's, a counter inside a
   condition. Its "owner" is then no thread. Thread ids are above the process id until ids wrap
   around; in a namespace they are others. */
static bool is_certainly_mutex(const struct qc_rule_context *context,
                               const struct qemucore_lock *lock)
{
    const struct qc_process *process = context->process;
    bool by_frame = false;
    for (size_t i = 0; i < lock->waiters.count; i++) {
        by_frame |= qc_rule_wait(context, lock->waiters.items[i])->frame != NULL;
    }
    return by_frame &&
           (process->is_namespaced || lock->state.owner_lwp >= process->core->process_id);
}

void qc_condition_lock_owner_gone(struct qc_rule_context *context)
{
    const struct qc_wait_graph *graph = context->graph;
    qc_vec_each(&graph->anomalies, anomaly) {
        const struct qemucore_lock *lock = anomaly->lock;
        if (anomaly->kind != QC_ANOMALY_OWNER_GONE || lock->waiters.count == 0 ||
            !is_certainly_mutex(context, lock)) {
            continue;
        }
        bool has_ended = qc_thread_count_is_whole(context->process);
        struct qemucore_finding *finding = qc_finding_report(
            context, "%s is held by a thread that %s (LWP %d), and %zu thread%s wait%s for it",
            qc_rule_lock_label(lock), has_ended ? "has ended" : "the dump lacks",
            lock->state.owner_lwp, lock->waiters.count, qc_noun_s(lock->waiters.count),
            qc_verb_s(lock->waiters.count));
        qc_evidence_add(finding, (struct qc_subject){.field = lock->name, .address = lock->address},
                        "%s", anomaly->sentence);
        for (size_t j = 0; j < lock->waiters.count; j++) {
            qc_evidence_add_thread(finding, lock->waiters.items[j]);
        }
        if (has_ended) {
            qc_finding_set_actor(finding, "Only the end of this process ends that.");
        } else {
            qc_finding_doubt(finding);
        }
    }
}

/* Tells whether no other rule reports the anomaly. */
static bool is_odd(const struct qemucore_anomaly *anomaly)
{
    bool is_told =
        anomaly->kind == QC_ANOMALY_SELF_DEADLOCK ||
        (anomaly->kind == QC_ANOMALY_OWNER_GONE && anomaly->lock->waiters.count != 0);
    return !is_told && anomaly->kind != QC_ANOMALY_SIGNALLED_NOT_RUN;
}

static size_t odd_count(const struct qc_wait_graph *graph, enum qc_anomaly_kind kind)
{
    size_t count = 0;
    qc_vec_each(&graph->anomalies, anomaly) {
        count += anomaly->kind == kind && is_odd(anomaly);
    }
    return count;
}

static bool is_first_of_kind(const struct qc_wait_graph *graph, size_t index)
{
    const struct qemucore_anomaly *items = graph->anomalies.items;
    return qc_find(items, index, at, at->kind == items[index].kind && is_odd(at)) == NULL;
}

static void odd_show(struct qemucore_finding *finding, const struct qemucore_anomaly *anomaly,
                     bool is_alone)
{
    const struct qemucore_lock *lock = anomaly->lock;
    struct qc_subject subject = {
        .thread = anomaly->thread, .field = lock->name, .address = lock->address};
    const char *type = qc_lock_types[lock->kind].name;
    const char *status = qc_lock_status_word(lock->state.status);
    if (is_alone) {
        qc_evidence_add(finding, subject, "%s is %s", type, status);
    } else {
        qc_evidence_add(finding, subject, "%s: %s (%s is %s)", qc_rule_lock_label(lock),
                        anomaly->sentence, type, status);
    }
}

/* Reports all anomalies of a kind as one finding: they have one cause, or none. */
static void odd_report(struct qc_rule_context *context, const struct qemucore_anomaly *first)
{
    const struct qc_wait_graph *graph = context->graph;
    size_t count = odd_count(graph, first->kind);
    const char *word = qc_anomaly_word(first->kind);
    struct qemucore_finding *finding =
        count == 1 ? qc_finding_report(context, "%s: %s: %s", word, qc_rule_lock_label(first->lock),
                                       first->sentence)
                   : qc_finding_report(context, "%s: %zu objects, %s among them: %s", word, count,
                                       qc_rule_lock_label(first->lock), first->sentence);
    qc_vec_each(&graph->anomalies, anomaly) {
        if (anomaly->kind == first->kind && is_odd(anomaly)) {
            odd_show(finding, anomaly, count == 1);
        }
    }
}

void qc_condition_odd_lock(struct qc_rule_context *context)
{
    const struct qc_wait_graph *graph = context->graph;
    for (size_t i = 0; i < graph->anomalies.count; i++) {
        if (is_odd(&graph->anomalies.items[i]) && is_first_of_kind(graph, i)) {
            odd_report(context, &graph->anomalies.items[i]);
        }
    }
}

/* ---- RCU ------------------------------------------------------------------------------------ */

/* call_rcu takes the BQL for each batch: nothing is freed while another thread holds it. */
void qc_condition_call_rcu_starved(struct qc_rule_context *context)
{
    const struct qc_rcu *rcu = context->graph->rcu;
    const struct qemucore_lock *bql = qc_rule_bql(context);
    if (rcu->call_rcu == NULL || bql == NULL || bql->owner == NULL ||
        !qc_rule_waits_for_bql(context, rcu->call_rcu)) {
        return;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context,
        "call_rcu waits for the BQL, which %s holds: until then nothing that RCU has put off "
        "is freed",
        qc_rule_thread_label(context, bql->owner));
    qc_evidence_add_thread(finding, rcu->call_rcu);
    qc_evidence_add_thread(finding, bql->owner);
    if (rcu->has_call_count) {
        qc_evidence_add(finding, (struct qc_subject){.field = "rcu_call_count"},
                        "%" PRId64 " callbacks are queued", rcu->call_count);
    }
}

static bool is_asleep(const struct qc_rule_context *context, const struct qemucore_thread *thread)
{
    enum qc_wait_state state = qc_rule_wait(context, thread)->state;
    return state == QC_WAIT_BLOCKED || state == QC_WAIT_SYSCALL;
}

/* Adds the readers that a grace period waits for. Returns the first one asleep; NULL: all run. */
static struct qemucore_thread *show_readers(struct qemucore_finding *finding,
                                            const struct qc_rcu *rcu)
{
    struct qemucore_thread *sleeper = NULL;
    qc_vec_each(&rcu->readers, reader) {
        if (reader->blocking) {
            qc_evidence_add_thread(finding, reader->thread);
            sleeper = sleeper == NULL && is_asleep(finding->context, reader->thread)
                          ? reader->thread
                          : sleeper;
        }
    }
    return sleeper;
}

/*
 * drain_call_rcu() makes device_del and the like wait until call_rcu has run all callbacks, with
 * the BQL released meanwhile. What holds up call_rcu also holds up the monitor: a reader (a TCG
 * vCPU is one as long as it executes, and is asked to leave from 6.2 on), or the BQL.
 */
static void drain_call_rcu_report(struct qc_rule_context *context, struct qemucore_thread *waiter)
{
    const struct qc_rcu *rcu = context->graph->rcu;
    const struct qemucore_lock *bql = qc_rule_bql(context);
    bool for_bql =
        bql != NULL && bql->owner != NULL && qc_rule_waits_for_bql(context, rcu->call_rcu);
    bool for_readers = rcu->synchronizer != NULL && rcu->synchronizer == rcu->call_rcu;
    if (!for_bql && !for_readers) {
        return;
    }
    struct qemucore_finding *finding = qc_finding_report(
        context,
        "%s waits until RCU has freed what it has put off (drain_call_rcu), and call_rcu "
        "waits for %s%s",
        qc_rule_thread_label(context, waiter),
        for_bql ? "the BQL, which is held by " : "readers to end",
        for_bql ? qc_rule_thread_label(context, bql->owner) : "");
    qc_evidence_add_thread(finding, waiter);
    qc_evidence_add_thread(finding, rcu->call_rcu);
    struct qemucore_thread *holder = for_bql ? bql->owner : show_readers(finding, rcu);
    if (for_bql) {
        qc_evidence_add_thread(finding, holder);
    }
    if (holder == NULL || !is_asleep(context, holder)) {
        qc_finding_set_severity(finding, QC_SEVERITY_WARNING);
    }
    qc_finding_set_actor(finding, "%s must %s.",
                         holder == NULL ? "The reader named"
                                        : qc_rule_thread_label(context, holder),
                         for_bql ? "release the BQL" : "end its read-side critical section");
}

void qc_condition_drain_call_rcu(struct qc_rule_context *context)
{
    struct qc_threads *threads = context->process->threads;
    for (size_t i = 0; context->graph->rcu->call_rcu != NULL && i < threads->count; i++) {
        struct qemucore_thread *thread = &threads->items[i];
        const struct qemucore_wait *wait = qc_rule_wait(context, thread);
        if (wait->state == QC_WAIT_BLOCKED && wait->kind == QC_LOCK_QEMU_EVENT &&
            qc_frames_find(qc_thread_stack(thread), "drain_call_rcu") != NULL) {
            drain_call_rcu_report(context, thread);
        }
    }
}

/* Tells whether a reader sleeps in its critical section while a grace period waits for it. One that
   runs is on its way (TCG is a reader as long as it executes), and so is one that takes a free
   lock, or wakes from its halt. */
static bool is_reader_asleep(const struct qc_rule_context *context,
                             const struct qc_rcu_reader *reader)
{
    return reader->blocking &&
           qc_rule_activity(context, reader->thread) == QC_ACTIVITY_ASLEEP;
}

static struct qemucore_finding *readers_report(struct qc_rule_context *context,
                                               const struct qc_rcu *rcu,
                                               const struct qc_rcu_reader *first, size_t count)
{
    if (count == 1) {
        return qc_finding_report(
            context,
            "%s is asleep inside a read-side critical section of RCU, whose end %s waits for",
            qc_rule_thread_label(context, first->thread),
            qc_rule_thread_label(context, rcu->synchronizer));
    }
    return qc_finding_report(
        context,
        "%zu threads are asleep inside read-side critical sections of RCU, whose end %s waits for",
        count, qc_rule_thread_label(context, rcu->synchronizer));
}

static void reader_show(struct qemucore_finding *finding, const struct qc_rcu *rcu,
                        const struct qc_rcu_reader *reader)
{
    qc_evidence_add_thread(finding, reader->thread);
    qc_evidence_add(finding,
                    (struct qc_subject){.thread = reader->thread, .field = "co_tls_rcu_reader"},
                    "depth %u, ctr 0x%" PRIx64 "; rcu_gp_ctr is 0x%" PRIx64, reader->depth,
                    reader->counter, rcu->counter);
}

void qc_condition_rcu_reader_asleep(struct qc_rule_context *context)
{
    const struct qc_rcu *rcu = context->graph->rcu;
    const struct qc_rcu_reader *first = NULL;
    size_t count = 0;
    for (size_t i = 0; rcu->synchronizer != NULL && i < rcu->readers.count; i++) {
        if (is_reader_asleep(context, &rcu->readers.items[i])) {
            first = first == NULL ? &rcu->readers.items[i] : first;
            count++;
        }
    }
    if (count == 0) {
        return;
    }
    struct qemucore_finding *finding = readers_report(context, rcu, first, count);
    for (size_t i = 0; i < rcu->readers.count; i++) {
        if (is_reader_asleep(context, &rcu->readers.items[i])) {
            reader_show(finding, rcu, &rcu->readers.items[i]);
        }
    }
    qc_evidence_add_thread(finding, rcu->synchronizer);
}
