/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json_writer - writes a JSON document, member by member, in the order of the calls
 *
 *     qc_json_object(&json, NULL);
 *     qc_json_set(&json, "lwp", qc_json_signed(lwp));
 *     qc_json_array(&json, "names");
 *     qc_json_set(&json, NULL, qc_json_text(name));     elements have no key
 *     qc_json_close(&json);
 *     qc_json_list(&json, "peers", &peers->list, peer, json_peer(&json, peer));
 *     qc_json_member(&json, "clock", json_clock(&json, clock));
 *     qc_json_close(&json);
 *     text = qc_json_take(&json);
 *
 * Numbers are exact, whatever their size. Bytes of the dump that are not UTF-8 are escaped as in
 * the text output. When memory runs out, or the document grows beyond `most`, qc_json_take returns
 * NULL, never a shorter document.
 *
 * A caller may ask for a page of a document: some of its members, some elements of its arrays. Then
 * the last member, "cut", names the arrays that are not complete, each with its number of elements.
 */
#pragma once

#include "base/base.h"
#include "qemucore.h"

/* Maximum depth of nested objects and arrays. */
#define QC_JSON_DEPTH 32

/* The page of a document that is shown; zeroed: all of it. */
struct qc_json_page {
    const char *only; /* names of the document's members, comma-separated; NULL: all */
    uint32_t from;    /* first element of each array that is inside no other */
    uint32_t limit;   /* number of elements of each such array; 0: all */
};

/* An open object or array. */
struct qc_json_level {
    const char *key;
    char closing;
    uint64_t count; /* elements so far, of an array that is inside no other */
};

struct qc_json {
    struct qc_strbuf text;
    size_t most;      /* maximum length of text, in bytes; 0: no limit */
    bool is_too_long; /* text has grown beyond most */
    bool has_member;  /* the innermost object or array is not empty */
    unsigned depth;
    struct qc_json_level levels[QC_JSON_DEPTH];
    struct qc_json_page page;
    unsigned lists;       /* number of open arrays */
    unsigned hidden;      /* number of open objects and arrays that are not on the page */
    struct qc_strbuf cut; /* text of the members of "cut" */
};

/* Returns the page that render asks for. */
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

/* A string, "0x...": many readers of JSON round numbers beyond 2^53. */
static inline struct qc_json_value qc_json_address(uint64_t address)
{
    return (struct qc_json_value){QC_JSON_ADDRESS, address, NULL};
}

/* The value if it is known, else null. */
static inline struct qc_json_value qc_json_if(bool is_known, struct qc_json_value value)
{
    return is_known ? value : qc_json_null();
}

/* An address of 0 means that it is not known. */
static inline struct qc_json_value qc_json_known_address(uint64_t address)
{
    return qc_json_if(address != 0, qc_json_address(address));
}

/* An LWP of 0 or less means that it is not known. */
static inline struct qc_json_value qc_json_lwp(int lwp)
{
    return qc_json_if(lwp > 0, qc_json_signed(lwp));
}

/* NULL becomes null. */
static inline struct qc_json_value qc_json_text(const char *text)
{
    return (struct qc_json_value){text == NULL ? QC_JSON_NULL : QC_JSON_TEXT, 0, text};
}

/* Adds a member to the innermost object or, if key is NULL, an element to the innermost array. */
void qc_json_set(struct qc_json *json, const char *key, struct qc_json_value value);

/* Open such a member or element that is an object or array; close the innermost open one. */
void qc_json_object(struct qc_json *json, const char *key);
void qc_json_array(struct qc_json *json, const char *key);
void qc_json_close(struct qc_json *json);

/* Opens an object if it exists. If not, adds null and returns false. */
bool qc_json_object_if(struct qc_json *json, const char *key, bool exists);

/* Adds an object. The call `add` adds its members. */
#define qc_json_member(json, key, add) \
    do {                               \
        qc_json_object(json, key);     \
        add;                           \
        qc_json_close(json);           \
    } while (0)

/* Adds an array with an object for each item of a vec. The call `add` adds the object's members; it
   sees the item through a pointer named `item`. */
#define qc_json_list(json, key, vec, item, add)                                   \
    do {                                                                          \
        qc_json_array(json, key);                                                 \
        for (size_t at_ = 0; at_ < (vec)->count && !(json)->text.failed; at_++) { \
            __typeof__((vec)->items[0]) *item = &(vec)->items[at_];               \
            qc_json_object(json, NULL);                                           \
            add;                                                                  \
            qc_json_close(json);                                                  \
        }                                                                         \
        qc_json_close(json);                                                      \
    } while (0)

/* Adds an array of texts, of which there is an array. */
#define qc_json_texts(json, key, texts, count)                        \
    do {                                                              \
        qc_json_array(json, key);                                     \
        for (size_t at_ = 0; at_ < (count); at_++) {                  \
            qc_json_set(json, NULL, qc_json_text((texts)[at_]));      \
        }                                                             \
        qc_json_close(json);                                          \
    } while (0)

/* Adds a finished document as such a member or element. */
void qc_json_document(struct qc_json *json, const char *key, const char *document);

/* Returns the document with a newline at its end, for free(3). NULL: out of memory, or too long. */
char *qc_json_take(struct qc_json *json);

/* Returns the first name in only for which the document has no member, and sets *length to the
   length of the name. NULL: the document has all of them. */
const char *qc_json_lacks(const char *document, const char *only, size_t *length);
