/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * part - one topic of QEMU's state, with a name: "timers", "qom-tree"
 *
 * A part is read only when it is asked for, and shown in full; qemucore-info's own text has a few
 * lines of it. Each part is a function that reads, shows and frees; each topic has a file.
 */
#pragma once

#include "json/json.h"
#include "parts/parts.h"
#include "text/text.h"

/* Input and output of a part's function: exactly one of text and json is not NULL. */
struct qc_part_request {
    struct qc_waits *waits;
    const struct qc_state *state;
    const struct qc_style *style;
    struct qc_strbuf *text;
    struct qc_json *json; /* the part's object is open in it */
    struct qc_part_problems *problems;
    const char *name; /* name of the part */
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

/* Columns of a table: where each begins, and its head. */
struct qc_part_column {
    size_t start;
    const char *head; /* NULL: after the last column */
};

/* Begins a list in text: "3 objects", from " object" and " objects"; or "not known" if count is 0
   but why_absent says that the list may have some. Then the heads of its columns as a dim line,
   unless columns is NULL or the list is empty. */
void qc_part_begin(const struct qc_part_request *request, size_t count, const char *one,
                   const char *many, const char *why_absent, const struct qc_part_column *columns);

/* Shows the items of a vec, by functions that take the request and an item: in text, after what
   qc_part_begin appends, by put; in JSON as an array of objects, whose members add adds. */
#define qc_part_list(request, key, vec, noun, why_absent, columns, put, add)           \
    do {                                                                               \
        if ((request)->text != NULL) {                                                 \
            qc_part_begin(request, (vec)->count, " " noun, " " noun "s", why_absent,   \
                          columns);                                                    \
            for (size_t at_ = 0; at_ < (vec)->count; at_++) {                          \
                put(request, &(vec)->items[at_]);                                      \
            }                                                                          \
        } else {                                                                       \
            qc_json_list((request)->json, key, vec, item_, add(request, item_));       \
        }                                                                              \
    } while (0)

/* Ends a part. Adds what is missing from it to the problems, and to the text or the document. */
void qc_part_end(const struct qc_part_request *request, const char *why_cut,
                 const char *why_absent);

/* Appends an address: "?" if it is not known, "-" for address 0. */
void qc_part_put_address(const struct qc_part_request *request, struct qc_fact address);

/* Appends a callback's name, or its address if it has no name; "-" if none is set. */
void qc_part_put_callback(const struct qc_part_request *request,
                          const struct qc_callback *callback);
/* Adds {address, function}. */
void qc_part_json_callback(struct qc_json *json, const char *key,
                           const struct qc_callback *callback);

/* Add the descriptors that belong to an object of QEMU, from the table of peers. In text:
   ", fd 7 (tcp:10.0.0.1:49152)". In JSON: an array of {fd, kind, address}. */
void qc_part_put_peers(const struct qc_part_request *request, uint64_t object);
void qc_part_json_peers(const struct qc_part_request *request, const char *key, uint64_t object);

/* Appends "main context", "iohandler" or "iothread disk0"; NULL is the "main loop" itself. */
void qc_part_put_context(const struct qc_part_request *request,
                         const struct qc_aio_context *context);
