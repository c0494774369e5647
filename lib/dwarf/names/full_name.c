/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/names/full_name.h"

#include <ctype.h>
#include <dlfcn.h>
#include <dwarf.h>
#include <string.h>

#include "dwarf/dwarf_limits.h"
#include "dwarf/names/rust_name.h"

#ifndef DW_LANG_C17
#define DW_LANG_C17 0x2c
#endif
#ifndef DW_LANG_C23
#define DW_LANG_C23 0x3e
#endif
#ifndef DW_LANG_C_plus_plus_17
#define DW_LANG_C_plus_plus_17 0x2a
#endif
#ifndef DW_LANG_C_plus_plus_20
#define DW_LANG_C_plus_plus_20 0x2b
#endif

/* A C function has no namespaces, and a search for them goes through the whole unit. */
static bool has_namespaces(Dwarf_Die *die)
{
    Dwarf_Die unit;
    switch (dwarf_diecu(die, &unit, NULL, NULL) == NULL ? -1 : dwarf_srclang(&unit)) {
    case DW_LANG_C_plus_plus:
    case DW_LANG_C_plus_plus_03:
    case DW_LANG_C_plus_plus_11:
    case DW_LANG_C_plus_plus_14:
    case DW_LANG_C_plus_plus_17:
    case DW_LANG_C_plus_plus_20:
    case DW_LANG_Rust:
        return true;
    default:
        return false;
    }
}

/* A declaration is inside its namespace or class; a later definition is outside. */
static Dwarf_Die declaration_of(Dwarf_Die die)
{
    for (unsigned depth = 0; depth < QC_LIMIT_TYPE_DEPTH; depth++) {
        Dwarf_Attribute attribute;
        Dwarf_Die origin;
        if (dwarf_formref_die(dwarf_attr(&die, DW_AT_abstract_origin, &attribute), &origin) == NULL &&
            dwarf_formref_die(dwarf_attr(&die, DW_AT_specification, &attribute), &origin) == NULL) {
            break;
        }
        die = origin;
    }
    return die;
}

static void put_scope(Dwarf_Die *scope, struct qc_strbuf *buffer)
{
    const char *name = dwarf_diename(scope);
    switch (dwarf_tag(scope)) {
    case DW_TAG_namespace:
        name = qc_str_or(name, "(anonymous namespace)");
        break;
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_enumeration_type:
        break;
    default:
        return;
    }
    if (name != NULL) {
        qc_strbuf_put_escaped(buffer, name);
        qc_strbuf_put(buffer, "::");
    }
}

/* Appends the namespaces and types that enclose a function of C++ or Rust, each with "::" after it;
   nothing for another language. die: the function, or an inlined call of it. */
static void put_scopes(Dwarf_Die *die, struct qc_strbuf *buffer)
{
    Dwarf_Die declaration = declaration_of(*die);
    QC_FREE Dwarf_Die *scopes = NULL;
    int count =
        has_namespaces(&declaration) ? dwarf_getscopes_die(&declaration, &scopes) : 0;
    for (int i = count - 1; i > 0; i--) {
        put_scope(&scopes[i], buffer);
    }
}

/* A symbol may refer to its own parts, and these to others: each reference makes the name up to 1.5
   times as long. Nested packs of arguments grow faster. */
static bool is_cheap_to_decode(const char *symbol)
{
    size_t references = 0;
    size_t packs = 0;
    for (const char *at = symbol; *at != '\0'; at++) {
        bool refers = at[1] == '_' || isdigit((unsigned char)at[1]) || qc_is_upper(at[1]);
        references += (*at == 'S' || *at == 'T') && refers;
        packs += at[1] == 'p' && (*at == 'D' || *at == 's');
    }
    return strlen(symbol) <= QC_LIMIT_SYMBOL && references <= QC_LIMIT_SYMBOL_REFERENCES &&
           packs <= 1;
}

typedef char *demangle_function(const char *symbol, char *buffer, size_t *size, int *status);

/* The C++ library of this machine has __cxa_demangle, as the C++ ABI demands. */
static demangle_function *demangler(void)
{
    void *library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_NODELETE);
    return library == NULL ? NULL : (demangle_function *)dlsym(library, "__cxa_demangle");
}

/* Rust's older names are C++'s with a hash at the end: "p::mmio_write::h0123456789abcdef". */
static void cut_hash(char *name)
{
    size_t length = strlen(name);
    char *hash = length < 19 ? name : name + length - 19;
    if (length > 19 && strncmp(hash, "::h", 3) == 0 && strspn(hash + 3, "0123456789abcdef") == 16) {
        *hash = '\0';
    }
}

static char *cxx_name(const char *symbol)
{
    int status = -1;
    demangle_function *demangle =
        strncmp(symbol, "_Z", 2) != 0 || !is_cheap_to_decode(symbol) ? NULL : demangler();
    QC_FREE char *name = demangle == NULL ? NULL : demangle(symbol, NULL, NULL, &status);
    if (name == NULL || status != 0) {
        return NULL;
    }
    cut_hash(name);
    return qc_move(name);
}

bool qc_full_name_put_symbol(const char *symbol, struct qc_strbuf *buffer)
{
    QC_FREE char *name = strncmp(symbol, "_R", 2) == 0 ? qc_rust_name(symbol) : cxx_name(symbol);
    if (name == NULL) {
        return false;
    }
    qc_strbuf_put_escaped(buffer, name);
    return true;
}

void qc_full_name_put(const char *function, const Dwarf_Die *die, struct qc_strbuf *buffer)
{
    if (qc_full_name_put_symbol(function, buffer)) {
        return;
    }
    if (die != NULL) {
        Dwarf_Die scope = *die;
        put_scopes(&scope, buffer);
    }
    qc_strbuf_put_escaped(buffer, function);
}

/* Returns the length of a decoded name without its parameters: of "Ring<int>::kick(int) const" 15. */
static size_t spoken_length(const char *name)
{
    const char *end = strrchr(name, ')');
    if (end == NULL || (end[1] != '\0' && end[1] != ' ')) {
        return strlen(name);
    }
    size_t at = (size_t)(end - name);
    unsigned depth = 1;
    while (at > 0 && depth > 0) {
        at--;
        depth += name[at] == ')';
        depth -= name[at] == '(';
    }
    return at > 0 ? at : strlen(name);
}

void qc_full_name_put_spoken(const char *function, const Dwarf_Die *die, struct qc_strbuf *buffer)
{
    struct qc_strbuf full = {0};
    qc_full_name_put(function, die, &full);
    QC_FREE char *name = qc_strbuf_take(&full);
    qc_strbuf_printf(buffer, "%.*s", name == NULL ? 0 : (int)spoken_length(name), qc_str_or(name, ""));
}

static bool unit_is_c(Dwarf_Die *unit)
{
    switch (dwarf_srclang(unit)) {
    case DW_LANG_C89:
    case DW_LANG_C:
    case DW_LANG_C99:
    case DW_LANG_C11:
    case DW_LANG_C17:
    case DW_LANG_C23:
        return true;
    default:
        return false;
    }
}

/* Compilers used another attribute before DWARF 4 defined DW_AT_linkage_name. */
const char *qc_full_name_linkage(Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    const char *name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));
    return name != NULL
               ? name
               : dwarf_formstring(dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attribute));
}

const char *qc_full_name_linked(Dwarf_Die *unit, Dwarf_Die *die)
{
    const char *name = dwarf_diename(die);
    const char *linkage = qc_full_name_linkage(die);
    size_t length = name == NULL ? 0 : strlen(name);
    if (linkage == NULL || name == NULL || strncmp(linkage, "__GI_", 5) == 0) {
        return name;
    }
    bool copy = strncmp(linkage, name, length) == 0 && linkage[length] == '.';
    return copy || unit_is_c(unit) ? linkage : name;
}
