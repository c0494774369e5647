/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * list_coroutines - prints what the public functions return for each coroutine of a core
 *
 * tests/coroutine.test compares it with the JSON document. Two lines a coroutine: facts, frames.
 */
#include <inttypes.h>
#include <stdio.h>

#include "qemucore.h"

typedef bool pointer_function(const struct qemucore_coroutine *coroutine, uint64_t *ret);

static void print_pointer(const struct qemucore_coroutine *coroutine, pointer_function *function)
{
    uint64_t value;
    if (function(coroutine, &value)) {
        printf(" 0x%" PRIx64, value);
    } else {
        printf(" -");
    }
}

static const char *word(const char *text)
{
    return text == NULL ? "-" : text;
}

static void print_frames(struct qemucore_coroutine *coroutine)
{
    struct qemucore_frame *own = qemucore_coroutine_own_frame(coroutine);
    struct qemucore_frame *frame = NULL;
    while ((frame = qemucore_coroutine_frame_next(coroutine, frame)) != NULL) {
        printf("%s%s", word(qemucore_frame_function(frame)), frame == own ? "! " : " ");
    }
    printf("%d %s\n", qemucore_coroutine_end_is_outermost(coroutine),
           qemucore_coroutine_end(coroutine));
}

static void print_coroutine(struct qemucore_coroutine *coroutine)
{
    uint64_t size;
    struct qemucore_thread *thread = qemucore_coroutine_thread(coroutine);
    uint64_t stack = qemucore_coroutine_stack(coroutine, &size);
    printf("0x%" PRIx64 " %s %d 0x%" PRIx64 " %s %s", qemucore_coroutine_address(coroutine),
           qemucore_coroutine_state(coroutine), thread == NULL ? 0 : qemucore_thread_lwp(thread),
           qemucore_coroutine_entered(coroutine), word(qemucore_coroutine_scheduled_by(coroutine)),
           word(qemucore_coroutine_entry(coroutine)));
    print_pointer(coroutine, qemucore_coroutine_argument);
    print_pointer(coroutine, qemucore_coroutine_caller);
    print_pointer(coroutine, qemucore_coroutine_context);
    printf(" 0x%" PRIx64 " %" PRIu64 "\n", stack, size);
    print_frames(coroutine);
}

int main(int argc, char **argv)
{
    struct qemucore *core;
    struct qemucore_error error;
    struct qemucore_coroutine *coroutine = NULL;
    if (argc != 2) {
        return 64;
    }
    if (qemucore_open(argv[1], NULL, &core, &error) != QEMUCORE_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 2;
    }
    while ((coroutine = qemucore_coroutine_next(core, coroutine)) != NULL) {
        print_coroutine(coroutine);
        if (qemucore_coroutine_find(core, qemucore_coroutine_address(coroutine)) != coroutine) {
            return 3;
        }
    }
    int status = qemucore_coroutine_find(core, 1) == NULL && qemucore_coroutine_problem(core) == NULL
                     ? 0
                     : 3;
    qemucore_close(core);
    return status;
}
