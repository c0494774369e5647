/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * object - something of a known type at an address: variables, members, what pointers point to
 */
#ifndef QC_DWARF_OBJECT_H
#define QC_DWARF_OBJECT_H

#include "base/base.h"
#include "dwarf/frames/frame.h"

/* The type of the public header. */
struct qemucore_object {
    struct qemucore_module *module; /* whose debug info knows the type */
    const char *name;               /* of an argument, local or member; NULL: none */
    Dwarf_Die holder;               /* variable, member, pointer or array: its type is ours */
    struct qc_type type;
    const struct qc_frame *frame;   /* whose argument or local it is, or that has it for a member: in
                                       memory, in registers or lost, as the frame tells when asked;
                                       NULL: in memory ... */
    uint64_t address;               /* ... here */
    struct qc_frame_part part;      /* of the frame; but for bits, which are those below */
    bool is_passed;                 /* a parameter: qc_object_passed may know more */
    unsigned bit_size;              /* a bit-field: this many bits, 0: whole bytes ... */
    unsigned bit_offset;            /* ... from this one on, counted from the least significant bit
                                       of the bytes at address, in the byte order of the CPU */
};

QC_VEC_TYPE(qc_objects, struct qemucore_object);

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
                                        struct qemucore_object *ret, struct qemucore_error *error);

/* The same, of the source file whose path ends with unit ("util/rcu.c"). */
enum qemucore_status qc_object_variable_in(struct qc_modules *modules, const char *name,
                                           const char *unit,
                                           const struct qc_object_thread *thread,
                                           struct qemucore_object *ret,
                                           struct qemucore_error *error);

/* What a variable's DIE describes; thread-local ones are refused. */
enum qemucore_status qc_object_from_die(struct qemucore_module *module, Dwarf_Die *die,
                                        struct qemucore_object *ret, struct qemucore_error *error);

/* Something at an address that is of the named type: a typedef, or the tag of a structure, union
   or enumeration, also with "struct " and the like before it. The executable's debug info is asked
   first. */
enum qemucore_status qc_object_at(struct qc_modules *modules, const char *type, uint64_t address,
                                  struct qemucore_object *ret, struct qemucore_error *error);

/* The same, by the debug info of one module. */
enum qemucore_status qc_object_at_in(struct qemucore_module *module, const char *type,
                                     uint64_t address, struct qemucore_object *ret,
                                     struct qemucore_error *error);

/* The same of a structure that a source file ("file-posix.c") has of its own under a tag that other
   files use, too. */
enum qemucore_status qc_object_of_file(struct qemucore_module *module, const char *tag,
                                       const char *source, struct qemucore_object *ret,
                                       struct qemucore_error *error);

/* Member of a structure or union, also through members without a name. */
enum qemucore_status qc_object_member(const struct qemucore_object *object, const char *name,
                                      struct qemucore_object *ret, struct qemucore_error *error);

/* What a pointer points to. */
enum qemucore_status qc_object_target(const struct qemucore_object *object,
                                      struct qemucore_object *ret, struct qemucore_error *error);

/* Element of an array, or of what a pointer points to. */
enum qemucore_status qc_object_element(const struct qemucore_object *object, int64_t index,
                                       struct qemucore_object *ret, struct qemucore_error *error);

/* An argument or local of a frame; is_passed: what it was passed can be asked for. */
void qc_object_of_frame(const struct qc_frame *frame, Dwarf_Die *die, bool is_passed,
                        struct qemucore_object *ret);

/* Its number; of a structure or array its address. Fails with the reason why there is none. */
enum qemucore_status qc_object_value(const struct qemucore_object *object, struct qc_value *ret,
                                     struct qemucore_error *error);

/* A number of at most 8 bytes; sign-extended where the type is signed. */
enum qemucore_status qc_object_number(const struct qemucore_object *object, uint64_t *ret,
                                      struct qemucore_error *error);

/* The value of a parameter when its function was entered, as the caller's debug info tells. */
enum qemucore_status qc_object_passed(const struct qemucore_object *object, struct qc_value *ret,
                                      struct qemucore_error *error);

/* The same object by its address, without its frame; fails where it is not in memory. */
enum qemucore_status qc_object_in_memory(const struct qemucore_object *object,
                                         struct qemucore_object *ret, struct qemucore_error *error);

/* Whether it has no address, but some of it is known. */
bool qc_object_is_in_pieces(const struct qemucore_object *object);

/* What a pointer points to that has no value, since that is in pieces or not in memory. */
bool qc_object_pointee(const struct qemucore_object *object, struct qemucore_object *ret);

/* The members of a structure in order, at most QC_LIMIT_MEMBERS, also of one in pieces; unnamed ones have
   no name. False: memory ran out. */
bool qc_object_members(const struct qemucore_object *object, struct qc_objects *ret);

/* One of them, index from 0. QEMUCORE_NOT_FOUND behind the last one. */
enum qemucore_status qc_object_member_at(const struct qemucore_object *object, size_t index,
                                         struct qemucore_object *ret, struct qemucore_error *error);

/* Its type as in C: "const char *", "struct QemuMutex"; malloc, NULL: out of memory. */
char *qc_object_type(const struct qemucore_object *object);

#endif
