/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/handle.h"
#include "base/base.h"
#include "bytes/bytes.h"
#include "snapshot/snapshot.h"

#define FLAGS (QEMUCORE_SNAPSHOT_ZSTD | QEMUCORE_SNAPSHOT_STOP | QEMUCORE_SNAPSHOT_PARTIAL)

static enum qemucore_status check(const struct qemucore_snapshot *how, struct qemucore_error *error)
{
    const char *why = how->write == NULL                              ? "no function to write"
                      : (how->flags & ~FLAGS) != 0                    ? "unknown flags"
                      : how->stop_ms > QEMUCORE_SNAPSHOT_STOP_MS_MAX ? "stop_ms is above its maximum"
                      : how->reserved != 0                            ? "reserved is not 0"
                                                                      : NULL;
    return why == NULL
               ? QEMUCORE_OK
               : qc_error_set(error, QEMUCORE_INVALID, "struct qemucore_snapshot: %s", why);
}

static enum qemucore_status take(int pid, const struct qemucore_snapshot *how,
                                 struct qc_snapshot_counts *counts, struct qemucore_error *error)
{
    QC_GUARD(qc_guard_zstd_writer) struct qc_zstd_writer *writer = NULL;
    struct qc_sink sink = {.write = how->write, .opaque = how->opaque};
    const struct qc_snapshot_how inner = {
        .stop = (how->flags & QEMUCORE_SNAPSHOT_STOP) != 0,
        .is_partial = (how->flags & QEMUCORE_SNAPSHOT_PARTIAL) != 0,
        .stop_ms = how->stop_ms == 0 ? QEMUCORE_SNAPSHOT_STOP_MS : how->stop_ms,
        .paused = how->paused,
        .paused_opaque = how->paused_opaque,
    };
    if ((how->flags & QEMUCORE_SNAPSHOT_ZSTD) != 0) {
        QC_TRY(qc_zstd_writer_new(how->level, &sink, &writer, error));
    }
    QC_TRY(qc_snapshot_take(pid, &inner, &sink, counts, error));
    return writer != NULL ? qc_zstd_writer_end(writer, error) : QEMUCORE_OK;
}

QC_EXPORT enum qemucore_status qemucore_snapshot(int pid, const struct qemucore_snapshot *how,
                                                 struct qemucore_snapshot_result *result,
                                                 struct qemucore_error *error)
{
    struct qemucore_snapshot ours = {.size = sizeof(ours)};
    struct qc_snapshot_counts counts = {0};
    QC_FAIL_IF(how == NULL || pid <= 0, error, QEMUCORE_INVALID, "qemucore_snapshot: %s",
               how == NULL ? "how is NULL" : "no process has that id");
    size_t size;
    enum qemucore_status status =
        qc_api_take_struct(&ours, sizeof(ours), how, "struct qemucore_snapshot", error) ?:
        check(&ours, error) ?:
        (result == NULL ? QEMUCORE_OK
                        : qc_api_struct_size(result, sizeof(*result),
                                             "struct qemucore_snapshot_result", &size, error)) ?:
        take(pid, &ours, &counts, error);
    if (status != QEMUCORE_OK) {
        return qc_error_prefix(error, status, "process %d", pid);
    }
    const struct qemucore_snapshot_result filled = {
        .size = sizeof(filled),
        .threads = counts.threads,
        .asleep = counts.caught[QC_CAUGHT_ASLEEP],
        .ran = counts.caught[QC_CAUGHT_RAN],
        .on_cpu = counts.caught[QC_CAUGHT_ON_CPU],
        .stopped = counts.caught[QC_CAUGHT_STOPPED],
        .late = counts.late,
        .rounds = counts.rounds,
        .pause_ns = counts.pause_ns,
        .copy_ns = counts.copy_ns,
        .left_out = counts.left_out,
        .core_size = counts.size,
    };
    return result == NULL ? QEMUCORE_OK
                          : qc_api_give_struct(&filled, sizeof(filled), result,
                                               "struct qemucore_snapshot_result", error);
}
