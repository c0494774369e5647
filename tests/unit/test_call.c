/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_call - whether the code of one function calls another one, for each CPU
 *
 * The source of these functions is tests/fixtures/seed.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "api/handle.h"
#include "modules/modules.h"
#include "qemucore.h"
#include "unwind/unwind.h"

static struct qemucore *seed_open(const char *machine)
{
    char core_path[4096];
    char exe_path[4096];
    const char *top = getenv("top_srcdir");
    top = top == NULL ? "." : top;
    snprintf(core_path, sizeof(core_path), "%s/corpus/%s-seed/core.zst", top, machine);
    snprintf(exe_path, sizeof(exe_path), "%s/corpus/%s-seed/exe.zst", top, machine);
    struct qemucore_options options = {.size = sizeof(options), .executable = exe_path};
    struct qemucore *core = NULL;
    assert_int_equal(qemucore_open(core_path, &options, &core, NULL), QEMUCORE_OK);
    return core;
}

static uint64_t address_of(const struct qemucore *core, const char *function)
{
    struct qemucore_module *executable = qc_modules_executable(core->modules);
    uint64_t address = 0;
    assert_non_null(executable);
    assert_true(qc_module_open(executable) && qc_symbols_function(executable, function, &address));
    return address;
}

static bool calls(const struct qemucore *core, const char *caller, const char *callee)
{
    return qc_call_is_in(core->threads->unwinder, address_of(core, caller),
                         address_of(core, callee));
}

static void check_seed(const char *machine)
{
    struct qemucore *core = seed_open(machine);
    assert_true(calls(core, "iothread_run", "aio_poll"));
    assert_true(calls(core, "iothread_run", "g_main_loop_run"));
    assert_false(calls(core, "iothread_run", "call_rcu_thread"));
    assert_false(calls(core, "call_rcu_thread", "aio_poll"));
    assert_false(calls(core, "aio_poll", "iothread_run"));
    qemucore_close(core);
}

static void test_calls(void **state)
{
    (void)state;
    static const char *const machines[] = {"x86_64",  "aarch64", "ppc64le",
                                           "riscv64", "s390x",   "loongarch64"};
    for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
        check_seed(machines[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_calls)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
