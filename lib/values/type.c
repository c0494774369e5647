/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/type.h"

#include <dwarf.h>

#include "dwarf/dwarf.h"
#include "values/values_limits.h"

/* Finds the DIE that DW_AT_type refers to. */
static bool type_die(Dwarf_Die *die, Dwarf_Die *ret)
{
    Dwarf_Attribute attribute;
    return dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), ret) != NULL;
}

static bool is_qualifier(int tag)
{
    return tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
           tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type;
}

/* By DW_AT_encoding of a base type. */
static const struct encoding {
    Dwarf_Word encoding;
    enum qc_type_kind kind;
    bool is_signed;
} encodings[] = {
    {DW_ATE_boolean, QC_TYPE_BOOLEAN, false},
    {DW_ATE_signed, QC_TYPE_SIGNED, true},
    {DW_ATE_unsigned, QC_TYPE_UNSIGNED, false},
    {DW_ATE_address, QC_TYPE_UNSIGNED, false},
    {DW_ATE_signed_char, QC_TYPE_CHARACTER, true},
    {DW_ATE_unsigned_char, QC_TYPE_CHARACTER, false},
    {DW_ATE_UTF, QC_TYPE_CHARACTER, false},
};

static void classify_base(struct qc_type *type)
{
    Dwarf_Attribute attribute;
    Dwarf_Word encoding = 0;
    dwarf_formudata(dwarf_attr(&type->die, DW_AT_encoding, &attribute), &encoding);
    const struct encoding *row = qc_array_find(encodings, at, at->encoding == encoding);
    type->kind = row == NULL ? QC_TYPE_OTHER : row->kind;
    type->is_signed = row != NULL && row->is_signed;
}

static void classify(struct qc_type *type)
{
    Dwarf_Attribute attribute;
    Dwarf_Die underlying;
    Dwarf_Word encoding;
    switch (dwarf_tag(&type->die)) {
    case DW_TAG_base_type:
        classify_base(type);
        break;
    case DW_TAG_pointer_type:
    case DW_TAG_reference_type:
    case DW_TAG_rvalue_reference_type:
        type->kind = QC_TYPE_POINTER;
        break;
    case DW_TAG_enumeration_type:
        type->kind = QC_TYPE_ENUMERATION;
        type->is_signed =
            type_die(&type->die, &underlying) &&
            dwarf_formudata(dwarf_attr(&underlying, DW_AT_encoding, &attribute), &encoding) == 0 &&
            encoding == DW_ATE_signed;
        break;
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_class_type:
        type->kind = QC_TYPE_STRUCTURE;
        break;
    case DW_TAG_array_type:
        type->kind = QC_TYPE_ARRAY;
        break;
    default:
        type->kind = QC_TYPE_OTHER;
    }
}

static bool has_language(Dwarf_Die *die)
{
    Dwarf_Die unit;
    return dwarf_diecu(die, &unit, NULL, NULL) != NULL && dwarf_srclang(&unit) != -1;
}

/* Finds the length of one dimension. Its first index is 0, as in all of QEMU's languages. */
static bool dimension_length(Dwarf_Die *dimension, size_t *ret)
{
    Dwarf_Attribute attribute;
    Dwarf_Word number;
    if (dwarf_formudata(dwarf_attr_integrate(dimension, DW_AT_count, &attribute), &number) == 0) {
        return !__builtin_add_overflow(number, 0, ret);
    }
    return !dwarf_hasattr(dimension, DW_AT_lower_bound) &&
           dwarf_formudata(dwarf_attr_integrate(dimension, DW_AT_upper_bound, &attribute),
                           &number) == 0 &&
           !__builtin_add_overflow(number, 1, ret);
}

static size_t array_size(Dwarf_Die *array, unsigned depth);

static size_t size_of(Dwarf_Die type, unsigned depth)
{
    Dwarf_Word size;
    if (dwarf_aggregate_size(&type, &size) == 0) {
        return (size_t)size;
    }
    while (depth < QC_LIMIT_TYPE_DEPTH && dwarf_tag(&type) != DW_TAG_array_type) {
        Dwarf_Die inner;
        bool is_name = dwarf_tag(&type) == DW_TAG_typedef || is_qualifier(dwarf_tag(&type));
        if (!is_name || !type_die(&type, &inner)) {
            return 0;
        }
        type = inner;
        depth++;
    }
    return depth == QC_LIMIT_TYPE_DEPTH ? 0 : array_size(&type, depth);
}

/* A type that dwz has moved to a partial unit has no language, so libdw does not know the first
   index, and thus no size. */
static size_t array_size(Dwarf_Die *array, unsigned depth)
{
    Dwarf_Die element;
    Dwarf_Die dimension;
    if (has_language(array) || !type_die(array, &element) || dwarf_child(array, &dimension) != 0) {
        return 0;
    }
    size_t size = size_of(element, depth + 1);
    do {
        size_t length;
        if (dwarf_tag(&dimension) != DW_TAG_subrange_type) {
            continue;
        }
        if (!dimension_length(&dimension, &length) || __builtin_mul_overflow(size, length, &size)) {
            return 0;
        }
    } while (qc_die_sibling(&dimension, &dimension) == 0);
    return size;
}

size_t qc_type_die_size(Dwarf_Die *type)
{
    return size_of(*type, 0);
}

bool qc_type_of(Dwarf_Die *die, struct qc_type *ret)
{
    *ret = (struct qc_type){.has_die = true};
    if (!type_die(die, &ret->die)) {
        return false;
    }
    ret->size = qc_type_die_size(&ret->die);
    for (unsigned depth = 0; depth < QC_LIMIT_TYPE_DEPTH; depth++) {
        int tag = dwarf_tag(&ret->die);
        if (tag != DW_TAG_typedef && !is_qualifier(tag)) {
            classify(ret);
            return true;
        }
        Dwarf_Die inner;
        if (!type_die(&ret->die, &inner)) {
            ret->has_die = false; /* const void */
            return true;
        }
        ret->die = inner;
    }
    return false;
}

bool qc_type_target(const struct qc_type *type, struct qc_type *ret)
{
    Dwarf_Die die = type->die;
    return type->has_die && qc_type_of(&die, ret);
}

bool qc_type_is_string(const struct qc_type *type)
{
    struct qc_type element;
    return (type->kind == QC_TYPE_POINTER || type->kind == QC_TYPE_ARRAY) &&
           qc_type_target(type, &element) && element.kind == QC_TYPE_CHARACTER && element.size == 1;
}

const char *qc_type_enumerator(const struct qc_type *type, int64_t value)
{
    Dwarf_Die child;
    Dwarf_Die die = type->die;
    if (!type->has_die || dwarf_child(&die, &child) != 0) {
        return NULL;
    }
    do {
        Dwarf_Attribute attribute;
        Dwarf_Sword constant;
        if (dwarf_tag(&child) == DW_TAG_enumerator &&
            dwarf_formsdata(dwarf_attr(&child, DW_AT_const_value, &attribute), &constant) == 0 &&
            constant == value) {
            return dwarf_diename(&child);
        }
    } while (qc_die_sibling(&child, &child) == 0);
    return NULL;
}

static void spell(Dwarf_Die *type, unsigned depth, struct qc_strbuf *buffer);

/* Appends the type that a modifier applies to, or void. */
static void spell_inner(Dwarf_Die *type, unsigned depth, struct qc_strbuf *buffer)
{
    Dwarf_Die inner;
    if (type_die(type, &inner)) {
        spell(&inner, depth + 1, buffer);
    } else {
        qc_strbuf_put(buffer, "void");
    }
}

static void spell_tagged(const char *keyword, Dwarf_Die *type, struct qc_strbuf *buffer)
{
    const char *name = dwarf_diename(type);
    qc_strbuf_put(buffer, keyword);
    qc_strbuf_put(buffer, qc_str_or(name, "{...}"));
}

static void spell_function(Dwarf_Die *function, unsigned depth, struct qc_strbuf *buffer)
{
    Dwarf_Die parameter;
    bool first = true;
    qc_strbuf_put(buffer, "(");
    if (dwarf_child(function, &parameter) == 0) {
        do {
            if (dwarf_tag(&parameter) == DW_TAG_formal_parameter) {
                qc_strbuf_put(buffer, first ? "" : ", ");
                spell_inner(&parameter, depth, buffer);
                first = false;
            }
        } while (qc_die_sibling(&parameter, &parameter) == 0);
    }
    qc_strbuf_put(buffer, first ? "void)" : ")");
}

static void spell_pointer(Dwarf_Die *type, unsigned depth, struct qc_strbuf *buffer)
{
    Dwarf_Die target;
    if (type_die(type, &target) && dwarf_tag(&target) == DW_TAG_subroutine_type) {
        spell_inner(&target, depth, buffer);
        qc_strbuf_put(buffer, " (*)");
        spell_function(&target, depth, buffer);
        return;
    }
    spell_inner(type, depth, buffer);
    bool after_star = buffer->length != 0 && buffer->text[buffer->length - 1] == '*';
    qc_strbuf_put(buffer, after_star ? "*" : " *");
}

/* C has the qualifier of a pointer after the asterisk. */
static void spell_qualified(const char *word, Dwarf_Die *type, unsigned depth,
                            struct qc_strbuf *buffer)
{
    Dwarf_Die inner;
    bool is_pointer = type_die(type, &inner) && dwarf_tag(&inner) == DW_TAG_pointer_type;
    if (!is_pointer) {
        qc_strbuf_put(buffer, word);
        qc_strbuf_put(buffer, " ");
    }
    spell_inner(type, depth, buffer);
    qc_strbuf_put(buffer, is_pointer ? word : "");
}

static void spell(Dwarf_Die *type, unsigned depth, struct qc_strbuf *buffer)
{
    /* A function pointer that takes several of its own kind doubles in length with every level. */
    if (depth > QC_LIMIT_TYPE_DEPTH || buffer->length > QC_LIMIT_TYPE_TEXT) {
        qc_strbuf_put(buffer, "...");
        return;
    }
    switch (dwarf_tag(type)) {
    case DW_TAG_structure_type:
        spell_tagged("struct ", type, buffer);
        break;
    case DW_TAG_union_type:
        spell_tagged("union ", type, buffer);
        break;
    case DW_TAG_enumeration_type:
        spell_tagged("enum ", type, buffer);
        break;
    case DW_TAG_pointer_type:
        spell_pointer(type, depth, buffer);
        break;
    case DW_TAG_const_type:
        spell_qualified("const", type, depth, buffer);
        break;
    case DW_TAG_volatile_type:
        spell_qualified("volatile", type, depth, buffer);
        break;
    case DW_TAG_restrict_type:
    case DW_TAG_atomic_type:
        spell_inner(type, depth, buffer);
        break;
    case DW_TAG_array_type:
        spell_inner(type, depth, buffer);
        qc_strbuf_put(buffer, " []");
        break;
    default:
        qc_strbuf_put(buffer, qc_str_or(dwarf_diename(type), "{...}"));
    }
}

void qc_type_spell(Dwarf_Die *die, struct qc_strbuf *buffer)
{
    spell_inner(die, 0, buffer);
}
