/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coredump - finds the newest core stored by systemd-coredump that matches a query
 *
 * The journal has one entry for each core (MESSAGE_ID of SD_MESSAGE_COREDUMP, fields COREDUMP_*);
 * the cores are files in /var/lib/systemd/coredump. The name of such a file,
 * core.COMM.UID.BOOT.PID.USEC and then .zst, .lz4, .xz or nothing, and its extended attributes
 * user.coredump.* suffice to find it where there is no journal, or where the journal dropped its
 * entry before systemd-tmpfiles removed the file.
 */
#pragma once

#include <stdbool.h>

struct coredump_query {
    const char *match;     /* MATCH in coredumpctl's syntax; NULL: any QEMU */
    const char *directory; /* directory of the cores; NULL: that of systemd-coredump */
    const char *journal;   /* its directory; NULL: this machine's, or with `directory` none */
};

struct coredump {
    char *path;
    char *comm;       /* name of the process; this and the next four may be NULL: not known */
    char *pid;
    char *signal;     /* number of the signal */
    char *executable; /* path, from /proc/PID/exe */
    char *standard_error; /* target of descriptor 2, from /proc/PID/fd/2 */
    bool truncated;   /* systemd-coredump cut the core at its size limit */
};

/* Finds the core. False: *why, to be freed, says why not; it is NULL when memory has run out. */
bool coredump_find(const struct coredump_query *query, struct coredump *ret, char **why);

void coredump_clear(struct coredump *coredump);

/* ---- between coredump.c and coredump_journal.c ------------------------------------------------ */

/* A parsed MATCH. */
struct coredump_match {
    char *field; /* "COREDUMP_PID" or another journal field; NULL: any QEMU */
    char *value;
};

enum coredump_outcome {
    COREDUMP_FOUND,
    COREDUMP_NONE,   /* no stored core matches */
    COREDUMP_ABSENT, /* there is no journal, or no libsystemd to read it */
    COREDUMP_FAILED, /* *why has the reason */
};

/* Whether a name begins with "qemu". COMM need not: -name process=... sets it. Both may be NULL. */
bool coredump_is_qemu(const char *comm, const char *executable);

enum coredump_outcome coredump_journal_find(const struct coredump_query *query,
                                            const struct coredump_match *match,
                                            struct coredump *ret, char **why);
