/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/locks/lock_name.h"

#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "dwarf/dwarf.h"
#include "qemu/fields/fact.h"
#include "qemu/locks/lock_search.h"
#include "qemu/qemu_limits.h"
#include "qemu/threads/frames.h"
#include "values/values.h"

#define TYPES (QC_LOCK_THREAD - QC_LOCK_PTHREAD_MUTEX)

enum qc_lock_kind qc_lock_instance_kind(const struct qc_instance *item)
{
    return (enum qc_lock_kind)(item->type + QC_LOCK_PTHREAD_MUTEX);
}

/* The locks inside objects of one type, as found in the first of these objects. */
struct contents {
    const char *type;
    const char *prefix; /* text before the names of members */
    const char *const *types;
    bool is_taken;
    uint64_t address; /* address of the first object */
    struct qc_instances instances;
};

/* Adds the locks inside an object on the heap. */
static void instances_add(struct qc_process *process, struct contents *contents, uint64_t address,
                          const char *owner)
{
    struct qemucore_object object;
    if (address == 0) {
        return;
    }
    if (!contents->is_taken) {
        contents->is_taken = true;
        contents->address = address;
        if (qc_fields_type(process->fields, contents->type, &object, NULL) == QEMUCORE_OK) {
            object.address = address;
            qc_instances_find_in_object(&object, contents->types, TYPES, &contents->instances);
            process->locks.is_cut |= contents->instances.is_cut;
        }
    }
    qc_vec_each(&contents->instances.items, item) {
        /* The name is ".member", or "" if the debug info has no name for the member. */
        struct qc_instance *added = item->name == NULL || item->name[0] == '\0'
                                              ? NULL
                                              : qc_vec_add(&process->locks.items);
        if (added != NULL) {
            added->name = qc_format("%s%s of %s", contents->prefix, item->name + 1, owner);
            added->length = added->name == NULL ? 0 : (unsigned)strlen(added->name);
            added->type = item->type;
            added->address = item->address - contents->address + address;
        }
    }
}

static void instances_add_heap(struct qc_process *process, const char *const types[TYPES])
{
    const struct qc_cpus *cpus = qc_process_cpus(process);
    struct contents cpu_contents = {.type = "CPUState", .prefix = "", .types = types};
    struct contents context_contents = {.type = "AioContext", .prefix = "AioContext.", .types = types};
    struct contents iothread_contents = {.type = "IOThread", .prefix = "", .types = types};
    for (size_t i = 0; i < cpus->list.count; i++) {
        char owner[32];
        snprintf(owner, sizeof(owner), "CPU %d", cpus->list.items[i].index);
        instances_add(process, &cpu_contents, cpus->list.items[i].address, owner);
    }
    const struct qc_iothreads *iothreads = qc_process_iothreads(process);
    qc_vec_each(&iothreads->list, iothread) {
        const char *owner = qc_str_or(iothread->id, "an iothread");
        instances_add(process, &context_contents, iothread->ctx, owner);
        instances_add(process, &iothread_contents, iothread->address, owner);
    }
    qc_instances_free(&cpu_contents.instances);
    qc_instances_free(&context_contents.instances);
    qc_instances_free(&iothread_contents.instances);
}

static void type_names(const char *types[TYPES])
{
    for (unsigned i = 0; i < TYPES; i++) {
        types[i] = qc_lock_types[(enum qc_lock_kind)(i + QC_LOCK_PTHREAD_MUTEX)].name;
    }
}

const struct qc_instances *qc_lock_instances(struct qc_process *process)
{
    struct qemucore_module *executable = qc_modules_executable(process->modules);
    const char *types[TYPES];
    if (process->locks_looked_for || executable == NULL) {
        return &process->locks;
    }
    process->locks_looked_for = true;
    type_names(types);
    qc_instances_find(executable, types, TYPES, &process->locks);
    instances_add_heap(process, types);
    qc_instances_sort(&process->locks);
    return &process->locks;
}

void qc_lock_instances_begin(struct qc_process *process)
{
    struct qemucore_module *executable = qc_modules_executable(process->modules);
    if (executable != NULL && !process->locks_looked_for) {
        qc_index_begin(executable);
    }
}

bool qc_lock_is_bql(struct qc_process *process, uint64_t address)
{
    return address != 0 && qc_process_bql(process, NULL) == address;
}

/* Lists the types that a variable may have at the address of a lock of this kind; returns their
   count. */
static size_t kinds_of(enum qc_lock_kind kind, enum qc_lock_kind kinds[QC_LOCK_KINDS])
{
    const enum qc_lock_kind *names = qc_lock_types[kind].names;
    size_t count = 0;
    kinds[0] = kind;
    while (names != NULL && names[count] != QC_LOCK_NONE) {
        kinds[count] = names[count];
        count++;
    }
    return count == 0 ? 1 : count;
}

static const char *name_cpu(struct qc_process *process, uint64_t address)
{
    const struct qc_cpus *cpus = qc_process_cpus(process);
    /* With round-robin TCG all CPUs share the halt_cond of the first. */
    const struct qc_cpu *cpu =
        qc_vec_find(&cpus->list, at, at->halt_cond == address && address != 0);
    return cpu == NULL ? NULL
                       : qc_fields_format(process->fields, "halt_cond of CPU %d", cpu->index);
}

/* Names a lock by a search or, once it exists, by the list of all locks. False: no debug info. */
static bool name_listed(struct qc_process *process, enum qc_lock_kind kind, uint64_t address,
                        const char **name)
{
    const char *types[TYPES];
    enum qc_lock_kind kinds[QC_LOCK_KINDS];
    size_t indexes[QC_LOCK_KINDS];
    size_t count = kinds_of(kind, kinds);
    for (size_t i = 0; i < count; i++) {
        indexes[i] = kinds[i] - QC_LOCK_PTHREAD_MUTEX;
    }
    type_names(types);
    struct qc_lock_candidates candidates = {types, TYPES, indexes, count};
    if (!process->locks_looked_for && qc_lock_search(process, address, &candidates, name)) {
        return true;
    }
    const struct qc_instances *instances = qc_lock_instances(process);
    for (size_t i = 0; i < count && *name == NULL; i++) {
        const struct qc_instance *item = qc_instances_at(instances, address, indexes[i]);
        *name = item == NULL ? NULL : item->name;
    }
    return instances->items.count != 0;
}

static const char *name_variable(struct qc_process *process, enum qc_lock_kind kind,
                                 uint64_t address)
{
    const char *name = NULL;
    bool has_debug_info = name_listed(process, kind, address, &name);
    if (name != NULL) {
        return name;
    }
    /* The symbol table may have a variable there; with debug info, only one that starts there
       counts. */
    const char *symbol = qc_fact_symbol(process->fields, address);
    return symbol != NULL && strchr(symbol, '+') != NULL && has_debug_info ? NULL : symbol;
}

/* Names a lock by a variable of a frame that is, or points to, the structure that has the lock. */
static const char *name_frame_variable(struct qc_process *process,
                                       const struct qemucore_frame *frame,
                                       const struct qc_objects *variables, enum qc_lock_kind kind,
                                       uint64_t address)
{
    enum qc_lock_kind kinds[QC_LOCK_KINDS];
    size_t count = kinds_of(kind, kinds);
    for (size_t i = 0; variables != NULL && i < variables->count; i++) {
        const struct qemucore_object *variable = &variables->items[i];
        struct qemucore_object structure;
        bool points = variable->type.kind == QC_TYPE_POINTER;
        if ((points ? qc_object_target(variable, &structure, NULL)
                    : qc_object_in_memory(variable, &structure, NULL)) != QEMUCORE_OK ||
            structure.type.kind != QC_TYPE_STRUCTURE || structure.address == 0 ||
            address < structure.address ||
            address - structure.address >= structure.type.size) {
            continue;
        }
        for (size_t j = 0; j < count; j++) {
            QC_FREE char *member =
                qc_instances_member(&structure, qc_lock_types[kinds[j]].name, address);
            if (member != NULL && member[0] == '.') {
                return qc_fields_format(process->fields, "%s%s%s in %s", variable->name,
                                        points ? "->" : ".", member + 1, frame->function);
            }
        }
    }
    return NULL;
}

const char *qc_lock_name_on_stack(struct qc_process *process, struct qc_stack *stack,
                                  enum qc_lock_kind kind, uint64_t address)
{
    const char *name = NULL;
    for (size_t i = 0; name == NULL && i < stack->frames.count && i < QC_LIMIT_NAMING_FRAMES;
         i++) {
        struct qemucore_frame *frame = &stack->frames.items[i];
        if (frame->function == NULL || !frame->has_scope || qc_frame_is_inner(frame)) {
            continue;
        }
        name = name_frame_variable(process, frame, qc_stack_arguments(frame), kind, address);
        if (name == NULL) {
            name = name_frame_variable(process, frame, qc_stack_locals(frame), kind, address);
        }
    }
    return name;
}

const char *qc_lock_name(struct qc_process *process, enum qc_lock_kind kind, uint64_t address,
                         struct qemucore_thread *user)
{
    const char *name = NULL;
    if (kind == QC_LOCK_THREAD) {
        return NULL;
    }
    if (qc_lock_is_bql(process, address)) {
        return qc_str_or(qc_variable_name(process->fields, QC_VARIABLE_BQL), "BQL");
    }
    if (qc_lock_is_cond(kind)) {
        name = name_cpu(process, address);
    }
    if (name == NULL) {
        name = name_variable(process, kind, address);
    }
    if (name == NULL && user != NULL) {
        name = qc_lock_name_on_stack(process, qc_thread_stack(user), kind, address);
    }
    return name;
}
