/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thread_evidence - what rules tell about one thread: where it is, and how it got there
 */
#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "dwarf/dwarf.h"
#include "findings/findings_limits.h"
#include "findings/rule.h"
#include "findings/storage.h"

void qc_evidence_add_thread(struct qemucore_finding *finding, struct qemucore_thread *thread)
{
    struct qc_rule_context *context = finding->context;
    const struct qemucore_wait *wait = qc_rule_wait(context, thread);
    struct qemucore_frame *frame = qc_stack_own_frame(qc_thread_stack(thread));
    const char *what =
        qc_wait_is_known(wait) && wait->sentence != NULL ? wait->sentence
                                                          : "it is not known what it does";
    bool waits = wait->state == QC_WAIT_BLOCKED;
    qc_evidence_add(
        finding, (struct qc_subject){.thread = thread, .frame = frame, .address = wait->object},
        "%s: %s%s", qc_rule_thread_label(context, thread), waits ? "waits for " : "", what);
}

void qc_evidence_add_main(struct qemucore_finding *finding)
{
    struct qemucore_thread *main_thread = finding->context->state->main_loop.thread;
    if (main_thread != NULL) {
        finding->explains_main = true;
        qc_evidence_add_thread(finding, main_thread);
    }
}

const char *qc_rule_lock_label(const struct qemucore_lock *lock)
{
    return lock->is_bql         ? "the BQL"
           : lock->name != NULL ? lock->name
                                : qc_lock_types[lock->kind].name;
}

enum qc_activity qc_rule_activity(const struct qc_rule_context *context,
                                  struct qemucore_thread *thread)
{
    return qc_activity_of(context->graph, &context->state->main_loop, thread);
}

bool qc_rule_is_napping(const struct qc_rule_context *context, struct qemucore_thread *thread)
{
    return thread->role == QC_ROLE_VCPU &&
           qc_rule_wait(context, thread)->state == QC_WAIT_SYSCALL &&
           qc_rule_activity(context, thread) == QC_ACTIVITY_IDLE;
}

/* From 10.0 on, GLib's threads are QEMU's workers (util/thread-pool.c). In a stripped executable a
   worker can't be told from other nameless threads. */
bool qc_rule_is_server(const struct qc_rule_context *context,
                       const struct qemucore_thread *thread)
{
    return thread != context->state->main_loop.thread &&
           (thread->role == QC_ROLE_WORKER || thread->role == QC_ROLE_GLIB ||
            thread->role == QC_ROLE_IO_TASK || thread->role == QC_ROLE_NBD_CONNECT ||
            thread->role == QC_ROLE_UNKNOWN);
}

void qc_evidence_add_movers(struct qemucore_finding *finding, const struct qemucore_thread *poller)
{
    struct qc_rule_context *context = finding->context;
    struct qc_threads *threads = context->process->threads;
    size_t count = 0;
    for (size_t i = 0; i < threads->count && count < QC_LIMIT_SLEEPERS; i++) {
        struct qemucore_thread *thread = &threads->items[i];
        if (thread != poller &&
            (qc_rule_is_server(context, thread) || thread->role == QC_ROLE_IOTHREAD) &&
            qc_rule_activity(context, thread) == QC_ACTIVITY_MOVING) {
            qc_evidence_add_thread(finding, thread);
            qc_evidence_add_callers(finding, thread);
            count++;
        }
    }
}

/* include/uapi/asm-generic/poll.h: an int and two shorts, on all machines. */
#define POLLFD_SIZE 8
#define POLLFD_EVENTS 4

bool qc_rule_polled(const struct qc_rule_context *context, struct qemucore_thread *thread, size_t at,
                    int *ret_fd, uint64_t *ret_events)
{
    const struct qemucore_wait *wait = qc_rule_wait(context, thread);
    const struct qc_core *core = context->process->core;
    static const char *const names[] = {"poll", "ppoll", NULL};
    bool polls = qc_wait_is_in(wait, names) && wait->syscall.known[0] && wait->syscall.known[1];
    uint64_t address = wait->syscall.arguments[0] + at * POLLFD_SIZE;
    uint64_t fd;
    if (!polls || at >= wait->syscall.arguments[1] ||
        !qc_core_number(core, address, 4, &fd) ||
        !qc_core_number(core, address + POLLFD_EVENTS, 2, ret_events)) {
        return false;
    }
    *ret_fd = (int)fd;
    return true;
}

void qc_evidence_add_polled(struct qemucore_finding *finding, struct qemucore_thread *thread)
{
    struct qc_rule_context *context = finding->context;
    int fd;
    uint64_t events;
    for (size_t i = 0; i < QC_LIMIT_POLLED && qc_rule_polled(context, thread, i, &fd, &events); i++) {
        const struct qc_peer *peer = qc_peer_of(qc_process_peers(context->process), fd);
        if (peer != NULL && peer->actor != NULL) {
            QC_FREE char *text = qc_peer_text(peer);
            qc_evidence_add(finding, (struct qc_subject){.thread = thread, .address = peer->object},
                            "it polls fd %d (%s)", fd, qc_str_or(text, "?"));
        }
    }
}

/* Objects that are being created, by functions that are given their names: chardev/char.c,
   qom/object_interfaces.c, qom/object.c, block/block-backend.c. */
static const struct {
    const char *function;
    const char *argument;
    const char *what;
} name_rows[] = {
    {"chardev_new", "id", "chardev"},
    {"user_creatable_add_type", "id", "object"},
    {"object_new_with_props_from_qdict", "id", "object"}, /* 11.1 on */
    {"blk_new_open", "filename", "the image"},
};

/* hw/core/qdev.c: adds the device that is being realized. */
static void add_device(struct qemucore_finding *finding, struct qemucore_thread *thread)
{
    struct qc_rule_context *context = finding->context;
    struct qemucore_frame *frame = qc_frames_find(qc_thread_stack(thread), "device_set_realized");
    uint64_t device;
    if (frame == NULL || !qc_frame_variable(frame, "obj", &device)) {
        return;
    }
    const char *type = qc_qom_type(context->process->fields, device);
    const char *id = qc_qom_id(context->process->fields, device);
    qc_evidence_add(
        finding, (struct qc_subject){.thread = thread, .frame = frame, .address = device},
        "it realizes the device %s (%s)", qc_str_or(id, "(unnamed)"), qc_str_or(type, "?"));
}

void qc_evidence_add_names(struct qemucore_finding *finding, struct qemucore_thread *thread)
{
    for (size_t i = 0; i < qc_count(name_rows); i++) {
        struct qemucore_frame *frame =
            qc_frames_find(qc_thread_stack(thread), name_rows[i].function);
        uint64_t address;
        QC_FREE char *name =
            frame != NULL && qc_frame_variable(frame, name_rows[i].argument, &address) &&
                    address != 0
                ? qc_value_text(finding->context->process->modules, address, SIZE_MAX, NULL)
                : NULL;
        if (name != NULL && *name != '\0') {
            qc_evidence_add(finding, (struct qc_subject){.thread = thread, .frame = frame},
                            "it makes %s %s", name_rows[i].what, name);
        }
    }
    add_device(finding, thread);
}

/* Tells whether the thread is in a system call other than its poll. */
static bool is_in_call(const struct qc_rule_context *context, const struct qemucore_thread *thread)
{
    const struct qemucore_wait *wait = qc_rule_wait(context, thread);
    return wait->state == QC_WAIT_SYSCALL && !qc_activity_is_poll(wait);
}

bool qc_rule_serves_in_call(const struct qc_rule_context *context, struct qemucore_thread *thread)
{
    enum qc_activity activity = qc_rule_activity(context, thread);
    return (qc_rule_is_server(context, thread) || thread->role == QC_ROLE_IOTHREAD) &&
           is_in_call(context, thread) &&
           (activity == QC_ACTIVITY_ASLEEP || activity == QC_ACTIVITY_RETURNED);
}

void qc_evidence_add_sleepers(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
    struct qc_threads *threads = context->process->threads;
    size_t count = 0;
    for (size_t i = 0; i < threads->count && count < QC_LIMIT_SLEEPERS; i++) {
        struct qemucore_thread *thread = &threads->items[i];
        if (qc_rule_serves_in_call(context, thread)) {
            qc_evidence_add_thread(finding, thread);
            count++;
        }
    }
}

struct qemucore_thread *qc_rule_server_asleep(const struct qc_rule_context *context)
{
    struct qc_threads *threads = context->process->threads;
    return qc_vec_find(threads, thread,
                       qc_rule_is_server(context, thread) && is_in_call(context, thread) &&
                           qc_rule_activity(context, thread) == QC_ACTIVITY_ASLEEP);
}

/* Without a mark of the last turn, the poll that it is in tells, or the real-time clock's timer. */
static const char *turn_rests_on(const struct qc_clocks *clocks, struct qc_fact age)
{
    return qc_fact_is(clocks->polled, age.value)
               ? "by what is left of its poll's timeout"
               : qc_str_or(clocks->last_turn.rests_on,
                           "the real-time clock's next second was due then");
}

void qc_evidence_add_turn(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_clocks *clocks = &context->state->clocks;
    struct qc_fact age = clocks->turned.by_file.is_known ? clocks->turned.by_file
                                                         : clocks->turned.at_least;
    if (age.is_known && !clocks->idles) {
        qc_evidence_add(finding, (struct qc_subject){.field = "DisplayState.last_update"},
                        "the main loop has not turned for at least %s (%s)%s",
                        qc_rule_seconds(context, age.value), turn_rests_on(clocks, age),
                        !clocks->turned.by_file.is_known ? ""
                        : clocks->file_is_named          ? ", by the core file's name"
                                                         : ", if the core file is no copy");
    }
}

const char *qc_rule_ending(struct qc_rule_context *context)
{
    struct qc_fact pid = context->state->runstate.shutdown_pid;
    return !qc_fact_is_set(pid)
             ? "QEMU is ending"
             : qc_rule_format(context, "QEMU is ending, asked by a signal from pid %" PRIu64,
                              pid.value);
}

const char *qc_rule_phase(struct qc_rule_context *context, const struct qemucore_thread *thread)
{
    enum qc_main_loop_phase phase = context->state->main_loop.phase;
    return thread != context->state->main_loop.thread ? ""
         : phase == QC_MAIN_LOOP_STARTS               ? "QEMU is still starting: "
         : phase == QC_MAIN_LOOP_ENDS
             ? qc_rule_format(context,
                              "%s, and does not finish: ", qc_rule_ending(context))
             : "";
}

const char *qc_rule_main_label(const struct qc_rule_context *context)
{
    const char *tool = qc_process_tool(context->process);
    bool has_loop = context->state->main_loop.phase == QC_MAIN_LOOP_TURNS &&
                    context->state->not_qemu == NULL;
    return tool != NULL ? tool : has_loop ? "the main loop" : "the main thread";
}

/* ---- callers -------------------------------------------------------------------------------- */

/* Functions of QEMU that only call others, and tell nothing themselves. */
static bool says_nothing(const struct qemucore_frame *frame)
{
    static const char *const functions[] = {
        "coroutine_trampoline", "qemu_thread_start", "main_loop_wait", "qemu_main_loop",
        "qemu_default_main",    "main",              "_start",         "aio_bh_call",
        "aio_bh_poll",          "aio_dispatch",      "aio_ctx_dispatch", "os_host_main_loop_wait",
        "glib_pollfds_poll",    "qemu_coroutine_switch", "aio_dispatch_handler",
        "aio_dispatch_handlers", "timerlist_run_timers", "memory_region_write_accessor",
        "access_with_adjusted_size", NULL,
    };
    return frame->function == NULL || qc_frame_is_one_of(frame, functions) ||
           qc_frame_is_inner(frame);
}

/* Tells whether the function is a part that the compiler split from `whole` (and named so). */
static bool is_part_of(const char *function, const char *whole)
{
    size_t length = strcspn(function, ".");
    return whole != NULL && strcspn(whole, ".") == length && strncmp(function, whole, length) == 0;
}

void qc_evidence_add_callers(struct qemucore_finding *finding, struct qemucore_thread *thread)
{
    struct qc_stack *stack = qc_thread_stack(thread);
    const struct qemucore_frame *own = qc_stack_own_frame(stack);
    const char *previous = own == NULL ? NULL : own->function;
    struct qc_strbuf buffer = {0};
    size_t count = 0;
    for (size_t i = own == NULL ? stack->frames.count : own->level + 1;
         i < stack->frames.count && count < QC_LIMIT_CALLERS; i++) {
        const struct qemucore_frame *frame = &stack->frames.items[i];
        if (!says_nothing(frame) && !is_part_of(frame->function, previous)) {
            qc_strbuf_printf(&buffer, "%s%s", count == 0 ? "" : ", ",
                             qc_rule_function(finding->context, frame));
            previous = frame->function;
            count++;
        }
    }
    QC_FREE char *path = qc_strbuf_take(&buffer);
    finding->context->failed |= path == NULL;
    if (count != 0 && path != NULL) {
        qc_evidence_add(finding, (struct qc_subject){.thread = thread}, "it was called by %s",
                        path);
    }
}

static bool serves_many(const struct qemucore_frame *frame)
{
    static const char *const prefixes[] = {"qio_channel_",  "tcp_chr_",            "qemu_chr_fe_",
                                           "qemu_open",     "qemu_lock_fd",        "qemu_fd_",
                                           "bdrv_poll_co",  "aio_wait_bh_oneshot", "aio_poll",
                                           "bdrv_co_enter", "qemu_file_", NULL};
    return qc_str_begins_one_of(frame->function, prefixes);
}

const char *qc_rule_function(struct qc_rule_context *context, const struct qemucore_frame *frame)
{
    struct qc_strbuf buffer = {0};
    QC_FREE char *name =
        strndup(frame->function, qc_function_source_length(frame->function));
    if (name != NULL) {
        qc_full_name_put_spoken(name, frame->has_scope ? &frame->scope : NULL, &buffer);
    }
    return qc_rule_keep(context, name == NULL ? NULL : qc_strbuf_take(&buffer));
}

/* "is in write, fd 10" */
static void put_doing(const struct qemucore_wait *wait, enum qc_activity activity,
                      struct qc_strbuf *buffer)
{
    const char *how = activity == QC_ACTIVITY_MOVING && wait->state == QC_WAIT_SYSCALL
                        ? "has just been in "
                    : wait->state == QC_WAIT_SYSCALL ? "is in "
                    : wait->state == QC_WAIT_BLOCKED ? "is asleep on "
                                                     : "is ";
    if (activity == QC_ACTIVITY_IDLE) {
        qc_strbuf_put(buffer, qc_activity_has_polled(wait) ? "has just waited for work"
                                                           : "is asleep where it waits for work");
    } else if (!qc_wait_is_known(wait)) {
        qc_strbuf_put(buffer, "is at work or asleep, which is not known");
    } else {
        qc_strbuf_printf(buffer, "%s%s", how, qc_str_or(wait->sentence, "?"));
    }
}

const char *qc_rule_doing(struct qc_rule_context *context, struct qemucore_thread *thread)
{
    const struct qemucore_frame *own = qc_stack_own_frame(qc_thread_stack(thread));
    struct qc_strbuf buffer = {0};
    put_doing(qc_rule_wait(context, thread), qc_rule_activity(context, thread), &buffer);
    if (own != NULL && own->function != NULL) {
        qc_strbuf_printf(&buffer, " (%s)", qc_rule_function(context, own));
    }
    return qc_rule_keep(context, qc_strbuf_take(&buffer));
}

const char *qc_rule_caller(struct qc_rule_context *context, struct qemucore_thread *thread)
{
    const struct qc_stack *stack = qc_thread_stack(thread);
    const struct qemucore_frame *own = qc_stack_own_frame(qc_thread_stack(thread));
    if (own == NULL || own->function == NULL || !serves_many(own)) {
        return NULL;
    }
    for (size_t i = own->level; i < stack->frames.count; i++) {
        const struct qemucore_frame *frame = &stack->frames.items[i];
        if (!says_nothing(frame) && !serves_many(frame)) {
            return qc_rule_function(context, frame);
        }
    }
    return NULL;
}
