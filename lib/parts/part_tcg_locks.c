/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part_tcg_locks - the threads' own flags for holding the BQL, and the lock of record and replay
 */
#include "json/json.h"
#include "parts/part.h"

static const struct qc_part_column columns[] = {
    {2, "LWP"}, {12, "NAME"}, {36, "BQL"}, {46, "REPLAY"}, {58, "WAITS FOR"}, {0, NULL},
};

static void put_flag(const struct qc_part_request *request, struct qc_fact flag)
{
    qc_strbuf_put(request->text,
                  !flag.is_known ? "?" : flag.value != 0 ? "held" : "not held");
}

static void text_flags(const struct qc_part_request *request, const struct qc_lock_flags *flags)
{
    struct qc_strbuf *buffer = request->text;
    const struct qemucore_wait *wait = qc_waits_of(request->waits, flags->thread);
    qc_strbuf_pad(buffer, columns[0].start);
    qc_strbuf_printf(buffer, "%d", flags->thread->core_thread->lwp);
    qc_strbuf_pad(buffer, columns[1].start);
    qc_text_known(flags->thread->name, "?", buffer);
    qc_strbuf_pad(buffer, columns[2].start);
    put_flag(request, flags->bql);
    qc_strbuf_pad(buffer, columns[3].start);
    put_flag(request, flags->replay);
    qc_strbuf_pad(buffer, columns[4].start);
    qc_text_put("", qc_str_or(wait->sentence, "-"), "\n", buffer);
}

static void json_flags(const struct qc_part_request *request, const struct qc_lock_flags *flags)
{
    struct qc_json *json = request->json;
    qc_json_thread(json, flags->thread);
    qc_json_flags(json, flags, bql, replay);
    qc_json_set(json, "wait", qc_json_text(qc_waits_of(request->waits, flags->thread)->sentence));
}

void qc_part_tcg_locks(const struct qc_part_request *request)
{
    QC_GUARD(qc_vec_guard) struct qc_lock_flags_list flags = {.why_absent = NULL};
    qc_process_name_threads(request->waits->process);
    qc_lock_flags_find(request->waits->process, &flags);
    qc_part_list(request, "threads", &flags.list, "thread", flags.why_absent, columns, text_flags,
                 json_flags);
    qc_part_end(request, NULL, flags.why_absent);
}
