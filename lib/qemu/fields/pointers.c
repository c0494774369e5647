/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/fields/pointers.h"

#include "base/base.h"

/* Only cores of 64-bit processes are read. */
#define POINTER_SIZE 8

struct collection {
    struct qemucore_module *module;
    struct qc_pointers *pointers;
};

static bool visit_symbol(void *opaque, const struct qc_symbol *symbol)
{
    struct collection *collection = opaque;
    const struct qc_core *core = collection->module->modules->core;
    uint64_t target;
    if (!qc_core_number(core, symbol->address, POINTER_SIZE, &target) || target == 0) {
        return true;
    }
    if (!qc_vec_push(&collection->pointers->list, (struct qc_pointer){target, *symbol})) {
        return false;
    }
    return true;
}

QC_DEFINE_ORDER(compare_pointers, struct qc_pointer, qc_compare(a->target, b->target))

void qc_pointers_find(struct qemucore_module *module, struct qc_pointers *ret)
{
    struct collection collection = {module, ret};
    if (!ret->are_found) {
        ret->are_found = true;
        ret->are_all = qc_symbols_each_of_size(module, POINTER_SIZE, visit_symbol, &collection);
        qc_vec_sort(&ret->list, compare_pointers);
    }
}

void qc_pointers_free(struct qc_pointers *pointers)
{
    qc_vec_free(&pointers->list);
}

size_t qc_pointers_from(const struct qc_pointers *pointers, uint64_t address)
{
    return qc_lower_bound(pointers->list.count, i, pointers->list.items[i].target < address);
}
