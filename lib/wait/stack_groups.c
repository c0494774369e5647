/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/stack_groups.h"

/* A thread, and the hash of its program counters. */
struct entry {
    struct qemucore_thread *thread;
    uint64_t hash;
};

QC_VEC_TYPE(entries, struct entry);

/* FNV-1a over the program counters. */
static uint64_t stack_hash(const struct qc_stack *stack)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < stack->frames.count; i++) {
        hash = (hash ^ stack->frames.items[i].pc) * 0x100000001b3u;
    }
    return hash;
}

static bool is_same_stack(const struct qc_stack *a, const struct qc_stack *b)
{
    if (a->frames.count != b->frames.count || a->frames.count == 0) {
        return false;
    }
    for (size_t i = 0; i < a->frames.count; i++) {
        if (a->frames.items[i].pc != b->frames.items[i].pc) {
            return false;
        }
    }
    return true;
}

static bool threads_match(struct qemucore_thread *left, struct qemucore_thread *right)
{
    return !left->crashed && !right->crashed &&
           is_same_stack(qc_thread_stack(left), qc_thread_stack(right));
}

QC_DEFINE_ORDER(compare_entries, struct entry,
                qc_compare(a->hash, b->hash) ?:
                qc_compare(a->thread->core_thread->lwp, b->thread->core_thread->lwp))

QC_DEFINE_ORDER(compare_groups, struct qc_stack_group,
                qc_compare(b->threads.items[0]->crashed, a->threads.items[0]->crashed) ?:
                qc_threads_compare(a->threads.items, b->threads.items))

/* Adds a thread to the last group if their stacks are equal, else to a new one. */
static bool entry_put(struct qc_stack_groups *groups, const struct entry *entry, bool join)
{
    struct qc_stack_group *group = qc_vec_last(&groups->list);
    if (group == NULL || !join || !threads_match(group->threads.items[0], entry->thread)) {
        group = qc_vec_add(&groups->list);
    }
    bool kept = group != NULL && qc_vec_push(&group->threads, entry->thread);
    /* Drops a group that has stayed empty. */
    groups->list.count -= group != NULL && group->threads.count == 0;
    return kept;
}

bool qc_stack_groups_find(const struct qc_threads *threads, int lwp, bool join,
                          struct qc_stack_groups *ret)
{
    struct entries entries = {0};
    bool good = true;
    for (size_t i = 0; good && i < threads->count; i++) {
        struct qemucore_thread *thread = &threads->items[i];
        if (lwp == 0 || lwp == thread->core_thread->lwp) {
            uint64_t hash = join ? stack_hash(qc_thread_stack(thread)) : 0;
            good = qc_vec_push(&entries, (struct entry){thread, hash});
        }
    }
    qc_vec_sort(&entries, compare_entries);
    for (size_t i = 0; good && i < entries.count; i++) {
        good = entry_put(ret, &entries.items[i], join);
    }
    qc_vec_free(&entries);
    if (good) {
        qc_vec_sort(&ret->list, compare_groups);
    }
    return good;
}

void qc_stack_groups_free(struct qc_stack_groups *groups)
{
    qc_vec_free_each(&groups->list, item, qc_vec_free(&item->threads));
}

/* ---- coroutines ---------------------------------------------------------------------------- */

struct coroutine_entry {
    struct qemucore_coroutine *coroutine; /* all are in one array: pointers can be compared */
    struct qc_stack *stack;
    uint64_t hash;
};

QC_VEC_TYPE(coroutine_entries, struct coroutine_entry);

QC_DEFINE_ORDER(compare_coroutine_entries, struct coroutine_entry,
                qc_compare(a->hash, b->hash) ?: qc_compare(a->coroutine, b->coroutine))

QC_DEFINE_ORDER(compare_coroutine_groups, struct qc_coroutine_group,
                qc_compare(a->list.items[0], b->list.items[0]))

/* Event loops do not replace each other, so coroutines of different loops differ. */
static bool entries_match(const struct coroutine_entry *left, const struct coroutine_entry *right)
{
    return left->coroutine->state == right->coroutine->state &&
           left->coroutine->context.value == right->coroutine->context.value &&
           is_same_stack(left->stack, right->stack);
}

static bool coroutine_put(struct qc_coroutine_groups *groups, const struct coroutine_entry *entry,
                          const struct coroutine_entry *before)
{
    struct qc_coroutine_group *group = before == NULL ? NULL : qc_vec_last(&groups->list);
    if (group == NULL || !entries_match(before, entry)) {
        group = qc_vec_add(&groups->list);
    }
    bool is_added = group != NULL && qc_vec_push(&group->list, entry->coroutine);
    groups->list.count -= group != NULL && group->list.count == 0;
    return is_added;
}

static bool coroutine_entries_find(const struct qc_coroutines *coroutines, bool join,
                                   struct coroutine_entries *ret)
{
    size_t count = coroutines->list.count - coroutines->counts[QC_COROUTINE_IDLE];
    for (size_t i = 0; i < count; i++) {
        struct qemucore_coroutine *coroutine = &coroutines->list.items[i];
        struct qc_stack *stack = qc_coroutine_stack(coroutine);
        uint64_t hash = join && stack != NULL ? stack_hash(stack) ^ coroutine->context.value : 0;
        if (stack == NULL || !qc_vec_push(ret, (struct coroutine_entry){coroutine, stack, hash})) {
            return false;
        }
    }
    return true;
}

bool qc_coroutine_groups_find(const struct qc_coroutines *coroutines, bool join,
                              struct qc_coroutine_groups *ret)
{
    struct coroutine_entries entries = {0};
    bool good = coroutine_entries_find(coroutines, join, &entries);
    qc_vec_sort(&entries, compare_coroutine_entries);
    for (size_t i = 0; good && i < entries.count; i++) {
        good = coroutine_put(ret, &entries.items[i], join && i > 0 ? &entries.items[i - 1] : NULL);
    }
    qc_vec_free(&entries);
    if (good) {
        qc_vec_sort(&ret->list, compare_coroutine_groups);
    }
    return good;
}

void qc_coroutine_groups_free(struct qc_coroutine_groups *groups)
{
    qc_vec_free_each(&groups->list, item, qc_vec_free(&item->list));
}
