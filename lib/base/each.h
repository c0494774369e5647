/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * each - one macro for each of several arguments, as for names that are said once
 *
 *     #define ADD(list, name) list_add(list, #name, (list)->name);
 *     QC_EACH(ADD, list, first, second)
 */
#pragma once

/* Expands to apply(context, argument) for each further argument, of which there are 1 to 12. */
#define QC_EACH(apply, context, ...)                                                               \
    QC_EACH_COUNT(__VA_ARGS__, QC_EACH_12, QC_EACH_11, QC_EACH_10, QC_EACH_9, QC_EACH_8,          \
                  QC_EACH_7, QC_EACH_6, QC_EACH_5, QC_EACH_4, QC_EACH_3, QC_EACH_2, QC_EACH_1, )  \
    (apply, context, __VA_ARGS__)

/* Returns its argument after the 12 first: the one that as many arguments before it have moved. */
#define QC_EACH_COUNT(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, count, ...) count

#define QC_EACH_1(apply, context, first) apply(context, first)
#define QC_EACH_2(apply, context, first, ...) \
    apply(context, first) QC_EACH_1(apply, context, __VA_ARGS__)
#define QC_EACH_3(apply, context, first, ...) \
    apply(context, first) QC_EACH_2(apply, context, __VA_ARGS__)
#define QC_EACH_4(apply, context, first, ...) \
    apply(context, first) QC_EACH_3(apply, context, __VA_ARGS__)
#define QC_EACH_5(apply, context, first, ...) \
    apply(context, first) QC_EACH_4(apply, context, __VA_ARGS__)
#define QC_EACH_6(apply, context, first, ...) \
    apply(context, first) QC_EACH_5(apply, context, __VA_ARGS__)
#define QC_EACH_7(apply, context, first, ...) \
    apply(context, first) QC_EACH_6(apply, context, __VA_ARGS__)
#define QC_EACH_8(apply, context, first, ...) \
    apply(context, first) QC_EACH_7(apply, context, __VA_ARGS__)
#define QC_EACH_9(apply, context, first, ...) \
    apply(context, first) QC_EACH_8(apply, context, __VA_ARGS__)
#define QC_EACH_10(apply, context, first, ...) \
    apply(context, first) QC_EACH_9(apply, context, __VA_ARGS__)
#define QC_EACH_11(apply, context, first, ...) \
    apply(context, first) QC_EACH_10(apply, context, __VA_ARGS__)
#define QC_EACH_12(apply, context, first, ...) \
    apply(context, first) QC_EACH_11(apply, context, __VA_ARGS__)
