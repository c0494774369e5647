/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule - one thing that can be the matter with a QEMU, and how it is reported
 *
 * To add one: a row in rules.c, its condition in one of the rule_*.c and in condition.h, and in
 * tests/why.test a core where it fires and a near miss where it does not.
 *
 * A condition reports findings, and rests them only on what is in the dump. It may make a finding
 * less grave than its rule is, where a sound process looks the same for a moment.
 */
#ifndef QC_VERDICT_RULES_RULE_H
#define QC_VERDICT_RULES_RULE_H

#include "qemu/qemu.h"
#include "verdict/verdict.h"
#include "wait/wait.h"

struct qc_rule;

/* What a condition sees. */
struct qc_rule_context {
    const struct qc_rule *rule;
    struct qc_verdict *verdict;
    struct qc_wait_graph *graph;
    struct qc_process *process;
    const struct qc_state *state;
    const struct qc_crash *crash;
    bool failed; /* no memory */
};

/* Several rules share a condition. Which of them asks is the rule's variant. */
enum qc_cycle_variant {
    QC_CYCLE_SELF,        /* one thread waits for itself */
    QC_CYCLE_AIO_CONTEXT, /* the BQL against an AioContext's lock */
    QC_CYCLE_RCU,         /* a grace period in it */
    QC_CYCLE_WORK,        /* one waits for a vCPU to do what it was given */
    QC_CYCLE_OTHER,
};

/* What a thread that waits for none is at; see rule_chain.c. */
enum qc_chain_variant {
    QC_CHAIN_NONE,   /* nothing is the matter with it */
    QC_CHAIN_BQL,    /* it sleeps, with the BQL */
    QC_CHAIN_LOCK,   /* it sleeps, and others wait for it */
    QC_CHAIN_ALONE,  /* it sleeps, and nobody waits for it but the guest, or the management */
    QC_CHAIN_MOVING, /* it may get on */
};

enum qc_drain_variant {
    QC_DRAIN_REQUESTS,    /* waits for requests to end */
    QC_DRAIN_MISSED_KICK, /* waits for nothing any more */
    QC_DRAIN_TRIM,        /* waits for a request that it holds back itself */
};

enum qc_graph_lock_variant {
    QC_GRAPH_LOCK_READER,      /* the writer waits for a reader to end */
    QC_GRAPH_LOCK_MISSED_WAKE, /* the writer waits, and no reader is left */
    QC_GRAPH_LOCK_DRAIN,       /* a drain waits for a request that waits for the writer */
};

enum qc_pause_variant {
    QC_PAUSE_ASKED,   /* the vCPUs are asked to stop */
    QC_PAUSE_RESUMED, /* somebody has resumed them since */
};

enum qc_incoming_variant {
    QC_INCOMING_IDLE, /* nobody has connected */
    QC_INCOMING_ACTIVE,
    QC_INCOMING_POSTCOPY_PAUSED,
    QC_INCOMING_FAILED, /* what came could not be loaded, or the cause is not known */
    QC_INCOMING_CUT,    /* the connection has ended */
};

enum qc_outgoing_variant {
    QC_OUTGOING_ACTIVE,
    QC_OUTGOING_WAITS, /* for somebody outside */
    QC_OUTGOING_POSTCOPY_PAUSED,
    QC_OUTGOING_CONNECTS, /* or is about to send */
    QC_OUTGOING_FAILED,
    QC_OUTGOING_ENDING, /* and does not come to its end */
};

struct qc_rule {
    const char *name;
    enum qc_severity severity;
    void (*condition)(struct qc_rule_context *context);
    union { /* 0: one rule alone has the condition */
        enum qc_crash_kind crash;
        enum qc_cycle_variant cycle;
        enum qc_chain_variant chain;
        enum qc_drain_variant drain;
        enum qc_graph_lock_variant graph_lock;
        enum qc_pause_variant pause;
        enum qc_incoming_variant incoming;
        enum qc_outgoing_variant outgoing;
    } variant;
    const char *origin; /* commits of QEMU, or where people have discussed it */
    const char *next;   /* what to look at next; NULL: the condition says it */
};

/* The end of what many rules say comes next. */
#define QC_RULE_SECOND_DUMP "A second dump, some seconds later, tells whether it moves."

/* The end of what they say of a thread that moves. */
#define QC_RULE_ONE_DUMP "; one dump does not tell whether it makes progress"

/* "one dump does not tell", or of two. What it ends or begins is evidence. */
const char *qc_rule_untold(const struct qc_rule_context *context);

extern const struct qc_rule qc_rules[];
extern const size_t qc_rule_count;

/* ---- findings ------------------------------------------------------------------------------- */

/* Adds a finding of the rule to the verdict. NULL: no memory, or a limit of ours is reached. */
struct qemucore_finding *qc_finding_report(struct qc_rule_context *context, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What a piece of evidence is about: any of a thread, a frame, an expression, an address. */
struct qc_subject {
    struct qemucore_thread *thread;
    struct qemucore_frame *frame;
    const char *field;
    uint64_t address;
};

/* finding may be NULL, here and below. */
void qc_evidence_add(struct qc_rule_context *context, struct qemucore_finding *finding,
                     struct qc_subject subject, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Where a thread is: its wait, and its own frame. */
void qc_evidence_add_thread(struct qc_rule_context *context, struct qemucore_finding *finding,
                            struct qemucore_thread *thread);

/* What the main thread is at, which the finding explains: no other rule doubts it for that. */
void qc_evidence_add_main(struct qc_rule_context *context, struct qemucore_finding *finding);

void qc_evidence_add_run_state(struct qc_rule_context *context, struct qemucore_finding *finding);

/* That the rest of the process is at rest: all vCPUs are parked, the BQL is free, and what RCU does. */
void qc_evidence_add_at_rest(struct qc_rule_context *context, struct qemucore_finding *finding);

/* For how long the main loop has not turned, as far as the dump knows. */
void qc_evidence_add_turn(struct qc_rule_context *context, struct qemucore_finding *finding);

/* The iothreads and workers that are in a system call which may sleep, other than their poll. */
void qc_evidence_add_sleepers(struct qc_rule_context *context, struct qemucore_finding *finding);

/* Those of them that move, other than who polls for what they do. */
void qc_evidence_add_movers(struct qc_rule_context *context, struct qemucore_finding *finding,
                            const struct qemucore_thread *poller);

/* The character device that a thread writes to, or waits for the client of. */
void qc_evidence_add_chardev(struct qc_rule_context *context, struct qemucore_finding *finding,
                             struct qemucore_thread *thread);

/* The objects that a thread is about to make, by name. */
void qc_evidence_add_names(struct qc_rule_context *context, struct qemucore_finding *finding,
                           struct qemucore_thread *thread);

/* Who is at the other end of what a thread polls. */
void qc_evidence_add_polled(struct qc_rule_context *context, struct qemucore_finding *finding,
                            struct qemucore_thread *thread);

/* How a thread has come to where it is: the functions around its own frame, the innermost first. */
void qc_evidence_add_callers(struct qc_rule_context *context, struct qemucore_finding *finding,
                          struct qemucore_thread *thread);

/* Another one than its rule has. */
static inline void qc_finding_set_severity(struct qemucore_finding *finding, enum qc_severity severity)
{
    if (finding != NULL) {
        finding->severity = severity;
    }
}

/* Nothing can be called healthy, nor waiting for somebody outside, that this speaks against. */
static inline void qc_finding_doubt(struct qemucore_finding *finding)
{
    if (finding != NULL) {
        finding->severity = QC_SEVERITY_WARNING;
        finding->is_doubt = true;
    }
}

/* The evidence that is added from here on differs from dump to dump of the same hang: it does not
   belong to the signature. */
static inline void qc_finding_end_signature(struct qemucore_finding *finding)
{
    if (finding != NULL) {
        finding->signature_evidence = finding->evidence.count;
    }
}

/* A word for the signature, of those that QEMU's source has: a driver, a type, a state, a function; what
   people have named is not the same on two hosts. NULL: none. A warning that has one belongs to the
   signature of what is sound, too. */
void qc_finding_add_cause(struct qc_rule_context *context, struct qemucore_finding *finding,
                          const char *word);

/* Who has to act next, and what to look at next. */
void qc_finding_set_actor(struct qc_rule_context *context, struct qemucore_finding *finding,
                          const char *format, ...) __attribute__((format(printf, 3, 4)));
void qc_finding_set_next(struct qc_rule_context *context, struct qemucore_finding *finding,
                         const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Who has to act, by a peer's actor, which is a phrase: "The client of chardev c0 must act." */
void qc_finding_set_actor_peer(struct qc_rule_context *context, struct qemucore_finding *finding,
                               const char *actor);

/* Who has to act for a thread to get on: who can end what it sleeps in. */
void qc_finding_set_actor_of(struct qc_rule_context *context, struct qemucore_finding *finding,
                             struct qemucore_thread *thread);

/* What can't be told. The same sentence counts once. */
void qc_unknown_report(struct qc_rule_context *context, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- what conditions ask -------------------------------------------------------------------- */

/* A text that lasts for one sentence: until QC_VERDICT_TEXTS further ones are made. Never NULL. */
const char *qc_rule_format(struct qc_rule_context *context, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same of a text (malloc), which it takes over; NULL, of no memory, becomes "". */
const char *qc_rule_keep(struct qc_rule_context *context, char *text);

/* "main loop (LWP 17)". Never NULL. The text lasts for one sentence. */
const char *qc_rule_thread_label(struct qc_rule_context *context,
                                 const struct qemucore_thread *thread);

/* "4096" and "0x7f0000001000", or "not known". The text lasts for one sentence. */
const char *qc_rule_number(struct qc_rule_context *context, struct qc_fact fact);
const char *qc_rule_address(struct qc_rule_context *context, struct qc_fact fact);

/* "12.9 s". The text lasts for one sentence. */
const char *qc_rule_seconds(struct qc_rule_context *context, uint64_t nanoseconds);

/* Whether a finding, other than of what is normal, has told of that object already: of a node, a job. */
bool qc_rule_is_told(const struct qc_rule_context *context, uint64_t address);

/* The wait of a thread, as the graph has it. */
const struct qemucore_wait *qc_rule_wait(const struct qc_rule_context *context,
                                         const struct qemucore_thread *thread);

/* Whether a thread makes progress. */
enum qc_activity qc_rule_activity(const struct qc_rule_context *context,
                                  struct qemucore_thread *thread);

/* By io_uring_enter(2) a thread hands requests over, and waits for what is complete: it may do either. */
bool qc_rule_is_in_ring(const struct qc_rule_context *context, const struct qemucore_thread *thread);

/* It waits for the BQL, which is known. */
bool qc_rule_waits_for_bql(const struct qc_rule_context *context,
                           const struct qemucore_thread *thread);

/* "is in write, fd 5 (qemu_log_unlock)", "is running (virtio_blk_handle_vq)". The text lasts for one
   sentence. */
const char *qc_rule_deed(struct qc_rule_context *context, struct qemucore_thread *thread);

/* A thread that does others' I/O, or runs an event loop of its own, and is in a call other than its poll. */
bool qc_rule_serves_in_call(const struct qc_rule_context *context, struct qemucore_thread *thread);

/* Whether it is a thread that serves I/O, as workers do. And the first of them that sleeps in a call to
   storage, or to a peer; NULL: none does. */
bool qc_rule_is_server(const struct qc_rule_context *context,
                       const struct qemucore_thread *thread);
struct qemucore_thread *qc_rule_server_asleep(const struct qc_rule_context *context);

/* Whose request a thread hands to io_uring, as the functions on its stack have it. NULL: they have not. */
const struct qc_block_node *qc_rule_node_submitted(const struct qc_rule_context *context,
                                                   struct qemucore_thread *thread);

/* "QEMU is ending", and by whose signal, where that is known. */
const char *qc_rule_ending(struct qc_rule_context *context);
/* "QEMU is still starting: ", "QEMU is ending, ...: ", before a sentence about the main thread; else
   "". */
const char *qc_rule_phase(struct qc_rule_context *context, const struct qemucore_thread *thread);

/* "the main loop"; outside of it "the main thread"; of a program without a guest its name. */
const char *qc_rule_main_label(const struct qc_rule_context *context);

/* "the BQL", a lock's name, else that of its type; borrowed. */
const char *qc_rule_lock_label(const struct qemucore_lock *lock);

/* The BQL among the graph's objects; NULL: not known. */
const struct qemucore_lock *qc_rule_bql(const struct qc_rule_context *context);

/* Whether it is the lock of an AioContext, which QEMU takes up to 8.2. */
bool qc_rule_is_aio_context_lock(const struct qc_rule_context *context,
                                 const struct qemucore_lock *lock);

/* "the QMP command query-block", by the functions on its stack; NULL: none. The text lasts for one
   sentence. */
const char *qc_rule_command(struct qc_rule_context *context, struct qemucore_thread *thread);
/* ", at the QMP command stop,", behind who is at it; "": it is at none. */
const char *qc_rule_at_command(struct qc_rule_context *context, struct qemucore_thread *thread);
/* At a command that only asks, query-* or info: who manages a guest sends these again and again, so that
   a sound QEMU is often at one. */
bool qc_rule_is_asked(struct qc_rule_context *context, struct qemucore_thread *thread);
/* qc_rule_command of a function: "the HMP command info block"; malloc, NULL: it is none's, or no memory. */
char *qc_rule_command_of(const char *function);

/* A frame's function, which is known, by its name in the source. The text lasts for one sentence. */
const char *qc_rule_function(struct qc_rule_context *context, const struct qemucore_frame *frame);

/* Of a thread in a function that many use, to read, open or wait: for whom, the first function around
   it that is not of that kind; NULL: its own function says it. The text lasts for one sentence. */
const char *qc_rule_user(struct qc_rule_context *context, struct qemucore_thread *thread);

/* The descriptor at a place of what a thread polls, and the events that it polls for; false: it polls no
   more, or that can't be read. */
bool qc_rule_polled(const struct qc_rule_context *context, struct qemucore_thread *thread, size_t at,
                    int *ret_fd, uint64_t *ret_events);

/* The innermost frame of a thread that is of one of these functions, whose list ends with NULL. */
struct qemucore_frame *qc_rule_frame(struct qemucore_thread *thread, const char *const *functions);

/* ---- programs without a guest: rule_tool.c ---------------------------------------------------- */

/* A program without a guest has no run state: what its main loop waits for is all that it is at. */
bool qc_tool_is_at_rest(const struct qc_rule_context *context);
void qc_tool_report(struct qc_rule_context *context, const char *tool);

#endif
