/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz_live - any bytes as what the kernel told of a process: notes of a snapshot, folders of /proc
 *
 * Byte 0 chooses what the rest is. 0, 1 and 2: the content of a note about the process, its
 * descriptors or a thread; 4 more: in the other byte order. 3: the files of a thread's folder,
 * separated by a byte 0xff.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks.h"
#include "core/live.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef bool write_function(struct qc_live_bytes *bytes, const void *facts);

static bool write_process(struct qc_live_bytes *bytes, const void *facts)
{
    return qc_live_write_process(facts, bytes);
}

static bool write_descriptors(struct qc_live_bytes *bytes, const void *facts)
{
    return qc_live_write_descriptors(facts, bytes);
}

static bool write_thread(struct qc_live_bytes *bytes, const void *facts)
{
    return qc_live_write_thread(facts, bytes);
}

/* Facts that were read from `bytes` are written as the same bytes. Frees `bytes`. */
static void check_round_trip(write_function *write, const void *facts, struct qc_live_bytes *bytes)
{
    struct qc_live_bytes again = {0};
    check(write(&again, facts));
    check(again.count == bytes->count && memcmp(again.items, bytes->items, again.count) == 0);
    qc_vec_free(&again);
    qc_vec_free(bytes);
}

static void check_live(const uint8_t *data, size_t size, bool of_process, bool swapped)
{
    enum qemucore_status (*read)(const uint8_t *, size_t, bool, struct qc_live *) =
        of_process ? qc_live_read_process : qc_live_read_descriptors;
    write_function *write = of_process ? write_process : write_descriptors;
    bool big_endian = (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) != swapped;
    struct qc_live live = {0};
    struct qc_live again = {0};
    struct qc_live_bytes bytes = {0};
    if (read(data, size, big_endian, &live) == QEMUCORE_OK) {
        check(write(&bytes, &live));
        check(read(bytes.items, bytes.count, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__, &again) ==
              QEMUCORE_OK);
        check_round_trip(write, &again, &bytes);
        check(live.descriptors.count == 0 || qc_live_target(&live, live.descriptors.items[0].fd) ==
                                                 live.descriptors.items[0].target);
    }
    qc_live_clear(&live);
    qc_live_clear(&again);
}

static void check_task(const struct qc_task *task)
{
    char *function = qc_task_function(task);
    check(function == NULL || strchr(function, '\n') == NULL);
    qc_task_is_kernel_made(task);
    free(function);
}

static void check_thread(const uint8_t *data, size_t size, bool swapped)
{
    bool big_endian = (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) != swapped;
    struct qc_live_thread thread = {0};
    struct qc_live_thread again = {0};
    struct qc_live_bytes bytes = {0};
    if (qc_live_read_thread(data, size, big_endian, &thread) == QEMUCORE_OK) {
        check(thread.lwp > 0 && qc_caught_name(thread.caught) != NULL);
        check_task(&thread.task);
        check(write_thread(&bytes, &thread));
        check(qc_live_read_thread(bytes.items, bytes.count, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,
                                  &again) == QEMUCORE_OK);
        check_round_trip(write_thread, &again, &bytes);
    }
    qc_task_clear(&thread.task);
    qc_task_clear(&again.task);
}

/* ---- folders ----------------------------------------------------------------------------------- */

static const char *const names[] = {"stat", "schedstat", "status", "comm", "wchan", "stack"};
static char folder[PATH_MAX];

static void remove_folder(void)
{
    char path[PATH_MAX + 64];
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        snprintf(path, sizeof(path), "%s/task/1/%s", folder, names[i]);
        unlink(path);
    }
    snprintf(path, sizeof(path), "%s/task/1", folder);
    rmdir(path);
    snprintf(path, sizeof(path), "%s/task", folder);
    rmdir(path);
    rmdir(folder);
}

static void make_folder(void)
{
    char path[PATH_MAX + 64];
    const char *parent = getenv("TMPDIR");
    snprintf(folder, sizeof(folder), "%s/qemucore-fuzz.XXXXXX", parent == NULL ? "/tmp" : parent);
    check(mkdtemp(folder) != NULL && atexit(remove_folder) == 0);
    snprintf(path, sizeof(path), "%s/task", folder);
    check(mkdir(path, 0700) == 0);
    snprintf(path, sizeof(path), "%s/task/1", folder);
    check(mkdir(path, 0700) == 0);
}

static void write_file(const char *name, const uint8_t *data, size_t size)
{
    char path[PATH_MAX + 64];
    snprintf(path, sizeof(path), "%s/task/1/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    close(fd);
}

static void visit(void *opaque, struct qc_task *task)
{
    check(task->tid > 0);
    check_task(task);
    ++*(unsigned *)opaque;
}

static void check_folder(const uint8_t *data, size_t size)
{
    unsigned count = 0;
    if (folder[0] == '\0') {
        make_folder();
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const uint8_t *end = size == 0 ? NULL : memchr(data, 0xff, size);
        size_t length = end == NULL ? size : (size_t)(end - data);
        write_file(names[i], data, length);
        data += end == NULL ? length : length + 1;
        size -= end == NULL ? length : length + 1;
    }
    int directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    check(directory >= 0 && qc_task_each(directory, visit, &count) == QEMUCORE_OK && count == 1);
    close(directory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    switch (data[0] % 4) {
    case 0:
    case 1:
        check_live(data + 1, size - 1, data[0] % 4 == 0, (data[0] & 4) != 0);
        break;
    case 2:
        check_thread(data + 1, size - 1, (data[0] & 4) != 0);
        break;
    default:
        check_folder(data + 1, size - 1);
    }
    return 0;
}
