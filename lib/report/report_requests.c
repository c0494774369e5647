/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report_requests - the path of requests that have not ended, as boxes: device, backend, filters,
 * nodes, and what has to complete them
 *
 * A request is counted at each node that it has passed, so the path follows nodes that have some.
 */
#include <inttypes.h>

#include "report/report_limits.h"
#include "report/report_sections.h"

struct requests {
    struct qc_html *html;
    const struct qc_block *block;
    struct qc_block_culprits culprits;
    bool *is_shown; /* for each node: it has a box */
    size_t boxes;   /* number of boxes; goes beyond the limit if some are left out */
};

/* ---- boxes ---------------------------------------------------------------------------------- */

static void html_count(struct qc_html *html, struct qc_fact count, const char *noun)
{
    if (count.is_known) {
        qc_html_printf(html, "<span class=count>%" PRIu64 " %s%s</span>", count.value, noun,
                       qc_noun_s(count.value));
    } else {
        qc_html_printf(html, "<span class=count>%ss not known</span>", noun);
    }
}

/* Opens a box that shows a kind, and a name below it. */
static void html_box(struct qc_html *html, const char *class, const char *kind, const char *name)
{
    qc_html_printf(html, "<li><div class=\"box %s\"><span class=kind>", class);
    qc_html_text(html, kind);
    qc_html_tagged(html, "</span> <b>", qc_str_or(name, ""), "</b>");
}

static void html_drained(struct qc_html *html, struct qc_fact quiesce_counter)
{
    if (qc_fact_is_set(quiesce_counter)) {
        qc_html_put(html, "<span class=count>drained</span>");
    }
}

/* Returns what has to complete the requests. */
static const char *service_word(enum qc_block_service service)
{
    static const char *const words[] = {
        [QC_BLOCK_SERVICE_HELD_BACK] = "its own drain holds it back",
        [QC_BLOCK_SERVICE_NBD] = "NBD server",
        [QC_BLOCK_SERVICE_BLKDEBUG] = "breakpoint of blkdebug",
        [QC_BLOCK_SERVICE_WORKERS] = "threads in system calls",
        [QC_BLOCK_SERVICE_LINUX_AIO] = "the kernel, by io_submit",
        [QC_BLOCK_SERVICE_IO_URING] = "the kernel, by io_uring",
        [QC_BLOCK_SERVICE_FILE] = "file; no thread is in I/O on it",
        [QC_BLOCK_SERVICE_DRIVER] = "whatever its driver talks to",
        [QC_BLOCK_SERVICE_BACKEND] = "no node has a request",
        [QC_BLOCK_SERVICE_THROTTLE] = "timer of a throttle group",
        [QC_BLOCK_SERVICE_TIMER] = "timer of the node",
    };
    return words[service];
}

static const char *service_name(const struct qc_block_culprit *culprit)
{
    switch (culprit->service) {
    case QC_BLOCK_SERVICE_NBD:
        return culprit->node->own.nbd.address;
    case QC_BLOCK_SERVICE_BLKDEBUG:
        return culprit->node->own.blkdebug.tag;
    case QC_BLOCK_SERVICE_THROTTLE:
        return culprit->throttle->group;
    default:
        return culprit->node == NULL ? NULL : culprit->node->filename;
    }
}

static void html_service(struct qc_html *html, const struct qc_block_culprit *culprit)
{
    bool is_sound = qc_block_service_is_sound(culprit->service);
    html_box(html, is_sound ? "sound" : "culprit", service_word(culprit->service),
             service_name(culprit));
    if (culprit->service == QC_BLOCK_SERVICE_NBD) {
        qc_html_tagged(html, "<span class=count>", culprit->node->own.nbd.state, "</span>");
    }
    if (culprit->workers != 0) {
        qc_html_printf(html, "<span class=count>%zu in ", culprit->workers);
        qc_html_text(html, culprit->call);
        qc_html_put(html, "</span>");
    }
    qc_html_put(html, "</div></li>");
}

/* ---- nodes ---------------------------------------------------------------------------------- */

static const struct qc_block_culprit *culprit_of(const struct requests *requests,
                                                 const struct qc_block_node *node,
                                                 const struct qc_block_backend *backend)
{
    return qc_vec_find(&requests->culprits, culprit,
                       culprit->node == node && (node != NULL || culprit->backend == backend));
}

/* Tells whether a node has requests. A culprit keeps some, whatever its counters say. */
static bool is_busy(const struct requests *requests, const struct qc_block_node *node)
{
    return node->tracked.value != 0 || qc_fact_is_set(node->in_flight) ||
           culprit_of(requests, node, NULL) != NULL;
}

/* Returns the node that a filter's job writes to, which is no child of the filter. NULL: none. */
static const struct qc_block_node *target_of(const struct qc_block *block,
                                             const struct qc_block_node *node)
{
    const struct qc_block_job *job = qc_vec_find(&block->jobs, at, at->filter == node->address);
    return job == NULL ? NULL : qc_block_node_of(block, job->target);
}

static void html_node(struct requests *requests, const struct qc_block_node *node, unsigned depth);

static bool has_busy_below(const struct requests *requests, const struct qc_block_node *node)
{
    const struct qc_block *block = requests->block;
    const struct qc_block_node *below = target_of(block, node);
    bool has = below != NULL && is_busy(requests, below);
    for (size_t i = 0; i < node->children.count; i++) {
        below = qc_block_node_of(block, node->children.items[i].node);
        has |= below != NULL && is_busy(requests, below);
    }
    return has;
}

/* Appends what serves a node, and the nodes to which it passes requests. */
static void html_node_below(struct requests *requests, const struct qc_block_node *node,
                            const struct qc_block_culprit *culprit, unsigned depth)
{
    const struct qc_block_node *target = target_of(requests->block, node);
    if (culprit == NULL && !has_busy_below(requests, node)) {
        return;
    }
    qc_html_put(requests->html, "<ul>");
    if (culprit != NULL) {
        html_service(requests->html, culprit);
    }
    for (size_t i = 0; i < node->children.count; i++) {
        html_node(requests, qc_block_node_of(requests->block, node->children.items[i].node), depth);
    }
    html_node(requests, target, depth);
    qc_html_put(requests->html, "</ul>");
}

/* Appends a node if it has requests, and those below it unless it has been shown before. */
static void html_node(struct requests *requests, const struct qc_block_node *node, unsigned depth)
{
    if (node == NULL || !is_busy(requests, node) || requests->boxes++ >= QC_LIMIT_REQUEST_BOXES) {
        return;
    }
    const struct qc_block_culprit *culprit = culprit_of(requests, node, NULL);
    bool *is_shown = &requests->is_shown[node - requests->block->nodes.items];
    html_box(requests->html, culprit == NULL ? "" : "last",
             qc_str_or(node->driver, "no medium"),
             qc_str_or(node->name, "?"));
    if (node->tracked.value != 0) {
        html_count(requests->html, node->tracked, "request");
    } else if (!qc_fact_is_zero(node->in_flight)) {
        html_count(requests->html, node->in_flight, "section");
    }
    html_drained(requests->html, node->quiesce_counter);
    qc_html_put(requests->html, *is_shown ? "<span class=count>as above</span></div>" : "</div>");
    bool is_followed = !*is_shown && depth < QC_LIMIT_REQUEST_DEPTH;
    *is_shown = true;
    if (is_followed) {
        html_node_below(requests, node, culprit, depth + 1);
    }
    qc_html_put(requests->html, "</li>\n");
}

/* ---- backends ------------------------------------------------------------------------------- */

static void html_backend(struct requests *requests, const struct qc_block_backend *backend)
{
    struct qc_html *html = requests->html;
    const struct qc_block_culprit *culprit = culprit_of(requests, NULL, backend);
    if ((!qc_fact_is_set(backend->in_flight) && backend->queued_requests.value == 0) ||
        requests->boxes++ >= QC_LIMIT_REQUEST_BOXES) {
        return;
    }
    bool has_device = backend->device != NULL || backend->id != NULL;
    if (has_device) {
        html_box(html, "", qc_str_or(backend->device, "device"),
                 qc_str_or(backend->id, backend->path));
        qc_html_put(html, "</div><ul>");
    }
    html_box(html, culprit == NULL ? "" : "last", "backend",
             backend->name == NULL || backend->name[0] == '\0' ? "(unnamed)" : backend->name);
    html_count(html, backend->in_flight, "request");
    if (backend->queued_requests.value != 0) {
        qc_html_printf(html, "<span class=count>%" PRIu64 " held back</span>",
                       backend->queued_requests.value);
    }
    html_drained(html, backend->quiesce_counter);
    qc_html_put(html, "</div>");
    const struct qc_block_node *root = qc_block_node_of(requests->block, backend->root);
    bool has_more = culprit != NULL || (root != NULL && is_busy(requests, root));
    qc_html_put(html, has_more ? "<ul>" : "");
    if (culprit != NULL) {
        html_service(html, culprit);
    }
    html_node(requests, root, 0);
    qc_html_put(html, has_more ? "</ul></li>" : "</li>");
    qc_html_put(html, has_device ? "</ul></li>\n" : "\n");
}

/* Appends the nodes to which no backend leads: those of a job, or of an export. */
static void html_others(struct requests *requests)
{
    for (size_t i = 0; i < requests->block->nodes.count; i++) {
        if (!requests->is_shown[i]) {
            html_node(requests, &requests->block->nodes.items[i], 0);
        }
    }
}

void qc_html_requests(struct qc_html *html, const struct qc_report *report)
{
    const struct qc_block *block = &report->why.verdict->process_state->block;
    struct requests requests = {.html = html, .block = block};
    requests.is_shown = calloc(block->nodes.count + 1, sizeof(*requests.is_shown));
    if (requests.is_shown == NULL) {
        html->text.failed = true;
        return;
    }
    qc_block_culprits_below(report->why.waits->process, block, NULL, &requests.culprits);
    qc_html_put(html, "<section id=requests><h2>Requests</h2>\n<ul class=chain>\n");
    for (size_t i = 0; i < block->backends.count; i++) {
        html_backend(&requests, &block->backends.items[i]);
    }
    html_others(&requests);
    qc_html_put(html, "</ul>\n");
    if (requests.boxes == 0) {
        qc_html_printf(html, "<p>%s</p>\n",
                       block->nodes_known && qc_sum_is_zero(block->in_flight)
                           ? "No request of the block layer is in flight."
                           : "Which requests are in flight is not known.");
    } else if (requests.boxes > QC_LIMIT_REQUEST_BOXES) {
        qc_html_put(html, "<p>And more: the list ends at a limit.</p>\n");
    }
    qc_html_put(html, "</section>\n");
    qc_vec_free(&requests.culprits);
    free(requests.is_shown);
}
