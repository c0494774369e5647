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
