/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/frames.h"

#include <string.h>

bool qc_function_is(const char *function, const char *name)
{
    size_t length = strlen(name);
    return qc_str_begins(function, name) && (function[length] == '\0' || function[length] == '.');
}

bool qc_frame_is(const struct qemucore_frame *frame, const char *function)
{
    return qc_function_is(frame->function, function);
}

bool qc_frame_is_one_of(const struct qemucore_frame *frame, const char *const *functions)
{
    while (*functions != NULL && !qc_frame_is(frame, *functions)) {
        functions++;
    }
    return *functions != NULL;
}

size_t qc_function_source_length(const char *function)
{
    static const char *const suffixes[] = {".constprop.", ".isra.",     ".part.",
                                           ".cold",       ".lto_priv.", ".llvm.", NULL};
    size_t length = strcspn(function, ".");
    return qc_str_begins_one_of(function + length, suffixes) ? length : strlen(function);
}

bool qc_frame_is_libc(const struct qemucore_frame *frame, const char *function)
{
    struct qemucore_frame plain = *frame;
    if (plain.function == NULL) {
        return false;
    }
    plain.function += strspn(plain.function, "_");
    if (qc_str_begins(plain.function, "GI_")) {
        plain.function += 3 + strspn(plain.function + 3, "_");
    }
    return qc_frame_is(&plain, function);
}

bool qc_frame_is_one_of_libc(const struct qemucore_frame *frame, const char *const *functions)
{
    while (*functions != NULL && !qc_frame_is_libc(frame, *functions)) {
        functions++;
    }
    return *functions != NULL;
}

struct qemucore_frame *qc_frames_find(struct qc_stack *stack, const char *function)
{
    return qc_vec_find(&stack->frames, frame, qc_frame_is(frame, function));
}

struct qemucore_frame *qc_frames_find_one_of(struct qc_stack *stack, const char *const *functions)
{
    return qc_vec_find(&stack->frames, frame, qc_frame_is_one_of(frame, functions));
}

static bool object_number(const struct qc_objects *objects, const char *name, uint64_t *ret)
{
    struct qc_value value;
    for (size_t i = 0; objects != NULL && i < objects->count; i++) {
        const struct qemucore_object *object = &objects->items[i];
        if (qc_str_is(object->name, name) &&
            (qc_object_value(object, &value, NULL) == QEMUCORE_OK ||
             qc_object_passed(object, &value, NULL) == QEMUCORE_OK)) {
            *ret = value.bits;
            return true;
        }
    }
    return false;
}

bool qc_frame_variable(struct qemucore_frame *frame, const char *name, uint64_t *ret)
{
    return object_number(qc_stack_arguments(frame), name, ret) ||
           object_number(qc_stack_locals(frame), name, ret);
}

/* ---- frames that say where a thread is --------------------------------------------------------- */

/* Functions between the one that waits and the C library, from util/qemu-thread-posix.c (4.0 to
   11.1), util/event.c (10.1 on), util/lockcnt.c, util/qsp.c, include/qemu/lockable.h and
   main-loop.h, system/cpus.c, util/qemu-timer.c, util/aio-posix.c, util/fdmon-*.c, and of GLib. */
static const char *const wrappers[] = {
    "qemu_cond_timedwait",
    "qemu_cond_wait",
    "qemu_cond_wait_impl",
    "qemu_cond_timedwait_impl",
    "qemu_cond_timedwait_ts",
    "qemu_event_wait",
    "qemu_futex_wait",
    "qemu_lockcnt_cmpxchg_or_wait",
    "qemu_mutex_lock",
    "qemu_mutex_lock_impl",
    "qemu_poll_ns",
    "qemu_rec_mutex_lock",
    "qemu_rec_mutex_lock_impl",
    "qemu_sem_timedwait",
    "qemu_sem_wait",
    "qemu_thread_join",
    "qsp_bql_mutex_lock",
    "qsp_cond_timedwait",
    "qsp_cond_wait",
    "qsp_mutex_lock",
    "qsp_rec_mutex_lock",
    "qemu_lockable_auto_lock",
    "qemu_lockable_lock",
    "qemu_lockable_mutex_lock",
    "qemu_lockable_rec_mutex_lock",
    "bql_auto_lock",
    "bql_lock_impl",
    "qemu_iothread_auto_lock",
    "qemu_mutex_lock_iothread_impl",
    "qemu_cond_wait_bql",
    "qemu_cond_timedwait_bql",
    "qemu_cond_wait_iothread",
    "qemu_cond_timedwait_iothread",
    "aio_poll",
    "aio_epoll",
    "fdmon_poll_wait",
    "fdmon_epoll_wait",
    "fdmon_io_uring_wait",
    "g_usleep",
    NULL,
};

/* Tells whether a frame is a sanitizer's replacement of a function such as poll, linked in. */
static bool is_interceptor(const struct qemucore_frame *frame)
{
    static const char *const starts[] = {"__interceptor_", "___interceptor_", NULL};
    return qc_str_begins_one_of(frame->function, starts);
}

static bool is_wrapper(const struct qemucore_frame *frame)
{
    return is_interceptor(frame) || qc_frame_is_one_of(frame, wrappers);
}

/* Matches libc.so.6, libc-2.31.so, libpthread.so.0, libc.musl-x86_64.so.1, ld-linux-x86-64.so.2,
   ld64.so.2; not libcurl or libcap. Also the sanitizers of a QEMU with --enable-sanitizers or
   --enable-tsan: libasan.so.8, libclang_rt.asan-x86_64.so. And liburing, which only calls the
   kernel: an AioContext polls by it (util/fdmon-io_uring.c). */
static bool is_c_library(const struct qemucore_module *module)
{
    static const char *const names[] = {
        "libc.so",    "libc-2",     "libpthread", "libc.musl",   "ld-",          "ld64",
        "libasan.so", "liblsan.so", "libtsan.so", "libubsan.so", "libhwasan.so", "libclang_rt.",
        "liburing.so", NULL,
    };
    return qc_str_begins_one_of(qc_path_name(module->path), names) ||
           module->kind == QC_MODULE_VDSO;
}

static bool is_outside_c_library(const struct qemucore_frame *frame)
{
    return frame->module != NULL && !frame->signal && !is_c_library(frame->module);
}

/* Tells whether a source is a header of the C library: _FORTIFY_SOURCE has wrappers of poll, read
   and others there. A cross compiler has its headers elsewhere, so .../include/bits/ counts too. */
static bool is_c_library_header(const char *path)
{
    return qc_str_begins(path, "/usr/include/") || strstr(path, "/include/bits/") != NULL;
}

/* Matches sources of Rust's standard library: library/std/src/panicking.rs, below the directory
   where the compiler was built or installed. */
static bool is_rust_library(const char *path)
{
    static const char *const parts[] = {
        "library/std/src/",         "library/core/src/",         "library/alloc/src/",
        "library/panic_abort/src/", "library/panic_unwind/src/", NULL,
    };
    const char *at = strstr(path, "library/");
    return at != NULL && (at == path || at[-1] == '/') && qc_str_begins_one_of(at, parts) &&
           qc_str_ends(path, ".rs");
}

/* Matches symbols by their crate, as in "_ZN3std7process5abort17h01...E" and
   "_RNvNtCsjrHS_3std7process5abort", and unmangled names that the compiler calls. */
static bool is_rust_symbol(const char *name)
{
    static const char *const crates[] = {"3std", "4core", "5alloc", "11panic_abort",
                                         "12panic_unwind", NULL};
    static const char *const plain[] = {"rust_panic", "__rust_", "rust_begin_unwind", NULL};
    const char *crate = qc_str_begins(name, "_ZN") ? name + 3 : NULL;
    const char *root = qc_str_begins(name, "_R") ? strstr(name, "Cs") : NULL;
    if (root != NULL && (crate = strchr(root, '_')) != NULL) {
        crate++;
    }
    return qc_str_begins_one_of(crate, crates) || qc_str_begins_one_of(name, plain);
}

bool qc_frame_is_rust(const struct qemucore_frame *frame)
{
    return frame->source_file != NULL ? is_rust_library(frame->source_file)
                                      : frame->function != NULL && is_rust_symbol(frame->function);
}

static bool has_own_source(const struct qemucore_frame *frame)
{
    return frame->function != NULL && frame->source_file != NULL &&
           !is_c_library_header(frame->source_file) && !is_rust_library(frame->source_file) &&
           !is_wrapper(frame);
}

bool qc_frame_is_own(const struct qemucore_frame *frame)
{
    return is_outside_c_library(frame) && has_own_source(frame);
}

bool qc_frame_is_inner(const struct qemucore_frame *frame)
{
    return frame->module == NULL || frame->signal || !is_outside_c_library(frame) ||
           is_wrapper(frame) ||
           (frame->source_file != NULL && is_c_library_header(frame->source_file));
}

struct qemucore_frame *qc_stack_own_frame(struct qc_stack *stack)
{
    struct qemucore_frame *outside = NULL;
    struct qemucore_frame *named = NULL;
    qc_vec_each(&stack->frames, frame) {
        if (!is_outside_c_library(frame)) {
            continue;
        }
        if (has_own_source(frame)) {
            return frame;
        }
        if (outside == NULL) {
            outside = frame;
        }
        if (named == NULL && frame->function != NULL && !is_wrapper(frame) &&
            !qc_frame_is_rust(frame)) {
            named = frame;
        }
    }
    if (named != NULL || outside != NULL) {
        return named != NULL ? named : outside;
    }
    return stack->frames.count == 0 ? NULL : &stack->frames.items[0];
}
