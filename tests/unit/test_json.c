/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_json - the exact text of documents
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "json/json.h"

static void check_document(struct qc_json *json, const char *expected)
{
    char *text = qc_json_take(json);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void test_layout(void **state)
{
    (void)state;
    struct qc_json json = {0};
    qc_json_object(&json, NULL);
    qc_json_set(&json, "none", qc_json_null());
    qc_json_object(&json, "empty");
    qc_json_close(&json);
    qc_json_array(&json, "list");
    qc_json_set(&json, NULL, qc_json_bool(true));
    qc_json_array(&json, NULL);
    qc_json_close(&json);
    qc_json_object(&json, NULL);
    qc_json_set(&json, "at", qc_json_address(0xfffffffffffff000));
    qc_json_close(&json);
    qc_json_close(&json);
    qc_json_set(&json, "last", qc_json_text(NULL));
    qc_json_close(&json);
    check_document(&json, "{\n"
                          "  \"none\": null,\n"
                          "  \"empty\": {},\n"
                          "  \"list\": [\n"
                          "    true,\n"
                          "    [],\n"
                          "    {\n"
                          "      \"at\": \"0xfffffffffffff000\"\n"
                          "    }\n"
                          "  ],\n"
                          "  \"last\": null\n"
                          "}\n");
}

/* Numbers beyond 2^63 and below 0 are written as they are. */
static void test_numbers(void **state)
{
    (void)state;
    struct qc_json json = {0};
    qc_json_array(&json, NULL);
    qc_json_set(&json, NULL, qc_json_unsigned(UINT64_MAX));
    qc_json_set(&json, NULL, qc_json_unsigned(UINT64_C(1) << 63));
    qc_json_set(&json, NULL, qc_json_signed(INT64_MIN));
    qc_json_set(&json, NULL, qc_json_signed(-1));
    qc_json_set(&json, NULL, qc_json_fact((struct qc_fact){true, false, UINT64_MAX}));
    qc_json_set(&json, NULL, qc_json_fact((struct qc_fact){true, true, UINT64_MAX}));
    qc_json_set(&json, NULL, qc_json_fact((struct qc_fact){false, false, 1}));
    qc_json_close(&json);
    check_document(&json, "[\n  18446744073709551615,\n  9223372036854775808,\n"
                          "  -9223372036854775808,\n  -1,\n  18446744073709551615,\n  -1,\n"
                          "  null\n]\n");
}

static void test_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {
        {"", "\"\"\n"},
        {"a\"b\\c/d", "\"a\\\"b\\\\c/d\"\n"},
        {"\b\f\n\r\t\x01\x1f", "\"\\b\\f\\n\\r\\t\\u0001\\u001F\"\n"},
        {"gr\xc3\xb6\xc3\x9f" "e \xf0\x9f\x98\x80", "\"gr\xc3\xb6\xc3\x9f" "e \xf0\x9f\x98\x80\"\n"},
        /* Text that is not UTF-8, or controls a terminal, is escaped as a whole, as in text. */
        {"x\xff\n", "\"x\\\\xff\\\\n\"\n"},
        {"\x7f", "\"\\\\x7f\"\n"},
        {"\xc2\x9b", "\"\\\\xc2\\\\x9b\"\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct qc_json json = {0};
        qc_json_set(&json, NULL, qc_json_text(rows[i].text));
        check_document(&json, rows[i].expected);
    }
    struct qc_json json = {0};
    qc_json_object(&json, NULL);
    qc_json_set(&json, "of the\xff" "dump\"", qc_json_signed(1));
    qc_json_close(&json);
    check_document(&json, "{\n  \"of the\\\\xffdump\\\"\": 1\n}\n");
}

/* There is no document if memory runs out anywhere, or if it is nested too deep. */
static void test_failures(void **state)
{
    (void)state;
    for (unsigned failing = 0; failing < 5; failing++) {
        struct qc_json json = {0};
        json.text.failed |= failing == 0;
        qc_json_object(&json, NULL);
        json.text.failed |= failing == 1;
        qc_json_array(&json, "list");
        json.text.failed |= failing == 2;
        qc_json_set(&json, NULL, qc_json_text("\xff"));
        json.text.failed |= failing == 3;
        qc_json_close(&json);
        json.text.failed |= failing == 4;
        qc_json_close(&json);
        assert_null(qc_json_take(&json));
    }
    struct qc_json json = {0};
    for (unsigned i = 0; i <= QC_JSON_DEPTH; i++) {
        qc_json_array(&json, NULL);
    }
    for (unsigned i = 0; i <= QC_JSON_DEPTH; i++) {
        qc_json_close(&json);
    }
    assert_null(qc_json_take(&json));
}

/* A document that is too long is dropped. The next one asks for less, and the core reports it. */
static void test_too_long(void **state)
{
    (void)state;
    static struct qc_core core;
    struct qemucore_render render = {.flags = QEMUCORE_RENDER_BACKTRACE};
    struct qc_json json;
    for (unsigned tries = 0; tries < 3; tries++) {
        qc_json_limit(&json, &render);
        bool has_limit = json.most != 0;
        assert_int_equal(has_limit, (render.flags & QEMUCORE_RENDER_BACKTRACE) != 0);
        json.most = has_limit ? 4 : 0;
        qc_json_array(&json, NULL);
        for (unsigned i = 0; i < 9; i++) {
            qc_json_set(&json, NULL, qc_json_unsigned(i));
        }
        qc_json_close(&json);
        assert_int_equal(json.is_too_long, tries < 2);
        assert_int_equal(qc_json_shorten(&json, &render, &core), tries < 2);
        assert_int_equal(core.missing.count, tries < 2 ? tries + 1 : 2);
        assert_int_not_equal(render.max_frames, 0);
    }
    free(qc_json_take(&json));
    for (size_t i = 0; i < core.missing.count; i++) {
        assert_int_equal(core.missing.items[i].status, QEMUCORE_LIMIT);
        free((char *)core.missing.items[i].sentence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
