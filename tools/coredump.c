/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "coredump.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define DIRECTORY "/var/lib/systemd/coredump"

/* TASK_COMM_LEN of the kernel is 16, with the NUL: no process has a longer name. */
#define COMM_LENGTH 15

void coredump_clear(struct coredump *coredump)
{
    free(coredump->path);
    free(coredump->comm);
    free(coredump->pid);
    free(coredump->signal);
    free(coredump->executable);
    free(coredump->standard_error);
    *coredump = (struct coredump){.path = NULL};
}

bool coredump_is_qemu(const char *comm, const char *executable)
{
    const char *slash = executable == NULL ? NULL : strrchr(executable, '/');
    return (comm != NULL && strncmp(comm, "qemu", 4) == 0) ||
           (slash != NULL && strncmp(slash + 1, "qemu", 4) == 0);
}

/* ---- MATCH, by the rules of coredumpctl ------------------------------------------------------ */

static bool match_absolute(const char *path, char **ret)
{
    if (path[0] == '/') {
        return (*ret = strdup(path)) != NULL;
    }
    path += strncmp(path, "./", 2) == 0 ? 2 : 0;
    char *here = getcwd(NULL, 0);
    bool done = here != NULL && asprintf(ret, "%s/%s", here, path) >= 0;
    free(here);
    return done;
}

/* Parses MATCH. False: out of memory. */
static bool match_parse(const char *text, struct coredump_match *ret)
{
    const char *equals = text == NULL ? NULL : strchr(text, '=');
    *ret = (struct coredump_match){.field = NULL};
    if (text == NULL) {
        return true;
    }
    if (equals != NULL) {
        ret->field = strndup(text, (size_t)(equals - text));
        ret->value = strdup(equals + 1);
        return ret->field != NULL && ret->value != NULL;
    }
    if (strchr(text, '/') != NULL) {
        ret->field = strdup("COREDUMP_EXE");
        return ret->field != NULL && match_absolute(text, &ret->value);
    }
    bool is_pid = text[0] != '\0' && strspn(text, "0123456789") == strlen(text);
    ret->field = strdup(is_pid ? "COREDUMP_PID" : "COREDUMP_COMM");
    ret->value = is_pid ? strdup(text) : strndup(text, COMM_LENGTH);
    return ret->field != NULL && ret->value != NULL;
}

/* ---- the files of the directory ---------------------------------------------------------------- */

/* A file whose name has the form that systemd-coredump uses, split into its parts. */
struct stored {
    char *comm, *uid, *pid; /* point into `name` */
    uint64_t usec;
    char name[NAME_MAX + 1];
};

/* Undoes in place the escapes \xHH of systemd-coredump: dots, and what a file name can't have. */
static void stored_unescape(char *text)
{
    char *to = text;
    for (const char *at = text; *at != '\0'; to++) {
        if (at[0] == '\\' && at[1] == 'x' && isxdigit((unsigned char)at[2]) &&
            isxdigit((unsigned char)at[3])) {
            char digits[] = {at[2], at[3], '\0'};
            *to = (char)strtoul(digits, NULL, 16);
            at += 4;
        } else {
            *to = *at++;
        }
    }
    *to = '\0';
}

static bool stored_parse(struct stored *stored, const char *file_name)
{
    if (strncmp(file_name, "core.", 5) != 0 || strlen(file_name) >= sizeof(stored->name)) {
        return false;
    }
    strcpy(stored->name, file_name);
    char *rest = stored->name + 5;
    stored->comm = strsep(&rest, ".");
    stored->uid = strsep(&rest, ".");
    strsep(&rest, "."); /* the boot's ID */
    stored->pid = strsep(&rest, ".");
    const char *usec = strsep(&rest, ".");
    if (usec == NULL || usec[0] == '\0' || strspn(usec, "0123456789") != strlen(usec) ||
        (rest != NULL && strcmp(rest, "zst") != 0 && strcmp(rest, "lz4") != 0 &&
         strcmp(rest, "xz") != 0)) {
        return false;
    }
    stored->usec = strtoull(usec, NULL, 10);
    stored_unescape(stored->comm);
    return true;
}

static char *attribute_read(const char *path, const char *name)
{
    char value[PATH_MAX];
    ssize_t length = lgetxattr(path, name, value, sizeof(value));
    return length < 0 ? NULL : strndup(value, (size_t)length);
}

static bool attribute_is(const char *path, const char *name, const char *value)
{
    char *found = attribute_read(path, name);
    bool is = found != NULL && strcmp(found, value) == 0;
    free(found);
    return is;
}

static bool stored_fits(const struct stored *stored, const char *path,
                        const struct coredump_match *match)
{
    if (match->field == NULL) {
        char *executable = attribute_read(path, "user.coredump.exe");
        bool fits = coredump_is_qemu(stored->comm, executable);
        free(executable);
        return fits;
    }
    if (strcmp(match->field, "COREDUMP_EXE") == 0) {
        return attribute_is(path, "user.coredump.exe", match->value);
    }
    if (strcmp(match->field, "COREDUMP_SIGNAL") == 0) {
        return attribute_is(path, "user.coredump.signal", match->value);
    }
    return strcmp(strcmp(match->field, "COREDUMP_COMM") == 0  ? stored->comm
                  : strcmp(match->field, "COREDUMP_PID") == 0 ? stored->pid
                                                              : stored->uid,
                  match->value) == 0;
}

static bool directory_has_field(const struct coredump_match *match)
{
    static const char *const fields[] = {"COREDUMP_COMM", "COREDUMP_EXE", "COREDUMP_PID",
                                         "COREDUMP_SIGNAL", "COREDUMP_UID"};
    for (size_t i = 0; match->field != NULL && i < sizeof(fields) / sizeof(*fields); i++) {
        if (strcmp(match->field, fields[i]) == 0) {
            return true;
        }
    }
    return match->field == NULL;
}

static bool stored_is_newer(const struct stored *stored, const char *name, uint64_t usec,
                            const char *newest)
{
    return newest == NULL || stored->usec > usec ||
           (stored->usec == usec && strcmp(name, newest) > 0);
}

static void stored_take(const struct stored *stored, char **path, struct coredump *ret)
{
    coredump_clear(ret);
    ret->path = *path;
    *path = NULL;
    ret->comm = strdup(stored->comm);
    ret->pid = strdup(stored->pid);
    ret->signal = attribute_read(ret->path, "user.coredump.signal");
    ret->executable = attribute_read(ret->path, "user.coredump.exe");
}

/* Skips all but regular files: a symbolic link may lead anywhere, and a FIFO blocks. `journal` is
   the remark on the journal in *why. */
static enum coredump_outcome directory_find(const char *directory, const char *journal,
                                            const struct coredump_match *match,
                                            struct coredump *ret, char **why)
{
    DIR *files = opendir(directory);
    if (files == NULL) {
        if (asprintf(why, "%s: %s%s", directory, strerror(errno), journal) < 0) {
            *why = NULL;
        }
        return COREDUMP_FAILED;
    }
    uint64_t usec = 0;
    const struct dirent *file;
    while ((file = readdir(files)) != NULL) {
        struct stored stored;
        struct stat found;
        char *path = NULL;
        const char *newest = ret->path == NULL ? NULL : strrchr(ret->path, '/') + 1;
        if (stored_parse(&stored, file->d_name) &&
            stored_is_newer(&stored, file->d_name, usec, newest) &&
            fstatat(dirfd(files), file->d_name, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(found.st_mode) && asprintf(&path, "%s/%s", directory, file->d_name) >= 0) {
            if (stored_fits(&stored, path, match)) {
                usec = stored.usec;
                stored_take(&stored, &path, ret);
            }
            free(path);
        }
    }
    closedir(files);
    return ret->path == NULL ? COREDUMP_NONE : COREDUMP_FOUND;
}

/* ------------------------------------------------------------------------------------------------ */

#ifndef HAVE_LIBSYSTEMD
enum coredump_outcome coredump_journal_find(const struct coredump_query *query,
                                            const struct coredump_match *match,
                                            struct coredump *ret, char **why)
{
    (void)match;
    (void)ret;
    if (query->journal == NULL) {
        return COREDUMP_ABSENT;
    }
    *why = strdup("this was built without libsystemd and reads no journal; "
                  "--coredump-directory=DIR needs none");
    return COREDUMP_FAILED;
}
#define NO_JOURNAL "; the journal was not asked: this was built without libsystemd"
#else
#define NO_JOURNAL "; there is no journal here, or no libsystemd to read it"
#endif

/* Stores in *why a sentence that no core matches, and where they were looked for. */
static void say_nothing_found(const struct coredump_match *match, const char *directory,
                              const char *journal, char **why)
{
    const char *field = match->field == NULL ? "a name that begins with \"qemu\"" : match->field;
    /* The journal shows other users only their own entries, and QEMU seldom runs as one of them. */
    const char *rights = journal[0] != '\0' && geteuid() != 0
                             ? " (not everybody may see all of it: see journalctl(1))" : "";
    if (asprintf(why, "no stored core with %s%s%s%s%s%s%s", field, match->field == NULL ? "" : "=",
                 match->field == NULL ? "" : match->value, directory == NULL ? "" : " in ",
                 directory == NULL ? "" : directory, journal, rights) < 0) {
        *why = NULL;
    }
}

static bool find_by_match(const struct coredump_query *query, const struct coredump_match *match,
                          struct coredump *ret, char **why)
{
    const char *journal = "";
    if (query->journal != NULL || query->directory == NULL) {
        enum coredump_outcome outcome = coredump_journal_find(query, match, ret, why);
        if (outcome == COREDUMP_FOUND || outcome == COREDUMP_FAILED) {
            return outcome == COREDUMP_FOUND;
        }
        if (query->journal != NULL) {
            say_nothing_found(match, NULL, " in the journal", why);
            return false;
        }
        journal = outcome == COREDUMP_NONE ? ", nor in the journal" : NO_JOURNAL;
    }
    const char *directory = query->directory == NULL ? DIRECTORY : query->directory;
    if (!directory_has_field(match)) {
        if (asprintf(why, "%s: only the journal knows that of a core%s", match->field, journal) < 0) {
            *why = NULL;
        }
        return false;
    }
    enum coredump_outcome outcome = directory_find(directory, journal, match, ret, why);
    if (outcome == COREDUMP_NONE) {
        say_nothing_found(match, directory, journal, why);
    }
    return outcome == COREDUMP_FOUND;
}

bool coredump_find(const struct coredump_query *query, struct coredump *ret, char **why)
{
    struct coredump_match match;
    *ret = (struct coredump){.path = NULL};
    *why = NULL;
    bool found = match_parse(query->match, &match) && find_by_match(query, &match, ret, why);
    free(match.field);
    free(match.value);
    if (!found) {
        coredump_clear(ret);
    }
    return found;
}
