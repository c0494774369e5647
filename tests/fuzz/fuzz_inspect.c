/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz_inspect - any text as an expression: names, members, indices, types, addresses
 */
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct base *base = base_core();
    char *text = strndup((const char *)data, size);
    check(text != NULL);
    check_expression(base->bytes, base->size, getenv("QEMUCORE_FUZZ_MODULE"), text);
    free(text);
    return 0;
}
