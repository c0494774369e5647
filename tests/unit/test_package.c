/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_package - the packages that own files, from dpkg's lists
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/package.h"

static const char *const directories[] = {"/var", "/var/lib", "/var/lib/dpkg",
                                          "/var/lib/dpkg/info"};

static const struct {
    const char *name;
    const char *text;
} lists[] = {
    {"/var/lib/dpkg/status", ""},
    {"/var/lib/dpkg/info/one.list", "/.\n/usr/bin/qemu-a\n/usr/bin/qemu-z"},
    {"/var/lib/dpkg/info/two:amd64.list", "/lib/libtwo.so.2\n/usr/bin/qemu-b\n/usr/bin/qemu-bb\n"},
    {"/var/lib/dpkg/info/three.list", "/usr/bin/qemu-c\n"},
    /* Two of these are wrong. They are not read, since the third is named after the file. */
    {"/var/lib/dpkg/info/another.list", "/usr/lib/libnamed.so.1\n"},
    {"/var/lib/dpkg/info/libnamed1.list", "/usr/lib/libnamed.so.1\n"},
    {"/var/lib/dpkg/info/other.list", "/usr/lib/libnamed.so.1\n"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char *below(const char *root, const char *path)
{
    static char text[256];
    snprintf(text, sizeof(text), "%s%s", root, path);
    return text;
}

static void make_root(char *root)
{
    assert_non_null(mkdtemp(root));
    for (size_t i = 0; i < COUNT(directories); i++) {
        assert_int_equal(mkdir(below(root, directories[i]), 0700), 0);
    }
    for (size_t i = 0; i < COUNT(lists); i++) {
        FILE *file = fopen(below(root, lists[i].name), "w");
        assert_non_null(file);
        assert_true(fputs(lists[i].text, file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
}

static void remove_root(const char *root)
{
    for (size_t i = 0; i < COUNT(lists); i++) {
        unlink(below(root, lists[i].name));
    }
    for (size_t i = COUNT(directories); i > 0; i--) {
        rmdir(below(root, directories[i - 1]));
    }
    rmdir(root);
}

static void test_several(void **state)
{
    (void)state;
    /* Paths of equal length, one of them twice, one of no package, and one that dpkg has without
       /usr. */
    static const struct {
        const char *path;
        const char *package;
    } wanted[] = {
        {"/usr/bin/qemu-c", "three"}, {"/usr/bin/qemu-a", "one"}, {"/usr/bin/qemu-b", "two"},
        {"/usr/bin/qemu-x", NULL},    {"/usr/bin/qemu-b", "two"}, {"/usr/lib/libtwo.so.2", "two"},
        {"/usr/lib/libnamed.so.1", "libnamed1"},
    };
    char root[] = "/tmp/qemucore-package.XXXXXX";
    make_root(root);
    /* Any number of them, from each on: a search may end when all are found. */
    for (size_t from = 0; from < COUNT(wanted); from++) {
        for (size_t count = 1; from + count <= COUNT(wanted); count++) {
            struct qc_package_file files[COUNT(wanted)] = {{0}};
            for (size_t i = 0; i < count; i++) {
                files[i].path = wanted[from + i].path;
            }
            assert_int_equal(qc_package_find(root, files, count), QC_PACKAGE_DPKG);
            for (size_t i = 0; i < count; i++) {
                size_t at = from;
                while (strcmp(wanted[at].path, files[i].path) != 0) {
                    at++;
                }
                if (wanted[at].package == NULL) {
                    assert_null(files[i].package);
                } else {
                    assert_non_null(files[i].package);
                    assert_string_equal(files[i].package, wanted[at].package);
                }
                free(files[i].package);
            }
        }
    }
    remove_root(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_several),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
