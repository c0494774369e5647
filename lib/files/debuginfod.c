/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "files/debuginfod.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base.h"
#include "files/elf_file.h"
#include "files/files_limits.h"
#include "files/search.h"

#ifdef HAVE_LIBDEBUGINFOD
#include <dlfcn.h>
#include <elfutils/debuginfod.h>

/*
 * The functions of libdebuginfod, which is loaded when a server is asked, as libdwfl does: it
 * brings libcurl and some thirty other libraries, which take longer to load than a small core to be
 * shown.
 */
struct client {
    debuginfod_client *handle;
    __typeof__(&debuginfod_begin) begin;
    __typeof__(&debuginfod_end) end;
    __typeof__(&debuginfod_set_progressfn) set_progress;
    __typeof__(&debuginfod_find_debuginfo) find_debuginfo;
    __typeof__(&debuginfod_find_executable) find_executable;
};

bool qc_debuginfod_available(void)
{
    return true;
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Deadline of the download under way in this thread, by CLOCK_MONOTONIC. */
static __thread double deadline;
static __thread bool too_large;

/* libdebuginfod calls this while it waits; anything but 0 makes it give up. */
static int keep_going(debuginfod_client *handle, long done, long total)
{
    const long most = (long)QC_LIMIT_DEBUGINFOD_FILE;
    (void)handle;
    too_large = done > most || total > most;
    return too_large || seconds_now() >= deadline;
}

static void client_free(struct client *client)
{
    if (client->handle != NULL) {
        client->end(client->handle);
    }
    /* The library stays loaded: libcurl and its libraries are not made to be unloaded. */
    free(client);
}

static bool client_load(struct client *client)
{
    void *library = dlopen(DEBUGINFOD_SONAME, RTLD_LAZY | RTLD_NODELETE);
    if (library == NULL) {
        return false;
    }
    client->begin = dlsym(library, "debuginfod_begin");
    client->end = dlsym(library, "debuginfod_end");
    client->set_progress = dlsym(library, "debuginfod_set_progressfn");
    client->find_debuginfo = dlsym(library, "debuginfod_find_debuginfo");
    client->find_executable = dlsym(library, "debuginfod_find_executable");
    return client->begin != NULL && client->end != NULL && client->set_progress != NULL &&
           client->find_debuginfo != NULL && client->find_executable != NULL;
}

static struct client *client_new(void)
{
    struct client *client = calloc(1, sizeof(*client));
    if (client == NULL || !client_load(client)) {
        free(client);
        return NULL;
    }
    client->handle = client->begin();
    if (client->handle == NULL) {
        client_free(client);
        return NULL;
    }
    client->set_progress(client->handle, keep_going);
    return client;
}

static int client_find(const struct client *client, enum qc_debuginfod_kind kind,
                       const struct qc_build_id *build_id, double seconds, char **name)
{
    deadline = seconds_now() + seconds;
    too_large = false;
    int fd = (kind == QC_DEBUGINFOD_DEBUGINFO ? client->find_debuginfo : client->find_executable)(
        client->handle, build_id->bytes, (int)build_id->size, name);
    return fd < 0 && too_large ? -EFBIG : fd;
}

int qc_debuginfod_fetch(enum qc_debuginfod_kind kind, const struct qc_build_id *build_id,
                        double seconds, char **name)
{
    struct client *client = client_new();
    int fd = client == NULL ? -ENOSYS : client_find(client, kind, build_id, seconds, name);
    if (client != NULL) {
        client_free(client);
    }
    return fd;
}

static struct client *search_client(const struct qc_file_search *search)
{
    /* A fetch function of the caller's needs no client here. */
    struct client *client = search->options.fetch != NULL ? calloc(1, sizeof(*client)) : client_new();
    if (client == NULL) {
        const char *why = dlerror();
        qc_notice(search, "debuginfod: %s", why == NULL ? DEBUGINFOD_SONAME : why);
    }
    return client;
}

/* Limits downloads to half of the time before the deadline: the rest is for all other work. */
static void search_limit_seconds(struct qc_file_search *search)
{
    uint64_t end = search->deadline;
    double half = ((double)end / 1e9 - seconds_now()) / 2;
    if (end != 0 && half < search->debuginfod_left) {
        search->debuginfod_left = half;
        search->options.debuginfod_seconds = half;
    }
}

static bool search_begin(struct qc_file_search *search)
{
    if (search->debuginfod != NULL || search->debuginfod_failed) {
        return search->debuginfod != NULL;
    }
    const char *urls = getenv(DEBUGINFOD_URLS_ENV_VAR);
    if (urls == NULL || urls[strspn(urls, " ")] == '\0') {
        qc_notice(search, "debuginfod: %s names no server: nobody is asked for what is not here",
                  DEBUGINFOD_URLS_ENV_VAR);
    } else {
        search->debuginfod = search_client(search);
        search_limit_seconds(search);
    }
    search->debuginfod_failed = search->debuginfod == NULL;
    return search->debuginfod != NULL;
}

/* Reports once why nothing comes. -ENOENT is no such reason: a server has answered. */
static void search_notice(struct qc_file_search *search, int result)
{
    bool is_over = search->debuginfod_left <= 0;
    if (search->debuginfod_noticed || (result == -ENOENT && !is_over)) {
        return;
    }
    search->debuginfod_noticed = true;
    if (is_over) {
        qc_notice(search, "debuginfod: no more is asked for: the %.0f s that all downloads may "
                           "take together are over",
                  search->options.debuginfod_seconds);
    } else if (result == -EFBIG) {
        qc_notice(search, "debuginfod: a file of more than %" PRIu64 " MiB is not fetched",
                  QC_LIMIT_DEBUGINFOD_FILE / QC_MIB);
    } else {
        qc_notice(search, "debuginfod: no server in %s can be reached: %s",
                  DEBUGINFOD_URLS_ENV_VAR, strerror(-result));
    }
}

int qc_debuginfod_open(struct qc_file_search *search, const struct qc_sought_file *sought,
                       enum qc_debuginfod_kind kind, char **name)
{
    const struct qc_build_id *build_id = sought->build_id;
    if (!search->options.debuginfod || build_id->size == 0 || search->debuginfod_left <= 0 ||
        sought->server_failed[kind] || !search_begin(search)) {
        return -1;
    }
    char text[2 * QC_LIMIT_BUILD_ID + 1];
    qc_build_id_format(build_id, text);
    if (!search->debuginfod_noticed) {
        qc_notice(search, "debuginfod: fetching %s of %s (build-id %s)",
                  kind == QC_DEBUGINFOD_DEBUGINFO ? "debug info" : "the file", sought->path, text);
    }
    double start = seconds_now();
    const struct qc_file_options *options = &search->options;
    int fd = options->fetch != NULL
                 ? options->fetch(options->fetch_opaque, kind == QC_DEBUGINFOD_EXECUTABLE,
                                  build_id->bytes, build_id->size, search->debuginfod_left, name)
                 : client_find(search->debuginfod, kind, build_id, search->debuginfod_left, name);
    search->debuginfod_left -= seconds_now() - start;
    /* A fetch function may count milliseconds, and limit a download in whole seconds. */
    bool is_over = fd == -ETIME || search->debuginfod_left < 0.1;
    search->debuginfod_left = is_over ? 0 : search->debuginfod_left;
    sought->server_failed[kind] = fd < 0;
    if (fd < 0) {
        search_notice(search, fd);
    }
    return fd < 0 ? -1 : fd;
}

void qc_debuginfod_end(struct qc_file_search *search)
{
    if (search->debuginfod != NULL) {
        client_free(search->debuginfod);
        search->debuginfod = NULL;
    }
}

#else

bool qc_debuginfod_available(void)
{
    return false;
}

int qc_debuginfod_open(struct qc_file_search *search, const struct qc_sought_file *sought,
                       enum qc_debuginfod_kind kind, char **name)
{
    (void)search;
    (void)sought;
    (void)kind;
    (void)name;
    return -1;
}

int qc_debuginfod_fetch(enum qc_debuginfod_kind kind, const struct qc_build_id *build_id,
                        double seconds, char **name)
{
    (void)kind;
    (void)build_id;
    (void)seconds;
    (void)name;
    return -ENOSYS;
}

void qc_debuginfod_end(struct qc_file_search *search)
{
    (void)search;
}

#endif
