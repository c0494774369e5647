/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json - writes a document, member by member, in the order of the calls
 *
 *     qc_json_object(&json, NULL);
 *     qc_json_set(&json, "lwp", qc_json_signed(lwp));
 *     qc_json_array(&json, "names");
 *     qc_json_set(&json, NULL, qc_json_text(name));     elements have no key
 *     qc_json_close(&json);
 *     qc_json_close(&json);
 *     text = qc_json_take(&json);
 *
 * Numbers are exact, whatever their size. Bytes of the dump that are not UTF-8 are escaped as in the
 * text output. Memory that ran out is remembered: there is no document then, never a shorter one. The
 * same goes for a document that has grown beyond `most`.
 *
 * Of a document may be asked for a page: some of its members, some elements of its lists. Which lists are not
 * whole its last member says, "cut", with how many elements each has.
 */
#ifndef QC_RENDER_JSON_JSON_H
#define QC_RENDER_JSON_JSON_H

#include "base/base.h"
#include "qemucore.h"

/* Objects and arrays within each other. */
#define QC_JSON_DEPTH 32

/* What of a document is shown; zeroed: all of it. */
struct qc_json_page {
    const char *only; /* its members, names with commas between them; NULL: all */
    uint32_t from;    /* of a list that is in no other: the first element */
    uint32_t limit;   /* and how many; 0: all */
};

/* An object or array that is not closed. */
struct qc_json_level {
    const char *key;
    char closing;
    uint64_t count; /* elements so far, of a list that is in no other */
};

struct qc_json {
    struct qc_strbuf text;
    size_t most;      /* characters; 0: any number */
    bool is_too_long; /* it would have been more */
    bool has_member; /* the innermost object or array */
    unsigned depth;
    struct qc_json_level levels[QC_JSON_DEPTH];
    struct qc_json_page page;
    unsigned lists;       /* that are open */
    unsigned hidden;      /* objects and arrays that are open and not shown */
    struct qc_strbuf cut; /* the members of "cut" */
};

/* What a rendering is asked for. */
struct qc_json_page qc_json_page(const struct qemucore_render *render);

enum qc_json_kind {
    QC_JSON_NULL,
    QC_JSON_BOOL,
    QC_JSON_SIGNED,
    QC_JSON_UNSIGNED,
    QC_JSON_ADDRESS,
    QC_JSON_TEXT,
};

struct qc_json_value {
    enum qc_json_kind kind;
    uint64_t number;
    const char *text;
};

static inline struct qc_json_value qc_json_null(void)
{
    return (struct qc_json_value){QC_JSON_NULL, 0, NULL};
}

static inline struct qc_json_value qc_json_bool(bool value)
{
    return (struct qc_json_value){QC_JSON_BOOL, value, NULL};
}

static inline struct qc_json_value qc_json_signed(int64_t value)
{
    return (struct qc_json_value){QC_JSON_SIGNED, (uint64_t)value, NULL};
}

static inline struct qc_json_value qc_json_unsigned(uint64_t value)
{
    return (struct qc_json_value){QC_JSON_UNSIGNED, value, NULL};
}

/* "0x...": many readers of JSON round numbers beyond 2^53. */
static inline struct qc_json_value qc_json_address(uint64_t address)
{
    return (struct qc_json_value){QC_JSON_ADDRESS, address, NULL};
}

/* NULL stands for null. */
static inline struct qc_json_value qc_json_text(const char *text)
{
    return (struct qc_json_value){text == NULL ? QC_JSON_NULL : QC_JSON_TEXT, 0, text};
}

/* A member of the innermost object or, without a key, an element of the innermost array. */
void qc_json_set(struct qc_json *json, const char *key, struct qc_json_value value);

/* Such a member or element that is itself an object or array, until it is closed. */
void qc_json_object(struct qc_json *json, const char *key);
void qc_json_array(struct qc_json *json, const char *key);
void qc_json_close(struct qc_json *json);

/* The same that is a document of its own, finished already. */
void qc_json_document(struct qc_json *json, const char *key, const char *document);

/* The document with a newline, to be freed by free(3); NULL: out of memory. */
char *qc_json_take(struct qc_json *json);

/* The first of the names that a page is to have, where the document has no such member, and its length; NULL:
   it has all of them. */
const char *qc_json_lacks(const char *document, const char *only, size_t *length);

#endif
