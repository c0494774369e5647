/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/frames.h"

#include <stdlib.h>
#include <string.h>

bool qc_frame_is(const struct qemucore_frame *frame, const char *function)
{
    size_t length = strlen(function);
    return frame->function != NULL && strncmp(frame->function, function, length) == 0 &&
           (frame->function[length] == '\0' || frame->function[length] == '.');
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
    for (size_t i = 0; i < stack->frames.count; i++) {
        if (qc_frame_is(&stack->frames.items[i], function)) {
            return &stack->frames.items[i];
        }
    }
    return NULL;
}

static bool variable_number(const struct qc_variables *variables, const char *name, uint64_t *ret)
{
    for (size_t i = 0; i < variables->list.count; i++) {
        const struct qemucore_variable *variable = &variables->list.items[i];
        const char *text = variable->value != NULL ? variable->value : variable->entry;
        if (variable->name != NULL && text != NULL && strcmp(variable->name, name) == 0) {
            *ret = text[0] == '-' ? (uint64_t)strtoll(text, NULL, 0) : strtoull(text, NULL, 0);
            return true;
        }
    }
    return false;
}

bool qc_frame_variable(struct qemucore_frame *frame, const char *name, uint64_t *ret)
{
    return variable_number(qc_stack_arguments(frame), name, ret) ||
           variable_number(qc_stack_locals(frame), name, ret);
}
