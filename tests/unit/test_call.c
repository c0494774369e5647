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

#include "api/handle.h"
#include "corpus.h"
#include "modules/modules.h"
#include "qemucore.h"
#include "unwind/unwind.h"

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

static void check_seed(const char *scene)
{
    struct qemucore *core = corpus_open(scene);
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
    static const char *const scenes[] = {"x86_64-seed",  "aarch64-seed", "ppc64le-seed",
                                         "riscv64-seed", "s390x-seed",   "loongarch64-seed"};
    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        check_seed(scenes[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_calls)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
