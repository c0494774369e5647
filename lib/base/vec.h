/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vec - a growing array of any type
 *
 *     QC_VEC(struct qc_thread) threads = {0};          an empty vec is all zeroes
 *     struct qc_thread *t = qc_vec_add(&threads);      a zeroed item; NULL: out of memory
 *     bool added = qc_vec_push(&threads, (struct qc_thread){.lwp = 1});
 *     qc_vec_each(&threads, each) { each->lwp ... }    must not add any
 *     qc_vec_free(&threads);
 *
 * Adding an item may move the others: keep indices, not pointers, while a vec grows.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#define QC_VEC_BODY(type) \
    {                     \
        type *items;      \
        size_t count;     \
        size_t capacity;  \
    }
#define QC_VEC(type) struct QC_VEC_BODY(type)

/* A vec type with a name, for function parameters. */
#define QC_VEC_TYPE(name, type) struct name QC_VEC_BODY(type)

/* Makes room for one more item and zeroes it. False: out of memory. */
bool qc_vec_reserve(void **items, size_t *capacity, size_t count, size_t item_size);

#define qc_vec_add(vec)                                                                         \
    (qc_vec_reserve((void **)&(vec)->items, &(vec)->capacity, (vec)->count, sizeof(*(vec)->items)) \
         ? &(vec)->items[(vec)->count++]                                                        \
         : NULL)

/* Adds an item with a value, which is evaluated after room was made. False: out of memory. */
#define qc_vec_push(vec, ...)                               \
    __extension__({                                         \
        __typeof__(*(vec)->items) *pushed_ = qc_vec_add(vec); \
        if (pushed_ != NULL) {                              \
            *pushed_ = __VA_ARGS__;                         \
        }                                                   \
        pushed_ != NULL;                                    \
    })

/* The last item; NULL: the vec is empty. */
#define qc_vec_last(vec) ((vec)->count == 0 ? NULL : &(vec)->items[(vec)->count - 1])

/* Gives back the unused room of a vec that is complete. */
#define qc_vec_fit(vec)                                                                         \
    do {                                                                                        \
        void *fit_ = (vec)->count == 0                                                          \
                         ? NULL                                                                 \
                         : reallocarray((vec)->items, (vec)->count, sizeof(*(vec)->items));     \
        if (fit_ != NULL) {                                                                     \
            (vec)->items = fit_;                                                                \
            (vec)->capacity = (vec)->count;                                                     \
        }                                                                                       \
    } while (0)

#define qc_vec_free(vec)       \
    do {                       \
        free((vec)->items);    \
        (vec)->items = NULL;   \
        (vec)->count = 0;      \
        (vec)->capacity = 0;   \
    } while (0)

/* Runs the statement that follows for each item, through a pointer named `item`. */
#define qc_vec_each(vec, item)                                                              \
    for (__typeof__(*(vec)->items) *item = (vec)->items,                                    \
                                   *item##_end = item == NULL ? NULL : item + (vec)->count; \
         item != item##_end; item++)

/* Frees a vec after the expression `release` has freed what an item owns. */
#define qc_vec_free_each(vec, item, release) \
    do {                                     \
        qc_vec_each(vec, item)               \
        {                                    \
            release;                         \
        }                                    \
        qc_vec_free(vec);                    \
    } while (0)

/* For QC_GUARD: `items` is the first member of every vec. */
static inline void qc_vec_guard(void *vec)
{
    free(*(void **)vec);
}

#define qc_vec_sort(vec, compare)                                                \
    do {                                                                         \
        if ((vec)->count > 1) {                                                  \
            qsort((vec)->items, (vec)->count, sizeof(*(vec)->items), (compare)); \
        }                                                                        \
    } while (0)

/* Number of items of an array. */
#define qc_count(array) (sizeof(array) / sizeof((array)[0]))

/* Compares two numbers or pointers as qsort(3) wants it: less than 0, 0, or more than 0. */
#define qc_compare(left, right) (((left) > (right)) - ((left) < (right)))

/* Defines a function for qsort(3). The expression compares two items through pointers a and b. */
#define QC_DEFINE_ORDER(name, type, order)             \
    static int name(const void *left, const void *right) \
    {                                                  \
        const type *a = left;                          \
        const type *b = right;                         \
        return order;                                  \
    }

/*
 * Returns the first item of an array for which the expression is_it is true; NULL: none. The
 * expression sees the item through a pointer named `item`. Below: the same for a vec, and for an
 * array whose size the compiler knows.
 *
 *     const struct qc_cpu *cpu = qc_vec_find(&cpus->list, at, at->lwp == lwp);
 *     return qc_vec_any(&graph->chains, chain, chain->root == thread);
 */
#define qc_find(array, count, item, is_it)                             \
    __extension__({                                                    \
        __typeof__((array)[0]) *found_ = NULL;                         \
        for (size_t at_ = 0; found_ == NULL && at_ < (count); at_++) { \
            __typeof__((array)[0]) *item = &(array)[at_];              \
            found_ = (is_it) ? item : NULL;                            \
        }                                                              \
        found_;                                                        \
    })
#define qc_vec_find(vec, item, is_it) qc_find((vec)->items, (vec)->count, item, is_it)
#define qc_vec_any(vec, item, is_it) (qc_vec_find(vec, item, is_it) != NULL)
#define qc_array_find(array, item, is_it) qc_find(array, qc_count(array), item, is_it)
#define qc_array_any(array, item, is_it) (qc_array_find(array, item, is_it) != NULL)

/*
 * Returns how many of count sorted items come before the wanted place. The expression is_before
 * tells it for the item at `index`: true for the first ones, false for all others.
 *
 *     size_t at = qc_lower_bound(list.count, i, list.items[i].start < address);
 */
#define qc_lower_bound(count, index, is_before)         \
    __extension__({                                     \
        size_t low_ = 0;                                \
        size_t high_ = (count);                         \
        while (low_ < high_) {                          \
            size_t index = low_ + (high_ - low_) / 2;   \
            if (is_before) {                            \
                low_ = index + 1;                       \
            } else {                                    \
                high_ = index;                          \
            }                                           \
        }                                               \
        low_;                                           \
    })

/*
 * Returns the first of the sorted items that is wanted; NULL: none. The expression sees an item
 * through a pointer named `item`: less than 0 if it comes before the wanted ones, 0 if it is one.
 *
 *     cpu = qc_vec_find_sorted(&cpus->list, each, qc_compare(each->index, index));
 */
#define qc_find_sorted(array, count, item, order)                                              \
    __extension__({                                                                            \
        __typeof__((array)[0]) *item;                                                          \
        size_t found_ = qc_lower_bound(count, at_, (item = &(array)[at_], (order) < 0));       \
        item = found_ < (count) ? &(array)[found_] : NULL;                                     \
        item != NULL && (order) == 0 ? item : NULL;                                            \
    })
#define qc_vec_find_sorted(vec, item, order) \
    qc_find_sorted((vec)->items, (vec)->count, item, order)
