/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait/wait_syscall.h"

#include <inttypes.h>

#include "base/base.h"
#include "values/values.h"

/* Meaning of an argument of a system call. */
enum meaning {
    FD,           /* a descriptor */
    MILLISECONDS, /* int; negative: no timeout */
    RELATIVE,     /* address of a struct timespec; NULL: no timeout */
    REMAINING,    /* the same; an interrupted call writes back what is left (fs/select.c) */
    SLEEP,        /* the same; it writes that to the next argument, which may be the same address
                     (kernel/time/hrtimer.c, nanosleep_copyout; glibc's sleep.c) */
    REQUEST,      /* request of ioctl; the first argument is the descriptor */
    FILE_NAME,    /* address of a path */
    ADDRESS,      /* address of a struct sockaddr; the next argument is its length */
    IOCBS,        /* address of pointers to struct iocb (include/uapi/linux/aio_abi.h) */
};

struct row {
    const char *name;
    enum meaning meaning;
    unsigned argument;
};

static const struct row rows[] = {
    {"poll", MILLISECONDS, 2},
    {"epoll_wait", MILLISECONDS, 3},
    {"epoll_pwait", MILLISECONDS, 3},
    {"ppoll", REMAINING, 2},
    {"pselect6", REMAINING, 4},
    {"nanosleep", SLEEP, 0},
    {"clock_nanosleep", SLEEP, 2},
    {"rt_sigtimedwait", RELATIVE, 2},
    {"ioctl", REQUEST, 1},
    {"read", FD, 0},
    {"write", FD, 0},
    {"readv", FD, 0},
    {"writev", FD, 0},
    {"pread64", FD, 0},
    {"pwrite64", FD, 0},
    {"preadv", FD, 0},
    {"pwritev", FD, 0},
    {"preadv2", FD, 0},
    {"pwritev2", FD, 0},
    {"recvfrom", FD, 0},
    {"recvmsg", FD, 0},
    {"recvmmsg", FD, 0},
    {"sendto", FD, 0},
    {"sendmsg", FD, 0},
    {"sendmmsg", FD, 0},
    {"accept", FD, 0},
    {"accept4", FD, 0},
    {"connect", ADDRESS, 1},
    {"fsync", FD, 0},
    {"fdatasync", FD, 0},
    {"fallocate", FD, 0},
    {"ftruncate", FD, 0},
    {"flock", FD, 0},
    {"fcntl", FD, 0},
    {"close", FD, 0},
    {"io_uring_enter", FD, 0},
    {"io_submit", IOCBS, 2},
    {"sync_file_range", FD, 0},
    {"open", FILE_NAME, 0},
    {"openat", FILE_NAME, 1},
    {"openat2", FILE_NAME, 1},
    {"stat", FILE_NAME, 0},
    {"lstat", FILE_NAME, 0},
    {"newfstatat", FILE_NAME, 1},
    {"statx", FILE_NAME, 1},
    {"statfs", FILE_NAME, 0},
    {"access", FILE_NAME, 0},
    {"faccessat", FILE_NAME, 1},
    {"faccessat2", FILE_NAME, 1},
    {"readlink", FILE_NAME, 0},
    {"readlinkat", FILE_NAME, 1},
    {"truncate", FILE_NAME, 0},
    {"fstat", FD, 0},
    {"fstatfs", FD, 0},
    {"lseek", FD, 0},
    {"unlink", FILE_NAME, 0},
    {"unlinkat", FILE_NAME, 1},
};

static const struct row *row_find(const char *name)
{
    return qc_array_find(rows, row, qc_str_is(name, row->name));
}

/* TIMER_ABSTIME of clock_nanosleep(2): its flags are the second argument. */
static bool is_absolute(const struct qc_syscall *syscall)
{
    return qc_str_is(syscall->name, "clock_nanosleep") && (syscall->arguments[1] & 1) != 0;
}

/* Tells whether an interrupted call replaces its timeout by what is left. */
static bool writes_back(const struct qc_syscall *syscall, const struct row *row)
{
    unsigned next = row->argument + 1;
    return row->meaning == REMAINING ||
           (row->meaning == SLEEP && syscall->known[next] &&
            syscall->arguments[next] == syscall->arguments[row->argument]);
}

static void timeout_read(struct qc_process *process, const struct row *row,
                         struct qemucore_wait *wait)
{
    uint64_t address = wait->syscall.arguments[row->argument];
    if (is_absolute(&wait->syscall)) {
        return;
    }
    if (address == 0) {
        wait->has_timeout = true;
        wait->timeout_ns = -1;
    } else if (qc_fields_timespec(process->fields, address, &wait->timeout_ns)) {
        wait->has_timeout = true;
        wait->timeout_is_remaining = writes_back(&wait->syscall, row) &&
                                     !qc_thread_sleeps_on(wait->thread->core_thread);
    }
}

void qc_wait_put_time(int64_t nanoseconds, struct qc_strbuf *buffer)
{
    if (nanoseconds >= 1000000000 || nanoseconds == 0) {
        qc_strbuf_printf(buffer, "%.1f s", (double)nanoseconds / 1e9);
    } else {
        qc_strbuf_printf(buffer, "%.3f ms", (double)nanoseconds / 1e6);
    }
}

/* Appends the request that a vhost-user device's back end was asked for. */
static void put_request(struct qc_process *process, struct qemucore_thread *thread,
                        struct qc_strbuf *buffer)
{
    struct qc_vhost_user user = {0};
    if (qc_vhost_user_of(process, thread, &user)) {
        if (user.request != NULL) {
            qc_strbuf_printf(buffer, ", asked for %s", user.request);
        }
    }
}

static void put_descriptor(struct qc_process *process, struct qemucore_wait *wait, int fd,
                           struct qc_strbuf *buffer)
{
    wait->fd = fd;
    const struct qc_peer *peer = qc_peer_of(qc_process_peers(process), fd);
    QC_FREE char *text = peer == NULL ? NULL : qc_peer_text(peer);
    qc_strbuf_printf(buffer, ", fd %d", fd);
    if (text != NULL) {
        qc_strbuf_printf(buffer, " (%s", text);
        if (peer->kind == QC_PEER_VHOST_USER) {
            put_request(process, wait->thread, buffer);
        }
        qc_strbuf_put(buffer, ")");
    } else if (qc_live_target(&process->core->live, fd) != NULL) {
        qc_strbuf_printf(buffer, " (%s)", qc_live_target(&process->core->live, fd));
    }
}

/* An empty path means the descriptor before it (AT_EMPTY_PATH). */
static void put_path(struct qc_process *process, struct qemucore_wait *wait, uint64_t address,
                     struct qc_strbuf *buffer)
{
    QC_FREE char *path = qc_value_text(process->modules, address, SIZE_MAX, NULL);
    if (path != NULL && *path != '\0') {
        qc_strbuf_printf(buffer, " %s", path);
    } else if (path != NULL && wait->syscall.known[0]) {
        put_descriptor(process, wait, (int)wait->syscall.arguments[0], buffer);
    }
}

static void put_address(struct qc_process *process, struct qemucore_wait *wait, uint64_t address,
                        struct qc_strbuf *buffer)
{
    const struct qc_syscall *syscall = &wait->syscall;
    const char *text =
        syscall->known[2]
            ? qc_socket_name_text(process->fields, address, syscall->arguments[2])
            : NULL;
    if (syscall->known[0]) {
        put_descriptor(process, wait, (int)syscall->arguments[0], buffer);
    }
    if (text != NULL) {
        qc_strbuf_printf(buffer, " to %s", text);
    }
}

/* Appends the descriptor (aio_fildes) of the first request that is submitted. */
static void put_submitted(struct qc_process *process, struct qemucore_wait *wait,
                          uint64_t iocbs, struct qc_strbuf *buffer)
{
    uint64_t iocb;
    uint64_t fd;
    if (qc_core_number(process->core, iocbs, 8, &iocb) &&
        qc_core_number(process->core, iocb + 20, 4, &fd)) {
        put_descriptor(process, wait, (int)fd, buffer);
    }
}

static void put_ioctl(const struct qemucore_wait *wait, uint64_t request, struct qc_strbuf *buffer)
{
    if (qc_syscall_is_kvm_run(&wait->syscall)) {
        qc_strbuf_put(buffer, " KVM_RUN");
    } else if (qc_syscall_is_mshv_run(&wait->syscall)) {
        qc_strbuf_put(buffer, " MSHV_RUN_VP");
    } else {
        qc_strbuf_printf(buffer, " 0x%" PRIx64, request);
    }
    if (wait->syscall.known[0]) {
        qc_strbuf_printf(buffer, ", fd %d", (int)wait->syscall.arguments[0]);
    }
}

/* A timeout that the stack has told is kept. */
static void put_argument(struct qc_process *process, struct qemucore_wait *wait,
                         const struct row *row, struct qc_strbuf *buffer)
{
    uint64_t argument = wait->syscall.arguments[row->argument];
    switch (row->meaning) {
    case FD:
        put_descriptor(process, wait, (int)argument, buffer);
        break;
    case IOCBS:
        put_submitted(process, wait, argument, buffer);
        break;
    case REQUEST:
        put_ioctl(wait, argument, buffer);
        break;
    case MILLISECONDS:
        if (!wait->has_timeout) {
            wait->has_timeout = true;
            wait->timeout_ns = (int64_t)(int32_t)argument * 1000000;
        }
        break;
    case RELATIVE:
    case REMAINING:
    case SLEEP:
        if (!wait->has_timeout) {
            timeout_read(process, row, wait);
        }
        break;
    case FILE_NAME:
        put_path(process, wait, argument, buffer);
        break;
    case ADDRESS:
        put_address(process, wait, argument, buffer);
        break;
    }
}

static void put_timeout(const struct qemucore_wait *wait, struct qc_strbuf *buffer)
{
    if (wait->has_timeout && wait->timeout_ns < 0) {
        qc_strbuf_put(buffer, ", no timeout");
    } else if (wait->has_timeout) {
        qc_strbuf_put(buffer, ", ");
        qc_wait_put_time(wait->timeout_ns, buffer);
        qc_strbuf_put(buffer, wait->timeout_is_remaining ? " left" : "");
    }
}

void qc_wait_syscall(struct qc_process *process, struct qemucore_wait *wait)
{
    const struct qc_syscall *syscall = &wait->syscall;
    const struct row *row = row_find(syscall->name);
    struct qc_strbuf buffer = {0};
    if (syscall->name != NULL) {
        qc_strbuf_put(&buffer, syscall->name);
    } else {
        qc_strbuf_printf(&buffer, "system call %u", syscall->number);
    }
    if (row != NULL && syscall->known[row->argument]) {
        put_argument(process, wait, row, &buffer);
    }
    put_timeout(wait, &buffer);
    wait->sentence = qc_fields_keep(process->fields, qc_strbuf_take(&buffer));
    wait->evidence =
        syscall->restarted
            ? qc_fields_format(process->fields,
                               "restart_syscall in the registers, of %s by the stack",
                               syscall->name)
            : qc_fields_format(process->fields, "number %u in the registers%s", syscall->number,
                               syscall->assumed ? "; its instruction could not be read" : "");
}
