/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * instances - where a module keeps objects of certain types: its variables with static storage,
 * members of them, and what their pointers point to
 *
 * Pointers are followed once. An object inside another that is listed is not listed again.
 */
#ifndef QC_DWARF_INSTANCES_H
#define QC_DWARF_INSTANCES_H

#include "dwarf/values/object.h"

struct qc_instance {
    size_t type;      /* index into the types that were asked for */
    uint64_t address;
    char *name;       /* "ram_list.mutex", "current_migration->rate_limit_sem" */
    unsigned length;  /* of the path: the shortest name for an address is the one to show */
};

struct qc_instances {
    QC_VEC(struct qc_instance) items; /* by address, shorter names first */
    bool is_cut;                            /* a limit of ours: there may be more */
};

/* types: names of typedefs or tags. Running out of memory leaves it short. */
void qc_instances_find(struct qemucore_module *module, const char *const *types, size_t count,
                       struct qc_instances *ret);
void qc_instances_free(struct qc_instances *instances);

/* Those that one variable holds or points to. */
void qc_instances_find_in_variable(struct qemucore_module *module, const char *name, Dwarf_Die *die,
                                   const char *const *types, size_t count,
                                   struct qc_instances *ret);

/* Those that are inside one object; their names begin behind it: ".mutex", ".params[3].sem". */
void qc_instances_find_in_object(const struct qemucore_object *object, const char *const *types,
                                 size_t count, struct qc_instances *ret);

/* After items have been added to one. */
void qc_instances_sort(struct qc_instances *instances);

/* The first item at an address; NULL: none. */
const struct qc_instance *qc_instances_at(const struct qc_instances *instances,
                                          uint64_t address, size_t type);

/* How an object of the type is called that lies at an address inside `object`: ".mutex",
   ".params[3].sem"; malloc, NULL: there is none. */
char *qc_instances_member(const struct qemucore_object *object, const char *type, uint64_t address);

#endif
