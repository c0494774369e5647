/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_frames - a function's name in the source, from symbols of gcc 12, clang 14 and their LTO
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "qemu/threads/frames.h"

static void test_source_name(void **state)
{
    static const struct {
        const char *symbol;
        size_t length;
    } rows[] = {
        {"bdrv_do_drained_begin", 21},
        {"bdrv_do_drained_begin.lto_priv.0", 21},
        {"main_loop_wait.constprop.0", 14},
        {"virtio_bus_stop_ioeventfd.part.0.isra.0", 25},
        {"tcg_gen_code.cold", 12},
        {"error_exit.llvm.1234567890", 10},
        {"main.main", 9}, /* Go: package, dot, function */
        {"runtime.partition", 17},
        {"", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(qc_function_source_length(rows[i].symbol), rows[i].length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_source_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
