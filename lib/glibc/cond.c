/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "glibc/cond.h"

#include <string.h>

#include "base/base.h"

/* nptl/pthread_cond_common.c, pthread_cond_wait.c: the low bits of the counters are flags. */
#define WREFS_PSHARED 1u
#define WREFS_MONOTONIC 2u
#define WREFS_SHIFT 3
#define ORIG_SIZE_SHIFT 2  /* __g1_orig_size: the low bits are the condition's own lock */
#define GROUP_REFS_SHIFT 1 /* __g_refs: the low bit says that a thread waits for the group to go */
#define SIGNALS_SHIFT 1    /* __g_signals up to 2.40: the low bit says that the group is closed */
#define NWAITERS_MONOTONIC 1u /* up to 2.24 (COND_NWAITERS_SHIFT) */
#define NWAITERS_SHIFT 1

/* A member of pthread_cond_t's 48 bytes. */
struct member {
    const char *name;
    uint8_t offset;
    uint8_t size;
};

static const struct member sequence_members[] = {
    {"__lock", 0, 4},        {"__futex", 4, 4},     {"__total_seq", 8, 8},
    {"__wakeup_seq", 16, 8}, {"__woken_seq", 24, 8}, {"__mutex", 32, 8},
    {"__nwaiters", 40, 4},   {"__broadcast_seq", 44, 4},
};

static const struct member groups_members[] = {
    {"__wseq", 0, 8},          {"__g1_start", 8, 8},     {"__g_refs[0]", 16, 4},
    {"__g_refs[1]", 20, 4},    {"__g_size[0]", 24, 4},   {"__g_size[1]", 28, 4},
    {"__g1_orig_size", 32, 4}, {"__wrefs", 36, 4},       {"__g_signals[0]", 40, 4},
    {"__g_signals[1]", 44, 4},
};

static const struct member repaired_members[] = {
    {"__wseq", 0, 8},          {"__g1_start", 8, 8},     {"__g_size[0]", 16, 4},
    {"__g_size[1]", 20, 4},    {"__g1_orig_size", 24, 4}, {"__wrefs", 28, 4},
    {"__g_signals[0]", 32, 4}, {"__g_signals[1]", 36, 4},
};

static const struct layout {
    const struct member *members;
    size_t count;
    uint8_t words[2]; /* offsets of the futex words that waiters sleep on */
    size_t word_count;
} layouts[] = {
    [QC_COND_UNKNOWN] = {NULL, 0, {0}, 0},
    [QC_COND_SEQUENCE] = {sequence_members, qc_count(sequence_members), {4}, 1},
    [QC_COND_GROUPS] = {groups_members, qc_count(groups_members), {40, 44}, 2},
    [QC_COND_REPAIRED] = {repaired_members, qc_count(repaired_members), {32, 36}, 2},
};

/* Returns the value of a field; 0 if the layout lacks it. */
static uint64_t field(const struct qc_cond *cond, const char *name)
{
    const struct qc_cond_field *found =
        qc_find(cond->fields, cond->field_count, at, strcmp(at->name, name) == 0);
    return found == NULL ? 0 : found->value;
}

static uint64_t group_field(const struct qc_cond *cond, const char *first, const char *second,
                            unsigned group)
{
    return field(cond, group == 0 ? first : second);
}

static void describe_sequence(struct qc_cond *cond)
{
    uint64_t total = field(cond, "__total_seq");
    uint64_t wakeup = field(cond, "__wakeup_seq");
    uint64_t woken = field(cond, "__woken_seq");
    uint32_t waiters = (uint32_t)field(cond, "__nwaiters");
    uint64_t mutex = field(cond, "__mutex");
    cond->waiters = waiters >> NWAITERS_SHIFT;
    cond->monotonic = (waiters & NWAITERS_MONOTONIC) != 0;
    cond->process_shared = mutex == UINT64_MAX;
    cond->mutex = cond->process_shared ? 0 : mutex;
    cond->unsignalled = (unsigned)(total - wakeup);
    cond->signals = (unsigned)(wakeup - woken);
    cond->sane = woken <= wakeup && wakeup <= total && total - woken <= cond->waiters &&
                 field(cond, "__lock") <= 2;
    cond->counts_agree = true;
}

static uint64_t group_references(const struct qc_cond *cond, unsigned group)
{
    return group_field(cond, "__g_refs[0]", "__g_refs[1]", group) >> GROUP_REFS_SHIFT;
}

static uint32_t group_signals(const struct qc_cond *cond, unsigned group)
{
    return (uint32_t)group_field(cond, "__g_signals[0]", "__g_signals[1]", group);
}

/* Counts the signals that no waiter has taken yet: in a closed group, one for each waiter in it. */
static uint64_t signals_groups(const struct qc_cond *cond)
{
    uint64_t signals = 0;
    for (unsigned group = 0; group < 2; group++) {
        uint32_t value = group_signals(cond, group);
        signals += (value & 1) != 0 ? group_references(cond, group) : value >> SIGNALS_SHIFT;
    }
    return signals;
}

/* The repaired layout counts signals from the group's start on, in 32 bits that wrap. */
static uint64_t signals_repaired(const struct qc_cond *cond, unsigned g1, uint64_t start)
{
    int32_t available = (int32_t)(group_signals(cond, g1) - (uint32_t)start);
    return available > 0 ? (uint64_t)available : 0;
}

/*
 * Waiters enter group G2. When a thread signals and G1 has no waiter left to wake, G2 becomes G1,
 * and a new G2 begins. So the waiters that sleep on are those left in G1 and those that came later.
 * A waiter that gives up decrements the size of its group, in G2 below zero.
 */
static void describe_groups(struct qc_cond *cond)
{
    bool repaired = cond->layout == QC_COND_REPAIRED;
    uint64_t wseq = field(cond, "__wseq") >> 1;
    unsigned g2 = (unsigned)field(cond, "__wseq") & 1;
    unsigned g1 = 1 - g2;
    /* Up to 2.40, the lowest bit of __g1_start says which group is G2, too. */
    uint64_t start = field(cond, "__g1_start") >> (repaired ? 0 : 1);
    uint64_t orig = field(cond, "__g1_orig_size") >> ORIG_SIZE_SHIFT;
    int64_t g1_left = (int32_t)group_field(cond, "__g_size[0]", "__g_size[1]", g1);
    int64_t g2_gone = (int32_t)group_field(cond, "__g_size[0]", "__g_size[1]", g2);
    uint32_t wrefs = (uint32_t)field(cond, "__wrefs");
    /* Unsigned: a damaged condition may hold any counts. They wrap, and are refused below. */
    int64_t unsignalled = (int64_t)((uint64_t)g1_left + (wseq - start - orig) + (uint64_t)g2_gone);
    uint64_t references = 0;
    cond->waiters = wrefs >> WREFS_SHIFT;
    cond->process_shared = (wrefs & WREFS_PSHARED) != 0;
    cond->monotonic = (wrefs & WREFS_MONOTONIC) != 0;
    for (unsigned group = 0; group < 2; group++) {
        references += group_references(cond, group);
    }
    cond->signals = (unsigned)(repaired ? signals_repaired(cond, g1, start) : signals_groups(cond));
    cond->unsignalled = unsignalled < 0 ? 0 : (unsigned)unsignalled;
    cond->sane = unsignalled >= 0 && unsignalled <= cond->waiters && wseq >= start &&
                 wseq - start >= orig;
    cond->counts_agree = cond->waiters <= wseq && (repaired || references == cond->waiters);
}

static enum qemucore_status cond_read_as(struct qc_libc *libc, enum qc_cond_layout layout,
                                         uint64_t address, struct qc_cond *ret,
                                         struct qemucore_error *error)
{
    uint8_t bytes[QC_COND_SIZE];
    const struct qc_core *core = libc->modules->core;
    QC_TRY(qc_image_read(core->image, address, bytes, sizeof(bytes), error));
    struct qc_cond cond = {.layout = layout, .field_count = layouts[layout].count};
    struct qc_cursor cursor = qc_cursor_new(bytes, sizeof(bytes), core->big_endian);
    for (size_t i = 0; i < cond.field_count; i++) {
        const struct member *member = &layouts[layout].members[i];
        qc_cursor_seek(&cursor, member->offset);
        cond.fields[i] =
            (struct qc_cond_field){member->name, qc_cursor_number(&cursor, member->size)};
    }
    if (layout == QC_COND_SEQUENCE) {
        describe_sequence(&cond);
    } else {
        describe_groups(&cond);
    }
    /* A waiter that has taken its signal is counted until it has left glibc's code: it is neither
       asleep nor still signalled. */
    unsigned not_asleep = cond.unsignalled < cond.waiters ? cond.waiters - cond.unsignalled : 0;
    cond.signalled = qc_min(not_asleep, cond.signals);
    *ret = cond;
    return QEMUCORE_OK;
}

enum qemucore_status qc_cond_read(struct qc_libc *libc, uint64_t address, struct qc_cond *ret,
                                  struct qemucore_error *error)
{
    QC_TRY(qc_libc_check(libc, "pthread_cond_t", error));
    *ret = (struct qc_cond){0};
    enum qc_cond_layout layout = qc_libc_cond_layout(libc);
    QC_FAIL_IF(layout == QC_COND_UNKNOWN, error, QEMUCORE_NOT_FOUND,
               "which of glibc's three layouts pthread_cond_t has is not known "
               "without debug info of the C library");
    return cond_read_as(libc, layout, address, ret, error);
}

bool qc_cond_holds_word(uint64_t address, uint64_t word)
{
    for (unsigned i = QC_COND_SEQUENCE; i <= QC_COND_REPAIRED; i++) {
        for (size_t j = 0; j < layouts[i].word_count; j++) {
            if (word - address == layouts[i].words[j]) {
                return true;
            }
        }
    }
    return false;
}

uint64_t qc_cond_from_word(struct qc_libc *libc, uint64_t word, unsigned most_waiters)
{
    enum qc_cond_layout known = qc_libc_cond_layout(libc);
    uint64_t found = 0;
    for (unsigned i = QC_COND_SEQUENCE; i <= QC_COND_REPAIRED && !libc->is_other; i++) {
        for (size_t j = 0; j < layouts[i].word_count; j++) {
            uint64_t address = word - layouts[i].words[j];
            struct qc_cond cond;
            /* pthread_cond_t has members of 8 bytes. */
            if ((known != QC_COND_UNKNOWN && known != i) || address % 8 != 0 ||
                cond_read_as(libc, (enum qc_cond_layout)i, address, &cond, NULL) !=
                    QEMUCORE_OK ||
                !cond.sane || !cond.counts_agree || cond.waiters == 0 || cond.waiters > most_waiters) {
                continue;
            }
            if (found != 0) {
                return 0; /* two conditions make sense */
            }
            found = address;
        }
    }
    if (found != 0) {
        qc_libc_learn_cond_layout(libc, found, word);
    }
    return found;
}
