/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * why_json - the document of qemucore-why: schema "qemucore-why/1"
 */
#include "json/documents.h"
#include "json/json_common.h"
#include "json/json_state.h"
#include "text/text.h"

static void json_frame(struct qc_json *json, const char *key, const struct qemucore_frame *frame)
{
    if (!qc_json_object_if(json, key, frame != NULL)) {
        return;
    }
    qc_json_set(json, "level", qc_json_signed(frame->level));
    qc_json_set(json, "pc", qc_json_address(frame->pc));
    qc_json_set(json, "function", qc_json_text(frame->function));
    qc_json_close(json);
}

static void json_evidence(struct qc_json *json, const struct qemucore_evidence *evidence)
{
    qc_json_set(json, "sentence", qc_json_text(evidence->sentence));
    qc_json_thread_label(json, "thread", evidence->thread);
    json_frame(json, "frame", evidence->frame);
    qc_json_set(json, "field", qc_json_text(evidence->field));
    qc_json_set(json, "address", qc_json_known_address(evidence->address));
}

static void json_bug(struct qc_json *json, const struct qc_known_bug *bug, const char *sentence)
{
    qc_json_same(json, bug, title, issue, fixed_in);
    qc_json_set(json, "commit", qc_json_text(bug->fixed_by));
    qc_json_same(json, bug, introduced_in, workaround);
    qc_json_set(json, "sentence", qc_json_text(sentence));
}

static void json_finding(struct qc_json *json, const struct qemucore_finding *finding)
{
    qc_json_same(json, finding, rule, origin);
    qc_json_set(json, "severity", qc_json_text(qc_severity_name(finding->severity)));
    qc_json_same(json, finding, is_doubt, sentence, actor, next);
    qc_json_list(json, "evidence", &finding->evidence, evidence, json_evidence(json, evidence));
    qc_json_list(json, "known", &finding->known, bug, json_bug(json, bug->bug, bug->sentence));
}

static void json_message(struct qc_json *json, const char *key,
                         const struct qc_crash_message *message)
{
    if (!qc_json_object_if(json, key, message->text != NULL)) {
        return;
    }
    qc_json_same(json, message, text, from);
    qc_json_set(json, "address", qc_json_address(message->address));
    qc_json_close(json);
}

/* Adds the crash; null if the process did not crash. */
static void json_crash(struct qc_json *json, const char *key, const struct qc_crash *crash)
{
    if (!qc_json_object_if(json, key, crash->ending == QC_ENDING_CRASH)) {
        return;
    }
    qc_json_set(json, "kind", qc_json_text(qc_crash_kind_name(crash->kind)));
    qc_json_thread_label(json, "thread", crash->thread);
    json_frame(json, "frame", crash->frame);
    qc_json_set(json, "address", qc_json_if(crash->has_address, qc_json_address(crash->address)));
    qc_json_set(json, "place", qc_json_text(crash->place.sentence));
    json_message(json, "message", &crash->message);
    json_message(json, "reported", &crash->reported);
    qc_json_set(json, "repeated", qc_json_text(crash->repeated));
    qc_json_close(json);
}

static void json_motion(struct qc_json *json, const struct qc_thread_motion *motion)
{
    qc_json_thread_label(json, "thread", motion->thread);
    qc_json_set(json, "motion", qc_json_text(qc_motion_name(motion->motion)));
    json_frame(json, "common", motion->common);
    qc_json_set(json, "cpu_time_us", qc_json_fact(motion->cpu_time));
}

/* Adds the comparison with an earlier dump; null if there is none. */
static void json_comparison(struct qc_json *json, const char *key,
                            const struct qc_comparison *comparison)
{
    if (!qc_json_object_if(json, key, comparison != NULL)) {
        return;
    }
    qc_json_set(json, "apart_ns", qc_json_fact(comparison->apart));
    qc_json_set(json, "apart_by_files_ns", qc_json_fact(comparison->apart_by_files));
    qc_json_set(json, "main_loop_turned", qc_json_text(qc_turn_name(comparison->turn)));
    qc_json_set(json, "requests_left", qc_json_unsigned(comparison->requests_left));
    qc_json_set(json, "requests_ended", qc_json_unsigned(comparison->requests_ended));
    qc_json_set(json, "requests_known", qc_json_bool(comparison->requests_known));
    qc_json_set(json, "threads_gone", qc_json_unsigned(comparison->gone));
    qc_json_list(json, "threads", &comparison->threads, motion, json_motion(json, motion));
    qc_json_close(json);
}

char *qc_json_why(const struct qc_why *why, const struct qemucore_render *render)
{
    const struct qc_verdict *verdict = why->verdict;
    struct qc_json document = {.page = qc_json_page(render)};
    struct qc_json *json = &document;
    qc_json_begin(json, "qemucore-why/1", why->waits->process);
    qc_json_set(json, "not_qemu", qc_json_text(verdict->process_state->not_qemu));
    qc_json_object(json, "verdict");
    qc_json_set(json, "state", qc_json_text(qc_verdict_state_name(verdict->state)));
    qc_json_same(json, verdict, sentence, next);
    qc_json_close(json);
    qc_json_list(json, "findings", &verdict->findings.list, finding, json_finding(json, finding));
    qc_json_texts(json, "unknown", verdict->findings.unknown.items, verdict->findings.unknown.count);
    qc_json_set(json, "remedy", qc_json_text(why->remedy));
    json_crash(json, "crash", &verdict->crash);
    json_comparison(json, "earlier", verdict->comparison);
    qc_json_member(json, "state", qc_json_state(json, why->waits, verdict->process_state));
    qc_json_set(json, "signature", qc_json_text(verdict->signature));
    qc_json_close(json);
    return qc_json_take(json);
}
