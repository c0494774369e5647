/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coredump - the newest core that systemd-coredump has stored and that fits what is asked for
 *
 * What was stored is in the journal, an entry a core (MESSAGE_ID of SD_MESSAGE_COREDUMP, fields
 * COREDUMP_*), and the cores are files of /var/lib/systemd/coredump. A file's own name,
 * core.COMM.UID.BOOT.PID.USEC with .zst, .lz4 or .xz behind, and its extended attributes
 * user.coredump.* tell enough to find it where there is no journal, or where it has forgotten
 * sooner than systemd-tmpfiles has removed.
 */
#ifndef COREDUMP_H
#define COREDUMP_H

#include <stdbool.h>

struct coredump_query {
    const char *match;     /* as coredumpctl takes it; NULL: any QEMU */
    const char *directory; /* where the cores are; NULL: where systemd-coredump stores them */
    const char *journal;   /* where the journal is; NULL: this machine's, unless a directory is given */
};

struct coredump {
    char *path;
    char *comm;       /* these may be NULL: it is not known */
    char *pid;
    char *signal;     /* its number */
    char *executable; /* path, as /proc/PID/exe had it */
    char *standard_error; /* what it was open on, as /proc/PID/fd/2 had it */
    bool truncated;   /* systemd-coredump had a limit and cut it */
};

/* false: *why, to be freed, says why not; NULL when there was no memory for that. */
bool coredump_find(const struct coredump_query *query, struct coredump *ret, char **why);

void coredump_clear(struct coredump *coredump);

/* ---- between coredump.c and coredump_journal.c ------------------------------------------------ */

/* What MATCH means. */
struct coredump_match {
    char *field; /* COREDUMP_PID and its kin; NULL: any QEMU */
    char *value;
};

enum coredump_outcome {
    COREDUMP_FOUND,
    COREDUMP_NONE,   /* nothing there fits */
    COREDUMP_ABSENT, /* there is no journal to look into */
    COREDUMP_FAILED, /* *why says why */
};

/* COMM is what QEMU was given as -name process=..., and the kernel's 15 characters of it. */
bool coredump_is_qemu(const char *comm, const char *executable);

enum coredump_outcome coredump_journal_find(const struct coredump_query *query,
                                            const struct coredump_match *match,
                                            struct coredump *ret, char **why);

#endif
