/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/vec.h"

#include <string.h>

#include "base/shortage.h"

bool qc_vec_reserve(void **items, size_t *capacity, size_t count, size_t item_size)
{
    if (count == *capacity) {
        size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
        void *grown = reallocarray(*items, wanted, item_size);
        if (grown == NULL) {
            return false;
        }
        *items = grown;
        *capacity = wanted;
    }
    memset((char *)*items + count * item_size, 0, item_size);
    return true;
}
