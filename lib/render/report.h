/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report - what the renderings look at
 */
#ifndef QC_RENDER_REPORT_H
#define QC_RENDER_REPORT_H

#include "base/strbuf.h"
#include "wait/waits.h"

struct qc_report {
    const char *path; /* of the core, as it was given */
    struct qc_core *core;
    struct qc_modules *modules;
    struct qc_threads *threads;
    struct qc_process *process;
    struct qc_waits *waits;
};

/* The process's executable as the core names it, NULL: it does not. */
const char *qc_report_executable(const struct qc_report *report);

/* Signal that made the dump and, in *sender, the process that sent it; 0 where there is none. */
int qc_report_signal(const struct qc_report *report, int *sender);

/* Process id, 0 where unknown. */
int qc_report_pid(const struct qc_report *report);

/* "x86_64", or what the ELF header says of an unknown machine. */
const char *qc_report_machine(const struct qc_report *report);

/* "SIGABRT", or "signal 99". Linux numbers signals alike on the CPUs that we know. */
void qc_report_signal_name(int signal, char *text, size_t size);

/* Whether a rendering asks for this thread. */
static inline bool qc_render_wants(const struct qemucore_render *render,
                                   const struct qemucore_thread *thread)
{
    return render->lwp == 0 || render->lwp == thread->core_thread->lwp;
}

/* Into buffer; whoever takes it sees whether memory ran out. */
void qc_text_threads(const struct qc_report *report, const struct qemucore_render *render,
                     struct qc_strbuf *buffer);

/* A value as gdb prints it; depth: how many structures within each other have their members shown. */
void qc_text_value(const struct qemucore_variable *variable, unsigned depth,
                   struct qc_strbuf *buffer);

/* One thread's stack, with a headline and an empty line before it. */
void qc_text_stack(const struct qc_report *report, struct qemucore_thread *thread,
                   const struct qemucore_render *render, struct qc_strbuf *buffer);

/* A JSON document, to be freed by free(3); NULL: out of memory. */
char *qc_json_threads(const struct qc_report *report, const struct qemucore_render *render);

#endif
