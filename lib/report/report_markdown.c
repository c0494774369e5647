/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report_markdown - the report for a ticket: sentences, and texts of the commands in fenced blocks
 */
#include <string.h>

#include "report/report.h"
#include "text/text.h"

static const struct qemucore_render plain = {.size = sizeof(plain)};
static const struct qemucore_render stacks = {
    .size = sizeof(stacks),
    .flags = QEMUCORE_RENDER_BACKTRACE | QEMUCORE_RENDER_GROUP,
};

struct markdown {
    struct qc_strbuf text;
    const struct qc_report *report;
};

/* Returns the redacted rendering, for free(3), and frees the rendering. NULL: out of memory. */
static char *take_redacted(struct markdown *markdown, struct qc_strbuf *rendering)
{
    bool failed = rendering->failed;
    char *redacted = qc_redact(&markdown->report->redaction,
                               rendering->length == 0 ? "" : rendering->text);
    markdown->text.failed |= failed || redacted == NULL;
    qc_strbuf_free(rendering);
    return redacted;
}

/* Appends a sentence. Escapes what Markdown, or HTML in it, would interpret. */
static void put_sentence(struct markdown *markdown, const char *sentence)
{
    static const char special[] = "\\`*_{}[]<>()#+-!|~&@";
    struct qc_strbuf escaped = {0};
    qc_strbuf_put_escaped(&escaped, sentence);
    QC_FREE char *redacted = take_redacted(markdown, &escaped);
    for (const char *at = qc_str_or(redacted, ""); *at != '\0'; at++) {
        qc_strbuf_printf(&markdown->text, strchr(special, *at) != NULL ? "\\%c" : "%c", *at);
    }
}

static size_t longest_fence(const char *text)
{
    size_t longest = 0;
    while ((text = strchr(text, '`')) != NULL) {
        size_t length = strspn(text, "`");
        longest = qc_max(length, longest);
        text += length;
    }
    return longest;
}

/* Appends a fenced block. Its fence is longer than any in the text, so that nothing can end it. */
static void put_fenced(struct markdown *markdown, struct qc_strbuf *rendering)
{
    QC_FREE char *redacted = take_redacted(markdown, rendering);
    size_t fence = redacted == NULL ? 0 : longest_fence(redacted);
    char ticks[64];
    size_t length = fence < 3 ? 3 : fence + 1;
    if (redacted == NULL || length >= sizeof(ticks)) {
        qc_strbuf_put(&markdown->text, "Left out: it would not stay in its block.\n\n");
        return;
    }
    memset(ticks, '`', length);
    ticks[length] = '\0';
    size_t size = strlen(redacted);
    qc_strbuf_printf(&markdown->text, "%s\n%s%s%s\n\n", ticks, redacted + strspn(redacted, "\n"),
                     size != 0 && redacted[size - 1] == '\n' ? "" : "\n", ticks);
}

/* Appends a fenced block that is folded where the ticket system can: a ticket should be short. */
static void put_folded(struct markdown *markdown, const char *title, struct qc_strbuf *rendering)
{
    qc_strbuf_printf(&markdown->text, "<details>\n<summary>%s</summary>\n\n", title);
    put_fenced(markdown, rendering);
    qc_strbuf_put(&markdown->text, "</details>\n\n");
}

static void put_labelled(struct markdown *markdown, const char *label, const char *sentence)
{
    if (sentence != NULL && sentence[0] != '\0') {
        qc_strbuf_printf(&markdown->text, "**%s:** ", label);
        put_sentence(markdown, sentence);
        qc_strbuf_put(&markdown->text, "\n\n");
    }
}

static void put_moved(struct markdown *markdown, const struct qc_comparison *comparison)
{
    struct qc_strbuf moved = {0};
    if (comparison != NULL) {
        qc_text_moved(comparison, &moved);
        QC_FREE char *sentence = qc_strbuf_take(&moved);
        markdown->text.failed |= sentence == NULL;
        put_labelled(markdown, "Since the earlier dump", sentence);
    }
}

static void put_evidence(struct markdown *markdown, const struct qemucore_finding *finding)
{
    for (size_t i = 0; i < finding->evidence.count; i++) {
        struct qc_strbuf line = {0};
        qc_text_evidence(&finding->evidence.items[i], false, &line);
        qc_strbuf_put(&markdown->text, "- ");
        put_sentence(markdown, line.failed || line.length == 0 ? "" : line.text);
        qc_strbuf_put(&markdown->text, "\n");
        qc_strbuf_free(&line);
    }
    qc_strbuf_put(&markdown->text,
                  finding->evidence_is_cut ? "- and more: the list ends at a limit\n\n" : "\n");
    for (size_t i = 0; i < finding->known.count; i++) {
        put_labelled(markdown, "Known bug", finding->known.items[i].sentence);
    }
}

static void put_headline(struct markdown *markdown, const struct qc_verdict *verdict)
{
    qc_strbuf_put(&markdown->text, "# ");
    put_sentence(markdown, qc_text_headline(verdict));
    qc_strbuf_put(&markdown->text, "\n\n");
    put_labelled(markdown, "not QEMU?", verdict->process_state->not_qemu);
    put_sentence(markdown, verdict->sentence);
    qc_strbuf_printf(&markdown->text, "%s\n\n", qc_text_full_stop(verdict->sentence));
}

static void put_others(struct markdown *markdown, const struct qc_verdict *verdict,
                       const struct qemucore_finding *decisive)
{
    for (size_t i = 0; i < verdict->findings.list.count; i++) {
        if (&verdict->findings.list.items[i] != decisive) {
            put_labelled(markdown, qc_severity_name(verdict->findings.list.items[i].severity),
                         verdict->findings.list.items[i].sentence);
        }
    }
    qc_strbuf_put(&markdown->text,
                  verdict->findings.are_cut ? "And more: the list ends at a limit.\n\n" : "");
}

static void put_verdict(struct markdown *markdown)
{
    const struct qc_verdict *verdict = markdown->report->why.verdict;
    const struct qemucore_finding *finding = qc_why_decisive(verdict);
    put_headline(markdown, verdict);
    put_labelled(markdown, "Who must act", finding == NULL ? NULL : finding->actor);
    put_labelled(markdown, "Look next", finding == NULL ? verdict->next : finding->next);
    put_moved(markdown, verdict->comparison);
    if (finding != NULL) {
        put_evidence(markdown, finding);
    }
    put_others(markdown, verdict, finding);
    for (size_t i = 0; i < verdict->findings.unknown.count; i++) {
        put_labelled(markdown, "Can't be told", verdict->findings.unknown.items[i]);
    }
    put_labelled(markdown, "Signature", verdict->signature);
}

char *qc_markdown_report(const struct qc_report *report)
{
    struct markdown markdown = {.report = report};
    struct qc_waits *waits = report->why.waits;
    struct qc_strbuf part = {0};
    put_verdict(&markdown);
    qc_text_threads(waits, &(struct qemucore_render){.flags = QEMUCORE_RENDER_GROUP}, &part);
    put_fenced(&markdown, &part);
    qc_text_state(waits, report->why.verdict->process_state, &plain, false, &part);
    put_folded(&markdown, "State", &part);
    qc_text_locks_story(waits, report->graph, &plain, &part);
    put_folded(&markdown, "Who waits for whom", &part);
    qc_text_threads(waits, &stacks, &part);
    put_folded(&markdown, "Stacks", &part);
    qc_text_coroutines(waits->process, report->coroutines, &stacks, &part);
    put_folded(&markdown, "Coroutines", &part);
    if (!report->redaction.is_on) {
        qc_text_info(&report->info, &plain, &part);
        put_folded(&markdown, "Process and modules", &part);
    }
    return qc_strbuf_take(&markdown.text);
}
