/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * state_json - the member "state", without the block layer; null means not known
 */
#include "json/json_common.h"
#include "json/json_state.h"

/* ---- vCPUs and the main loop --------------------------------------------------------------- */

static void json_vcpu(struct qc_json *json, struct qc_waits *waits, const struct qc_vcpu *vcpu)
{
    const struct qemucore_wait *wait =
        vcpu->thread == NULL ? NULL : qc_waits_of(waits, vcpu->thread);
    qc_json_set(json, "index", qc_json_signed(vcpu->cpu->index));
    qc_json_set(json, "address", qc_json_address(vcpu->cpu->address));
    qc_json_set(json, "lwp", qc_json_lwp(vcpu->cpu->lwp));
    qc_json_set(json, "place", qc_json_text(qc_vcpu_place_name(vcpu->place)));
    qc_json_set(json, "in_kvm_run",
                qc_json_if(vcpu->thread != NULL, qc_json_bool(vcpu->in_kvm_run)));
    qc_json_flags(json, vcpu, created, halted, stop, stopped, unplug, exit_request, crash_occurred);
    qc_json_set(json, "pc", qc_json_fact_address(vcpu->pc));
    qc_json_set(json, "queued_work", qc_json_fact(vcpu->queued_work));
    qc_json_set(json, "wait", qc_json_text(wait == NULL ? NULL : wait->sentence));
}

static void json_timer(struct qc_json *json, const struct qc_timer_list *timer)
{
    qc_json_set(json, "clock", qc_json_text(timer->clock));
    qc_json_set(json, "enabled", qc_json_fact_bool(timer->enabled));
    qc_json_set(json, "active", qc_json_fact(timer->active));
    qc_json_set(json, "next_ns", qc_json_fact(timer->next));
    qc_json_set(json, "next_callback", qc_json_text(timer->callback));
    qc_json_set(json, "callbacks_run", qc_json_fact_bool(timer->done_event));
}

static void json_bql(struct qc_json *json, const struct qc_main_loop *main_loop)
{
    qc_json_set(json, "address", qc_json_known_address(main_loop->bql_address));
    qc_json_set(json, "state", qc_json_text(qc_main_loop_bql_name(main_loop->bql)));
    qc_json_owner(json, "owner", main_loop->bql_owner, main_loop->bql_owner_lwp);
    qc_json_set(json, "why", qc_json_text(main_loop->bql_why));
}

/* ---- event loops --------------------------------------------------------------------------- */

static void json_bottom_half(struct qc_json *json, const struct qc_aio_bh *bh)
{
    qc_json_set(json, "address", qc_json_address(bh->address));
    qc_json_set(json, "name", qc_json_text(bh->name));
    qc_json_set(json, "flags", qc_json_signed(bh->flags));
    qc_json_set(json, "due", qc_json_bool(bh->is_due));
    qc_json_set(json, "idle", qc_json_bool((bh->flags & QC_AIO_BH_IDLE) != 0));
    qc_json_set(json, "in_slice", qc_json_bool(bh->in_slice));
}

/* An IOThread for which none was found has NULL. */
static void json_context(struct qc_json *json, const char *key,
                         const struct qc_aio_context *context)
{
    if (!qc_json_object_if(json, key, context != NULL)) {
        return;
    }
    qc_json_set(json, "name", qc_json_context_name(context));
    qc_json_set(json, "address", qc_json_address(context->address));
    qc_json_same(json, context, fdmon, epoll_fd, notify_me);
    qc_json_set(json, "notified", qc_json_fact_bool(context->notified));
    qc_json_same(json, context, handlers, list_lock, poll_ns, poll_max_ns, poll_grow, poll_shrink,
                 max_batch);
    if (context->bottom_halves_known) {
        qc_json_list(json, "bottom_halves", &context->bottom_halves, half,
                     json_bottom_half(json, half));
    } else {
        qc_json_set(json, "bottom_halves", qc_json_null());
    }
    qc_json_set(json, "scheduled_coroutines", qc_json_fact(context->scheduled_coroutines));
    qc_json_set(json, "first_coroutine", qc_json_fact_address(context->first_coroutine));
    qc_json_list(json, "timers", &context->timers.lists, timer, json_timer(json, timer));
    qc_json_same(json, context, why_cut, why_absent);
    qc_json_close(json);
}

static void json_main_loop(struct qc_json *json, const struct qc_state *state)
{
    const struct qc_main_loop *main_loop = &state->main_loop;
    qc_json_thread_label(json, "thread", main_loop->thread);
    qc_json_set(json, "place", qc_json_text(qc_main_loop_place_name(main_loop->place)));
    qc_json_same(json, main_loop, function, entered_by);
    qc_json_set(json, "timeout_ns",
                qc_json_if(main_loop->has_timeout, qc_json_signed(main_loop->timeout_ns)));
    qc_json_set(json, "remaining_ns",
                qc_json_if(main_loop->has_remaining, qc_json_signed(main_loop->remaining_ns)));
    qc_json_member(json, "bql", json_bql(json, main_loop));
    qc_json_list(json, "timers", &main_loop->timers.lists, timer, json_timer(json, timer));
    qc_json_array(json, "contexts");
    for (size_t i = 0; i < state->contexts.list.count; i++) {
        if (state->contexts.list.items[i].iothread == NULL) {
            json_context(json, NULL, &state->contexts.list.items[i]);
        }
    }
    qc_json_close(json);
    qc_json_set(json, "why_absent",
                qc_json_text(qc_str_or(main_loop->why_absent,
                                       qc_str_or(main_loop->timers.why_absent,
                                                 state->contexts.why_absent))));
}

static void json_iothread(struct qc_json *json, struct qc_waits *waits,
                          const struct qc_state *state, const struct qc_iothread *iothread)
{
    struct qemucore_thread *thread =
        iothread->lwp > 0 ? qc_process_thread(waits->process, iothread->lwp) : NULL;
    const struct qemucore_wait *wait = thread == NULL ? NULL : qc_waits_of(waits, thread);
    qc_json_set(json, "id", qc_json_text(iothread->id));
    qc_json_set(json, "address", qc_json_address(iothread->address));
    qc_json_set(json, "lwp", qc_json_lwp(iothread->lwp));
    qc_json_set(json, "wait", qc_json_text(wait == NULL ? NULL : wait->sentence));
    json_context(json, "context", qc_aio_context_of(&state->contexts, iothread->ctx));
}

void qc_json_iothreads(struct qc_json *json, const char *key, struct qc_waits *waits,
                       const struct qc_state *state)
{
    qc_json_list(json, key, &qc_process_iothreads(waits->process)->list, iothread,
                 json_iothread(json, waits, state, iothread));
}

/* ---- migration ----------------------------------------------------------------------------- */

static void json_file(struct qc_json *json, const struct qc_migration_file *file)
{
    qc_json_set(json, "address", qc_json_fact_address(file->address));
    qc_json_set(json, "last_error", qc_json_fact(file->last_error));
}

static void json_channel(struct qc_json *json, const struct qc_multifd_channel *channel)
{
    qc_json_same(json, channel, name, id);
    qc_json_thread_label(json, "thread", channel->thread);
    qc_json_flags(json, channel, running, quit);
    qc_json_same(json, channel, pending_job, pending_sync, packets);
    qc_json_set(json, "channel", qc_json_fact_address(channel->channel));
}

static void json_multifd(struct qc_json *json, const struct qc_multifd *multifd)
{
    qc_json_set(json, "state", qc_json_fact_address(multifd->state));
    qc_json_set(json, "exiting", qc_json_fact_bool(multifd->exiting));
    qc_json_set(json, "created", qc_json_fact(multifd->created));
    qc_json_list(json, "channels", &multifd->channels, channel, json_channel(json, channel));
}

/* The keys are members of MigrationParameters, which differ from version to version. */
static void json_parameters(struct qc_json *json, const char *key,
                            const struct qc_migration_outgoing *outgoing)
{
    if (!qc_json_object_if(json, key, outgoing->parameters_known)) {
        return;
    }
    qc_vec_each(&outgoing->parameters, parameter) {
        struct qc_json_value value = parameter->is_flag ? qc_json_fact_bool(parameter->number)
                                     : parameter->number.is_known
                                         ? qc_json_fact(parameter->number)
                                         : qc_json_text(parameter->text);
        if (parameter->name != NULL) {
            qc_json_set(json, parameter->name, value);
        }
    }
    qc_json_close(json);
}

static void json_progress(struct qc_json *json, const struct qc_migration_progress *progress)
{
    qc_json_same(json, progress, passes, normal_pages, zero_pages, dirty_pages, precopy_bytes,
                 postcopy_bytes, multifd_bytes, setup_ms, expected_downtime_ms, downtime_bytes,
                 transferred_bytes, remaining_bytes);
    qc_json_same(json, progress, total_bytes, dirty_pages_rate, pages_per_second, throughput_bits,
                 postcopy_requests, throttle_percent, start_ms, total_ms, downtime_ms);
}

static void json_outgoing(struct qc_json *json, const char *key,
                          const struct qc_migration_outgoing *outgoing)
{
    qc_json_object(json, key);
    qc_json_same(json, outgoing, state, error);
    qc_json_thread_label(json, "thread", outgoing->thread);
    qc_json_set(json, "thread_running", qc_json_fact_bool(outgoing->thread_running));
    qc_json_member(json, "to_destination", json_file(json, &outgoing->to_destination));
    qc_json_member(json, "from_destination", json_file(json, &outgoing->from_destination));
    qc_json_set(json, "return_path_created", qc_json_fact_bool(outgoing->return_path_created));
    qc_json_thread_label(json, "return_path", outgoing->return_path);
    qc_json_set(json, "start_postcopy", qc_json_fact_bool(outgoing->start_postcopy));
    qc_json_set(json, "old_runstate", qc_json_text(outgoing->old_state));
    qc_json_set(json, "capabilities", qc_json_text(outgoing->capabilities));
    qc_json_member(json, "progress", json_progress(json, &outgoing->progress));
    json_parameters(json, "parameters", outgoing);
    qc_json_member(json, "multifd", json_multifd(json, &outgoing->multifd));
    qc_json_set(json, "why_absent", qc_json_text(outgoing->why_absent));
    qc_json_close(json);
}

static void json_incoming(struct qc_json *json, const struct qc_migration_incoming *incoming)
{
    qc_json_same(json, incoming, state, uri);
    qc_json_member(json, "from_source", json_file(json, &incoming->from_source));
    qc_json_member(json, "to_source", json_file(json, &incoming->to_source));
    qc_json_set(json, "listener", qc_json_fact_address(incoming->listener));
    qc_json_set(json, "coroutine", qc_json_fact_address(incoming->coroutine));
    qc_json_same(json, incoming, in_coroutine, postcopy);
    qc_json_set(json, "have_fault_thread", qc_json_fact_bool(incoming->have_fault_thread));
    qc_json_thread_label(json, "fault_thread", incoming->fault_thread);
    qc_json_set(json, "have_listen_thread", qc_json_fact_bool(incoming->have_listen_thread));
    qc_json_thread_label(json, "listen_thread", incoming->listen_thread);
    qc_json_thread_label(json, "preempt_thread", incoming->preempt_thread);
    qc_json_set(json, "page_requested_count", qc_json_fact(incoming->page_requested_count));
    qc_json_member(json, "multifd", json_multifd(json, &incoming->multifd));
    qc_json_set(json, "why_absent", qc_json_text(incoming->why_absent));
}

void qc_json_migration(struct qc_json *json, const struct qc_migration *migration)
{
    json_outgoing(json, "outgoing", &migration->outgoing);
    qc_json_member(json, "incoming", json_incoming(json, &migration->incoming));
    qc_json_set(json, "multifd_channels", qc_json_fact(migration->multifd_channels));
}

static void json_migration(struct qc_json *json, const struct qc_migration *migration)
{
    qc_json_migration(json, migration);
    qc_json_set(json, "why_cut", qc_json_text(migration->why_cut));
}

/* ---- guest RAM ------------------------------------------------------------------------------- */

static void json_flags(struct qc_json *json, const char *key, const struct qc_ramblock *block)
{
    const char *flag;
    if (!block->flags.is_known) {
        qc_json_set(json, key, qc_json_null());
        return;
    }
    qc_json_array(json, key);
    for (size_t i = 0; (flag = qc_ramblock_flag(block, i)) != NULL; i++) {
        qc_json_set(json, NULL, qc_json_text(flag));
    }
    qc_json_close(json);
}

static void json_block(struct qc_json *json, const struct qc_ramblock *block)
{
    qc_json_set(json, "id", qc_json_text(block->id));
    qc_json_set(json, "address", qc_json_fact_address(block->host));
    qc_json_same(json, block, length, max_length, page_size);
    json_flags(json, "flags", block);
    qc_json_set(json, "held", qc_json_fact(block->held));
}

static void json_ram(struct qc_json *json, const char *key, const struct qc_ramblocks *ram)
{
    qc_json_list(json, key, &ram->list, block, json_block(json, block));
}

/* ---- bounds of what QEMU's clocks showed, and overdue timers --------------------------------- */

static void json_bound(struct qc_json *json, const char *key, const struct qc_clock_bound *bound)
{
    if (qc_json_object_if(json, key, bound->is_known)) {
        qc_json_set(json, "ns", qc_json_signed(bound->ns));
        qc_json_set(json, "rests_on", qc_json_text(bound->rests_on));
        qc_json_close(json);
    }
}

static void json_age(struct qc_json *json, struct qc_clock_age age)
{
    qc_json_set(json, "at_least_ns", qc_json_fact(age.at_least));
    qc_json_set(json, "by_file_ns", qc_json_fact(age.by_file));
}

static void json_overdue(struct qc_json *json, const struct qc_clock_overdue *overdue)
{
    qc_json_set(json, "clock", qc_json_text(overdue->list->clock));
    qc_json_set(json, "context", qc_json_context_name(overdue->context));
    qc_json_set(json, "callback", qc_json_text(overdue->list->callback));
    qc_json_set(json, "due_ns", qc_json_fact(overdue->list->next));
    qc_json_member(json, "by", json_age(json, overdue->by));
}

static void json_bounds(struct qc_json *json, const struct qc_clocks *clocks)
{
    for (size_t i = 0; i < QC_CLOCK_COUNT; i++) {
        qc_json_object(json, qc_clock_name(i));
        json_bound(json, "lower", &clocks->bounds[i].lower);
        json_bound(json, "upper", &clocks->bounds[i].upper);
        json_bound(json, "by_file", &clocks->bounds[i].by_file);
        qc_json_close(json);
    }
}

void qc_json_clocks(struct qc_json *json, const struct qc_clocks *clocks)
{
    qc_json_member(json, "bounds", json_bounds(json, clocks));
    qc_json_set(json, "polled_ns", qc_json_fact(clocks->polled));
    json_bound(json, "last_turn", &clocks->last_turn);
    qc_json_member(json, "turned", json_age(json, clocks->turned));
    qc_json_list(json, "overdue", &clocks->overdue, overdue, json_overdue(json, overdue));
}

void qc_json_due(struct qc_json *json, const struct qc_armed_timer *timer)
{
    qc_json_set(json, "address", qc_json_address(timer->address));
    qc_json_set(json, "clock", qc_json_text(timer->list->clock));
    qc_json_set(json, "clock_enabled", qc_json_fact_bool(timer->list->enabled));
    qc_json_set(json, "context", qc_json_context_name(timer->context));
    qc_json_set(json, "expire_ns", qc_json_fact(timer->expire));
    qc_json_set(json, "left_ns_at_least", qc_json_fact(timer->left.at_least));
    qc_json_set(json, "left_ns_at_most", qc_json_fact(timer->left.at_most));
    qc_json_set(json, "left_ns_at_most_by_file", qc_json_fact(timer->left.at_most_by_file));
}

/* ---- RCU, and all of it -------------------------------------------------------------------- */

static void json_reader(struct qc_json *json, const struct qc_rcu_reader *reader)
{
    qc_json_thread(json, reader->thread);
    qc_json_set(json, "depth", qc_json_signed(reader->depth));
    qc_json_set(json, "blocking", qc_json_bool(reader->blocking));
}

static void json_rcu(struct qc_json *json, const struct qc_rcu *rcu)
{
    qc_json_set(json, "state", qc_json_text(qc_rcu_state_name(rcu->state)));
    qc_json_set(json, "sentence", qc_json_text(rcu->sentence));
    qc_json_set(json, "call_count",
                qc_json_if(rcu->has_call_count, qc_json_signed(rcu->call_count)));
    qc_json_list(json, "readers", &rcu->readers, reader, json_reader(json, reader));
}

static void json_peer(struct qc_json *json, const struct qc_peer *peer)
{
    qc_json_set(json, "fd", qc_json_signed(peer->fd));
    qc_json_set(json, "kind", qc_json_text(qc_peer_kind_name(peer->kind)));
    qc_json_same(json, peer, owner, address, actor);
    qc_json_set(json, "object", qc_json_address(peer->object));
}

void qc_json_runstate(struct qc_json *json, const struct qc_runstate *runstate)
{
    qc_json_set(json, "runstate", qc_json_text(runstate->name));
    qc_json_set(json, "runstate_why", qc_json_text(runstate->why_absent));
    qc_json_set(json, "stop_requested", qc_json_text(runstate->stop_requested));
    qc_json_flags(json, runstate, was_suspended, reset_requested, shutdown_requested);
    qc_json_same(json, runstate, shutdown_pid, machine_type);
    qc_json_set(json, "machine_type_why", qc_json_text(runstate->why_no_machine));
    qc_json_set(json, "accelerator", qc_json_text(runstate->accelerator));
    qc_json_set(json, "accelerator_why", qc_json_text(runstate->why_no_accelerator));
}

void qc_json_state(struct qc_json *json, struct qc_waits *waits, const struct qc_state *state)
{
    const struct qc_peers *peers = qc_process_peers(waits->process);
    qc_json_runstate(json, &state->runstate);
    qc_json_list(json, "vcpus", &state->vcpus.list, vcpu, json_vcpu(json, waits, vcpu));
    qc_json_set(json, "vcpus_why",
                qc_json_text(qc_str_or(state->vcpus.why_cut, state->vcpus.why_absent)));
    qc_json_member(json, "main_loop", json_main_loop(json, state));
    qc_json_iothreads(json, "iothreads", waits, state);
    qc_json_member(json, "clock", qc_json_clocks(json, &state->clocks));
    qc_json_member(json, "migration", json_migration(json, &state->migration));
    qc_json_member(json, "rcu", json_rcu(json, state->rcu));
    qc_json_member(json, "block", qc_json_block(json, &state->block, &state->clocks));
    json_ram(json, "ram", &state->ram);
    qc_json_set(json, "ram_why",
                qc_json_text(qc_str_or(state->ram.why_cut, state->ram.why_absent)));
    qc_json_list(json, "peers", &peers->list, peer, json_peer(json, peer));
    qc_json_set(json, "peers_why", qc_json_text(peers->why_cut));
    qc_json_set(json, "why_absent", qc_json_text(state->why_absent));
}
