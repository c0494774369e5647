/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * output - a file that appears whole or not at all
 *
 * It is written under a temporary name in the same directory, readable by its owner only, and
 * renamed when all of it is on disk. A signal that ends the process removes it.
 *
 * A device or a FIFO is never replaced: it is written into, as standard output ("-") is. The core
 * that is read is never overwritten.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qemucore.h"
#include "request.h"

struct output {
    const char *path;
    bool force;    /* replace an existing file */
    bool sparse;   /* seek over zeroes instead of writing them: for a raw core in a regular file */
    bool is_stream; /* standard output, a device or a FIFO: written in place, from front to back */
    bool was_opened; /* output_serve has opened it: it does that once */
    int fd;        /* -1: not open */
    uint64_t size; /* bytes written so far */
};

/* Highest compression level of zstd(1) without --ultra. */
#define OUTPUT_LEVEL_MAX 19

/* Takes the name of a core to write, and returns whether it promises zstd; a core that is not
   compressed is sparse. */
bool output_take_core(struct output *output, const char *path);

/* Fails if the output is a terminal or a directory, or exists and is not to be replaced. */
enum qemucore_status output_check(const struct output *output, struct qemucore_error *error);

/* Opens the output. QEMUCORE_INVALID if it is the core at `input` ("-": standard input). */
enum qemucore_status output_open(struct output *output, const char *input,
                                 struct qemucore_error *error);

/* The callback `write` of struct qemucore_slim; opaque is the struct output. */
enum qemucore_status output_write(void *opaque, const void *bytes, size_t size,
                                  struct qemucore_error *error);

bool output_is_standard(const struct output *output);

/* Waits until all that was written is on disk, and gives the file its name. */
enum qemucore_status output_name(const struct output *output, struct qemucore_error *error);

/* Serves REQUEST_OUTPUT_OPEN, _NAME and _CLOSE in the process that may write. Returns as a
   request_server does. */
int output_serve(struct output *output, const char *input, enum request request,
                 uint64_t size, struct qemucore_error *error);

/* Has the process that may write open the output, and receives the descriptor. */
enum qemucore_status output_ask(struct output *output, struct qemucore_error *error);

/* Closes the output, and removes the file if it got no name. */
void output_close(struct output *output);
