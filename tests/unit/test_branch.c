/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_branch - the targets of calls and jumps
 *
 * The instructions and their targets were read from binutils' objdump.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "arch/arch.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS (QC_ARCH_CODE / 4)

/* No branch; to an address; through a slot that holds the address; to a register's value. */
enum leads { NOWHERE, TO, THROUGH, ANYWHERE };

struct code {
    uint64_t address; /* address of the first instruction */
    uint32_t words[WORDS];
    unsigned count;
    enum leads leads;
    uint64_t target;
};

static void check(const struct qc_arch_branch *branch, const struct code *code)
{
    assert_int_equal(branch->has_target, code->leads == TO);
    assert_int_equal(branch->has_slot, code->leads == THROUGH);
    assert_int_equal(branch->is_indirect, code->leads == ANYWHERE);
    if (code->leads == TO || code->leads == THROUGH) {
        assert_int_equal(branch->target, code->target);
    }
}

static void write_words(uint8_t *to, const struct code *code)
{
    for (unsigned i = 0; i < 4 * code->count; i++) {
        to[i] = (uint8_t)(code->words[i / 4] >> 8 * (i % 4));
    }
}

/* The bytes before the call are other code: 0xff here. */
static void loongarch64_calls(void **state)
{
    (void)state;
    static const struct code codes[] = {
        {0x10000, {0x57edcfff}, 1, TO, 0xedcc},                       /* bl */
        {0x49b300, {0x1c017b6f, 0x4c0001ed}, 2, NOWHERE, 0},          /* links in $t1, not $ra */
        {0x10004, {0x1e000001, 0x4c000021}, 2, TO, 0x10004},          /* pcaddu18i, jirl */
        {0x10000, {0x4c000181}, 1, ANYWHERE, 0},                      /* jirl $ra, $t0 */
        {0x10000, {0x4c000020}, 1, NOWHERE, 0},                       /* ret */
        /* _start of Debian's qemu-system-loongarch64, to __libc_start_main@plt */
        {0x4a18c0, {0x1bffff41, 0x02cc000c, 0x1600000c, 0x0300018c, 0x0010b021, 0x4c000021}, 6, TO,
         0x49b300},
        {0x4a18c0, {0x1a000021, 0x02f7800c, 0x17ffffec, 0x033ffd8c, 0x0010b021, 0x4c000021}, 6, TO,
         0x4a1de0},
        /* one of the instructions has another register */
        {0x4a18c0, {0x1bffff41, 0x02cc000c, 0x1600000d, 0x0300018c, 0x0010b021, 0x4c000021}, 6,
         ANYWHERE, 0},
    };
    for (size_t i = 0; i < COUNT(codes); i++) {
        uint8_t code[QC_ARCH_CODE];
        memset(code, 0xff, sizeof(code));
        write_words(code + sizeof(code) - 4 * codes[i].count, &codes[i]);
        struct qc_arch_branch branch =
            qc_arch_loongarch64.call(code, codes[i].address + 4 * codes[i].count);
        check(&branch, &codes[i]);
    }
}

static void loongarch64_jumps(void **state)
{
    (void)state;
    static const struct code codes[] = {
        {0x10044, {0x50400000}, 1, TO, 0x14044},                      /* b */
        {0x49b300, {0x1c017b6f, 0x28ce21ef}, 2, THROUGH, 0x1076688},  /* an entry of the PLT */
        {0x10000, {0x4c000020}, 1, NOWHERE, 0},                       /* ret */
    };
    for (size_t i = 0; i < COUNT(codes); i++) {
        uint8_t code[QC_ARCH_CODE];
        memset(code, 0xff, sizeof(code));
        write_words(code, &codes[i]);
        struct qc_arch_branch branch = qc_arch_loongarch64.jump(code, codes[i].address);
        check(&branch, &codes[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loongarch64_calls),
        cmocka_unit_test(loongarch64_jumps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
