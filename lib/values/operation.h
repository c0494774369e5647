/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * operation - reads the operations of a DWARF expression one by one
 */
#pragma once

#include "base/base.h"
#include "values/expression.h"

struct qc_operations {
    const struct qc_expression *expression;
    struct qc_cursor cursor; /* into expression->bytes */
    size_t next;             /* index in expression->operations */
};

struct qc_operations qc_operations_new(const struct qc_expression *expression);

bool qc_operations_at_end(const struct qc_operations *operations);

/* Reads the next operation. False, with ret->atom set: the bytes end inside the operation, or it is
   one that CFI can't contain. */
bool qc_operations_next(struct qc_operations *operations, Dwarf_Op *ret);

/* Continues at a byte offset of the expression. False: no operation begins there. */
bool qc_operations_jump(struct qc_operations *operations, int64_t offset);
