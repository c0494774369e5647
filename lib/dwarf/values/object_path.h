/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * object_path - objects by what a user or a table writes: "first_cpu->halt_cond", "0x55d0c0de:QemuCond"
 */
#ifndef QC_DWARF_OBJECT_PATH_H
#define QC_DWARF_OBJECT_PATH_H

#include "dwarf/values/object.h"

/* What "lock.__data.__owner" or "elements[3]->next" leads to, from an object on. */
enum qemucore_status qc_object_path(const struct qemucore_object *object, const char *path,
                                    struct qemucore_object *ret, struct qemucore_error *error);

/* The same from a local variable or argument on, by its name: "cpu->halt_cond". */
enum qemucore_status qc_objects_path(const struct qc_objects *locals,
                                     const struct qc_objects *arguments, const char *expression,
                                     struct qemucore_object *ret, struct qemucore_error *error);

/*
 * A variable ("name"; as gdb has it, "'util/rcu.c'::name" for the one of a source file) or
 * something at an address ("0x55d0c0de:QemuCond"), then any of ".member", "->member" and
 * "[index]"; a "." behind a pointer follows it. A "*" before it all is what the result points to.
 */
enum qemucore_status qc_object_find(struct qc_modules *modules, const char *expression,
                                    const struct qc_object_thread *thread,
                                    struct qemucore_object *ret, struct qemucore_error *error);

#endif
