/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parts/part.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- what parts lack ----------------------------------------------------------------------- */

void qc_part_problems_free(struct qc_part_problems *problems)
{
    qc_vec_free_each(problems, item, free(*item));
}

static void problem_add(const struct qc_part_request *request, const char *prefix, const char *why)
{
    char **added = why == NULL ? NULL : qc_vec_add(request->problems);
    if (added != NULL) {
        *added = qc_format("%s: %s%s", request->name, prefix, why);
        request->problems->count -= *added == NULL;
    }
}

static void text_missing(const struct qc_part_request *request, const char *prefix, const char *why)
{
    if (why != NULL) {
        qc_strbuf_printf(request->text, "%s%s", request->style->warning, prefix);
        qc_strbuf_put_escaped(request->text, why);
        qc_strbuf_printf(request->text, "%s\n", request->style->off);
    }
}

static void put_heads(const struct qc_part_request *request, const struct qc_part_column *columns)
{
    const struct qc_style *style = request->style;
    qc_strbuf_put(request->text, style->dim);
    for (; columns->head != NULL; columns++) {
        qc_strbuf_pad(request->text, columns->start + strlen(style->dim));
        qc_strbuf_put(request->text, columns->head);
    }
    qc_strbuf_printf(request->text, "%s\n", style->off);
}

void qc_part_begin(const struct qc_part_request *request, size_t count, const char *one,
                   const char *many, const char *why_absent, const struct qc_part_column *columns)
{
    if (count == 0 && why_absent != NULL) {
        qc_strbuf_put(request->text, "not known\n");
    } else {
        qc_strbuf_printf(request->text, "%zu%s\n", count, count == 1 ? one : many);
    }
    if (columns != NULL && count != 0) {
        put_heads(request, columns);
    }
}

void qc_part_end(const struct qc_part_request *request, const char *why_cut, const char *why_absent)
{
    problem_add(request, "a list ends early: ", why_cut);
    problem_add(request, "not all is known: ", why_absent);
    if (request->text != NULL) {
        text_missing(request, "a list ends early: ", why_cut);
        text_missing(request, "not all is known: ", why_absent);
    } else {
        qc_json_set(request->json, "why_cut", qc_json_text(why_cut));
        qc_json_set(request->json, "why_absent", qc_json_text(why_absent));
    }
}

/* ---- cells --------------------------------------------------------------------------------- */

void qc_part_put_address(const struct qc_part_request *request, struct qc_fact address)
{
    if (!address.is_known) {
        qc_strbuf_put(request->text, "?");
    } else if (address.value == 0) {
        qc_strbuf_put(request->text, "-");
    } else {
        qc_strbuf_printf(request->text, "0x%" PRIx64, address.value);
    }
}

void qc_part_put_callback(const struct qc_part_request *request, const struct qc_callback *callback)
{
    if (callback->name != NULL) {
        qc_text_known(callback->name, "?", request->text);
    } else {
        qc_part_put_address(request, callback->address);
    }
}

void qc_part_json_callback(struct qc_json *json, const char *key,
                           const struct qc_callback *callback)
{
    qc_json_object(json, key);
    qc_json_set(json, "address", qc_json_fact_address(callback->address));
    qc_json_set(json, "function", qc_json_text(callback->name));
    qc_json_close(json);
}

static const struct qc_peer *next_peer(const struct qc_part_request *request, uint64_t object,
                                       const struct qc_peer *previous)
{
    const struct qc_peers *peers = qc_process_peers(request->waits->process);
    size_t i = previous == NULL ? 0 : (size_t)(previous - peers->list.items) + 1;
    while (i < peers->list.count && peers->list.items[i].object != object) {
        i++;
    }
    return i < peers->list.count ? &peers->list.items[i] : NULL;
}

void qc_part_put_peers(const struct qc_part_request *request, uint64_t object)
{
    const struct qc_peer *peer = NULL;
    while ((peer = next_peer(request, object, peer)) != NULL) {
        qc_strbuf_printf(request->text, ", fd %d", peer->fd);
        qc_text_put(" (", peer->address, ")", request->text);
    }
}

void qc_part_json_peers(const struct qc_part_request *request, const char *key, uint64_t object)
{
    const struct qc_peer *peer = NULL;
    qc_json_array(request->json, key);
    while ((peer = next_peer(request, object, peer)) != NULL) {
        qc_json_object(request->json, NULL);
        qc_json_set(request->json, "fd", qc_json_signed(peer->fd));
        qc_json_set(request->json, "kind", qc_json_text(qc_peer_kind_name(peer->kind)));
        qc_json_set(request->json, "address", qc_json_text(peer->address));
        qc_json_close(request->json);
    }
    qc_json_close(request->json);
}

void qc_part_put_context(const struct qc_part_request *request,
                         const struct qc_aio_context *context)
{
    if (context == NULL || context->kind == QC_AIO_CONTEXT_MAIN) {
        qc_strbuf_put(request->text, context == NULL ? "main loop" : "main context");
    } else if (context->iothread == NULL) {
        qc_strbuf_put(request->text, qc_aio_context_kind_name(context->kind));
    } else {
        qc_text_put("iothread ", qc_str_or(context->iothread->id, "?"), "", request->text);
    }
}
