/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_api - promises of the public header, tested with the shared library
 *
 * The core is that of corpus/x86_64-seed, whose process wrote down the truth (expect.json) before
 * it was dumped.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "corpus.h"
#include "qemucore.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char core_path[CORPUS_PATH];
static char exe_path[CORPUS_PATH];
static char truth[65536];
static char cut_path[] = "/tmp/qemucore-test.XXXXXX";

/* Not a handle: a call that fails must not replace it. */
#define UNTOUCHED ((struct qemucore *)0x1)

static void read_all(const char *path, char *to, size_t room, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s: %s", path, strerror(errno));
        return;
    }
    *size = fread(to, 1, room, file);
    assert_true(*size < room);
    fclose(file);
}

static int setup(void **state)
{
    (void)state;
    char path[CORPUS_PATH];
    size_t size;
    static char core[1 << 20];
    corpus_path(core_path, "x86_64-seed", "core.zst");
    corpus_path(exe_path, "x86_64-seed", "exe.zst");
    corpus_path(path, "x86_64-seed", "expect.json");
    read_all(path, truth, sizeof(truth) - 1, &size);
    /* The same core without its last bytes. */
    read_all(core_path, core, sizeof(core), &size);
    int fd = mkstemp(cut_path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, core, size - 200), size - 200);
    close(fd);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    return unlink(cut_path);
}

/* Returns the number after "name": in the truth, where addresses are strings. */
static uint64_t truth_number(const char *name)
{
    char key[128];
    snprintf(key, sizeof(key), "\"%s\":", name);
    const char *at = strstr(truth, key);
    if (at == NULL) {
        fail_msg("the truth has no %s", name);
        return 0;
    }
    at += strlen(key);
    at += strspn(at, " \n\"");
    return strtoull(at, NULL, 0);
}

/* Stores the LWP of the next thread in the truth, and moves *at past it. */
static bool truth_next_lwp(const char **at, int *lwp)
{
    *at = strstr(*at, "\"lwp\":");
    if (*at == NULL) {
        return false;
    }
    *at += strlen("\"lwp\":");
    *lwp = atoi(*at);
    return true;
}

static struct qemucore *open_with(const char *path, const struct qemucore_options *options)
{
    struct qemucore *core = NULL;
    struct qemucore_error error;
    if (qemucore_open(path, options, &core, &error) != QEMUCORE_OK) {
        fail_msg("%s", error.message);
    }
    return core;
}

static struct qemucore *open_corpus(void)
{
    return corpus_open("x86_64-seed");
}

/* Opening fails alike with and without an error struct, and stores no handle. */
static void assert_open_fails(const char *path, const struct qemucore_options *options,
                              enum qemucore_status status)
{
    struct qemucore *core = UNTOUCHED;
    struct qemucore_error error;
    memset(&error, 0xee, sizeof(error));
    assert_int_equal(qemucore_open(path, options, &core, &error), status);
    assert_ptr_equal(core, UNTOUCHED);
    assert_int_equal(error.status, status);
    assert_true(error.message[0] != '\0');
    assert_non_null(memchr(error.message, '\0', sizeof(error.message)));
    assert_null(strchr(error.message, '\n'));
    assert_int_equal(error.os_errno != 0, status == QEMUCORE_SYSTEM);
    assert_int_equal(qemucore_open(path, options, &core, NULL), status);
    assert_ptr_equal(core, UNTOUCHED);
}

/* ---- Opening ----------------------------------------------------------------------------- */

static void test_open_arguments(void **state)
{
    (void)state;
    struct qemucore_options options = {.size = sizeof(options)};
    struct qemucore_error error;
    assert_open_fails(NULL, NULL, QEMUCORE_INVALID);
    assert_int_equal(qemucore_open(core_path, NULL, NULL, &error), QEMUCORE_INVALID);
    assert_int_equal(error.status, QEMUCORE_INVALID);
    assert_int_equal(qemucore_open(core_path, NULL, NULL, NULL), QEMUCORE_INVALID);

    options.flags = 0x80000000;
    assert_open_fails(core_path, &options, QEMUCORE_INVALID);
    options = (struct qemucore_options){.size = sizeof(options)};
    options.window_limit = ((uint64_t)1 << 31) + 1;
    assert_open_fails(core_path, &options, QEMUCORE_INVALID);
    options.window_limit = (uint64_t)1 << 31;
    qemucore_close(open_with(core_path, &options));
    options = (struct qemucore_options){.size = sizeof(options), .debuginfo_path_count = 1};
    assert_open_fails(core_path, &options, QEMUCORE_INVALID);

    assert_open_fails("/nowhere/core", NULL, QEMUCORE_SYSTEM);
    assert_int_equal(qemucore_open("/nowhere/core", NULL, NULL, &error), QEMUCORE_INVALID);
    struct qemucore *core = UNTOUCHED;
    assert_int_equal(qemucore_open("/nowhere/core", NULL, &core, &error), QEMUCORE_SYSTEM);
    assert_int_equal(error.os_errno, ENOENT);
    assert_memory_equal(error.message, "opening /nowhere/core: ", 23);
    assert_open_fails(exe_path, NULL, QEMUCORE_UNSUPPORTED); /* an ELF file, but no core */
    assert_open_fails("/dev/null", NULL, QEMUCORE_INVALID);
}

/* Structs of another size: the caller was compiled with an older or a newer header. */
static void test_open_sizes(void **state)
{
    (void)state;
    struct {
        struct qemucore_options options;
        unsigned char tail[64];
    } caller = {.tail = {0}};
    for (size_t size = 0; size < sizeof(size_t); size++) {
        caller.options = (struct qemucore_options){.size = size};
        assert_open_fails(core_path, &caller.options, QEMUCORE_INVALID);
    }
    /* Members that a shorter struct lacks have their defaults. The bytes after it are not read. */
    memset(&caller.options, 0xee, sizeof(caller.options));
    caller.options.size = offsetof(struct qemucore_options, executable);
    qemucore_close(open_with(core_path, &caller.options));

    caller.options = (struct qemucore_options){.size = sizeof(caller)};
    qemucore_close(open_with(core_path, &caller.options));
    for (size_t i = 0; i < sizeof(caller.tail); i++) {
        caller.tail[i] = 1;
        assert_open_fails(core_path, &caller.options, QEMUCORE_INVALID);
        caller.tail[i] = 0;
    }
    /* The tail is not part of the struct, and not read. */
    memset(caller.tail, 0xee, sizeof(caller.tail));
    caller.options.size = sizeof(caller.options);
    qemucore_close(open_with(core_path, &caller.options));
}

static void test_strings_are_copied(void **state)
{
    (void)state;
    char *executable = strdup(exe_path);
    char *path = strdup(core_path);
    char *directory = strdup("/nowhere");
    const char *directories[] = {directory};
    struct qemucore_options options = {
        .size = sizeof(options),
        .executable = executable,
        .debuginfo_paths = directories,
        .debuginfo_path_count = 1,
    };
    struct qemucore *core = open_with(path, &options);
    memset(executable, 'x', strlen(executable));
    memset(path, 'x', strlen(path));
    memset(directory, 'x', strlen(directory));
    directories[0] = NULL;
    free(executable);
    free(path);
    free(directory);
    assert_string_equal(qemucore_path(core), core_path);
    struct qemucore_symbol symbol = {.size = sizeof(symbol)};
    assert_int_equal(qemucore_symbol_by_name(core, "qemu_global_mutex", &symbol, NULL), 0);
    assert_string_equal(qemucore_module_file(symbol.module), exe_path);
    qemucore_close(core);
}

static void test_close_null(void **state)
{
    (void)state;
    qemucore_close(NULL);
    qemucore_object_free(NULL);
}

/* ---- The process ------------------------------------------------------------------------- */

static void test_process(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    assert_string_equal(qemucore_path(core), core_path);
    assert_string_equal(qemucore_container(core), "zstd");
    assert_string_equal(qemucore_machine(core), "x86_64");
    assert_int_equal(qemucore_pid(core), truth_number("pid"));
    int sender = -1;
    assert_int_equal(qemucore_signal(core, &sender), truth_number("signal"));
    assert_int_equal(sender, truth_number("sender"));
    assert_int_equal(qemucore_signal(core, NULL), truth_number("signal"));
    assert_string_equal(qemucore_process_name(core), "seed");
    assert_non_null(qemucore_command_line(core));
    assert_true(qemucore_is_complete(core));
    assert_null(qemucore_missing_next(core, NULL));

    uint64_t entry = 0;
    struct qemucore_error error;
    assert_int_equal(qemucore_auxv(core, AT_ENTRY, &entry, NULL), QEMUCORE_OK);
    struct qemucore_module *module = qemucore_module_next(core, NULL);
    while (module != NULL && qemucore_module_end(module) <= entry) {
        module = qemucore_module_next(core, module);
    }
    assert_true(module != NULL && qemucore_module_start(module) <= entry);
    assert_string_equal(qemucore_module_path(module), qemucore_executable(core));
    uint64_t untouched = 42;
    assert_int_equal(qemucore_auxv(core, 4711, &untouched, &error), QEMUCORE_NOT_FOUND);
    assert_int_equal(qemucore_auxv(core, 4711, &untouched, NULL), QEMUCORE_NOT_FOUND);
    assert_int_equal(error.status, QEMUCORE_NOT_FOUND);
    assert_true(untouched == 42);
    qemucore_close(core);
}

static void test_missing(void **state)
{
    (void)state;
    struct qemucore_options options = {.size = sizeof(options), .executable = exe_path};
    struct qemucore *core = open_with(cut_path, &options);
    assert_false(qemucore_is_complete(core));
    size_t count = 0;
    const struct qemucore_missing *missing = NULL;
    while ((missing = qemucore_missing_next(core, missing)) != NULL) {
        assert_int_equal(qemucore_missing_status(missing), QEMUCORE_TRUNCATED);
        assert_true(qemucore_missing_offset(missing) > 0);
        char offset[32];
        snprintf(offset, sizeof(offset), "%llu",
                 (unsigned long long)qemucore_missing_offset(missing));
        assert_non_null(strstr(qemucore_missing_sentence(missing), offset));
        count++;
    }
    assert_true(count > 0);
    assert_int_equal(qemucore_thread_count(core), 17);
    qemucore_close(core);
}

/* ---- Walks ------------------------------------------------------------------------------- */

/* An object has a number or the reason why not. Structures and arrays have no number. */
static void check_object(const struct qemucore_object *object)
{
    uint64_t number;
    char *text = NULL;
    struct qemucore_error error = {0};
    enum qemucore_object_kind kind = qemucore_object_kind(object);
    enum qemucore_status status = qemucore_object_number(object, &number, &error);
    assert_true(status == QEMUCORE_OK || error.message[0] != '\0');
    if (kind == QEMUCORE_OBJECT_STRUCTURE || kind == QEMUCORE_OBJECT_ARRAY) {
        assert_int_equal(status, QEMUCORE_INVALID);
    }
    assert_int_equal(qemucore_object_type(object, &text, NULL), QEMUCORE_OK);
    assert_true(text[0] != '\0');
    free(text);
    assert_int_equal(qemucore_object_render(object, 1, &text, NULL), QEMUCORE_OK);
    assert_int_equal(text[0] == '<', status != QEMUCORE_OK && text[0] != '{' && text[0] != '0');
    free(text);
}

static size_t walk_variables(struct qemucore_frame *frame)
{
    size_t count = 0;
    const struct qemucore_object *object = NULL;
    while ((object = qemucore_argument_next(frame, object)) != NULL) {
        check_object(object);
        count++;
    }
    while ((object = qemucore_local_next(frame, object)) != NULL) {
        assert_non_null(qemucore_object_name(object));
        check_object(object);
        count++;
    }
    return count;
}

static void walk_frames(struct qemucore_thread *thread, size_t *variables)
{
    unsigned level = 0;
    struct qemucore_frame *frame = NULL;
    struct qemucore_frame *own_frame = qemucore_thread_own_frame(thread);
    bool met_own_frame = false;
    while ((frame = qemucore_frame_next(thread, frame)) != NULL) {
        assert_int_equal(qemucore_frame_level(frame), level++);
        assert_true(qemucore_frame_pc(frame) != 0);
        *variables += walk_variables(frame);
        met_own_frame |= frame == own_frame;
    }
    assert_true(level >= 3 && met_own_frame);
    assert_true(qemucore_thread_end(thread)[0] != '\0');
    assert_true(qemucore_thread_end_is_outermost(thread));
    assert_ptr_equal(qemucore_frame_next(thread, NULL), qemucore_frame_next(thread, NULL));
}

static void test_walks(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    struct qemucore_thread *thread = NULL;
    size_t count = 0;
    size_t crashed = 0;
    size_t variables = 0;
    while ((thread = qemucore_thread_next(core, thread)) != NULL) {
        /* Each thread is in the truth; the counts are compared below. */
        const char *at = truth;
        int lwp = 0;
        bool found = false;
        while (!found && truth_next_lwp(&at, &lwp)) {
            found = lwp == qemucore_thread_lwp(thread);
        }
        assert_true(found);
        assert_non_null(qemucore_thread_name(thread));
        assert_non_null(qemucore_thread_name_from(thread));
        assert_non_null(qemucore_thread_role(thread));
        crashed += qemucore_thread_crashed(thread);
        walk_frames(thread, &variables);
        count++;
    }
    const char *at = truth;
    int lwp;
    size_t expected = 0;
    while (truth_next_lwp(&at, &lwp)) {
        expected++;
    }
    assert_int_equal(count, expected);
    assert_int_equal(count, qemucore_thread_count(core));
    assert_int_equal(crashed, 1);
    assert_true(variables > 17);

    struct qemucore_module *module = NULL;
    uint64_t end = 0;
    count = 0;
    while ((module = qemucore_module_next(core, module)) != NULL) {
        assert_true(qemucore_module_start(module) >= end);
        assert_true(qemucore_module_end(module) > qemucore_module_start(module));
        assert_non_null(qemucore_module_path(module));
        end = qemucore_module_end(module);
        count++;
    }
    assert_true(count >= 2); /* the program and the vDSO */
    qemucore_close(core);
}

/* ---- Memory ------------------------------------------------------------------------------ */

static void test_memory(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    struct qemucore_error error;
    uint64_t start = truth_number("qemu_global_mutex");
    uint8_t some[16];
    assert_int_equal(qemucore_memory_read(core, start, some, sizeof(some), NULL), QEMUCORE_OK);
    assert_int_equal(qemucore_memory_read(core, 0x10, some, sizeof(some), &error),
                     QEMUCORE_ABSENT);
    assert_true(error.status == QEMUCORE_ABSENT && error.address == 0x10);
    assert_int_equal(qemucore_memory_read(core, 0x10, some, sizeof(some), NULL), QEMUCORE_ABSENT);

    /* Finds the first absent address after `start`. All bytes before it are present. */
    size_t size = (size_t)1 << 30;
    char *much = malloc(size);
    assert_non_null(much);
    assert_int_equal(qemucore_memory_read(core, start, much, size, &error), QEMUCORE_ABSENT);
    uint64_t end = error.address;
    assert_true(end > start && end < start + size);
    assert_int_equal(qemucore_memory_read(core, start, much, end - start, NULL), QEMUCORE_OK);
    assert_memory_equal(much, some, sizeof(some));
    assert_int_equal(qemucore_memory_read(core, end - 8, some, 8, NULL), QEMUCORE_OK);
    for (unsigned before = 0; before < 9; before++) {
        error.address = 0;
        assert_int_equal(qemucore_memory_read(core, end - before, some, before + 1, &error),
                         QEMUCORE_ABSENT);
        assert_true(error.address == end);
    }
    free(much);
    qemucore_close(core);
}

static uint32_t u32_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

/* pr_pid is at offset 32 of NT_PRSTATUS, and at 24 of NT_PRPSINFO. */
static void test_notes(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    const struct qemucore_note *note = NULL;
    size_t threads = 0;
    size_t floats = 0;
    uint8_t bytes[336];
    struct qemucore_error error;
    uint64_t entry;
    assert_int_equal(qemucore_auxv(core, AT_ENTRY, &entry, NULL), QEMUCORE_OK);
    while ((note = qemucore_note_next(core, note)) != NULL) {
        const char *name = qemucore_note_name(note);
        struct qemucore_thread *thread = qemucore_note_thread(core, note);
        uint32_t type = qemucore_note_type(note);
        assert_true(strcmp(name, "CORE") == 0 || strcmp(name, "LINUX") == 0);
        if (type == NT_PRSTATUS) {
            assert_int_equal(qemucore_note_size(note), sizeof(bytes));
            assert_int_equal(qemucore_note_read(core, note, bytes, sizeof(bytes), &error), QEMUCORE_OK);
            assert_int_equal(u32_at(bytes + 32), qemucore_thread_lwp(thread));
            threads++;
        } else if (type == NT_PRPSINFO || type == NT_AUXV || type == NT_FILE) {
            assert_null(thread);
            assert_int_equal(qemucore_note_read(core, note, bytes, 136, &error), QEMUCORE_OK);
            assert_true(type != NT_PRPSINFO || u32_at(bytes + 24) == (uint32_t)qemucore_pid(core));
        } else {
            assert_non_null(thread);
            floats += type == NT_FPREGSET;
        }
        assert_int_equal(qemucore_note_read(core, note, bytes, (size_t)qemucore_note_size(note) + 1,
                                            &error),
                         QEMUCORE_INVALID);
    }
    assert_int_equal(threads, qemucore_thread_count(core));
    assert_int_equal(floats, threads);
    qemucore_close(core);
}

/* Code is not in the dump. With the executable, its bytes are read from that file. */
static void test_memory_of_module(void **state)
{
    (void)state;
    uint8_t code[64];
    uint64_t entry;
    struct qemucore_error error;
    struct qemucore_options options = {.size = sizeof(options), .flags = QEMUCORE_NO_HOST_FILES};
    struct qemucore *core = open_with(core_path, &options);
    assert_int_equal(qemucore_auxv(core, AT_ENTRY, &entry, NULL), QEMUCORE_OK);
    assert_int_equal(qemucore_memory_read(core, entry, code, sizeof(code), &error),
                     QEMUCORE_ABSENT);
    assert_true(error.address == entry);
    qemucore_close(core);

    options.executable = exe_path;
    core = open_with(core_path, &options);
    assert_int_equal(qemucore_memory_read(core, entry, code, sizeof(code), NULL), QEMUCORE_OK);
    qemucore_close(core);
    char command[4200];
    static uint8_t file[8 << 20];
    snprintf(command, sizeof(command), "zstd -qdc '%s' 2>/dev/null", exe_path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    size_t size = fread(file, 1, sizeof(file), pipe);
    if (pclose(pipe) != 0) {
        print_message("zstd is not installed: code is not compared with the file\n");
        skip();
    }
    Elf64_Ehdr header;
    memcpy(&header, file, sizeof(header));
    for (unsigned i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr segment;
        memcpy(&segment, file + header.e_phoff + i * sizeof(segment), sizeof(segment));
        uint64_t offset = header.e_entry - segment.p_vaddr;
        if (segment.p_type == PT_LOAD && offset < segment.p_filesz) {
            assert_true(segment.p_offset + offset + sizeof(code) <= size);
            assert_memory_equal(code, file + segment.p_offset + offset, sizeof(code));
            return;
        }
    }
    fail_msg("the entry point is in no segment");
}

/* ---- Waits and locks ---------------------------------------------------------------------- */

static void test_waits(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    struct qemucore_thread *thread = NULL;
    uint64_t bql = truth_number("qemu_global_mutex");
    size_t vcpus = 0;
    size_t on_event = 0;
    size_t in_poll = 0;
    while ((thread = qemucore_thread_next(core, thread)) != NULL) {
        struct qemucore_wait *wait = qemucore_thread_wait(core, thread);
        const char *name = NULL;
        uint64_t argument;
        int64_t timeout = -1;
        assert_ptr_equal(wait, qemucore_thread_wait(core, thread));
        assert_true(qemucore_wait_syscall(wait, &name) >= 0);
        assert_int_equal(qemucore_wait_syscall_argument(wait, 0, &argument, NULL), QEMUCORE_OK);
        assert_int_equal(qemucore_wait_syscall_argument(wait, 6, &argument, NULL),
                         QEMUCORE_INVALID);
        assert_non_null(qemucore_wait_sentence(wait));
        assert_non_null(qemucore_wait_evidence(wait));
        if (strcmp(qemucore_wait_state(wait), "syscall") == 0) {
            in_poll += strstr(name, "poll") != NULL;
            assert_null(qemucore_wait_kind(wait));
            assert_true(qemucore_wait_object(wait) == 0);
            /* Only the main loop's poll has a timeout. Its thread is the first of the process. */
            assert_int_equal(qemucore_wait_timeout(wait, &timeout),
                             qemucore_thread_lwp(thread) == qemucore_pid(core));
            continue;
        }
        assert_string_equal(qemucore_wait_state(wait), "blocked");
        assert_string_equal(name, "futex");
        /* The futex word is inside the object. */
        assert_true(argument - qemucore_wait_object(wait) < 112);
        if (strcmp(qemucore_thread_role(thread), "vcpu") == 0) {
            vcpus++;
            assert_string_equal(qemucore_wait_kind(wait), "QemuCond");
            assert_true(qemucore_wait_mutex(wait) == bql);
            assert_string_equal(qemucore_wait_mutex_name(wait), "qemu_global_mutex");
            assert_non_null(strstr(qemucore_wait_name(wait), "halt_cond of CPU "));
        }
        if (strcmp(qemucore_wait_kind(wait), "QemuEvent") == 0) {
            on_event++;
            assert_true(qemucore_wait_object(wait) == truth_number("rcu_call_ready_event"));
        }
    }
    assert_int_equal(vcpus, 8);
    assert_int_equal(on_event, 1);
    assert_int_equal(in_poll, 6);
    qemucore_close(core);
}

/* ---- The state of QEMU -------------------------------------------------------------------- */

/* Returns the LWP of the thread with this name. Stores its function's argument, unless that is
   NULL. */
static int truth_thread(const char *name, const char *argument, uint64_t *ret)
{
    char key[128];
    snprintf(key, sizeof(key), "\"name\": \"%s\"", name);
    const char *named = strstr(truth, key);
    int lwp = -1;
    int next;
    for (const char *at = truth; named != NULL && truth_next_lwp(&at, &next) && at < named;) {
        lwp = next;
    }
    if (argument != NULL && named != NULL) {
        snprintf(key, sizeof(key), "\"%s\": \"", argument);
        const char *value = strstr(named, key);
        assert_non_null(value);
        *ret = strtoull(value + strlen(key), NULL, 16);
    }
    return lwp;
}

static void test_vcpus(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    struct qemucore_vcpu *vcpu = NULL;
    int count = 0;
    for (; (vcpu = qemucore_vcpu_next(core, vcpu)) != NULL; count++) {
        char name[32];
        uint64_t address = 0;
        uint64_t fact;
        snprintf(name, sizeof(name), "CPU %d/KVM", count);
        assert_int_equal(qemucore_vcpu_index(vcpu), count);
        assert_int_equal(qemucore_thread_lwp(qemucore_vcpu_thread(vcpu)),
                         truth_thread(name, "arg", &address));
        assert_true(qemucore_vcpu_address(vcpu) == address);
        assert_string_equal(qemucore_vcpu_place(vcpu), "parked"); /* in qemu_wait_io_event */
        assert_int_equal(qemucore_vcpu_place_code(vcpu), QEMUCORE_VCPU_PLACE_PARKED);
        assert_false(qemucore_vcpu_in_kvm_run(vcpu));
        assert_false(qemucore_vcpu_fact(vcpu, "no such fact", &fact));
    }
    assert_int_equal(count, 8);
    qemucore_close(core);
}

/* The facts are set by migration_incoming_init() and qemu_init() of tests/fixtures/seed.c, and
   waited for by its main(). */
static void test_machine(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    struct qemucore_thread *owner = NULL;
    const char *why = "";
    int64_t timeout = 0;
    uint64_t fact;
    assert_string_equal(qemucore_runstate(core, &why), "inmigrate");
    assert_null(why);
    assert_null(qemucore_machine_type(core, &why)); /* the fixture has no machine */
    assert_non_null(why);
    assert_string_equal(qemucore_migration_incoming(core, &why), "setup");
    assert_null(why);
    assert_true(qemucore_migration_awaits_source(core));
    assert_null(qemucore_migration_outgoing(core, &why)); /* the fixture has no current_migration */
    assert_non_null(why);
    assert_null(qemucore_migration_error(core));
    assert_false(qemucore_migration_fact(core, "no such fact", &fact));
    assert_string_equal(qemucore_main_loop_place(core, NULL), "poll");
    assert_true(qemucore_main_loop_timeout(core, NULL));
    assert_true(qemucore_main_loop_timeout(core, &timeout));
    assert_true(timeout > 0 && timeout <= INT64_C(1000000000000)); /* left of MAIN_LOOP_TIMEOUT */
    assert_string_equal(qemucore_bql_state(core, &owner), "free");
    assert_null(owner);
    assert_null(qemucore_block_node_next(core, NULL));
    assert_null(qemucore_block_job_next(core, NULL));
    assert_false(qemucore_block_fact(core, "no such fact", &fact));
    assert_non_null(qemucore_state_problem(core, 0));
    assert_null(qemucore_state_problem(core, 100000));
    qemucore_close(core);
}

/* The command is that of NT_PRPSINFO, which eu-readelf -n shows as "./seed abort". A signal that
   was sent has no fault address. */
static void test_arguments(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    uint64_t address;
    struct qemucore_error error = {0};
    const char *argument = qemucore_process_argument_next(core, NULL);
    assert_string_equal(argument, "./seed");
    argument = qemucore_process_argument_next(core, argument);
    assert_string_equal(argument, "abort");
    assert_null(qemucore_process_argument_next(core, argument));
    assert_null(qemucore_process_arguments_why_absent(core));
    assert_null(qemucore_qemu_version(core)); /* the fixture is no QEMU */
    assert_non_null(qemucore_qemu_version_why_absent(core));
    assert_int_equal(qemucore_fault_address(core, &address, &error), QEMUCORE_NOT_FOUND);
    assert_true(error.message[0] != '\0');
    qemucore_close(core);
}

/* Each iothread of seed.c has an AioContext that waits in poll. Its thread is called "IO " and the
   id. */
static void test_contexts(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    struct qemucore_context *context = NULL;
    int iothreads = 0;
    while ((context = qemucore_context_next(core, context)) != NULL) {
        char name[64];
        uint64_t number;
        const char *id = qemucore_context_name(context);
        if (strstr(id, "iothread") == NULL) {
            continue;
        }
        iothreads++;
        snprintf(name, sizeof(name), "IO %s", id);
        assert_int_equal(qemucore_thread_lwp(qemucore_context_thread(context)),
                         truth_thread(name, NULL, NULL));
        assert_string_equal(qemucore_context_fdmon(context), "poll");
        assert_true(qemucore_context_address(context) != 0);
        assert_false(qemucore_context_fact(context, "no such fact", &number));
        assert_false(qemucore_context_bottom_half(context, 0, NULL, NULL));
        /* aio_poll() adds 2. The monitor's thread is in g_main_loop_run() instead. */
        assert_true(qemucore_context_fact(context, "notify_me", &number));
        assert_int_equal(number, strcmp(id, "mon_iothread") == 0 ? 0 : 2);
    }
    assert_int_equal(iothreads, 5);
    qemucore_close(core);
}

/* No lock is held, and no thread waits for another one. */
static void test_locks(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    struct qemucore_edge *edge = NULL;
    struct qemucore_lock *lock = NULL;
    size_t edges = 0;
    size_t bqls = 0;
    bool by_file = true;
    const char *text = "";
    uint64_t number = 1;
    uint64_t last = 0;
    while ((edge = qemucore_edge_next(core, edge)) != NULL) {
        edges++;
        assert_non_null(qemucore_edge_waiter(edge));
        assert_non_null(qemucore_edge_lock(edge));
        assert_non_null(qemucore_edge_evidence(edge));
        assert_int_equal(qemucore_edge_holder(edge), 0);
    }
    assert_int_equal(edges, 11); /* 8 vCPUs, call_rcu, the thread context, vnc_worker */
    while ((lock = qemucore_lock_next(core, lock)) != NULL) {
        assert_true(qemucore_lock_address(lock) >= last);
        last = qemucore_lock_address(lock);
        assert_int_equal(qemucore_lock_owner(lock), 0);
        assert_null(qemucore_lock_owner_thread(lock));
        assert_non_null(qemucore_lock_owner_why(lock));
        bqls += qemucore_lock_is_bql(lock);
    }
    assert_int_equal(bqls, 1);
    lock = qemucore_lock_find(core, truth_number("qemu_global_mutex"));
    assert_non_null(lock);
    assert_true(qemucore_lock_is_bql(lock) && qemucore_lock_is_quiet(lock));
    assert_string_equal(qemucore_lock_kind(lock), "QemuMutex");
    assert_string_equal(qemucore_lock_name(lock), "qemu_global_mutex");
    assert_string_equal(qemucore_lock_state(lock), "free");
    assert_null(qemucore_lock_waiter_next(lock, NULL));
    assert_string_equal(qemucore_lock_field(lock, 0, &number, &text), "__lock");
    assert_int_equal(number, 0);
    assert_null(text);
    assert_string_equal(qemucore_lock_field(lock, 5, NULL, &text), "type");
    assert_string_equal(text, "normal");
    assert_null(qemucore_lock_field(lock, 100, &number, &text));
    assert_null(qemucore_lock_find(core, 16));
    assert_null(qemucore_cycle_next(core, NULL));
    assert_null(qemucore_chain_next(core, NULL));
    assert_null(qemucore_anomaly_next(core, NULL));
    assert_null(qemucore_lock_problem(core, 0));
    assert_string_equal(qemucore_rcu_state(core, &text), "idle");
    assert_false(qemucore_clock_bound(core, "realtime", "middle", NULL, NULL));
    assert_false(qemucore_clock_bound(core, NULL, "lower", NULL, NULL));
    assert_false(qemucore_clock_bound(core, "realtime", "lower", NULL, NULL)); /* no time stored */
    assert_true(qemucore_main_loop_turned(core, &number, &by_file)); /* part of its poll is over */
    assert_false(by_file);
    assert_int_not_equal(number, 0);
    assert_non_null(text);
    assert_null(qemucore_rcu_reader(core, 0, NULL, NULL));
    qemucore_close(core);
}

static void test_lock_decode(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    struct qemucore_lock *lock = NULL;
    struct qemucore_error error;
    uint64_t event = truth_number("rcu_call_ready_event");
    uint64_t count = 7;
    assert_int_equal(qemucore_lock_decode(core, "QemuEvent", event, &lock, &error), QEMUCORE_OK);
    assert_true(qemucore_lock_address(lock) == event);
    assert_string_equal(qemucore_lock_state(lock), "busy");
    assert_non_null(strstr(qemucore_lock_sentence(lock), "-1"));
    assert_false(qemucore_lock_count(lock, &count) ||
                 qemucore_lock_recorded_waiters(lock, &count));
    assert_int_equal(count, 7);
    struct qemucore_thread *waiter = qemucore_lock_waiter_next(lock, NULL);
    assert_string_equal(qemucore_thread_name(waiter), "call_rcu");
    assert_null(qemucore_lock_waiter_next(lock, waiter));
    qemucore_lock_free(lock);
    lock = NULL;
    assert_int_equal(qemucore_lock_decode(core, "QemuTeapot", event, &lock, &error),
                     QEMUCORE_NOT_FOUND);
    assert_int_equal(qemucore_lock_decode(core, "QemuMutex", 16, &lock, &error),
                     QEMUCORE_ABSENT);
    assert_non_null(strstr(error.message, "0x10"));
    assert_int_equal(qemucore_lock_decode(core, NULL, 16, &lock, &error), QEMUCORE_INVALID);
    assert_null(lock);
    qemucore_lock_free(NULL);
    qemucore_close(core);
}

static void test_lock_renderings(void **state)
{
    (void)state;
    static const char *const expressions[] = {"bql", "first_cpu->cpu_index", "no_such"};
    struct qemucore *core = open_corpus();
    struct qemucore_render render = {.size = sizeof(render), .flags = QEMUCORE_RENDER_LOCALS};
    struct qemucore_error error;
    char *text = NULL;
    assert_int_equal(qemucore_locks_render(core, &render, &text, &error), QEMUCORE_INVALID);
    assert_null(text);
    assert_int_equal(qemucore_locks_render(core, NULL, &text, &error), QEMUCORE_OK);
    assert_non_null(strstr(text, "No cycle"));
    free(text);
    text = NULL;
    assert_int_equal(qemucore_inspect_render(core, expressions, 0, NULL, &text, &error),
                     QEMUCORE_INVALID);
    assert_int_equal(qemucore_inspect_render(core, NULL, 1, NULL, &text, &error),
                     QEMUCORE_INVALID);
    render.flags = 0;
    render.lwp = 1;
    assert_int_equal(qemucore_inspect_render(core, expressions, 3, &render, &text, &error),
                     QEMUCORE_NOT_FOUND);
    assert_null(text);
    assert_int_equal(qemucore_inspect_render(core, expressions, 3, NULL, &text, &error),
                     QEMUCORE_OK);
    assert_non_null(strstr(text, "the BQL"));
    assert_null(strstr(text, "no_such"));
    free(text);
    qemucore_close(core);
}

/* The fixture is not a complete QEMU: each part says what it lacks. */
static void test_parts(void **state)
{
    struct qemucore_render render = {.size = sizeof(render), .flags = QEMUCORE_RENDER_MISSING};
    struct qemucore_error error;
    struct qemucore *core = open_corpus();
    const char *name = NULL;
    char *text = NULL;
    (void)state;
    assert_null(qemucore_part_next("no such part"));
    assert_null(qemucore_part_help("no such part"));
    assert_null(qemucore_part_help(NULL));
    assert_null(qemucore_part_problem(core, 0));
    assert_int_equal(qemucore_parts_render(core, NULL, NULL, &text, &error), QEMUCORE_INVALID);
    assert_int_equal(qemucore_parts_render(core, "timers,x", NULL, &text, &error),
                     QEMUCORE_INVALID);
    assert_string_equal(error.message, "there is no part \"x\"");
    assert_int_equal(qemucore_parts_render(core, "timers", &render, &text, &error),
                     QEMUCORE_INVALID);
    assert_null(text);
    while ((name = qemucore_part_next(name)) != NULL) {
        assert_true(strlen(qemucore_part_help(name)) != 0);
        assert_int_equal(qemucore_parts_render(core, name, NULL, &text, &error), QEMUCORE_OK);
        assert_non_null(strstr(text, name));
        free(text);
    }
    /* The fixture has no QEMUTimerListGroup. */
    assert_int_equal(qemucore_parts_render(core, "timers", NULL, &text, &error), QEMUCORE_OK);
    free(text);
    assert_non_null(qemucore_part_problem(core, 0));
    qemucore_close(core);
}

/* ---- Symbols ----------------------------------------------------------------------------- */

static void test_symbols(void **state)
{
    (void)state;
    static const char *const names[] = {"qemu_global_mutex", "qemu_cpu_cond",
                                        "rcu_call_ready_event", "cpus_queue"};
    struct qemucore *core = open_corpus();
    struct qemucore_symbol symbol = {.size = sizeof(symbol)};
    struct qemucore_error error;
    for (size_t i = 0; i < COUNT(names); i++) {
        uint64_t address = truth_number(names[i]);
        assert_int_equal(qemucore_symbol_by_name(core, names[i], &symbol, NULL), QEMUCORE_OK);
        assert_string_equal(symbol.name, names[i]);
        assert_true(symbol.address == address && symbol.offset == 0);
        assert_true(symbol.symbol_size > 0);
        assert_string_equal(qemucore_module_path(symbol.module), qemucore_executable(core));
        uint64_t size = symbol.symbol_size;
        for (uint64_t offset = 0; offset < size; offset++) {
            symbol = (struct qemucore_symbol){.size = sizeof(symbol)};
            assert_int_equal(qemucore_symbol_by_address(core, address + offset, &symbol, NULL),
                             QEMUCORE_OK);
            assert_string_equal(symbol.name, names[i]);
            assert_true(symbol.address == address && symbol.offset == offset);
            assert_true(symbol.symbol_size == size);
        }
    }
    assert_string_equal(qemucore_module_file(symbol.module), exe_path);
    assert_string_equal(qemucore_module_debug_file(symbol.module), exe_path);
    assert_null(qemucore_module_problem(symbol.module));
    assert_int_equal(strlen(qemucore_module_build_id(symbol.module)), 40);
    assert_int_equal(strspn(qemucore_module_build_id(symbol.module), "0123456789abcdef"), 40);

    static const struct qemucore_symbol untouched = {.size = sizeof(symbol), .address = 42};
    symbol = untouched;
    assert_int_equal(qemucore_symbol_by_name(core, "no_such_symbol", &symbol, &error),
                     QEMUCORE_NOT_FOUND);
    assert_int_equal(error.status, QEMUCORE_NOT_FOUND);
    assert_int_equal(qemucore_symbol_by_name(core, "no_such_symbol", &symbol, NULL),
                     QEMUCORE_NOT_FOUND);
    assert_int_equal(qemucore_symbol_by_address(core, 0x10, &symbol, &error), QEMUCORE_NOT_FOUND);
    assert_true(error.address == 0x10);
    assert_int_equal(qemucore_symbol_by_address(core, 0x10, &symbol, NULL), QEMUCORE_NOT_FOUND);
    assert_memory_equal(&symbol, &untouched, sizeof(symbol));
    qemucore_close(core);
}

/* A caller with a smaller or larger struct gets the members that both sides know. */
static void test_symbol_of_other_sizes(void **state)
{
    (void)state;
    static const char name[] = "qemu_global_mutex";
    struct qemucore *core = open_corpus();
    struct qemucore_error error;
    struct qemucore_symbol whole = {.size = sizeof(whole)};
    assert_int_equal(qemucore_symbol_by_name(core, name, &whole, NULL), QEMUCORE_OK);
    assert_true(whole.address == truth_number(name));
    for (size_t size = 0; size <= sizeof(whole); size++) {
        struct qemucore_symbol symbol;
        char before[sizeof(symbol)];
        memset(&symbol, 0x5a, sizeof(symbol));
        symbol.size = size;
        memcpy(before, &symbol, sizeof(symbol));
        if (size < sizeof(symbol.size)) {
            assert_int_equal(qemucore_symbol_by_name(core, name, &symbol, &error),
                             QEMUCORE_INVALID);
            assert_memory_equal(&symbol, before, sizeof(symbol));
            continue;
        }
        assert_int_equal(qemucore_symbol_by_name(core, name, &symbol, &error), QEMUCORE_OK);
        assert_true(symbol.size == size);
        assert_memory_equal((char *)&symbol + sizeof(size), (char *)&whole + sizeof(size),
                            size - sizeof(size));
        assert_memory_equal((char *)&symbol + size, before + size, sizeof(symbol) - size);
    }
    struct {
        struct qemucore_symbol symbol;
        uint64_t later;
    } grown = {.symbol = {.size = sizeof(grown)}};
    assert_int_equal(qemucore_symbol_by_address(core, whole.address, &grown.symbol, NULL),
                     QEMUCORE_OK);
    assert_true(grown.symbol.address == whole.address && grown.symbol.module == whole.module);
    assert_true(grown.symbol.size == sizeof(grown));
    grown.later = 1;
    assert_int_equal(qemucore_symbol_by_address(core, whole.address, &grown.symbol, &error),
                     QEMUCORE_INVALID);
    assert_non_null(strstr(error.message, "symbol has a member at offset"));
    qemucore_close(core);
}

/* A frame's function begins where the symbol of the same name begins. */
static void test_symbols_of_frames(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    size_t count = 0;
    struct qemucore_thread *thread = NULL;
    while ((thread = qemucore_thread_next(core, thread)) != NULL) {
        struct qemucore_frame *frame = NULL;
        while ((frame = qemucore_frame_next(thread, frame)) != NULL) {
            struct qemucore_symbol symbol = {.size = sizeof(symbol)};
            const char *function = qemucore_frame_function(frame);
            char named[128];
            snprintf(named, sizeof(named), "\"%s\"", function);
            if (qemucore_frame_inlined(frame) || strstr(truth, named) == NULL) {
                continue;
            }
            assert_int_equal(qemucore_symbol_by_name(core, function, &symbol, NULL), QEMUCORE_OK);
            assert_true(symbol.address == qemucore_frame_pc(frame) - qemucore_frame_offset(frame));
            assert_true(qemucore_frame_offset(frame) <= symbol.symbol_size);
            assert_ptr_equal(symbol.module, qemucore_frame_module(frame));
            count++;
        }
    }
    assert_true(count > 2 * 17);
    qemucore_close(core);
}

/* ---- Typed memory ------------------------------------------------------------------------ */

static uint64_t object_address(const struct qemucore_object *object)
{
    uint64_t address;
    assert_int_equal(qemucore_object_address(object, &address, NULL), QEMUCORE_OK);
    return address;
}

static uint64_t object_number(const struct qemucore_object *object)
{
    uint64_t number;
    assert_int_equal(qemucore_object_number(object, &number, NULL), QEMUCORE_OK);
    return number;
}

static void test_objects(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    struct qemucore_object *object = NULL;
    struct qemucore_object *member = NULL;
    char *text = NULL;
    struct qemucore_error error;
    assert_int_equal(qemucore_object_find(core, "qemu_global_mutex", &object, NULL), QEMUCORE_OK);
    assert_true(object_address(object) == truth_number("qemu_global_mutex"));
    assert_true(qemucore_object_size(object) > 0);
    assert_int_equal(qemucore_object_kind(object), QEMUCORE_OBJECT_STRUCTURE);
    assert_null(qemucore_object_name(object));
    assert_int_equal(qemucore_object_member_at(object, 0, &member, NULL), QEMUCORE_OK);
    assert_true(object_address(member) == object_address(object));
    assert_non_null(qemucore_object_name(member));
    qemucore_object_free(member);
    assert_int_equal(qemucore_object_member(object, "initialized", &member, NULL), QEMUCORE_OK);
    assert_string_equal(qemucore_object_name(member), "initialized");
    assert_int_equal(qemucore_object_kind(member), QEMUCORE_OBJECT_BOOLEAN);
    assert_int_equal(qemucore_object_text(member, &text, NULL, NULL), QEMUCORE_OK);
    assert_string_equal(text, "true");
    free(text);
    qemucore_object_free(member);
    struct qemucore_object *untouched = (struct qemucore_object *)0x1;
    assert_int_equal(qemucore_object_member_at(object, 1000, &untouched, &error),
                     QEMUCORE_NOT_FOUND);
    assert_int_equal(qemucore_object_member_at(object, 1000, &untouched, NULL),
                     QEMUCORE_NOT_FOUND);
    qemucore_object_free(object);

    static const struct {
        const char *expression;
        enum qemucore_status status;
    } cases[] = {
        {NULL, QEMUCORE_INVALID},
        {"", QEMUCORE_INVALID},
        {"1", QEMUCORE_INVALID},
        {"qemu_global_mutex!", QEMUCORE_INVALID},
        {"qemu_global_mutex.", QEMUCORE_INVALID},
        {"qemu_global_mutex[", QEMUCORE_INVALID},
        {"no_such_variable", QEMUCORE_NOT_FOUND},
        {"qemu_global_mutex.no_such_member", QEMUCORE_NOT_FOUND},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("%s\n", cases[i].expression);
        assert_int_equal(qemucore_object_find(core, cases[i].expression, &untouched, &error),
                         cases[i].status);
        assert_int_equal(error.status, cases[i].status);
        assert_int_equal(qemucore_object_find(core, cases[i].expression, &untouched, NULL),
                         cases[i].status);
    }
    assert_ptr_equal(untouched, (struct qemucore_object *)0x1);
    assert_int_equal(qemucore_object_find(core, "qemu_global_mutex", NULL, NULL),
                     QEMUCORE_INVALID);
    qemucore_close(core);
}

static struct qemucore_frame *find_frame(struct qemucore *core, const char *function)
{
    struct qemucore_thread *thread = NULL;
    while ((thread = qemucore_thread_next(core, thread)) != NULL) {
        struct qemucore_frame *frame = NULL;
        while ((frame = qemucore_frame_next(thread, frame)) != NULL) {
            const char *name = qemucore_frame_function(frame);
            if (name != NULL && strcmp(name, function) == 0) {
                return frame;
            }
        }
    }
    return NULL;
}

/* Takes the memory that was freed last, and overwrites it. */
static void overwrite_freed(void)
{
    enum { SIZES = 128, EACH = 64 };
    static void *taken[SIZES * EACH];
    for (size_t i = 0; i < COUNT(taken); i++) {
        size_t size = 16 * (i / EACH + 1);
        taken[i] = malloc(size);
        assert_non_null(taken[i]);
        memset(taken[i], 0x5a, size);
    }
    for (size_t i = 0; i < COUNT(taken); i++) {
        free(taken[i]);
    }
}

/* Arguments are borrowed, though the search for what coroutines wait for lists and frees many. */
static void test_variables_stay(void **state)
{
    (void)state;
    struct qemucore *core = corpus_open("aarch64-coroutine");
    struct qemucore_coroutine *coroutine = NULL;
    const struct qemucore_object *arguments[1000];
    const char *names[1000];
    size_t count = 0;
    while ((coroutine = qemucore_coroutine_next(core, coroutine)) != NULL) {
        struct qemucore_frame *frame = NULL;
        while ((frame = qemucore_coroutine_frame_next(coroutine, frame)) != NULL) {
            const struct qemucore_object *argument = qemucore_argument_next(frame, NULL);
            if (argument != NULL && count < COUNT(arguments)) {
                arguments[count] = argument;
                names[count++] = qemucore_object_name(argument);
            }
        }
    }
    assert_true(count > 3);
    qemucore_coroutine_wait(core, qemucore_coroutine_next(core, NULL));
    overwrite_freed();
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(qemucore_object_name(arguments[i]), names[i]);
    }
    qemucore_close(core);
}

/* Follows an argument to the object that it points to. */
static void test_frame_objects(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    struct qemucore_frame *frame = find_frame(core, "qemu_event_wait");
    struct qemucore_object *object = NULL;
    struct qemucore_object *target = NULL;
    struct qemucore_object *same = NULL;
    char *text = NULL;
    uint64_t number;
    uint64_t event = truth_number("rcu_call_ready_event");
    assert_non_null(frame);
    assert_int_equal(qemucore_frame_object_find(frame, "ev", &object, NULL), QEMUCORE_OK);
    assert_int_equal(qemucore_object_kind(object), QEMUCORE_OBJECT_POINTER);
    assert_string_equal(qemucore_object_name(object), "ev");
    assert_int_equal(qemucore_object_size(object), 8);
    assert_false(qemucore_object_is_signed(object));
    assert_true(object_number(object) == event);
    if (qemucore_object_entry_number(object, &number, NULL) == QEMUCORE_OK) {
        assert_true(number == event);
    }
    assert_int_equal(qemucore_object_type(object, &text, NULL), QEMUCORE_OK);
    assert_string_equal(text, "QemuEvent *");
    free(text);
    assert_int_equal(qemucore_object_symbol(object, &text, NULL), QEMUCORE_OK);
    assert_string_equal(text, "rcu_call_ready_event");
    free(text);
    assert_int_equal(qemucore_object_text(object, &text, NULL, NULL), QEMUCORE_NOT_FOUND);

    assert_int_equal(qemucore_object_target(object, &target, NULL), QEMUCORE_OK);
    assert_true(object_address(target) == event);
    assert_int_equal(qemucore_object_kind(target), QEMUCORE_OBJECT_STRUCTURE);
    assert_int_equal(qemucore_object_element(object, 1, &same, NULL), QEMUCORE_OK);
    assert_true(object_address(same) == event + qemucore_object_size(target));
    qemucore_object_free(same);
    qemucore_object_free(target);
    qemucore_object_free(object);

    /* EV_BUSY is -1, in an unsigned member. */
    assert_int_equal(qemucore_frame_object_find(frame, "ev->value", &object, NULL), QEMUCORE_OK);
    assert_true(object_number(object) == UINT32_MAX);
    assert_int_equal(qemucore_object_kind(object), QEMUCORE_OBJECT_INTEGER);
    assert_int_equal(qemucore_object_target(object, &same, NULL), QEMUCORE_INVALID);
    assert_int_equal(qemucore_object_member(object, "value", &same, NULL), QEMUCORE_NOT_FOUND);
    qemucore_object_free(object);

    assert_int_equal(qemucore_frame_object_find(frame, "no_such", &object, NULL),
                     QEMUCORE_NOT_FOUND);
    assert_int_equal(qemucore_frame_object_find(frame, "->ev", &object, NULL), QEMUCORE_INVALID);
    assert_int_equal(qemucore_frame_object_find(frame, NULL, &object, NULL), QEMUCORE_INVALID);
    qemucore_close(core);
}

/* ---- Slim cores -------------------------------------------------------------------------- */

/* The program of the corpus has no ram_list, and nothing that is large. */
static void test_guest_memory(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    assert_null(qemucore_ram_block_next(core, NULL));
    assert_null(qemucore_peer_next(core, NULL));
    assert_null(qemucore_peer_of(core, 0));
    assert_null(qemucore_guest_part_next(core, NULL));
    assert_non_null(strstr(qemucore_guest_why_by_rule(core), "ram_list"));
    qemucore_close(core);
}

struct sink {
    char *bytes;
    size_t size;
    size_t calls;
    size_t fails_at; /* the call that fails; 0: none */
};

static enum qemucore_status sink_write(void *opaque, const void *bytes, size_t size,
                                       struct qemucore_error *error)
{
    struct sink *sink = opaque;
    assert_true(size > 0);
    if (++sink->calls == sink->fails_at) {
        *error = (struct qemucore_error){.status = QEMUCORE_SYSTEM, .os_errno = ENOSPC};
        snprintf(error->message, sizeof(error->message), "the sink is full");
        return QEMUCORE_SYSTEM;
    }
    /* A function that has failed is not called again. */
    assert_true(sink->fails_at == 0 || sink->calls < sink->fails_at);
    sink->bytes = realloc(sink->bytes, sink->size + size);
    assert_non_null(sink->bytes);
    memcpy(sink->bytes + sink->size, bytes, size);
    sink->size += size;
    return QEMUCORE_OK;
}

static void assert_slim_fails(struct qemucore *core, const struct qemucore_slim *how,
                              enum qemucore_status status)
{
    struct qemucore_error error;
    uint64_t size = 42;
    memset(&error, 0xee, sizeof(error));
    assert_int_equal(qemucore_slim_write(core, how, &size, &error), status);
    assert_int_equal(error.status, status);
    assert_true(size == 42);
}

static void test_slim_arguments(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    struct sink sink = {.bytes = NULL};
    struct {
        struct qemucore_slim how;
        unsigned char tail[16];
    } caller = {.tail = {0}};
    const struct qemucore_slim good = {
        .size = sizeof(good), .write = sink_write, .opaque = &sink};
    assert_slim_fails(core, NULL, QEMUCORE_INVALID);
    for (size_t size = 0; size < sizeof(size_t); size++) {
        caller.how = good;
        caller.how.size = size;
        assert_slim_fails(core, &caller.how, QEMUCORE_INVALID);
    }
    /* A struct that ends before `write` has no function. */
    memset(&caller.how, 0xee, sizeof(caller.how));
    caller.how.size = offsetof(struct qemucore_slim, flags);
    assert_slim_fails(core, &caller.how, QEMUCORE_INVALID);
    caller.how = good;
    caller.how.size = sizeof(caller);
    caller.tail[3] = 1;
    assert_slim_fails(core, &caller.how, QEMUCORE_INVALID);
    caller.how = good;
    caller.how.flags = 0x80000000;
    assert_slim_fails(core, &caller.how, QEMUCORE_INVALID);
    caller.how = good;
    caller.how.write = NULL;
    assert_slim_fails(core, &caller.how, QEMUCORE_INVALID);
    caller.how = good;
    caller.how.scrubbed_count = 1;
    assert_slim_fails(core, &caller.how, QEMUCORE_INVALID);
    assert_int_equal(sink.calls, 0);

    /* If any call of the function fails, qemucore_slim_write() fails with the same error. */
    for (uint32_t flags = 0; flags <= QEMUCORE_SLIM_ZSTD; flags++) {
        for (size_t call = 1; call <= 3; call++) {
            struct sink full = {.fails_at = call};
            struct qemucore_error error;
            caller.how = good;
            caller.how.flags = flags;
            caller.how.opaque = &full;
            assert_int_equal(qemucore_slim_write(core, &caller.how, NULL, &error),
                             QEMUCORE_SYSTEM);
            assert_int_equal(error.os_errno, ENOSPC);
            assert_string_equal(error.message, "the sink is full");
            free(full.bytes);
            assert_int_equal(full.calls, call);
        }
    }
    qemucore_close(core);
}

/* Opens the core that the sink has received, as a file. */
static struct qemucore *open_written(const struct sink *sink, const char *container)
{
    char path[] = "/tmp/qemucore-test.XXXXXX";
    struct qemucore_options options = {.size = sizeof(options), .executable = exe_path};
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, sink->bytes, sink->size), sink->size);
    close(fd);
    struct qemucore *core = open_with(path, &options);
    assert_int_equal(unlink(path), 0);
    assert_string_equal(qemucore_container(core), container);
    return core;
}

/* Checks the graph, counts the call, and returns a drawing. */
static char *draw(void *opaque, const char *dot)
{
    assert_int_equal(strncmp(dot, "digraph waits {", 15), 0);
    ++*(int *)opaque;
    return strdup("<?xml?><svg id=\"drawn\"></svg> and more");
}

static void assert_snapshot_fails(const struct qemucore_snapshot *how)
{
    struct qemucore_error error;
    assert_int_equal(qemucore_snapshot(getpid(), how, NULL, &error), QEMUCORE_INVALID);
    assert_int_equal(error.status, QEMUCORE_INVALID);
}

static void test_snapshot_arguments(void **state)
{
    (void)state;
    struct sink sink = {.bytes = NULL};
    const struct qemucore_snapshot good = {
        .size = sizeof(good), .write = sink_write, .opaque = &sink};
    struct qemucore_snapshot how = good;
    how.flags = 0x80000000;
    assert_snapshot_fails(&how);
    how = good;
    how.write = NULL;
    assert_snapshot_fails(&how);
    how = good;
    how.stop_ms = QEMUCORE_SNAPSHOT_STOP_MS_MAX + 1;
    assert_snapshot_fails(&how);
    how = good;
    how.reserved = 1;
    assert_snapshot_fails(&how);
    assert_int_equal(sink.size, 0);
}

static void test_report(void **state)
{
    (void)state;
    static const char *const begins[] = {"<!DOCTYPE html>", "# WAITING", "{\n  \"schema\": \"qemucore-report/1\"",
                                         "{"};
    struct qemucore *core = open_corpus();
    struct qemucore_error error;
    char *text;
    struct qemucore_report report = {.size = sizeof(report)};
    for (report.format = 0; report.format <= QEMUCORE_REPORT_BACKTRACE; report.format++) {
        assert_int_equal(qemucore_report_render(core, &report, &text, NULL), QEMUCORE_OK);
        assert_int_equal(strncmp(text, begins[report.format], strlen(begins[report.format])), 0);
        free(text);
    }
    assert_int_equal(qemucore_report_render(core, &report, &text, &error), QEMUCORE_INVALID);
    report = (struct qemucore_report){.size = sizeof(report), .flags = ~QEMUCORE_REPORT_REDACT};
    assert_int_equal(qemucore_report_render(core, &report, &text, &error), QEMUCORE_INVALID);
    assert_int_equal(qemucore_report_render(core, NULL, &text, NULL), QEMUCORE_OK);
    free(text);
    qemucore_close(core);
}

/* In the coroutine core one coroutine has entered another: only the page has their graph drawn. */
static void test_report_graph(void **state)
{
    (void)state;
    int drawn = 0;
    char *text;
    struct qemucore *core = corpus_open("aarch64-coroutine");
    struct qemucore_report report = {.size = sizeof(report), .draw = draw, .opaque = &drawn};
    for (report.format = 0; report.format <= QEMUCORE_REPORT_BACKTRACE; report.format++) {
        assert_int_equal(qemucore_report_render(core, &report, &text, NULL), QEMUCORE_OK);
        assert_int_equal(drawn, 1);
        assert_int_equal(strstr(text, "<svg id=\"drawn\"></svg>\n") != NULL,
                         report.format == QEMUCORE_REPORT_HTML);
        free(text);
    }
    qemucore_close(core);
}

static void test_slim(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    uint64_t bql = truth_number("qemu_global_mutex");
    struct qemucore_range scrubbed[] = {{bql + 8, bql + 12}, {bql + 4, bql + 9}};
    for (uint32_t flags = 0; flags <= QEMUCORE_SLIM_ZSTD; flags++) {
        struct sink sink = {.bytes = NULL};
        struct qemucore_slim how = {
            .size = sizeof(how),
            .flags = flags,
            .write = sink_write,
            .opaque = &sink,
            .scrubbed = scrubbed,
            .scrubbed_count = COUNT(scrubbed),
        };
        uint64_t size = 0;
        uint8_t was[64];
        uint8_t is[64];
        assert_int_equal(qemucore_slim_write(core, &how, &size, NULL), QEMUCORE_OK);
        struct qemucore_render render = {.size = sizeof(render)};
        char *text = NULL;
        assert_int_equal(qemucore_slim_render(core, "out", 1 << 20, size, &render, &text, NULL),
                         QEMUCORE_OK);
        assert_non_null(strstr(text, "out: 1.0 MiB"));
        free(text);
        text = NULL;
        render.flags = QEMUCORE_RENDER_DOT;
        assert_int_equal(qemucore_slim_render(core, "out", 1 << 20, size, &render, &text, NULL),
                         QEMUCORE_INVALID);
        assert_null(text);
        assert_true(flags != 0 ? size > sink.size : size == sink.size);
        struct qemucore *slim = open_written(&sink, flags != 0 ? "zstd" : "raw");
        assert_true(qemucore_is_complete(slim));
        assert_int_equal(qemucore_thread_count(slim), 17);
        assert_int_equal(qemucore_memory_read(core, bql - 16, was, sizeof(was), NULL),
                         QEMUCORE_OK);
        assert_int_equal(qemucore_memory_read(slim, bql - 16, is, sizeof(is), NULL),
                         QEMUCORE_OK);
        memset(was + 16 + 4, 0, 8);
        assert_memory_equal(was, is, sizeof(was));
        qemucore_close(slim);
        free(sink.bytes);
    }
    qemucore_close(core);
}

/* ---- Renderings -------------------------------------------------------------------------- */

static void assert_render_fails(struct qemucore *core, const struct qemucore_render *render,
                                enum qemucore_status status)
{
    char *text = (char *)0x1;
    struct qemucore_error error;
    assert_int_equal(qemucore_threads_render(core, render, &text, &error), status);
    assert_int_equal(error.status, status);
    assert_int_equal(qemucore_threads_render(core, render, &text, NULL), status);
    assert_ptr_equal(text, (char *)0x1);
}

static char *render_with(struct qemucore *core, const struct qemucore_render *render)
{
    char *text = NULL;
    assert_int_equal(qemucore_threads_render(core, render, &text, NULL), QEMUCORE_OK);
    assert_non_null(text);
    return text;
}

static void test_render(void **state)
{
    (void)state;
    struct qemucore *core = open_corpus();
    struct {
        struct qemucore_render render;
        unsigned char tail[16];
    } caller = {.render = {.size = sizeof(caller)}};
    char *plain = render_with(core, NULL);
    char *same = render_with(core, &caller.render);
    assert_string_equal(plain, same);
    assert_null(strchr(plain, '\033'));
    free(same);
    caller.render.size = offsetof(struct qemucore_render, flags);
    same = render_with(core, &caller.render);
    assert_string_equal(plain, same);
    free(same);
    free(plain);

    caller.render.flags = QEMUCORE_RENDER_JSON;
    caller.render.size = sizeof(caller.render);
    char *json = render_with(core, &caller.render);
    assert_non_null(strstr(json, "\"schema\": \"qemucore-threads/1\""));
    free(json);

    caller.render = (struct qemucore_render){.size = sizeof(caller)};
    caller.tail[15] = 1;
    assert_render_fails(core, &caller.render, QEMUCORE_INVALID);
    for (size_t size = 0; size < sizeof(size_t); size++) {
        caller.render.size = size;
        assert_render_fails(core, &caller.render, QEMUCORE_INVALID);
    }
    caller.render = (struct qemucore_render){.size = sizeof(caller.render), .lwp = 999999999};
    assert_render_fails(core, &caller.render, QEMUCORE_NOT_FOUND);
    caller.render = (struct qemucore_render){.size = sizeof(caller.render), .flags = 0x80000000};
    assert_render_fails(core, &caller.render, QEMUCORE_INVALID);
    qemucore_close(core);
}

/* ---- Handles ----------------------------------------------------------------------------- */

static size_t count_functions(struct qemucore_thread *thread)
{
    size_t count = 0;
    struct qemucore_frame *frame = NULL;
    while ((frame = qemucore_frame_next(thread, frame)) != NULL) {
        count += !qemucore_frame_inlined(frame) && !qemucore_frame_tail_call(frame);
    }
    return count;
}

/* The stack pointer rises from frame to frame, and registers that calls destroy are not known. */
static void test_registers(void **state)
{
    (void)state;
    struct qemucore_options options = {.size = sizeof(options), .executable = exe_path};
    struct qemucore *core = open_with(core_path, &options);
    struct qemucore_error error;
    struct qemucore_thread *thread = NULL;
    while ((thread = qemucore_thread_next(core, thread)) != NULL) {
        uint64_t inner_sp = 0;
        bool called_inlined = false;
        struct qemucore_frame *frame = NULL;
        while ((frame = qemucore_frame_next(thread, frame)) != NULL) {
            uint64_t value = 0;
            if (qemucore_frame_tail_call(frame)) {
                assert_int_equal(qemucore_frame_register(frame, "rsp", &value, NULL),
                                 QEMUCORE_ABSENT); /* replaced by the function it jumped to */
                continue;
            }
            assert_int_equal(qemucore_frame_register(frame, "rsp", &value, NULL), QEMUCORE_OK);
            /* An inlined call shares the frame of the function around it. */
            assert_true(called_inlined ? value == inner_sp : value > inner_sp);
            called_inlined = qemucore_frame_inlined(frame);
            inner_sp = value;
            value = 42;
            assert_int_equal(qemucore_frame_register(frame, "x0", &value, &error),
                             QEMUCORE_NOT_FOUND);
            assert_non_null(strstr(error.message, "x0"));
            enum qemucore_status status = qemucore_frame_register(frame, "rcx", &value, NULL);
            assert_int_equal(status,
                             qemucore_frame_level(frame) == 0 ? QEMUCORE_OK : QEMUCORE_ABSENT);
            assert_true(status == QEMUCORE_OK || value == 42);
        }
    }
    assert_int_equal(qemucore_frame_register(
                         qemucore_frame_next(qemucore_thread_next(core, NULL), NULL), NULL, NULL,
                         &error),
                     QEMUCORE_INVALID);
    qemucore_close(core);
}

/* Two handles on the same core, with different options, used in turn: each has its own answers, and
   one goes on when the other is closed. */
static void test_two_handles(void **state)
{
    (void)state;
    struct qemucore_options few_options = {
        .size = sizeof(few_options), .executable = exe_path, .max_frames = 2};
    struct qemucore *all = open_corpus();
    struct qemucore *few = open_with(core_path, &few_options);
    struct qemucore_thread *thread_of_all = qemucore_thread_next(all, NULL);
    struct qemucore_thread *thread_of_few = qemucore_thread_next(few, NULL);
    assert_ptr_not_equal(thread_of_all, thread_of_few);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(qemucore_thread_lwp(thread_of_all), qemucore_thread_lwp(thread_of_few));
        struct qemucore_frame *left = qemucore_frame_next(thread_of_all, NULL);
        struct qemucore_frame *right = qemucore_frame_next(thread_of_few, NULL);
        assert_true(qemucore_frame_pc(left) == qemucore_frame_pc(right));
        assert_string_equal(qemucore_frame_function(left), qemucore_frame_function(right));
        assert_int_equal(count_functions(thread_of_few), 2);
        assert_false(qemucore_thread_end_is_outermost(thread_of_few));
        assert_non_null(strstr(qemucore_thread_end(thread_of_few), "2 frames"));
        assert_true(count_functions(thread_of_all) > 2);
        thread_of_all = qemucore_thread_next(all, thread_of_all);
        thread_of_few = qemucore_thread_next(few, thread_of_few);
    }
    struct qemucore_symbol symbol = {.size = sizeof(symbol)};
    assert_int_equal(qemucore_symbol_by_name(few, "cpus_queue", &symbol, NULL), QEMUCORE_OK);
    qemucore_close(few);
    assert_int_equal(qemucore_symbol_by_name(all, "cpus_queue", &symbol, NULL), QEMUCORE_OK);
    assert_true(symbol.address == truth_number("cpus_queue"));
    while (thread_of_all != NULL) {
        assert_true(count_functions(thread_of_all) > 2);
        thread_of_all = qemucore_thread_next(all, thread_of_all);
    }
    qemucore_close(all);
}

static void test_version(void **state)
{
    (void)state;
    unsigned major;
    unsigned minor;
    unsigned patch;
    assert_int_equal(sscanf(qemucore_version(), "%u.%u.%u", &major, &minor, &patch), 3);
    assert_string_equal(qemucore_status_name(QEMUCORE_OK), "ok");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_arguments),
        cmocka_unit_test(test_open_sizes),
        cmocka_unit_test(test_strings_are_copied),
        cmocka_unit_test(test_close_null),
        cmocka_unit_test(test_process),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_walks),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_memory_of_module),
        cmocka_unit_test(test_waits),
        cmocka_unit_test(test_vcpus),
        cmocka_unit_test(test_machine),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_contexts),
        cmocka_unit_test(test_locks),
        cmocka_unit_test(test_lock_decode),
        cmocka_unit_test(test_lock_renderings),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_symbols),
        cmocka_unit_test(test_symbol_of_other_sizes),
        cmocka_unit_test(test_symbols_of_frames),
        cmocka_unit_test(test_objects),
        cmocka_unit_test(test_variables_stay),
        cmocka_unit_test(test_frame_objects),
        cmocka_unit_test(test_guest_memory),
        cmocka_unit_test(test_slim_arguments),
        cmocka_unit_test(test_snapshot_arguments),
        cmocka_unit_test(test_report),
        cmocka_unit_test(test_report_graph),
        cmocka_unit_test(test_slim),
        cmocka_unit_test(test_render),
        cmocka_unit_test(test_registers),
        cmocka_unit_test(test_two_handles),
        cmocka_unit_test(test_version),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
