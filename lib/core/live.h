/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * live - the notes that a snapshot of a living process has in addition to those of the kernel
 *
 * Their owner is "QEMUCORE"; readers that do not know them skip them. Numbers are in the core's
 * byte order, texts end with NUL, and "" means not known. A later version may only append members,
 * which an older reader ignores. doc/snapshot.md has the layout.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"
#include "core/task.h"

#define QC_LIVE_OWNER "QEMUCORE"
#define QC_LIVE_VERSION 1u

/* "QC" and a number, to be unique: BFD and readelf look only at the number, not at the owner. */
enum qc_live_note {
    QC_LIVE_PROCESS = 0x51430001,
    QC_LIVE_THREAD = 0x51430002,
    QC_LIVE_DESCRIPTORS = 0x51430003,
};

/* How a snapshot met a thread. The values are stored in the note. */
enum qc_caught {
    QC_CAUGHT_DEAD = 0,    /* no note: no snapshot, all threads were stopped for the dump */
    QC_CAUGHT_STOPPED = 1, /* the snapshot stopped it and read its registers */
    QC_CAUGHT_ASLEEP = 2,  /* it slept in a system call before, while and after memory was copied */
    QC_CAUGHT_RAN = 3,     /* it ran while memory was copied: its stack may not fit its registers */
    QC_CAUGHT_ON_CPU = 4,  /* it was on a CPU: its registers are not known */
    QC_CAUGHT_MISSED = 5,  /* it had ended, or the kernel did not tell about it */
};

struct qc_live_thread {
    int lwp;
    enum qc_caught caught;
    uint64_t known; /* a bit for each word of pr_reg that is known */
    struct qc_task task;
};

struct qc_live_descriptor {
    int fd;
    char *target; /* target of the link /proc/PID/fd/N; malloc */
};

struct qc_live {
    bool is_live;          /* the core has such a note */
    int pid;               /* process id on the machine; the process's own namespace may differ */
    uint64_t monotonic_ns; /* CLOCK_MONOTONIC when copying began */
    uint64_t realtime_ns;  /* CLOCK_REALTIME when copying began */
    uint64_t pause_ns;     /* time for which the threads were stopped; 0: none was */
    uint64_t copy_ns;      /* time from the first copied byte to the last */
    uint64_t left_out;     /* bytes of the process's memory that were not copied */
    char *why_left_out;    /* a line for each such part: bytes, address, why; malloc; NULL: none */
    QC_VEC(struct qc_live_descriptor) descriptors; /* sorted by number */
    bool has_more_descriptors; /* it had more than QC_LIMIT_DESCRIPTORS, which a note can't tell */
};

void qc_live_clear(struct qc_live *live);

/* Read the description of a note, size bytes at data, into a zeroed struct. QEMUCORE_CORRUPT: cut,
   or contradictory. *ret must be cleared also after a failure. */
enum qemucore_status qc_live_read_process(const uint8_t *data, size_t size, bool big_endian,
                                          struct qc_live *ret);
enum qemucore_status qc_live_read_descriptors(const uint8_t *data, size_t size, bool big_endian,
                                              struct qc_live *ret);
enum qemucore_status qc_live_read_thread(const uint8_t *data, size_t size, bool big_endian,
                                         struct qc_live_thread *ret);

/* Reads the descriptors of a process from its /proc folder, or from a copy of one. Leaves out those
   that may not be seen. False: out of memory. */
bool qc_live_descriptors_read(int directory, struct qc_live *ret);

QC_VEC_TYPE(qc_live_bytes, uint8_t);
/* Appends size bytes; data NULL: zeroes. False: out of memory. */
bool qc_live_put(struct qc_live_bytes *bytes, const void *data, size_t size);

/* Append the description of a note, in this machine's byte order. False: out of memory. */
bool qc_live_write_process(const struct qc_live *live, struct qc_live_bytes *bytes);
bool qc_live_write_descriptors(const struct qc_live *live, struct qc_live_bytes *bytes);
bool qc_live_write_thread(const struct qc_live_thread *thread, struct qc_live_bytes *bytes);

/* Returns the target of a descriptor. NULL: not known. */
const char *qc_live_target(const struct qc_live *live, int fd);

/* Returns "asleep", "ran", ...; NULL for QC_CAUGHT_DEAD. */
const char *qc_caught_name(enum qc_caught caught);
