/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/handle.h"
#include "base/base.h"
#include "bytes/bytes.h"
#include "core/core.h"
#include "json/json.h"
#include "text/text.h"

/* Defines the public header's opaque type. */
struct qemucore_guest_part {
    struct qc_guest_part inner;
};

static const struct qc_guest_memory *handle_guest(struct qemucore *core)
{
    if (!core->guest_looked_for) {
        core->guest_looked_for = true;
        qc_guest_memory_find(core->process, &core->guest);
    }
    return &core->guest;
}

QC_EXPORT const struct qemucore_guest_part *
qemucore_guest_part_next(struct qemucore *core, const struct qemucore_guest_part *previous)
{
    return QC_NEXT_OF(handle_guest(core), parts, previous);
}

QC_EXPORT const char *qemucore_guest_why_by_rule(struct qemucore *core)
{
    const struct qc_guest_memory *guest = handle_guest(core);
    return guest->by_rule ? qc_str_or(guest->why_by_rule, "out of memory") : NULL;
}

QC_GETTER(uint64_t, qemucore_guest_part_start, qemucore_guest_part, object->inner.start)
QC_GETTER(uint64_t, qemucore_guest_part_end, qemucore_guest_part, object->inner.end)
QC_GETTER(uint64_t, qemucore_guest_part_held, qemucore_guest_part, object->inner.held)
QC_GETTER(const char *, qemucore_guest_part_name, qemucore_guest_part, object->inner.name)

/* ---- writing ----------------------------------------------------------------------------- */

static bool range_add(struct qc_spans *ranges, uint64_t start, uint64_t end)
{
    return qc_vec_push(ranges, (struct qc_span){.start = start, .end = end});
}

static enum qemucore_status write_core(struct qc_core *core, const struct qemucore_slim *how,
                                       const struct qc_spans *left_out,
                                       const struct qc_spans *scrubbed,
                                       struct qemucore_error *error)
{
    QC_GUARD(qc_guard_zstd_writer) struct qc_zstd_writer *writer = NULL;
    struct qc_sink sink = {.write = how->write, .opaque = how->opaque};
    bool is_cut;
    if ((how->flags & QEMUCORE_SLIM_ZSTD) != 0) {
        QC_TRY(qc_zstd_writer_new(how->level, &sink, &writer, error));
    }
    QC_TRY(qc_slim_write(core, left_out, scrubbed, &sink, &is_cut, error));
    return writer != NULL ? qc_zstd_writer_end(writer, error) : QEMUCORE_OK;
}

static enum qemucore_status slim_check(const struct qemucore_slim *how,
                                       struct qemucore_error *error)
{
    const char *why = how->write == NULL                           ? "no function to write"
                      : (how->flags & ~QEMUCORE_SLIM_ZSTD) != 0    ? "unknown flags"
                      : how->scrubbed == NULL && how->scrubbed_count != 0
                          ? "scrubbed is NULL"
                          : NULL;
    return why == NULL
               ? QEMUCORE_OK
               : qc_error_set(error, QEMUCORE_INVALID, "struct qemucore_slim: %s", why);
}

/* Fills in the ranges to leave out and those to write as zeroes. False: out of memory. */
static bool ranges_find(const struct qc_guest_memory *guest, const struct qemucore_slim *how,
                        struct qc_spans *left_out, struct qc_spans *scrubbed)
{
    bool added = !guest->failed;
    for (size_t i = 0; added && i < guest->parts.count; i++) {
        added = range_add(left_out, guest->parts.items[i].start, guest->parts.items[i].end);
    }
    for (size_t i = 0; added && i < how->scrubbed_count; i++) {
        added = range_add(scrubbed, how->scrubbed[i].start, how->scrubbed[i].end);
    }
    qc_spans_join(left_out);
    qc_spans_join(scrubbed);
    return added;
}

QC_EXPORT enum qemucore_status qemucore_slim_write(struct qemucore *core,
                                                   const struct qemucore_slim *how,
                                                   uint64_t *size, struct qemucore_error *error)
{
    struct qemucore_slim ours = {.size = sizeof(ours)};
    QC_FAIL_IF(how == NULL, error, QEMUCORE_INVALID, "struct qemucore_slim is NULL");
    QC_TRY(qc_api_take_struct(&ours, sizeof(ours), how, "struct qemucore_slim", error));
    QC_TRY(slim_check(&ours, error));
    QC_GUARD(qc_vec_guard) struct qc_spans left_out = {0};
    QC_GUARD(qc_vec_guard) struct qc_spans scrubbed = {0};
    QC_TRY_MEMORY(ranges_find(handle_guest(core), &ours, &left_out, &scrubbed), error);
    uint64_t total;
    QC_TRY(qc_slim_size(core->dump, &left_out, &total, error));
    QC_TRY(write_core(core->dump, &ours, &left_out, &scrubbed, error));
    QC_GIVE(size, total);
    return QEMUCORE_OK;
}

QC_EXPORT enum qemucore_status qemucore_slim_render(struct qemucore *core, const char *output,
                                                    uint64_t output_size, uint64_t core_size,
                                                    const struct qemucore_render *render,
                                                    char **ret, struct qemucore_error *error)
{
    struct qemucore_render ours;
    QC_TRY(qc_api_copy_render(&ours, render, QEMUCORE_RENDER_JSON | QEMUCORE_RENDER_COLOR, error));
    const struct qc_guest_memory *guest = handle_guest(core);
    QC_TRY_MEMORY(!guest->failed, error);
    struct qc_slim_report report = {
        .output = output, .size = output_size, .core_size = core_size, .guest = guest};
    char *text = QC_API_RENDER(core, &ours, qc_json_slim(&report, &ours),
                               qc_text_slim(&report, &buffer));
    return qc_api_give_text(text, &ours, ret, error);
}
