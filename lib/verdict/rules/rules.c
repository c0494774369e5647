/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rules - what can be the matter with a QEMU
 *
 * Of findings that are equally grave the earlier rule's is the verdict: so what is special comes
 * before what is general. origin names the commit of QEMU that cured a case of it, whose message
 * tells the story, or the issue (gitlab.com/qemu-project/qemu), or the place in the source.
 */
#include "verdict/rules/rule.h"

/* One rule alone has the condition. */
#define NO_VARIANT {0}

#define STACKS "Look at the stacks: qemucore-threads -b."
#define LOCKS "Look at qemucore-locks -v, which has the stacks."
#define SECOND_DUMP QC_RULE_SECOND_DUMP

const struct qc_rule qc_rules[] = {
    /* ---- crashes ---- */
    {"crash-assertion", QC_SEVERITY_CRASH, qc_condition_crash, {.crash = QC_CRASH_ASSERTION},
     "assert(3), g_assert()", STACKS},
    {"crash-error", QC_SEVERITY_CRASH, qc_condition_crash, {.crash = QC_CRASH_ERROR},
     "util/error.c, error_abort", STACKS},
    {"crash-out-of-memory", QC_SEVERITY_CRASH, qc_condition_crash,
     {.crash = QC_CRASH_OUT_OF_MEMORY},
     "glib/gmem.c; util/oslib-posix.c",
     "Look at what it asked for (the size is among the frames' arguments), and at the host's limits."},
    {"crash-damaged-heap", QC_SEVERITY_CRASH, qc_condition_crash, {.crash = QC_CRASH_HEAP},
     "glibc malloc/malloc.c",
     "Who damaged it was there before: valgrind or AddressSanitizer finds him."},
    {"crash-smashed-stack", QC_SEVERITY_CRASH, qc_condition_crash,
     {.crash = QC_CRASH_SMASHED_STACK},
     "-fstack-protector, _FORTIFY_SOURCE", STACKS},
    {"crash-abort", QC_SEVERITY_CRASH, qc_condition_crash, {.crash = QC_CRASH_ABORT},
     "abort(3)", STACKS},
    {"crash-glib", QC_SEVERITY_CRASH, qc_condition_crash, {.crash = QC_CRASH_GLIB},
     "glib/gmessages.c", STACKS},
    {"crash-stack-overflow", QC_SEVERITY_CRASH, qc_condition_crash,
     {.crash = QC_CRASH_STACK_OVERFLOW},
     "include/qemu/coroutine.h (1 MiB); setrlimit(2), RLIMIT_STACK",
     "Look at the functions that come again and again: qemucore-threads -b -n 60."},
    {"crash-null-pointer", QC_SEVERITY_CRASH, qc_condition_crash, {.crash = QC_CRASH_NULL_POINTER},
     "sigaction(2), SIGSEGV", STACKS},
    {"crash-guest-ram", QC_SEVERITY_CRASH, qc_condition_crash, {.crash = QC_CRASH_GUEST_RAM},
     "sigaction(2), SIGBUS; hw/core/numa.c",
     "Look at what is behind guest RAM: a file that was cut, huge pages that ran out."},
    {"crash-mapped-file", QC_SEVERITY_CRASH, qc_condition_crash, {.crash = QC_CRASH_FILE},
     "sigaction(2), SIGBUS", "Look at the file, and at the free huge pages of the host."},
    {"crash-hardware", QC_SEVERITY_CRASH, qc_condition_crash, {.crash = QC_CRASH_HARDWARE},
     "sigaction(2), BUS_MCEERR_AR, BUS_MCEERR_AO", "Look at the host's log: mcelog, rasdaemon."},
    {"crash-sandbox", QC_SEVERITY_CRASH, qc_condition_crash, {.crash = QC_CRASH_SANDBOX},
     "seccomp(2); softmmu/qemu-seccomp.c", "Look at -sandbox on the command line."},
    {"crash-bad-call", QC_SEVERITY_CRASH, qc_condition_crash, {.crash = QC_CRASH_BAD_CALL},
     "sigaction(2), SIGSEGV", STACKS},
    {"crash-bad-address", QC_SEVERITY_CRASH, qc_condition_crash, {.crash = QC_CRASH_BAD_ADDRESS},
     "sigaction(2), SIGSEGV", STACKS},
    {"crash-instruction", QC_SEVERITY_CRASH, qc_condition_crash, {.crash = QC_CRASH_INSTRUCTION},
     "sigaction(2), SIGILL, SIGFPE", STACKS},
    {"crash-signal", QC_SEVERITY_CRASH, qc_condition_crash, {.crash = QC_CRASH_SIGNAL},
     "signal(7)", STACKS},

    /* ---- threads that wait for each other ---- */
    {"bql-aio-context-inversion", QC_SEVERITY_STUCK, qc_condition_cycle,
     {.cycle = QC_CYCLE_AIO_CONTEXT},
     "ca2a5e630d", LOCKS},
    {"rcu-deadlock", QC_SEVERITY_STUCK, qc_condition_cycle, {.cycle = QC_CYCLE_RCU},
     "d46a4847ca, 73c6e4013b, d09a6fde15; ef149763a8 (issue 650)", LOCKS},
    {"run-on-cpu-deadlock", QC_SEVERITY_STUCK, qc_condition_cycle, {.cycle = QC_CYCLE_WORK},
     "a4cda3f5df", LOCKS},
    {"self-deadlock", QC_SEVERITY_STUCK, qc_condition_cycle, {.cycle = QC_CYCLE_SELF},
     "1dbbe6f172, 6910f04aa6, d481617765", LOCKS},
    {"deadlock", QC_SEVERITY_STUCK, qc_condition_cycle, {.cycle = QC_CYCLE_OTHER},
     "pthread_mutex_lock(3)", LOCKS},
    {"lock-owner-gone", QC_SEVERITY_STUCK, qc_condition_lock_owner_gone, NO_VARIANT,
     "pthread_mutex_lock(3)", LOCKS},

    /* ---- the block layer and event loops ---- */
    {"drain-graph-lock", QC_SEVERITY_STUCK, qc_condition_graph_lock,
     {.graph_lock = QC_GRAPH_LOCK_DRAIN},
     "91ba0e1c38, b13f546545, 6bc0bcc89f, e462c6d27d", STACKS},
    {"drain-missed-kick", QC_SEVERITY_STUCK, qc_condition_drain, {.drain = QC_DRAIN_MISSED_KICK},
     "7455ff1aa0, b532526a07, 4720cbeea1", SECOND_DUMP},
    {"drain-trim-circle", QC_SEVERITY_STUCK, qc_condition_drain, {.drain = QC_DRAIN_TRIM},
     "095c08a7ba (issue 2043)",
     "End this QEMU and start it anew; one with that commit does not do so again."},
    {"drain", QC_SEVERITY_STUCK, qc_condition_drain, {.drain = QC_DRAIN_REQUESTS},
     "7f16476fab, 8c517de24a", SECOND_DUMP},
    {"graph-lock-missed-wake", QC_SEVERITY_STUCK, qc_condition_graph_lock,
     {.graph_lock = QC_GRAPH_LOCK_MISSED_WAKE},
     "e3082ab3b3", SECOND_DUMP},
    {"graph-lock-reader", QC_SEVERITY_STUCK, qc_condition_graph_lock,
     {.graph_lock = QC_GRAPH_LOCK_READER},
     "block/graph-lock.c", SECOND_DUMP},
    {"aio-context-poll", QC_SEVERITY_STUCK, qc_condition_aio_context_poll, NO_VARIANT,
     "bd6458e410, 2d24b60b77, 31b2ddfea3, 302823854b", LOCKS},
    {"foreign-poll", QC_SEVERITY_STUCK, qc_condition_foreign_poll, NO_VARIANT,
     "issue 780; 930e239d11", LOCKS},
    {"iothread-stop", QC_SEVERITY_STUCK, qc_condition_iothread_stop, NO_VARIANT,
     "2362a28ea1, 6c95363d97", STACKS},
    {"lost-notification", QC_SEVERITY_STUCK, qc_condition_lost_notification, NO_VARIANT,
     "b37548fcd1, 5710a3e09f (launchpad 1805256)", SECOND_DUMP},
    {"nested-poll", QC_SEVERITY_STUCK, qc_condition_nested_poll, NO_VARIANT,
     "include/block/aio-wait.h", SECOND_DUMP},

    /* ---- the BQL ---- */
    {"drain-call-rcu", QC_SEVERITY_STUCK, qc_condition_drain_call_rcu, NO_VARIANT,
     "issue 650; ef149763a8, dd47a8f654", STACKS " " SECOND_DUMP},

    /* ---- vCPUs ---- */
    {"pause-resumed", QC_SEVERITY_STUCK, qc_condition_pause_vcpus, {.pause = QC_PAUSE_RESUMED},
     "issue 2187", STACKS},
    {"pause-postcopy", QC_SEVERITY_STUCK, qc_condition_pause_postcopy, NO_VARIANT, "issue 1052",
     "Look at the network between the two hosts, and at the source's query-migrate."},
    {"pause-vcpus", QC_SEVERITY_STUCK, qc_condition_pause_vcpus, {.pause = QC_PAUSE_ASKED},
     "f962cac4c2; issue 2187", SECOND_DUMP},
    {"run-on-cpu", QC_SEVERITY_STUCK, qc_condition_run_on_cpu, NO_VARIANT,
     "a8efa60633, e8f22f7684, a4cda3f5df", SECOND_DUMP},
    {"exclusive-section", QC_SEVERITY_STUCK, qc_condition_exclusive_section, NO_VARIANT,
     "df8a688032", SECOND_DUMP},
    {"ioctl-inhibitor", QC_SEVERITY_STUCK, qc_condition_ioctl_inhibitor, NO_VARIANT,
     "f39b7d2b96", SECOND_DUMP},
    {"clock-disable", QC_SEVERITY_STUCK, qc_condition_clock_disable, NO_VARIANT,
     "013aabdc66, bc02be4508, a08eac9761", STACKS},

    /* ---- migration ---- */
    {"incoming-cut", QC_SEVERITY_STUCK, qc_condition_incoming, {.incoming = QC_INCOMING_CUT},
     "migration/qemu-file.c",
     "Look at the source: whether its process and host live; if so, at the network in between."},
    {"incoming-failed", QC_SEVERITY_STUCK, qc_condition_incoming, {.incoming = QC_INCOMING_FAILED},
     "a5d35dc7e0, 2b667a8c0f; ccb783c312",
     "Look at QEMU's log, and hold the source's machine and devices against those here."},
    {"migration-join", QC_SEVERITY_STUCK, qc_condition_migration_join, NO_VARIANT,
     "077fbb5942, 37c74b1dbb, 773861274a, a1af605bd5", STACKS},
    {"outgoing-ending", QC_SEVERITY_WARNING, qc_condition_outgoing,
     {.outgoing = QC_OUTGOING_ENDING},
     "migration/migration.c", SECOND_DUMP},
    {"guest-dump", QC_SEVERITY_WAITING, qc_condition_guest_dump, NO_VARIANT, "dump/dump.c", NULL},
    {"incoming-postcopy-paused", QC_SEVERITY_WAITING, qc_condition_incoming,
     {.incoming = QC_INCOMING_POSTCOPY_PAUSED},
     "docs/devel/migration/postcopy.rst", "Look at the network between the two hosts."},
    {"outgoing-postcopy-paused", QC_SEVERITY_WAITING, qc_condition_outgoing,
     {.outgoing = QC_OUTGOING_POSTCOPY_PAUSED},
     "docs/devel/migration/postcopy.rst", "Look at the network between the two hosts."},
    {"incoming-idle", QC_SEVERITY_WAITING, qc_condition_incoming, {.incoming = QC_INCOMING_IDLE},
     "migration/migration.c", NULL},
    {"incoming-active", QC_SEVERITY_WAITING, qc_condition_incoming,
     {.incoming = QC_INCOMING_ACTIVE},
     "1529ec8f5f", "Look at the source: query-migrate there."},
    {"outgoing-waits", QC_SEVERITY_WAITING, qc_condition_outgoing, {.outgoing = QC_OUTGOING_WAITS},
     "qapi/migration.json", NULL},
    {"outgoing-active", QC_SEVERITY_NORMAL, qc_condition_outgoing, {.outgoing = QC_OUTGOING_ACTIVE},
     "migration/migration.c", NULL},
    {"outgoing-setup", QC_SEVERITY_NORMAL, qc_condition_outgoing,
     {.outgoing = QC_OUTGOING_CONNECTS},
     "migration/socket.c", NULL},
    {"outgoing-failed", QC_SEVERITY_WARNING, qc_condition_outgoing,
     {.outgoing = QC_OUTGOING_FAILED},
     "qapi/migration.json", "Look at the destination's log."},

    {"request-old", QC_SEVERITY_STUCK, qc_condition_request_old, NO_VARIANT,
     "block/accounting.c", SECOND_DUMP},
    {"nbd-lost", QC_SEVERITY_WAITING, qc_condition_nbd_lost, NO_VARIANT,
     "block/nbd.c, nbd_co_do_establish_connection", SECOND_DUMP},
    {"io-error", QC_SEVERITY_WAITING, qc_condition_io_error, NO_VARIANT,
     "qapi/block-core.json, BlockDeviceIoStatus", "Look at the host's log, and at df."},
    {"preallocation", QC_SEVERITY_WAITING, qc_condition_preallocation, NO_VARIANT,
     "278fb16273", NULL},

    /* ---- whoever else sleeps where it should not ---- */
    {"bql-held", QC_SEVERITY_STUCK, qc_condition_chain, {.chain = QC_CHAIN_BQL},
     "a7f523c7d1, 57dc02173c, d7dc0682f5, 1dc4718d84", STACKS " " SECOND_DUMP},
    {"lock-chain", QC_SEVERITY_STUCK, qc_condition_chain, {.chain = QC_CHAIN_LOCK},
     "docs/devel/multiple-iothreads.rst", LOCKS " " SECOND_DUMP},
    {"asleep", QC_SEVERITY_STUCK, qc_condition_chain, {.chain = QC_CHAIN_ALONE},
     "util/main-loop.c, iothread.c", STACKS " " SECOND_DUMP},

    /* ---- what speaks against health ---- */
    {"at-work", QC_SEVERITY_WARNING, qc_condition_chain, {.chain = QC_CHAIN_MOVING},
     "util/main-loop.c", SECOND_DUMP},
    {"not-seen", QC_SEVERITY_WARNING, qc_condition_not_seen, NO_VARIANT, "core(5)", NULL},

    {"command-yielded", QC_SEVERITY_WARNING, qc_condition_command_yielded, NO_VARIANT,
     "monitor/qmp.c, monitor_qmp_dispatcher_co", SECOND_DUMP},

    /* ---- hints ---- */
    {"worker-asleep", QC_SEVERITY_WARNING, qc_condition_worker_asleep, NO_VARIANT,
     "util/thread-pool.c", STACKS " " SECOND_DUMP},
    {"job", QC_SEVERITY_WARNING, qc_condition_job, NO_VARIANT, "qapi/job.json", NULL},
    {"request-unaged", QC_SEVERITY_WARNING, qc_condition_request_unaged, NO_VARIANT,
     "block/accounting.c", SECOND_DUMP},
    {"throttled", QC_SEVERITY_WARNING, qc_condition_throttled, NO_VARIANT,
     "block/throttle-groups.c", NULL},
    {"output-unread", QC_SEVERITY_WARNING, qc_condition_output_unread, NO_VARIANT,
     "chardev/char-fe.c, qemu_chr_fe_add_watch", SECOND_DUMP},
    {"unplug", QC_SEVERITY_WARNING, qc_condition_unplug, NO_VARIANT, "hw/core/qdev-monitor.c",
     "Look at the guest: its log, and whether its driver for hot-unplug is there."},
    {"vcpu-not-kicked", QC_SEVERITY_WARNING, qc_condition_vcpu_not_kicked, NO_VARIANT,
     "accel/tcg/tcg-accel-ops.c, system/cpus.c", SECOND_DUMP},
    {"call-rcu-starved", QC_SEVERITY_WARNING, qc_condition_call_rcu_starved, NO_VARIANT,
     "67550d65b4 (issue 3930)", NULL},
    {"rcu-reader-asleep", QC_SEVERITY_WARNING, qc_condition_rcu_reader_asleep, NO_VARIANT,
     "docs/devel/rcu.rst", NULL},
    {"odd-lock", QC_SEVERITY_WARNING, qc_condition_odd_lock, NO_VARIANT,
     "glibc 1db84775f8 (bug 25847), b37548fcd1", LOCKS},

    /* ---- what a sound process does ---- */
    {"run-state", QC_SEVERITY_NORMAL, qc_condition_run_state, NO_VARIANT,
     "qapi/run-state.json", NULL},
    {"main-loop", QC_SEVERITY_NORMAL, qc_condition_main_loop, NO_VARIANT,
     "util/main-loop.c", NULL},
    {"job-running", QC_SEVERITY_NORMAL, qc_condition_job_running, NO_VARIANT, "qapi/job.json", NULL},
};

const size_t qc_rule_count = sizeof(qc_rules) / sizeof(qc_rules[0]);
