/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/frames.h"

#include <string.h>

bool qc_frame_is(const struct qemucore_frame *frame, const char *function)
{
    size_t length = strlen(function);
    return frame->function != NULL && strncmp(frame->function, function, length) == 0 &&
           (frame->function[length] == '\0' || frame->function[length] == '.');
}

size_t qc_function_source_length(const char *function)
{
    static const char *const suffixes[] = {".constprop.", ".isra.",     ".part.",
                                           ".cold",       ".lto_priv.", ".llvm."};
    size_t length = strcspn(function, ".");
    for (size_t i = 0; i < qc_count(suffixes); i++) {
        if (strncmp(function + length, suffixes[i], strlen(suffixes[i])) == 0) {
            return length;
        }
    }
    return strlen(function);
}

bool qc_frame_is_libc(const struct qemucore_frame *frame, const char *function)
{
    struct qemucore_frame plain = *frame;
    if (plain.function == NULL) {
        return false;
    }
    plain.function += strspn(plain.function, "_");
    if (strncmp(plain.function, "GI_", 3) == 0) {
        plain.function += 3 + strspn(plain.function + 3, "_");
    }
    return qc_frame_is(&plain, function);
}

struct qemucore_frame *qc_frames_find(struct qc_stack *stack, const char *function)
{
    return qc_vec_find(&stack->frames, frame, qc_frame_is(frame, function));
}

static bool object_number(const struct qc_objects *objects, const char *name, uint64_t *ret)
{
    struct qc_value value;
    for (size_t i = 0; objects != NULL && i < objects->count; i++) {
        const struct qemucore_object *object = &objects->items[i];
        if (object->name != NULL && strcmp(object->name, name) == 0 &&
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
