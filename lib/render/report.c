/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "render/report.h"

#include <stdio.h>
#include <string.h>

const char *qc_report_executable(const struct qc_report *report)
{
    const struct qemucore_module *module = qc_modules_executable(report->modules);
    return module == NULL || module->path[0] == '\0' ? NULL : module->path;
}

int qc_report_signal(const struct qc_report *report, int *sender)
{
    const struct qc_core *core = report->core;
    int signal = 0;
    for (size_t i = 0; i < report->threads->count; i++) {
        if (report->threads->items[i].crashed) {
            signal = report->threads->items[i].core_thread->signal;
        }
    }
    bool told = core->has_signal_information && core->signal == signal;
    if (sender != NULL) {
        *sender = signal != 0 && told ? core->signal_sender : 0;
    }
    return signal;
}

int qc_report_pid(const struct qc_report *report)
{
    const struct qc_core *core = report->core;
    if (core->has_process_information) {
        return core->process_id;
    }
    /* Thread ids are given out upwards, and the first one is the process's. */
    int lowest = 0;
    for (size_t i = 0; i < core->threads.count; i++) {
        int lwp = core->threads.items[i].lwp;
        lowest = lowest == 0 || lwp < lowest ? lwp : lowest;
    }
    return lowest;
}

const char *qc_report_machine(const struct qc_report *report)
{
    return report->core->arch != NULL ? report->core->arch->name : "unknown";
}

void qc_report_signal_name(int signal, char *text, size_t size)
{
    const char *name = sigabbrev_np(signal);
    if (name != NULL) {
        snprintf(text, size, "SIG%s", name);
    } else {
        snprintf(text, size, "signal %d", signal);
    }
}
