/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_known - known bugs of QEMU: versions, stacks, sentences, and the form of the table's rows
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/rules.h"
#include "verdict/verdict.h"

static const struct qc_known_bug bug = {
    .issue = "issue 1",
    .title = "it hangs",
    .introduced_in = "7.1",
    .fixed_in = "8.2",
    .fixed_by = "0123456789",
    .workaround = "do not",
};

/* ---- versions ------------------------------------------------------------------------------- */

static void versions_in_the_range(void **state)
{
    static const char *const in[] = {"7.1.0", "7.1", "7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)",
                                     "8.1.5", "8.1.94", NULL, "", "unstable"};
    (void)state;
    for (size_t i = 0; i < sizeof(in) / sizeof(in[0]); i++) {
        assert_true(qc_known_has_version(&bug, in[i]));
    }
}

static void versions_out_of_the_range(void **state)
{
    static const char *const out[] = {"7.0.0", "7.0.94", "6.2", "8.2.0", "8.2.2 (x)", "9.0.0",
                                      "10.1.0", "11.1.0", "2.12.1", "8.2"};
    (void)state;
    for (size_t i = 0; i < sizeof(out) / sizeof(out[0]); i++) {
        assert_false(qc_known_has_version(&bug, out[i]));
    }
    struct qc_known_bug old = bug;
    old.introduced_in = NULL;
    old.fixed_in = "10.0";
    assert_true(qc_known_has_version(&old, "2.12.1"));
    assert_true(qc_known_has_version(&old, "9.2.4"));
    assert_false(qc_known_has_version(&old, "10.0.2"));
}

/* ---- stacks --------------------------------------------------------------------------------- */

static bool is_on(const char *functions)
{
    static struct qemucore_frame frames[] = {
        {.function = "ppoll"},           {.function = "aio_poll"},
        {.function = NULL},              {.function = "bdrv_drained_begin.constprop.0"},
        {.function = "bdrv_set_aio_context"}, {.function = "aio_poll"},
        {.function = "main"},
    };
    struct qc_stack stack = {0};
    stack.frames.items = frames;
    stack.frames.count = sizeof(frames) / sizeof(frames[0]);
    return qc_known_is_on(&stack, functions);
}

static void functions_of_a_stack(void **state)
{
    (void)state;
    assert_true(is_on("main"));
    assert_true(is_on("aio_poll bdrv_drained_begin main"));
    assert_true(is_on("aio_poll aio_poll"));
    assert_true(is_on("bdrv_drain|bdrv_drained_begin bdrv_set_aio_context"));
    assert_true(is_on("bdrv_drained_begin|bdrv_drain main|qemu_main"));
    assert_false(is_on("bdrv_drained"));
    assert_false(is_on("bdrv_drained_begin_x"));
    assert_false(is_on("main aio_poll"));
    assert_false(is_on("aio_poll aio_poll aio_poll"));
    assert_false(is_on("bdrv_drain|aio main"));
    assert_false(is_on("main main"));
}

/* ---- commands ------------------------------------------------------------------------------- */

/* Names of the sources of QEMU 7.2 and 11.0: qapi/, hmp-commands.hx, hmp-commands-info.hx. */
static void commands_of_functions(void **state)
{
    static const char *const commands[][2] = {
        {"qmp_marshal_query_blockstats", "the QMP command query-blockstats"},
        {"qmp_block_resize", "the QMP command block_resize"},
        {"qmp_marshal_migrate_set_speed.cold", "the QMP command migrate_set_speed"},
        {"qmp_block_passwd", "the QMP command block_passwd"},
        {"qmp_migrate_set_parameters", "the QMP command migrate-set-parameters"},
        {"hmp_migrate_set_parameter", "the HMP command migrate_set_parameter"},
        {"hmp_chardev_send_break", "the HMP command chardev-send-break"},
        {"hmp_qom_list", "the HMP command qom-list"},
        {"hmp_one_insn_per_tb", "the HMP command one-insn-per-tb"},
        {"hmp_info_block", "the HMP command info block"},
        {"hmp_info_block_jobs", "the HMP command info block-jobs"},
        {"hmp_migrationmode", "the HMP command migration_mode"},
        {"hmp_rocker_ports", "the HMP command info rocker-ports"},
        {"hmp_vhost_queue_status", "the HMP command info virtio-vhost-queue-status"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        char *command = qc_rule_command_of(commands[i][0]);
        assert_string_equal(command, commands[i][1]);
        free(command);
    }
    assert_null(qc_rule_command_of("aio_poll"));
}

/* ---- sentences ------------------------------------------------------------------------------ */

static void assert_sentence(const struct qc_known_bug *known, const char *version,
                            const char *expected)
{
    char *sentence = qc_known_sentence(known, version);
    assert_string_equal(sentence, expected);
    free(sentence);
}

static void sentences(void **state)
{
    (void)state;
    assert_sentence(&bug, "8.1.0 (x)",
                    "known QEMU issue 1: it hangs. Fixed upstream in 8.2 (0123456789); this is 8.1.0 "
                    "(distributions may have it as a patch). Until then: do not");
    struct qc_known_bug other = bug;
    other.issue = NULL;
    other.workaround = NULL;
    assert_sentence(&other, "7.2.22",
                    "known QEMU bug: it hangs. Fixed upstream in 8.2 (0123456789); this is 7.2.22 "
                    "(stable releases and distributions may have it as a patch)");
    assert_sentence(&other, NULL,
                    "known QEMU bug: it hangs. Fixed upstream in 8.2 (0123456789); this QEMU's "
                    "version is not known");
}

/* ---- the table ------------------------------------------------------------------------------ */

static void assert_release(const char *text)
{
    unsigned major;
    unsigned minor;
    int length = 0;
    assert_int_equal(sscanf(text, "%2u.%2u%n", &major, &minor, &length), 2);
    assert_int_equal(strlen(text), length);
}

static void assert_commit(const char *text)
{
    assert_int_equal(strlen(text), 10);
    assert_int_equal(strspn(text, "0123456789abcdef"), 10);
}

static void assert_rule(const char *name, size_t length)
{
    for (size_t i = 0; i < qc_rule_count; i++) {
        if (strlen(qc_rules[i].name) == length && strncmp(qc_rules[i].name, name, length) == 0) {
            return;
        }
    }
    fail_msg("no rule %.*s", (int)length, name);
}

static void assert_rules(const char *names)
{
    while (*names != '\0') {
        size_t length = strcspn(names, " ");
        assert_rule(names, length);
        names += length + (names[length] == ' ');
    }
}

static void assert_functions(const char *functions)
{
    static const char *const letters = "abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_| ";
    assert_int_equal(strspn(functions, letters), strlen(functions));
    assert_null(strstr(functions, "  "));
    assert_null(strstr(functions, "||"));
    assert_true(functions[0] != ' ' && functions[strlen(functions) - 1] != ' ');
}

/* The text is shown between a colon and a full stop. */
static void assert_words(const char *text)
{
    assert_true(strlen(text) > 10);
    assert_true(text[strlen(text) - 1] != '.');
    assert_null(strstr(text, "  "));
}

static void assert_row(const struct qc_known_bug *row)
{
    assert_words(row->title);
    assert_release(row->fixed_in);
    assert_commit(row->fixed_by);
    /* A row without a condition would fit everything. */
    assert_true(row->rules != NULL || row->stacks[0] != NULL || row->message[0] != NULL);
    assert_true(row->stacks[0] != NULL || row->stacks[1] == NULL);
    assert_false(qc_known_has_version(row, row->fixed_in));
    if (row->rules != NULL) {
        assert_rules(row->rules);
    }
    if (row->introduced_in != NULL) {
        assert_release(row->introduced_in);
        assert_true(qc_known_has_version(row, row->introduced_in));
    }
    if (row->workaround != NULL) {
        assert_words(row->workaround);
    }
    for (size_t i = 0; i < QC_KNOWN_STACKS && row->stacks[i] != NULL; i++) {
        assert_functions(row->stacks[i]);
    }
    if (row->issue != NULL) {
        assert_true(strncmp(row->issue, "issue ", 6) == 0 ||
                    strncmp(row->issue, "launchpad ", 10) == 0);
        assert_true(isdigit((unsigned char)row->issue[strlen(row->issue) - 1]));
    }
}

static void the_table(void **state)
{
    (void)state;
    assert_int_not_equal(qc_known_bug_count, 0);
    for (size_t i = 0; i < qc_known_bug_count; i++) {
        assert_row(&qc_known_bugs[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_in_the_range), cmocka_unit_test(versions_out_of_the_range),
        cmocka_unit_test(functions_of_a_stack),
        cmocka_unit_test(commands_of_functions),  cmocka_unit_test(sentences),
        cmocka_unit_test(the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
