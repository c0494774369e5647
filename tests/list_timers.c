/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * list_timers - prints what the public functions return for each timer of a core, a line each
 *
 * tests/parts.test compares it with the JSON document.
 */
#include <inttypes.h>
#include <stdio.h>

#include "qemucore.h"

static void print_facts(const struct qemucore_timer *timer)
{
    uint64_t value;
    const char *name = NULL;
    while ((name = qemucore_fact_next(QEMUCORE_FACTS_OF_TIMER, name)) != NULL) {
        if (qemucore_timer_fact(timer, name, &value)) {
            printf(" %s=%" PRIu64, name, value);
        } else {
            printf(" %s=-", name);
        }
    }
}

static void print_left(const struct qemucore_timer *timer, const char *bound)
{
    int64_t ns;
    if (qemucore_timer_left(timer, bound, &ns)) {
        printf(" %s=%" PRId64, bound, ns);
    } else {
        printf(" %s=-", bound);
    }
}

static void print_timer(const struct qemucore_timer *timer)
{
    const struct qemucore_context *context = qemucore_timer_context(timer);
    const char *callback = qemucore_timer_callback(timer);
    printf("0x%" PRIx64 " %s %s %s", qemucore_timer_address(timer), qemucore_timer_clock(timer),
           context == NULL ? "-" : qemucore_context_name(context), callback == NULL ? "-" : callback);
    print_facts(timer);
    print_left(timer, "lower");
    print_left(timer, "upper");
    print_left(timer, "by_file");
    printf("\n");
}

int main(int argc, char **argv)
{
    struct qemucore_options options = {.size = sizeof(options)};
    struct qemucore *core;
    struct qemucore_error error;
    struct qemucore_timer *timer = NULL;
    if (argc != 3) {
        return 64;
    }
    options.executable = argv[1];
    if (qemucore_open(argv[2], &options, &core, &error) != QEMUCORE_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 2;
    }
    while ((timer = qemucore_timer_next(core, timer)) != NULL) {
        print_timer(timer);
    }
    const char *problem = qemucore_timer_problem(core);
    printf("%s\n", problem == NULL ? "that is all" : problem);
    qemucore_close(core);
    return 0;
}
