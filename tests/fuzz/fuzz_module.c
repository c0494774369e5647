/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz_module - a sound core with changed words in its executable: headers, symbols, debug info
 *
 * The changes hit section headers, symbol tables, unwind tables, abbreviations, units, types,
 * expressions and call sites. base.h describes the input.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base.h"
#include "checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct base *core = base_core();
    const struct base *base = base_module();
    char path[64];
    uint8_t *module = base_change(base, data, size);
    int fd = memfd_create("module", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, module, base->size) == (ssize_t)base->size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    check_read_core(core->bytes, core->size, 0, 0, path, 64, check_question(data, size));
    close(fd);
    free(module);
    return 0;
}
