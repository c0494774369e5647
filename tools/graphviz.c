/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "graphviz.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What dot may use; a graph of a hundred boxes takes a tenth of a second. */
#define SECONDS 10
#define MEMORY (UINT64_C(2) << 30)
/* A picture is a part of a page. */
#define LARGEST_PICTURE (8 << 20)

/* That is read of it, in a process that may run a program. Without a name, so that nobody waits for who
   reads it; -1: none. */
static int graph = -1;

static void run_dot(int input, int output)
{
    const struct rlimit seconds = {SECONDS, SECONDS};
    const struct rlimit memory = {MEMORY, MEMORY};
    const struct rlimit size = {LARGEST_PICTURE, LARGEST_PICTURE};
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    setrlimit(RLIMIT_CPU, &seconds);
    setrlimit(RLIMIT_AS, &memory);
    setrlimit(RLIMIT_FSIZE, &size);
    if (nowhere >= 0 && dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
        dup2(nowhere, STDERR_FILENO) >= 0) {
        execlp("dot", "dot", "-Tsvg", (char *)NULL);
    }
    _exit(127);
}

/* All that it writes; NULL: nothing, or too much. */
static char *read_all(int fd)
{
    FILE *file = fdopen(fd, "r");
    char *text = malloc(LARGEST_PICTURE);
    size_t size = file == NULL || text == NULL ? 0 : fread(text, 1, LARGEST_PICTURE, file);
    if (file == NULL) {
        close(fd);
    } else {
        fclose(file);
    }
    if (size == 0 || size == LARGEST_PICTURE) {
        free(text);
        return NULL;
    }
    text[size] = '\0';
    return text;
}

static int draw(void)
{
    int status = -1;
    int picture = memfd_create("picture", MFD_CLOEXEC);
    pid_t child = picture < 0 || lseek(graph, 0, SEEK_SET) != 0 ? -1 : fork();
    if (child == 0) {
        run_dot(graph, picture);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (picture >= 0 && (status != 0 || lseek(picture, 0, SEEK_SET) != 0)) {
        close(picture);
        picture = -1;
    }
    return picture;
}

int graphviz_serve(enum sandbox_request request)
{
    int answer = -1;
    if (request == SANDBOX_PICTURE && graph >= 0) {
        answer = draw();
    }
    if (graph >= 0) {
        close(graph);
        graph = -1;
    }
    if (request == SANDBOX_GRAPH) {
        graph = memfd_create("graph", MFD_CLOEXEC);
        answer = graph < 0 ? -1 : fcntl(graph, F_DUPFD_CLOEXEC, 0);
    }
    return answer;
}

char *graphviz_draw(void *opaque, const char *dot)
{
    (void)opaque;
    int fd = sandbox_ask(SANDBOX_GRAPH, 0, NULL, NULL);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    bool written = file != NULL && fputs(dot, file) >= 0;
    written &= file != NULL && fclose(file) == 0;
    int picture = written ? sandbox_ask(SANDBOX_PICTURE, 0, NULL, NULL) : -1;
    return picture < 0 ? NULL : read_all(picture);
}
