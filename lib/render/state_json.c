/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * state_json - the state, but for the block layer: null is what is not known
 */
#include "render/json_lock.h"
#include "render/json_state.h"

json_t *qc_json_fact(struct qc_fact fact)
{
    return fact.is_known ? json_integer((json_int_t)fact.value) : json_null();
}

json_t *qc_json_fact_bool(struct qc_fact fact)
{
    return fact.is_known ? json_boolean(fact.value != 0) : json_null();
}

/* 0 is an answer too: nothing is there. */
json_t *qc_json_fact_address(struct qc_fact fact)
{
    return fact.is_known ? qc_json_address(fact.value) : json_null();
}

json_t *qc_json_context_name(const struct qc_aio_context *context)
{
    return context == NULL           ? json_null()
         : context->iothread != NULL ? qc_json_text(context->iothread->id)
                                     : json_string(qc_aio_context_kind_name(context->kind));
}

static json_t *json_person(const struct qemucore_thread *thread)
{
    return thread == NULL ? json_null() : qc_json_person(thread);
}

static json_t *json_cut(const char *why_cut)
{
    return why_cut == NULL ? json_null() : json_string(why_cut);
}

/* ---- vCPUs and the main loop --------------------------------------------------------------- */

static json_t *json_vcpu(struct qc_waits *waits, const struct qc_vcpu *vcpu)
{
    const struct qemucore_wait *wait =
        vcpu->thread == NULL ? NULL : qc_waits_of(waits, vcpu->thread);
    json_t *object = json_object();
    json_object_set_new(object, "index", json_integer(vcpu->cpu->index));
    json_object_set_new(object, "address", qc_json_address(vcpu->cpu->address));
    json_object_set_new(object, "lwp",
                        vcpu->cpu->lwp > 0 ? json_integer(vcpu->cpu->lwp) : json_null());
    json_object_set_new(object, "place", json_string(qc_vcpu_place_name(vcpu->place)));
    json_object_set_new(object, "in_kvm_run",
                        vcpu->thread == NULL ? json_null() : json_boolean(vcpu->in_kvm_run));
    json_object_set_new(object, "created", qc_json_fact_bool(vcpu->created));
    json_object_set_new(object, "halted", qc_json_fact_bool(vcpu->halted));
    json_object_set_new(object, "stop", qc_json_fact_bool(vcpu->stop));
    json_object_set_new(object, "stopped", qc_json_fact_bool(vcpu->stopped));
    json_object_set_new(object, "unplug", qc_json_fact_bool(vcpu->unplug));
    json_object_set_new(object, "exit_request", qc_json_fact_bool(vcpu->exit_request));
    json_object_set_new(object, "crash_occurred", qc_json_fact_bool(vcpu->crash_occurred));
    json_object_set_new(object, "queued_work", qc_json_fact(vcpu->queued_work));
    json_object_set_new(object, "wait", qc_json_text(wait == NULL ? NULL : wait->sentence));
    return object;
}

static json_t *json_timers(const struct qc_timers *timers)
{
    json_t *list = json_array();
    for (size_t i = 0; i < timers->lists.count; i++) {
        const struct qc_timer_list *timer = &timers->lists.items[i];
        json_t *object = json_object();
        json_object_set_new(object, "clock", qc_json_text(timer->clock));
        json_object_set_new(object, "enabled", qc_json_fact_bool(timer->enabled));
        json_object_set_new(object, "active", qc_json_fact(timer->active));
        json_object_set_new(object, "next_ns", qc_json_fact(timer->next));
        json_object_set_new(object, "next_callback", qc_json_text(timer->callback));
        json_object_set_new(object, "callbacks_run", qc_json_fact_bool(timer->done_event));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *json_bql(const struct qc_main_loop *main_loop)
{
    json_t *object = json_object();
    json_t *owner = json_null();
    if (main_loop->bql_owner != NULL) {
        owner = qc_json_person(main_loop->bql_owner);
    } else if (main_loop->bql_owner_lwp > 0) {
        owner = json_object();
        json_object_set_new(owner, "lwp", json_integer(main_loop->bql_owner_lwp));
        json_object_set_new(owner, "name", json_null());
    }
    json_object_set_new(object, "address", main_loop->bql_address == 0
                                               ? json_null()
                                               : qc_json_address(main_loop->bql_address));
    json_object_set_new(object, "state", json_string(qc_main_loop_bql_name(main_loop->bql)));
    json_object_set_new(object, "owner", owner);
    json_object_set_new(object, "why", qc_json_text(main_loop->bql_why));
    return object;
}

/* ---- event loops --------------------------------------------------------------------------- */

static json_t *json_bottom_halves(const struct qc_aio_context *context)
{
    json_t *list = json_array();
    if (!context->bottom_halves_known) {
        json_decref(list);
        return json_null();
    }
    for (size_t i = 0; i < context->bottom_halves.count; i++) {
        const struct qc_aio_bh *bh = &context->bottom_halves.items[i];
        json_t *object = json_object();
        json_object_set_new(object, "address", qc_json_address(bh->address));
        json_object_set_new(object, "name", qc_json_text(bh->name));
        json_object_set_new(object, "flags", json_integer(bh->flags));
        json_object_set_new(object, "due", json_boolean(bh->is_due));
        json_object_set_new(object, "idle", json_boolean((bh->flags & QC_AIO_BH_IDLE) != 0));
        json_object_set_new(object, "in_slice", json_boolean(bh->in_slice));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *json_context(const struct qc_aio_context *context)
{
    json_t *object = json_object();
    json_object_set_new(object, "name", qc_json_context_name(context));
    json_object_set_new(object, "address", qc_json_address(context->address));
    json_object_set_new(object, "fdmon",
                        context->fdmon == NULL ? json_null() : json_string(context->fdmon));
    json_object_set_new(object, "epoll_fd", qc_json_fact(context->epoll_fd));
    json_object_set_new(object, "notify_me", qc_json_fact(context->notify_me));
    json_object_set_new(object, "notified", qc_json_fact_bool(context->notified));
    json_object_set_new(object, "handlers", qc_json_fact(context->handlers));
    json_object_set_new(object, "list_lock", qc_json_fact(context->list_lock));
    json_object_set_new(object, "poll_ns", qc_json_fact(context->poll_ns));
    json_object_set_new(object, "poll_max_ns", qc_json_fact(context->poll_max_ns));
    json_object_set_new(object, "bottom_halves", json_bottom_halves(context));
    json_object_set_new(object, "scheduled_coroutines",
                        qc_json_fact(context->scheduled_coroutines));
    json_object_set_new(object, "first_coroutine", qc_json_fact_address(context->first_coroutine));
    json_object_set_new(object, "timers", json_timers(&context->timers));
    json_object_set_new(object, "why_cut", json_cut(context->why_cut));
    json_object_set_new(object, "why_absent", qc_json_text(context->why_absent));
    return object;
}

static json_t *json_main_loop(const struct qc_state *state)
{
    const struct qc_main_loop *main_loop = &state->main_loop;
    json_t *object = json_object();
    json_t *contexts = json_array();
    for (size_t i = 0; i < state->contexts.list.count; i++) {
        if (state->contexts.list.items[i].iothread == NULL) {
            json_array_append_new(contexts, json_context(&state->contexts.list.items[i]));
        }
    }
    json_object_set_new(object, "thread", json_person(main_loop->thread));
    json_object_set_new(object, "place", json_string(qc_main_loop_place_name(main_loop->place)));
    json_object_set_new(object, "function", qc_json_text(main_loop->function));
    json_object_set_new(object, "timeout_ns", main_loop->has_timeout
                                                  ? json_integer(main_loop->timeout_ns)
                                                  : json_null());
    json_object_set_new(object, "remaining_ns", main_loop->has_remaining
                                                    ? json_integer(main_loop->remaining_ns)
                                                    : json_null());
    json_object_set_new(object, "bql", json_bql(main_loop));
    json_object_set_new(object, "timers", json_timers(&main_loop->timers));
    json_object_set_new(object, "contexts", contexts);
    json_object_set_new(object, "why_absent",
                        qc_json_text(main_loop->why_absent != NULL ? main_loop->why_absent
                                     : main_loop->timers.why_absent != NULL
                                         ? main_loop->timers.why_absent
                                         : state->contexts.why_absent));
    return object;
}

static json_t *json_iothreads(struct qc_waits *waits, const struct qc_state *state)
{
    const struct qc_iothreads *iothreads = qc_process_iothreads(waits->process);
    json_t *list = json_array();
    for (size_t i = 0; i < iothreads->list.count; i++) {
        const struct qc_iothread *iothread = &iothreads->list.items[i];
        const struct qc_aio_context *context = qc_aio_context_of(&state->contexts, iothread->ctx);
        struct qemucore_thread *thread =
            iothread->lwp > 0 ? qc_process_thread(waits->process, iothread->lwp) : NULL;
        const struct qemucore_wait *wait =
            thread == NULL ? NULL : qc_waits_of(waits, thread);
        json_t *object = json_object();
        json_object_set_new(object, "id", qc_json_text(iothread->id));
        json_object_set_new(object, "address", qc_json_address(iothread->address));
        json_object_set_new(object, "lwp",
                            iothread->lwp > 0 ? json_integer(iothread->lwp) : json_null());
        json_object_set_new(object, "wait", qc_json_text(wait == NULL ? NULL : wait->sentence));
        json_object_set_new(object, "context",
                            context == NULL ? json_null() : json_context(context));
        json_array_append_new(list, object);
    }
    return list;
}

/* ---- migration ----------------------------------------------------------------------------- */

static json_t *json_file(const struct qc_migration_file *file)
{
    json_t *object = json_object();
    json_object_set_new(object, "address", qc_json_fact_address(file->address));
    json_object_set_new(object, "last_error", qc_json_fact(file->last_error));
    return object;
}

static json_t *json_multifd(const struct qc_multifd *multifd)
{
    json_t *object = json_object();
    json_t *channels = json_array();
    for (size_t i = 0; i < multifd->channels.count; i++) {
        const struct qc_multifd_channel *channel = &multifd->channels.items[i];
        json_t *entry = json_object();
        json_object_set_new(entry, "name", qc_json_text(channel->name));
        json_object_set_new(entry, "id", qc_json_fact(channel->id));
        json_object_set_new(entry, "thread", json_person(channel->thread));
        json_object_set_new(entry, "running", qc_json_fact_bool(channel->running));
        json_object_set_new(entry, "quit", qc_json_fact_bool(channel->quit));
        json_object_set_new(entry, "pending_job", qc_json_fact(channel->pending_job));
        json_object_set_new(entry, "pending_sync", qc_json_fact(channel->pending_sync));
        json_object_set_new(entry, "packets", qc_json_fact(channel->packets));
        json_object_set_new(entry, "channel", qc_json_fact_address(channel->channel));
        json_array_append_new(channels, entry);
    }
    json_object_set_new(object, "state", qc_json_fact_address(multifd->state));
    json_object_set_new(object, "exiting", qc_json_fact_bool(multifd->exiting));
    json_object_set_new(object, "created", qc_json_fact(multifd->created));
    json_object_set_new(object, "channels", channels);
    return object;
}

static json_t *json_outgoing(const struct qc_migration_outgoing *outgoing)
{
    json_t *object = json_object();
    json_object_set_new(object, "state", qc_json_text(outgoing->state));
    json_object_set_new(object, "error", qc_json_text(outgoing->error));
    json_object_set_new(object, "thread", json_person(outgoing->thread));
    json_object_set_new(object, "thread_running", qc_json_fact_bool(outgoing->thread_running));
    json_object_set_new(object, "to_destination", json_file(&outgoing->to_destination));
    json_object_set_new(object, "from_destination", json_file(&outgoing->from_destination));
    json_object_set_new(object, "return_path_created",
                        qc_json_fact_bool(outgoing->return_path_created));
    json_object_set_new(object, "return_path", json_person(outgoing->return_path));
    json_object_set_new(object, "start_postcopy", qc_json_fact_bool(outgoing->start_postcopy));
    json_object_set_new(object, "old_runstate", qc_json_text(outgoing->old_state));
    json_object_set_new(object, "capabilities", qc_json_text(outgoing->capabilities));
    json_object_set_new(object, "multifd", json_multifd(&outgoing->multifd));
    json_object_set_new(object, "why_absent", qc_json_text(outgoing->why_absent));
    return object;
}

static json_t *json_incoming(const struct qc_migration_incoming *incoming)
{
    json_t *object = json_object();
    json_object_set_new(object, "state", qc_json_text(incoming->state));
    json_object_set_new(object, "uri", qc_json_text(incoming->uri));
    json_object_set_new(object, "from_source", json_file(&incoming->from_source));
    json_object_set_new(object, "to_source", json_file(&incoming->to_source));
    json_object_set_new(object, "listener", qc_json_fact_address(incoming->listener));
    json_object_set_new(object, "coroutine", qc_json_fact_address(incoming->coroutine));
    json_object_set_new(object, "in_coroutine", json_boolean(incoming->in_coroutine));
    json_object_set_new(object, "postcopy", qc_json_text(incoming->postcopy));
    json_object_set_new(object, "have_fault_thread",
                        qc_json_fact_bool(incoming->have_fault_thread));
    json_object_set_new(object, "fault_thread", json_person(incoming->fault_thread));
    json_object_set_new(object, "have_listen_thread",
                        qc_json_fact_bool(incoming->have_listen_thread));
    json_object_set_new(object, "listen_thread", json_person(incoming->listen_thread));
    json_object_set_new(object, "preempt_thread", json_person(incoming->preempt_thread));
    json_object_set_new(object, "page_requested_count",
                        qc_json_fact(incoming->page_requested_count));
    json_object_set_new(object, "multifd", json_multifd(&incoming->multifd));
    json_object_set_new(object, "why_absent", qc_json_text(incoming->why_absent));
    return object;
}

static json_t *json_migration(const struct qc_migration *migration)
{
    json_t *object = json_object();
    json_object_set_new(object, "outgoing", json_outgoing(&migration->outgoing));
    json_object_set_new(object, "incoming", json_incoming(&migration->incoming));
    json_object_set_new(object, "multifd_channels", qc_json_fact(migration->multifd_channels));
    json_object_set_new(object, "why_cut", json_cut(migration->why_cut));
    return object;
}

/* ---- RCU, and all of it -------------------------------------------------------------------- */

static json_t *json_rcu(const struct qc_rcu *rcu)
{
    json_t *object = json_object();
    json_t *readers = json_array();
    for (size_t i = 0; i < rcu->readers.count; i++) {
        json_t *reader = qc_json_person(rcu->readers.items[i].thread);
        json_object_set_new(reader, "depth", json_integer(rcu->readers.items[i].depth));
        json_object_set_new(reader, "blocking", json_boolean(rcu->readers.items[i].blocking));
        json_array_append_new(readers, reader);
    }
    json_object_set_new(object, "state", json_string(qc_rcu_state_name(rcu->state)));
    json_object_set_new(object, "sentence", qc_json_text(rcu->sentence));
    json_object_set_new(object, "call_count",
                        rcu->has_call_count ? json_integer(rcu->call_count) : json_null());
    json_object_set_new(object, "readers", readers);
    return object;
}

json_t *qc_json_state(struct qc_waits *waits, const struct qc_state *state)
{
    const struct qc_runstate *runstate = &state->runstate;
    json_t *object = json_object();
    json_t *vcpus = json_array();
    for (size_t i = 0; i < state->vcpus.list.count; i++) {
        json_array_append_new(vcpus, json_vcpu(waits, &state->vcpus.list.items[i]));
    }
    json_object_set_new(object, "runstate", qc_json_text(runstate->name));
    json_object_set_new(object, "runstate_why", qc_json_text(runstate->why_absent));
    json_object_set_new(object, "stop_requested", qc_json_text(runstate->stop_requested));
    json_object_set_new(object, "was_suspended", qc_json_fact_bool(runstate->was_suspended));
    json_object_set_new(object, "reset_requested", qc_json_fact_bool(runstate->reset_requested));
    json_object_set_new(object, "shutdown_requested",
                        qc_json_fact_bool(runstate->shutdown_requested));
    json_object_set_new(object, "machine_type", qc_json_text(runstate->machine_type));
    json_object_set_new(object, "machine_type_why", qc_json_text(runstate->why_no_machine));
    json_object_set_new(object, "accelerator", qc_json_text(runstate->accelerator));
    json_object_set_new(object, "accelerator_why", qc_json_text(runstate->why_no_accelerator));
    json_object_set_new(object, "vcpus", vcpus);
    json_object_set_new(object, "vcpus_why", state->vcpus.why_cut != NULL
                                                 ? json_string(state->vcpus.why_cut)
                                                 : qc_json_text(state->vcpus.why_absent));
    json_object_set_new(object, "main_loop", json_main_loop(state));
    json_object_set_new(object, "iothreads", json_iothreads(waits, state));
    json_object_set_new(object, "migration", json_migration(&state->migration));
    json_object_set_new(object, "rcu", json_rcu(state->rcu));
    json_object_set_new(object, "block", qc_json_block(&state->block));
    json_object_set_new(object, "ram", qc_json_ram(&state->ram));
    json_object_set_new(object, "ram_why", qc_json_text(state->ram.why_cut != NULL
                                                            ? state->ram.why_cut
                                                            : state->ram.why_absent));
    json_object_set_new(object, "why_absent", qc_json_text(state->why_absent));
    return object;
}
