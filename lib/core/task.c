/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/task.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "core/core_limits.h"

/* include/linux/sched.h. vhost's threads have PF_USER_WORKER, KVM's too since Linux 6.12. */
#define PF_IO_WORKER 0x00000010u
#define PF_USER_WORKER 0x00004000u
#define PF_KTHREAD 0x00200000u

/* Reads up to the end of the file: stat tells no size for files of /proc. */
static char *read_all(int fd, size_t *size)
{
    struct qc_strbuf text = {0};
    char part[4096 + 1];
    ssize_t got;
    while ((got = read(fd, part, sizeof(part) - 1)) > 0 || (got < 0 && errno == EINTR)) {
        if (got > 0 && text.length + (size_t)got > QC_LIMIT_TASK_FILE) {
            got = -1;
            break;
        }
        /* The entries of environ and cmdline are separated by NULs, which must not end the text. */
        for (ssize_t i = 0; i < got; i++) {
            part[i] = part[i] == '\0' ? '\n' : part[i];
        }
        part[got < 0 ? 0 : got] = '\0';
        qc_strbuf_put(&text, part);
    }
    if (got < 0) {
        qc_strbuf_free(&text);
        return NULL;
    }
    *size = text.length;
    return text.length == 0 ? strdup("") : qc_strbuf_take(&text);
}

char *qc_task_file(int directory, const char *name, size_t *size)
{
    struct stat found;
    /* Does not wait for the writer of a FIFO in a saved folder, and follows no link out of it. */
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    char *text = NULL;
    if (fd >= 0 && fstat(fd, &found) == 0 && S_ISREG(found.st_mode)) {
        text = read_all(fd, size);
    }
    if (fd >= 0) {
        close(fd);
    }
    return text;
}

/* Returns a file's text without its last newline. NULL: none, or empty. */
static char *read_text(int directory, const char *name)
{
    size_t size;
    char *text = qc_task_file(directory, name, &size);
    if (text != NULL && size != 0 && text[size - 1] == '\n') {
        text[--size] = '\0';
    }
    if (text != NULL && size == 0) {
        free(text);
        text = NULL;
    }
    return text;
}

/* Reads stat, "4711 (a name) with brackets) S 1 ...": the flags are the sixth word after S. */
static void read_stat(int directory, struct qc_task *ret)
{
    size_t size;
    QC_FREE char *text = qc_task_file(directory, "stat", &size);
    const char *end = text == NULL ? NULL : strrchr(text, ')');
    char state;
    unsigned flags;
    if (end != NULL && sscanf(end, ") %c %*d %*d %*d %*d %*d %u", &state, &flags) == 2) {
        ret->state = state;
        ret->flags = flags;
    }
}

static void read_schedstat(int directory, struct qc_task *ret)
{
    size_t size;
    QC_FREE char *text = qc_task_file(directory, "schedstat", &size);
    ret->has_run = text != NULL &&
                   sscanf(text, "%" SCNu64 " %*u %" SCNu64, &ret->run_ns, &ret->runs) == 2;
}

/* Reads the state from status, "State:\tD (disk sleep)", if stat was not saved. */
static void read_state(const char *text, struct qc_task *ret)
{
    const char *line = strstr(text, "\nState:\t");
    if (line != NULL && ret->state == 0) {
        ret->state = line[strlen("\nState:\t")];
    }
}

/* Reads status. The last number of "NSpid:\t4711\t12" is the id in the process's own namespace;
   kernels without namespaces have only Pid. */
static void read_status(int directory, struct qc_task *ret)
{
    size_t size;
    QC_FREE char *text = qc_task_file(directory, "status", &size);
    if (text != NULL) {
        read_state(text, ret);
    }
    char *line = text == NULL ? NULL : strstr(text, "\nNSpid:");
    line = line != NULL || text == NULL ? line : strstr(text, "\nPid:");
    if (line != NULL) {
        line[1 + strcspn(line + 1, "\n")] = '\0';
        const char *last = strrchr(line, '\t');
        ret->tid = last == NULL ? 0 : atoi(last);
    }
}

/* Reads schedstat first: a run while the other files are read then shows in a later count. */
void qc_task_read(int directory, struct qc_task *ret)
{
    read_schedstat(directory, ret);
    read_stat(directory, ret);
    read_status(directory, ret);
    ret->comm = read_text(directory, "comm");
    ret->wchan = read_text(directory, "wchan");
    ret->stack = read_text(directory, "stack");
    /* "0": the thread does not sleep, or the reader may not see it. */
    if (ret->wchan != NULL && strcmp(ret->wchan, "0") == 0) {
        free(ret->wchan);
        ret->wchan = NULL;
    }
}

enum qemucore_status qc_task_each(int directory, qc_task_visitor *visitor, void *opaque)
{
    const struct dirent *entry;
    uint64_t count = 0;
    QC_FOLDER DIR *folder = qc_folder_open(directory, "task");
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        struct qc_task task = {0};
        int number = atoi(entry->d_name);
        QC_CLOSE int thread = number <= 0 ? -1
                                          : openat(dirfd(folder), entry->d_name,
                                                   O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (number > 0 && count++ == QC_LIMIT_THREADS) {
            return QEMUCORE_LIMIT;
        }
        if (thread >= 0) {
            qc_task_read(thread, &task);
            task.tid = task.tid > 0 ? task.tid : number;
            visitor(opaque, &task);
        }
        qc_task_clear(&task);
    }
    return folder != NULL ? QEMUCORE_OK : QEMUCORE_NOT_FOUND;
}

void qc_task_clear(struct qc_task *task)
{
    free(task->comm);
    free(task->wchan);
    free(task->stack);
    *task = (struct qc_task){0};
}

/* Decides by the flags if they are known, since a thread may give itself any name. They are not
   known from a folder that was saved without stat. */
bool qc_task_is_kernel_made(const struct qc_task *task)
{
    static const char *const names[] = {"iou-wrk-", "iou-sqp-", "vhost-", "kvm-nx-lpage-re"};
    return task->flags == 0 ? qc_array_any(names, name, qc_str_begins(task->comm, *name))
                            : (task->flags & (PF_IO_WORKER | PF_USER_WORKER | PF_KTHREAD)) != 0;
}

/* A line of the stack: "[<0>] nfs_wait_bit_killable+0x1c/0x80". */
char *qc_task_function(const struct qc_task *task)
{
    const char *at = task->stack == NULL ? NULL : strstr(task->stack, "] ");
    if (at != NULL) {
        return strndup(at + 2, strcspn(at + 2, "+\n"));
    }
    return task->wchan == NULL ? NULL : strndup(task->wchan, strcspn(task->wchan, "\n"));
}
