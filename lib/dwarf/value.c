/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf/value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dwarf/dwarf_limits.h"
#include "modules/symbols.h"

/* "qemu_global_mutex" or "table+0x10"; NULL where no symbol holds the address. */
char *qc_value_symbol(const struct qc_modules *modules, uint64_t address)
{
    struct qemucore_module *module = qc_modules_find(modules, address);
    struct qc_symbol symbol;
    char *text = NULL;
    if (module == NULL || !qc_symbols_by_address(module, address, &symbol)) {
        return NULL;
    }
    /* Behind a label without a size may lie anything. */
    if (symbol.size == 0 && symbol.address != address) {
        return NULL;
    }
    int length = symbol.address == address
                     ? asprintf(&text, "%s", symbol.name)
                     : asprintf(&text, "%s+0x%" PRIx64, symbol.name, address - symbol.address);
    return length < 0 ? NULL : text;
}

/* Characters at an address, up to NUL, the limit, or the end of what can be read. */
char *qc_value_text(const struct qc_modules *modules, uint64_t address, size_t most, bool *cut)
{
    struct qc_image *image = modules->core->image;
    char buffer[QC_LIMIT_TEXT + 1];
    size_t used = 0;
    most = most < QC_LIMIT_TEXT ? most : QC_LIMIT_TEXT;
    *cut = false;
    while (used < most) {
        if (qc_image_read(image, address + used, buffer + used, 1, NULL) != QEMUCORE_OK) {
            break;
        }
        if (buffer[used] == '\0') {
            return strdup(buffer);
        }
        used++;
    }
    buffer[used] = '\0';
    *cut = true;
    return used == 0 ? NULL : strdup(buffer);
}

char *qc_value_number(const struct qc_type *type, uint64_t bits)
{
    char *text = NULL;
    unsigned unused_bits = type->size >= 8 ? 0 : 64 - 8 * (unsigned)type->size;
    int64_t as_signed = (int64_t)(bits << unused_bits) >> unused_bits;
    bool is_signed = type->kind == QC_TYPE_SIGNED || type->is_signed;
    int length;
    if (type->kind == QC_TYPE_BOOLEAN) {
        length = asprintf(&text, "%d", bits != 0);
    } else if (is_signed) {
        length = asprintf(&text, "%" PRId64, as_signed);
    } else if (type->kind == QC_TYPE_ENUMERATION || type->kind == QC_TYPE_CHARACTER) {
        length = asprintf(&text, "%" PRIu64, bits);
    } else {
        length = asprintf(&text, "0x%" PRIx64, bits);
    }
    return length < 0 ? NULL : text;
}

static void describe_pointer(const struct qc_modules *modules, struct qc_type *type,
                             uint64_t address, struct qemucore_variable *variable)
{
    struct qc_type target;
    if (address == 0) {
        return;
    }
    if (qc_type_target(type, &target) && target.kind == QC_TYPE_CHARACTER && target.size == 1) {
        variable->text = qc_value_text(modules, address, SIZE_MAX, &variable->text_cut);
    }
    if (variable->text == NULL) {
        variable->symbol = qc_value_symbol(modules, address);
    }
}

void qc_value_describe(const struct qc_modules *modules, struct qc_type *type, uint64_t bits,
                       struct qemucore_variable *variable)
{
    variable->value = qc_value_number(type, bits);
    variable->is_address = type->kind == QC_TYPE_POINTER;
    switch (type->kind) {
    case QC_TYPE_POINTER:
        describe_pointer(modules, type, bits, variable);
        break;
    case QC_TYPE_BOOLEAN:
        variable->text = strdup(bits != 0 ? "true" : "false");
        break;
    case QC_TYPE_ENUMERATION: {
        unsigned unused_bits = 64 - 8 * (unsigned)type->size;
        int64_t value = type->is_signed ? (int64_t)(bits << unused_bits) >> unused_bits
                                        : (int64_t)bits;
        const char *name = qc_type_enumerator(type, value);
        variable->text = name == NULL ? NULL : strdup(name);
        break;
    }
    default:
        break;
    }
}
