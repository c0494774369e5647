/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * instances - where a module keeps objects of certain types: in its variables with static storage,
 * in their members, and in what their pointers point to
 *
 * Pointers are followed once. An object inside a listed one is not listed.
 */
#pragma once

#include "values/objects/object.h"

struct qc_instance {
    size_t type;      /* index into the requested types */
    uint64_t address;
    char *name;       /* "ram_list.mutex", "current_migration->rate_limit_sem" */
    unsigned length;  /* length of name: the shortest name for an address is the one to show */
};

struct qc_instances {
    QC_VEC(struct qc_instance) items; /* by address, shorter names first */
    bool is_cut;                            /* a limit of ours was reached: there may be more */
};

/* Finds all objects of types, given as typedefs or tags. If memory runs out, some are missing. */
void qc_instances_find(struct qemucore_module *module, const char *const *types, size_t count,
                       struct qc_instances *ret);
void qc_instances_free(struct qc_instances *instances);

/* Finds those that one variable contains or points to. */
void qc_instances_find_in_variable(struct qemucore_module *module, const char *name, Dwarf_Die *die,
                                   const char *const *types, size_t count,
                                   struct qc_instances *ret);

/* Finds those inside one object. Their names start after its name: ".mutex", ".params[3].sem". */
void qc_instances_find_in_object(const struct qemucore_object *object, const char *const *types,
                                 size_t count, struct qc_instances *ret);

/* Sorts the items again, after some were added. */
void qc_instances_sort(struct qc_instances *instances);

/* Returns the first item of a type at an address. NULL: none. */
const struct qc_instance *qc_instances_at(const struct qc_instances *instances,
                                          uint64_t address, size_t type);

/* Returns the name of the object of a type at an address inside `object`: ".mutex",
   ".params[3].sem". malloc; NULL: none. */
char *qc_instances_member(const struct qemucore_object *object, const char *type, uint64_t address);
