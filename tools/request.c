/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "request.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "exit_status.h"

static request_server *server;

/* The child's end of the socket to the parent. -1: this process is not the child. */
static int parent_socket = -1;

void request_set_server(request_server *serve)
{
    server = serve;
}

void request_set_socket(int socket)
{
    parent_socket = socket;
}

bool request_is_child(void)
{
    return parent_socket >= 0;
}

struct message {
    enum request request;
    uint64_t number;
    char text[PATH_MAX];
};

/* ---- the child --------------------------------------------------------------------------------- */

static int receive_reply(struct qemucore_error *error)
{
    struct iovec part = {error, sizeof(*error)};
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
                             .msg_controllen = sizeof(control)};
    ssize_t size;
    do {
        size = recvmsg(parent_socket, &message, MSG_CMSG_CLOEXEC);
    } while (size < 0 && errno == EINTR);
    if (size != (ssize_t)sizeof(*error)) {
        _exit(TOOL_FAILED); /* the parent has gone, and nobody waits for an answer */
    }
    int fd = -1;
    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL) {
        memcpy(&fd, CMSG_DATA(header), sizeof(fd));
    }
    return fd;
}

static int ask_parent(const struct message *message, struct qemucore_error *error)
{
    static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&one_at_a_time);
    if (write(parent_socket, message, sizeof(*message)) != (ssize_t)sizeof(*message)) {
        _exit(TOOL_FAILED);
    }
    int fd = message->request == REQUEST_ANSWERED ? -1 : receive_reply(error);
    pthread_mutex_unlock(&one_at_a_time);
    return fd;
}

int request_make(enum request request, uint64_t number, const char *text,
                 struct qemucore_error *error)
{
    struct qemucore_error ignored_error = {.status = QEMUCORE_OK};
    struct message message = {.request = request, .number = number};
    error = error == NULL ? &ignored_error : error;
    if (parent_socket < 0) {
        return server(request, number, text, error);
    }
    if (text != NULL && strlen(text) >= sizeof(message.text)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(message.text, text == NULL ? "" : text);
    int fd = ask_parent(&message, error);
    errno = error->os_errno;
    return fd;
}

/* ---- the parent -------------------------------------------------------------------------------- */

static void send_reply(int socket, const struct qemucore_error *error, int fd)
{
    struct iovec part = {(void *)error, sizeof(*error)};
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(fd))] = {0};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0) {
        message.msg_control = control;
        message.msg_controllen = sizeof(control);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        *header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(fd)), .cmsg_level = SOL_SOCKET,
                                   .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(header), &fd, sizeof(fd));
    }
    sendmsg(socket, &message, MSG_NOSIGNAL);
}

bool request_serve(int socket)
{
    static struct message message;
    bool answered = false;
    ssize_t size;
    while ((size = recv(socket, &message, sizeof(message), 0)) > 0 || (size < 0 && errno == EINTR)) {
        if (size != (ssize_t)sizeof(message)) {
            continue;
        }
        message.text[sizeof(message.text) - 1] = '\0';
        if (message.request == REQUEST_ANSWERED) {
            answered = true;
            continue;
        }
        struct qemucore_error error;
        int fd = server(message.request, message.number, message.text, &error);
        send_reply(socket, &error, fd);
        if (fd >= 0 && message.request != REQUEST_OUTPUT_OPEN) {
            close(fd);
        }
    }
    return answered;
}
