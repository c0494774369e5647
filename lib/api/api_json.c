/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * api_json - the JSON documents of all commands, by one call
 */
#include <string.h>

#include "api/handle.h"
#include "base/base.h"
#include "parts/parts.h"

typedef enum qemucore_status render_function(struct qemucore *core,
                                             const struct qemucore_render *render, char **ret,
                                             struct qemucore_error *error);

static enum qemucore_status report_json(struct qemucore *core,
                                        const struct qemucore_render *render, char **ret,
                                        struct qemucore_error *error)
{
    struct qemucore_report report = {.size = sizeof(report), .format = QEMUCORE_REPORT_JSON};
    (void)render;
    return qemucore_report_render(core, &report, ret, error);
}

static const struct topic {
    const char *name;
    render_function *render;
    uint32_t flags;
} topics[] = {
    {"coroutines", qemucore_coroutines_render, QEMUCORE_RENDER_BACKTRACE},
    {"info", qemucore_info_render, 0},
    {"locks", qemucore_locks_render, QEMUCORE_RENDER_BACKTRACE},
    {"report", report_json, 0},
    {"threads", qemucore_threads_render, QEMUCORE_RENDER_BACKTRACE},
    {"why", qemucore_why_render, QEMUCORE_RENDER_BACKTRACE},
};

#define TOPICS (qc_count(topics))

static size_t topic_find(const char *name)
{
    size_t i = 0;
    while (i < TOPICS && strcmp(topics[i].name, name) != 0) {
        i++;
    }
    return i;
}

QC_EXPORT const char *qemucore_json_topic_next(const char *previous)
{
    if (previous == NULL) {
        return topics[0].name;
    }
    size_t found = topic_find(previous);
    return found + 1 < TOPICS ? topics[found + 1].name
                              : qc_part_next(found < TOPICS ? NULL : previous);
}

QC_EXPORT enum qemucore_status qemucore_json(struct qemucore *core, const char *topic, char **ret,
                                             struct qemucore_error *error)
{
    struct qemucore_render render = {.size = sizeof(render), .flags = QEMUCORE_RENDER_JSON};
    QC_FAIL_IF(topic == NULL || ret == NULL, error, QEMUCORE_INVALID, "topic or ret is NULL");
    size_t found = topic_find(topic);
    if (found < TOPICS) {
        render.flags |= topics[found].flags;
        return topics[found].render(core, &render, ret, error);
    }
    QC_FAIL_IF(qc_part_help(topic) == NULL, error, QEMUCORE_NOT_FOUND, "there is no topic \"%s\"",
               topic);
    return qemucore_parts_render(core, topic, &render, ret, error);
}

QC_EXPORT void qemucore_free(void *text)
{
    free(text);
}

QC_EXPORT const char *qemucore_version(void)
{
    return QEMUCORE_VERSION_STRING;
}

QC_EXPORT const char *qemucore_features(void)
{
    return ""
#ifdef HAVE_LIBARCHIVE
           "archive "
#endif
#ifdef HAVE_LIBDEBUGINFOD
           "debuginfod "
#endif
           "gzip "
#ifdef HAVE_LIBLZ4
           "lz4 "
#endif
#ifdef HAVE_LIBLZMA
           "xz "
#endif
           "zstd";
}
