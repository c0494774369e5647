/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/live.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "core/core_limits.h"

/* Flags of a thread's note. */
#define RUNS_ARE_KNOWN 1u
#define RAN_LATELY 2u

void qc_live_clear(struct qc_live *live)
{
    qc_vec_free_each(&live->descriptors, item, free(item->target));
    free(live->why_left_out);
    *live = (struct qc_live){0};
}

const char *qc_live_target(const struct qc_live *live, int fd)
{
    const struct qc_live_descriptor *found = qc_vec_find(&live->descriptors, at, at->fd == fd);
    return found == NULL ? NULL : found->target;
}

const char *qc_caught_name(enum qc_caught caught)
{
    static const char *const names[] = {
        [QC_CAUGHT_DEAD] = NULL,       [QC_CAUGHT_STOPPED] = "stopped",
        [QC_CAUGHT_ASLEEP] = "asleep", [QC_CAUGHT_RAN] = "ran",
        [QC_CAUGHT_ON_CPU] = "on_cpu", [QC_CAUGHT_MISSED] = "missed",
    };
    return names[caught];
}

/* ---- reading ------------------------------------------------------------------------------- */

/* Reads the version. Later versions only append members, so that they can be read too. */
static bool is_known_version(struct qc_cursor *cursor)
{
    return qc_cursor_u32(cursor) >= QC_LIVE_VERSION && !cursor->failed;
}

/* Copies a text; an empty one becomes NULL. QEMUCORE_CORRUPT: the note ends before, or inside. */
static enum qemucore_status take_text(struct qc_cursor *cursor, char **ret)
{
    const char *text = qc_cursor_string(cursor);
    if (text == NULL) {
        return QEMUCORE_CORRUPT;
    }
    *ret = *text == '\0' ? NULL : strdup(text);
    return *text == '\0' || *ret != NULL ? QEMUCORE_OK : QEMUCORE_NO_MEMORY;
}

enum qemucore_status qc_live_read_process(const uint8_t *data, size_t size, bool big_endian,
                                          struct qc_live *ret)
{
    struct qc_cursor cursor = qc_cursor_new(data, size, big_endian);
    if (!is_known_version(&cursor)) {
        return QEMUCORE_CORRUPT;
    }
    ret->pid = (int)qc_cursor_u32(&cursor);
    ret->monotonic_ns = qc_cursor_u64(&cursor);
    ret->realtime_ns = qc_cursor_u64(&cursor);
    ret->pause_ns = qc_cursor_u64(&cursor);
    ret->copy_ns = qc_cursor_u64(&cursor);
    ret->left_out = qc_cursor_u64(&cursor);
    /* Times in nanoseconds are far below 2^62. The check keeps the sum of two below 2^63. */
    if (ret->monotonic_ns > INT64_MAX / 2 || ret->realtime_ns > INT64_MAX / 2 ||
        ret->copy_ns > INT64_MAX / 2) {
        return QEMUCORE_CORRUPT;
    }
    enum qemucore_status status = take_text(&cursor, &ret->why_left_out);
    ret->is_live = status == QEMUCORE_OK;
    return status;
}

enum qemucore_status qc_live_read_descriptors(const uint8_t *data, size_t size, bool big_endian,
                                              struct qc_live *ret)
{
    struct qc_cursor cursor = qc_cursor_new(data, size, big_endian);
    if (!is_known_version(&cursor)) {
        return QEMUCORE_CORRUPT;
    }
    uint32_t count = qc_cursor_u32(&cursor);
    for (uint32_t i = 0; i < count && i < QC_LIMIT_DESCRIPTORS; i++) {
        int fd = (int)qc_cursor_u32(&cursor);
        char *target = NULL;
        QC_TRY(take_text(&cursor, &target));
        if (!qc_vec_push(&ret->descriptors,
                         (struct qc_live_descriptor){.fd = fd, .target = target})) {
            free(target);
            return QEMUCORE_NO_MEMORY;
        }
    }
    return cursor.failed || count > QC_LIMIT_DESCRIPTORS ? QEMUCORE_CORRUPT : QEMUCORE_OK;
}

enum qemucore_status qc_live_read_thread(const uint8_t *data, size_t size, bool big_endian,
                                         struct qc_live_thread *ret)
{
    struct qc_cursor cursor = qc_cursor_new(data, size, big_endian);
    if (!is_known_version(&cursor)) {
        return QEMUCORE_CORRUPT;
    }
    struct qc_task *task = &ret->task;
    ret->lwp = (int)qc_cursor_u32(&cursor);
    task->tid = ret->lwp;
    uint32_t caught = qc_cursor_u32(&cursor);
    uint32_t state = qc_cursor_u32(&cursor);
    task->flags = qc_cursor_u32(&cursor);
    uint32_t ran = qc_cursor_u32(&cursor);
    task->has_run = (ran & RUNS_ARE_KNOWN) != 0;
    task->ran_lately = (ran & RAN_LATELY) != 0;
    ret->known = qc_cursor_u64(&cursor);
    task->run_ns = qc_cursor_u64(&cursor);
    task->runs = qc_cursor_u64(&cursor);
    task->state = state > ' ' && state < 0x7f ? (char)state : 0;
    /* A later version may have other values, unknown to this one. */
    ret->caught = caught >= QC_CAUGHT_STOPPED && caught <= QC_CAUGHT_MISSED
                      ? (enum qc_caught)caught
                      : QC_CAUGHT_MISSED;
    char **const texts[] = {&task->comm, &task->wchan, &task->stack};
    enum qemucore_status status = ret->lwp > 0 ? QEMUCORE_OK : QEMUCORE_CORRUPT;
    for (size_t i = 0; i < qc_count(texts) && status == QEMUCORE_OK; i++) {
        status = take_text(&cursor, texts[i]);
    }
    return status;
}

/* ---- from a folder of /proc ----------------------------------------------------------------- */

QC_DEFINE_ORDER(compare_descriptors, struct qc_live_descriptor, qc_compare(a->fd, b->fd))

static bool descriptor_add(int folder, const char *name, struct qc_live *ret)
{
    char target[PATH_MAX];
    ssize_t length = readlinkat(folder, name, target, sizeof(target) - 1);
    if (length < 0) {
        return true; /* was closed in the meantime */
    }
    target[length] = '\0';
    struct qc_live_descriptor *added = qc_vec_add(&ret->descriptors);
    if (added == NULL) {
        return false;
    }
    *added = (struct qc_live_descriptor){.fd = atoi(name), .target = strdup(target)};
    return added->target != NULL;
}

bool qc_live_descriptors_read(int directory, struct qc_live *ret)
{
    QC_FOLDER DIR *folder = qc_folder_open(directory, "fd");
    const struct dirent *entry;
    bool done = true;
    while (folder != NULL && done && !ret->has_more_descriptors &&
           (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9') {
            continue;
        }
        ret->has_more_descriptors = ret->descriptors.count == QC_LIMIT_DESCRIPTORS;
        done = ret->has_more_descriptors || descriptor_add(dirfd(folder), entry->d_name, ret);
    }
    qc_vec_sort(&ret->descriptors, compare_descriptors);
    return done;
}

/* ---- writing ------------------------------------------------------------------------------- */

bool qc_live_put(struct qc_live_bytes *bytes, const void *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!qc_vec_push(bytes, data == NULL ? 0 : ((const uint8_t *)data)[i])) {
            return false;
        }
    }
    return true;
}

static bool put_u32(struct qc_live_bytes *bytes, uint32_t value)
{
    return qc_live_put(bytes, &value, sizeof(value));
}

static bool put_u64(struct qc_live_bytes *bytes, uint64_t value)
{
    return qc_live_put(bytes, &value, sizeof(value));
}

static bool put_text(struct qc_live_bytes *bytes, const char *text)
{
    text = qc_str_or(text, "");
    return qc_live_put(bytes, text, strlen(text) + 1);
}

bool qc_live_write_process(const struct qc_live *live, struct qc_live_bytes *bytes)
{
    return put_u32(bytes, QC_LIVE_VERSION) && put_u32(bytes, (uint32_t)live->pid) &&
           put_u64(bytes, live->monotonic_ns) && put_u64(bytes, live->realtime_ns) &&
           put_u64(bytes, live->pause_ns) && put_u64(bytes, live->copy_ns) &&
           put_u64(bytes, live->left_out) && put_text(bytes, live->why_left_out);
}

bool qc_live_write_descriptors(const struct qc_live *live, struct qc_live_bytes *bytes)
{
    bool done = put_u32(bytes, QC_LIVE_VERSION) &&
                put_u32(bytes, (uint32_t)live->descriptors.count);
    for (size_t i = 0; done && i < live->descriptors.count; i++) {
        done = put_u32(bytes, (uint32_t)live->descriptors.items[i].fd) &&
               put_text(bytes, live->descriptors.items[i].target);
    }
    return done;
}

bool qc_live_write_thread(const struct qc_live_thread *thread, struct qc_live_bytes *bytes)
{
    const struct qc_task *task = &thread->task;
    uint32_t ran = (task->has_run ? RUNS_ARE_KNOWN : 0) | (task->ran_lately ? RAN_LATELY : 0);
    return put_u32(bytes, QC_LIVE_VERSION) && put_u32(bytes, (uint32_t)thread->lwp) &&
           put_u32(bytes, thread->caught) && put_u32(bytes, (uint32_t)task->state) &&
           put_u32(bytes, task->flags) && put_u32(bytes, ran) &&
           put_u64(bytes, thread->known) && put_u64(bytes, task->run_ns) &&
           put_u64(bytes, task->runs) && put_text(bytes, task->comm) &&
           put_text(bytes, task->wchan) && put_text(bytes, task->stack);
}
