/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule - one thing that can be the matter with a QEMU, and how it is told
 *
 * To add one: a line in rules.c, its condition in one of the rule_*.c, and in tests/why.test a
 * core where it fires and a near miss where it does not.
 *
 * A condition adds findings only on what is in the dump. It may make a finding less grave than its
 * rule is, where a moment's state of a sound process looks alike.
 */
#ifndef QC_VERDICT_RULE_H
#define QC_VERDICT_RULE_H

#include "qemu/threads/frames.h"
#include "verdict/verdict.h"

struct qc_verdict_rule;

/* What a condition sees. */
struct qc_look {
    const struct qc_verdict_rule *rule;
    struct qc_verdict *verdict;
    struct qc_wait_graph *graph;
    struct qc_process *process;
    const struct qc_state *state;
    const struct qc_crash *crash;
    bool failed; /* no memory */
};

struct qc_verdict_rule {
    const char *name;
    enum qc_severity severity;
    int kind;           /* for conditions that several rules share */
    const char *origin; /* commits of QEMU, or where people have discussed it */
    void (*look)(struct qc_look *look);
    const char *next;   /* what to look at next; NULL: the condition says it */
};

extern const struct qc_verdict_rule qc_rules[];
extern const size_t qc_rule_count;

/* NULL: no memory, or enough of them. */
struct qemucore_finding *qc_look_find(struct qc_look *look, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Evidence, with any of thread, frame, field and address; finding may be NULL. */
struct qc_clue {
    struct qemucore_thread *thread;
    struct qemucore_frame *frame;
    const char *field;
    uint64_t address;
};
void qc_look_show(struct qc_look *look, struct qemucore_finding *finding, struct qc_clue clue,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* What is shown from here on is by chance: it does not belong to the signature. */
static inline void qc_look_key(struct qemucore_finding *finding)
{
    if (finding != NULL) {
        finding->keys = finding->evidence.count;
    }
}

/* A thread is where it is: its wait and its site as evidence. */
void qc_look_show_thread(struct qc_look *look, struct qemucore_finding *finding,
                         struct qemucore_thread *thread);

/* Who has to act next; finding may be NULL. */
void qc_look_actor(struct qc_look *look, struct qemucore_finding *finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void qc_look_next(struct qc_look *look, struct qemucore_finding *finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* That nothing else is the matter: the run state; and "8 vCPUs are parked: ...", how the BQL is, what
   RCU does. */
void qc_look_show_runstate(struct qc_look *look, struct qemucore_finding *finding);
void qc_look_show_calm(struct qc_look *look, struct qemucore_finding *finding);

/* What can't be told; the same sentence counts once. */
void qc_look_unknown(struct qc_look *look, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "main loop (LWP 17)"; until the next call but three. Never NULL. */
const char *qc_look_who(struct qc_look *look, const struct qemucore_thread *thread);

/* The wait of a thread, as the graph has it. */
const struct qemucore_wait *qc_look_wait(const struct qc_look *look,
                                         const struct qemucore_thread *thread);

/* The BQL among the graph's objects; NULL: not known. */
const struct qemucore_lock *qc_look_bql(const struct qc_look *look);

/* Whether it is the lock of an AioContext, which QEMU takes up to 8.2. */
bool qc_look_is_context_lock(const struct qc_look *look, const struct qemucore_lock *lock);

/* The innermost frame of a thread that is of one of these functions, whose list ends with NULL. */
struct qemucore_frame *qc_look_frame(struct qemucore_thread *thread,
                                     const char *const *functions);

/* It has a role of that name ("vcpu", "main_loop"). */
bool qc_look_has_role(const struct qemucore_thread *thread, const char *role);

/* ---- conditions ---- */

void qc_rule_crash(struct qc_look *look);
void qc_rule_cycle(struct qc_look *look);
void qc_rule_owner_gone(struct qc_look *look);
void qc_rule_bql(struct qc_look *look);
void qc_rule_anomaly(struct qc_look *look);
void qc_rule_call_rcu(struct qc_look *look);
void qc_rule_rcu_reader(struct qc_look *look);
void qc_rule_drain_rcu(struct qc_look *look);
void qc_rule_pause(struct qc_look *look);
void qc_rule_parked(struct qc_look *look);
void qc_rule_work(struct qc_look *look);
void qc_rule_exclusive(struct qc_look *look);
void qc_rule_ioctl(struct qc_look *look);
void qc_rule_timers(struct qc_look *look);
void qc_rule_touch_pages(struct qc_look *look);
void qc_rule_drain(struct qc_look *look);
void qc_rule_graph_lock(struct qc_look *look);
void qc_rule_context(struct qc_look *look);
void qc_rule_notify(struct qc_look *look);
void qc_rule_foreign_poll(struct qc_look *look);
void qc_rule_iothread_stop(struct qc_look *look);
void qc_rule_nested(struct qc_look *look);
void qc_rule_incoming(struct qc_look *look);
void qc_rule_outgoing(struct qc_look *look);
void qc_rule_join(struct qc_look *look);
void qc_rule_runstate(struct qc_look *look);
void qc_rule_idle(struct qc_look *look);

enum qc_cycle_kind {
    QC_CYCLE_SELF,        /* one thread waits for itself */
    QC_CYCLE_AIO_CONTEXT, /* the BQL against an AioContext's lock */
    QC_CYCLE_RCU,         /* a grace period in it */
    QC_CYCLE_WORK,        /* one waits for a vCPU to do what it was given */
    QC_CYCLE_OTHER,
};

#endif
