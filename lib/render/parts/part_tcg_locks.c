/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_tcg_locks - the threads' own flags for holding the BQL, and the lock of record and replay
 */
#include "render/json/json_common.h"
#include "render/parts/part.h"

static const size_t columns[] = {2, 12, 36, 46, 58};
static const char *const heads[] = {"LWP", "NAME", "BQL", "REPLAY", "WAITS FOR"};

static void put_flag(const struct qc_part_request *request, struct qc_fact flag)
{
    qc_strbuf_put(request->text,
                  !flag.is_known ? "?" : flag.value != 0 ? "held" : "not held");
}

static void text_flags(const struct qc_part_request *request, const struct qc_lock_flags *flags)
{
    struct qc_strbuf *buffer = request->text;
    const struct qemucore_wait *wait = qc_waits_of(request->waits, flags->thread);
    qc_strbuf_pad(buffer, columns[0]);
    qc_strbuf_printf(buffer, "%d", flags->thread->core_thread->lwp);
    qc_strbuf_pad(buffer, columns[1]);
    qc_part_put(request, flags->thread->name);
    qc_strbuf_pad(buffer, columns[2]);
    put_flag(request, flags->bql);
    qc_strbuf_pad(buffer, columns[3]);
    put_flag(request, flags->replay);
    qc_strbuf_pad(buffer, columns[4]);
    qc_strbuf_put_escaped(buffer, qc_text_or(wait->sentence, "-"));
    qc_strbuf_put(buffer, "\n");
}

static void json_flags(const struct qc_part_request *request, const struct qc_lock_flags *flags)
{
    struct qc_json *json = request->json;
    qc_json_object(json, NULL);
    qc_json_set(json, "lwp", qc_json_signed(flags->thread->core_thread->lwp));
    qc_json_set(json, "name", qc_json_text(flags->thread->name));
    qc_json_set(json, "bql", qc_json_fact_bool(flags->bql));
    qc_json_set(json, "replay", qc_json_fact_bool(flags->replay));
    qc_json_set(json, "wait", qc_json_text(qc_waits_of(request->waits, flags->thread)->sentence));
    qc_json_close(json);
}

void qc_part_tcg_locks(const struct qc_part_request *request)
{
    QC_GUARD(qc_lock_flags_free) struct qc_lock_flags_list flags = {.why_absent = NULL};
    qc_process_name_threads(request->waits->process);
    qc_lock_flags_find(request->waits->process, &flags);
    qc_part_begin(request, "threads", flags.list.count, "thread",
                  flags.why_absent);
    if (request->text != NULL && flags.list.count != 0) {
        qc_part_heads(request, columns, heads, qc_count(heads));
    }
    for (size_t i = 0; i < flags.list.count; i++) {
        (request->text != NULL ? text_flags : json_flags)(request, &flags.list.items[i]);
    }
    qc_part_end_list(request);
    qc_part_end(request, NULL, flags.why_absent);
}
