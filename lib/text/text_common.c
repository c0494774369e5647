/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/text_common.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct qc_style plain = {"", "", "", "", ""};
static const struct qc_style coloured = {"\033[1m", "\033[2m", "\033[33m", "\033[31m", "\033[0m"};

const struct qc_style *qc_style_of(const struct qemucore_render *render)
{
    return (render->flags & QEMUCORE_RENDER_COLOR) != 0 ? &coloured : &plain;
}

void qc_text_more(const struct qemucore_render *render, struct qc_strbuf *buffer)
{
    if (render->more != NULL) {
        qc_strbuf_printf(buffer, " (%s)", render->more);
    }
}

/* ---- the first line ------------------------------------------------------------------------- */

/* A snapshot that was not saved has no name. */
static void put_source(const struct qc_core *core, struct qc_strbuf *buffer)
{
    if (core->live.is_live && qc_bytes_is_nameless(core->bytes)) {
        qc_strbuf_put(buffer, "alive");
    } else {
        qc_strbuf_put_escaped(buffer, strcmp(core->path, "-") == 0 ? "standard input"
                                                                   : qc_path_name(core->path));
    }
}

static void put_name(const struct qc_process *process, struct qc_strbuf *buffer)
{
    const struct qc_core *core = process->core;
    const char *executable = qc_modules_executable_path(process->modules);
    qc_strbuf_put_escaped(buffer, executable != NULL            ? qc_path_name(executable)
                                  : core->has_process_information ? core->process_name
                                                                  : "process");
}

static void put_machine(const struct qc_core *core, struct qc_strbuf *buffer)
{
    if (core->arch != NULL) {
        qc_strbuf_put(buffer, core->arch->name);
    } else {
        qc_strbuf_printf(buffer, "ELF machine %u", core->elf_machine);
    }
}

static void put_signal(const struct qc_threads *threads, struct qc_strbuf *buffer)
{
    int sender;
    int signal = qc_threads_signal(threads, &sender);
    if (signal == 0) {
        qc_strbuf_put(buffer, "no signal");
        return;
    }
    char name[32];
    qc_signal_name(signal, name, sizeof(name));
    qc_strbuf_printf(buffer, "signal %s", name);
    if (sender != 0) {
        qc_strbuf_printf(buffer, " from pid %d", sender);
    }
}

static void put_pid(const struct qc_core *core, struct qc_strbuf *buffer)
{
    int pid = qc_core_pid(core);
    if (pid == 0) {
        qc_strbuf_put(buffer, "not known");
    } else {
        qc_strbuf_printf(buffer, "%d", pid);
    }
}

void qc_text_header(struct qc_process *process, const struct qc_style *style,
                    struct qc_strbuf *buffer)
{
    struct qc_core *core = process->core;
    qc_core_note_shortages(core);
    bool is_complete = core->missing.count == 0;
    qc_strbuf_put(buffer, style->bold);
    put_name(process, buffer);
    qc_strbuf_printf(buffer, "%s (pid ", style->off);
    put_pid(core, buffer);
    qc_strbuf_put(buffer, ", ");
    put_machine(core, buffer);
    qc_strbuf_printf(buffer, ")  %zu thread%s  ", process->threads->count,
                     qc_noun_s(process->threads->count));
    put_signal(process->threads, buffer);
    qc_strbuf_put(buffer, "  ");
    put_source(core, buffer);
    qc_strbuf_printf(buffer, ": %s, %s%s%s\n", qc_bytes_container(core->bytes),
                     is_complete ? "" : style->warning, is_complete ? "complete" : "incomplete",
                     is_complete ? "" : style->off);
}

void qc_text_header_above(struct qc_process *process, const struct qc_style *style, size_t start,
                          struct qc_strbuf *buffer)
{
    size_t end = buffer->length;
    qc_text_header(process, style, buffer);
    size_t length = buffer->length - end;
    QC_FREE char *header = buffer->failed ? NULL : malloc(length);
    buffer->failed |= header == NULL;
    if (!buffer->failed) {
        memcpy(header, buffer->text + end, length);
        memmove(buffer->text + start + length, buffer->text + start, end - start);
        memcpy(buffer->text + start, header, length);
    }
}

/* ---- facts ---------------------------------------------------------------------------------- */

void qc_text_label(const char *label, const struct qc_style *style, struct qc_strbuf *buffer)
{
    qc_strbuf_put(buffer, style->bold);
    qc_strbuf_put(buffer, label);
    qc_strbuf_put(buffer, style->off);
    qc_strbuf_pad(buffer, QC_TEXT_COLUMN_FACT + strlen(style->bold) + strlen(style->off));
}

void qc_text_indent(struct qc_strbuf *buffer)
{
    qc_strbuf_put(buffer, "\n");
    qc_strbuf_pad(buffer, QC_TEXT_COLUMN_FACT);
}

void qc_text_put(const char *before, const char *text, const char *after, struct qc_strbuf *buffer)
{
    if (text != NULL) {
        qc_strbuf_put(buffer, before);
        qc_strbuf_put_escaped(buffer, text);
        qc_strbuf_put(buffer, after);
    }
}

void qc_text_number(const char *before, struct qc_fact number, const char *after,
                    struct qc_strbuf *buffer)
{
    if (number.is_known) {
        qc_strbuf_printf(buffer, number.is_signed ? "%s%" PRId64 "%s" : "%s%" PRIu64 "%s", before,
                         number.value, after);
    }
}

void qc_text_count(const char *before, uint64_t count, const char *noun, const char *after,
                   struct qc_strbuf *buffer)
{
    qc_strbuf_printf(buffer, "%s%" PRIu64 " %s%s%s", before, count, noun, qc_noun_s(count), after);
}

void qc_text_hex(const char *before, struct qc_fact number, struct qc_strbuf *buffer)
{
    if (number.is_known) {
        qc_strbuf_printf(buffer, "%s0x%" PRIx64, before, number.value);
    }
}

void qc_text_known(const char *text, const char *otherwise, struct qc_strbuf *buffer)
{
    qc_strbuf_put_escaped(buffer, qc_str_or(text, otherwise));
}

void qc_text_size(uint64_t size, struct qc_strbuf *buffer)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    while (size != 0 && size % 1024 == 0 && unit + 1 < qc_count(units)) {
        size /= 1024;
        unit++;
    }
    qc_strbuf_printf(buffer, "%" PRIu64 " %s", size, units[unit]);
}

void qc_text_not_all(const char *why_cut, const char *why_absent, const struct qc_style *style,
                     struct qc_strbuf *buffer)
{
    const char *why = qc_str_or(why_cut, why_absent);
    if (why != NULL) {
        qc_text_indent(buffer);
        qc_strbuf_printf(buffer, "%snot all is known: ", style->dim);
        qc_strbuf_put_escaped(buffer, why);
        qc_strbuf_put(buffer, style->off);
    }
}

/* ---- the signal that made a dump, in words --------------------------------------------------- */

void qc_signal_name(int signal, char *text, size_t size)
{
    const char *name = sigabbrev_np(signal);
    if (name != NULL) {
        snprintf(text, size, "SIG%s", name);
    } else {
        snprintf(text, size, "signal %d", signal);
    }
}

struct reason {
    int signal; /* 0: any */
    int code;
    const char *text;
};

/* include/uapi/asm-generic/siginfo.h; the numbers are the same on all CPUs that we support. */
static const struct reason reasons[] = {
    {0, 0, "kill"},
    {0, -1, "sigqueue"},
    {0, -6, "tgkill"},
    {SIGSEGV, 1, "nothing is mapped there"},
    {SIGSEGV, 2, "the mapping there does not permit it"},
    {SIGSEGV, 3, "outside its bounds"},
    {SIGSEGV, 4, "a protection key forbids it"},
    {SIGSEGV, 0x80, "the CPU gives no address: not a canonical one, as a rule"},
    {SIGBUS, 1, "not aligned"},
    {SIGBUS, 2, "nothing backs the mapping: past the end of its file, or no huge page free"},
    {SIGBUS, 3, "hardware error"},
    {SIGBUS, 4, "hardware memory error, consumed"},
    {SIGBUS, 5, "hardware memory error, not yet consumed"},
    {SIGFPE, 1, "integer division by zero"},
    {SIGFPE, 2, "integer overflow"},
    {SIGILL, 1, "no such instruction"},
    {SIGILL, 2, "no such operand"},
    {SIGTRAP, 1, "breakpoint"},
};

bool qc_signal_has_information(const struct qc_threads *threads)
{
    int signal = qc_threads_signal(threads, NULL);
    const struct qc_core *core = threads->core;
    return signal != 0 && core->has_signal_information && core->signal == signal;
}

const char *qc_signal_reason(const struct qc_threads *threads)
{
    const struct qc_core *core = threads->core;
    for (size_t i = 0; qc_signal_has_information(threads) && i < qc_count(reasons); i++) {
        if ((reasons[i].signal == 0 || reasons[i].signal == core->signal) &&
            reasons[i].code == core->signal_code) {
            return reasons[i].text;
        }
    }
    return NULL;
}
