/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_expression - DWARF expressions, against values worked out by hand
 *
 * Expressions of call frame information are bytes, as in a file. Locations are operations, as libdw
 * returns them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "values/values_limits.h"
#include "values/expression.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BYTES(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

#define MEMORY 0x1000u

/* Little-endian words at MEMORY: 0x1018, 0xfedcba9876543210, 0x80, 0x2a. */
static const uint8_t memory[] = {
    0x18, 0x10, 0,    0,    0,    0,    0,    0,
    0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe,
    0x80, 0,    0,    0,    0,    0,    0,    0,
    0x2a, 0,    0,    0,    0,    0,    0,    0,
};

static struct qc_image *image;
static struct qc_registers registers;

static int setup(void **state)
{
    (void)state;
    struct qc_range range = {
        MEMORY, MEMORY + sizeof(memory), .kind = QC_RANGE_MEMORY, .bytes = memory};
    assert_int_equal(qc_image_new(0, &image, NULL), QEMUCORE_OK);
    assert_int_equal(qc_image_add(image, &range, NULL), QEMUCORE_OK);
    qc_image_seal(image);
    qc_registers_set(&registers, 0, 0x1000);
    qc_registers_set(&registers, 7, 0x7ffe00001000);
    qc_registers_set(&registers, 31, 31);
    qc_registers_set(&registers, 79, 79);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    qc_image_free(image);
    return 0;
}

/* Evaluates a copy at the end of an allocation, so that sanitizers see a read past it. */
static enum qemucore_status evaluate(struct qc_expression expression, uint64_t *value,
                                     struct qemucore_error *error)
{
    uint8_t *copy = malloc(expression.size + 1);
    assert_non_null(copy);
    memcpy(copy + 1, expression.bytes, expression.size);
    expression.bytes = copy + 1;
    enum qemucore_status status =
        qc_expression_evaluate(&expression, &registers, image, value, error);
    free(copy);
    return status;
}

static void check_value(int line, struct qc_expression expression, uint64_t expected)
{
    uint64_t value = ~expected;
    struct qemucore_error error = {0};
    if (evaluate(expression, &value, &error) != QEMUCORE_OK) {
        fail_msg("line %d: %s", line, error.message);
    }
    if (value != expected) {
        fail_msg("line %d: %#llx, not %#llx", line, (unsigned long long)value,
                 (unsigned long long)expected);
    }
}

static struct qc_expression of_bytes(const uint8_t *bytes, size_t size)
{
    return (struct qc_expression){.bytes = bytes, .size = size};
}

#define VALUE(expected, ...) check_value(__LINE__, of_bytes(BYTES(__VA_ARGS__)), (expected))

/* Fails with this status and these words in the message, and stores no value. */
static void check_fails(int line, struct qc_expression expression, enum qemucore_status status,
                        const char *words)
{
    uint64_t value = 0x5a5a;
    struct qemucore_error error = {0};
    enum qemucore_status got = evaluate(expression, &value, &error);
    if (got != status || error.status != status || strstr(error.message, words) == NULL) {
        fail_msg("line %d: status %d \"%s\", not %d with \"%s\"", line, got, error.message, status,
                 words);
    }
    assert_true(value == 0x5a5a);
    assert_int_equal(evaluate(expression, &value, NULL), status);
}

#define FAILS(status, words, ...) \
    check_fails(__LINE__, of_bytes(BYTES(__VA_ARGS__)), (status), (words))

/* ---- Constants --------------------------------------------------------------------------- */

static void test_constants(void **state)
{
    (void)state;
    for (uint8_t i = 0; i < 32; i++) {
        VALUE(i, DW_OP_lit0 + i);
    }
    VALUE(0xff, DW_OP_const1u, 0xff);
    VALUE(UINT64_MAX, DW_OP_const1s, 0xff);
    VALUE(0x7f, DW_OP_const1s, 0x7f);
    VALUE(0x8001, DW_OP_const2u, 0x01, 0x80);
    VALUE(0xffffffffffff8001, DW_OP_const2s, 0x01, 0x80);
    VALUE(0x80000001, DW_OP_const4u, 1, 0, 0, 0x80);
    VALUE(0xffffffff80000001, DW_OP_const4s, 1, 0, 0, 0x80);
    VALUE(0x8000000000000001, DW_OP_const8u, 1, 0, 0, 0, 0, 0, 0, 0x80);
    VALUE(0x8000000000000001, DW_OP_const8s, 1, 0, 0, 0, 0, 0, 0, 0x80);
    VALUE(12857, DW_OP_constu, 0xb9, 0x64);
    VALUE((uint64_t)-129, DW_OP_consts, 0xff, 0x7e);
    VALUE(0x0807060504030201, DW_OP_addr, 1, 2, 3, 4, 5, 6, 7, 8);
    VALUE(5, DW_OP_nop, DW_OP_lit5, DW_OP_nop);
}

static void test_byte_order_and_bias(void **state)
{
    (void)state;
    static const uint8_t const2[] = {DW_OP_const2u, 0x12, 0x34};
    static const uint8_t const4[] = {DW_OP_const4s, 0xff, 0xff, 0xff, 0xfe};
    static const uint8_t address[] = {DW_OP_addr, 0, 0, 0, 0, 0, 0, 0x20, 0x10};
    struct qc_expression expression = {const2, sizeof(const2), .big_endian = true};
    check_value(__LINE__, expression, 0x1234);
    expression = (struct qc_expression){const4, sizeof(const4), .big_endian = true};
    check_value(__LINE__, expression, (uint64_t)-2);
    expression = (struct qc_expression){
        address, sizeof(address), .big_endian = true, .bias = 0x550000000000};
    check_value(__LINE__, expression, 0x550000002010);
    /* A bias of a file that lies below where it was linked to. */
    expression.bias = (uint64_t)-0x1000;
    check_value(__LINE__, expression, 0x1010);
}

static void test_initial(void **state)
{
    (void)state;
    static const uint8_t plus[] = {DW_OP_plus_uconst, 8};
    struct qc_expression expression = {plus, sizeof(plus), .has_initial = true, .initial = 0x100};
    check_value(__LINE__, expression, 0x108);
    expression.size = 0;
    check_value(__LINE__, expression, 0x100);
    expression.has_initial = false;
    check_fails(__LINE__, expression, QEMUCORE_CORRUPT, "no value");
}

/* ---- The stack --------------------------------------------------------------------------- */

static void test_stack(void **state)
{
    (void)state;
    VALUE(6, DW_OP_lit3, DW_OP_dup, DW_OP_plus);
    VALUE(1, DW_OP_lit1, DW_OP_lit2, DW_OP_drop);
    VALUE(1, DW_OP_lit1, DW_OP_lit2, DW_OP_over);
    VALUE(1, DW_OP_lit1, DW_OP_lit2, DW_OP_lit3, DW_OP_pick, 2);
    VALUE(3, DW_OP_lit1, DW_OP_lit2, DW_OP_lit3, DW_OP_pick, 0);
    VALUE(1, DW_OP_lit1, DW_OP_lit2, DW_OP_swap);
    VALUE(2, DW_OP_lit1, DW_OP_lit2, DW_OP_swap, DW_OP_drop);
    /* rot: 1 2 3 (top) becomes 3 1 2: the top goes down, the second comes up. */
    VALUE(2, DW_OP_lit1, DW_OP_lit2, DW_OP_lit3, DW_OP_rot);
    VALUE(1, DW_OP_lit1, DW_OP_lit2, DW_OP_lit3, DW_OP_rot, DW_OP_drop);
    VALUE(3, DW_OP_lit1, DW_OP_lit2, DW_OP_lit3, DW_OP_rot, DW_OP_drop, DW_OP_drop);
    VALUE(9, DW_OP_lit9, DW_OP_lit1, DW_OP_lit2, DW_OP_lit3, DW_OP_rot, DW_OP_drop, DW_OP_drop,
          DW_OP_drop);
}

static void test_stack_underflow(void **state)
{
    (void)state;
    static const uint8_t one[] = {DW_OP_drop, DW_OP_dup,  DW_OP_abs, DW_OP_neg,
                                  DW_OP_not,  DW_OP_deref};
    for (size_t i = 0; i < COUNT(one); i++) {
        FAILS(QEMUCORE_CORRUPT, "", one[i]);
    }
    static const uint8_t two[] = {
        DW_OP_over, DW_OP_swap, DW_OP_and, DW_OP_div,  DW_OP_minus, DW_OP_mod,
        DW_OP_mul,  DW_OP_or,   DW_OP_plus, DW_OP_shl, DW_OP_shr,   DW_OP_shra,
        DW_OP_xor,  DW_OP_eq,   DW_OP_ge,  DW_OP_gt,   DW_OP_le,    DW_OP_lt,
        DW_OP_ne,   DW_OP_rot,
    };
    for (size_t i = 0; i < COUNT(two); i++) {
        FAILS(QEMUCORE_CORRUPT, "", two[i]);
        FAILS(QEMUCORE_CORRUPT, "", DW_OP_lit1, two[i]);
    }
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_lit1, DW_OP_lit1, DW_OP_rot);
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_lit1, DW_OP_pick, 1);
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_lit1, DW_OP_pick, 255);
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_plus_uconst, 1);
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_bra, 0, 0);
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_deref_size, 4);
    FAILS(QEMUCORE_CORRUPT, "no value", DW_OP_lit1, DW_OP_drop);
    FAILS(QEMUCORE_CORRUPT, "no value", DW_OP_nop);
}

static void test_stack_overflow(void **state)
{
    (void)state;
    uint8_t bytes[QC_LIMIT_EXPRESSION_STACK + 1];
    memset(bytes, DW_OP_lit7, sizeof(bytes));
    check_value(__LINE__, of_bytes(bytes, sizeof(bytes) - 1), 7);
    check_fails(__LINE__, of_bytes(bytes, sizeof(bytes)), QEMUCORE_CORRUPT, "");
    bytes[sizeof(bytes) - 1] = DW_OP_dup;
    check_fails(__LINE__, of_bytes(bytes, sizeof(bytes)), QEMUCORE_CORRUPT, "");
    /* A loop that pushes lit1 again and again. */
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_lit1, DW_OP_skip, 0xfc, 0xff);
}

/* ---- Arithmetic -------------------------------------------------------------------------- */

#define MINUS(n) DW_OP_consts, (uint8_t)(0x80 - (n)) /* n up to 64 */
#define INT64_MIN_BYTES DW_OP_const8u, 0, 0, 0, 0, 0, 0, 0, 0x80

static void test_unary(void **state)
{
    (void)state;
    VALUE(5, MINUS(5), DW_OP_abs);
    VALUE(5, DW_OP_lit5, DW_OP_abs);
    VALUE((uint64_t)1 << 63, INT64_MIN_BYTES, DW_OP_abs);
    VALUE((uint64_t)-5, DW_OP_lit5, DW_OP_neg);
    VALUE((uint64_t)1 << 63, INT64_MIN_BYTES, DW_OP_neg);
    VALUE(0xfffffffffffffff0, DW_OP_lit15, DW_OP_not);
    VALUE(133, DW_OP_lit5, DW_OP_plus_uconst, 0x80, 1);
    VALUE(4, MINUS(1), DW_OP_plus_uconst, 5);
}

static void test_arithmetic(void **state)
{
    (void)state;
    VALUE(8, DW_OP_lit12, DW_OP_lit10, DW_OP_and);
    VALUE(14, DW_OP_lit12, DW_OP_lit10, DW_OP_or);
    VALUE(6, DW_OP_lit12, DW_OP_lit10, DW_OP_xor);
    VALUE(22, DW_OP_lit12, DW_OP_lit10, DW_OP_plus);
    VALUE(2, DW_OP_lit12, DW_OP_lit10, DW_OP_minus);
    VALUE((uint64_t)-2, DW_OP_lit10, DW_OP_lit12, DW_OP_minus);
    VALUE(120, DW_OP_lit12, DW_OP_lit10, DW_OP_mul);
    VALUE((uint64_t)-30, MINUS(5), DW_OP_lit6, DW_OP_mul);
    VALUE(1, DW_OP_lit2, MINUS(1), DW_OP_plus);
    /* The low 64 bits of the product of two large numbers. */
    VALUE(0x8000000000000000, DW_OP_const8u, 1, 0, 0, 0, 0, 0, 0, 0x80, INT64_MIN_BYTES,
          DW_OP_mul);
    VALUE(3, DW_OP_lit17, DW_OP_lit5, DW_OP_div);
    VALUE((uint64_t)-3, MINUS(17), DW_OP_lit5, DW_OP_div);
    VALUE((uint64_t)-3, DW_OP_lit17, MINUS(5), DW_OP_div);
    VALUE(3, MINUS(17), MINUS(5), DW_OP_div);
    VALUE((uint64_t)1 << 63, INT64_MIN_BYTES, MINUS(1), DW_OP_div);
    VALUE((uint64_t)-17, DW_OP_lit17, MINUS(1), DW_OP_div);
    VALUE(2, DW_OP_lit17, DW_OP_lit5, DW_OP_mod);
    VALUE(17, DW_OP_lit17, MINUS(5), DW_OP_mod); /* unsigned: 17 modulo 2^64 - 5 */
    VALUE(4, MINUS(2), DW_OP_lit10, DW_OP_mod);  /* 18446744073709551614 modulo 10 */
    VALUE((uint64_t)1 << 63, INT64_MIN_BYTES, MINUS(1), DW_OP_mod);
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_lit1, DW_OP_lit0, DW_OP_div);
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_lit1, DW_OP_lit0, DW_OP_mod);
}

static void test_shifts(void **state)
{
    (void)state;
    VALUE(40, DW_OP_lit5, DW_OP_lit3, DW_OP_shl);
    VALUE((uint64_t)1 << 63, DW_OP_lit1, DW_OP_const1u, 63, DW_OP_shl);
    VALUE(0, DW_OP_lit1, DW_OP_const1u, 64, DW_OP_shl);
    VALUE(0, DW_OP_lit1, MINUS(1), DW_OP_shl);
    VALUE(5, DW_OP_const1u, 40, DW_OP_lit3, DW_OP_shr);
    VALUE(0x7fffffffffffffff, MINUS(1), DW_OP_lit1, DW_OP_shr);
    VALUE(1, MINUS(1), DW_OP_const1u, 63, DW_OP_shr);
    VALUE(0, MINUS(1), DW_OP_const1u, 64, DW_OP_shr);
    VALUE(0, MINUS(1), DW_OP_const4u, 0, 0, 0, 1, DW_OP_shr);
    VALUE((uint64_t)-3, MINUS(5), DW_OP_lit1, DW_OP_shra);
    VALUE(2, DW_OP_lit5, DW_OP_lit1, DW_OP_shra);
    VALUE(UINT64_MAX, INT64_MIN_BYTES, DW_OP_const1u, 63, DW_OP_shra);
    VALUE(UINT64_MAX, INT64_MIN_BYTES, DW_OP_const1u, 64, DW_OP_shra);
    VALUE(0, DW_OP_lit31, DW_OP_const1u, 200, DW_OP_shra);
}

/* Comparisons are signed. */
static void test_comparisons(void **state)
{
    (void)state;
    static const struct {
        uint8_t atom;
        bool less, equal, greater;
    } cases[] = {
        {DW_OP_eq, false, true, false}, {DW_OP_ne, true, false, true},
        {DW_OP_lt, true, false, false}, {DW_OP_le, true, true, false},
        {DW_OP_gt, false, false, true}, {DW_OP_ge, false, true, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        VALUE(cases[i].less, DW_OP_lit3, DW_OP_lit4, cases[i].atom);
        VALUE(cases[i].equal, DW_OP_lit4, DW_OP_lit4, cases[i].atom);
        VALUE(cases[i].greater, DW_OP_lit5, DW_OP_lit4, cases[i].atom);
        VALUE(cases[i].less, MINUS(1), DW_OP_lit0, cases[i].atom);
        VALUE(cases[i].greater, DW_OP_lit0, MINUS(1), cases[i].atom);
        VALUE(cases[i].less, INT64_MIN_BYTES, MINUS(64), cases[i].atom);
        VALUE(cases[i].equal, INT64_MIN_BYTES, INT64_MIN_BYTES, cases[i].atom);
    }
}

/* ---- Control flow ------------------------------------------------------------------------ */

static void test_jumps(void **state)
{
    (void)state;
    /* Jumps over lit1, to the next operation, to the end. */
    VALUE(2, DW_OP_lit2, DW_OP_skip, 1, 0, DW_OP_lit1);
    VALUE(1, DW_OP_lit2, DW_OP_skip, 0, 0, DW_OP_lit1);
    VALUE(2, DW_OP_lit2, DW_OP_skip, 2, 0, DW_OP_lit1, DW_OP_lit3);
    VALUE(2, DW_OP_lit2, DW_OP_lit1, DW_OP_bra, 1, 0, DW_OP_lit3);
    VALUE(3, DW_OP_lit2, DW_OP_lit0, DW_OP_bra, 1, 0, DW_OP_lit3);
    /* Any value except zero is true. */
    VALUE(2, DW_OP_lit2, INT64_MIN_BYTES, DW_OP_bra, 1, 0, DW_OP_lit3);
    /* A jump back: a loop that doubles 1 ten times. */
    VALUE(1024, DW_OP_lit1, DW_OP_lit10,                    /* x n */
          DW_OP_swap, DW_OP_dup, DW_OP_plus, DW_OP_swap,    /* 2x n */
          DW_OP_lit1, DW_OP_minus, DW_OP_dup,               /* 2x n-1 n-1 */
          DW_OP_bra, 0xf6, 0xff,                            /* 10 bytes back, to the swap */
          DW_OP_drop);
    static const uint8_t big[] = {DW_OP_lit2, DW_OP_skip, 0, 1, DW_OP_lit1};
    struct qc_expression expression = {big, sizeof(big), .big_endian = true};
    check_value(__LINE__, expression, 2);
    /* Jumps to before the beginning, and past the end. */
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_lit2, DW_OP_skip, 0xfb, 0xff);
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_lit2, DW_OP_skip, 2, 0, DW_OP_lit1);
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_lit2, DW_OP_skip, 0xff, 0x7f);
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_lit2, DW_OP_skip, 0, 0x80);
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_lit2, DW_OP_lit1, DW_OP_bra, 0xfa, 0xff);
    /* The target of a jump that is not taken does not matter. */
    VALUE(2, DW_OP_lit2, DW_OP_lit0, DW_OP_bra, 0xff, 0x7f);
}

static void test_endless(void **state)
{
    (void)state;
    FAILS(QEMUCORE_LIMIT, "10000", DW_OP_skip, 0xfd, 0xff);
    FAILS(QEMUCORE_LIMIT, "10000", DW_OP_lit1, DW_OP_dup, DW_OP_bra, 0xfc, 0xff);
    FAILS(QEMUCORE_LIMIT, "10000", DW_OP_lit1, DW_OP_lit2, DW_OP_swap, DW_OP_skip, 0xfc, 0xff);
    /* As many operations as allowed, lit4 and 9999 nops; then one more. */
    static uint8_t bytes[QC_LIMIT_EXPRESSION_STEPS + 1];
    memset(bytes, DW_OP_nop, sizeof(bytes));
    bytes[0] = DW_OP_lit4;
    check_value(__LINE__, of_bytes(bytes, sizeof(bytes) - 1), 4);
    check_fails(__LINE__, of_bytes(bytes, sizeof(bytes)), QEMUCORE_LIMIT, "10000");
}

/* ---- Registers and memory ---------------------------------------------------------------- */

static void test_registers(void **state)
{
    (void)state;
    VALUE(0x1000, DW_OP_breg0, 0);
    VALUE(0x7ffe00001008, DW_OP_breg7, 8);
    VALUE(0x7ffe00000f80, DW_OP_breg7, 0x80, 0x7f); /* -128 */
    VALUE(30, DW_OP_breg31, 0x7f);
    VALUE(79 + 128, DW_OP_bregx, 79, 0x80, 1);
    VALUE(30, DW_OP_bregx, 31, 0x7f);
    FAILS(QEMUCORE_ABSENT, "register 1 ", DW_OP_breg1, 0);
    FAILS(QEMUCORE_ABSENT, "register 78 ", DW_OP_bregx, 78, 0);
    FAILS(QEMUCORE_ABSENT, "register 80 ", DW_OP_bregx, 80, 0);
    FAILS(QEMUCORE_ABSENT, "register 18446744073709551615 ", DW_OP_bregx, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 1, 0);
}

static void test_memory(void **state)
{
    (void)state;
    VALUE(0x1018, DW_OP_breg0, 0, DW_OP_deref);
    VALUE(0x2a, DW_OP_breg0, 0, DW_OP_deref, DW_OP_deref);
    VALUE(0xfedcba9876543210, DW_OP_breg0, 8, DW_OP_deref);
    static const uint64_t parts[] = {0x10, 0x3210, 0x543210, 0x76543210, 0x9876543210,
                                     0xba9876543210, 0xdcba9876543210, 0xfedcba9876543210};
    for (uint8_t size = 1; size <= 8; size++) {
        VALUE(parts[size - 1], DW_OP_breg0, 8, DW_OP_deref_size, size);
    }
    /* A value shorter than an address is zero-extended. */
    VALUE(0x80, DW_OP_breg0, 16, DW_OP_deref_size, 1);
    static const uint8_t big[] = {DW_OP_breg0, 8, DW_OP_deref_size, 4};
    struct qc_expression expression = {big, sizeof(big), .big_endian = true};
    check_value(__LINE__, expression, 0x10325476);
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_breg0, 8, DW_OP_deref_size, 0);
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_breg0, 8, DW_OP_deref_size, 9);
    FAILS(QEMUCORE_CORRUPT, "", DW_OP_breg0, 8, DW_OP_deref_size, 255);
}

static void test_memory_unreadable(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {DW_OP_const2u, 0x1c, 0x10, DW_OP_deref};
    struct qc_expression expression = of_bytes(bytes, sizeof(bytes));
    uint64_t value = 7;
    struct qemucore_error error = {0};
    check_fails(__LINE__, expression, QEMUCORE_ABSENT, "0x1020");
    assert_int_equal(evaluate(expression, &value, &error), QEMUCORE_ABSENT);
    assert_true(error.address == 0x1020);
    FAILS(QEMUCORE_ABSENT, "0x0", DW_OP_lit0, DW_OP_deref);
    FAILS(QEMUCORE_ABSENT, "0xffffffffffffffff", MINUS(1), DW_OP_deref);
}

/* ---- Truncated and unknown operations ---------------------------------------------------- */

/* Operands that are cut off, byte by byte. */
static void test_truncated(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[12];
        size_t size;
    } cases[] = {
        {{DW_OP_addr, 1, 2, 3, 4, 5, 6, 7, 8}, 9},
        {{DW_OP_const1u, 1}, 2},
        {{DW_OP_const1s, 1}, 2},
        {{DW_OP_const2u, 1, 2}, 3},
        {{DW_OP_const2s, 1, 2}, 3},
        {{DW_OP_const4u, 1, 2, 3, 4}, 5},
        {{DW_OP_const4s, 1, 2, 3, 4}, 5},
        {{DW_OP_const8u, 1, 2, 3, 4, 5, 6, 7, 8}, 9},
        {{DW_OP_const8s, 1, 2, 3, 4, 5, 6, 7, 8}, 9},
        {{DW_OP_constu, 0x81, 0x82, 1}, 4},
        {{DW_OP_consts, 0x81, 0x82, 1}, 4},
        {{DW_OP_pick, 0}, 2},
        {{DW_OP_plus_uconst, 0x81, 1}, 3},
        {{DW_OP_breg0, 0x81, 1}, 3},
        {{DW_OP_breg1, 0x81, 1}, 3},
        {{DW_OP_bregx, 0x80, 0, 0x81, 1}, 5},
        {{DW_OP_deref_size, 8}, 2},
        {{DW_OP_skip, 0, 0}, 3},
        {{DW_OP_bra, 0, 0}, 3},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (size_t size = 1; size < cases[i].size; size++) {
            struct qc_expression expression = {
                cases[i].bytes, size, .has_initial = true, .initial = MEMORY};
            print_message("case %zu, %zu bytes\n", i, size);
            check_fails(__LINE__, expression, QEMUCORE_CORRUPT, "");
        }
        /* Complete, they leave a value: except for register 1 and DW_OP_bra, which takes it. */
        struct qc_expression whole = {
            cases[i].bytes, cases[i].size, .has_initial = true, .initial = MEMORY};
        uint64_t value;
        enum qemucore_status status = evaluate(whole, &value, NULL);
        assert_int_equal(status, cases[i].bytes[0] == DW_OP_breg1 ? QEMUCORE_ABSENT
                         : cases[i].bytes[0] == DW_OP_bra         ? QEMUCORE_CORRUPT
                                                                  : QEMUCORE_OK);
    }
}

static void test_unknown(void **state)
{
    (void)state;
    /* Opcodes that are not in DWARF, need an address space, or can only be in locations. */
    static const uint8_t opcodes[] = {
        0x00, 0x01, 0x07, 0xe7, 0xff, DW_OP_xderef, DW_OP_xderef_size, DW_OP_fbreg,
        DW_OP_push_object_address, DW_OP_call2, DW_OP_call_frame_cfa, DW_OP_form_tls_address,
        DW_OP_GNU_entry_value, DW_OP_entry_value,
    };
    for (size_t i = 0; i < COUNT(opcodes); i++) {
        char name[8];
        snprintf(name, sizeof(name), "0x%02x", opcodes[i]);
        FAILS(QEMUCORE_UNSUPPORTED, name, DW_OP_lit1, DW_OP_lit1, opcodes[i], 0, 0, 0, 0);
    }
}

/* ---- Locations --------------------------------------------------------------------------- */

static enum qemucore_status answer_base(void *opaque, uint64_t *ret, struct qemucore_error *error)
{
    uint64_t *value = opaque;
    if (*value == 0) {
        return qc_error_set(error, QEMUCORE_ABSENT, "no answer");
    }
    *ret = *value;
    return QEMUCORE_OK;
}

static enum qemucore_status answer_cfa(void *opaque, uint64_t *ret, struct qemucore_error *error)
{
    enum qemucore_status status = answer_base(opaque, ret, error);
    *ret += 0x1000000;
    return status;
}

static enum qemucore_status locate(const Dwarf_Op *operations, size_t count,
                                   const struct qc_expression_frame *frame,
                                   struct qc_location *location, struct qemucore_error *error)
{
    struct qc_expression expression = {
        .operations = operations, .count = count, .bias = 0x10000, .frame = frame};
    memset(location, 0xee, sizeof(*location));
    return qc_expression_locate(&expression, &registers, image, location, error);
}

#define OPERATIONS(...) \
    (const Dwarf_Op[]){__VA_ARGS__}, COUNT(((const Dwarf_Op[]){__VA_ARGS__}))

static void check_piece(const struct qc_location *location, size_t index, enum qc_piece_kind kind,
                        uint64_t value, uint64_t bit_size, uint64_t bit_offset)
{
    assert_true(index < location->count);
    const struct qc_piece *piece = &location->pieces[index];
    assert_int_equal(piece->kind, kind);
    assert_true(kind == QC_PIECE_NOTHING || piece->value == value);
    assert_true(piece->bit_size == bit_size && piece->bit_offset == bit_offset);
}

static void test_locations(void **state)
{
    (void)state;
    struct qc_location location;
    assert_int_equal(locate(OPERATIONS({.atom = DW_OP_addr, .number = 0x123}), NULL, &location,
                            NULL),
                     QEMUCORE_OK);
    assert_int_equal(location.count, 1);
    check_piece(&location, 0, QC_PIECE_MEMORY, 0x10123, 0, 0);
    assert_int_equal(locate(OPERATIONS({.atom = DW_OP_breg7, .number = (Dwarf_Word)-16}), NULL,
                            &location, NULL),
                     QEMUCORE_OK);
    check_piece(&location, 0, QC_PIECE_MEMORY, 0x7ffe00000ff0, 0, 0);
    /* A register is a location even if its value is not known: reading it fails. */
    assert_int_equal(locate(OPERATIONS({.atom = DW_OP_reg3}), NULL, &location, NULL), 0);
    check_piece(&location, 0, QC_PIECE_REGISTER, 3, 0, 0);
    assert_int_equal(locate(OPERATIONS({.atom = DW_OP_regx, .number = 79}), NULL, &location, NULL),
                     QEMUCORE_OK);
    check_piece(&location, 0, QC_PIECE_REGISTER, 79, 0, 0);
    assert_int_equal(locate(OPERATIONS({.atom = DW_OP_lit5},
                                       {.atom = DW_OP_stack_value, .offset = 1}),
                            NULL, &location, NULL),
                     QEMUCORE_OK);
    check_piece(&location, 0, QC_PIECE_VALUE, 5, 0, 0);
}

static void test_pieces(void **state)
{
    (void)state;
    struct qc_location location;
    struct qemucore_error error;
    assert_int_equal(locate(OPERATIONS({.atom = DW_OP_reg0},
                                       {.atom = DW_OP_piece, .number = 4, .offset = 1},
                                       {.atom = DW_OP_piece, .number = 2, .offset = 3},
                                       {.atom = DW_OP_breg0, .number = 8, .offset = 5},
                                       {.atom = DW_OP_piece, .number = 8, .offset = 7},
                                       {.atom = DW_OP_lit9, .offset = 9},
                                       {.atom = DW_OP_stack_value, .offset = 10},
                                       {.atom = DW_OP_bit_piece, .number = 3, .number2 = 5,
                                        .offset = 11}),
                            NULL, &location, NULL),
                     QEMUCORE_OK);
    assert_int_equal(location.count, 4);
    check_piece(&location, 0, QC_PIECE_REGISTER, 0, 32, 0);
    check_piece(&location, 1, QC_PIECE_NOTHING, 0, 16, 0);
    check_piece(&location, 2, QC_PIECE_MEMORY, 0x1008, 64, 0);
    check_piece(&location, 3, QC_PIECE_VALUE, 9, 3, 5);
    Dwarf_Op many[QC_LOCATION_PIECES + 1];
    for (size_t i = 0; i < COUNT(many); i++) {
        many[i] = (Dwarf_Op){.atom = DW_OP_piece, .number = 1, .offset = 2 * i};
    }
    assert_int_equal(locate(many, COUNT(many) - 1, NULL, &location, NULL), QEMUCORE_OK);
    assert_int_equal(location.count, QC_LOCATION_PIECES);
    assert_int_equal(locate(many, COUNT(many), NULL, &location, &error), QEMUCORE_LIMIT);
    assert_int_equal(error.status, QEMUCORE_LIMIT);
}

/* Values in a register, and values without a location. */
static void test_location_values(void **state)
{
    (void)state;
    uint64_t value = 0;
    static const Dwarf_Op in_register[] = {{.atom = DW_OP_reg7}};
    struct qc_expression expression = {.operations = in_register, .count = 1};
    assert_int_equal(qc_expression_evaluate(&expression, &registers, image, &value, NULL), 0);
    assert_true(value == 0x7ffe00001000);
    static const Dwarf_Op unknown[] = {{.atom = DW_OP_reg1}};
    expression = (struct qc_expression){.operations = unknown, .count = 1};
    assert_int_equal(qc_expression_evaluate(&expression, &registers, image, &value, NULL),
                     QEMUCORE_ABSENT);
    static const Dwarf_Op stack_value[] = {{.atom = DW_OP_lit30},
                                           {.atom = DW_OP_stack_value, .offset = 1}};
    expression = (struct qc_expression){.operations = stack_value, .count = 2};
    assert_int_equal(qc_expression_evaluate(&expression, &registers, image, &value, NULL), 0);
    assert_true(value == 30);
}

static void test_frame(void **state)
{
    (void)state;
    uint64_t base = 0x7ffe00002000;
    struct qc_expression_frame frame = {
        .frame_base = answer_base, .call_frame_address = answer_cfa, .opaque = &base};
    struct qc_location location;
    struct qemucore_error error;
    Dwarf_Op fbreg[] = {{.atom = DW_OP_fbreg, .number = (Dwarf_Word)-20}};
    assert_int_equal(locate(fbreg, 1, &frame, &location, NULL), QEMUCORE_OK);
    check_piece(&location, 0, QC_PIECE_MEMORY, 0x7ffe00001fec, 0, 0);
    Dwarf_Op cfa[] = {{.atom = DW_OP_call_frame_cfa}};
    assert_int_equal(locate(cfa, 1, &frame, &location, NULL), QEMUCORE_OK);
    check_piece(&location, 0, QC_PIECE_MEMORY, 0x7ffe01002000, 0, 0);
    /* The functions of the frame fail, or there is no frame. */
    base = 0;
    assert_int_equal(locate(fbreg, 1, &frame, &location, &error), QEMUCORE_ABSENT);
    assert_non_null(strstr(error.message, "no answer"));
    assert_int_equal(locate(cfa, 1, &frame, &location, &error), QEMUCORE_ABSENT);
    frame.frame_base = NULL;
    assert_int_equal(locate(fbreg, 1, &frame, &location, &error), QEMUCORE_UNSUPPORTED);
    assert_int_equal(locate(fbreg, 1, NULL, &location, &error), QEMUCORE_UNSUPPORTED);
    assert_int_equal(locate(cfa, 1, NULL, &location, &error), QEMUCORE_UNSUPPORTED);
}

/* A jump leads to the operation at an offset. If there is none, the jump is corrupt. */
static void test_jumps_among_operations(void **state)
{
    (void)state;
    static const struct {
        Dwarf_Word by;
        enum qemucore_status status;
        uint64_t value;
    } cases[] = {
        {0, QEMUCORE_OK, 7},                        /* to the const2u after it: 4 + 3 */
        {3, QEMUCORE_OK, 5},                        /* over the const2u: 2 + 3 */
        {5, QEMUCORE_OK, 2},                        /* to the end */
        {1, QEMUCORE_CORRUPT, 0},                   /* into the const2u */
        {(Dwarf_Word)-3, QEMUCORE_LIMIT, 0},        /* to itself, for ever */
        {(Dwarf_Word)-5, QEMUCORE_CORRUPT, 0},      /* before the beginning */
        {(Dwarf_Word)-0x8000, QEMUCORE_CORRUPT, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const Dwarf_Op operations[] = {
            {.atom = DW_OP_lit2, .offset = 0},
            {.atom = DW_OP_skip, .number = cases[i].by, .offset = 1},
            {.atom = DW_OP_const2u, .number = 4, .offset = 4},
            {.atom = DW_OP_plus_uconst, .number = 3, .offset = 7},
        };
        struct qc_expression expression = {.operations = operations, .count = COUNT(operations)};
        uint64_t value = 0;
        enum qemucore_status status =
            qc_expression_evaluate(&expression, &registers, image, &value, NULL);
        print_message("case %zu\n", i);
        assert_int_equal(status, cases[i].status);
        assert_true(value == cases[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_byte_order_and_bias),
        cmocka_unit_test(test_initial),
        cmocka_unit_test(test_stack),
        cmocka_unit_test(test_stack_underflow),
        cmocka_unit_test(test_stack_overflow),
        cmocka_unit_test(test_unary),
        cmocka_unit_test(test_arithmetic),
        cmocka_unit_test(test_shifts),
        cmocka_unit_test(test_comparisons),
        cmocka_unit_test(test_jumps),
        cmocka_unit_test(test_endless),
        cmocka_unit_test(test_registers),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_memory_unreadable),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_locations),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_location_values),
        cmocka_unit_test(test_frame),
        cmocka_unit_test(test_jumps_among_operations),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
