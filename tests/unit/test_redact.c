/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_redact - redaction of a text, by its spelling and by known names
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "report/redact.h"

static const struct {
    const char *text;
    const char *redacted;
} rows[] = {
    {"it is at chardev c9, unix:run/disk.sock", "it is at chardev c9, [left out]"},
    {"chardev c9 (tcp:db.example:5000) is not", "chardev c9 ([left out]) is not"},
    {"connect, fd 7 to tcp:[2001:db8::1]:80", "connect, fd 7 to [left out]"},
    {"from vsock:2:1234, udp:h:1", "from [left out], [left out]"},
    {"unix: it is no address, nor is a.unix", "unix: it is no address, nor is a.unix"},
    {"in bdrv_co_pread at block/io.c:1080", "in bdrv_co_pread at block/io.c:1080"},
    {"opens /srv/alice/disk.img now", "opens [path] now"},
    {"a name \"unix:x\" of it", "a name [left out] of it"},
};

static void test_spellings(void **state)
{
    struct qc_redaction redaction = {.is_on = true};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *redacted = qc_redact(&redaction, rows[i].text);
        assert_string_equal(redacted, rows[i].redacted);
        free(redacted);
    }
}

/* A known directory is left out together with the path below it. */
static const struct {
    const char *text;
    const char *redacted;
} named_rows[] = {
    {"opens /srv/alice/disk.img.", "opens [left out]."},
    {"opens /srv/alice.d/disk.img (fd 7)", "opens [left out] (fd 7)"},
    {"opens alice/disk.img, alice", "opens [left out], [left out]"},
    {"/srv/alice: it is empty", "[left out]: it is empty"},
};

static void test_names(void **state)
{
    char *names[] = {"/srv/alice", "alice"};
    struct qc_redaction redaction = {.is_on = true, .names = {.items = names, .count = 2}};
    (void)state;
    for (size_t i = 0; i < sizeof(named_rows) / sizeof(named_rows[0]); i++) {
        char *redacted = qc_redact(&redaction, named_rows[i].text);
        assert_string_equal(redacted, named_rows[i].redacted);
        free(redacted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
