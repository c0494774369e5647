/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_queues - what guests have handed to devices, queue by queue
 */
#include <inttypes.h>

#include "parts/part.h"

/* Appends ", size 256", or ", size ?". */
static void put_number(const struct qc_part_request *request, const char *words,
                       struct qc_fact number)
{
    qc_text_number(words, number, "", request->text);
    if (!number.is_known) {
        qc_strbuf_printf(request->text, "%s?", words);
    }
}

static void put_device(const struct qc_part_request *request, const char *type, const char *id,
                       uint64_t address)
{
    qc_text_put(request->style->bold, qc_str_or(type, "?"), "", request->text);
    qc_text_put(" ", id, "", request->text);
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

/* Appends the eventfd that a kick of the queue signals, and who watches it. */
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

/* Appends "  queue 2: size 256, put in 14, given back 11": vhost's numbers are in the rings. */
static void text_vhost_queue(const struct qc_part_request *request, size_t index,
                             const struct qc_virtio_queue *queue)
{
    qc_strbuf_printf(request->text, "  queue %zu: ", index);
    put_number(request, "size ", queue->size);
    put_number(request, ", put in ", queue->avail);
    put_number(request, ", given back ", queue->ring_used);
    qc_strbuf_put(request->text, "\n");
}

/* Appends "  queue 2: size 256, taken 12 of 14, given back 11, guest notified up to 11, in use 1". */
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
    qc_text_number(", guest notified up to ", queue->signalled, "", buffer);
    put_number(request, ", in use ", queue->in_use);
    qc_strbuf_put(buffer, qc_fact_is_zero(queue->notification) ? ", kicks disabled" : "");
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
    qc_text_hex(", features ", device->features, buffer);
    qc_strbuf_put(buffer, qc_fact_is_set(device->is_broken) ? ", broken" : "");
    qc_strbuf_put(buffer, qc_fact_is_zero(device->vm_running) ? ", stopped" : "");
    qc_strbuf_put(buffer, qc_fact_is_set(device->vhost) ? ", queues handled by vhost\n" : "\n");
    for (size_t i = 0; i < device->queues.count; i++) {
        if (qc_fact_is_zero(device->queues.items[i].ring)) {
            unused++;
        } else if (qc_fact_is_set(device->vhost)) {
            text_vhost_queue(request, i, &device->queues.items[i]);
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
    qc_json_set(json, "size", qc_json_fact(queue->size));
    qc_json_set(json, "ring_address", qc_json_fact_address(queue->ring));
    qc_json_same(json, queue, last_avail, shadow_avail, avail, used, ring_used, in_use);
    qc_json_set(json, "notification", qc_json_fact_bool(queue->notification));
    qc_json_set(json, "signalled", qc_json_fact(queue->signalled));
    qc_json_set(json, "notifier", qc_json_fact_bool(queue->has_notifier));
    qc_json_set(json, "notifier_fd", qc_json_fact(queue->notifier));
    qc_json_set(json, "watched", qc_json_fact_bool(queue->is_watched));
    qc_json_set(json, "handler", qc_json_context_name(queue->context));
}

static void json_virtio(const struct qc_part_request *request,
                        const struct qc_virtio_device *device)
{
    struct qc_json *json = request->json;
    json_device(json, device->address, device->type, device->id, device->path);
    qc_json_set(json, "status", qc_json_fact(device->status));
    qc_json_set(json, "features", qc_json_fact_address(device->features));
    qc_json_set(json, "broken", qc_json_fact_bool(device->is_broken));
    qc_json_flags(json, device, vm_running, vhost);
    qc_json_list(json, "queues", &device->queues, queue, json_virtio_queue(json, queue));
}

/* ---- requests of disks ---------------------------------------------------------------------- */

/* Appends "    read of 8 blocks at 2048, tag 3, opcode 0x2, aiocb 0x55d29d670e80". */
static void text_request(const struct qc_part_request *request,
                         const struct qc_queued_request *queued)
{
    struct qc_strbuf *buffer = request->text;
    qc_strbuf_printf(buffer, "    %s", qc_str_or(queued->operation, "request"));
    if (queued->blocks.is_known) {
        put_number(request, " of ", queued->blocks);
        qc_strbuf_printf(buffer, " block%s", qc_noun_s(queued->blocks.value));
    }
    qc_text_number(" at ", queued->lba, "", buffer);
    qc_text_number(", tag ", queued->tag, "", buffer);
    qc_text_hex(", opcode ", queued->opcode, buffer);
    qc_text_number(", namespace ", queued->nspace, "", buffer);
    if (qc_fact_is_set(queued->aiocb)) {
        qc_strbuf_printf(buffer, ", aiocb 0x%" PRIx64, queued->aiocb.value);
    }
    qc_strbuf_put(buffer, qc_fact_is_set(queued->is_halted) ? ", halted by an error\n" : "\n");
}

static void json_request(struct qc_json *json, const struct qc_queued_request *queued)
{
    qc_json_set(json, "address", qc_json_address(queued->address));
    qc_json_same(json, queued, operation, opcode, tag);
    qc_json_set(json, "namespace", qc_json_fact(queued->nspace));
    qc_json_same(json, queued, lba, blocks);
    qc_json_set(json, "aiocb", qc_json_fact_address(queued->aiocb));
    qc_json_set(json, "start_ns", qc_json_fact(queued->start));
    qc_json_set(json, "halted", qc_json_fact_bool(queued->is_halted));
}

/* ---- NVMe ----------------------------------------------------------------------------------- */

static void text_submission(const struct qc_part_request *request,
                            const struct qc_nvme_submission *queue)
{
    qc_strbuf_printf(request->text, "  submission queue %u: ", queue->id);
    put_number(request, "size ", queue->size);
    put_number(request, ", head ", queue->head);
    put_number(request, ", tail ", queue->tail);
    put_number(request, ", answered by completion queue ", queue->completion);
    put_number(request, ", outstanding ", queue->outstanding);
    qc_strbuf_put(request->text, "\n");
    for (size_t i = 0; i < queue->requests.count; i++) {
        text_request(request, &queue->requests.items[i]);
    }
}

static void text_completion(const struct qc_part_request *request,
                            const struct qc_nvme_completion *queue)
{
    qc_strbuf_printf(request->text, "  completion queue %u: ", queue->id);
    put_number(request, "size ", queue->size);
    put_number(request, ", head ", queue->head);
    put_number(request, ", tail ", queue->tail);
    put_number(request, ", completions not posted ", queue->waiting);
    qc_strbuf_put(request->text,
                  qc_fact_is_zero(queue->interrupts) ? ", interrupts disabled\n" : "\n");
}

static void text_nvme(const struct qc_part_request *request, const struct qc_nvme_device *device)
{
    put_device(request, "nvme", device->id, device->address);
    qc_strbuf_put(request->text, "\n");
    for (size_t i = 0; i < device->submissions.count; i++) {
        text_submission(request, &device->submissions.items[i]);
    }
    for (size_t i = 0; i < device->completions.count; i++) {
        text_completion(request, &device->completions.items[i]);
    }
}

static void json_submission(struct qc_json *json, const struct qc_nvme_submission *queue)
{
    qc_json_set(json, "id", qc_json_unsigned(queue->id));
    qc_json_set(json, "address", qc_json_address(queue->address));
    qc_json_set(json, "completion_queue", qc_json_fact(queue->completion));
    qc_json_same(json, queue, size, head, tail);
    qc_json_set(json, "notifier", qc_json_fact_bool(queue->has_notifier));
    qc_json_set(json, "outstanding", qc_json_fact(queue->outstanding));
    qc_json_list(json, "requests", &queue->requests, queued, json_request(json, queued));
}

static void json_completion(struct qc_json *json, const struct qc_nvme_completion *queue)
{
    qc_json_set(json, "id", qc_json_unsigned(queue->id));
    qc_json_set(json, "address", qc_json_address(queue->address));
    qc_json_same(json, queue, size, head, tail, phase);
    qc_json_set(json, "interrupts", qc_json_fact_bool(queue->interrupts));
    qc_json_set(json, "waiting", qc_json_fact(queue->waiting));
}

static void json_nvme(const struct qc_part_request *request, const struct qc_nvme_device *device)
{
    struct qc_json *json = request->json;
    json_device(json, device->address, "nvme", device->id, device->path);
    qc_json_list(json, "submission_queues", &device->submissions, queue,
                 json_submission(json, queue));
    qc_json_list(json, "completion_queues", &device->completions, queue,
                 json_completion(json, queue));
}

/* ---- IDE, and AHCI --------------------------------------------------------------------------- */

static void text_ide(const struct qc_part_request *request, const struct qc_ide_bus *bus)
{
    struct qc_strbuf *buffer = request->text;
    put_device(request, bus->controller, bus->name, bus->address);
    qc_text_hex(": slots issued ", bus->issued, buffer);
    qc_text_hex(", active ", bus->active, buffer);
    if (bus->busy_slot.is_known && (int64_t)bus->busy_slot.value >= 0) {
        put_number(request, ", busy with slot ", bus->busy_slot);
    }
    qc_strbuf_put(buffer, "\n");
    for (size_t i = 0; i < bus->requests.count; i++) {
        text_request(request, &bus->requests.items[i]);
    }
}

static void json_ide(const struct qc_part_request *request, const struct qc_ide_bus *bus)
{
    struct qc_json *json = request->json;
    qc_json_set(json, "address", qc_json_address(bus->address));
    qc_json_same(json, bus, name, controller, dma, issued, active, busy_slot);
    qc_json_array(json, "status");
    for (size_t i = 0; i < qc_count(bus->status); i++) {
        qc_json_set(json, NULL, qc_json_fact(bus->status[i]));
    }
    qc_json_close(json);
    qc_json_list(json, "requests", &bus->requests, queued, json_request(json, queued));
}

/* ---- all of them ---------------------------------------------------------------------------- */

void qc_part_queues(const struct qc_part_request *request)
{
    QC_GUARD(qc_queues_free) struct qc_queues queues = {.why_cut = NULL};
    qc_queues_find(request->waits->process->fields, &request->state->contexts, &queues);
    const char *why = queues.why_absent;
    qc_part_list(request, "virtio", &queues.virtio, "virtio device", why, NULL, text_virtio,
                 json_virtio);
    qc_part_list(request, "nvme", &queues.nvme, "NVMe controller", why, NULL, text_nvme, json_nvme);
    qc_part_list(request, "ide", &queues.ide, "IDE channel", why, NULL, text_ide, json_ide);
    qc_part_end(request, queues.why_cut, why);
}
