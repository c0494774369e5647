/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_state - parts made from the state: block layer, jobs, iothreads, migration, run state
 */
#include <inttypes.h>
#include <string.h>

#include "parts/part.h"

void qc_part_block(const struct qc_part_request *request)
{
    const struct qc_block *block = &request->state->block;
    if (request->text != NULL) {
        qc_text_block_graph(block, request->text);
    } else {
        qc_json_block_nodes(request->json, block, &request->state->clocks);
        qc_json_block_backends(request->json, block);
    }
    qc_part_end(request, block->why_cut, block->why_absent);
}

void qc_part_jobs(const struct qc_part_request *request)
{
    const struct qc_block *block = &request->state->block;
    if (request->text != NULL) {
        qc_text_block_jobs(block, request->text);
    } else {
        qc_json_block_jobs(request->json, block);
    }
    qc_part_end(request, block->why_cut, block->why_absent);
}

static void text_iothread(const struct qc_part_request *request, const struct qc_iothread *iothread)
{
    struct qc_strbuf *buffer = request->text;
    const struct qc_aio_context *context =
        qc_aio_context_of(&request->state->contexts, iothread->ctx);
    QC_FREE char *words = context == NULL ? NULL : qc_text_context(context);
    qc_text_put("  ", qc_str_or(iothread->id, "?"), "", buffer);
    qc_strbuf_printf(buffer, " 0x%" PRIx64, iothread->address);
    if (iothread->lwp > 0) {
        qc_strbuf_printf(buffer, ", LWP %d", iothread->lwp);
    } else {
        qc_strbuf_put(buffer, ", does not run yet");
    }
    if (context != NULL) {
        qc_text_number(", polls for up to ", context->poll_max_ns, " ns", buffer);
        qc_text_number(", grow ", context->poll_grow, "", buffer);
        qc_text_number(", shrink ", context->poll_shrink, "", buffer);
        qc_text_number(", batches of ", context->max_batch, "", buffer);
    }
    qc_text_put(": ", qc_str_or(words, "?"), "\n", buffer);
}

void qc_part_iothreads(const struct qc_part_request *request)
{
    const struct qc_iothreads *iothreads = qc_process_iothreads(request->waits->process);
    const struct qc_state *state = request->state;
    const char *why = qc_str_or(state->why_absent, state->contexts.why_absent);
    if (request->text == NULL) {
        qc_json_iothreads(request->json, "iothreads", request->waits, state);
        qc_part_end(request, NULL, why);
        return;
    }
    qc_part_begin(request, iothreads->list.count, "", "", why, NULL);
    for (size_t i = 0; i < iothreads->list.count; i++) {
        text_iothread(request, &iothreads->list.items[i]);
    }
    qc_part_end(request, NULL, why);
}

/* Appends what the monitor's `info migrate` shows of a migration that has begun. */
static void text_progress(const struct qc_migration_outgoing *outgoing, struct qc_strbuf *buffer)
{
    const struct qc_migration_progress *progress = &outgoing->progress;
    if (outgoing->state == NULL || strcmp(outgoing->state, "none") == 0) {
        return;
    }
    qc_text_number("passes over RAM        ", progress->passes, "\n", buffer);
    qc_text_number("pages sent             ", progress->normal_pages, "\n", buffer);
    qc_text_number("pages of zeroes        ", progress->zero_pages, "\n", buffer);
    qc_text_number("pages still dirty      ", progress->dirty_pages, "\n", buffer);
    qc_text_number("precopy                ", progress->precopy_bytes, " bytes\n", buffer);
    qc_text_number("postcopy               ", progress->postcopy_bytes, " bytes\n", buffer);
    qc_text_number("multifd                ", progress->multifd_bytes, " bytes\n", buffer);
    qc_text_number("transferred            ", progress->transferred_bytes, " bytes\n", buffer);
    qc_text_number("remaining              ", progress->remaining_bytes, " bytes\n", buffer);
    qc_text_number("total                  ", progress->total_bytes, " bytes\n", buffer);
    qc_text_number("sent during downtime   ", progress->downtime_bytes, " bytes\n", buffer);
    qc_text_number("throughput             ", progress->throughput_bits, " bits a second\n",
                   buffer);
    qc_text_number("pages sent             ", progress->pages_per_second, " a second\n", buffer);
    qc_text_number("pages dirtied          ", progress->dirty_pages_rate, " a second\n", buffer);
    qc_text_number("postcopy requests      ", progress->postcopy_requests, "\n", buffer);
    qc_text_number("vCPUs throttled by     ", progress->throttle_percent, " %\n", buffer);
    qc_text_number("total time             ", progress->total_ms, " ms\n", buffer);
    qc_text_number("downtime               ", progress->downtime_ms, " ms\n", buffer);
    qc_text_number("setup                  ", progress->setup_ms, " ms\n", buffer);
    qc_text_number("downtime, expected     ", progress->expected_downtime_ms, " ms\n", buffer);
    if (outgoing->capabilities != NULL && *outgoing->capabilities != '\0') {
        qc_text_put("capabilities           ", outgoing->capabilities, "\n", buffer);
    }
}

static void text_parameters(const struct qc_part_request *request,
                            const struct qc_migration_outgoing *outgoing)
{
    qc_vec_each(&outgoing->parameters, parameter) {
        if (!parameter->number.is_known && (parameter->text == NULL || *parameter->text == '\0')) {
            continue; /* not set, or of a type that is not read */
        }
        qc_text_put("parameter              ", qc_str_or(parameter->name, "?"), " ", request->text);
        if (!parameter->number.is_known) {
            qc_text_known(parameter->text, "?", request->text);
        } else if (parameter->is_flag) {
            qc_strbuf_put(request->text, parameter->number.value != 0 ? "on" : "off");
        } else {
            qc_strbuf_printf(request->text, "%" PRId64, (int64_t)parameter->number.value);
        }
        qc_strbuf_put(request->text, "\n");
    }
}

void qc_part_migration(const struct qc_part_request *request)
{
    const struct qc_migration *migration = &request->state->migration;
    if (request->text != NULL) {
        qc_strbuf_put(request->text, "\n");
        qc_text_migration(migration, request->style, request->text);
        text_progress(&migration->outgoing, request->text);
        text_parameters(request, &migration->outgoing);
    } else {
        qc_json_migration(request->json, migration);
    }
    qc_part_end(request, migration->why_cut,
                qc_str_or(migration->outgoing.why_absent, migration->incoming.why_absent));
}

void qc_part_status(const struct qc_part_request *request)
{
    const struct qc_runstate *runstate = &request->state->runstate;
    if (request->text != NULL) {
        qc_strbuf_put(request->text, "\n");
        qc_text_runstate(runstate, request->style, request->text);
    } else {
        qc_json_runstate(request->json, runstate);
    }
    qc_part_end(request, NULL, runstate->why_absent);
}
