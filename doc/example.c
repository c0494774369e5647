/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * example - the library in forty lines: who is where in a core
 *
 *     cc doc/example.c $(pkg-config --cflags --libs libqemucore) -o example
 *     ./example core.zst [executable]
 */
#include <stdio.h>
#include <qemucore.h>

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: %s CORE [EXECUTABLE]\n", argv[0]);
        return 64;
    }
    struct qemucore_options options = {0};
    options.size = sizeof(options);
    options.executable = argc > 2 ? argv[2] : NULL;
    struct qemucore *core = NULL;
    struct qemucore_error error;
    if (qemucore_open(argv[1], &options, &core, &error) != QEMUCORE_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 2;
    }
    struct qemucore_thread *thread = NULL;
    while ((thread = qemucore_thread_next(core, thread)) != NULL) {
        printf("thread %d\n", qemucore_thread_lwp(thread));
        struct qemucore_frame *frame = NULL;
        while ((frame = qemucore_frame_next(thread, frame)) != NULL) {
            const char *function = qemucore_frame_function(frame);
            printf("  %s\n", function != NULL ? function : "?");
        }
    }
    /* Damage costs only what it covers; whoever wants to know asks. */
    bool complete = qemucore_is_complete(core);
    qemucore_close(core);
    return complete ? 0 : 1;
}
