/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "request.h"

/* Least width that lines are folded to, in columns: a table is unreadable below that. */
#define WIDTH_MIN 40

unsigned terminal_width(void)
{
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    long width = columns == NULL ? 0 : strtol(columns, NULL, 10);
    if (!isatty(STDOUT_FILENO)) {
        return 0;
    }
    if (width <= 0 || width > USHRT_MAX) {
        width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
    }
    return width == 0 ? 0 : width < WIDTH_MIN ? WIDTH_MIN : (unsigned)width;
}

/* ---- lines that fit ------------------------------------------------------------------------- */

/* A cell that does not fit is begun in the rest of the line if that has this many columns. */
#define ROOM_MIN 24

struct line {
    unsigned width;
    unsigned column; /* column of the next character */
    unsigned anchor; /* column where the last cell began */
    unsigned outer;  /* column where the cell before it began */
    bool folded;     /* the last cell takes more than one line */
};

/* Returns the columns that a text takes: 0 for a colour (CSI ... m), 1 for a character of UTF-8. */
static unsigned columns_of(const char *at, const char *end)
{
    unsigned columns = 0;
    while (at < end) {
        if (*at == '\033') {
            at += strcspn(at, "m\n");
        } else {
            columns += ((unsigned char)*at & 0xc0) != 0x80;
        }
        at += at < end;
    }
    return columns;
}

static void put(struct line *line, const char *start, const char *end)
{
    fwrite(start, 1, (size_t)(end - start), stdout);
    line->column += columns_of(start, end);
}

static void put_spaces(struct line *line, unsigned count)
{
    printf("%*s", (int)count, "");
    line->column += count;
}

static void continue_below(struct line *line, unsigned indent, unsigned needed)
{
    putchar('\n');
    line->column = 0;
    put_spaces(line, indent + needed <= line->width ? indent : line->outer + 2);
}

/* Prints a cell: words with one space between them. Two spaces end a cell. */
static void put_cell(struct line *line, const char *start, const char *end)
{
    line->folded = false;
    for (const char *word = start; word < end;) {
        const char *space = memchr(word, ' ', (size_t)(end - word));
        const char *word_end = space == NULL ? end : space;
        if (word != start && line->column + 1 + columns_of(word, word_end) > line->width) {
            continue_below(line, line->anchor + 2, columns_of(word, word_end));
            line->folded = true;
        } else if (word != start) {
            put_spaces(line, 1);
        }
        put(line, word, word_end);
        word = word_end + (word_end < end);
    }
}

static const char *cell_end(const char *cell, const char *end)
{
    const char *gap = memmem(cell, (size_t)(end - cell), "  ", 2);
    return gap == NULL ? end : gap;
}

/* Places the next cell: after the last cell if it fits there, or at least ROOM_MIN columns and its
   first word do; else on a new line, below the last cell. */
static void put_gap(struct line *line, unsigned gap, const char *cell, const char *end)
{
    unsigned columns = columns_of(cell, end);
    unsigned word = columns_of(cell, cell + strcspn(cell, " \n"));
    unsigned room = word > ROOM_MIN ? word : ROOM_MIN;
    unsigned needed = columns < room ? columns : room;
    if (line->folded || line->column + gap + needed > line->width) {
        continue_below(line, line->anchor, room);
    } else {
        put_spaces(line, gap);
        line->outer = line->anchor;
        line->anchor = line->column;
    }
}

static void put_line(const char *at, const char *end, unsigned width)
{
    struct line line = {.width = width};
    if (width == 0 || columns_of(at, end) <= width) {
        put(&line, at, end);
        return;
    }
    unsigned gap = (unsigned)strspn(at, " ");
    put_spaces(&line, gap);
    line.anchor = line.column;
    for (at += gap; at < end;) {
        const char *cell = at;
        at = cell_end(cell, end);
        put_cell(&line, cell, at);
        gap = (unsigned)strspn(at, " ");
        at += gap;
        if (at < end) {
            put_gap(&line, gap, at, cell_end(at, end));
        }
    }
}

void terminal_print(const char *text, unsigned width)
{
    while (*text != '\0') {
        const char *end = text + strcspn(text, "\n");
        put_line(text, end, width);
        text = end;
        if (*text == '\n') {
            putchar('\n');
            text++;
        }
    }
}

/* ---- a pager -------------------------------------------------------------------------------- */

/*
 * The answer is collected in a file in memory, and the pager starts when all of it is there. A
 * reader that writes into a pipe instead would wait for the user: the time limit could not apply to
 * it, and a reader that was taken over could stay as long as it likes.
 */
static _Atomic int pages = -1; /* the file in memory; -1: none */
static int terminal;           /* the terminal, for the case that standard output is `pages` */
static bool is_paged;          /* whether this process prints into such a file */

bool terminal_is_paged(void)
{
    return is_paged;
}

static const char *pager_command(void)
{
    const char *own = getenv("QEMUCORE_PAGER");
    const char *any = getenv("PAGER");
    const char *type = getenv("TERM");
    const char *command = own != NULL ? own : any != NULL ? any : "less";
    bool is_none = command[0] == '\0' || strcmp(command, "cat") == 0;
    return is_none || type == NULL || strcmp(type, "dumb") == 0 ? NULL : command;
}

/* Copies the answer, for the case that less is not installed or no process can be made. */
static void pager_copy(int from, int to)
{
    char bytes[4096];
    ssize_t size;
    while ((size = read(from, bytes, sizeof(bytes))) > 0) {
        if (write(to, bytes, (size_t)size) != size) {
            break;
        }
    }
}

static void pager_run(const char *command)
{
    dup2(pages, STDIN_FILENO);
    dup2(terminal, STDOUT_FILENO);
    if (is_paged) {
        dup2(terminal, STDERR_FILENO);
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
    signal(SIGPIPE, SIG_DFL);
    setenv("LESS", "FRSXMK", 0);
    if (strcmp(command, "less") == 0) {
        execlp("less", "less", (char *)NULL);
        pager_copy(STDIN_FILENO, STDOUT_FILENO);
    } else {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    }
    _exit(127);
}

int terminal_pages(void)
{
    return pages;
}

void terminal_drop_pages(void)
{
    if (pages >= 0) {
        close(pages);
    }
    pages = -1;
}

void terminal_show_pages(void)
{
    if (pages < 0) {
        return;
    }
    fflush(stdout);
    lseek(pages, 0, SEEK_SET);
    pid_t pager = fork();
    if (pager == 0) {
        pager_run(pager_command());
    } else if (pager < 0) {
        pager_copy(pages, terminal);
    }
    signal(SIGINT, SIG_IGN); /* Ctrl-C is for the pager */
    while (pager > 0 && waitpid(pager, NULL, 0) < 0 && errno == EINTR) {
    }
    terminal_drop_pages();
}

int terminal_open_pages(void)
{
    if (pages >= 0 || pager_command() == NULL || !isatty(STDOUT_FILENO)) {
        return -1;
    }
    terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int made = terminal < 0 ? -1 : memfd_create("pages", MFD_CLOEXEC);
    /* A closed standard input would get it, and keep FD_CLOEXEC when it becomes the pager's. */
    pages = made < 0 ? -1 : fcntl(made, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (made >= 0) {
        close(made);
    }
    if (pages < 0) {
        return -1;
    }
    atexit(terminal_show_pages);
    return fcntl(pages, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

void terminal_page(void)
{
    if (is_paged || !isatty(STDOUT_FILENO)) {
        return;
    }
    fflush(stdout);
    int end = request_make(REQUEST_PAGER, 0, NULL, NULL);
    if (end < 0) {
        return;
    }
    is_paged = true;
    if (isatty(STDERR_FILENO)) {
        dup2(end, STDERR_FILENO);
    }
    dup2(end, STDOUT_FILENO);
    close(end);
}
