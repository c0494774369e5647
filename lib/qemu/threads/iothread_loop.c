/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/iothread_loop.h"

#include "modules/modules.h"
#include "qemu/threads/frames.h"
#include "qemu/threads/own_frame.h"

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
    for (size_t i = 0; i < modules->list.count; i++) {
        struct qemucore_module *module = modules->list.items[i];
        if (is_glib(module) && qc_module_open(module) && qc_symbols_function(module, name, ret)) {
            return true;
        }
    }
    return false;
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
