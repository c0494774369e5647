/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * confine - the rights that a process gives up for good before it reads a core that may be hostile
 *
 * Landlock takes away files, seccomp takes away system calls. On a kernel that has only one of
 * them, or none, the process uses what there is and reads the core all the same.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct confinement {
    const char *const *readable; /* paths of files, or of directories with all they contain */
    size_t readable_count;
    const char *writable;        /* a directory; NULL: none */
    bool has_root;               /* openat2 is needed, to resolve paths below a sysroot */
};

/* Whether a sanitizer is compiled in: its runtime needs more rights than the commands. */
extern const bool confine_is_sanitized;

/* Forbids core dumps of this process and ptrace by other processes: it holds the secrets of the
   process that it reads about. */
void confine_dumps(void);

/* Confines this process and its future threads: files can be read only where the confinement says,
   and written only below its directory; no socket can be made, no program run, no other process
   touched. Returns what this machine lacks for that ("no seccomp"), or NULL if it lacks nothing. */
const char *confine(const struct confinement *confinement);
