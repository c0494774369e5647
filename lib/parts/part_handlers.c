/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_handlers - what each event loop calls for which descriptor, and the descriptor's peer
 */
#include <inttypes.h>

#include "parts/part.h"

static const struct qc_part_column columns[] = {
    {2, "FD"}, {8, "HANDLER"}, {28, "OPAQUE"}, {48, "CALLS"}, {0, NULL},
};

/* Returns the peer of a handler's descriptor. NULL: none is known, or only the handler itself. */
static const struct qc_peer *peer_of(const struct qc_part_request *request,
                                     const struct qc_handler *handler)
{
    const struct qc_peers *peers = qc_process_peers(request->waits->process);
    const struct qc_peer *peer =
        handler->fd.is_known ? qc_peer_of(peers, (int)handler->fd.value) : NULL;
    return peer == NULL || peer->kind == QC_PEER_HANDLER ? NULL : peer;
}

/* Appends ", read virtio_queue_notifier_read". */
static void put_call(const struct qc_part_request *request, const char *word,
                     const struct qc_callback *callback, bool *is_first)
{
    if (qc_fact_is_set(callback->address)) {
        qc_strbuf_printf(request->text, "%s%s ", *is_first ? "" : ", ", word);
        qc_part_put_callback(request, callback);
        *is_first = false;
    }
}

static void put_calls(const struct qc_part_request *request, const struct qc_handler *handler)
{
    bool is_first = true;
    if (!handler->io_read.address.is_known) {
        qc_strbuf_put(request->text, "?");
        return;
    }
    put_call(request, "read", &handler->io_read, &is_first);
    put_call(request, "write", &handler->io_write, &is_first);
    put_call(request, "poll", &handler->io_poll, &is_first);
    qc_strbuf_put(request->text, is_first ? "nothing" : "");
}

static void text_handler(const struct qc_part_request *request, const struct qc_handler *handler)
{
    struct qc_strbuf *buffer = request->text;
    const struct qc_peer *peer = peer_of(request, handler);
    QC_FREE char *peer_words = peer == NULL ? NULL : qc_peer_text(peer);
    qc_strbuf_pad(buffer, columns[0].start);
    qc_text_number("", handler->fd, "", buffer);
    qc_strbuf_put(buffer, handler->fd.is_known ? "" : "?");
    qc_strbuf_pad(buffer, columns[1].start);
    qc_strbuf_printf(buffer, "0x%" PRIx64, handler->address);
    qc_strbuf_pad(buffer, columns[2].start);
    qc_part_put_address(request, handler->opaque);
    qc_strbuf_pad(buffer, columns[3].start);
    qc_strbuf_put(buffer, qc_fact_is_set(handler->deleted) ? "deleted: " : "");
    put_calls(request, handler);
    qc_text_put("; behind it: ", peer_words, "", buffer);
    if (qc_fact_is_set(handler->coroutine)) {
        qc_strbuf_printf(buffer, "; enters coroutine 0x%" PRIx64, handler->coroutine.value);
    }
    qc_strbuf_put(buffer, "\n");
}

static void text_handlers(const struct qc_part_request *request, const struct qc_handlers *handlers)
{
    const struct qc_aio_context *previous = NULL;
    qc_part_begin(request, handlers->list.count, "", "", handlers->why_absent, columns);
    qc_vec_each(&handlers->list, handler) {
        if (handler->context != previous) {
            previous = handler->context;
            qc_strbuf_put(request->text, request->style->bold);
            qc_part_put_context(request, previous);
            qc_strbuf_printf(request->text, "%s 0x%" PRIx64 "\n", request->style->off,
                             previous->address);
        }
        text_handler(request, handler);
    }
}

static void json_handler(const struct qc_part_request *request, const struct qc_handler *handler)
{
    struct qc_json *json = request->json;
    const struct qc_peer *peer = peer_of(request, handler);
    QC_FREE char *text = peer == NULL ? NULL : qc_peer_text(peer);
    qc_json_set(json, "address", qc_json_address(handler->address));
    qc_json_set(json, "context", qc_json_context_name(handler->context));
    qc_json_set(json, "context_address", qc_json_address(handler->context->address));
    qc_json_set(json, "fd", qc_json_fact(handler->fd));
    qc_json_set(json, "peer", qc_json_text(text));
    qc_json_set(json, "peer_kind",
                qc_json_text(peer == NULL ? NULL : qc_peer_kind_name(peer->kind)));
    qc_part_json_callback(json, "io_read", &handler->io_read);
    qc_part_json_callback(json, "io_write", &handler->io_write);
    qc_part_json_callback(json, "io_poll", &handler->io_poll);
    qc_json_set(json, "opaque", qc_json_fact_address(handler->opaque));
    qc_json_set(json, "coroutine", qc_json_fact_address(handler->coroutine));
    qc_json_set(json, "deleted", qc_json_fact_bool(handler->deleted));
}

void qc_part_handlers(const struct qc_part_request *request)
{
    QC_GUARD(qc_vec_guard) struct qc_handlers handlers = {.why_cut = NULL};
    qc_handlers_find(request->waits->process->fields, &request->state->contexts, &handlers);
    if (request->text != NULL) {
        text_handlers(request, &handlers);
    } else {
        qc_json_list(request->json, "handlers", &handlers.list, handler,
                     json_handler(request, handler));
    }
    qc_part_end(request, handlers.why_cut, handlers.why_absent);
}
