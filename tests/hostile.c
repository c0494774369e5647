/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * hostile - a command whose child was taken over, and asks its parent for what no command asks for
 *
 *     hostile [OPTION...] REQUEST [-o OUT]
 *
 * Prints what the parent answers (tools/request.h).
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../tools/options.h"
#include "../tools/output.h"
#include "../tools/request.h"
#include "../tools/sandbox.h"
#include "../tools/terminal.h"
#include "../tools/tool.h"

struct arguments {
    struct tool_options common;
    struct output output;
};

static const struct option_row options[] = {
    {.name = "output", .letter = 'o', .argument = "OUT", .help = "The output",
     OPTION_TEXT(struct arguments, output.path)},
    {.name = "force", .letter = 'f', .help = "Replace OUT",
     OPTION_SETS(struct arguments, output.force, true)},
    {0},
};

static const struct tool tool = {.usage = "REQUEST", .help = "Asks", .options = options};

static int serve(void *opaque, enum request request, uint64_t number,
                 struct qemucore_error *error)
{
    struct arguments *arguments = opaque;
    return output_serve(&arguments->output, arguments->common.path, request, number, error);
}

/* Asks for a build-id with an odd number of digits, in a message that is full to its end. */
static void ask_odd(void)
{
    char text[PATH_MAX];
    memset(text, 'e', sizeof(text));
    memcpy(text + sizeof(text) - 5, " abc", sizeof(" abc"));
    int fd = request_make(REQUEST_FETCH, 2000, text, NULL);
    printf("odd %s\n", fd >= 0 ? "done" : strerrorname_np(errno));
}

static void write_output(const char *text)
{
    int fd = request_make(REQUEST_OUTPUT_OPEN, 0, NULL, NULL);
    ssize_t written = fd < 0 ? -1 : write(fd, text, strlen(text));
    printf("%s %s\n", text, written < 0 ? "refused" : "written");
    request_make(REQUEST_OUTPUT_NAME, strlen(text), NULL, NULL);
    request_make(REQUEST_OUTPUT_CLOSE, 0, NULL, NULL);
}

/* Begins to print through a pager, and never ends. */
static void page_forever(void)
{
    terminal_page();
    puts("endless");
    fflush(stdout);
    for (;;) {
        sleep(1);
    }
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.output = {.fd = -1}};
    options_parse(&tool, argc, argv, &arguments);
    sandbox_serve(serve, &arguments);
    sandbox_enter(&arguments.common);
    const char *request = arguments.common.path;
    if (strcmp(request, "odd") == 0) {
        ask_odd();
    } else if (strcmp(request, "twice") == 0) {
        write_output("first");
        write_output("second");
    } else if (strcmp(request, "page") == 0) {
        page_forever();
    }
    fflush(stdout);
    request_make(REQUEST_ANSWERED, 0, NULL, NULL);
    return TOOL_COMPLETE;
}
