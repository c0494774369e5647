/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rules - what can be the matter with a QEMU
 *
 * Of findings that are equally grave the earlier rule's is the verdict: so what is special comes
 * before what is general. origin names the commit of QEMU that cured a case of it, whose message
 * tells the story, or the issue (gitlab.com/qemu-project/qemu), or the place in the source.
 */
#include "verdict/rule.h"

#define STACKS "Look at the stacks: qemucore-threads -b."
#define LOCKS "Look at qemucore-locks -v, which has the stacks."
#define SECOND_DUMP "A second dump, some seconds later, tells whether it moves."

const struct qc_verdict_rule qc_rules[] = {
    /* ---- crashes ---- */
    {"crash-assertion", QC_SEVERITY_CRASH, QC_CRASH_ASSERTION, "assert(3), g_assert()",
     qc_rule_crash, STACKS},
    {"crash-error", QC_SEVERITY_CRASH, QC_CRASH_ERROR, "util/error.c, error_abort", qc_rule_crash,
     STACKS},
    {"crash-out-of-memory", QC_SEVERITY_CRASH, QC_CRASH_OUT_OF_MEMORY, "glib/gmem.c; "
     "util/oslib-posix.c", qc_rule_crash,
     "Look at what it asked for (the size is among the frames' arguments), and at the host's limits."},
    {"crash-damaged-heap", QC_SEVERITY_CRASH, QC_CRASH_HEAP, "glibc malloc/malloc.c", qc_rule_crash,
     "Who damaged it was there before: valgrind or AddressSanitizer finds him."},
    {"crash-smashed-stack", QC_SEVERITY_CRASH, QC_CRASH_SMASHED_STACK, "-fstack-protector, "
     "_FORTIFY_SOURCE", qc_rule_crash, STACKS},
    {"crash-abort", QC_SEVERITY_CRASH, QC_CRASH_ABORT, "abort(3)", qc_rule_crash, STACKS},
    {"crash-glib", QC_SEVERITY_CRASH, QC_CRASH_GLIB, "glib/gmessages.c", qc_rule_crash, STACKS},
    {"crash-stack-overflow", QC_SEVERITY_CRASH, QC_CRASH_STACK_OVERFLOW, "include/qemu/coroutine.h "
     "(1 MiB); setrlimit(2), RLIMIT_STACK", qc_rule_crash,
     "Look at the functions that come again and again: qemucore-threads -b -n 60."},
    {"crash-null-pointer", QC_SEVERITY_CRASH, QC_CRASH_NULL_POINTER, "sigaction(2), SIGSEGV",
     qc_rule_crash, STACKS},
    {"crash-guest-ram", QC_SEVERITY_CRASH, QC_CRASH_GUEST_RAM, "sigaction(2), SIGBUS; "
     "hw/core/numa.c", qc_rule_crash,
     "Look at what is behind guest RAM: a file that was cut, huge pages that ran out."},
    {"crash-mapped-file", QC_SEVERITY_CRASH, QC_CRASH_FILE, "sigaction(2), SIGBUS", qc_rule_crash,
     "Look at the file, and at the free huge pages of the host."},
    {"crash-hardware", QC_SEVERITY_CRASH, QC_CRASH_HARDWARE,
     "sigaction(2), BUS_MCEERR_AR, BUS_MCEERR_AO", qc_rule_crash,
     "Look at the host's log: mcelog, rasdaemon."},
    {"crash-sandbox", QC_SEVERITY_CRASH, QC_CRASH_SANDBOX, "seccomp(2); softmmu/qemu-seccomp.c",
     qc_rule_crash, "Look at -sandbox on the command line."},
    {"crash-bad-call", QC_SEVERITY_CRASH, QC_CRASH_BAD_CALL, "sigaction(2), SIGSEGV", qc_rule_crash,
     STACKS},
    {"crash-bad-address", QC_SEVERITY_CRASH, QC_CRASH_BAD_ADDRESS, "sigaction(2), SIGSEGV",
     qc_rule_crash, STACKS},
    {"crash-instruction", QC_SEVERITY_CRASH, QC_CRASH_INSTRUCTION, "sigaction(2), SIGILL, SIGFPE",
     qc_rule_crash, STACKS},
    {"crash-signal", QC_SEVERITY_CRASH, QC_CRASH_SIGNAL, "signal(7)", qc_rule_crash, STACKS},

    /* ---- threads that wait for each other ---- */
    {"bql-aio-context-inversion", QC_SEVERITY_STUCK, QC_CYCLE_AIO_CONTEXT, "ca2a5e630d",
     qc_rule_cycle, LOCKS},
    {"rcu-deadlock", QC_SEVERITY_STUCK, QC_CYCLE_RCU,
     "d46a4847ca, 73c6e4013b, d09a6fde15; ef149763a8 (issue 650)", qc_rule_cycle, LOCKS},
    {"run-on-cpu-deadlock", QC_SEVERITY_STUCK, QC_CYCLE_WORK, "a4cda3f5df", qc_rule_cycle, LOCKS},
    {"self-deadlock", QC_SEVERITY_STUCK, QC_CYCLE_SELF, "1dbbe6f172, 6910f04aa6, d481617765",
     qc_rule_cycle, LOCKS},
    {"deadlock", QC_SEVERITY_STUCK, QC_CYCLE_OTHER, "pthread_mutex_lock(3)", qc_rule_cycle, LOCKS},
    {"lock-owner-gone", QC_SEVERITY_STUCK, 0, "pthread_mutex_lock(3)", qc_rule_owner_gone, LOCKS},

    /* ---- the block layer and event loops ---- */
    {"drain-graph-lock", QC_SEVERITY_STUCK, 2, "91ba0e1c38, b13f546545, 6bc0bcc89f, e462c6d27d",
     qc_rule_graph_lock, STACKS},
    {"drain-missed-kick", QC_SEVERITY_STUCK, 1, "7455ff1aa0, b532526a07, 4720cbeea1", qc_rule_drain,
     SECOND_DUMP},
    {"drain", QC_SEVERITY_STUCK, 0, "7f16476fab, 8c517de24a", qc_rule_drain,
     "Look at the storage below that node. " SECOND_DUMP},
    {"graph-lock-missed-wake", QC_SEVERITY_STUCK, 1, "e3082ab3b3", qc_rule_graph_lock, SECOND_DUMP},
    {"graph-lock-reader", QC_SEVERITY_STUCK, 0, "block/graph-lock.c", qc_rule_graph_lock,
     SECOND_DUMP},
    {"aio-context-poll", QC_SEVERITY_STUCK, 0, "bd6458e410, 2d24b60b77, 31b2ddfea3, 302823854b",
     qc_rule_context, LOCKS},
    {"foreign-poll", QC_SEVERITY_STUCK, 0, "issue 780; 930e239d11", qc_rule_foreign_poll, LOCKS},
    {"iothread-stop", QC_SEVERITY_STUCK, 0, "2362a28ea1, 6c95363d97", qc_rule_iothread_stop, STACKS},
    {"lost-notification", QC_SEVERITY_STUCK, 0, "b37548fcd1, 5710a3e09f (launchpad 1805256)",
     qc_rule_notify, SECOND_DUMP},
    {"nested-poll", QC_SEVERITY_STUCK, 0, "include/block/aio-wait.h", qc_rule_nested, SECOND_DUMP},

    /* ---- the BQL ---- */
    {"bql-held", QC_SEVERITY_STUCK, 0, "a7f523c7d1, 57dc02173c, d7dc0682f5, 1dc4718d84", qc_rule_bql,
     STACKS " " SECOND_DUMP},

    {"drain-call-rcu", QC_SEVERITY_STUCK, 0, "issue 650; ef149763a8, dd47a8f654", qc_rule_drain_rcu,
     STACKS " " SECOND_DUMP},

    /* ---- vCPUs ---- */
    {"pause-resumed", QC_SEVERITY_STUCK, 1, "issue 2187", qc_rule_pause, STACKS},
    {"pause-vcpus", QC_SEVERITY_STUCK, 0, "f962cac4c2; issue 2187", qc_rule_pause, SECOND_DUMP},
    {"run-on-cpu", QC_SEVERITY_STUCK, 0, "a8efa60633, e8f22f7684, a4cda3f5df", qc_rule_work,
     SECOND_DUMP},
    {"exclusive-section", QC_SEVERITY_STUCK, 0, "df8a688032", qc_rule_exclusive, SECOND_DUMP},
    {"ioctl-inhibitor", QC_SEVERITY_STUCK, 0, "f39b7d2b96", qc_rule_ioctl, SECOND_DUMP},
    {"clock-disable", QC_SEVERITY_STUCK, 0, "013aabdc66, bc02be4508, a08eac9761", qc_rule_timers,
     STACKS},

    /* ---- migration ---- */
    {"incoming-cut", QC_SEVERITY_STUCK, 4, "migration/qemu-file.c", qc_rule_incoming,
     "Look at the source: whether its process and host live; if so, at the network in between."},
    {"incoming-failed", QC_SEVERITY_STUCK, 3, "a5d35dc7e0, 2b667a8c0f; ccb783c312",
     qc_rule_incoming,
     "Look at QEMU's log, and hold the source's machine and devices against those here."},
    {"migration-join", QC_SEVERITY_STUCK, 0, "077fbb5942, 37c74b1dbb, 773861274a, a1af605bd5",
     qc_rule_join, STACKS},
    {"outgoing-ending", QC_SEVERITY_WARNING, 3, "migration/migration.c", qc_rule_outgoing,
     SECOND_DUMP},
    {"incoming-postcopy-paused", QC_SEVERITY_WAITING, 2, "docs/devel/migration/postcopy.rst",
     qc_rule_incoming, "Look at the network between the two hosts."},
    {"outgoing-postcopy-paused", QC_SEVERITY_WAITING, 2, "docs/devel/migration/postcopy.rst",
     qc_rule_outgoing, "Look at the network between the two hosts."},
    {"incoming-idle", QC_SEVERITY_WAITING, 0, "migration/migration.c", qc_rule_incoming, NULL},
    {"incoming-active", QC_SEVERITY_WAITING, 1, "1529ec8f5f", qc_rule_incoming,
     "Look at the source: query-migrate there."},
    {"outgoing-waits", QC_SEVERITY_WAITING, 1, "qapi/migration.json", qc_rule_outgoing, NULL},
    {"outgoing-active", QC_SEVERITY_NORMAL, 0, "migration/migration.c", qc_rule_outgoing, NULL},

    /* ---- hints ---- */
    {"vcpu-not-kicked", QC_SEVERITY_WARNING, 0, "accel/tcg/tcg-accel-ops.c, system/cpus.c",
     qc_rule_parked, SECOND_DUMP},
    {"call-rcu-starved", QC_SEVERITY_WARNING, 0, "67550d65b4 (issue 3930)", qc_rule_call_rcu, NULL},
    {"rcu-reader-asleep", QC_SEVERITY_WARNING, 0, "docs/devel/rcu.rst", qc_rule_rcu_reader, NULL},
    {"odd-lock", QC_SEVERITY_WARNING, 0, "glibc 1db84775f8 (bug 25847), b37548fcd1",
     qc_rule_anomaly, LOCKS},

    /* ---- what a sound process does ---- */
    {"preallocation", QC_SEVERITY_NORMAL, 0, "278fb16273", qc_rule_touch_pages, NULL},
    {"run-state", QC_SEVERITY_NORMAL, 0, "qapi/run-state.json", qc_rule_runstate, NULL},
    {"main-loop", QC_SEVERITY_NORMAL, 0, "util/main-loop.c", qc_rule_idle, NULL},
};

const size_t qc_rule_count = sizeof(qc_rules) / sizeof(qc_rules[0]);
