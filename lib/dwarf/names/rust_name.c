/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/names/rust_name.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "dwarf/dwarf_limits.h"
#include "dwarf/names/punycode.h"

struct name {
    const char *text; /* after "_R"; back references count from here */
    size_t size;
    size_t at;
    struct qc_strbuf *out;
    unsigned muted;    /* while not 0, nothing is appended to out */
    unsigned depth;
    unsigned steps;
    uint64_t lifetimes; /* lifetimes bound by the enclosing "for<...>" */
    bool failed;
};

static void put_path(struct name *name, bool in_value);
static void put_type(struct name *name);
static void put_const(struct name *name);

static void put(struct name *name, const char *text)
{
    if (name->muted == 0 && !name->failed) {
        qc_strbuf_put(name->out, text);
        name->failed = name->out->length > 4 * QC_LIMIT_SYMBOL;
    }
}

static char peek(const struct name *name)
{
    return !name->failed && name->at < name->size ? name->text[name->at] : '\0';
}

static char take(struct name *name)
{
    char c = peek(name);
    name->failed |= c == '\0';
    name->at += c != '\0';
    return c;
}

static bool take_if(struct name *name, char c)
{
    bool is = peek(name) == c;
    name->at += is;
    return is;
}

/* A back reference may lead to more of them, so each part of a name counts as a step. */
static bool enter(struct name *name)
{
    name->failed |= ++name->depth > QC_LIMIT_DIE_DEPTH || ++name->steps > QC_LIMIT_SYMBOL;
    return !name->failed;
}

static uint64_t add_digit(struct name *name, uint64_t value, uint64_t base, uint64_t digit)
{
    name->failed |= value > (UINT64_MAX - digit) / base;
    return name->failed ? 0 : value * base + digit;
}

/* Reads a number: "_" is 0, "0_" is 1, "Z_" is 62. */
static uint64_t take_base62(struct name *name)
{
    uint64_t value = 0;
    if (take_if(name, '_')) {
        return 0;
    }
    for (char c = take(name); c != '_' && !name->failed; c = take(name)) {
        uint64_t digit = isdigit((unsigned char)c)   ? (uint64_t)(c - '0')
                         : qc_is_lower(c) ? 10 + (uint64_t)(c - 'a')
                                                     : 36 + (uint64_t)(c - 'A');
        name->failed |= !qc_is_alnum(c);
        value = add_digit(name, value, 62, digit);
    }
    return add_digit(name, value, 1, 1);
}

static uint64_t take_tagged(struct name *name, char tag)
{
    return take_if(name, tag) ? add_digit(name, take_base62(name), 1, 1) : 0;
}

struct identifier {
    const char *text;
    size_t size;
    bool is_punycode; /* contains letters beyond ASCII */
};

static struct identifier take_identifier(struct name *name)
{
    uint64_t size = 0;
    bool is_punycode = take_if(name, 'u');
    name->failed |= !isdigit((unsigned char)peek(name));
    if (!take_if(name, '0')) {
        while (isdigit((unsigned char)peek(name))) {
            size = add_digit(name, size, 10, (uint64_t)(take(name) - '0'));
        }
    }
    take_if(name, '_');
    name->failed |= size > name->size - name->at;
    struct identifier identifier = {name->text + name->at, name->failed ? 0 : (size_t)size, is_punycode};
    name->at += identifier.size;
    return identifier;
}

static void put_identifier(struct name *name, struct identifier identifier)
{
    if (identifier.is_punycode) {
        char word[QC_PUNYCODE_TEXT];
        name->failed |= !qc_punycode_decode(identifier.text, identifier.size, word);
        put(name, word);
        return;
    }
    for (size_t i = 0; i < identifier.size; i++) {
        put(name, (char[]){identifier.text[i], '\0'});
    }
}

static void put_number(struct name *name, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRIu64, number);
    put(name, text);
}

/* Goes back to an earlier place that a reference names. Stores the place after the reference. */
static bool go_to_reference(struct name *name, size_t *resume)
{
    size_t start = name->at - 1;
    uint64_t target = take_base62(name);
    *resume = name->at;
    name->failed |= target >= start;
    bool follows = name->muted == 0 && !name->failed;
    name->at = follows ? (size_t)target : name->at;
    return follows;
}

static void put_reference(struct name *name, void (*put_what)(struct name *name, bool in_value),
                          bool in_value)
{
    size_t resume;
    if (go_to_reference(name, &resume)) {
        put_what(name, in_value);
        name->at = resume;
    }
}

static void put_lifetime(struct name *name, uint64_t index)
{
    put(name, "'");
    if (index == 0) {
        put(name, "_");
    } else if (index > name->lifetimes) {
        name->failed = true;
    } else if (name->lifetimes - index < 26) {
        put(name, (char[]){(char)('a' + (name->lifetimes - index)), '\0'});
    } else {
        put(name, "_");
        put_number(name, name->lifetimes - index);
    }
}

/* Appends "for<'a, 'b> ". */
static uint64_t put_binder(struct name *name)
{
    uint64_t count = take_tagged(name, 'G');
    name->failed |= count > QC_LIMIT_DIE_DEPTH;
    for (uint64_t i = 0; i < count && !name->failed; i++) {
        put(name, i == 0 ? "for<" : ", ");
        name->lifetimes++;
        put_lifetime(name, 1);
    }
    put(name, count == 0 ? "" : "> ");
    return count;
}

/* Appends a lifetime, a type or a value. */
static void put_argument(struct name *name)
{
    if (take_if(name, 'L')) {
        put_lifetime(name, take_base62(name));
    } else if (take_if(name, 'K')) {
        put_const(name);
    } else {
        put_type(name);
    }
}

static size_t put_list(struct name *name, void (*put_one)(struct name *name), const char *between)
{
    size_t count = 0;
    for (; !name->failed && !take_if(name, 'E'); count++) {
        put(name, count == 0 ? "" : between);
        put_one(name);
    }
    return count;
}

/* Appends "module::function", and "{closure#0}" for what has no name in the source. */
static void put_nested(struct name *name, bool in_value)
{
    char kind = take(name);
    name->failed |= !qc_is_lower(kind) && !qc_is_upper(kind);
    put_path(name, in_value);
    uint64_t number = take_tagged(name, 's');
    struct identifier identifier = take_identifier(name);
    if (qc_is_upper(kind)) {
        put(name, kind == 'C' ? "::{closure" : kind == 'S' ? "::{shim"
                                                           : (char[]){':', ':', '{', kind, '\0'});
        put(name, identifier.size == 0 ? "" : ":");
        put_identifier(name, identifier);
        put(name, "#");
        put_number(name, number);
        put(name, "}");
    } else if (identifier.size != 0) {
        put(name, "::");
        put_identifier(name, identifier);
    }
}

/* The place of the implementation is not part of its name. */
static void skip_implementation_path(struct name *name)
{
    name->muted++;
    take_tagged(name, 's');
    put_path(name, false);
    name->muted--;
}

static void put_implementation(struct name *name, bool of_trait)
{
    put(name, "<");
    put_type(name);
    if (of_trait) {
        put(name, " as ");
        put_path(name, false);
    }
    put(name, ">");
}

static void put_path(struct name *name, bool in_value)
{
    if (!enter(name)) {
        return;
    }
    char kind = take(name);
    switch (kind) {
    case 'C':
        take_tagged(name, 's');
        put_identifier(name, take_identifier(name));
        break;
    case 'N':
        put_nested(name, in_value);
        break;
    case 'M':
    case 'X':
        skip_implementation_path(name);
        put_implementation(name, kind == 'X');
        break;
    case 'Y':
        put_implementation(name, true);
        break;
    case 'I':
        put_path(name, in_value);
        put(name, in_value ? "::<" : "<");
        put_list(name, put_argument, ", ");
        put(name, ">");
        break;
    case 'B':
        put_reference(name, put_path, in_value);
        break;
    default:
        name->failed = true;
    }
    name->depth--;
}

/* Simple types by their letter, from 'a' on. */
static const char *const simple_types[26] = {
    "i8", "bool", "char", "f64", "str", "f32", NULL,   "u8",  "isize", "usize", NULL, "i32", "u32",
    "i128", "u128", "_",  NULL,  NULL,  "i16", "u16", "()",  "...",   NULL,    "i64", "u64", "!",
};

static const char *simple_type(char letter)
{
    return qc_is_lower(letter) ? simple_types[letter - 'a'] : NULL;
}

static void put_function_type(struct name *name)
{
    uint64_t bound = put_binder(name);
    put(name, take_if(name, 'U') ? "unsafe " : "");
    if (take_if(name, 'K')) {
        put(name, "extern \"");
        put_identifier(name, take_if(name, 'C') ? (struct identifier){"C", 1, false}
                                                : take_identifier(name));
        put(name, "\" ");
    }
    put(name, "fn(");
    put_list(name, put_type, ", ");
    put(name, ")");
    if (!take_if(name, 'u')) {
        put(name, " -> ");
        put_type(name);
    }
    name->lifetimes -= bound;
}

/* Arguments of a trait and its bound types share a list: Iterator<Item = u8>. Returns true if the
   list is still open. */
static bool put_trait_path(struct name *name)
{
    bool open = false;
    if (!enter(name)) {
        return false;
    }
    if (take_if(name, 'B')) {
        size_t resume;
        if (go_to_reference(name, &resume)) {
            open = put_trait_path(name);
            name->at = resume;
        }
    } else if (take_if(name, 'I')) {
        put_path(name, false);
        put(name, "<");
        put_list(name, put_argument, ", ");
        open = true;
    } else {
        put_path(name, false);
    }
    name->depth--;
    return open;
}

static void put_trait(struct name *name)
{
    bool open = put_trait_path(name);
    while (take_if(name, 'p')) {
        put(name, open ? ", " : "<");
        open = true;
        put_identifier(name, take_identifier(name));
        put(name, " = ");
        put_type(name);
    }
    put(name, open ? ">" : "");
}

static void put_dynamic_type(struct name *name)
{
    put(name, "dyn ");
    uint64_t bound = put_binder(name);
    put_list(name, put_trait, " + ");
    name->lifetimes -= bound;
    name->failed |= !take_if(name, 'L');
    uint64_t lifetime = take_base62(name);
    if (lifetime != 0) {
        put(name, " + ");
        put_lifetime(name, lifetime);
    }
}

static void put_reference_type(struct name *name, const char *mutable)
{
    put(name, "&");
    if (take_if(name, 'L')) {
        uint64_t lifetime = take_base62(name);
        if (lifetime != 0) {
            put_lifetime(name, lifetime);
            put(name, " ");
        }
    }
    put(name, mutable);
    put_type(name);
}

static void put_array_type(struct name *name, bool has_length)
{
    put(name, "[");
    put_type(name);
    if (has_length) {
        put(name, "; ");
        put_const(name);
    }
    put(name, "]");
}

static void put_tuple_type(struct name *name)
{
    put(name, "(");
    put(name, put_list(name, put_type, ", ") == 1 ? ",)" : ")");
}

static void put_pointer_type(struct name *name, const char *kind)
{
    put(name, kind);
    put_type(name);
}

static void put_type_again(struct name *name, bool in_value)
{
    (void)in_value;
    put_type(name);
}

static void put_compound_type(struct name *name, char kind)
{
    switch (kind) {
    case 'A':
    case 'S':
        put_array_type(name, kind == 'A');
        break;
    case 'T':
        put_tuple_type(name);
        break;
    case 'R':
    case 'Q':
        put_reference_type(name, kind == 'Q' ? "mut " : "");
        break;
    case 'P':
    case 'O':
        put_pointer_type(name, kind == 'P' ? "*const " : "*mut ");
        break;
    case 'F':
        put_function_type(name);
        break;
    case 'D':
        put_dynamic_type(name);
        break;
    case 'B':
        put_reference(name, put_type_again, false);
        break;
    default:
        name->at--;
        put_path(name, false);
    }
}

static void put_type(struct name *name)
{
    if (!enter(name)) {
        return;
    }
    char kind = take(name);
    const char *simple = simple_type(kind);
    if (simple != NULL) {
        put(name, simple);
    } else if (!name->failed) {
        put_compound_type(name, kind);
    }
    name->depth--;
}

static void put_const_again(struct name *name, bool in_value)
{
    (void)in_value;
    put_const(name);
}

static void put_const_value(struct name *name, char type)
{
    uint64_t value = 0;
    char text[16];
    put(name, take_if(name, 'n') ? "-" : "");
    for (char c = take(name); c != '_' && !name->failed; c = take(name)) {
        name->failed |= !isdigit((unsigned char)c) && (c < 'a' || c > 'f');
        value = add_digit(name, value, 16, (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10));
    }
    if (type == 'b') {
        put(name, value != 0 ? "true" : "false");
    } else if (type == 'c') {
        snprintf(text, sizeof(text), value > ' ' && value < 0x7f ? "'%c'" : "'\\u{%x}'",
                 (unsigned)value);
        put(name, text);
    } else {
        put_number(name, value);
    }
}

/* Appends a number, bool or char. A name with a newer kind of value is not understood. */
static void put_const(struct name *name)
{
    if (!enter(name)) {
        return;
    }
    char kind = take(name);
    if (kind == 'B') {
        put_reference(name, put_const_again, false);
    } else if (kind == 'p') {
        put(name, "_");
    } else if (kind != '\0' && strchr("abchijlmnostxy", kind) != NULL) {
        put_const_value(name, kind);
    } else {
        name->failed = true;
    }
    name->depth--;
}

char *qc_rust_name(const char *symbol)
{
    struct qc_strbuf out = {0};
    size_t size = strcspn(symbol, ".$");
    if (strncmp(symbol, "_R", 2) != 0 || size > QC_LIMIT_SYMBOL) {
        return NULL;
    }
    struct name name = {.text = symbol + 2, .size = size - 2, .out = &out};
    put_path(&name, true);
    /* The crate that made this instance of the function. */
    if (!name.failed && name.at < name.size) {
        name.muted++;
        put_path(&name, false);
    }
    QC_FREE char *text = qc_strbuf_take(&out);
    return name.failed || name.at != name.size ? NULL : qc_move(text);
}
