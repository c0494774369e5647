/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "api/handle.h"
#include "base/base.h"
#include "bytes/bytes.h"
#include "modules/modules.h"
#include "unwind/unwind.h"

static enum qemucore_status options_check(const struct qemucore_options *options,
                                          struct qemucore_error *error)
{
    if ((options->flags & ~(QEMUCORE_NO_HOST_FILES | QEMUCORE_DEBUGINFOD | QEMUCORE_SHOW_SECRETS)) !=
        0) {
        return qc_error_set(error, QEMUCORE_INVALID, "options.flags 0x%x", options->flags);
    }
    QC_FAIL_IF((options->flags & QEMUCORE_DEBUGINFOD) != 0 && !qc_debuginfod_available(),
               error, QEMUCORE_UNSUPPORTED, "this library was built without libdebuginfod");
    QC_FAIL_IF(options->window_limit > QC_LIMIT_WINDOW_MAX, error, QEMUCORE_INVALID,
               "options.window_limit %llu: at most %llu", (unsigned long long)options->window_limit,
               (unsigned long long)QC_LIMIT_WINDOW_MAX);
    QC_FAIL_IF(options->reserved != 0, error, QEMUCORE_INVALID, "options.reserved is not 0");
    QC_FAIL_IF(options->debuginfo_path_count != 0 && options->debuginfo_paths == NULL,
               error, QEMUCORE_INVALID, "options.debuginfo_paths is NULL");
    return QEMUCORE_OK;
}

static bool copy_string(const char *from, char **to)
{
    *to = from == NULL ? NULL : strdup(from);
    return from == NULL || *to != NULL;
}

static bool copy_strings(struct qemucore *core, const struct qemucore_options *options)
{
    if (!copy_string(options->executable, &core->executable) ||
        !copy_string(options->sysroot, &core->sysroot)) {
        return false;
    }
    core->debuginfo_paths =
        calloc(options->debuginfo_path_count + 1, sizeof(*core->debuginfo_paths));
    for (size_t i = 0; core->debuginfo_paths != NULL && i < options->debuginfo_path_count; i++) {
        if (!copy_string(options->debuginfo_paths[i], &core->debuginfo_paths[i])) {
            return false;
        }
        core->debuginfo_path_count++;
    }
    return core->debuginfo_paths != NULL;
}

static void secrets_hide(struct qc_core *core, bool show)
{
    core->shows_secrets = show;
    memcpy(core->shown_command_line, core->command_line, sizeof(core->command_line));
    if (!show) {
        qc_secrets_hide(core->shown_command_line, ' ');
    }
}

/* Where the bytes come from: the first of path and source that is not NULL, else fd. */
struct input {
    const char *name;
    const char *path;
    const struct qemucore_source *source;
    int fd;
};

static enum qemucore_status input_open(const struct input *input,
                                       const struct qc_bytes_options *options,
                                       struct qc_bytes **ret, struct qemucore_error *error)
{
    return input->path != NULL     ? qc_bytes_open(input->path, options, ret, error)
           : input->source != NULL ? qc_bytes_open_given(input->source, options, ret, error)
                                   : qc_bytes_open_fd(input->fd, options, ret, error);
}

static enum qemucore_status dump_load(struct qemucore *core, const struct input *input,
                                      const struct qemucore_options *options,
                                      struct qemucore_error *error)
{
    struct qc_core_options core_options = {
        .bytes =
            {
                .window_limit = options->window_limit,
                .ratio_limit = options->ratio_limit,
                .progress = options->progress,
                .progress_opaque = options->progress_opaque,
                .deadline = options->deadline,
            },
        .memory_budget = options->memory_budget,
        .listener = {.warning = options->warning, .opaque = options->warning_opaque},
    };
    QC_FREE char *name = strdup(input->name);
    QC_TRY_MEMORY(name != NULL, error);
    struct qc_bytes *bytes;
    QC_TRY(input_open(input, &core_options.bytes, &bytes, error));
    QC_TRY(qc_core_load(bytes, &core_options, &core->dump, error));
    core->dump->path = qc_move(name);
    return QEMUCORE_OK;
}

static enum qemucore_status modules_find(struct qemucore *core,
                                         const struct qemucore_options *options,
                                         struct qemucore_error *error)
{
    const struct qc_file_options ours = {
        .executable = core->executable,
        .sysroot = core->sysroot,
        .debuginfo_paths = (const char *const *)core->debuginfo_paths,
        .debuginfo_path_count = core->debuginfo_path_count,
        .no_host_files = (options->flags & QEMUCORE_NO_HOST_FILES) != 0,
        .debuginfod = (options->flags & QEMUCORE_DEBUGINFOD) != 0,
        .debuginfod_seconds = options->debuginfod_seconds == 0 ? QC_LIMIT_DEBUGINFOD_SECONDS
                                                               : options->debuginfod_seconds,
        .notice = options->notice,
        .notice_opaque = options->notice_opaque,
        .fetch = options->fetch,
        .fetch_opaque = options->fetch_opaque,
        .provide = options->provide,
        .provide_opaque = options->provide_opaque,
    };
    return qc_modules_new(core->dump, &ours, &core->modules, error);
}

static enum qemucore_status handle_load(struct qemucore *core, const struct input *input,
                                        const struct qemucore_options *options,
                                        struct qemucore_error *error)
{
    unsigned max_frames = options->max_frames == 0 || options->max_frames > QC_LIMIT_FRAMES
                              ? QC_LIMIT_FRAMES
                              : options->max_frames;
    QC_TRY(dump_load(core, input, options, error));
    if (options->proc != NULL) {
        QC_TRY(qc_core_read_proc(core->dump, options->proc, error));
    }
    secrets_hide(core->dump, (options->flags & QEMUCORE_SHOW_SECRETS) != 0);
    QC_TRY(modules_find(core, options, error));
    QC_TRY(qc_threads_new(core->dump, core->modules, max_frames, &core->threads, error));
    QC_TRY(qc_process_new(core->modules, core->threads, &core->process, error));
    return qc_waits_new(core->process, &core->waits, error);
}

QC_DEFINE_GUARD(guard_handle, struct qemucore, qemucore_close)

static enum qemucore_status handle_open(const struct input *input,
                                        const struct qemucore_options *options,
                                        struct qemucore **ret, struct qemucore_error *error)
{
    struct qemucore_options ours = {.size = sizeof(ours)};
    if (options != NULL) {
        QC_TRY(qc_api_take_struct(&ours, sizeof(ours), options, "options", error));
    }
    QC_TRY(options_check(&ours, error));
    QC_GUARD(guard_handle) struct qemucore *core = calloc(1, sizeof(*core));
    QC_TRY_MEMORY(core != NULL && copy_strings(core, &ours), error);
    enum qemucore_status status = handle_load(core, input, &ours, error);
    if (status != QEMUCORE_OK) {
        return qc_error_prefix(error, status, "opening %s",
                               strcmp(input->name, "-") == 0 ? "standard input" : input->name);
    }
    *ret = qc_move(core);
    return QEMUCORE_OK;
}

QC_EXPORT enum qemucore_status qemucore_open(const char *path,
                                             const struct qemucore_options *options,
                                             struct qemucore **ret, struct qemucore_error *error)
{
    QC_FAIL_IF(path == NULL || ret == NULL, error, QEMUCORE_INVALID,
               "qemucore_open: path or ret is NULL");
    return handle_open(&(struct input){.name = path, .path = path}, options, ret, error);
}

QC_EXPORT enum qemucore_status qemucore_open_fd(int fd, const struct qemucore_options *options,
                                                struct qemucore **ret,
                                                struct qemucore_error *error)
{
    char name[sizeof("/proc/self/fd/") + 11];
    QC_FAIL_IF(fd < 0 || ret == NULL, error, QEMUCORE_INVALID,
               "qemucore_open_fd: fd %d, or ret is NULL", fd);
    snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    return handle_open(&(struct input){.name = name, .fd = fd}, options, ret, error);
}

QC_EXPORT enum qemucore_status qemucore_open_source(const struct qemucore_source *source,
                                                    const struct qemucore_options *options,
                                                    struct qemucore **ret,
                                                    struct qemucore_error *error)
{
    struct qemucore_source ours = {.size = sizeof(ours)};
    QC_FAIL_IF(source == NULL || ret == NULL, error, QEMUCORE_INVALID,
               "qemucore_open_source: source or ret is NULL");
    QC_TRY(qc_api_take_struct(&ours, sizeof(ours), source, "source", error));
    if (ours.read == NULL || (ours.flags & ~QEMUCORE_SOURCE_FORWARD) != 0 || ours.reserved != 0) {
        return qc_error_set(error, QEMUCORE_INVALID,
                            "source.read is NULL, or source.flags 0x%x are not known", ours.flags);
    }
    const char *name = qc_str_or(ours.name, "a source");
    return handle_open(&(struct input){.name = name, .source = &ours}, options, ret, error);
}

QC_EXPORT void qemucore_deadline_set(struct qemucore *core, uint64_t deadline)
{
    core->dump->deadline = deadline;
    qc_bytes_set_deadline(core->dump->bytes, deadline);
}

