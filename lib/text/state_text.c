/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * state_text - QEMU's state, a line or two for each part
 */
#include "text/renderings.h"

#include <inttypes.h>

#include "text/text_common.h"
#include "text/thread_label.h"

/* Lines of a kind, and names in a line, that are shown; of the others only the number is. */
#define MOST 8

/* ---- run state ----------------------------------------------------------------------------- */

void qc_text_runstate(const struct qc_runstate *runstate, const struct qc_style *style,
                      struct qc_strbuf *buffer)
{
    qc_text_label("run state", style, buffer);
    qc_text_known(runstate->name, "not known", buffer);
    qc_strbuf_put(buffer,
                  qc_fact_is_set(runstate->was_suspended) ? " (the guest is suspended)" : "");
    qc_text_put(", asked to go to ", runstate->stop_requested, "", buffer);
    qc_strbuf_put(buffer, qc_fact_is_set(runstate->reset_requested) ? ", reset requested" : "");
    qc_strbuf_put(buffer,
                  qc_fact_is_set(runstate->shutdown_requested) ? ", shutdown requested" : "");
    qc_text_put("; machine ", qc_str_or(runstate->machine_type, "not known"), "", buffer);
    qc_text_put(", accelerator ", qc_str_or(runstate->accelerator, "not known"), "", buffer);
    qc_text_not_all(runstate->why_absent,
                    qc_str_or(runstate->why_no_machine, runstate->why_no_accelerator), style,
                    buffer);
    qc_strbuf_put(buffer, "\n");
}

/* ---- vCPUs --------------------------------------------------------------------------------- */

static void put_flag(struct qc_fact fact, bool wanted, const char *word, struct qc_strbuf *buffer)
{
    if (fact.is_known && (fact.value != 0) == wanted) {
        qc_strbuf_put(buffer, ", ");
        qc_strbuf_put(buffer, word);
    }
}

static void put_flags(const struct qc_vcpu *vcpu, struct qc_strbuf *buffer)
{
    put_flag(vcpu->created, false, "not created yet", buffer);
    put_flag(vcpu->stop, true, "asked to stop", buffer);
    put_flag(vcpu->stopped, true, "stopped", buffer);
    put_flag(vcpu->halted, true, "halted", buffer);
    put_flag(vcpu->unplug, true, "being unplugged", buffer);
    put_flag(vcpu->exit_request, true, "asked to leave the guest", buffer);
    put_flag(vcpu->crash_occurred, true, "has crashed", buffer);
}

/* Returns the state of a vCPU, "parked, stopped", for free(3). NULL: out of memory. */
static char *vcpu_words(struct qc_waits *waits, const struct qc_vcpu *vcpu)
{
    static const char *const places[] = {
        [QC_VCPU_UNKNOWN] = "where it is can't be told",
        [QC_VCPU_IN_GUEST] = "runs the guest",
        [QC_VCPU_PARKED] = "parked",
        [QC_VCPU_IN_QEMU] = "in QEMU",
        [QC_VCPU_TURN] = "not its turn",
    };
    struct qc_strbuf buffer = {0};
    qc_strbuf_put(&buffer, vcpu->thread == NULL ? "its thread is not in the dump"
                                                : places[vcpu->place]);
    qc_strbuf_put(&buffer, vcpu->in_kvm_run ? " (KVM_RUN)" : "");
    const struct qemucore_wait *wait =
        vcpu->place == QC_VCPU_IN_QEMU ? qc_waits_of(waits, vcpu->thread) : NULL;
    if (wait != NULL && wait->state == QC_WAIT_BLOCKED && wait->sentence != NULL) {
        qc_strbuf_put(&buffer, ", waits for ");
        qc_strbuf_put(&buffer, wait->sentence);
    }
    put_flags(vcpu, &buffer);
    if (vcpu->pc.is_known && !qc_fact_is_set(vcpu->halted)) {
        qc_strbuf_printf(&buffer, ", the guest at 0x%" PRIx64, vcpu->pc.value);
    }
    if (qc_fact_is_set(vcpu->queued_work)) {
        qc_text_count(", ", vcpu->queued_work.value, "work item", " queued", &buffer);
    }
    return qc_strbuf_take(&buffer);
}

/* Appends the indexes, "0-3, 5", of vCPUs with the same words. Frees these, except the first's. */
static void text_indexes(const struct qc_vcpus *vcpus, char **words, size_t first,
                         struct qc_strbuf *buffer)
{
    const struct qc_vcpu *items = vcpus->list.items;
    size_t ranges = 0;
    for (size_t i = first, end; i < vcpus->list.count; i = end) {
        end = i + 1;
        if (!qc_str_is(words[i], words[first])) {
            continue;
        }
        while (end < vcpus->list.count && qc_str_is(words[end], words[first]) &&
               items[end].cpu->index == (int64_t)items[end - 1].cpu->index + 1) {
            end++;
        }
        qc_strbuf_put(buffer,
                      ranges == 0 ? "" : ranges < MOST ? ", " : ranges == MOST ? " ..." : "");
        if (ranges++ < MOST) {
            qc_strbuf_printf(buffer, end - i > 1 ? "%d-%d" : "%d", items[i].cpu->index,
                             items[end - 1].cpu->index);
        }
        for (size_t j = i == first ? first + 1 : i; j < end; j++) {
            free(qc_move(words[j]));
        }
    }
}

/* Returns an array of the words of each vCPU, all for free(3). NULL: out of memory. */
static char **vcpus_words(struct qc_waits *waits, const struct qc_vcpus *vcpus)
{
    char **words = calloc(vcpus->list.count + 1, sizeof(*words));
    for (size_t i = 0; words != NULL && i < vcpus->list.count; i++) {
        words[i] = vcpu_words(waits, &vcpus->list.items[i]);
    }
    return words;
}

static void text_vcpus(struct qc_waits *waits, const struct qc_vcpus *vcpus,
                       const struct qc_style *style, struct qc_strbuf *buffer)
{
    size_t lines = 0;
    size_t left = 0;
    QC_FREE char **words = vcpus_words(waits, vcpus);
    buffer->failed |= words == NULL;
    qc_text_label("vCPUs", style, buffer);
    for (size_t i = 0; words != NULL && i < vcpus->list.count; i++) {
        if (words[i] != NULL && lines < MOST) {
            if (lines++ != 0) {
                qc_text_indent(buffer);
            }
            qc_strbuf_put(buffer, "CPU ");
            text_indexes(vcpus, words, i, buffer);
            qc_text_put(": ", words[i], "", buffer);
        } else {
            left += words[i] != NULL;
        }
        free(qc_move(words[i]));
    }
    qc_strbuf_put(buffer, vcpus->list.count == 0 ? "none is known" : "");
    if (left != 0) {
        qc_text_indent(buffer);
        qc_strbuf_printf(buffer, "and %zu more", left);
    }
    qc_text_not_all(vcpus->why_cut, vcpus->why_absent, style, buffer);
    qc_strbuf_put(buffer, "\n");
}

/* ---- event loops --------------------------------------------------------------------------- */

static void put_function(struct qc_waits *waits, const struct qc_main_loop *main_loop,
                         struct qc_strbuf *buffer)
{
    const struct qemucore_wait *wait =
        main_loop->thread == NULL ? NULL : qc_waits_of(waits, main_loop->thread);
    qc_text_known(main_loop->function, "an unknown function", buffer);
    if (wait != NULL && wait->sentence != NULL &&
        (wait->state == QC_WAIT_BLOCKED || wait->state == QC_WAIT_SYSCALL)) {
        qc_strbuf_put(buffer, wait->state == QC_WAIT_BLOCKED ? ", waits for " : ", ");
        qc_strbuf_put_escaped(buffer, wait->sentence);
    }
}

static void put_timeout(const struct qc_main_loop *main_loop, struct qc_strbuf *buffer)
{
    if (main_loop->has_timeout && main_loop->timeout_ns < 0) {
        qc_strbuf_put(buffer, ", no timeout");
    } else if (main_loop->has_timeout || main_loop->has_remaining) {
        qc_strbuf_put(buffer, " for up to ");
        qc_wait_put_time(main_loop->has_timeout ? main_loop->timeout_ns : main_loop->remaining_ns,
                         buffer);
        qc_strbuf_put(buffer, main_loop->has_timeout ? "" : " more");
    }
}

static void text_main_loop_place(struct qc_waits *waits, const struct qc_main_loop *main_loop,
                                 struct qc_strbuf *buffer)
{
    switch (main_loop->place) {
    case QC_MAIN_LOOP_POLL:
        qc_strbuf_put(buffer, "in its poll");
        break;
    case QC_MAIN_LOOP_NESTED:
        qc_text_put("in a nested poll of ", qc_str_or(main_loop->function, "an unknown function"),
                    "", buffer);
        break;
    case QC_MAIN_LOOP_LOCK:
        qc_strbuf_put(buffer, "its poll has returned; it takes the BQL");
        break;
    case QC_MAIN_LOOP_CALLBACK:
        qc_strbuf_put(buffer, "in ");
        put_function(waits, main_loop, buffer);
        break;
    case QC_MAIN_LOOP_STARTING:
        qc_strbuf_put(buffer, "not in the main loop, in ");
        put_function(waits, main_loop, buffer);
        break;
    case QC_MAIN_LOOP_UNKNOWN:
        qc_text_known(main_loop->why_absent, "where it is can't be told", buffer);
        break;
    }
    qc_text_put(", in a coroutine entered by ", main_loop->entered_by, "", buffer);
    put_timeout(main_loop, buffer);
}

static void text_bql(const struct qc_main_loop *main_loop, struct qc_strbuf *buffer)
{
    qc_strbuf_put(buffer, "; BQL ");
    if (main_loop->bql == QC_MAIN_LOOP_BQL_FREE) {
        qc_strbuf_put(buffer, "free");
    } else if (main_loop->bql_owner != NULL) {
        qc_strbuf_put(buffer, "held by ");
        qc_text_thread_label(main_loop->bql_owner, buffer);
    } else if (main_loop->bql_owner_lwp > 0) {
        qc_strbuf_printf(buffer, "held by LWP %d, which is not in the dump",
                         main_loop->bql_owner_lwp);
    } else {
        qc_strbuf_put(buffer, main_loop->bql == QC_MAIN_LOOP_BQL_HELD ? "held: " : "not known: ");
        qc_text_known(main_loop->bql_why, "out of memory", buffer);
    }
}

/* Appends ", bottom half due: a, b, coroutines scheduled: 2", or ", no bottom half due". */
static void put_due(const struct qc_aio_context *context, struct qc_strbuf *buffer)
{
    size_t shown = 0;
    qc_vec_each(&context->bottom_halves, bh) {
        if (!bh->is_due) {
            continue;
        }
        if (shown < MOST) {
            qc_strbuf_put(buffer, shown == 0 ? ", bottom half due: " : ", ");
            qc_strbuf_put(buffer, qc_str_or(bh->name, "?"));
        }
        shown++;
    }
    if (shown > MOST) {
        qc_strbuf_printf(buffer, " and %zu more", shown - MOST);
    }
    qc_strbuf_put(buffer, context->bottom_halves_known && shown == 0 ? ", no bottom half due" : "");
    if (qc_fact_is_set(context->scheduled_coroutines)) {
        qc_text_number(", coroutines scheduled: ", context->scheduled_coroutines, "", buffer);
    }
}

char *qc_text_context(const struct qc_aio_context *context)
{
    struct qc_strbuf buffer = {0};
    qc_strbuf_printf(&buffer, "fdmon %s", qc_str_or(context->fdmon, "not known"));
    if (context->handlers.is_known) {
        qc_text_count(", ", context->handlers.value, "handler", "", &buffer);
    }
    put_due(context, &buffer);
    const char *why = qc_str_or(context->why_cut, context->why_absent);
    if (why != NULL) {
        qc_strbuf_printf(&buffer, " (not all is known: %s)", why);
    }
    return qc_strbuf_take(&buffer);
}

static void text_timers(const struct qc_timers *timers, struct qc_strbuf *buffer)
{
    bool any = false;
    qc_vec_each(&timers->lists, list) {
        if (!qc_fact_is_set(list->active)) {
            continue;
        }
        if (!any) {
            qc_text_indent(buffer);
        }
        qc_strbuf_put(buffer, any ? "; " : "timers: ");
        qc_text_known(list->clock, "?", buffer);
        qc_text_number(" ", list->active, "", buffer);
        qc_strbuf_put(buffer, qc_fact_is_zero(list->enabled) ? " (its clock is off)" : "");
        qc_text_put(", next ", qc_str_or(list->callback, "?"), "", buffer);
        any = true;
    }
}

static void text_main_loop(struct qc_waits *waits, const struct qc_state *state,
                           const struct qc_style *style, struct qc_strbuf *buffer)
{
    const struct qc_main_loop *main_loop = &state->main_loop;
    qc_text_label("main loop", style, buffer);
    text_main_loop_place(waits, main_loop, buffer);
    text_bql(main_loop, buffer);
    qc_vec_each(&state->contexts.list, context) {
        if (context->iothread == NULL) {
            QC_FREE char *words = qc_text_context(context);
            qc_text_indent(buffer);
            qc_strbuf_printf(buffer, "%s context: ", qc_aio_context_kind_name(context->kind));
            qc_strbuf_put_escaped(buffer, qc_str_or(words, "?"));
        }
    }
    text_timers(&main_loop->timers, buffer);
    qc_text_clocks(&state->clocks, buffer);
    qc_text_not_all(main_loop->timers.why_cut, main_loop->timers.why_absent, style, buffer);
    qc_text_not_all(NULL, state->contexts.why_absent, style, buffer);
    qc_strbuf_put(buffer, "\n");
}

/* Appends the iothreads from first on whose contexts have the same words. Returns the last one. */
static size_t put_iothreads(const struct qc_aio_contexts *contexts, size_t first,
                            const char *words, struct qc_strbuf *buffer)
{
    size_t last = first;
    bool is_same = words != NULL;
    qc_text_known(contexts->list.items[first].iothread->id, "?", buffer);
    while (is_same && last + 1 < contexts->list.count) {
        QC_FREE char *next = qc_text_context(&contexts->list.items[last + 1]);
        is_same = qc_str_is(next, words);
        last += is_same;
        if (is_same && last - first < MOST) {
            qc_text_put(", ", qc_str_or(contexts->list.items[last].iothread->id, "?"), "", buffer);
        }
    }
    if (last - first >= MOST) {
        qc_strbuf_printf(buffer, " and %zu more", last - first - MOST + 1);
    }
    return last;
}

/* Iothreads that look the same share a line. */
static void text_iothreads(const struct qc_aio_contexts *contexts, const struct qc_style *style,
                           struct qc_strbuf *buffer)
{
    size_t lines = 0;
    size_t left = 0;
    for (size_t i = 0; i < contexts->list.count; i++) {
        const struct qc_aio_context *context = &contexts->list.items[i];
        if (context->iothread == NULL) {
            continue;
        }
        if (lines == MOST) {
            left++;
            continue;
        }
        QC_FREE char *words = qc_text_context(context);
        if (lines++ == 0) {
            qc_text_label("iothreads", style, buffer);
        } else {
            qc_text_indent(buffer);
        }
        i = put_iothreads(contexts, i, words, buffer);
        qc_text_put(": ", qc_str_or(words, "?"), "", buffer);
    }
    if (left != 0) {
        qc_text_indent(buffer);
        qc_strbuf_printf(buffer, "and %zu more", left);
    }
    qc_strbuf_put(buffer, lines != 0 ? "\n" : "");
}

/* ---- the rest ------------------------------------------------------------------------------ */

static void text_rcu(const struct qc_rcu *rcu, const struct qc_style *style,
                     struct qc_strbuf *buffer)
{
    qc_text_label("RCU", style, buffer);
    qc_text_put("", qc_str_or(rcu->sentence, qc_rcu_state_name(rcu->state)), "\n", buffer);
}

/* Column of a peer's owner and address, after the descriptor. */
#define COLUMN_PEER 20

/* Shows only peers with an actor at the other end: QEMU waits for nobody at the others. */
static void text_peers(const struct qc_peers *peers, const struct qc_style *style,
                       struct qc_strbuf *buffer)
{
    size_t lines = 0;
    qc_vec_each(&peers->list, peer) {
        if (peer->actor == NULL) {
            continue;
        }
        if (lines++ == 0) {
            qc_text_label("peers", style, buffer);
        } else {
            qc_text_indent(buffer);
        }
        qc_strbuf_printf(buffer, "fd %d", peer->fd);
        qc_strbuf_pad(buffer, COLUMN_PEER);
        qc_text_known(peer->owner, "?", buffer);
        qc_strbuf_printf(buffer, " (%s)", qc_peer_kind_name(peer->kind));
        qc_text_put(": ", peer->address, "", buffer);
    }
    if (lines != 0) {
        qc_text_not_all(peers->why_cut, NULL, style, buffer);
        qc_strbuf_put(buffer, "\n");
    }
}

void qc_text_state(struct qc_waits *waits, const struct qc_state *state,
                   const struct qemucore_render *render, bool in_short, struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    if (!state->has_types) {
        qc_text_label("state", style, buffer);
        qc_strbuf_printf(buffer, "%snot known: ", style->dim);
        qc_text_known(state->why_absent, "out of memory", buffer);
        qc_strbuf_printf(buffer, "%s\n", style->off);
        return;
    }
    qc_text_runstate(&state->runstate, style, buffer);
    text_vcpus(waits, &state->vcpus, style, buffer);
    text_main_loop(waits, state, style, buffer);
    text_iothreads(&state->contexts, style, buffer);
    qc_text_migration(&state->migration, style, buffer);
    qc_text_block(&state->block, style, buffer);
    qc_text_ram(&state->ram, in_short, style, buffer);
    text_rcu(state->rcu, style, buffer);
    if (!in_short) {
        text_peers(qc_process_peers(waits->process), style, buffer);
    }
}
