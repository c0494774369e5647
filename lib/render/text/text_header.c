/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "render/text/text_header.h"

#include <string.h>

#include "base/base.h"
#include "render/signal.h"

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

/* A snapshot that nobody has kept has no name. */
static void put_source(const struct qc_core *core, struct qc_strbuf *buffer)
{
    if (core->live.is_live && qc_bytes_is_nameless(core->bytes)) {
        qc_strbuf_put(buffer, "alive");
    } else {
        qc_strbuf_put_escaped(buffer, strcmp(core->path, "-") == 0 ? "standard input"
                                                                   : qc_path_name(core->path));
    }
}

void qc_text_header(struct qc_process *process, const struct qc_style *style,
                    struct qc_strbuf *buffer)
{
    struct qc_core *core = process->core;
    qc_core_see_shortages(core);
    const char *executable = qc_modules_executable_path(process->modules);
    qc_strbuf_put(buffer, style->bold);
    if (executable != NULL) {
        qc_strbuf_put_escaped(buffer, qc_path_name(executable));
    } else if (core->has_process_information) {
        qc_strbuf_put_escaped(buffer, core->process_name);
    } else {
        qc_strbuf_put(buffer, "process");
    }
    qc_strbuf_put(buffer, style->off);
    qc_strbuf_printf(buffer, " (pid %d, ", qc_core_pid(process->core));
    if (core->arch != NULL) {
        qc_strbuf_put(buffer, core->arch->name);
    } else {
        qc_strbuf_printf(buffer, "ELF machine %u", core->elf_machine);
    }
    qc_strbuf_printf(buffer, ")  %zu thread%s  ", process->threads->count,
                     qc_noun_s(process->threads->count));
    int sender;
    int signal = qc_threads_signal(process->threads, &sender);
    if (signal != 0) {
        char name[32];
        qc_signal_name(signal, name, sizeof(name));
        qc_strbuf_printf(buffer, "signal %s", name);
        if (sender != 0) {
            qc_strbuf_printf(buffer, " from pid %d", sender);
        }
    } else {
        qc_strbuf_put(buffer, "no signal");
    }
    qc_strbuf_put(buffer, "  ");
    put_source(core, buffer);
    qc_strbuf_printf(buffer, ": %s, %s%s%s\n", qc_bytes_container(core->bytes),
                     core->missing.count == 0 ? "" : style->warning,
                     core->missing.count == 0 ? "complete" : "incomplete",
                     core->missing.count == 0 ? "" : style->off);
}
