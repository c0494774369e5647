/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * live - what a snapshot of a living process says in notes of its own, beside what a kernel's has
 *
 * Their owner is "QEMUCORE"; readers that do not know them pass over them. Numbers are in the core's
 * byte order, texts end with NUL, and "" is not known. What a later version adds stands behind: a
 * reader takes what it knows. doc/snapshot.md has the layout.
 */
#ifndef QC_CORE_LIVE_H
#define QC_CORE_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"
#include "core/task.h"

#define QC_LIVE_OWNER "QEMUCORE"
#define QC_LIVE_VERSION 1u

/* "QC" and a number: BFD, and readelf, go by the number alone, whoever the owner is. */
enum qc_live_note {
    QC_LIVE_PROCESS = 0x51430001,
    QC_LIVE_THREAD = 0x51430002,
    QC_LIVE_DESCRIPTORS = 0x51430003,
};

/* How a thread was met. Values are those of the note. */
enum qc_caught {
    QC_CAUGHT_DEAD = 0,    /* no note: who wrote the core had stopped all threads */
    QC_CAUGHT_STOPPED = 1, /* by the snapshot, which then read its registers */
    QC_CAUGHT_ASLEEP = 2,  /* in a system call, before, while and after memory was copied */
    QC_CAUGHT_RAN = 3,     /* while memory was copied: its stack need not fit its registers */
    QC_CAUGHT_ON_CPU = 4,  /* its registers are not known */
    QC_CAUGHT_MISSED = 5,  /* it was not there any more, or the kernel did not tell of it */
};

struct qc_live_thread {
    int lwp;
    enum qc_caught caught;
    uint64_t known; /* a bit for each word of pr_reg that is known */
    struct qc_task task;
};

struct qc_live_descriptor {
    int fd;
    char *target; /* as /proc/PID/fd/N leads to; malloc */
};

struct qc_live {
    bool is_live;          /* there was such a note */
    int pid;               /* on the machine, where the process's own namespace has another */
    uint64_t monotonic_ns; /* CLOCK_MONOTONIC when copying began */
    uint64_t realtime_ns;  /* CLOCK_REALTIME then */
    uint64_t pause_ns;     /* all threads that could be were stopped for so long; 0: none was */
    uint64_t copy_ns;      /* from the first byte that was copied to the last */
    uint64_t left_out;     /* bytes of memory that were there and were not copied */
    char *why_left_out;    /* a line each: bytes, address, why; malloc, NULL: none was */
    QC_VEC(struct qc_live_descriptor) descriptors; /* by number */
};

void qc_live_clear(struct qc_live *live);

/* The descriptions of notes, size bytes at data, read into a zeroed struct. False: cut, or makes no
   sense, or memory ran out; *ret is to be cleared all the same. */
bool qc_live_read_process(const uint8_t *data, size_t size, bool big_endian, struct qc_live *ret);
bool qc_live_read_descriptors(const uint8_t *data, size_t size, bool big_endian,
                              struct qc_live *ret);
bool qc_live_read_thread(const uint8_t *data, size_t size, bool big_endian,
                         struct qc_live_thread *ret);

/* The descriptors of a process by its /proc folder, or a copy of one. What may not be seen is left out;
   false: no memory. */
bool qc_live_descriptors_read(int directory, struct qc_live *ret);

QC_VEC_TYPE(qc_live_bytes, uint8_t);
/* Appends; data NULL: zeroes. False: memory ran out. */
bool qc_live_put(struct qc_live_bytes *bytes, const void *data, size_t size);

/* The same the other way, in the machine's byte order: put behind the bytes that are there. */
bool qc_live_write_process(const struct qc_live *live, struct qc_live_bytes *bytes);
bool qc_live_write_descriptors(const struct qc_live *live, struct qc_live_bytes *bytes);
bool qc_live_write_thread(const struct qc_live_thread *thread, struct qc_live_bytes *bytes);

/* The target of a descriptor; NULL: not known. */
const char *qc_live_target(const struct qc_live *live, int fd);

/* "asleep", "ran", ...; NULL of QC_CAUGHT_DEAD. */
const char *qc_caught_name(enum qc_caught caught);

#endif
