/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * waits - a line a thread: who it is, what it is doing, what it waits for
 *
 *     cc waits.c $(pkg-config --cflags --libs libqemucore) -o waits
 *     ./waits core.zst
 */
#include <inttypes.h>
#include <stdio.h>

#include <qemucore.h>

static const char *or_dash(const char *text)
{
    return text != NULL ? text : "-";
}

static void show(struct qemucore *core, struct qemucore_thread *thread)
{
    const struct qemucore_wait *wait = qemucore_thread_wait(core, thread);
    printf("%d %s %s", qemucore_thread_lwp(thread), or_dash(qemucore_thread_name(thread)),
           qemucore_wait_state(wait));
    if (qemucore_wait_state_code(wait) == QEMUCORE_WAIT_BLOCKED) {
        printf(" %s 0x%" PRIx64, qemucore_wait_kind(wait), qemucore_wait_object(wait));
    }
    printf(": %s\n", qemucore_wait_sentence(wait));
}

int main(int argc, char **argv)
{
    struct qemucore *core = NULL;
    struct qemucore_error error;
    if (argc != 2) {
        fprintf(stderr, "usage: %s CORE\n", argv[0]);
        return 64;
    }
    if (qemucore_open(argv[1], NULL, &core, &error) != QEMUCORE_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 2;
    }
    struct qemucore_thread *thread = NULL;
    while ((thread = qemucore_thread_next(core, thread)) != NULL) {
        show(core, thread);
    }
    bool complete = qemucore_is_complete(core);
    qemucore_close(core);
    return complete ? 0 : 1;
}
