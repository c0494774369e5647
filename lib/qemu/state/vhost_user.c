/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/vhost_user.h"

#include <string.h>

#include "base/base.h"
#include "qemu/fields/fact.h"
#include "qemu/threads/frames.h"
#include "values/values.h"

/* Returns the enumerator of the message's request. The protocol defines the numbers. */
static const char *request_name(struct qc_fields *fields, uint64_t message)
{
    static const char prefix[] = "VHOST_USER_";
    struct qemucore_object type;
    struct qc_fact number = qc_fact_field(fields, QC_FIELD_VHOST_USER_REQUEST, message, NULL);
    if (!qc_fact_is_set(number) ||
        qc_fields_type(fields, "VhostUserRequest", &type, NULL) != QEMUCORE_OK) {
        return NULL;
    }
    const char *name = qc_type_enumerator(&type.type, (int64_t)number.value);
    return qc_str_begins(name, prefix) ? name + strlen(prefix) : NULL;
}

static bool is_reader(const struct qemucore_frame *frame)
{
    return qc_frame_is(frame, "vhost_user_read") || qc_frame_is(frame, "vhost_user_read_header");
}

/*
 * hw/virtio/vhost-user.c: vhost_user_write writes the message that its `msg` points to. An answer
 * may be read into another message, so `msg` of the reader's caller counts: it is the request, also
 * where the answer is about to overwrite it.
 */
static const char *request_find(struct qc_fields *fields, struct qc_stack *stack, size_t at)
{
    uint64_t message;
    while (at + 1 < stack->frames.count && is_reader(&stack->frames.items[at])) {
        at++;
    }
    return qc_frame_variable(&stack->frames.items[at], "msg", &message) && message != 0
               ? request_name(fields, message)
               : NULL;
}

/* The argument (chardev/char-fe.c), renamed in 10.2, begins with a pointer to the chardev. */
static uint64_t chardev_find(struct qc_fields *fields, struct qc_stack *stack)
{
    struct qemucore_frame *frame = qc_frames_find(stack, "qemu_chr_fe_read_all");
    uint64_t front;
    uint64_t chardev;
    if (frame == NULL) {
        frame = qc_frames_find(stack, "qemu_chr_fe_write_all");
    }
    bool known = frame != NULL && (qc_frame_variable(frame, "c", &front) ||
                                   qc_frame_variable(frame, "be", &front));
    return known && qc_fields_pointer(fields, front, &chardev) ? chardev : 0;
}

bool qc_vhost_user_of(struct qc_process *process, struct qemucore_thread *thread,
                      struct qc_vhost_user *ret)
{
    struct qc_stack *stack = qc_thread_stack(thread);
    for (size_t i = 0; i < stack->frames.count; i++) {
        const struct qemucore_frame *frame = &stack->frames.items[i];
        if (qc_frame_is(frame, "vhost_user_write") || is_reader(frame)) {
            ret->request = request_find(process->fields, stack, i);
            ret->chardev = chardev_find(process->fields, stack);
            return true;
        }
    }
    return false;
}
