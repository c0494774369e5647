/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * parts - the table of parts, and the text and the document that show them
 */
#include <string.h>

#include "parts/part.h"

static const struct part_row {
    const char *name;
    const char *help;
    bool needs_state;
    qc_part_function *show;
} rows[] = {
    {"block", "block nodes and backends, also those at rest", true, qc_part_block},
    {"chardevs", "character devices, and who is at both of their ends", false, qc_part_chardevs},
    {"handlers", "what each event loop calls when a descriptor is ready", true, qc_part_handlers},
    {"iothreads", "threads of event loops", true, qc_part_iothreads},
    {"jobs", "block jobs, and others", true, qc_part_jobs},
    {"migration", "the outgoing and the incoming one", true, qc_part_migration},
    {"mtree", "what is at which guest-physical address", false, qc_part_mtree},
    {"network", "NICs, netdevs, filters, hubs, and what waits in queues", false, qc_part_network},
    {"qom-tree", "all objects, by what is part of what", false, qc_part_qom_tree},
    {"qtree", "buses, and the devices on them", false, qc_part_qtree},
    {"queues", "what guests have handed to devices, queue by queue", true, qc_part_queues},
    {"regions", "the memory regions that address spaces are made of", false, qc_part_regions},
    {"status", "the run state, and what has been asked for", true, qc_part_status},
    {"tcg-locks", "whether a thread has the BQL or the replay lock, by its own word", false,
     qc_part_tcg_locks},
    {"timers", "every timer that is set, and when it is due", true, qc_part_timers},
    {"vnc", "VNC servers and their clients", false, qc_part_vnc},
};

#define ROWS (qc_count(rows))

static const struct part_row *row_of(const char *name, size_t length)
{
    return qc_array_find(rows, row,
                         strlen(row->name) == length && strncmp(row->name, name, length) == 0);
}

const char *qc_part_next(const char *previous)
{
    const struct part_row *row = previous == NULL ? NULL : row_of(previous, strlen(previous));
    size_t next = row == NULL ? 0 : (size_t)(row - rows) + 1;
    return (previous != NULL && row == NULL) || next == ROWS ? NULL : rows[next].name;
}

const char *qc_part_help(const char *name)
{
    const struct part_row *row = row_of(name, strlen(name));
    return row == NULL ? NULL : row->help;
}

/* ---- a list of names ----------------------------------------------------------------------- */

/* Takes the next name from the list at *at, and advances *at. Returns false after the last name. */
static bool name_take(const char **at, const char **ret, size_t *length)
{
    if (*at == NULL) {
        return false;
    }
    *ret = *at;
    *length = strcspn(*at, ",");
    *at = (*at)[*length] == '\0' ? NULL : *at + *length + 1;
    return true;
}

bool qc_parts_are_known(const char *names, char **ret)
{
    const char *name;
    size_t length;
    while (name_take(&names, &name, &length)) {
        if (row_of(name, length) == NULL) {
            *ret = strndup(name, length);
            return false;
        }
    }
    return true;
}

bool qc_parts_need_state(const char *names)
{
    const char *name;
    size_t length;
    bool needed = false;
    while (name_take(&names, &name, &length)) {
        const struct part_row *row = row_of(name, length);
        needed |= row != NULL && row->needs_state;
    }
    return needed;
}

/* ---- all that are asked for ---------------------------------------------------------------- */

void qc_text_parts(const char *names, struct qc_waits *waits, const struct qc_state *state,
                   const struct qemucore_render *render, struct qc_part_problems *problems,
                   struct qc_strbuf *buffer)
{
    struct qc_part_request request = {.waits = waits,
                                      .state = state,
                                      .style = qc_style_of(render),
                                      .text = buffer,
                                      .problems = problems};
    const char *name;
    size_t length;
    size_t start = buffer->length;
    while (name_take(&names, &name, &length)) {
        const struct part_row *row = row_of(name, length);
        if (row != NULL) {
            request.name = row->name;
            qc_strbuf_printf(buffer, "\n%s%s%s: ", request.style->bold, row->name,
                             request.style->off);
            row->show(&request);
        }
    }
    qc_text_header_above(waits->process, request.style, start, buffer);
}

char *qc_json_parts(const char *names, struct qc_waits *waits, const struct qc_state *state,
                    const struct qemucore_render *render, struct qc_part_problems *problems)
{
    struct qc_json json = {.page = qc_json_page(render)};
    struct qc_part_request request = {
        .waits = waits, .state = state, .json = &json, .problems = problems};
    const char *name;
    size_t length;
    bool shown[ROWS] = {false}; /* a key must not occur twice in an object */
    qc_json_begin(&json, "qemucore-info/1", waits->process);
    qc_json_object(&json, "parts");
    while (name_take(&names, &name, &length)) {
        const struct part_row *row = row_of(name, length);
        if (row != NULL && !shown[row - rows]) {
            shown[row - rows] = true;
            request.name = row->name;
            qc_json_object(&json, row->name);
            row->show(&request);
            qc_json_close(&json);
        }
    }
    qc_json_close(&json);
    qc_json_close(&json);
    return qc_json_take(&json);
}
