/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * driver - runs a fuzzer's function over files, in builds without libFuzzer
 *
 *     fuzz_core FILE|DIRECTORY...
 *
 * The files of a directory are taken in the order of their names; its subdirectories are left out.
 * A file that breaks an invariant ends the run by abort(); its name is the last line on standard
 * error. At the end the number of files is printed. Exit status 2: a file could not be read, or
 * there were no files.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned file_count;

static void __attribute__((noreturn)) give_up(const char *path)
{
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    exit(2);
}

/* The copy has exactly the file's size, so that sanitizers see a read past its end. */
static void run_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(size);
    if (file == NULL || (data == NULL && size != 0) || fread(data, 1, size, file) != size) {
        give_up(path);
    }
    fclose(file);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    file_count++;
}

static void run_path(const char *path);

static void run_directory(const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0) {
        give_up(path);
    }
    for (int i = 0; i < count; i++) {
        size_t size = strlen(path) + strlen(entries[i]->d_name) + 2;
        char *inner = malloc(size);
        struct stat information;
        if (inner == NULL) {
            give_up(path);
        }
        snprintf(inner, size, "%s/%s", path, entries[i]->d_name);
        if (stat(inner, &information) == 0 && S_ISREG(information.st_mode)) {
            run_path(inner);
        }
        free(inner);
        free(entries[i]);
    }
    free(entries);
}

static void run_path(const char *path)
{
    struct stat information;
    if (stat(path, &information) != 0) {
        give_up(path);
    }
    if (S_ISDIR(information.st_mode)) {
        run_directory(path);
    } else {
        run_file(path, (size_t)information.st_size);
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        run_path(argv[i]);
    }
    printf("%u files\n", file_count);
    return file_count == 0 ? 2 : 0;
}
