/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part - one topic of what QEMU's memory says, by its name: "timers", "qom-tree"
 *
 * A part is found when it is asked for, and shown whole, where qemucore-info's own text has a few lines.
 * Each is a function that finds, shows and frees; a file a topic.
 */
#ifndef QC_RENDER_PARTS_PART_H
#define QC_RENDER_PARTS_PART_H

#include "render/json/json_state.h"
#include "render/render_parts.h"
#include "render/text/text_part.h"

/* What a part is made from, and where it goes: exactly one of text and json is not NULL. */
struct qc_part_request {
    struct qc_waits *waits;
    const struct qc_state *state;
    const struct qc_style *style;
    struct qc_strbuf *text;
    struct qc_json *json; /* inside the object that is the part */
    struct qc_part_problems *problems;
    const char *name; /* of the part */
};

typedef void qc_part_function(const struct qc_part_request *request);

qc_part_function qc_part_block;
qc_part_function qc_part_chardevs;
qc_part_function qc_part_handlers;
qc_part_function qc_part_iothreads;
qc_part_function qc_part_jobs;
qc_part_function qc_part_migration;
qc_part_function qc_part_mtree;
qc_part_function qc_part_network;
qc_part_function qc_part_qom_tree;
qc_part_function qc_part_qtree;
qc_part_function qc_part_queues;
qc_part_function qc_part_regions;
qc_part_function qc_part_status;
qc_part_function qc_part_tcg_locks;
qc_part_function qc_part_timers;
qc_part_function qc_part_vnc;

/* "3 set"; of a list of which nothing was found, and it is known why: "not known", for it may have some. */
void qc_part_put_count(const struct qc_part_request *request, size_t count, const char *words,
                       const char *why_absent);

/* A list of so many: "3 objects" in the text, as above, an array of that key in the document. */
void qc_part_begin(const struct qc_part_request *request, const char *key, size_t count,
                   const char *noun, const char *why_absent);
void qc_part_end_list(const struct qc_part_request *request);

/* What a part lacks: a problem, the last line of the text, and the members why_cut and why_absent. */
void qc_part_end(const struct qc_part_request *request, const char *why_cut,
                 const char *why_absent);

/* The heads of a table's columns, a dim line. */
void qc_part_heads(const struct qc_part_request *request, const size_t *columns,
                   const char *const *heads, size_t count);

/* A text of the dump, "?" where it is not known; an address; where the next column begins. */
void qc_part_put(const struct qc_part_request *request, const char *text);
void qc_part_put_address(const struct qc_part_request *request, struct qc_fact address);

/* Its name, else its address, "-" where none is set. */
void qc_part_put_callback(const struct qc_part_request *request,
                          const struct qc_callback *callback);
/* {address, function} */
void qc_part_json_callback(struct qc_json *json, const char *key,
                           const struct qc_callback *callback);

/* The descriptors that an object of QEMU's has, by the table of peers: ", fd 7 (tcp:10.0.0.1:49152)";
   an array of {fd, kind, address}. */
void qc_part_put_peers(const struct qc_part_request *request, uint64_t object);
void qc_part_json_peers(const struct qc_part_request *request, const char *key, uint64_t object);

/* "main loop", "iohandler", "iothread disk0"; NULL: the main loop's own. */
void qc_part_put_context(const struct qc_part_request *request,
                         const struct qc_aio_context *context);

#endif
