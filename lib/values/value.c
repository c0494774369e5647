/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/value.h"

#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "modules/modules.h"
#include "values/values_limits.h"

uint64_t qc_value_extend(uint64_t word, unsigned width, bool is_signed)
{
    if (width == 0 || width >= 64) {
        return word;
    }
    unsigned unused_bits = 64 - width;
    return is_signed ? (uint64_t)((int64_t)(word << unused_bits) >> unused_bits)
                     : word << unused_bits >> unused_bits;
}

static struct qc_value value_make(const struct qc_type *type, uint64_t word, unsigned width)
{
    return (struct qc_value){
        .kind = type->kind,
        .bits = qc_value_extend(word, width, type->is_signed),
        .is_signed = type->is_signed,
    };
}

struct qc_value qc_value_from_word(const struct qc_type *type, uint64_t word)
{
    return value_make(type, word, 8 * (unsigned)type->size);
}

struct qc_value qc_value_from_bytes(const struct qc_type *type, const uint8_t *bytes,
                                    bool big_endian, unsigned bit_size, unsigned bit_offset)
{
    struct qc_cursor cursor = qc_cursor_new(bytes, type->size, big_endian);
    uint64_t word = qc_cursor_number(&cursor, type->size);
    if (bit_size == 0) {
        return qc_value_from_word(type, word);
    }
    return value_make(type, bit_offset < 64 ? word >> bit_offset : 0, bit_size);
}

char *qc_value_symbol(const struct qc_modules *modules, uint64_t address)
{
    struct qemucore_module *module = qc_modules_find(modules, address);
    struct qc_symbol symbol;
    if (module == NULL || !qc_symbols_by_address(module, address, &symbol)) {
        return NULL;
    }
    /* Anything may follow a label that has no size. */
    if (symbol.size == 0 && symbol.address != address) {
        return NULL;
    }
    return symbol.address == address
               ? strdup(symbol.name)
               : qc_format("%s+0x%" PRIx64, symbol.name, address - symbol.address);
}

char *qc_value_text(const struct qc_modules *modules, uint64_t address, size_t most, bool *cut)
{
    struct qc_image *image = modules->core->image;
    char buffer[QC_LIMIT_TEXT + sizeof("...")];
    size_t used = 0;
    bool ended = false;
    while (used < most && !ended &&
           qc_image_read(image, address + used, buffer + used, 1, NULL) == QEMUCORE_OK) {
        ended = buffer[used] == '\0';
        if (used == QC_LIMIT_TEXT) {
            break;
        }
        used += !ended;
    }
    bool more = !ended && used < most;
    strcpy(buffer + used, more && cut == NULL ? "..." : "");
    if (cut != NULL) {
        *cut = more;
    }
    return used == 0 && !ended ? NULL : strdup(buffer);
}
