/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_open - opening a core by path, descriptor or a function of the caller; and ending long calls
 *
 * The core is that of corpus/x86_64-seed. However it is opened, the answers are the same.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base.h"
#include "bytes/bytes.h"
#include "corpus.h"
#include "qemucore.h"

struct file {
    uint8_t *bytes;
    size_t size;
};

static char core_path[CORPUS_PATH];
static char exe_path[CORPUS_PATH];
static struct file compressed; /* the core as it is stored: one frame of zstd */
static struct file raw;    /* the same core, decompressed */
static struct file program; /* its executable, with debug info */

static struct file inflate(const char *path)
{
    struct file file = {0};
    struct qc_bytes *bytes;
    const uint8_t *data;
    size_t there;
    assert_int_equal(qc_bytes_open(path, NULL, &bytes, NULL), QEMUCORE_OK);
    while ((there = qc_bytes_peek(bytes, 1, &data)) != 0) {
        file.bytes = realloc(file.bytes, file.size + there);
        memcpy(file.bytes + file.size, data, there);
        file.size += there;
        qc_bytes_consume(bytes, there);
    }
    qc_bytes_close(bytes);
    return file;
}

static struct file load(const char *path)
{
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    struct file file = {.bytes = malloc(1 << 20)};
    file.size = fread(file.bytes, 1, 1 << 20, stream);
    fclose(stream);
    return file;
}

static int setup(void **state)
{
    (void)state;
    corpus_path(core_path, "x86_64-seed", "core.zst");
    corpus_path(exe_path, "x86_64-seed", "exe.zst");
    compressed = load(core_path);
    raw = inflate(core_path);
    program = inflate(exe_path);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(compressed.bytes);
    free(raw.bytes);
    free(program.bytes);
    return 0;
}

static int descriptor_of(const struct file *file)
{
    int fd = memfd_create("qemucore-test", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, file->bytes, file->size), file->size);
    return fd;
}

/* ---- sources -------------------------------------------------------------------------------- */

/* A source that serves at most 1000 bytes at a time, and remembers the reads. */
struct served {
    const struct file *file;
    uint64_t next;   /* offset after the last read */
    uint64_t read;   /* bytes read in all */
    bool jumped;     /* a read did not continue the one before */
    int64_t answer;  /* returned instead of bytes; 0: none */
};

static int64_t serve(void *opaque, uint64_t offset, void *buffer, size_t size)
{
    struct served *served = opaque;
    if (served->answer != 0) {
        return served->answer;
    }
    uint64_t left = offset < served->file->size ? served->file->size - offset : 0;
    size = left < size ? (size_t)left : size;
    size = size < 1000 ? size : 1000;
    memcpy(buffer, served->file->bytes + offset, size);
    served->jumped |= offset != served->next;
    served->next = offset + size;
    served->read += size;
    return (int64_t)size;
}

static struct qemucore_source source_of(struct served *served, uint32_t flags, const char *name)
{
    return (struct qemucore_source){
        .size = sizeof(struct qemucore_source),
        .length = flags == QEMUCORE_SOURCE_FORWARD ? 0 : served->file->size,
        .flags = flags,
        .read = serve,
        .opaque = served,
        .name = name,
    };
}

static struct qemucore_options options_with_program(void)
{
    return (struct qemucore_options){.size = sizeof(struct qemucore_options),
                                     .executable = exe_path,
                                     .flags = QEMUCORE_NO_HOST_FILES};
}

/* Returns the document of all threads' stacks, and closes the core. */
static char *stacks_of(struct qemucore *core)
{
    struct qemucore_render render = {.size = sizeof(render),
                                     .flags = QEMUCORE_RENDER_JSON | QEMUCORE_RENDER_BACKTRACE |
                                              QEMUCORE_RENDER_LOCALS};
    char *text = NULL;
    assert_int_equal(qemucore_threads_render(core, &render, &text, NULL), QEMUCORE_OK);
    assert_non_null(strstr(text, "\"function\""));
    qemucore_close(core);
    return text;
}

static char *stacks_by_path(void)
{
    struct qemucore_options options = options_with_program();
    struct qemucore *core = NULL;
    assert_int_equal(qemucore_open(core_path, &options, &core, NULL), QEMUCORE_OK);
    return stacks_of(core);
}

static struct qemucore *open_served(struct served *served, uint32_t flags, const char *name,
                                    const struct qemucore_options *options)
{
    struct qemucore_source source = source_of(served, flags, name);
    struct qemucore *core = NULL;
    struct qemucore_error error = {0};
    if (qemucore_open_source(&source, options, &core, &error) != QEMUCORE_OK) {
        fail_msg("%s", error.message);
    }
    return core;
}

static void test_source(void **state)
{
    (void)state;
    struct qemucore_options options = options_with_program();
    QC_FREE char *expected = stacks_by_path();
    for (uint32_t flags = 0; flags <= QEMUCORE_SOURCE_FORWARD; flags++) {
        struct served served = {.file = &compressed};
        struct qemucore *core = open_served(&served, flags, core_path, &options);
        assert_string_equal(qemucore_container(core), "zstd");
        assert_string_equal(qemucore_path(core), core_path);
        QC_FREE char *text = stacks_of(core);
        assert_string_equal(text, expected);
        assert_true(flags == 0 || !served.jumped);
    }
}

/* Only the needed parts of a raw source are read, as of a raw file. */
static void test_source_raw(void **state)
{
    (void)state;
    struct qemucore_options options = options_with_program();
    int fd = descriptor_of(&raw);
    char name[64];
    snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    struct qemucore *core = NULL;
    assert_int_equal(qemucore_open_fd(fd, &options, &core, NULL), QEMUCORE_OK);
    assert_string_equal(qemucore_path(core), name);
    QC_FREE char *expected = stacks_of(core);
    assert_int_equal(lseek(fd, 0, SEEK_CUR), raw.size); /* as it was left by writing */
    struct served served = {.file = &raw};
    QC_FREE char *text = stacks_of(open_served(&served, 0, name, &options));
    assert_string_equal(text, expected);
    assert_true(served.jumped && served.read < raw.size / 2);
    served = (struct served){.file = &raw};
    QC_FREE char *forward = stacks_of(open_served(&served, QEMUCORE_SOURCE_FORWARD, name, &options));
    assert_string_equal(forward, expected);
    assert_true(!served.jumped && served.read == raw.size);
    close(fd);
}

static enum qemucore_status append(void *opaque, const void *bytes, size_t size,
                                   struct qemucore_error *error)
{
    (void)error;
    struct file *file = opaque;
    file->bytes = realloc(file->bytes, file->size + size);
    memcpy(file->bytes + file->size, bytes, size);
    file->size += size;
    return QEMUCORE_OK;
}

/* Writes a slim core of a source. Its seek table makes a later source decode only wanted frames. */
static void test_source_slim_and_jumps(void **state)
{
    (void)state;
    struct qemucore_options options = options_with_program();
    struct served served = {.file = &compressed};
    struct file slim = {0};
    struct qemucore_slim how = {.size = sizeof(how),
                                .flags = QEMUCORE_SLIM_ZSTD,
                                .write = append,
                                .opaque = &slim};
    struct qemucore *core = open_served(&served, 0, NULL, &options);
    assert_string_equal(qemucore_path(core), "a source");
    assert_int_equal(qemucore_slim_write(core, &how, NULL, NULL), QEMUCORE_OK);
    qemucore_close(core);
    served = (struct served){.file = &compressed};
    core = open_served(&served, QEMUCORE_SOURCE_FORWARD, NULL, &options);
    assert_int_equal(qemucore_slim_write(core, &how, NULL, NULL), QEMUCORE_UNSUPPORTED);
    qemucore_close(core);

    served = (struct served){.file = &slim};
    struct qemucore_source source = source_of(&served, 0, core_path);
    struct qc_bytes *bytes;
    assert_int_equal(qc_bytes_open_given(&source, NULL, &bytes, NULL), QEMUCORE_OK);
    uint64_t before = qc_bytes_decoded(bytes);
    assert_int_equal(qc_bytes_seek(bytes, 4 << 20, NULL), QEMUCORE_OK);
    const uint8_t *data;
    assert_true(qc_bytes_peek(bytes, 16, &data) >= 16);
    assert_memory_equal(data, raw.bytes + (4 << 20), 16);
    assert_true(qc_bytes_decoded(bytes) - before <= 1 << 20);
    qc_bytes_close(bytes);
    QC_FREE char *expected = stacks_by_path();
    QC_FREE char *text = stacks_of(open_served(&served, 0, core_path, &options));
    assert_string_equal(text, expected);
    free(slim.bytes);
}

static void assert_source_fails(const struct qemucore_source *source, enum qemucore_status status,
                                int os_errno)
{
    struct qemucore *core = NULL;
    struct qemucore_error error = {0};
    assert_int_equal(qemucore_open_source(source, NULL, &core, &error), status);
    assert_int_equal(error.status, status);
    assert_int_equal(error.os_errno, os_errno);
    assert_null(core);
}

static void test_source_fails(void **state)
{
    (void)state;
    struct served served = {.file = &compressed, .answer = -EACCES};
    struct qemucore_source source = source_of(&served, 0, NULL);
    assert_source_fails(NULL, QEMUCORE_INVALID, 0);
    assert_source_fails(&source, QEMUCORE_SYSTEM, EACCES);
    served.answer = 1 << 30; /* more than the buffer holds */
    assert_source_fails(&source, QEMUCORE_SYSTEM, EIO);
    served.answer = INT64_MIN;
    assert_source_fails(&source, QEMUCORE_SYSTEM, EIO);
    source.flags = 2;
    assert_source_fails(&source, QEMUCORE_INVALID, 0);
    source = source_of(&served, 0, NULL);
    source.read = NULL;
    assert_source_fails(&source, QEMUCORE_INVALID, 0);
    struct qemucore *core = NULL;
    assert_int_equal(qemucore_open_fd(-1, NULL, &core, NULL), QEMUCORE_INVALID);

    /* A source that is shorter than it said: the bytes that it has are used. */
    struct file half = {.bytes = raw.bytes, .size = raw.size / 2};
    served = (struct served){.file = &half};
    source = source_of(&served, 0, NULL);
    source.length = raw.size;
    assert_int_equal(qemucore_open_source(&source, NULL, &core, NULL), QEMUCORE_OK);
    assert_true(qemucore_thread_count(core) > 1);
    qemucore_close(core);
}

/* ---- files that others provide -------------------------------------------------------------- */

struct provider {
    bool executable; /* which file it has: the executable, or the debug file */
    bool wrong;      /* it returns a different file */
    bool by_path;
    size_t asked;
};

static int provide(void *opaque, bool executable, const uint8_t *build_id, size_t size, char **path)
{
    struct provider *provider = opaque;
    assert_true(size >= 8 && build_id != NULL);
    provider->asked++;
    if (executable != provider->executable) {
        return -1;
    }
    if (provider->by_path) {
        *path = strdup(exe_path);
        return -1;
    }
    return descriptor_of(provider->wrong ? &raw : &program);
}

/* Tells whether the innermost frame has a function name. It needs no unwinding. */
static bool has_names(const struct qemucore_options *options)
{
    struct qemucore *core = NULL;
    assert_int_equal(qemucore_open(core_path, options, &core, NULL), QEMUCORE_OK);
    struct qemucore_thread *thread = qemucore_thread_next(core, NULL);
    bool has = qemucore_frame_function(qemucore_frame_next(thread, NULL)) != NULL;
    qemucore_close(core);
    return has;
}

static void test_provider(void **state)
{
    (void)state;
    struct provider provider = {.executable = true};
    struct qemucore_options options = {.size = sizeof(options),
                                       .flags = QEMUCORE_NO_HOST_FILES,
                                       .provide = provide,
                                       .provide_opaque = &provider};
    assert_true(has_names(&options));
    provider = (struct provider){.executable = true, .by_path = true};
    assert_true(has_names(&options));
    provider = (struct provider){.executable = false}; /* as a debug file */
    assert_true(has_names(&options));
    provider = (struct provider){.executable = true, .wrong = true};
    assert_false(has_names(&options));
    assert_true(provider.asked != 0);
    options.provide = NULL;
    assert_false(has_names(&options));
}

/* ---- giving up ------------------------------------------------------------------------------ */

static bool refuse(void *opaque, uint64_t done, uint64_t total)
{
    (void)total;
    *(uint64_t *)opaque = done;
    return false;
}

static void test_cancel(void **state)
{
    (void)state;
    uint64_t done = 0;
    struct served served = {.file = &raw};
    struct qemucore_options options = options_with_program();
    options.progress = refuse;
    options.progress_opaque = &done;
    struct qemucore_source source = source_of(&served, QEMUCORE_SOURCE_FORWARD, NULL);
    struct qemucore *core = NULL;
    struct qemucore_error error = {0};
    assert_int_equal(qemucore_open_source(&source, &options, &core, &error), QEMUCORE_CANCELLED);
    assert_int_equal(error.status, QEMUCORE_CANCELLED);
    assert_string_equal(qemucore_status_name(error.status), "cancelled");
    assert_null(core);
    assert_true(done >= 4 << 20 && served.read < raw.size);
}

static void test_deadline(void **state)
{
    (void)state;
    struct qemucore_options options = options_with_program();
    struct qemucore *core = NULL;
    struct qemucore_error error = {0};
    options.deadline = 1; /* a nanosecond after the machine began */
    assert_int_equal(qemucore_open(core_path, &options, &core, &error), QEMUCORE_TIMED_OUT);
    assert_non_null(strstr(error.message, "the time limit has passed"));
    assert_null(core);

    options.deadline = 0;
    assert_int_equal(qemucore_open(core_path, &options, &core, NULL), QEMUCORE_OK);
    assert_true(qemucore_is_complete(core));
    qemucore_deadline_set(core, 1);
    struct qemucore_thread *thread = qemucore_thread_next(core, NULL);
    assert_true(qemucore_thread_lwp(thread) > 0); /* known since the core was opened */
    assert_null(qemucore_frame_next(thread, NULL));
    assert_string_equal(qemucore_thread_end(thread), "the time limit has passed");
    const struct qemucore_missing *missing = qemucore_missing_next(core, NULL);
    assert_int_equal(qemucore_missing_status(missing), QEMUCORE_TIMED_OUT);
    assert_null(qemucore_missing_next(core, missing)); /* reported once */
    assert_string_equal(qemucore_verdict(core, NULL, NULL), "unknown");
    qemucore_close(core);
}

static void count_warning(void *opaque, const struct qemucore_missing *missing)
{
    size_t *count = opaque;
    assert_true(qemucore_missing_sentence(missing)[0] != '\0');
    ++*count;
}

static void test_warnings(void **state)
{
    (void)state;
    size_t count = 0;
    struct file cut = {.bytes = compressed.bytes, .size = compressed.size - 200};
    struct served served = {.file = &cut};
    struct qemucore_options options = options_with_program();
    options.warning = count_warning;
    options.warning_opaque = &count;
    struct qemucore *core = open_served(&served, 0, NULL, &options);
    size_t listed = 0;
    const struct qemucore_missing *missing = NULL;
    while ((missing = qemucore_missing_next(core, missing)) != NULL) {
        listed++;
    }
    assert_true(count != 0 && count == listed);
    qemucore_close(core);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_source),
        cmocka_unit_test(test_source_raw),
        cmocka_unit_test(test_source_slim_and_jumps),
        cmocka_unit_test(test_source_fails),
        cmocka_unit_test(test_provider),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_warnings),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
