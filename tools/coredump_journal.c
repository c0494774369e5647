/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coredump_journal - finds a stored core by its entry in the journal
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-journal.h>
#include <systemd/sd-messages.h>

#include "coredump.h"

/* Limit of entries that are searched for a QEMU, so that a damaged journal ends. A journal of 4
   GiB, the usual limit of its size, has fewer. */
#define ENTRIES_MAX 1000000

#define LIBRARY "libsystemd.so.0"

/*
 * Loaded when the journal is read. Linked, every run of a command would load libsystemd and three
 * libraries that it needs, which takes a 60th of the time that the core of a QEMU takes.
 */
static struct {
    __typeof__(&sd_journal_open) open;
    __typeof__(&sd_journal_open_directory) open_directory;
    __typeof__(&sd_journal_close) close;
    __typeof__(&sd_journal_has_persistent_files) has_persistent_files;
    __typeof__(&sd_journal_has_runtime_files) has_runtime_files;
    __typeof__(&sd_journal_add_match) add_match;
    __typeof__(&sd_journal_seek_tail) seek_tail;
    __typeof__(&sd_journal_previous) previous;
    __typeof__(&sd_journal_get_data) get_data;
} library;

static bool library_load(void)
{
    void *handle = dlopen(LIBRARY, RTLD_LAZY | RTLD_NODELETE);
    if (handle == NULL) {
        return false;
    }
    library.open = dlsym(handle, "sd_journal_open");
    library.open_directory = dlsym(handle, "sd_journal_open_directory");
    library.close = dlsym(handle, "sd_journal_close");
    library.has_persistent_files = dlsym(handle, "sd_journal_has_persistent_files");
    library.has_runtime_files = dlsym(handle, "sd_journal_has_runtime_files");
    library.add_match = dlsym(handle, "sd_journal_add_match");
    library.seek_tail = dlsym(handle, "sd_journal_seek_tail");
    library.previous = dlsym(handle, "sd_journal_previous");
    library.get_data = dlsym(handle, "sd_journal_get_data");
    return library.open != NULL && library.open_directory != NULL && library.close != NULL &&
           library.has_persistent_files != NULL && library.has_runtime_files != NULL &&
           library.add_match != NULL && library.seek_tail != NULL && library.previous != NULL &&
           library.get_data != NULL;
}

/* Stores the formatted sentence in *why, or NULL without memory. Always returns false. */
static bool say(char **why, const char *format, const char *first, const char *second)
{
    if (asprintf(why, format, first, second) < 0) {
        *why = NULL;
    }
    return false;
}

/* Returns the value of a field, to be freed. NULL: the entry has no such field, or no memory. */
static char *entry_field(sd_journal *journal, const char *field)
{
    const void *data;
    size_t size;
    size_t name = strlen(field) + 1; /* FIELD= */
    if (library.get_data(journal, field, &data, &size) < 0 || size < name) {
        return NULL;
    }
    return strndup((const char *)data + name, size - name);
}

static bool entry_has(sd_journal *journal, const char *field)
{
    const void *data;
    size_t size;
    return library.get_data(journal, field, &data, &size) >= 0;
}

/* COREDUMP_OPEN_FDS has a line "FD:TARGET" a descriptor, then the lines of /proc/PID/fdinfo/FD. */
static char *entry_standard_error(sd_journal *journal)
{
    char *list = entry_field(journal, "COREDUMP_OPEN_FDS");
    char *found = NULL;
    char *rest = list;
    char *line;
    while (found == NULL && (line = strsep(&rest, "\n")) != NULL) {
        if (strncmp(line, "2:", 2) == 0) {
            found = strdup(line + 2);
        }
    }
    free(list);
    return found;
}

/*
 * Any process can log an entry like this one, so the path may be forged: we may read a core that
 * the process made, which we distrust like any other. A device or a FIFO is refused.
 */
static bool file_check(const char *path, char **why)
{
    struct stat found;
    if (lstat(path, &found) != 0) {
        int problem = errno;
        return problem == ENOENT
                   ? say(why, "%s: the newest core that fits has been removed since%s", path,
                         ", as systemd-tmpfiles does after some days")
                   : say(why, "%s: %s", path, strerror(problem));
    }
    return S_ISREG(found.st_mode) || say(why, "%s%s: not a regular file", path, "");
}

/* Moves the path of the core to the directory that the user named, if any, and checks the file. */
static bool entry_place(const struct coredump_query *query, struct coredump *ret, char **why)
{
    const char *slash = strrchr(ret->path, '/');
    char *moved;
    if (query->directory != NULL && slash != NULL) {
        if (asprintf(&moved, "%s%s", query->directory, slash) < 0) {
            return false;
        }
        free(ret->path);
        ret->path = moved;
    } else if (ret->path[0] != '/') {
        return say(why, "%s%s: the journal should name the core by its whole path", ret->path, "");
    }
    return file_check(ret->path, why);
}

static bool entry_take(sd_journal *journal, const struct coredump_query *query,
                       struct coredump *ret, char **why)
{
    ret->comm = entry_field(journal, "COREDUMP_COMM");
    ret->pid = entry_field(journal, "COREDUMP_PID");
    ret->signal = entry_field(journal, "COREDUMP_SIGNAL");
    ret->executable = entry_field(journal, "COREDUMP_EXE");
    ret->path = entry_field(journal, "COREDUMP_FILENAME");
    ret->standard_error = entry_standard_error(journal);
    char *truncated = entry_field(journal, "COREDUMP_TRUNCATED");
    ret->truncated = truncated != NULL && strcmp(truncated, "1") == 0;
    free(truncated);
    if (ret->path != NULL) {
        return entry_place(query, ret, why);
    }
    const char *comm = ret->comm == NULL ? "?" : ret->comm;
    const char *pid = ret->pid == NULL ? "PID" : ret->pid;
    return entry_has(journal, "COREDUMP")
               ? say(why, "the core of %s is stored in the journal itself, which is not supported: "
                          "\"coredumpctl -o FILE dump %s\" writes it to a file, and "
                          "Storage=external in coredump.conf(5) stores the next one as one",
                     comm, pid)
               : say(why, "systemd-coredump has logged the core of %s (pid %s) but not stored it: "
                          "see Storage=, ProcessSizeMax= and ExternalSizeMax= in coredump.conf(5)",
                     comm, pid);
}

static bool entry_is_qemu(sd_journal *journal)
{
    char *comm = entry_field(journal, "COREDUMP_COMM");
    char *executable = entry_field(journal, "COREDUMP_EXE");
    bool is = coredump_is_qemu(comm, executable);
    free(comm);
    free(executable);
    return is;
}

static int add_match(sd_journal *journal, const struct coredump_match *match)
{
    char *text;
    if (match->field == NULL) {
        return 0;
    }
    if (asprintf(&text, "%s=%s", match->field, match->value) < 0) {
        return -ENOMEM;
    }
    int status = library.add_match(journal, text, 0);
    free(text);
    return status;
}

static enum coredump_outcome search(sd_journal *journal, const struct coredump_query *query,
                                    const struct coredump_match *match, struct coredump *ret,
                                    char **why)
{
    int status = library.add_match(journal, "MESSAGE_ID=" SD_MESSAGE_COREDUMP_STR, 0);
    if (status >= 0) {
        status = add_match(journal, match);
        if (status == -EINVAL) {
            say(why, "%s=%s: that is no field of a journal", match->field, match->value);
            return COREDUMP_FAILED;
        }
    }
    if (status >= 0) {
        status = library.seek_tail(journal);
    }
    for (unsigned i = 0; status >= 0 && i < ENTRIES_MAX; i++) {
        status = library.previous(journal);
        if (status == 0) {
            return COREDUMP_NONE;
        }
        if (status > 0 && (match->field != NULL || entry_is_qemu(journal))) {
            return entry_take(journal, query, ret, why) ? COREDUMP_FOUND : COREDUMP_FAILED;
        }
    }
    say(why, "the journal: %s%s", status < 0 ? strerror(-status) : "too many entries", "");
    return COREDUMP_FAILED;
}

enum coredump_outcome coredump_journal_find(const struct coredump_query *query,
                                            const struct coredump_match *match,
                                            struct coredump *ret, char **why)
{
    sd_journal *journal = NULL;
    if (!library_load()) {
        const char *problem = dlerror();
        if (query->journal == NULL) {
            return COREDUMP_ABSENT;
        }
        say(why, "%s: %s", query->journal, problem == NULL ? LIBRARY : problem);
        return COREDUMP_FAILED;
    }
    int status = query->journal == NULL
                     ? library.open(&journal, SD_JOURNAL_LOCAL_ONLY)
                     : library.open_directory(&journal, query->journal, 0);
    if (status < 0 && query->journal != NULL) {
        say(why, "%s: %s", query->journal, strerror(-status));
        return COREDUMP_FAILED;
    }
    if (status < 0) {
        return COREDUMP_ABSENT;
    }
    bool is_there = query->journal != NULL || library.has_persistent_files(journal) > 0 ||
                    library.has_runtime_files(journal) > 0;
    enum coredump_outcome outcome =
        is_there ? search(journal, query, match, ret, why) : COREDUMP_ABSENT;
    library.close(journal);
    return outcome;
}
