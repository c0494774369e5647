/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * migration_text - the outgoing and the incoming migration
 */
#include <inttypes.h>
#include <string.h>

#include "text/renderings.h"
#include "text/text_common.h"
#include "text/thread_label.h"

static bool is_none(const char *state)
{
    return state != NULL && strcmp(state, "none") == 0;
}

static void text_file(const char *what, const struct qc_migration_file *file,
                      struct qc_strbuf *buffer)
{
    if (!qc_fact_is_set(file->address)) {
        return;
    }
    qc_strbuf_printf(buffer, ", %s open", what);
    if (qc_fact_is_set(file->last_error)) {
        qc_text_number(" (its error is ", file->last_error, ")", buffer);
    }
}

static void text_thread(const char *what, const struct qemucore_thread *thread,
                        struct qc_strbuf *buffer)
{
    if (thread != NULL) {
        qc_strbuf_printf(buffer, ", %s ", what);
        qc_text_thread_label(thread, buffer);
    }
}

static void text_multifd(const struct qc_multifd *multifd, struct qc_strbuf *buffer)
{
    size_t running = 0;
    struct qc_sum jobs = {0};
    if (!qc_fact_is_set(multifd->state)) {
        return;
    }
    for (size_t i = 0; i < multifd->channels.count; i++) {
        running += multifd->channels.items[i].thread != NULL;
        qc_sum_count(&jobs, multifd->channels.items[i].pending_job);
    }
    if (!multifd->channels_known) {
        qc_strbuf_put(buffer, ", multifd (its channels are not known)");
        return;
    }
    qc_strbuf_printf(buffer, ", multifd of %zu channels (%zu threads", multifd->channels.count,
                     running);
    /* A receiving channel has no member pending_job. */
    if (!jobs.is_partial || jobs.value != 0) {
        qc_strbuf_printf(buffer, ", %s%" PRIu64 " with a job to do",
                         jobs.is_partial ? "at least " : "", jobs.value);
    }
    qc_strbuf_put(buffer, qc_fact_is_set(multifd->exiting) ? "; they are told to end)" : ")");
}

static void text_outgoing(const struct qc_migration_outgoing *outgoing, struct qc_strbuf *buffer)
{
    qc_text_put("outgoing: ", qc_str_or(outgoing->state, "not known"), "", buffer);
    qc_text_put(" (\"", outgoing->error, "\")", buffer);
    text_file("file to the destination", &outgoing->to_destination, buffer);
    text_thread("thread", outgoing->thread, buffer);
    text_thread("return path", outgoing->return_path, buffer);
    text_multifd(&outgoing->multifd, buffer);
}

static void text_incoming(const struct qc_migration_incoming *incoming, struct qc_strbuf *buffer)
{
    qc_text_put("incoming: ", qc_str_or(incoming->state, "not known"), "", buffer);
    qc_strbuf_put(buffer, qc_migration_awaits_source(incoming) ? ", no source has connected" : "");
    qc_text_put(", given as ", incoming->uri, "", buffer);
    qc_strbuf_put(buffer, qc_fact_is_set(incoming->listener) ? ", a listener is there" : "");
    text_file("file from the source", &incoming->from_source, buffer);
    qc_strbuf_put(buffer, qc_fact_is_set(incoming->coroutine)
                              ? incoming->in_coroutine ? ", the main thread loads"
                                                       : ", its coroutine is suspended"
                              : "");
    if (incoming->postcopy != NULL && !is_none(incoming->postcopy)) {
        qc_text_put(", postcopy ", incoming->postcopy, "", buffer);
    }
    text_thread("listens", incoming->listen_thread, buffer);
    text_thread("serves faults", incoming->fault_thread, buffer);
    text_multifd(&incoming->multifd, buffer);
}

void qc_text_migration(const struct qc_migration *migration, const struct qc_style *style,
                       struct qc_strbuf *buffer)
{
    const struct qc_migration_outgoing *outgoing = &migration->outgoing;
    const struct qc_migration_incoming *incoming = &migration->incoming;
    bool has_outgoing = !is_none(outgoing->state);
    bool has_incoming = !is_none(incoming->state) || incoming->uri != NULL ||
                 qc_fact_is_set(incoming->listener);
    qc_text_label("migration", style, buffer);
    if (has_outgoing) {
        text_outgoing(outgoing, buffer);
    }
    if (has_incoming) {
        if (has_outgoing) {
            qc_text_indent(buffer);
        }
        text_incoming(incoming, buffer);
    }
    qc_strbuf_put(buffer, !has_outgoing && !has_incoming ? "none" : "");
    qc_text_not_all(migration->why_cut, qc_str_or(outgoing->why_absent, incoming->why_absent),
                    style, buffer);
    qc_strbuf_put(buffer, "\n");
}
