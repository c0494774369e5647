/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * why_json - the document of qemucore-why: schema "qemucore-why/1"
 */
#include "render/json_lock.h"
#include "render/json_state.h"
#include "render/why.h"

static json_t *json_frame(const struct qemucore_frame *frame)
{
    if (frame == NULL) {
        return json_null();
    }
    json_t *object = json_object();
    json_object_set_new(object, "level", json_integer(frame->level));
    json_object_set_new(object, "pc", qc_json_address(frame->pc));
    json_object_set_new(object, "function", qc_json_text(frame->function));
    return object;
}

static json_t *json_evidence(const struct qemucore_finding *finding)
{
    json_t *list = json_array();
    for (size_t i = 0; i < finding->evidence.count; i++) {
        const struct qemucore_evidence *evidence = &finding->evidence.items[i];
        json_t *object = json_object();
        json_object_set_new(object, "sentence", qc_json_text(evidence->sentence));
        json_object_set_new(object, "thread", evidence->thread == NULL
                                                  ? json_null()
                                                  : qc_json_person(evidence->thread));
        json_object_set_new(object, "frame", json_frame(evidence->frame));
        json_object_set_new(object, "field", qc_json_text(evidence->field));
        json_object_set_new(object, "address", evidence->address == 0
                                                   ? json_null()
                                                   : qc_json_address(evidence->address));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *json_findings(const struct qc_verdict *verdict)
{
    json_t *list = json_array();
    for (size_t i = 0; i < verdict->findings.count; i++) {
        const struct qemucore_finding *finding = &verdict->findings.items[i];
        json_t *object = json_object();
        json_object_set_new(object, "rule", json_string(finding->rule));
        json_object_set_new(object, "origin", qc_json_text(finding->origin));
        json_object_set_new(object, "severity", json_string(qc_severity_name(finding->severity)));
        json_object_set_new(object, "sentence", qc_json_text(finding->sentence));
        json_object_set_new(object, "actor", qc_json_text(finding->actor));
        json_object_set_new(object, "next", qc_json_text(finding->next));
        json_object_set_new(object, "evidence", json_evidence(finding));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *json_message(const struct qc_crash_message *message)
{
    if (message->text == NULL) {
        return json_null();
    }
    json_t *object = json_object();
    json_object_set_new(object, "text", qc_json_text(message->text));
    json_object_set_new(object, "from", json_string(message->from));
    json_object_set_new(object, "address", qc_json_address(message->address));
    return object;
}

/* null: it did not crash. */
static json_t *json_crash(const struct qc_crash *crash)
{
    if (crash->ending != QC_ENDING_CRASH) {
        return json_null();
    }
    json_t *object = json_object();
    json_object_set_new(object, "kind", json_string(qc_crash_kind_name(crash->kind)));
    json_object_set_new(object, "thread", qc_json_person(crash->thread));
    json_object_set_new(object, "frame", json_frame(crash->frame));
    json_object_set_new(object, "address",
                        crash->has_address ? qc_json_address(crash->address) : json_null());
    json_object_set_new(object, "place", qc_json_text(crash->place.sentence));
    json_object_set_new(object, "message", json_message(&crash->message));
    json_object_set_new(object, "reported", json_message(&crash->reported));
    json_object_set_new(object, "repeated", qc_json_text(crash->repeated));
    return object;
}

char *qc_json_why(const struct qc_why *why)
{
    const struct qc_verdict *verdict = why->verdict;
    json_t *document = json_object();
    json_t *summary = json_object();
    json_t *unknown = json_array();
    json_object_set_new(summary, "state", json_string(qc_verdict_state_name(verdict->state)));
    json_object_set_new(summary, "sentence", qc_json_text(verdict->sentence));
    json_object_set_new(summary, "next", qc_json_text(verdict->next));
    for (size_t i = 0; i < verdict->unknown.count; i++) {
        json_array_append_new(unknown, qc_json_text(verdict->unknown.items[i]));
    }
    json_object_set_new(document, "schema", json_string("qemucore-why/1"));
    json_object_set_new(document, "core", qc_json_core(why->waits->process));
    json_object_set_new(document, "verdict", summary);
    json_object_set_new(document, "findings", json_findings(verdict));
    json_object_set_new(document, "unknown", unknown);
    json_object_set_new(document, "remedy", qc_json_text(why->remedy));
    json_object_set_new(document, "crash", json_crash(&verdict->crash));
    json_object_set_new(document, "state",
                        qc_json_state(why->waits, verdict->process_state));
    json_object_set_new(document, "signature", qc_json_text(verdict->signature));
    return qc_json_end(document);
}
