/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_text - the block layer: numbers first, then whatever is not at rest
 */
#include <inttypes.h>
#include <string.h>

#include "text/renderings.h"
#include "text/text_common.h"

/* Nodes, backends and jobs that are listed; of the others only the number is shown. */
#define MOST_BUSY 8
/* Requests of a node that are listed. */
#define MOST_REQUESTS 2

static void put_in_flight(struct qc_fact in_flight, struct qc_strbuf *buffer)
{
    if (in_flight.is_known) {
        qc_text_count("", in_flight.value, "request", " in flight", buffer);
    } else {
        qc_strbuf_put(buffer, "requests in flight not known");
    }
}

/* Shows the tracked requests. in_flight counts sections, of which a request may have two, or none
   of its own; it is shown only if it differs. */
static void put_node_in_flight(const struct qc_block_node *node, struct qc_strbuf *buffer)
{
    put_in_flight(node->tracked, buffer);
    if (!node->in_flight.is_known || !node->tracked.is_known ||
        node->in_flight.value != node->tracked.value) {
        qc_text_number(" (in_flight ", node->in_flight, ")", buffer);
    }
}

static void put_drained(struct qc_fact quiesce_counter, struct qc_strbuf *buffer)
{
    if (qc_fact_is_set(quiesce_counter)) {
        qc_text_number(", drained (quiesce counter ", quiesce_counter, ")", buffer);
    }
}

/* Appends "write of 4096 bytes at 65536". */
static void put_request(const struct qc_block_request *request, struct qc_strbuf *buffer)
{
    qc_text_known(request->type, "request", buffer);
    if (request->bytes.is_known && request->offset.is_known) {
        qc_strbuf_printf(buffer, " of %" PRId64 " bytes at %" PRId64,
                         (int64_t)request->bytes.value, (int64_t)request->offset.value);
    }
    qc_strbuf_put(buffer, qc_fact_is_set(request->waiting_for) ? " (waits for another)" : "");
}

static bool is_node_at_rest(const struct qc_block_node *node)
{
    return !qc_fact_is_set(node->in_flight) && !qc_fact_is_set(node->quiesce_counter) &&
           node->tracked.value == 0 &&
           (node->kind != QC_BLOCK_DRIVER_BLKDEBUG || node->own.blkdebug.suspended.value == 0);
}

/* Appends ", throttle group gold holds back 1 read and 2 writes". */
static void put_throttle(const struct qc_block_throttle *throttle, struct qc_strbuf *buffer)
{
    if (!qc_fact_is_set(throttle->reads) && !qc_fact_is_set(throttle->writes)) {
        return;
    }
    qc_text_put(", throttle group ", qc_str_or(throttle->group, "?"), " holds back ", buffer);
    qc_text_count("", throttle->reads.value, "read", " and ", buffer);
    qc_text_count("", throttle->writes.value, "write", "", buffer);
}

static void put_nbd(const struct qc_block_nbd *nbd, struct qc_strbuf *buffer)
{
    qc_text_put(", server ", qc_str_or(nbd->address, "not known"), "", buffer);
    qc_text_put(", state ", qc_str_or(nbd->state, "not known"), "", buffer);
}

static void put_file(const struct qc_block_node *node, struct qc_strbuf *buffer)
{
    qc_text_put(", file ", qc_str_or(node->filename, "?"), "", buffer);
    qc_text_number(", fd ", node->own.file.fd, "", buffer);
    qc_strbuf_put(buffer, qc_fact_is_set(node->own.file.linux_aio)  ? ", aio=native"
                          : qc_fact_is_set(node->own.file.io_uring) ? ", aio=io_uring"
                                                                    : "");
}

/* Appends what completes the node's requests: a file, a server, a timer. */
static void put_driver(const struct qc_block_node *node, struct qc_strbuf *buffer)
{
    switch (node->kind) {
    case QC_BLOCK_DRIVER_FILE:
        put_file(node, buffer);
        break;
    case QC_BLOCK_DRIVER_NBD:
        put_nbd(&node->own.nbd, buffer);
        break;
    case QC_BLOCK_DRIVER_NULL:
        if (qc_fact_is_set(node->own.latency)) {
            qc_strbuf_printf(buffer, ", a timer ends each after %.3g s",
                             (double)node->own.latency.value / 1e9);
        }
        break;
    case QC_BLOCK_DRIVER_BLKDEBUG:
        if (node->own.blkdebug.suspended.value != 0) {
            qc_text_count(", a breakpoint keeps ", node->own.blkdebug.suspended.value, "request", "",
                          buffer);
        }
        break;
    case QC_BLOCK_DRIVER_THROTTLE:
        put_throttle(&node->own.throttle, buffer);
        break;
    case QC_BLOCK_DRIVER_OTHER:
        break;
    }
}

static void text_node(const struct qc_block_node *node, struct qc_strbuf *buffer)
{
    qc_text_indent(buffer);
    qc_text_put("node ", qc_str_or(node->name, "?"), "", buffer);
    qc_text_put(" (", qc_str_or(node->driver, "no medium"), "): ", buffer);
    put_node_in_flight(node, buffer);
    put_drained(node->quiesce_counter, buffer);
    put_driver(node, buffer);
    for (size_t i = 0; i < node->requests.count && i < MOST_REQUESTS; i++) {
        qc_strbuf_put(buffer, ", ");
        put_request(&node->requests.items[i], buffer);
    }
    if (node->tracked.value > MOST_REQUESTS) {
        qc_strbuf_printf(buffer, " and %" PRIu64 " more", node->tracked.value - MOST_REQUESTS);
    }
}

/* Tells whether the backend's last I/O error has stopped the guest, or was reported to it. */
static bool has_backend_failed(const struct qc_block_backend *backend)
{
    return qc_fact_is_set(backend->iostatus_enabled) && backend->iostatus != NULL &&
           strcmp(backend->iostatus, "ok") != 0;
}

static bool is_backend_at_rest(const struct qc_block_backend *backend)
{
    return !qc_fact_is_set(backend->in_flight) && !qc_fact_is_set(backend->quiesce_counter) &&
           backend->queued_requests.value == 0 && !has_backend_failed(backend) &&
           !qc_fact_is_set(backend->failed_requests);
}

static const char *backend_name(const struct qc_block_backend *backend)
{
    return backend->name != NULL && backend->name[0] != '\0' ? backend->name
           : backend->id != NULL                             ? backend->id
                                                             : backend->device;
}

static void text_backend(const struct qc_block_backend *backend, struct qc_strbuf *buffer)
{
    qc_text_indent(buffer);
    qc_text_put("backend ", qc_str_or(backend_name(backend), "without a name"), ": ", buffer);
    put_in_flight(backend->in_flight, buffer);
    put_drained(backend->quiesce_counter, buffer);
    if (backend->queued_requests.value != 0) {
        qc_text_count(", ", backend->queued_requests.value, "request",
                      " held back until the drain ends", buffer);
    }
    put_throttle(&backend->throttle, buffer);
    if (has_backend_failed(backend)) {
        qc_text_put(", its I/O status is ", backend->iostatus, "", buffer);
    }
    if (qc_fact_is_set(backend->failed_requests)) {
        qc_text_count(", ", backend->failed_requests.value, "request",
                      " failed since QEMU started", buffer);
    }
}

static void text_job(const struct qc_block *block, const struct qc_block_job *job,
                     struct qc_strbuf *buffer)
{
    const struct qc_block_node *target = qc_block_node_of(block, job->target);
    qc_text_indent(buffer);
    qc_text_put("job ", qc_str_or(job->id, "without an id"), "", buffer);
    qc_text_put(" (", qc_str_or(job->type, "?"), "", buffer);
    qc_text_put("): ", qc_str_or(job->status, "not known"), "", buffer);
    bool says_paused = job->status != NULL && strcmp(job->status, "paused") == 0;
    qc_strbuf_put(buffer, qc_fact_is_set(job->paused) && !says_paused ? ", paused" : "");
    qc_strbuf_put(buffer, qc_fact_is_set(job->cancelled) ? ", cancelled" : "");
    if (qc_fact_is_set(job->pause_count) && qc_fact_is_zero(job->paused)) {
        qc_strbuf_put(buffer, ", asked to pause");
    }
    if (job->progress.is_known && job->total.is_known) {
        qc_text_number(", ", job->progress, "", buffer);
        qc_text_number(" of ", job->total, "", buffer);
    }
    if (qc_fact_is_set(job->speed)) {
        qc_text_number(", at most ", job->speed, " bytes a second", buffer);
    }
    if (target != NULL) {
        qc_text_put(", target node ", qc_str_or(target->name, "?"), "", buffer);
    }
    if (qc_fact_is_set(job->in_flight)) {
        qc_text_count(", ", job->in_flight.value, "copy operation", " in flight", buffer);
    }
}

/* Appends what has requests, or what is only drained: after a drain of all nodes that is many. */
static size_t text_active(const struct qc_block *block, bool have_requests, size_t busy,
                          struct qc_strbuf *buffer)
{
    qc_vec_each(&block->nodes, node) {
        bool has_requests = qc_fact_is_set(node->in_flight) || node->tracked.value != 0;
        if (!is_node_at_rest(node) && has_requests == have_requests && busy++ < MOST_BUSY) {
            text_node(node, buffer);
        }
    }
    qc_vec_each(&block->backends, backend) {
        bool has_requests =
            qc_fact_is_set(backend->in_flight) || backend->queued_requests.value != 0;
        if (!is_backend_at_rest(backend) && has_requests == have_requests && busy++ < MOST_BUSY) {
            text_backend(backend, buffer);
        }
    }
    return busy;
}

static void text_busy(const struct qc_block *block, struct qc_strbuf *buffer)
{
    size_t busy = text_active(block, true, 0, buffer);
    busy = text_active(block, false, busy, buffer);
    for (size_t i = 0; i < block->jobs.count; i++) {
        if (busy++ < MOST_BUSY) {
            text_job(block, &block->jobs.items[i], buffer);
        }
    }
    if (busy > MOST_BUSY) {
        qc_text_indent(buffer);
        qc_strbuf_printf(buffer, "and %zu more", busy - MOST_BUSY);
    }
}

static void text_numbers(const struct qc_block *block, struct qc_strbuf *buffer)
{
    if (!block->nodes_known) {
        qc_strbuf_put(buffer, "not known");
        return;
    }
    qc_text_count("", block->nodes.count, "node", "", buffer);
    qc_strbuf_put(buffer, qc_sum_is_zero(block->in_flight) ? ", no request in flight" : "");
    qc_strbuf_put(buffer,
                  qc_fact_is_set(block->drain_all) ? ", all of them are being drained" : "");
    if (qc_fact_is_set(block->waiters)) {
        qc_text_count(", ", block->waiters.value, "thread", " in AIO_WAIT_WHILE", buffer);
    }
    if (qc_fact_is_set(block->graph_lock.has_writer)) {
        qc_strbuf_put(buffer, ", the graph lock has a writer");
    }
    if (qc_fact_is_set(block->graph_lock.readers)) {
        qc_text_count(", the graph lock has ", block->graph_lock.readers.value, "reader", "",
                      buffer);
    }
}

void qc_text_block(const struct qc_block *block, const struct qc_style *style,
                   struct qc_strbuf *buffer)
{
    qc_text_label("block", style, buffer);
    text_numbers(block, buffer);
    text_busy(block, buffer);
    qc_text_not_all(block->why_cut, block->why_absent, style, buffer);
    qc_strbuf_put(buffer, "\n");
}

/* Appends ", file: node disk0-storage". */
static void put_children(const struct qc_block *block, const struct qc_block_node *node,
                         struct qc_strbuf *buffer)
{
    qc_vec_each(&node->children, child) {
        const struct qc_block_node *below = qc_block_node_of(block, child->node);
        qc_text_put(", ", qc_str_or(child->name, "child"), "", buffer);
        qc_text_put(": node ", qc_str_or(below == NULL ? NULL : below->name, "?"), "", buffer);
    }
}

/* include/block/block-common.h: BDRV_O_* of QEMU 4.0 to 11.1. */
static const struct {
    uint64_t flag;
    bool is_set;
    const char *words;
} open_flags[] = {
    {0x0002, false, ", read-only"},            /* RDWR */
    {0x0020, true, ", cache.direct=on"},     /* NOCACHE */
    {0x0200, true, ", flushes are ignored"},   /* NO_FLUSH: cache.no-flush */
};

static void put_limit(const struct qc_block_limit *limit, const char *unit, struct qc_strbuf *buffer)
{
    if (!qc_fact_is_set(limit->average) && !qc_fact_is_set(limit->burst)) {
        return;
    }
    qc_text_number(", ", limit->average, "", buffer);
    qc_strbuf_printf(buffer, " %s a second", unit);
    if (qc_fact_is_set(limit->burst)) {
        qc_text_number(", ", limit->burst, "", buffer);
        qc_text_number(" for ", limit->burst_s, " s", buffer);
    }
}

/* Appends ", throttled as group gold, 1000 requests a second, 3000 for 5 s". */
static void put_limits(const struct qc_block_throttle *throttle, struct qc_strbuf *buffer)
{
    static const char *const units[] = {"bytes",    "bytes read",      "bytes written",
                                        "requests", "requests to read", "requests to write"};
    if (throttle->group == NULL) {
        return;
    }
    qc_text_put(", throttled as group ", throttle->group, "", buffer);
    for (size_t i = 0; i < QC_BLOCK_LIMITED; i++) {
        put_limit(&throttle->limits[i], units[i], buffer);
    }
    if (qc_fact_is_set(throttle->iops_size)) {
        qc_text_number(", a request for each ", throttle->iops_size, " bytes", buffer);
    }
}

static void put_media(const struct qc_block_media *media, struct qc_strbuf *buffer)
{
    qc_strbuf_put(buffer, qc_fact_is_set(media->removable) ? ", removable" : "");
    if (qc_fact_is_set(media->has_tray)) {
        qc_strbuf_put(buffer, !media->tray_open.is_known      ? ", its tray not known"
                              : media->tray_open.value != 0   ? ", tray open"
                                                              : ", tray closed");
    }
    qc_strbuf_put(buffer, qc_fact_is_set(media->locked) ? ", locked" : "");
}

static void put_opened(const struct qc_block_node *node, struct qc_strbuf *buffer)
{
    if (node->size.is_known && node->driver != NULL) {
        qc_strbuf_put(buffer, ", ");
        qc_text_size(node->size.value, buffer);
    }
    for (size_t i = 0; i < qc_count(open_flags); i++) {
        bool is_set = (node->open_flags.value & open_flags[i].flag) != 0;
        if (node->open_flags.is_known && node->driver != NULL && is_set == open_flags[i].is_set) {
            qc_strbuf_put(buffer, open_flags[i].words);
        }
    }
    if (node->kind == QC_BLOCK_DRIVER_THROTTLE) {
        put_limits(&node->own.throttle, buffer);
    }
}

static void put_attached(const struct qc_block *block, const struct qc_block_backend *backend,
                         struct qc_strbuf *buffer)
{
    const struct qc_block_node *root = qc_block_node_of(block, backend->root);
    if (backend->device != NULL) {
        qc_text_put(", of ", backend->device, "", buffer);
        qc_text_put(" ", backend->path, "", buffer);
    }
    qc_strbuf_put(buffer, backend->root == 0 ? ", empty" : ", root: node ");
    qc_text_known(root == NULL ? NULL : root->name, backend->root == 0 ? "" : "?", buffer);
    if (backend->write_cache.is_known && backend->root != 0) {
        qc_strbuf_put(buffer, qc_fact_is_set(backend->write_cache) ? ", writeback" : ", writethrough");
    }
    if (backend->device != NULL) {
        put_media(&backend->media, buffer);
    }
    put_limits(&backend->throttle, buffer);
}

void qc_text_block_graph(const struct qc_block *block, struct qc_strbuf *buffer)
{
    text_numbers(block, buffer);
    for (size_t i = 0; i < block->nodes.count; i++) {
        text_node(&block->nodes.items[i], buffer);
        put_opened(&block->nodes.items[i], buffer);
        put_children(block, &block->nodes.items[i], buffer);
    }
    for (size_t i = 0; i < block->backends.count; i++) {
        text_backend(&block->backends.items[i], buffer);
        put_attached(block, &block->backends.items[i], buffer);
    }
    qc_strbuf_put(buffer, "\n");
}

void qc_text_block_jobs(const struct qc_block *block, struct qc_strbuf *buffer)
{
    if (block->jobs_known) {
        qc_text_count("", block->jobs.count, "job", "", buffer);
    } else {
        qc_strbuf_put(buffer, "not known");
    }
    for (size_t i = 0; i < block->jobs.count; i++) {
        text_job(block, &block->jobs.items[i], buffer);
    }
    qc_strbuf_put(buffer, "\n");
}
