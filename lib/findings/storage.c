/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "findings/storage.h"

#include <inttypes.h>
#include <string.h>

#include "base/base.h"

/* How many requests of a node are shown. */
#define MAX_REQUESTS 8

static bool is_empty(const char *text)
{
    return text == NULL || *text == '\0';
}

const char *qc_storage_node_name(const struct qc_block_node *node)
{
    return is_empty(node->name) ? "(unnamed)" : node->name;
}

/* The machine's own devices are named by their place: "system.flash0" (hw/i386/pc_sysfw.c). NULL:
   it is none. */
static const char *name_in_machine(const char *path)
{
    static const char machine[] = "/machine/";
    const char *name = qc_str_begins(path, machine) ? path + strlen(machine) : NULL;
    return name == NULL || strchr(name, '/') != NULL ? NULL : name;
}

const char *qc_storage_backend_name(struct qc_rule_context *context,
                                    const struct qc_block_backend *backend)
{
    const char *device = qc_str_or(backend->device, "backend");
    const char *name = !is_empty(backend->name) ? backend->name
                       : backend->id != NULL    ? backend->id
                                                : name_in_machine(backend->path);
    return is_empty(name) ? device : qc_rule_format(context, "%s %s", device, name);
}

/* Returns where the node's data are, its server or file; NULL: in another node, or not known. */
static const char *place_of(const struct qc_block_node *node)
{
    const char *place = NULL;
    if (node->kind == QC_BLOCK_DRIVER_NBD && node->own.nbd.address != NULL) {
        place = node->own.nbd.address;
    } else if (node->children.count == 0 && node->kind != QC_BLOCK_DRIVER_NULL) {
        place = node->filename;
    }
    return is_empty(place) ? NULL : place;
}

const char *qc_storage_label(struct qc_rule_context *context,
                             const struct qc_block_culprit *culprit)
{
    const struct qc_block_node *node = culprit->node;
    if (node == NULL) {
        return qc_storage_backend_name(context, culprit->backend);
    }
    const char *place = place_of(node);
    return qc_rule_format(context, "node %s (%s%s%s)", qc_storage_node_name(node),
                          qc_str_or(node->driver, "no driver"), place == NULL ? "" : ", ",
                          qc_str_or(place, ""));
}

/* The count of a list that was cut is a lower bound. */
static const char *count_text(struct qc_rule_context *context, struct qc_fact count,
                              const char *noun)
{
    if (!count.is_known && count.value == 0) {
        return qc_rule_format(context, "an unknown number of %ss", noun);
    }
    return qc_rule_format(context, "%" PRIu64 " %s%s%s", count.value,
                          count.is_known ? "" : "or more ", noun, qc_noun_s(count.value));
}

void qc_storage_culprits(const struct qc_rule_context *context, const struct qc_block_node *node,
                         struct qc_block_culprits *ret)
{
    qc_block_culprits_below(context->process, &context->state->block, node, ret);
}

const char *qc_storage_amount(struct qc_rule_context *context,
                              const struct qc_block_culprit *culprit)
{
    const struct qc_block_node *node = culprit->node;
    if (node == NULL) {
        return count_text(context, culprit->backend->in_flight, "request");
    }
    if (node->tracked.value != 0) {
        return count_text(context, node->tracked, "request");
    }
    return culprit->service == QC_BLOCK_SERVICE_BLKDEBUG
               ? count_text(context, node->own.blkdebug.suspended, "request")
               : count_text(context, node->in_flight, "operation");
}

const char *qc_storage_kind(const struct qc_block_culprit *culprit)
{
    return culprit->service == QC_BLOCK_SERVICE_THROTTLE ? "throttle-group"
         : culprit->node == NULL                         ? culprit->backend->device
                                                         : qc_str_or(culprit->node->driver, "no-driver");
}

bool qc_storage_is_single(const struct qc_block_culprit *culprit)
{
    const struct qc_block_node *node = culprit->node;
    return node == NULL ? culprit->backend->in_flight.value == 1
                        : (node->tracked.value != 0 ? node->tracked : node->in_flight).value == 1;
}

static const struct qc_coroutine_waits *coroutine_waits(const struct qc_rule_context *context)
{
    return qc_waits_coroutines(context->graph->waits);
}

/* Some drivers write to a pipe or a socket of their own (Proxmox VE, vma-writer.c). Returns the wait
   for it that keeps a request of the node; NULL: none is known. */
static const struct qc_coroutine_wait *channel_wait(const struct qc_rule_context *context,
                                                    const struct qc_block_culprit *culprit)
{
    const struct qc_coroutine_waits *waits =
        culprit->service == QC_BLOCK_SERVICE_DRIVER ? coroutine_waits(context) : NULL;
    const struct qc_coroutine_wait *wait = NULL;
    for (size_t i = 0; waits != NULL && wait == NULL && i < culprit->node->requests.count; i++) {
        struct qc_fact coroutine = culprit->node->requests.items[i].coroutine;
        wait = qc_fact_is_set(coroutine) ? qc_coroutine_wait_at(waits, coroutine.value) : NULL;
        wait = wait != NULL && wait->root != NULL ? qc_coroutine_wait_of(waits, wait->root) : wait;
        wait = wait != NULL && wait->kind == QC_COROUTINE_WAIT_CHANNEL ? wait : NULL;
    }
    return wait;
}

bool qc_storage_is_suspect(const struct qc_rule_context *context,
                           const struct qc_block_culprit *culprit)
{
    return culprit->service == QC_BLOCK_SERVICE_NBD ||
           culprit->service == QC_BLOCK_SERVICE_BLKDEBUG || channel_wait(context, culprit) != NULL ||
           (culprit->service == QC_BLOCK_SERVICE_WORKERS &&
            qc_rule_server_asleep(context) != NULL);
}

/* block/nbd.c: once reconnect-delay or open-timeout has passed, the requests or the opening fail. A
   timer that has been due may have been overlooked; its loop runs it if it polls. */
bool qc_storage_gives_up(const struct qc_rule_context *context, const struct qc_block_node *node)
{
    struct qc_clock_bound now = context->state->clocks.bounds[QC_CLOCK_REALTIME].lower;
    const struct qemucore_thread *loop =
        node == NULL || node->context == NULL ? NULL : node->context->thread;
    return loop != NULL && node->kind == QC_BLOCK_DRIVER_NBD &&
           qc_activity_is_poll(qc_rule_wait(context, loop)) &&
           qc_str_is(node->own.nbd.state, "connecting-wait") &&
           qc_fact_is_at_least(node->own.nbd.gives_up, now.is_known ? now.ns : 1);
}

bool qc_storage_ends_itself(const struct qc_rule_context *context,
                            const struct qc_block_culprit *culprit)
{
    return qc_block_service_is_sound(culprit->service) ||
           (culprit->service == QC_BLOCK_SERVICE_NBD &&
            qc_storage_gives_up(context, culprit->node));
}

/* The main thread itself waits, or waits for the BQL, which the waiter holds. */
static bool has_main(const struct qc_rule_context *context, const struct qemucore_thread *waiter)
{
    const struct qemucore_thread *main_thread = context->state->main_loop.thread;
    const struct qemucore_lock *bql = qc_rule_bql(context);
    return waiter == main_thread || (bql != NULL && bql->owner == waiter && main_thread != NULL &&
                                     qc_rule_waits_for_bql(context, main_thread));
}

void qc_storage_set_ending(struct qemucore_finding *finding, const struct qemucore_thread *waiter)
{
    struct qc_rule_context *context = finding->context;
    qc_finding_set_severity(finding, QC_SEVERITY_WAITING);
    if (has_main(context, waiter)) {
        finding->explains_main = true;
        if (qc_process_tool(context->process) == NULL) {
            qc_evidence_add(finding, (struct qc_subject){0}, "QMP does not answer until then");
        }
    }
}

const char *qc_storage_error(const char *iostatus)
{
    return qc_str_is(iostatus, "nospace")  ? "no space is left (ENOSPC)"
           : qc_str_is(iostatus, "failed") ? "a request has failed"
                                            : NULL;
}

struct qc_fact qc_storage_oldest(const struct qc_block_culprit *culprit)
{
    struct qc_fact oldest = {0};
    for (size_t i = 0; culprit->node != NULL && i < culprit->node->requests.count; i++) {
        oldest = qc_fact_least(oldest, culprit->node->requests.items[i].origin.start);
    }
    return oldest;
}

/* ---- what serves the requests --------------------------------------------------------------- */

/* block/nbd.c: "connecting-wait" for the length of reconnect-delay, then "connecting-nowait". */
static const char *nbd_served(struct qc_rule_context *context, const struct qc_block_nbd *nbd)
{
    if (qc_str_begins(nbd->state, "connecting")) {
        return qc_rule_format(context,
                              "the connection to its NBD server is lost, and the client, in state "
                              "%s, tries to connect again",
                              nbd->state);
    }
    return qc_rule_format(context, "its NBD server has %s to answer, the client's state is %s",
                          count_text(context, nbd->in_flight, "request"),
                          qc_str_or(nbd->state, "not known"));
}

static const char *blkdebug_served(struct qc_rule_context *context,
                                   const struct qc_block_blkdebug *blkdebug)
{
    return qc_rule_format(context, "%s kept by a breakpoint of blkdebug (tag %s)",
                          count_text(context, blkdebug->suspended, "request"),
                          qc_str_or(blkdebug->tag, "not known"));
}

static const char *workers_served(struct qc_rule_context *context,
                                  const struct qc_block_culprit *culprit)
{
    return qc_rule_format(context,
                          "%zu thread%s %s in system calls on its file (fd %" PRIu64
                          "), the first in %s: %s",
                          culprit->workers, qc_noun_s(culprit->workers),
                          culprit->workers == 1 ? "is" : "are",
                          culprit->node->own.file.fd.value, culprit->call,
                          qc_rule_thread_label(context, culprit->worker));
}

static const char *kernel_served(struct qc_rule_context *context,
                                 const struct qc_block_culprit *culprit, const char *how)
{
    return culprit->worker != NULL
             ? qc_rule_format(context, "%s is in %s for it",
                              qc_rule_thread_label(context, culprit->worker), culprit->call)
         : !culprit->submitted.is_known
             ? qc_rule_format(context, "it hands its requests to the kernel, by %s", how)
             : qc_rule_format(context, "the kernel has %s of its event loop, by %s",
                              count_text(context, culprit->submitted, "request"), how);
}

static const char *throttle_served(struct qc_rule_context *context,
                                   const struct qc_block_throttle *throttle)
{
    return qc_rule_format(context, "throttle group %s holds back %s and %s, until its timer fires",
                          qc_str_or(throttle->group, "(unnamed)"),
                          count_text(context, throttle->reads, "read"),
                          count_text(context, throttle->writes, "write"));
}

static const char *driver_served(struct qc_rule_context *context,
                                 const struct qc_block_culprit *culprit)
{
    const struct qc_coroutine_wait *wait = channel_wait(context, culprit);
    return wait == NULL ? "no node below it has a request"
                        : qc_rule_format(context, "its driver waits for %s", wait->sentence);
}

static const char *timer_served(struct qc_rule_context *context, const struct qc_block_node *node)
{
    if (!qc_fact_is_set(node->own.latency)) {
        return "the node ends each request at once";
    }
    return qc_rule_format(context, "a timer of the node ends each request after %.3g s",
                          (double)node->own.latency.value / 1e9);
}

const char *qc_storage_served(struct qc_rule_context *context,
                              const struct qc_block_culprit *culprit)
{
    switch (culprit->service) {
    case QC_BLOCK_SERVICE_HELD_BACK:
        return "it waits for a request of its own that the drain holds back";
    case QC_BLOCK_SERVICE_NBD:
        return nbd_served(context, &culprit->node->own.nbd);
    case QC_BLOCK_SERVICE_BLKDEBUG:
        return blkdebug_served(context, &culprit->node->own.blkdebug);
    case QC_BLOCK_SERVICE_WORKERS:
        return workers_served(context, culprit);
    case QC_BLOCK_SERVICE_LINUX_AIO:
        return kernel_served(context, culprit, "io_submit (aio=native)");
    case QC_BLOCK_SERVICE_IO_URING:
        return kernel_served(context, culprit, "io_uring");
    case QC_BLOCK_SERVICE_FILE:
        return "no thread is seen at its file";
    case QC_BLOCK_SERVICE_DRIVER:
        return driver_served(context, culprit);
    case QC_BLOCK_SERVICE_BACKEND:
        return "no node has a request of it";
    case QC_BLOCK_SERVICE_THROTTLE:
        return throttle_served(context, culprit->throttle);
    case QC_BLOCK_SERVICE_TIMER:
        return timer_served(context, culprit->node);
    }
    return "";
}

/* ---- who must act --------------------------------------------------------------------------- */

static void driver_actor(struct qemucore_finding *finding, const struct qc_block_culprit *culprit)
{
    const struct qc_block_node *node = culprit->node;
    const struct qc_coroutine_wait *wait = channel_wait(finding->context, culprit);
    const char *place = place_of(node);
    if (wait != NULL) {
        qc_finding_set_actor(finding, "Whoever is at the other end of %s must go on.",
                             wait->fd < 0 ? "its channel" : wait->sentence);
        return;
    }
    qc_finding_set_actor(finding,
                         "The driver of node %s (%s), or what is below it%s%s%s, must end the "
                         "request.",
                         qc_storage_node_name(node), qc_str_or(node->driver, "?"),
                         place == NULL ? "" : " (", qc_str_or(place, ""),
                         place == NULL ? "" : ")");
}

static void file_actor(struct qemucore_finding *finding, const struct qc_block_node *node)
{
    const char *place = place_of(node);
    qc_finding_set_actor(finding, "The file system or device below %s%s must answer.",
                         place == NULL ? "the file of node " : "",
                         place == NULL ? qc_storage_node_name(node) : place);
}

/* "; in 48.9 s at most QEMU gives up"; "": it does not. */
static const char *give_up_text(struct qc_rule_context *context, const struct qc_block_node *node)
{
    struct qc_clock_bound now = context->state->clocks.bounds[QC_CLOCK_REALTIME].lower;
    uint64_t end = node->own.nbd.gives_up.value;
    return !qc_storage_gives_up(context, node) ? ""
         : now.is_known
             ? qc_rule_format(context, "; in %s at most QEMU gives up",
                              qc_rule_seconds(context, end - (uint64_t)now.ns))
             : "; when its timer fires, QEMU gives up";
}

static void nbd_actor(struct qemucore_finding *finding, const struct qc_block_node *node)
{
    const char *place = place_of(node);
    qc_finding_set_actor(
        finding, "The NBD server %s%s must answer%s.", place == NULL ? "of node " : "at ",
        place == NULL ? qc_storage_node_name(node) : place, give_up_text(finding->context, node));
}

void qc_storage_set_actor(struct qemucore_finding *finding, const struct qc_block_culprit *culprit)
{
    switch (culprit->service) {
    case QC_BLOCK_SERVICE_HELD_BACK:
        qc_finding_set_actor(finding, "That is a fault of QEMU, and does not end.");
        break;
    case QC_BLOCK_SERVICE_NBD:
        nbd_actor(finding, culprit->node);
        break;
    case QC_BLOCK_SERVICE_BLKDEBUG:
        qc_finding_set_actor(finding,
                             "Whoever debugs with blkdebug must resume what node %s keeps.",
                             qc_storage_node_name(culprit->node));
        break;
    case QC_BLOCK_SERVICE_WORKERS:
    case QC_BLOCK_SERVICE_LINUX_AIO:
    case QC_BLOCK_SERVICE_IO_URING:
    case QC_BLOCK_SERVICE_FILE:
        file_actor(finding, culprit->node);
        break;
    case QC_BLOCK_SERVICE_DRIVER:
        driver_actor(finding, culprit);
        break;
    case QC_BLOCK_SERVICE_BACKEND:
        qc_finding_set_actor(finding, "%s, which counts a request that no node has, must end it.",
                             qc_storage_backend_name(finding->context, culprit->backend));
        break;
    case QC_BLOCK_SERVICE_THROTTLE:
        qc_finding_set_actor(finding,
                             "Nobody needs to act: the timer of throttle group %s ends it.",
                             qc_str_or(culprit->throttle->group, "(unnamed)"));
        break;
    case QC_BLOCK_SERVICE_TIMER:
        qc_finding_set_actor(finding, "Nobody needs to act: a timer of node %s ends it.",
                             qc_storage_node_name(culprit->node));
        break;
    }
}

void qc_storage_set_next(struct qemucore_finding *finding, const struct qc_block_culprit *culprit)
{
    static const char again[] = QC_RULE_SECOND_DUMP;
    switch (culprit->service) {
    case QC_BLOCK_SERVICE_NBD:
        qc_finding_set_next(
            finding,
            "Look at the NBD server: whether it lives, its log, its storage, and the "
            "network in between. %s",
            again);
        break;
    case QC_BLOCK_SERVICE_WORKERS:
    case QC_BLOCK_SERVICE_LINUX_AIO:
    case QC_BLOCK_SERVICE_IO_URING:
    case QC_BLOCK_SERVICE_FILE:
        qc_finding_set_next(
            finding, "Look at the host: /proc/PID/task/*/stack, the mount, its log. %s", again);
        break;
    default:
        break;
    }
}

/* ---- evidence ------------------------------------------------------------------------------- */

/* "coroutine 0x55d29d670e80, in luring_co_submit", or its address alone. */
static const char *coroutine_label(struct qc_rule_context *context, struct qc_fact address)
{
    const struct qc_coroutine_waits *waits = coroutine_waits(context);
    struct qemucore_coroutine *coroutine =
        waits == NULL || !qc_fact_is_set(address) ? NULL
                                                  : qc_coroutine_at(waits->coroutines, address.value);
    const struct qemucore_frame *frame =
        coroutine == NULL ? NULL : qc_coroutine_own_frame(coroutine);
    bool has_function = frame != NULL && frame->function != NULL;
    return qc_rule_format(context, "coroutine %s%s%s", qc_rule_address(context, address),
                          has_function ? ", in " : "",
                          has_function ? qc_rule_function(context, frame) : "");
}

/* Returns what a request's coroutine waits for; NULL: not known. If it waits for one other request,
   that is the better answer. */
static const char *request_wait(struct qc_rule_context *context,
                                const struct qc_block_request *request)
{
    const struct qc_coroutine_wait *wait =
        qc_fact_is_set(request->coroutine) && !qc_fact_is_set(request->waiting_for)
            ? qc_coroutine_wait_at(coroutine_waits(context), request->coroutine.value)
            : NULL;
    return wait == NULL || wait->kind == QC_COROUTINE_WAIT_THREAD ? NULL : wait->sentence;
}

void qc_storage_show_request(struct qemucore_finding *finding, const struct qc_block_node *node,
                             const struct qc_block_request *request)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_block_backend *backend =
        qc_block_backend_of(&context->state->block, request->origin.backend);
    const char *wait = request_wait(context, request);
    qc_evidence_add(finding, (struct qc_subject){.address = request->address},
                    "a %s of %s bytes at %s of %s has not ended (%s%s%s)%s%s%s",
                    qc_str_or(request->type, "request"), qc_rule_number(context, request->bytes),
                    qc_rule_number(context, request->offset), qc_storage_node_name(node),
                    coroutine_label(context, request->coroutine), backend == NULL ? "" : ", for ",
                    backend == NULL ? "" : qc_storage_backend_name(context, backend),
                    qc_fact_is_set(request->waiting_for) ? ": it waits for another one" : "",
                    wait == NULL ? "" : ": it waits for ", qc_str_or(wait, ""));
}

void qc_storage_show_coroutine(struct qemucore_finding *finding, const char *whose,
                               uint64_t address)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_coroutine_wait *wait = qc_coroutine_wait_at(coroutine_waits(context), address);
    if (wait != NULL && wait->kind != QC_COROUTINE_WAIT_THREAD) {
        const char *entry = wait->coroutine->entry_name;
        qc_evidence_add(
            finding, (struct qc_subject){.address = address}, "%s%s%s%s: it waits for %s", whose,
            coroutine_label(context, (struct qc_fact){.is_known = true, .value = address}),
            entry == NULL ? "" : ", begun in ", qc_str_or(entry, ""), wait->sentence);
    }
}

/* The node that tracks the coroutine's request may be further up. */
static void show_coroutine_request(struct qemucore_finding *finding, uint64_t coroutine)
{
    const struct qc_block *block = &finding->context->state->block;
    qc_vec_each(&block->nodes, node) {
        for (size_t j = 0; j < node->requests.count; j++) {
            if (node->requests.items[j].coroutine.value == coroutine) {
                qc_storage_show_request(finding, node, &node->requests.items[j]);
                return;
            }
        }
    }
    qc_storage_show_coroutine(finding, "", coroutine);
}

/* Returns who keeps a request that no node tracks: the value of *argument in the function where its
   coroutine was left (block/blkdebug.c, block/block-backend.c, block/throttle-groups.c), or 0. */
static uint64_t keeper_of(const struct qc_rule_context *context,
                          const struct qc_block_culprit *culprit, const char **argument)
{
    uint64_t member;
    switch (culprit->service) {
    case QC_BLOCK_SERVICE_BLKDEBUG:
        *argument = "bs";
        return culprit->node->address;
    case QC_BLOCK_SERVICE_HELD_BACK:
        *argument = "blk";
        return culprit->backend->address;
    case QC_BLOCK_SERVICE_THROTTLE:
        *argument = "tgm";
        return culprit->backend == NULL ? culprit->node->opaque.value
               : qc_field_address(context->process->fields, QC_FIELD_BACKEND_THROTTLE,
                                  culprit->backend->address, &member)
                   ? member
                   : 0;
    default:
        return 0;
    }
}

static void show_kept(struct qemucore_finding *finding, const struct qc_block_culprit *culprit)
{
    struct qc_rule_context *context = finding->context;
    const char *argument;
    uint64_t keeper = keeper_of(context, culprit, &argument);
    const struct qc_coroutine_waits *waits = keeper == 0 ? NULL : coroutine_waits(context);
    for (size_t i = 0, shown = 0; waits != NULL && i < waits->count && shown < MAX_REQUESTS; i++) {
        const struct qc_coroutine_wait *wait = &waits->items[i];
        uint64_t value;
        if (wait->frame != NULL && qc_frame_variable(wait->frame, argument, &value) &&
            value == keeper) {
            show_coroutine_request(finding, wait->coroutine->address);
            shown++;
        }
    }
}

static void show_requests(struct qemucore_finding *finding, const struct qc_block_culprit *culprit)
{
    const struct qc_block_node *node = culprit->node;
    size_t count = node == NULL ? 0 : node->requests.count;
    for (size_t i = 0; i < count && i < MAX_REQUESTS; i++) {
        /* the oldest first */
        qc_storage_show_request(finding, node, &node->requests.items[count - 1 - i]);
    }
    show_kept(finding, culprit);
}

void qc_storage_show(struct qemucore_finding *finding, const struct qc_block_culprit *culprit)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_block_node *node = culprit->node;
    if (node == NULL) {
        const struct qc_block_backend *backend = culprit->backend;
        qc_evidence_add(
            finding, (struct qc_subject){.address = backend->address},
            "%s: in_flight %s, quiesce_counter %s, held back %s: %s",
            qc_storage_backend_name(context, backend), qc_rule_number(context, backend->in_flight),
            qc_rule_number(context, backend->quiesce_counter),
            qc_rule_number(context, backend->queued_requests), qc_storage_served(context, culprit));
        show_requests(finding, culprit);
        return;
    }
    qc_evidence_add(
        finding, (struct qc_subject){.thread = culprit->worker, .address = node->address},
        "%s: in_flight %s, quiesce_counter %s: %s", qc_storage_label(context, culprit),
        qc_rule_number(context, node->in_flight), qc_rule_number(context, node->quiesce_counter),
        qc_storage_served(context, culprit));
    show_requests(finding, culprit);
}

void qc_storage_blame(struct qemucore_finding *finding, const struct qc_block_culprit *culprit)
{
    qc_finding_add_cause(finding, qc_storage_kind(culprit));
    qc_storage_show(finding, culprit);
    qc_storage_set_actor(finding, culprit);
}
