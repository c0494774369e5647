/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cycles - who holds what, and who can never go on: owners of locks, deadlocks, and who is behind them
 *
 *     cc cycles.c $(pkg-config --cflags --libs libqemucore) -o cycles
 *     ./cycles core.zst
 *
 * Exit status 10: there is a deadlock.
 */
#include <inttypes.h>
#include <stdio.h>

#include <qemucore.h>

static void show_owners(struct qemucore *core)
{
    struct qemucore_lock *lock = NULL;
    while ((lock = qemucore_lock_next(core, lock)) != NULL) {
        if (qemucore_lock_owner(lock) != 0) {
            printf("object 0x%" PRIx64 " %s %d\n", qemucore_lock_address(lock),
                   qemucore_lock_state(lock), qemucore_lock_owner(lock));
        }
    }
}

static void show_cycle(const struct qemucore_cycle *cycle)
{
    struct qemucore_thread *thread = NULL;
    printf("cycle");
    while ((thread = qemucore_cycle_thread_next(cycle, thread)) != NULL) {
        printf(" %d", qemucore_thread_lwp(thread));
    }
    printf("\nbehind");
    while ((thread = qemucore_cycle_behind_next(cycle, thread)) != NULL) {
        printf(" %d", qemucore_thread_lwp(thread));
    }
    printf("\n");
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
    show_owners(core);
    struct qemucore_cycle *cycle = NULL;
    bool found = false;
    while ((cycle = qemucore_cycle_next(core, cycle)) != NULL) {
        show_cycle(cycle);
        found = true;
    }
    qemucore_close(core);
    return found ? 10 : 0;
}
