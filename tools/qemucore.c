/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemucore - the commands under one name: "qemucore why core" is "qemucore-why core"
 *
 * It executes the command's program, which is in the same directory, and reads no core itself.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit_status.h"
#include "options.h"

static const struct command {
    const char *name;
    const char *what;
} commands[] = {
    {"why", "whether it is healthy, waits, is stuck or has crashed, and who must act next"},
    {"threads", "its threads: what each one waits for, and their stacks"},
    {"locks", "who holds which lock, who waits for whom, deadlocks"},
    {"coroutines", "its coroutines: where requests and jobs wait"},
    {"inspect", "its objects, by name or address"},
    {"info", "which process it was, what QEMU was doing, which files are missing"},
    {"report", "all of that in one page, a text for a ticket, or a JSON document"},
    {"slim", "a copy of the core without the guest's memory, to keep and to hand on"},
    {"snapshot", "a core of a living process, which keeps running"},
    {NULL, NULL},
};

static const struct command *command_of(const char *name)
{
    const struct command *command = commands;
    while (command->name != NULL && strcmp(command->name, name) != 0) {
        command++;
    }
    return command->name == NULL ? NULL : command;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* A longer name is not taken for a misspelt command. */
#define NAME_LENGTH_MAX 32

/* Returns the Levenshtein distance: how many letters to insert, delete or replace. `b` has at most
   NAME_LENGTH_MAX letters. */
static size_t distance(const char *a, const char *b)
{
    size_t row[NAME_LENGTH_MAX + 1]; /* [j]: from the letters of `a` so far to the first j of `b` */
    size_t length = strlen(b);
    for (size_t j = 0; j <= length; j++) {
        row[j] = j;
    }
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t diagonal = i;
        row[0] = i + 1;
        for (size_t j = 0; j < length; j++) {
            size_t replaced = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = least(replaced, least(row[j], diagonal) + 1);
        }
    }
    return row[length];
}

/* Returns the command whose name is most like `name`, or NULL when none is like it. */
static const struct command *nearest(const char *name)
{
    if (strlen(name) > NAME_LENGTH_MAX) {
        return NULL;
    }
    const struct command *found = NULL;
    size_t fewest = 3;
    for (const struct command *command = commands; command->name != NULL; command++) {
        bool is_begun = name[0] != '\0' && strncmp(command->name, name, strlen(name)) == 0;
        size_t changes = is_begun ? 0 : distance(command->name, name);
        if (changes < fewest) {
            fewest = changes;
            found = command;
        }
    }
    return found;
}

static int list(const char *layout)
{
    for (const struct command *command = commands; command->name != NULL; command++) {
        printf(layout, command->name, command->what);
    }
    return TOOL_COMPLETE;
}

static int help(void)
{
    puts("Usage: qemucore COMMAND [ARG...]\n"
         "Says what a QEMU process was doing, from its core dump.\n");
    list("  %-12s%s\n");
    puts("\n"
         "qemucore help COMMAND shows the options of a command. qemucore-COMMAND is the same "
         "command.\n"
         "\n"
         "Examples:\n"
         "  qemucore why core.zst\n"
         "  qemucore threads -b core.zst\n"
         "  qemucore help why");
    return TOOL_COMPLETE;
}

/* Suggests a command. A core without a command is as likely a mistake as a misspelt command. */
static int refuse(const char *name)
{
    const struct command *meant = nearest(name);
    bool is_file = access(name, F_OK) == 0;
    fprintf(stderr, "qemucore: no command \"%s\"", name);
    if (is_file) {
        fprintf(stderr, "; that is a file: qemucore why %s", name);
    } else if (meant != NULL) {
        fprintf(stderr, "; did you mean \"%s\"?", meant->name);
    }
    fputs(" (qemucore --help lists them)\n", stderr);
    return TOOL_USAGE;
}

/* Stores the directory of this program. False: /proc is not mounted. */
static bool own_directory(char directory[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", directory, PATH_MAX - 1);
    if (length <= 0) {
        return false;
    }
    directory[length] = '\0';
    *strrchr(directory, '/') = '\0';
    return true;
}

/* Executes the command's program. Returns only when there is none. */
static int run_command(const struct command *command, char **arguments)
{
    char directory[PATH_MAX];
    char path[PATH_MAX + NAME_LENGTH_MAX + sizeof("/qemucore-")];
    bool is_known = own_directory(directory);
    snprintf(path, sizeof(path), "%s%sqemucore-%s", is_known ? directory : "", is_known ? "/" : "",
             command->name);
    arguments[0] = path;
    execvp(path, arguments);
    fprintf(stderr, "qemucore: %s: %s\n", path, strerror(errno));
    return TOOL_FAILED;
}

/* Runs "qemucore-NAME --help", for "qemucore help NAME". */
static int help_of(const char *name)
{
    char option[] = "--help";
    char *arguments[] = {NULL, option, NULL};
    const struct command *command = command_of(name);
    return command == NULL ? refuse(name) : run_command(command, arguments);
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    const struct command *command = command_of(word);
    if (command != NULL) {
        return run_command(command, argv + 1);
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-?") == 0 || strcmp(word, "help") == 0) {
        return argc == 2 || word[0] == '-' ? help() : help_of(argv[2]);
    }
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        return puts(PACKAGE_STRING) < 0 ? TOOL_FAILED : TOOL_COMPLETE;
    }
    if (strcmp(word, OPTIONS_LIST) == 0) {
        return list("%s\t-\t%s\n");
    }
    if (argc > 1) {
        return refuse(word);
    }
    fputs("qemucore: which command? (qemucore --help lists them)\n", stderr);
    return TOOL_USAGE;
}
