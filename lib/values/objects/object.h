/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * object - something of a known type at an address: a variable, a member, a pointer's target
 */
#pragma once

#include "base/base.h"
#include "values/frames/frame.h"

/* This is the type of the public header. */
struct qemucore_object {
    struct qemucore_module *module; /* module whose debug info has the type */
    const char *name;               /* name of an argument, local or member; NULL: none */
    Dwarf_Die holder;               /* variable, member, pointer or array of it; or the type */
    struct qc_type type;
    const struct qc_frame *frame;   /* frame of the argument or local that it is, or is part of: in
                                       memory, in registers or lost, as the frame tells when asked.
                                       NULL: in memory, at address */
    uint64_t address;               /* address in the process, if frame is NULL */
    struct qc_frame_part part;      /* place in the frame's variable; bits: see below */
    bool is_passed;                 /* a parameter, for qc_object_passed */
    unsigned bit_size;              /* bits of a bit-field; 0: whole bytes */
    unsigned bit_offset;            /* its first bit, counted from the least significant bit of the
                                       bytes at address, in the byte order of the CPU */
};

QC_VEC_TYPE(qc_objects, struct qemucore_object);

/* Finds a variable with static storage in any module, the executable first. unit: end of the path of
   its source file ("util/rcu.c"); NULL: any. `thread` is the one whose thread-local variables are
   meant; NULL: none, they are refused. */
enum qemucore_status qc_object_variable(struct qc_modules *modules, const char *name,
                                        const char *unit, const struct qc_thread *thread,
                                        struct qemucore_object *ret, struct qemucore_error *error);

/* Makes an object from a variable's DIE. Fails for a thread-local variable. */
enum qemucore_status qc_object_from_die(struct qemucore_module *module, Dwarf_Die *die,
                                        struct qemucore_object *ret, struct qemucore_error *error);

/* Makes an object of the named type at an address. The type is a typedef or the tag of a structure,
   union or enumeration, with or without "struct " and the like. Searches the executable's debug
   info first. */
enum qemucore_status qc_object_at(struct qc_modules *modules, const char *type, uint64_t address,
                                  struct qemucore_object *ret, struct qemucore_error *error);

/* The same, in the debug info of one module. */
enum qemucore_status qc_object_at_in(struct qemucore_module *module, const char *type,
                                     uint64_t address, struct qemucore_object *ret,
                                     struct qemucore_error *error);

/* The same without an address, for a structure that a source file ("file-posix.c") defines under a
   tag that other files use, too. False: there is none. */
bool qc_object_of_file(struct qemucore_module *module, const char *tag, const char *source,
                       struct qemucore_object *ret);

/* Finds a member of a structure or union, also inside members without a name. */
enum qemucore_status qc_object_member(const struct qemucore_object *object, const char *name,
                                      struct qemucore_object *ret, struct qemucore_error *error);

/* Makes the object that a pointer points to. */
enum qemucore_status qc_object_target(const struct qemucore_object *object,
                                      struct qemucore_object *ret, struct qemucore_error *error);

/* Makes an element of an array, or of the array that a pointer points to. */
enum qemucore_status qc_object_element(const struct qemucore_object *object, int64_t index,
                                       struct qemucore_object *ret, struct qemucore_error *error);

/* Makes an argument or local of a frame. is_passed: qc_object_passed may be called for it. */
void qc_object_of_frame(const struct qc_frame *frame, Dwarf_Die *die, bool is_passed,
                        struct qemucore_object *ret);

/* Reads its number; for a structure or array, its address. Fails with the reason if there is
   none. */
enum qemucore_status qc_object_value(const struct qemucore_object *object, struct qc_value *ret,
                                     struct qemucore_error *error);

/* Reads a number of at most 8 bytes, sign-extended if the type is signed. */
enum qemucore_status qc_object_number(const struct qemucore_object *object, uint64_t *ret,
                                      struct qemucore_error *error);

/* Finds a parameter's value when its function was entered, from the caller's debug info. */
enum qemucore_status qc_object_passed(const struct qemucore_object *object, struct qc_value *ret,
                                      struct qemucore_error *error);

/* Makes the same object with an address and without a frame. Fails if it is not in memory. */
enum qemucore_status qc_object_in_memory(const struct qemucore_object *object,
                                         struct qemucore_object *ret, struct qemucore_error *error);

/* Tells whether it has no address, but some of it is known. */
bool qc_object_is_in_pieces(const struct qemucore_object *object);

/* Makes the target of a pointer that has no value, since the target is in pieces or not in
   memory. */
bool qc_object_pointee(const struct qemucore_object *object, struct qemucore_object *ret);

/* A walk over the members of a structure, in order. */
struct qc_member_walk {
    struct qemucore_object structure;
    Dwarf_Die die; /* the next member, if there is more */
    bool more;
    bool has_skipped; /* a member whose type or place is not known was left out */
};

/* Starts a walk. The structure may be in pieces. */
struct qc_member_walk qc_member_walk(const struct qemucore_object *object);

/* Makes the next member. Unnamed ones have a NULL name. False: no further member. */
bool qc_member_walk_next(struct qc_member_walk *walk, struct qemucore_object *ret);

/* Adds the members of a structure. Beyond a limit of ours, and for members that are left out, it
   records a problem of the module. False: out of memory. */
bool qc_object_members(const struct qemucore_object *object, struct qc_objects *ret);

/* Makes one member; index counts those of a walk, from 0. QEMUCORE_NOT_FOUND after the last one. */
enum qemucore_status qc_object_member_at(const struct qemucore_object *object, size_t index,
                                         struct qemucore_object *ret, struct qemucore_error *error);

/* Returns its type as in C: "const char *", "struct QemuMutex". malloc; NULL: out of memory. */
char *qc_object_type(const struct qemucore_object *object);
