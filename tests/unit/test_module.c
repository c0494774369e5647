/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_module - the ELF image of a module without a file
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <elf.h>
#include <string.h>

#include "core/core.h"
#include "modules/modules.h"

/* An image that libelf rejects opens neither at the first call nor at a later one. */
static void test_unreadable_image(void **state)
{
    (void)state;
    uint8_t image[sizeof(Elf64_Ehdr)] = {0};
    struct qc_core core = {0};
    struct qc_modules modules = {.core = &core};
    struct qemucore_module module = {
        .modules = &modules,
        .kind = QC_MODULE_JIT,
        .path = (char *)"[jit]",
        .fd = -1,
        .bias_is_known = true,
        .memory = image,
        .memory_size = sizeof(image),
    };
    memcpy(image, ELFMAG, SELFMAG);
    image[EI_CLASS] = ELFCLASS64;
    image[EI_DATA] = 3;
    image[EI_VERSION] = EV_CURRENT;
    elf_version(EV_CURRENT);
    assert_false(qc_module_open(&module));
    assert_null(module.elf);
    assert_false(qc_module_open(&module));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unreadable_image),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
