/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * output - a file that is there whole or not at all
 *
 * It is written beside its place under a name of its own, readable by its owner only, and has its name
 * when all of it is on disk. A signal that ends the process removes it.
 *
 * What is no regular file, a device or a FIFO, is never replaced: it is written into, as standard
 * output ("-") is. Nothing is written onto the core that is read.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qemucore.h"
#include "sandbox.h"

struct output {
    const char *path;
    bool force;    /* replace what is there */
    bool sparse;   /* leave zeroes out: of a raw core in a regular file */
    bool is_stream; /* written into what is there already, from front to back */
    int fd;        /* -1: not open */
    uint64_t size; /* bytes written so far */
};

/* Whether something is in the way. */
enum qemucore_status output_check(const struct output *output, struct qemucore_error *error);

/* Of a core at `input` ("-": standard input), which must be another file. */
enum qemucore_status output_open(struct output *output, const char *input,
                                 struct qemucore_error *error);

/* For struct qemucore_slim; opaque is the output. */
enum qemucore_status output_write(void *opaque, const void *bytes, size_t size,
                                  struct qemucore_error *error);

bool output_is_standard(const struct output *output);

/* All is written: has it on disk, under its name. */
enum qemucore_status output_name(const struct output *output, struct qemucore_error *error);

/* Has the process that may write do it: SANDBOX_OUTPUT_OPEN once, _NAME and _CLOSE, as a server of the
   sandbox answers. */
int output_serve(struct output *output, const char *input, enum sandbox_request request,
                 uint64_t size, struct qemucore_error *error);

/* Opens it there, and takes it. */
enum qemucore_status output_ask(struct output *output, struct qemucore_error *error);

/* Removes what got no name. */
void output_close(struct output *output);

#endif
