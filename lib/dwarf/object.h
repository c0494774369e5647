/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * object - something of a known type at an address: variables, members, what pointers point to
 */
#ifndef QC_DWARF_OBJECT_H
#define QC_DWARF_OBJECT_H

#include "dwarf/type.h"
#include "dwarf/variable.h"
#include "modules/module.h"

struct qc_object {
    struct qemucore_module *module; /* whose debug info knows the type */
    uint64_t address;
    Dwarf_Die holder;               /* variable, member, pointer or array: its type is ours */
    struct qc_type type;
    unsigned bit_size;              /* a bit-field: this many bits, 0: whole bytes ... */
    unsigned bit_offset;            /* ... from this one on, counted from the least significant bit
                                       of the bytes at address, in the byte order of the CPU */
};

/* Whose thread-local variables are meant; NULL: nobody's, they are refused. */
struct qc_object_thread {
    const struct qc_thread *thread;
    enum qemucore_status (*tls_address)(struct qemucore_module *module,
                                        const struct qc_thread *thread, uint64_t offset,
                                        uint64_t *ret, struct qemucore_error *error);
};

/* A variable with static storage, in any module, the executable first. */
enum qemucore_status qc_object_variable(struct qc_modules *modules, const char *name,
                                        const struct qc_object_thread *thread,
                                        struct qc_object *ret, struct qemucore_error *error);

/* The same, of the source file whose path ends with unit ("util/rcu.c"). */
enum qemucore_status qc_object_variable_in(struct qc_modules *modules, const char *name,
                                           const char *unit,
                                           const struct qc_object_thread *thread,
                                           struct qc_object *ret, struct qemucore_error *error);

/* What a variable's DIE describes; thread-local ones are refused. */
enum qemucore_status qc_object_from_die(struct qemucore_module *module, Dwarf_Die *die,
                                        struct qc_object *ret, struct qemucore_error *error);

/* Something at an address that is of the named type: a typedef, or the tag of a structure, union
   or enumeration, also with "struct " and the like before it. The executable's debug info is asked
   first. */
enum qemucore_status qc_object_at(struct qc_modules *modules, const char *type, uint64_t address,
                                  struct qc_object *ret, struct qemucore_error *error);

/* The same, by the debug info of one module. */
enum qemucore_status qc_object_at_in(struct qemucore_module *module, const char *type,
                                     uint64_t address, struct qc_object *ret,
                                     struct qemucore_error *error);

/* Member of a structure or union, also through members without a name. */
enum qemucore_status qc_object_member(const struct qc_object *object, const char *name,
                                      struct qc_object *ret, struct qemucore_error *error);

/* What "lock.__data.__owner" or "elements[3]->next" leads to, from an object on. */
enum qemucore_status qc_object_path(const struct qc_object *object, const char *path,
                                    struct qc_object *ret, struct qemucore_error *error);

/* What a pointer points to. */
enum qemucore_status qc_object_target(const struct qc_object *object, struct qc_object *ret,
                                      struct qemucore_error *error);

/* Element of an array, or of what a pointer points to. */
enum qemucore_status qc_object_element(const struct qc_object *object, int64_t index,
                                       struct qc_object *ret, struct qemucore_error *error);

/*
 * A variable ("name"; as gdb has it, "'util/rcu.c'::name" for the one of a source file) or
 * something at an address ("0x55d0c0de:QemuCond"), then any of ".member", "->member" and
 * "[index]"; a "." behind a pointer follows it. A "*" before it all is what the result points to.
 */
enum qemucore_status qc_object_find(struct qc_modules *modules, const char *expression,
                                    const struct qc_object_thread *thread, struct qc_object *ret,
                                    struct qemucore_error *error);

/* A number of at most 8 bytes; sign-extended where the type is signed. */
enum qemucore_status qc_object_number(const struct qc_object *object, uint64_t *ret,
                                      struct qemucore_error *error);

/* The members of a variable that is a structure, each described; unnamed ones have no name. */
void qc_object_members(const struct qemucore_variable *variable, struct qc_variables *ret);

/* The structure that a variable of a frame is or, with *by_pointer set, points to. */
enum qemucore_status qc_object_of_variable(const struct qemucore_variable *variable,
                                           struct qc_object *ret, bool *by_pointer,
                                           struct qemucore_error *error);

/* The value with its names, as of a variable of a frame; a structure has its address. */
void qc_object_describe(const struct qc_object *object, struct qemucore_variable *ret);

/* The members of a structure in order, index from 0. QEMUCORE_NOT_FOUND behind the last one. */
enum qemucore_status qc_object_member_at(const struct qc_object *object, size_t index,
                                         const char **name, struct qc_object *ret,
                                         struct qemucore_error *error);

#endif
