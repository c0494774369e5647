/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_secret - secrets in QEMU's command line are hidden, and nothing else
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "qemu/qemu.h"

static const struct {
    const char *given;
    const char *shown;
} rows[] = {
    {"secret,id=s0,data=topsecret,format=raw", "secret,id=s0,data=***,format=raw"},
    {"secret,id=s0,data=top,,secret", "secret,id=s0,data=***"},
    {"secret,id=s0,data=x", "secret,id=s0,data=*"},
    {"{\"qom-type\":\"secret\",\"id\":\"s\",\"data\":\"a\\\"b\"}",
     "{\"qom-type\":\"secret\",\"id\":\"s\",\"data\":\"***\"}"},
    {"password=hunter2,port=5900", "password=***,port=5900"},
    {":1,password=on,tls-creds=t0", ":1,password=on,tls-creds=t0"},
    {"file.file.password=hunter2", "file.file.password=***"},
    {"user=me,password=hunter2", "user=me,password=***"},
    {"driver=luks,key-secret=s0,password-secret=s1", "driver=luks,key-secret=s0,password-secret=s1"},
    {"json:{\"driver\": \"https\", \"password\": \"hunter2\"}",
     "json:{\"driver\": \"https\", \"password\": \"***\"}"},
    {"file=ssh://me:hunter2@host:22/disk.img,format=raw", "file=ssh://me:***@host:22/disk.img,format=raw"},
    {"iscsi://me%hunter2@host:3260/iqn.x/1", "iscsi://me%***@host:3260/iqn.x/1"},
    {"https://me:p@ss@host/a", "https://me:***@host/a"},
    {"nbd://host:10809/name@x", "nbd://host:10809/name@x"},
    {"rbd:pool/image:id=admin:key=AQ==:mon_host=a", "rbd:pool/image:id=admin:key=***:mon_host=a"},
    {"opt/data=1,string=key=2", "opt/data=1,string=key=2"},
    {"cookie=session=4711", "cookie=***"},
    /* as in smbios-type-11(7) and systemd's CREDENTIALS */
    {"type=11,value=io.systemd.credential:mycred=supersecret", "type=11,value=***"},
    {"type=11,value=io.systemd.credential.binary:mycred=c3VwZXJzZWNyZXQ=", "type=11,value=***"},
    {"type=11,value=hello", "type=11,value=hello"},
    {"name=opt/io.systemd.credentials/mycred,string=super,,secret",
     "name=opt/io.systemd.credentials/mycred,string=***"},
    {"name=opt/other,string=hello", "name=opt/other,string=hello"},
    {"", ""},
};

static void test_arguments(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *text = strdup(rows[i].given);
        qc_secrets_hide(text, '\0');
        assert_string_equal(text, rows[i].shown);
        free(text);
    }
}

static void test_line(void **state)
{
    (void)state;
    char line[] = "qemu -object secret,id=s,data=abcd -spice password=abcd -name a -iscsi password=ab";
    qc_secrets_hide(line, ' ');
    assert_string_equal(
        line, "qemu -object secret,id=s,data=*** -spice password=*** -name a -iscsi password=**");
}

/* The arguments stay adjacent after one of them has become shorter. */
static void test_all_arguments(void **state)
{
    static const char given[] = "qemu\0-object\0secret,id=s,data=topsecret\0-name\0vm";
    struct qc_command_line line = {.arguments = malloc(sizeof(given)), .size = sizeof(given),
                                   .count = 5};
    const char *const shown[] = {"qemu", "-object", "secret,id=s,data=***", "-name", "vm"};
    const char *argument = NULL;
    (void)state;
    memcpy(line.arguments, given, sizeof(given));
    qc_command_line_hide(&line);
    for (size_t i = 0; i < 5; i++) {
        argument = qc_command_line_next(&line, argument);
        assert_string_equal(argument, shown[i]);
    }
    assert_null(qc_command_line_next(&line, argument));
    qc_command_line_free(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_all_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
