/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * confine - what a process gives up for good, before it reads what somebody hostile may have made
 *
 * Landlock takes the files away, seccomp the system calls. A kernel that has one of them only is
 * asked for that; neither is a reason not to read.
 */
#ifndef CONFINE_H
#define CONFINE_H

#include <stdbool.h>
#include <stddef.h>

struct confinement {
    const char *const *readable; /* files, and directories with all that is below them */
    size_t readable_count;
    const char *writable;        /* a directory; NULL: none */
    bool has_root;               /* paths are resolved below a directory, by openat2 */
};

/* A sanitizer's runtime needs more of the system than the commands do. */
extern const bool confine_is_sanitized;

/* No core dump of this process, which has the other one's secrets, and no debugger for others'
   processes. */
void confine_dumps(void);

/* Of this process and its threads to come: files are read where the confinement says so, written
   below its directory only, no socket is made, no program run, no other process touched. Answers
   what this machine has not got for that; NULL: it has all. */
const char *confine(const struct confinement *confinement);

#endif
