/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/coroutine_poll.h"

#include "qemu/qemu.h"
#include "wait/activity.h"

/* Frames outside of aio_poll() that may be the waiter's, inlined ones included. */
#define CALLERS 4

struct search {
    struct qc_fields *fields;
    struct qc_coroutine_waits *found;
    struct qc_coroutine_poll poll;
};

/* Returns the frame of aio_poll(). NULL: the thread does not sleep in one. */
static struct qemucore_frame *aio_poll_frame(struct qc_waits *waits, struct qemucore_thread *thread)
{
    struct qemucore_frame *poll = qc_frames_find(qc_thread_stack(thread), "aio_poll");
    return poll != NULL && qc_activity_is_poll(qc_waits_of(waits, thread)) ? poll : NULL;
}

static void poller_set(struct search *search, uint64_t address)
{
    struct qemucore_coroutine *coroutine = qc_coroutine_at(search->found->coroutines, address);
    size_t at = coroutine == NULL
                    ? search->found->count
                    : (size_t)(coroutine - search->found->coroutines->list.items);
    if (at < search->found->count && search->found->items[at].poller == NULL) {
        search->found->items[at].poller = search->poll.thread;
        search->poll.count++;
    }
}

static void poller_set_by_field(struct search *search, enum qc_field field, uint64_t structure)
{
    uint64_t coroutine;
    if (qc_field_read(search->fields, field, structure, &coroutine)) {
        poller_set(search, coroutine);
    }
}

/* The code that shows the lists reports why one is cut. */
static void visit_node(struct search *search, uint64_t node)
{
    struct qc_list list = qc_list_field(search->fields, QC_FIELD_NODE_REQUESTS, node,
                                        QC_FIELD_REQUEST_NEXT, NULL, NULL);
    qc_list_each(&list, request) {
        poller_set_by_field(search, QC_FIELD_REQUEST_COROUTINE, request);
    }
}

static void visit_all_nodes(struct search *search)
{
    struct qc_list list = qc_list_variable(search->fields, QC_VARIABLE_ALL_NODES,
                                           QC_FIELD_NODE_NEXT, NULL, NULL);
    qc_list_each(&list, node) {
        visit_node(search, node);
    }
}

/* Functions that poll for a drain (block/io.c, 4.0 to 11.1); node: their argument, NULL: all. */
static const struct drain {
    const char *function;
    const char *node;
} drains[] = {
    {"bdrv_drain_all_begin", NULL},
    {"bdrv_do_drained_begin", "bs"},
    {"bdrv_drained_begin", "bs"},
    {"bdrv_subtree_drained_begin", "bs"},
};

static bool is_drain(struct search *search, struct qemucore_frame *frame)
{
    for (size_t i = 0; i < qc_count(drains); i++) {
        uint64_t node;
        if (!qc_frame_is(frame, drains[i].function)) {
            continue;
        }
        if (drains[i].node == NULL) {
            visit_all_nodes(search);
            return true;
        }
        if (qc_frame_variable(frame, drains[i].node, &node)) {
            visit_node(search, node);
            return true;
        }
    }
    return false;
}

/* bdrv_poll_co (block/block-gen.h, 5.2 on) begins s->co, and polls while s->in_progress. */
static bool is_poll_of_coroutine(struct search *search, struct qemucore_frame *frame)
{
    uint64_t state;
    if (!qc_frame_is(frame, "bdrv_poll_co") || !qc_frame_variable(frame, "s", &state)) {
        return false;
    }
    poller_set_by_field(search, QC_FIELD_POLL_COROUTINE, state);
    return true;
}

static void thread_search(struct qc_waits *waits, struct search *search)
{
    const struct qemucore_frame *poll = aio_poll_frame(waits, search->poll.thread);
    struct qc_stack *stack = qc_thread_stack(search->poll.thread);
    for (size_t i = 1; poll != NULL && i <= CALLERS && poll->level + i < stack->frames.count; i++) {
        struct qemucore_frame *frame = &stack->frames.items[poll->level + i];
        if (is_poll_of_coroutine(search, frame) || is_drain(search, frame)) {
            return;
        }
    }
}

bool qc_coroutine_polls_find(struct qc_waits *waits, struct qc_coroutine_waits *found)
{
    struct qc_threads *threads = waits->process->threads;
    for (size_t i = 0; i < threads->count; i++) {
        struct search search = {.fields = waits->process->fields,
                                .found = found,
                                .poll = {.thread = &threads->items[i]}};
        thread_search(waits, &search);
        if (search.poll.count != 0 && !qc_vec_push(&found->polls, search.poll)) {
            return false;
        }
    }
    return true;
}

bool qc_coroutine_polls_may_be(struct qc_waits *waits)
{
    struct qc_threads *threads = waits->process->threads;
    return qc_vec_any(threads, thread,
                      qc_iothread_loop(thread) == NULL && aio_poll_frame(waits, thread) != NULL);
}
