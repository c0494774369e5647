/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_crash - why the process crashed, and what its memory says about it
 */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "rules/condition.h"

static void show_printed(struct qemucore_finding *finding)
{
    struct qc_rule_context *context = finding->context;
    const struct qc_crash *crash = context->crash;
    if (crash->reported.text != NULL) {
        qc_evidence_add(finding, (struct qc_subject){.address = crash->reported.address},
                        "printed last%s, by %s: %s",
                        crash->ended_itself ? "" : ", some time before", crash->reported.from,
                        crash->reported.text);
    } else if (crash->ended_itself && crash->message.text == NULL) {
        const char *target = qc_live_target(&context->process->core->live, STDERR_FILENO);
        bool is_file = target != NULL && target[0] == '/';
        qc_evidence_add(finding, (struct qc_subject){0},
                        "what it has printed, if anything, is not in memory any more: the file that "
                        "its standard error went to has it%s%s",
                        is_file ? ": " : "", is_file ? target : "");
    }
}

/* pthread_create(3). From glibc 2.37 on, printf's text, which has the error, is rarely left. */
static const char next_for_thread[] =
    "Where a limit is reached, pthread_create() fails with EAGAIN (Resource temporarily "
    "unavailable): look at pids.max of its cgroup, at RLIMIT_NPROC and RLIMIT_AS, at "
    "kernel.threads-max and vm.max_map_count.";

/* Reports what crash.c has found, if the rule is for its kind. */
void qc_condition_crash(struct qc_rule_context *context)
{
    const struct qc_crash *crash = context->crash;
    if (crash->ending != QC_ENDING_CRASH || crash->kind != context->rule->variant.crash) {
        return;
    }
    bool has_function = crash->frame != NULL && crash->frame->function != NULL;
    struct qemucore_finding *finding = qc_finding_report(
        context, "%s%s%s%s%s", qc_str_or(crash->sentence, "it crashed"),
        has_function ? ", in " : "", has_function ? qc_rule_function(context, crash->frame) : "",
        crash->message.text == NULL ? "" : ": ", qc_str_or(crash->message.text, ""));
    const char *name = sigabbrev_np(crash->signal);
    struct qc_subject where = {.thread = crash->thread, .frame = crash->frame};
    qc_evidence_add(finding, where, "%s%s came to %s", name == NULL ? "a signal" : "SIG",
                    qc_str_or(name, ""), qc_rule_thread_label(context, crash->thread));
    if (crash->has_address) {
        where.address = crash->address;
        qc_evidence_add(finding, where, "%s is 0x%" PRIx64 ": %s",
                        crash->kind == QC_CRASH_HARDWARE ? "the address of the failed memory"
                                                         : "the faulting address",
                        crash->address, crash->place.sentence);
    }
    if (crash->message.text != NULL) {
        qc_evidence_add(finding, (struct qc_subject){.address = crash->message.address},
                        "%s says: %s", crash->message.from, crash->message.text);
    }
    show_printed(finding);
    if (crash->frame != NULL && qc_frame_is(crash->frame, "qemu_thread_create")) {
        qc_finding_set_next(finding, "%s", next_for_thread);
    }
}
