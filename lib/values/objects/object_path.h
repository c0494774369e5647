/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * object_path - objects by an expression of the user or a table: "first_cpu->halt_cond",
 * "0x55d0c0de:QemuCond"
 */
#pragma once

#include "values/objects/object.h"

/* Follows a path from an object: "lock.__data.__owner", "elements[3]->next". False: it leads nowhere,
   or memory that it needs can't be read. */
bool qc_object_path(const struct qemucore_object *object, const char *path,
                    struct qemucore_object *ret);

/* Does the same from a local variable or argument by its name: "cpu->halt_cond". */
enum qemucore_status qc_objects_path(const struct qc_objects *locals,
                                     const struct qc_objects *arguments, const char *expression,
                                     struct qemucore_object *ret, struct qemucore_error *error);

/*
 * Finds a variable ("name"; or as in gdb, "'util/rcu.c'::name" for that of a source file) or an
 * object at an address ("0x55d0c0de:QemuCond"), then follows any of ".member", "->member" and
 * "[index]". A "." after a pointer follows it. A leading "*" follows the result as a pointer.
 */
enum qemucore_status qc_object_find(struct qc_modules *modules, const char *expression,
                                    const struct qc_thread *thread,
                                    struct qemucore_object *ret, struct qemucore_error *error);
