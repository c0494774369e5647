/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verdict/known/known.h"

#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "verdict/verdict.h"

/* ---- versions ------------------------------------------------------------------------------- */

struct version {
    unsigned major;
    unsigned minor;
    unsigned micro;
};

/* "8.2" is 8.2.0. What a distribution appends to the numbers is ignored. */
static bool version_parse(const char *text, struct version *ret)
{
    *ret = (struct version){0};
    return text != NULL &&
           sscanf(text, "%4u.%4u.%4u", &ret->major, &ret->minor, &ret->micro) >= 2;
}

static bool version_is_before(struct version left, struct version right)
{
    return left.major != right.major   ? left.major < right.major
           : left.minor != right.minor ? left.minor < right.minor
                                       : left.micro < right.micro;
}

bool qc_known_has_version(const struct qc_known_bug *bug, const char *version)
{
    struct version is;
    struct version introduced;
    struct version fixed;
    if (!version_parse(version, &is)) {
        return true;
    }
    if (version_parse(bug->introduced_in, &introduced) && version_is_before(is, introduced)) {
        return false;
    }
    return version_parse(bug->fixed_in, &fixed) && version_is_before(is, fixed);
}

/* ---- the condition -------------------------------------------------------------------------- */

/* Returns the length of the word at text, which ends at a space. */
static size_t word_length(const char *text)
{
    return strcspn(text, " ");
}

static const char *word_next(const char *text)
{
    text += word_length(text);
    return text + strspn(text, " ");
}

static bool words_have(const char *words, const char *wanted)
{
    size_t length = strlen(wanted);
    for (; *words != '\0'; words = word_next(words)) {
        if (word_length(words) == length && strncmp(words, wanted, length) == 0) {
            return true;
        }
    }
    return false;
}

/* A compiler's clone of a function has its name and a dot. */
static bool frame_is(const struct qemucore_frame *frame, const char *name, size_t length)
{
    return frame->function != NULL && strcspn(frame->function, ".") == length &&
           strncmp(frame->function, name, length) == 0;
}

/* word: "new|old" */
static bool frame_is_any(const struct qemucore_frame *frame, const char *word)
{
    for (size_t length = strcspn(word, "| "); length != 0; length = strcspn(word, "| ")) {
        if (frame_is(frame, word, length)) {
            return true;
        }
        word += length + (word[length] == '|');
    }
    return false;
}

bool qc_known_is_on(const struct qc_stack *stack, const char *functions)
{
    size_t level = 0;
    for (; *functions != '\0'; functions = word_next(functions)) {
        while (level < stack->frames.count &&
               !frame_is_any(&stack->frames.items[level], functions)) {
            level++;
        }
        if (level == stack->frames.count) {
            return false;
        }
        level++;
    }
    return true;
}

static bool is_on_others(struct qc_threads *threads, const struct qemucore_thread *thread,
                         const char *functions)
{
    return qc_vec_any(threads, other,
                      other != thread && qc_known_is_on(qc_thread_stack(other), functions));
}

static bool has_stacks(const struct qc_verdict *verdict, const struct qemucore_finding *finding,
                       const char *const *stacks)
{
    for (size_t i = 0; i < finding->evidence.count; i++) {
        struct qemucore_thread *thread = finding->evidence.items[i].thread;
        if (thread != NULL && qc_known_is_on(qc_thread_stack(thread), stacks[0]) &&
            (stacks[1] == NULL ||
             is_on_others(verdict->graph->process->threads, thread, stacks[1]))) {
            return true;
        }
    }
    return false;
}

static bool has_architecture(const struct qc_verdict *verdict, const char *architecture)
{
    const struct qc_arch *arch = verdict->graph->process->core->arch;
    return architecture == NULL || (arch != NULL && qc_str_is(arch->name, architecture));
}

/* pieces: QC_KNOWN_PIECES of them, or NULL after the last. */
static bool text_has(const char *text, const char *const *pieces)
{
    for (size_t i = 0; i < QC_KNOWN_PIECES && pieces[i] != NULL; i++) {
        if (text == NULL || strstr(text, pieces[i]) == NULL) {
            return false;
        }
    }
    return true;
}

static bool has_message(const struct qc_verdict *verdict, const struct qemucore_finding *finding,
                        const char *const *pieces)
{
    const struct qc_crash *crash = &verdict->crash;
    return pieces[0] == NULL ||
           (finding->severity == QC_SEVERITY_CRASH &&
            (text_has(crash->message.text, pieces) || text_has(crash->reported.text, pieces)));
}

static bool fits(const struct qc_verdict *verdict, const struct qemucore_finding *finding,
                 const struct qc_known_bug *bug)
{
    const char *rules = bug->rules == NULL && bug->message[0] != NULL ? QC_KNOWN_MESSAGE
                                                                      : bug->rules;
    if (rules == NULL ? finding->severity < QC_SEVERITY_STUCK
                      : !words_have(rules, finding->rule)) {
        return false;
    }
    return has_architecture(verdict, bug->architecture) &&
           has_message(verdict, finding, bug->message) &&
           (bug->stacks[0] == NULL || has_stacks(verdict, finding, bug->stacks));
}

/* ---- the sentence --------------------------------------------------------------------------- */

static void put_version(struct qc_strbuf *buffer, const char *text)
{
    struct version version;
    if (!version_parse(text, &version)) {
        qc_strbuf_put(buffer, "this QEMU's version is not known");
        return;
    }
    qc_strbuf_printf(buffer, "this is %u.%u.%u (%sdistributions may have it as a patch)",
                     version.major, version.minor, version.micro,
                     version.micro == 0 ? "" : "stable releases and ");
}

char *qc_known_sentence(const struct qc_known_bug *bug, const char *version)
{
    struct qc_strbuf buffer = {0};
    qc_strbuf_printf(&buffer, "known QEMU %s: %s. Fixed upstream in %s (%s); ",
                     qc_str_or(bug->issue, "bug"), bug->title, bug->fixed_in, bug->fixed_by);
    put_version(&buffer, version);
    if (bug->workaround != NULL) {
        qc_strbuf_printf(&buffer, ". Until then: %s", bug->workaround);
    }
    return qc_strbuf_take(&buffer);
}

/* ---- the whole ------------------------------------------------------------------------------ */

/* The version is searched for only when the first row matches, which is rare. */
struct search {
    struct qc_verdict *verdict;
    bool version_looked_for;
    struct qc_version version;
};

static const char *find_version(struct search *search)
{
    if (!search->version_looked_for) {
        search->version_looked_for = true;
        qc_version_find(search->verdict->graph->process->modules, &search->version);
    }
    return search->version.version;
}

static bool finding_add(struct search *search, struct qemucore_finding *finding,
                        const struct qc_known_bug *bug)
{
    struct qemucore_known *known = qc_vec_add(&finding->known);
    if (known == NULL) {
        return false;
    }
    known->index = finding->known.count - 1;
    known->bug = bug;
    known->sentence = qc_fields_keep(search->verdict->graph->process->fields,
                                     qc_known_sentence(bug, find_version(search)));
    return known->sentence != NULL;
}

static bool bug_find(struct search *search, const struct qc_known_bug *bug)
{
    struct qc_verdict *verdict = search->verdict;
    for (size_t i = 0; i < verdict->findings.list.count; i++) {
        if (fits(verdict, &verdict->findings.list.items[i], bug)) {
            return !qc_known_has_version(bug, find_version(search)) ||
                   finding_add(search, &verdict->findings.list.items[i], bug);
        }
    }
    return true;
}

bool qc_known_find(struct qc_verdict *verdict)
{
    struct search search = {.verdict = verdict};
    bool done = true;
    for (size_t i = 0; done && i < qc_known_bug_count; i++) {
        done = bug_find(&search, &qc_known_bugs[i]);
    }
    qc_version_free(&search.version);
    return done;
}
