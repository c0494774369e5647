/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz_memory - a sound core with changed words in its memory: list heads, owners, counts
 *
 * Pointers that the decoders of glibc's and QEMU's data follow then lead in a circle, elsewhere, or
 * nowhere. base.h describes the input.
 */
#include <stdlib.h>

#include "base.h"
#include "checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct base *base = base_core();
    uint8_t *core = base_change(base, data, size);
    check_read_core(core, base->size, 0, 0, getenv("QEMUCORE_FUZZ_MODULE"), 64,
                    check_question(data, size));
    free(core);
    return 0;
}
