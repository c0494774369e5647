/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * why_text - the verdict first, then its evidence, then a line for each part of the state
 */

#include <string.h>

#include "text/renderings.h"
#include "text/text_common.h"
#include "text/text_table.h"
#include "text/thread_label.h"

/* Pieces of evidence, and findings besides the decisive one, shown unless all are asked for. */
#define MOST_SHOWN 6

static bool wants_all(const struct qemucore_render *render)
{
    return (render->flags & (QEMUCORE_RENDER_BACKTRACE | QEMUCORE_RENDER_ALL)) != 0;
}

const char *qc_text_headline(const struct qc_verdict *verdict)
{
    static const char *const words[] = {
        [QC_VERDICT_UNKNOWN] = "CAN'T TELL",         [QC_VERDICT_HEALTHY] = "HEALTHY",
        [QC_VERDICT_WAITING] = "WAITING, healthy",   [QC_VERDICT_STUCK] = "STUCK",
        [QC_VERDICT_CRASHED] = "CRASHED",
    };
    bool warns = verdict->state == QC_VERDICT_HEALTHY &&
                 verdict->findings.list.items[0].severity == QC_SEVERITY_WARNING;
    return warns ? "HEALTHY, but see the warning" : words[verdict->state];
}

const struct qemucore_finding *qc_why_decisive(const struct qc_verdict *verdict)
{
    return verdict->decisive < verdict->findings.list.count
               ? &verdict->findings.list.items[verdict->decisive]
               : NULL;
}

const char *qc_text_full_stop(const char *sentence)
{
    size_t length = strlen(sentence);
    return length != 0 && sentence[length - 1] == '.' ? "" : ".";
}

static void text_headline(const struct qc_verdict *verdict, const struct qc_style *style,
                          struct qc_strbuf *buffer)
{
    const struct qemucore_finding *decisive = qc_why_decisive(verdict);
    bool bad = verdict->state == QC_VERDICT_STUCK || verdict->state == QC_VERDICT_CRASHED;
    qc_strbuf_printf(buffer, "%s%s%s: ", bad ? style->warning : style->bold,
                     qc_text_headline(verdict), style->off);
    qc_text_put("", verdict->sentence, qc_text_full_stop(verdict->sentence), buffer);
    if (decisive != NULL && decisive->actor != NULL) {
        qc_text_put(" ", decisive->actor, "", buffer);
    }
    qc_strbuf_put(buffer, "\n");
}

void qc_text_evidence(const struct qemucore_evidence *evidence, bool all, struct qc_strbuf *buffer)
{
    qc_strbuf_put_escaped(buffer, evidence->sentence);
    if (evidence->frame != NULL && evidence->thread != NULL) {
        qc_strbuf_put(buffer, "  in ");
        qc_text_location(evidence->frame, buffer);
    }
    if (all && evidence->field != NULL) {
        qc_text_put("  [", evidence->field, "]", buffer);
    }
    if (all && evidence->address != 0) {
        qc_strbuf_printf(buffer, "  0x%llx", (unsigned long long)evidence->address);
    }
}

static void text_evidence_list(const struct qemucore_finding *finding,
                               const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    bool all = wants_all(render);
    size_t count = finding->evidence.count;
    for (size_t i = 0; i < count && (all || i < MOST_SHOWN); i++) {
        qc_strbuf_put(buffer, "  - ");
        qc_text_evidence(&finding->evidence.items[i], all, buffer);
        qc_strbuf_put(buffer, "\n");
    }
    if (!all && count > MOST_SHOWN) {
        qc_strbuf_printf(buffer, "  - and %zu more", count - MOST_SHOWN);
        qc_text_more(render, buffer);
        qc_strbuf_put(buffer, "\n");
    }
    if (finding->evidence_is_cut) {
        qc_strbuf_put(buffer, "  - and more: the list ends at a limit\n");
    }
}

/* Appends the known bugs of a finding. Only those of the decisive finding are not indented. */
static void text_known(const struct qemucore_finding *finding, const char *indent,
                       const struct qc_style *style, struct qc_strbuf *buffer)
{
    for (size_t i = 0; i < finding->known.count; i++) {
        qc_strbuf_printf(buffer, "%s%s", indent, style->bold);
        qc_strbuf_put_escaped(buffer, finding->known.items[i].sentence);
        qc_strbuf_printf(buffer, ".%s\n", style->off);
    }
}

static void text_finding(const struct qemucore_finding *finding,
                         const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    bool all = wants_all(render);
    qc_strbuf_printf(buffer, "%salso%s  %s: ", style->bold, style->off,
                     qc_severity_name(finding->severity));
    qc_strbuf_put_escaped(buffer, finding->sentence);
    if (all) {
        qc_strbuf_printf(buffer, "  (%s; %s)", finding->rule, finding->origin);
    }
    qc_strbuf_put(buffer, "\n");
    if (all) {
        text_evidence_list(finding, render, buffer);
    }
    text_known(finding, "  ", style, buffer);
}

/* Appends a word and a text, which may come from the dump. Appends nothing if text is NULL. */
static void text_paragraph(const char *word, const char *text, const struct qc_style *style,
                           struct qc_strbuf *buffer)
{
    if (text != NULL) {
        qc_strbuf_printf(buffer, "%s%s%s  ", style->bold, word, style->off);
        qc_text_put("", text, "\n", buffer);
    }
}

/* Appends the findings besides the decisive one. */
static void text_other_findings(const struct qc_verdict *verdict,
                                const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    bool all = wants_all(render);
    size_t shown = 0;
    size_t left = 0;
    for (size_t i = 0; i < verdict->findings.list.count; i++) {
        const struct qemucore_finding *finding = &verdict->findings.list.items[i];
        bool normal = finding->severity == QC_SEVERITY_NORMAL;
        /* The state below shows what is normal beside a fault. */
        if (i == verdict->decisive || (!all && normal)) {
            continue;
        }
        if (all || shown < MOST_SHOWN) {
            text_finding(finding, render, buffer);
            shown++;
        } else {
            left++;
        }
    }
    if (left != 0) {
        qc_strbuf_printf(buffer, "also  %zu more", left);
        qc_text_more(render, buffer);
        qc_strbuf_put(buffer, "\n");
    }
    if (verdict->findings.are_cut) {
        qc_strbuf_put(buffer, "also  more than are listed: the list ends at a limit\n");
    }
}

static void text_findings(const struct qc_why *why, const struct qemucore_finding *decisive,
                          const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    const struct qc_verdict *verdict = why->verdict;
    const struct qc_style *style = qc_style_of(render);
    if (decisive != NULL) {
        text_evidence_list(decisive, render, buffer);
        text_known(decisive, "", style, buffer);
    }
    text_other_findings(verdict, render, buffer);
    for (size_t i = 0; i < verdict->findings.unknown.count; i++) {
        text_paragraph("can't tell", verdict->findings.unknown.items[i], style, buffer);
    }
    text_paragraph("to know more", why->remedy, style, buffer);
}

static void put_count(size_t count, const char *what, struct qc_strbuf *buffer)
{
    if (count != 0) {
        qc_strbuf_printf(buffer, ", %zu %s", count, what);
    }
}

/* Appends "14 threads are where the earlier dump has them, 2 elsewhere, 1 new". */
static void text_motions(const struct qc_comparison *comparison, struct qc_strbuf *buffer)
{
    size_t counts[QC_MOTION_NEW + 1] = {0};
    for (size_t i = 0; i < comparison->threads.count; i++) {
        counts[comparison->threads.items[i].motion]++;
    }
    qc_strbuf_printf(buffer, "%zu thread%s where the earlier dump has %s", counts[QC_MOTION_NONE],
                     counts[QC_MOTION_NONE] == 1 ? " is" : "s are",
                     counts[QC_MOTION_NONE] == 1 ? "it" : "them");
    put_count(counts[QC_MOTION_RAN], "there again, after some CPU time", buffer);
    put_count(counts[QC_MOTION_WITHIN], "elsewhere within the same call", buffer);
    put_count(counts[QC_MOTION_ELSEWHERE], "elsewhere", buffer);
    put_count(counts[QC_MOTION_NEW], "new", buffer);
    put_count(comparison->gone, "gone", buffer);
    put_count(counts[QC_MOTION_UNKNOWN], "whose stacks can't be compared", buffer);
}

static void text_apart(const struct qc_comparison *comparison, struct qc_strbuf *buffer)
{
    if (comparison->apart_by_files.is_known) {
        qc_strbuf_printf(buffer, "in %.1f s%s: ", (double)comparison->apart_by_files.value / 1e9,
                         comparison->are_snapshots ? "" : ", by the times of the files");
    } else if (comparison->apart.is_known) {
        qc_strbuf_printf(buffer, "in at least %.1f s: ", (double)comparison->apart.value / 1e9);
    }
}

static void text_moved(const struct qc_comparison *comparison, struct qc_strbuf *buffer)
{
    struct qc_thread_list moved = {0};
    qc_vec_each(&comparison->threads, motion) {
        if (qc_motion_is_seen(motion)) {
            buffer->failed |= !qc_vec_push(&moved, motion->thread);
        }
    }
    if (moved.count != 0) {
        qc_strbuf_put(buffer, ": ");
        qc_text_thread_labels(&moved, MOST_SHOWN, buffer);
        qc_strbuf_put(buffer, " moved");
    }
    qc_vec_free(&moved);
}

void qc_text_moved(const struct qc_comparison *comparison, struct qc_strbuf *buffer)
{
    text_apart(comparison, buffer);
    text_motions(comparison, buffer);
    text_moved(comparison, buffer);
}

static void text_comparison(const struct qc_comparison *comparison, const struct qc_style *style,
                            struct qc_strbuf *buffer)
{
    if (comparison != NULL) {
        qc_strbuf_printf(buffer, "%smoved%s  ", style->bold, style->off);
        qc_text_moved(comparison, buffer);
        qc_strbuf_put(buffer, "\n");
    }
}

static void text_stacks(const struct qc_why *why, const struct qemucore_finding *finding,
                        const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    struct qc_thread_list shown = {0};
    for (size_t i = 0; i < finding->evidence.count; i++) {
        struct qemucore_thread *thread = finding->evidence.items[i].thread;
        if (thread != NULL && !qc_vec_any(&shown, at, *at == thread)) {
            buffer->failed |= !qc_vec_push(&shown, thread);
            qc_text_stack(why->waits, thread, render, buffer);
        }
    }
    qc_vec_free(&shown);
}

void qc_text_why(const struct qc_why *why, const struct qemucore_render *render,
                 struct qc_strbuf *buffer)
{
    const struct qc_verdict *verdict = why->verdict;
    const struct qc_style *style = qc_style_of(render);
    struct qemucore_render table = *render;
    table.flags |= QEMUCORE_RENDER_GROUP;
    const struct qemucore_finding *decisive = qc_why_decisive(verdict);
    if (verdict->process_state->not_qemu != NULL) {
        qc_strbuf_printf(buffer, "%snot QEMU?%s  ", style->warning, style->off);
        qc_text_put("", verdict->process_state->not_qemu, "\n", buffer);
    }
    text_headline(verdict, style, buffer);
    text_findings(why, decisive, render, buffer);
    text_comparison(verdict->comparison, style, buffer);
    if (decisive != NULL && decisive->next != NULL) {
        qc_text_put("next  ", decisive->next, "\n", buffer);
    }
    qc_strbuf_put(buffer, "\n");
    qc_text_state(why->waits, verdict->process_state, render, true, buffer);
    qc_strbuf_put(buffer, "\n");
    size_t start = buffer->length;
    qc_text_table(why->waits, &table, buffer);
    qc_text_header_above(why->waits->process, style, start, buffer);
    if (wants_all(render) && decisive != NULL) {
        text_stacks(why, decisive, render, buffer);
    }
    qc_strbuf_printf(buffer, "\n%ssignature  ", style->dim);
    qc_strbuf_put_escaped(buffer, verdict->signature);
    qc_strbuf_printf(buffer, "%s\n", style->off);
}
