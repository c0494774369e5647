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

/* Limits of dot: CPU time and address space. A graph of a hundred boxes takes 0.1 s. */
#define DOT_SECONDS 10
#define DOT_MEMORY (UINT64_C(2) << 30)
/* Limit of the SVG, which becomes part of a page, in bytes. */
#define PICTURE_SIZE_MAX (8 << 20)

/* The graph that dot is to read, in the process that may run programs: a memory file, because a
   writer to a pipe would wait for its reader. -1: none. */
static int graph_file = -1;

static void run_dot(int input, int output)
{
    const struct rlimit seconds = {DOT_SECONDS, DOT_SECONDS};
    const struct rlimit memory = {DOT_MEMORY, DOT_MEMORY};
    const struct rlimit size = {PICTURE_SIZE_MAX, PICTURE_SIZE_MAX};
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

/* Returns all that fd holds, to be freed, and closes fd. NULL: it is empty, or too large. */
static char *read_all(int fd)
{
    FILE *file = fdopen(fd, "r");
    char *text = malloc(PICTURE_SIZE_MAX);
    size_t size = file == NULL || text == NULL ? 0 : fread(text, 1, PICTURE_SIZE_MAX, file);
    if (file == NULL) {
        close(fd);
    } else {
        fclose(file);
    }
    if (size == 0 || size == PICTURE_SIZE_MAX) {
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
    pid_t child = picture < 0 || lseek(graph_file, 0, SEEK_SET) != 0 ? -1 : fork();
    if (child == 0) {
        run_dot(graph_file, picture);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (picture >= 0 && (status != 0 || lseek(picture, 0, SEEK_SET) != 0)) {
        close(picture);
        picture = -1;
    }
    return picture;
}

int graphviz_serve(enum request request)
{
    int answer = -1;
    if (request == REQUEST_PICTURE && graph_file >= 0) {
        answer = draw();
    }
    if (graph_file >= 0) {
        close(graph_file);
        graph_file = -1;
    }
    if (request == REQUEST_GRAPH) {
        graph_file = memfd_create("graph", MFD_CLOEXEC);
        answer = graph_file < 0 ? -1 : fcntl(graph_file, F_DUPFD_CLOEXEC, 0);
    }
    return answer;
}

char *graphviz_draw(void *opaque, const char *dot)
{
    (void)opaque;
    int fd = request_make(REQUEST_GRAPH, 0, NULL, NULL);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    bool written = file != NULL && fputs(dot, file) >= 0;
    written &= file != NULL && fclose(file) == 0;
    int picture = written ? request_make(REQUEST_PICTURE, 0, NULL, NULL) : -1;
    return picture < 0 ? NULL : read_all(picture);
}
