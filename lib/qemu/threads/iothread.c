/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/iothread.h"

#include <inttypes.h>
#include <string.h>

#include "modules/modules.h"
#include "qemu/fields/list.h"
#include "qemu/fields/qom.h"
#include "qemu/threads/frames.h"

struct collector {
    struct qc_fields *fields;
    struct qc_iothreads *iothreads;
};

static bool is_known(const struct qc_iothreads *iothreads, uint64_t address)
{
    return qc_vec_any(&iothreads->list, iothread, iothread->address == address);
}

/* Notes that an iothread, or its context, is missing from the list. */
static void unread_note(struct collector *collector, uint64_t address)
{
    static const char why[] = "an IOThread can't be read";
    qc_list_cut(&collector->iothreads->why_cut, why);
    if (qc_field_name(collector->fields, QC_FIELD_IOTHREAD_CTX) != NULL) {
        qc_fields_doubt(collector->fields, QEMUCORE_CORRUPT, "%s (at 0x%" PRIx64 ")", why, address);
    }
}

/* id may be NULL: it is then looked up. */
static void iothread_add(struct collector *collector, uint64_t address, const char *id)
{
    uint64_t lwp;
    uint64_t ctx;
    if (address == 0 || is_known(collector->iothreads, address)) {
        return;
    }
    bool has_lwp = qc_field_read(collector->fields, QC_FIELD_IOTHREAD_THREAD_ID, address, &lwp);
    bool has_ctx = qc_field_read(collector->fields, QC_FIELD_IOTHREAD_CTX, address, &ctx);
    struct qc_iothread *added = has_lwp ? qc_vec_add(&collector->iothreads->list) : NULL;
    if (added != NULL) {
        added->address = address;
        added->lwp = (int)lwp;
        added->id = id != NULL ? id : qc_qom_id(collector->fields, address);
        added->ctx = has_ctx ? ctx : 0;
    }
    if (added == NULL || !has_ctx) {
        unread_note(collector, address);
    }
}

/* Collects the iothreads in /objects. False: not all of it could be read. */
static bool collect_objects(struct collector *collector, uint64_t objects)
{
    struct qc_qom_children children = qc_qom_children(collector->fields, objects);
    while (qc_qom_next_child(&children)) {
        const char *type = qc_qom_type(collector->fields, children.address);
        if (type == NULL) {
            qc_list_cut(&collector->iothreads->why_cut, "an object of /objects can't be read");
        } else if (qc_str_is(type, "iothread")) {
            iothread_add(collector, children.address, children.name);
        }
    }
    return children.is_whole;
}

/* Collects the iothreads in /objects, where -object puts them. `object` is any of the tree. A QEMU
   without -object may have no /objects. */
static void collect_tree(struct collector *collector, uint64_t object)
{
    uint64_t root = qc_qom_root(collector->fields, object);
    struct qc_qom_children children = qc_qom_children(collector->fields, root);
    uint64_t objects = 0;
    uint64_t parent;
    while (objects == 0 && qc_qom_next_child(&children)) {
        objects = qc_str_is(children.name, "objects") ? children.address : 0;
    }
    bool is_whole = objects != 0
                        ? collect_objects(collector, objects)
                        : children.is_whole &&
                              qc_field_read(collector->fields, QC_FIELD_OBJECT_PARENT, root,
                                            &parent) &&
                              parent == 0;
    if (!is_whole) {
        qc_list_cut(&collector->iothreads->why_cut, "the object tree can't all be read");
    }
}

/* Sorts by id: they were found in the order of a hash table. */
QC_DEFINE_ORDER(compare_ids, struct qc_iothread,
                strverscmp(qc_str_or(a->id, ""), qc_str_or(b->id, "")) ?:
                qc_compare(a->address, b->address))

void qc_iothreads_find(struct qc_fields *fields, struct qc_threads *threads,
                       const struct qc_cpus *cpus, struct qc_iothreads *ret)
{
    struct collector collector = {fields, ret};
    uint64_t address;
    for (size_t i = 0; i < threads->count; i++) {
        struct qemucore_frame *frame =
            qc_frames_find(qc_thread_stack(&threads->items[i]), "iothread_run");
        if (frame != NULL && (qc_frame_variable(frame, "opaque", &address) ||
                              qc_frame_variable(frame, "iothread", &address))) {
            iothread_add(&collector, address, NULL);
        }
    }
    if (qc_variable_read(fields, QC_VARIABLE_MON_IOTHREAD, NULL, &address)) {
        iothread_add(&collector, address, NULL);
    }
    if (cpus->list.count != 0) {
        collect_tree(&collector, cpus->list.items[0].address);
    } else if (ret->list.count != 0) {
        collect_tree(&collector, ret->list.items[0].address);
    } else if (qc_variable_read(fields, QC_VARIABLE_CURRENT_MACHINE, NULL, &address) &&
               address != 0) {
        collect_tree(&collector, address);
    }
    qc_vec_sort(&ret->list, compare_ids);
}

/* ---- finds the frame of an iothread's own loop (iothread.c, iothread_run) -------------------- */

#define AIO_POLL "aio_poll"
#define MAIN_LOOP_RUN "g_main_loop_run"

static bool is_nameless(const struct qemucore_frame *frame,
                        const struct qemucore_module *executable)
{
    return frame->module == executable && frame->function == NULL && !frame->guessed &&
           !frame->signal;
}

/* Matches the outermost frames: those of the C library, qemu_thread_start
   (util/qemu-thread-posix.c), iothread_run, and the function that iothread_run called. */
static struct qemucore_frame *nameless_loop(const struct qc_threads *threads,
                                            struct qc_stack *stack)
{
    const struct qemucore_module *executable =
        qc_modules_executable(qc_unwinder_modules(threads->unwinder));
    struct qemucore_frame *frames = stack->frames.items;
    size_t count = stack->frames.count;
    while (count > 0 && frames[count - 1].module != executable &&
           qc_frame_is_inner(&frames[count - 1])) {
        count--;
    }
    bool found = stack->outermost && executable != NULL && count >= 3 &&
                 count < stack->frames.count && is_nameless(&frames[count - 1], executable) &&
                 is_nameless(&frames[count - 2], executable) &&
                 (qc_frame_is(&frames[count - 3], AIO_POLL) ||
                  qc_frame_is(&frames[count - 3], MAIN_LOOP_RUN));
    return found ? &frames[count - 2] : NULL;
}

struct qemucore_frame *qc_iothread_loop(struct qemucore_thread *thread)
{
    struct qc_stack *stack = qc_thread_stack(thread);
    struct qemucore_frame *named = qc_frames_find(stack, "iothread_run");
    return named != NULL || thread->role != QC_ROLE_IOTHREAD
               ? named
               : nameless_loop(thread->threads, stack);
}

static bool is_glib(const struct qemucore_module *module)
{
    return qc_str_begins(qc_path_name(module->path), "libglib-2.0.so");
}

/* Finds a function of the executable or of GLib, which may be linked in. */
static bool function_find(const struct qc_modules *modules, const char *name, uint64_t *ret)
{
    struct qemucore_module *executable = qc_modules_executable(modules);
    if (executable != NULL && qc_symbols_function(executable, name, ret)) {
        return true;
    }
    return qc_vec_any(&modules->list, at,
                      is_glib(*at) && qc_module_open(*at) && qc_symbols_function(*at, name, ret));
}

bool qc_stack_is_iothreads(struct qc_threads *threads, struct qc_stack *stack)
{
    const struct qemucore_frame *loop = nameless_loop(threads, stack);
    uint64_t other;
    return loop != NULL &&
           function_find(qc_unwinder_modules(threads->unwinder),
                         qc_frame_is(loop - 1, AIO_POLL) ? MAIN_LOOP_RUN : AIO_POLL, &other) &&
           qc_call_is_in(threads->unwinder, loop->pc, other);
}
