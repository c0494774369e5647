/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_queues - what guests have handed to devices, queue by queue
 */
#include <inttypes.h>

#include "render/parts/part.h"

static void put_number(const struct qc_part_request *request, const char *words,
                       struct qc_fact number)
{
    if (number.is_known) {
        qc_strbuf_printf(request->text, "%s%" PRIu64, words, number.value);
    } else {
        qc_strbuf_printf(request->text, "%s?", words);
    }
}

static void put_device(const struct qc_part_request *request, const char *type, const char *id,
                       uint64_t address)
{
    qc_strbuf_put(request->text, request->style->bold);
    qc_part_put(request, type);
    if (id != NULL) {
        qc_strbuf_put(request->text, " ");
        qc_strbuf_put_escaped(request->text, id);
    }
    qc_strbuf_printf(request->text, "%s 0x%" PRIx64, request->style->off, address);
}

static void json_device(struct qc_json *json, uint64_t address, const char *type, const char *id,
                        const char *path)
{
    qc_json_set(json, "address", qc_json_address(address));
    qc_json_set(json, "type", qc_json_text(type));
    qc_json_set(json, "id", qc_json_text(id));
    qc_json_set(json, "path", qc_json_text(path));
}

/* ---- virtio --------------------------------------------------------------------------------- */

/* What a queue's kick ends in, where it is an event. */
static void put_watcher(const struct qc_part_request *request, const struct qc_virtio_queue *queue)
{
    if (!qc_fact_is_set(queue->has_notifier)) {
        return;
    }
    put_number(request, ", fd ", queue->notifier);
    if (queue->context != NULL) {
        qc_strbuf_put(request->text, ", watched by ");
        qc_part_put_context(request, queue->context);
    } else {
        qc_strbuf_put(request->text, queue->is_watched.is_known ? ", watched by nobody" : "");
    }
}

/* "  queue 2: size 256, 12 taken of 14, 11 given back, 1 in use, not to be notified" */
static void text_virtio_queue(const struct qc_part_request *request, size_t index,
                              const struct qc_virtio_queue *queue)
{
    struct qc_strbuf *buffer = request->text;
    qc_strbuf_printf(buffer, "  queue %zu: ", index);
    put_number(request, "size ", queue->size);
    put_number(request, ", taken ", queue->last_avail);
    put_number(request, " of ", queue->avail.is_known ? queue->avail : queue->shadow_avail);
    qc_strbuf_put(buffer, queue->avail.is_known ? "" : " that it has seen");
    put_number(request, ", given back ", queue->used);
    if (queue->signalled.is_known) {
        put_number(request, ", told of ", queue->signalled);
    }
    put_number(request, ", in use ", queue->in_use);
    qc_strbuf_put(buffer, qc_fact_is_zero(queue->notification) ? ", the guest is not to kick" : "");
    put_watcher(request, queue);
    qc_strbuf_put(buffer, "\n");
}

static void text_virtio(const struct qc_part_request *request,
                        const struct qc_virtio_device *device)
{
    struct qc_strbuf *buffer = request->text;
    size_t unused = 0;
    put_device(request, device->type, device->id, device->address);
    qc_strbuf_put(buffer, ": ");
    put_number(request, "status ", device->status);
    if (device->features.is_known) {
        qc_strbuf_printf(buffer, ", features 0x%" PRIx64, device->features.value);
    }
    qc_strbuf_put(buffer, qc_fact_is_set(device->is_broken) ? ", broken" : "");
    qc_strbuf_put(buffer, qc_fact_is_zero(device->vm_running) ? ", stopped" : "");
    qc_strbuf_put(buffer, qc_fact_is_set(device->vhost) ? ", vhost has its queues\n" : "\n");
    for (size_t i = 0; i < device->queues.count; i++) {
        if (qc_fact_is_zero(device->queues.items[i].ring)) {
            unused++;
        } else {
            text_virtio_queue(request, i, &device->queues.items[i]);
        }
    }
    if (unused != 0) {
        qc_strbuf_printf(buffer, "  %zu queue%s not set up\n", unused, qc_noun_s(unused));
    }
}

static void json_virtio_queue(struct qc_json *json, const struct qc_virtio_queue *queue)
{
    qc_json_object(json, NULL);
    qc_json_set(json, "size", qc_json_fact(queue->size));
    qc_json_set(json, "ring_address", qc_json_fact_address(queue->ring));
    qc_json_set(json, "last_avail", qc_json_fact(queue->last_avail));
    qc_json_set(json, "shadow_avail", qc_json_fact(queue->shadow_avail));
    qc_json_set(json, "avail", qc_json_fact(queue->avail));
    qc_json_set(json, "used", qc_json_fact(queue->used));
    qc_json_set(json, "in_use", qc_json_fact(queue->in_use));
    qc_json_set(json, "notification", qc_json_fact_bool(queue->notification));
    qc_json_set(json, "signalled", qc_json_fact(queue->signalled));
    qc_json_set(json, "notifier", qc_json_fact_bool(queue->has_notifier));
    qc_json_set(json, "notifier_fd", qc_json_fact(queue->notifier));
    qc_json_set(json, "watched", qc_json_fact_bool(queue->is_watched));
    qc_json_set(json, "handler", qc_json_context_name(queue->context));
    qc_json_close(json);
}

static void json_virtio(const struct qc_part_request *request,
                        const struct qc_virtio_device *device)
{
    struct qc_json *json = request->json;
    qc_json_object(json, NULL);
    json_device(json, device->address, device->type, device->id, device->path);
    qc_json_set(json, "status", qc_json_fact(device->status));
    qc_json_set(json, "features", qc_json_fact_address(device->features));
    qc_json_set(json, "broken", qc_json_fact_bool(device->is_broken));
    qc_json_set(json, "vm_running", qc_json_fact_bool(device->vm_running));
    qc_json_set(json, "vhost", qc_json_fact_bool(device->vhost));
    qc_json_array(json, "queues");
    for (size_t i = 0; i < device->queues.count; i++) {
        json_virtio_queue(json, &device->queues.items[i]);
    }
    qc_json_close(json);
    qc_json_close(json);
}

/* ---- all of them ---------------------------------------------------------------------------- */

void qc_part_queues(const struct qc_part_request *request)
{
    QC_GUARD(qc_queues_free) struct qc_queues queues = {.why_cut = NULL};
    qc_queues_find(request->waits->process->fields, &request->state->contexts, &queues);
    qc_part_begin(request, "virtio", queues.virtio.count, "virtio device", queues.why_absent);
    for (size_t i = 0; i < queues.virtio.count; i++) {
        (request->text != NULL ? text_virtio : json_virtio)(request, &queues.virtio.items[i]);
    }
    qc_part_end_list(request);
    qc_part_end(request, queues.why_cut, queues.why_absent);
}
