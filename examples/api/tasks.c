/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tasks - ten questions that authors of tools have, each a function: doc/tasks.md
 *
 *     cc tasks.c $(pkg-config --cflags --libs libqemucore) -o tasks
 *     ./tasks NAME core.zst executable
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <qemucore.h>

/* Which thread crashed, and of what? */
static void crash(struct qemucore *core)
{
    int sender = 0;
    int number = qemucore_signal(core, &sender);
    struct qemucore_thread *thread = NULL;
    while ((thread = qemucore_thread_next(core, thread)) != NULL &&
           !qemucore_thread_crashed(thread)) {
    }
    printf("signal %d from %d in thread %d\n", number, sender,
           thread == NULL ? 0 : qemucore_thread_lwp(thread));
}

/* What is on the stack of a thread, with lines? */
static void stack(struct qemucore *core)
{
    struct qemucore_thread *thread = qemucore_thread_next(core, NULL);
    struct qemucore_frame *frame = NULL;
    while ((frame = qemucore_frame_next(thread, frame)) != NULL) {
        const char *function = qemucore_frame_function(frame);
        printf("#%u %s:%u\n", qemucore_frame_level(frame), function != NULL ? function : "?",
               qemucore_frame_source_line(frame));
    }
}

/* What was a function given? The first frame that has such an argument. */
static void argument(struct qemucore *core)
{
    struct qemucore_thread *thread = qemucore_thread_next(core, NULL);
    struct qemucore_frame *frame = NULL;
    while ((frame = qemucore_frame_next(thread, frame)) != NULL) {
        struct qemucore_object *object = NULL;
        uint64_t value;
        if (qemucore_frame_object_find(frame, "nonblocking", &object, NULL) == QEMUCORE_OK &&
            qemucore_object_number(object, &value, NULL) == QEMUCORE_OK) {
            printf("%s nonblocking=%" PRIu64 "\n", qemucore_frame_function(frame), value);
        }
        qemucore_object_free(object);
    }
}

/* Where is a variable, and what is in it? */
static void variable(struct qemucore *core)
{
    struct qemucore_object *object = NULL;
    struct qemucore_error error;
    uint64_t address;
    char *text = NULL;
    if (qemucore_object_find(core, "qemu_global_mutex", &object, &error) != QEMUCORE_OK ||
        qemucore_object_address(object, &address, &error) != QEMUCORE_OK ||
        qemucore_object_render(object, 2, &text, &error) != QEMUCORE_OK) {
        printf("%s\n", error.message);
    } else {
        printf("0x%" PRIx64 " %s\n", address, text);
    }
    qemucore_free(text);
    qemucore_object_free(object);
}

/* Who holds the Big QEMU Lock? */
static void bql(struct qemucore *core)
{
    struct qemucore_thread *owner = NULL;
    const char *state = qemucore_bql_state(core, &owner);
    printf("%s by %d\n", state, owner == NULL ? 0 : qemucore_thread_lwp(owner));
}

/* What was the process at, and is it the same as in another dump? */
static void verdict(struct qemucore *core)
{
    const char *sentence;
    const char *state = qemucore_verdict(core, &sentence, NULL);
    printf("%s\n%s\n%s\n", state, qemucore_verdict_signature(core), sentence);
}

/* Which files would tell more? */
static void files(struct qemucore *core)
{
    struct qemucore_module *module = NULL;
    while ((module = qemucore_module_next(core, module)) != NULL) {
        const char *build_id = qemucore_module_build_id(module);
        printf("%s %s %s\n", build_id != NULL ? build_id : "-", qemucore_module_path(module),
               qemucore_module_debug_file(module) != NULL ? "has debug info" : "has none");
    }
}

/* What was mapped, and how much of it is here? */
static void memory(struct qemucore *core)
{
    const struct qemucore_mapping *mapping = NULL;
    while ((mapping = qemucore_mapping_next(core, mapping)) != NULL) {
        printf("0x%" PRIx64 "-0x%" PRIx64 " %" PRIu64 "\n", qemucore_mapping_start(mapping),
               qemucore_mapping_end(mapping), qemucore_mapping_held(mapping));
    }
}

/* What are its bytes? The string that the process was started by, through AT_EXECFN (31). */
static void string(struct qemucore *core)
{
    struct qemucore_error error;
    uint64_t address;
    char *text = NULL;
    if (qemucore_auxv(core, 31, &address, &error) != QEMUCORE_OK ||
        qemucore_memory_string(core, address, 4096, &text, &error) != QEMUCORE_OK) {
        printf("%s\n", error.message);
        return;
    }
    printf("%s\n", text);
    qemucore_free(text);
}

static enum qemucore_status to_file(void *opaque, const void *bytes, size_t size,
                                    struct qemucore_error *error)
{
    (void)error;
    return fwrite(bytes, 1, size, opaque) == size ? QEMUCORE_OK : QEMUCORE_SYSTEM;
}

/* How is it kept in few bytes? To standard output. */
static void slim(struct qemucore *core)
{
    struct qemucore_slim how = {0};
    struct qemucore_error error;
    how.size = sizeof(how);
    how.write = to_file;
    how.opaque = stdout;
    if (qemucore_slim_write(core, &how, NULL, &error) != QEMUCORE_OK) {
        fprintf(stderr, "%s\n", error.message);
    }
}

static const struct task {
    const char *name;
    void (*run)(struct qemucore *core);
} tasks[] = {
    {"crash", crash},     {"stack", stack}, {"argument", argument}, {"variable", variable},
    {"bql", bql},         {"verdict", verdict}, {"files", files},   {"memory", memory},
    {"string", string},   {"slim", slim},
};

int main(int argc, char **argv)
{
    struct qemucore *core = NULL;
    struct qemucore_error error;
    struct qemucore_options options = {0};
    if (argc != 4) {
        fprintf(stderr, "usage: %s TASK CORE EXECUTABLE\n", argv[0]);
        return 64;
    }
    options.size = sizeof(options);
    options.executable = argv[3];
    if (qemucore_open(argv[2], &options, &core, &error) != QEMUCORE_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 2;
    }
    for (size_t i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++) {
        if (strcmp(tasks[i].name, argv[1]) == 0) {
            tasks[i].run(core);
        }
    }
    qemucore_close(core);
    return 0;
}
