/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule - one thing that can be wrong with a QEMU, and how it is reported
 *
 * To add one: a row in rules/rules.c, its condition in a rule_*.c of requests or rules, and in
 * tests/why.test a core on which it fires and a similar one on which it does not.
 *
 * A condition bases its findings only on what is in the dump. It may make a finding less grave than
 * its rule is, where a sound process looks the same for a moment.
 */
#pragma once

#include "crash/crash.h"
#include "findings/comparison.h"
#include "findings/finding.h"
#include "qemu/qemu.h"
#include "wait/wait.h"

struct qc_rule;

/* What a condition can see. */
struct qc_rule_context {
    const struct qc_rule *rule;
    struct qc_findings *findings;
    const struct qc_comparison *comparison; /* comparison with an earlier dump; NULL: none */
    struct qc_wait_graph *graph;
    struct qc_process *process;
    const struct qc_state *state;
    const struct qc_crash *crash;
    bool queues_looked_for;
    struct qc_queues queues; /* use qc_rule_queues */
    struct qemucore_finding left_out; /* the last finding that there is no place for */
    bool failed; /* out of memory */
};

/* Several rules share a condition. The variant tells it which rule is being evaluated. */
enum qc_cycle_variant {
    QC_CYCLE_SELF,        /* a thread waits for itself */
    QC_CYCLE_AIO_CONTEXT, /* BQL against the lock of an AioContext */
    QC_CYCLE_RCU,         /* an RCU grace period is in the cycle */
    QC_CYCLE_WORK,        /* a thread waits for a vCPU to run queued work */
    QC_CYCLE_OTHER,
};

/* State of a thread that waits for no other thread (a root); see rules/rule_chain.c. */
enum qc_chain_variant {
    QC_CHAIN_NONE,   /* nothing is wrong */
    QC_CHAIN_BQL,    /* asleep with the BQL held */
    QC_CHAIN_LOCK,   /* asleep while other threads wait for it */
    QC_CHAIN_ALONE,  /* asleep, and only the guest or the management waits for it */
    QC_CHAIN_MOVING, /* may make progress */
};

enum qc_drain_variant {
    QC_DRAIN_REQUESTS,    /* waits for requests to end */
    QC_DRAIN_MISSED_KICK, /* waits although nothing is left to wait for */
    QC_DRAIN_TRIM,        /* waits for a request that the drain itself holds back */
};

enum qc_graph_lock_variant {
    QC_GRAPH_LOCK_READER,      /* the writer waits for a reader to end */
    QC_GRAPH_LOCK_MISSED_WAKE, /* the writer waits although no reader is left */
    QC_GRAPH_LOCK_DRAIN,       /* a drain waits for a request that waits for the writer */
};

enum qc_pause_variant {
    QC_PAUSE_ASKED,   /* the vCPUs are asked to stop */
    QC_PAUSE_RESUMED, /* somebody has resumed the vCPUs since */
};

enum qc_incoming_variant {
    QC_INCOMING_IDLE, /* nobody has connected */
    QC_INCOMING_ACTIVE,
    QC_INCOMING_POSTCOPY_PAUSED,
    QC_INCOMING_FAILED, /* the stream could not be loaded, or the cause is not known */
    QC_INCOMING_CUT,    /* the connection has ended */
};

enum qc_outgoing_variant {
    QC_OUTGOING_ACTIVE,
    QC_OUTGOING_WAITS, /* waits for somebody outside */
    QC_OUTGOING_POSTCOPY_PAUSED,
    QC_OUTGOING_CONNECTS, /* connects, or is about to send */
    QC_OUTGOING_FAILED,
    QC_OUTGOING_ENDING, /* winds up, but has not ended */
};

struct qc_rule {
    const char *name;
    enum qc_severity severity;
    void (*condition)(struct qc_rule_context *context);
    union { /* 0: no other rule has the condition */
        enum qc_crash_kind crash;
        enum qc_cycle_variant cycle;
        enum qc_chain_variant chain;
        enum qc_drain_variant drain;
        enum qc_graph_lock_variant graph_lock;
        enum qc_pause_variant pause;
        enum qc_incoming_variant incoming;
        enum qc_outgoing_variant outgoing;
    } variant;
    const char *origin; /* commits of QEMU, or where it was discussed */
    const char *next;   /* what to look at next; NULL: the condition sets it */
};

/* Last sentence of many rules' advice. */
#define QC_RULE_SECOND_DUMP "A second dump, some seconds later, tells whether it moves."

/* End of the sentence about a thread that moves. */
#define QC_RULE_ONE_DUMP "; one dump does not tell whether it makes progress"

/* migration/colo.c: a side that has lost the other keeps its state and waits until the management
   decides which of the two shall live on. Nothing else ends that. */
#define QC_RULE_COLO_ACTOR                                                                         \
    "The management must act next: send x-colo-lost-heartbeat to the side that is to live on."

/* Returns "one dump does not tell" or "two dumps do not tell", for sentences of evidence. */
const char *qc_rule_dumps_dont_tell(const struct qc_rule_context *context);

/* ---- findings ------------------------------------------------------------------------------- */

/* Adds a finding of the rule. Out of memory, or past QC_LIMIT_FINDINGS, it returns one
   that is nowhere else: a condition goes on all the same. */
struct qemucore_finding *qc_finding_report(struct qc_rule_context *context, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What a piece of evidence is about. Any member may be 0. */
struct qc_subject {
    struct qemucore_thread *thread;
    struct qemucore_frame *frame;
    const char *field;
    uint64_t address;
};

void qc_evidence_add(struct qemucore_finding *finding, struct qc_subject subject,
                     const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Adds where a thread is: its wait, and its own frame. */
void qc_evidence_add_thread(struct qemucore_finding *finding, struct qemucore_thread *thread);

/* Adds where the main thread is, as explained by the finding: no other rule then doubts it. */
void qc_evidence_add_main(struct qemucore_finding *finding);

/* Tells whether a vCPU sleeps on its condition. One in the middle of that wait may have been woken: a
   busy host has not let it run since futex(2) returned, or its thread handles the signal of a kick. */
bool qc_rule_vcpu_sleeps(const struct qc_rule_context *context, const struct qc_vcpu *vcpu);

/* Adds where a vCPU is, and what it is asked to do. */
void qc_evidence_add_vcpu(struct qemucore_finding *finding, const struct qc_vcpu *vcpu);

void qc_evidence_add_run_state(struct qemucore_finding *finding);

/* Adds that the rest of the process is at rest: all vCPUs parked, the BQL free, what RCU does. */
void qc_evidence_add_at_rest(struct qemucore_finding *finding);

/* Adds how long the main loop has not turned, if known. */
void qc_evidence_add_turn(struct qemucore_finding *finding);

/* Adds the iothreads and workers that may sleep in a system call other than their poll. */
void qc_evidence_add_sleepers(struct qemucore_finding *finding);

/* Adds the iothreads and workers that move, except `poller`, which polls for their results. */
void qc_evidence_add_movers(struct qemucore_finding *finding, const struct qemucore_thread *poller);

/* Adds the character device that a thread writes to, or whose client it waits for. */
void qc_evidence_add_chardev(struct qemucore_finding *finding, struct qemucore_thread *thread);

/* Adds the names of the objects that a thread is creating. */
void qc_evidence_add_names(struct qemucore_finding *finding, struct qemucore_thread *thread);

/* Adds who is at the other end of the descriptors that a thread polls. */
void qc_evidence_add_polled(struct qemucore_finding *finding, struct qemucore_thread *thread);

/* Adds the functions that lead to a thread's own frame, the innermost first. */
void qc_evidence_add_callers(struct qemucore_finding *finding, struct qemucore_thread *thread);

/* Overrides the rule's severity. */
static inline void qc_finding_set_severity(struct qemucore_finding *finding, enum qc_severity severity)
{
    finding->severity = severity;
}

/* Makes the finding a doubt: with it, the verdict is neither healthy nor waiting. */
static inline void qc_finding_doubt(struct qemucore_finding *finding)
{
    finding->severity = QC_SEVERITY_WARNING;
    finding->is_doubt = true;
}

/* Adds a doubt with one piece of evidence. */
void qc_doubt_report(struct qc_rule_context *context, const char *sentence, const char *what);

/* Evidence added after this call differs between dumps of the same hang: the signature leaves it
   out. */
static inline void qc_finding_end_signature(struct qemucore_finding *finding)
{
    finding->signature_evidence = finding->evidence.count;
}

/* Adds a word for the signature, taken from QEMU's source: a driver, a type, a state, a function.
   Names given by users differ between hosts and must not be used. NULL: no word. A warning with a
   cause is part of the signature of a sound process, too. */
void qc_finding_add_cause(struct qemucore_finding *finding, const char *word);

/* Set who must act next, and what to look at next. */
void qc_finding_set_actor(struct qemucore_finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void qc_finding_set_next(struct qemucore_finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sets the actor from a peer's actor, which is a phrase: "The client of chardev c0 must act." */
void qc_finding_set_actor_peer(struct qemucore_finding *finding, const char *actor);

/* Sets an actor of which the beginning may be "The destination" or "The source": its address, if
   known, is put after that. */
void qc_finding_set_actor_side(struct qemucore_finding *finding, const char *actor);

/* Sets as actor whoever can end what the thread sleeps in. */
void qc_finding_set_actor_of(struct qemucore_finding *finding, struct qemucore_thread *thread);

/* Adds a sentence on what can't be told. The same sentence is added once. */
void qc_unknown_report(struct qc_rule_context *context, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- what conditions ask -------------------------------------------------------------------- */

/* Returns a text that the process keeps, never NULL. */
const char *qc_rule_format(struct qc_rule_context *context, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for an allocated text, which it takes over. NULL (out of memory) becomes "". */
const char *qc_rule_keep(struct qc_rule_context *context, char *text);

/* "main loop (LWP 17)". Never NULL. */
const char *qc_rule_thread_label(struct qc_rule_context *context,
                                 const struct qemucore_thread *thread);

/* "4096" and "0x7f0000001000", or "not known". */
const char *qc_rule_number(struct qc_rule_context *context, struct qc_fact fact);
const char *qc_rule_address(struct qc_rule_context *context, struct qc_fact fact);

/* "12.9 s". */
const char *qc_rule_seconds(struct qc_rule_context *context, uint64_t nanoseconds);

/* Tells whether a finding that is not NORMAL has the object (a node, a job) in its evidence. */
bool qc_rule_is_reported(const struct qc_rule_context *context, uint64_t address);

/* Returns the queues of all devices, which are read when first asked for. */
const struct qc_queues *qc_rule_queues(struct qc_rule_context *context);

/* Returns the wait of a thread. */
const struct qemucore_wait *qc_rule_wait(const struct qc_rule_context *context,
                                         const struct qemucore_thread *thread);

/* Tells whether a thread makes progress. */
enum qc_activity qc_rule_activity(const struct qc_rule_context *context,
                                  struct qemucore_thread *thread);

/* Tells whether a thread is a vCPU's that takes a nap of its own: below a dirty limit, or throttled
   by a migration. A kick does not end it, and it may be seconds long (system/dirtylimit.c,
   cpu-throttle.c). */
bool qc_rule_is_napping(const struct qc_rule_context *context, struct qemucore_thread *thread);

/* Tells whether a thread is in io_uring_enter(2), where it may submit requests, wait, or both. */
bool qc_rule_is_in_ring(const struct qc_rule_context *context, const struct qemucore_thread *thread);

/* Tells whether a thread is known to wait for the BQL. */
bool qc_rule_waits_for_bql(const struct qc_rule_context *context,
                           const struct qemucore_thread *thread);

/* "is in write, fd 5 (qemu_log_unlock)", "is running (virtio_blk_handle_vq)". */
const char *qc_rule_doing(struct qc_rule_context *context, struct qemucore_thread *thread);

/* Tells whether a worker or iothread is in a call other than its poll, and may sleep there. */
bool qc_rule_serves_in_call(const struct qc_rule_context *context, struct qemucore_thread *thread);

/* Tells whether a thread serves I/O, as workers do; and returns the first such thread that sleeps
   in a call to storage or to a peer (NULL: none). */
bool qc_rule_is_server(const struct qc_rule_context *context,
                       const struct qemucore_thread *thread);
struct qemucore_thread *qc_rule_server_asleep(const struct qc_rule_context *context);

/* Returns the node whose request a thread submits to io_uring, by its stack; NULL: not known. */
const struct qc_block_node *qc_rule_node_submitted(const struct qc_rule_context *context,
                                                   struct qemucore_thread *thread);

/* "QEMU is ending", with the sender of the signal that asked for it, if known. */
const char *qc_rule_ending(struct qc_rule_context *context);
/* "QEMU is still starting: " or "QEMU is ending, ...: ", to begin a sentence about the main thread;
   else "". */
const char *qc_rule_phase(struct qc_rule_context *context, const struct qemucore_thread *thread);

/* "the main loop", or "the main thread" outside of it; for a program without a guest its name. */
const char *qc_rule_main_label(const struct qc_rule_context *context);

/* "the BQL", the lock's name, or its type. Borrowed. */
const char *qc_rule_lock_label(const struct qemucore_lock *lock);

/* Returns the BQL's object; NULL: not known. */
const struct qemucore_lock *qc_rule_bql(const struct qc_rule_context *context);

/* Tells whether the lock is an AioContext's, which QEMU takes up to 8.2. */
bool qc_rule_is_aio_context_lock(const struct qc_rule_context *context,
                                 const struct qemucore_lock *lock);

/* "the QMP command query-block", by the functions on the thread's stack; NULL: none. */
const char *qc_rule_command(struct qc_rule_context *context, struct qemucore_thread *thread);
/* ", at the QMP command stop,", to follow the thread's label; "": no command. */
const char *qc_rule_at_command(struct qc_rule_context *context, struct qemucore_thread *thread);
/* Tells whether the command only queries (query-*, info). Management sends these all the time, so
   that a sound QEMU is often found in one. */
bool qc_rule_is_query(struct qc_rule_context *context, struct qemucore_thread *thread);
/* Tells whether the monitor has called a command on this stack; returns the command that the stack's
   outermost such function is of (NULL: none). */
bool qc_rule_is_dispatched(struct qc_stack *stack);
const char *qc_rule_command_in(struct qc_rule_context *context, struct qc_stack *stack);
/* "the HMP command info block", for a function; malloc. NULL: it is no command's, or no memory. */
char *qc_rule_command_of(const char *function);

/* Returns the name of a frame's function, which must be known, as its source has it:
   MonClient::authenticate. */
const char *qc_rule_function(struct qc_rule_context *context, const struct qemucore_frame *frame);

/* For a thread in a function with many users (read, open, wait): the first caller that is no such
   function. NULL: its own function is specific enough. */
const char *qc_rule_caller(struct qc_rule_context *context, struct qemucore_thread *thread);

/* Reads entry `at` of what a thread polls. Returns false if it polls fewer descriptors, or the
   entry can't be read. */
bool qc_rule_polled(const struct qc_rule_context *context, struct qemucore_thread *thread, size_t at,
                    int *ret_fd, uint64_t *ret_events);

/* Tells whether this is the destination of a postcopy migration that is paused: a vCPU that touches
   a page that has not come sleeps until the migration is recovered. */
bool qc_rule_is_postcopy_paused(const struct qc_rule_context *context);

/* Tells whether the guest's debugger is connected to QEMU's gdbstub. */
bool qc_rule_is_debugged(const struct qc_rule_context *context);

/* Returns the errno of a migration's connection; 0: none, or not known. */
int qc_rule_file_error(const struct qc_migration_file *file);

/* Returns the innermost frame of a thread that is in one of the functions (NULL ends the list). */
struct qemucore_frame *qc_rule_frame(struct qemucore_thread *thread, const char *const *functions);
