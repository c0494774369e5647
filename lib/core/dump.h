/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dump - an ELF core dump, parsed in one pass from front to back
 *
 * qc_core_load makes that pass: ELF header, program headers, then notes and segments in the order
 * of the file. A raw file can be read at any offset: its segments are only registered with the
 * image, which reads them when needed. Of a compressed file the image keeps small segments and the
 * surroundings of stack pointers. The rest is deferred: another pass fetches it when it is read. So
 * the choice of what to keep can cost time, never a correct answer.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/arch.h"
#include "base/base.h"
#include "bytes/bytes.h"
#include "core/core_limits.h"
#include "core/live.h"
#include "core/spans.h"
#include "image/image.h"

enum qc_missing_kind {
    QC_MISSING_PART,  /* a part of the file */
    QC_MISSING_DATA,  /* data in the process's memory contradict each other */
    QC_MISSING_MEANS, /* this machine lacked memory, descriptors or input: base/shortage.h */
    QC_MISSING_TIME,  /* the deadline was past */
};

/* Something that should be known and is not (the type of the public header). */
struct qemucore_missing {
    enum qc_missing_kind kind;
    enum qemucore_status status;
    uint64_t offset; /* where in the file; 0: no place of the file */
    const char *sentence; /* malloc; a constant for QC_MISSING_MEANS and _TIME */
};

/* PF_X and PF_W, for floors that do not know ELF. */
#define QC_SEGMENT_EXECUTABLE 1u
#define QC_SEGMENT_WRITABLE 2u

/* Room for the names of known notes: the longest is "NetBSD-CORE@1234567". */
#define QC_NOTE_NAME 24

/* A note and its place in the file (the type of the public header). */
struct qemucore_note {
    char name[QC_NOTE_NAME];
    bool has_name;   /* false: the name is too long for `name` */
    uint32_t type;
    size_t thread;   /* index in `threads` + 1 of its thread; 0: the process's, or not known */
    uint64_t offset; /* offset of its description, in uncompressed bytes */
    uint64_t size;   /* size of its description */
};

/* A program header, in our byte order. */
struct qc_segment {
    uint32_t type;
    uint32_t flags;
    uint64_t offset;
    uint64_t address;
    uint64_t file_size;
    uint64_t memory_size;
    uint64_t physical; /* p_paddr, zero in a core of a process */
    size_t index; /* in the program header table */
};

/* Tells whether a segment is a part of the address space (PT_LOAD). */
bool qc_segment_is_memory(const struct qc_segment *segment);

/* A thread: from its NT_PRSTATUS and the notes that belong to it. */
struct qc_thread {
    int lwp;
    int signal;              /* pr_cursig */
    bool crashed;            /* the first thread with a signal: the kernel writes the thread that
                                crashed first, but notes its signal for all threads */
    /* CPU time in microseconds: of the process for the main thread; gdb's gcore writes zeroes. */
    uint64_t user_time;
    uint64_t system_time;
    uint64_t *registers;     /* words of pr_reg; NULL: the note was too short, or PC or stack
                                pointer are not known */
    uint64_t unknown;        /* a bit for each of these words that is not known */
    uint64_t zeroes_at;      /* while notes are read: offset of an NT_PRSTATUS without registers; or 0 */
    bool has_call_note;      /* a note of its own tells the system call (s390x) */
    uint16_t call_note;      /* its number; 0: in none */
    enum qc_caught caught;   /* how a snapshot met the thread */
    struct qc_task task;     /* what /proc said of the thread */
    bool has_thread_pointer;
    uint64_t thread_pointer; /* address that thread-local variables are relative to */
    uint64_t code_mask;      /* address bits of a return address, from NT_ARM_PAC_MASK or the CPU */
};

/* The id of a thread, and its place in the core's `threads`. */
struct qc_lwp {
    int lwp;
    size_t index;
};

/* An entry of NT_FILE. */
struct qc_mapping {
    uint64_t start;
    uint64_t end;
    uint64_t file_offset; /* in bytes */
    const char *path;     /* in the core's mapping_paths, without the kernel's " (deleted)" */
};

struct qc_auxv {
    uint64_t type;
    uint64_t value;
};

/* A function that is called with each missing thing when it is found; NULL: none. */
struct qc_core_listener {
    void (*warning)(void *opaque, const struct qemucore_missing *missing);
    void *opaque;
};

struct qc_core_options {
    struct qc_bytes_options bytes; /* its deadline is the core's, too */
    uint64_t memory_budget; /* 0: QC_LIMIT_MEMORY_DEFAULT */
    struct qc_core_listener listener;
};

struct qc_core {
    char *path; /* the path as given, or the text in its place; NULL: opened by a test */
    struct qc_bytes *bytes;
    struct qc_image_source source; /* reads the segments of a raw file */
    struct qc_image *image;
    const struct qc_arch *arch; /* NULL: not a known CPU */
    uint16_t elf_machine;
    bool big_endian;
    uint64_t sections_end; /* end of the section header table, last in gdb's gcore; 0: none */
    uint64_t pass_size;    /* size of the file, in uncompressed bytes, as the first pass found it */
    unsigned fetches;      /* number of fetches of deferred ranges */
    bool budget_was_reported;       /* `missing` says that memory is beyond the budget */
    bool thread_limit_was_reported; /* `missing` says that there are too many threads */
    bool deadline_was_reported;     /* `missing` says that the deadline is past */
    uint64_t deadline;     /* base/deadline.h; 0: none */
    struct qc_core_listener listener;

    QC_VEC(struct qc_segment) segments;
    struct qc_span_index segment_index; /* used only by qc_core_segment */
    QC_VEC(struct qc_thread) threads;
    bool has_crashed;           /* one of them has */
    QC_VEC(struct qc_lwp) lwps; /* of the threads, sorted; used only by qc_core_thread */
    QC_VEC(struct qc_mapping) mappings;
    struct qc_span_index mapping_index; /* used only by qc_core_mapping */
    QC_VEC(struct qc_auxv) auxv;
    char *mapping_paths; /* the paths of NT_FILE */
    uint64_t note_count;
    QC_VEC(struct qemucore_note) notes; /* the first QC_LIMIT_NOTES of them */
    bool has_call_numbers;      /* the dump has system call numbers: one at least is not zero */
    bool has_process_information;
    int process_id;             /* from NT_PRPSINFO; 0: not known */
    int parent_id;
    uint32_t user_id;
    char process_name[16 + 1];  /* pr_fname, terminated */
    char command_line[80 + 1];  /* pr_psargs, terminated */
    bool shows_secrets;         /* show passwords of the command line and of files */
    char shown_command_line[80 + 1]; /* the command line with the passwords hidden */
    bool has_signal_information;
    int signal;                 /* si_signo of NT_SIGINFO */
    int signal_code;            /* si_code */
    int signal_sender;          /* si_pid; 0: the kernel sent it */
    bool has_fault_address;     /* the signal has an address, si_addr */
    uint64_t fault_address;

    struct qc_live live;        /* notes of a snapshot of a living process */

    unsigned long shortages[QC_SHORTAGE_COUNT]; /* counts when the core was opened; used only by
                                                   qc_core_note_shortages */
    struct {
        struct qemucore_missing items[QC_LIMIT_MISSING]; /* no vec: they must not move when a read
                                                            of memory adds one */
        size_t count;
    } missing;
};

/* Returns an empty core. NULL: out of memory. */
struct qc_core *qc_core_new(void);
/* Loads a core from a stream, and takes the stream over, also on failure. Fails if the file is no
   supported ELF core, memory runs out, or its user cancels. Other damage is put into `missing`. */
enum qemucore_status qc_core_load(struct qc_bytes *bytes, const struct qc_core_options *options,
                                  struct qc_core **ret, struct qemucore_error *error);
void qc_core_free(struct qc_core *core);

QC_DEFINE_GUARD(qc_guard_core, struct qc_core, qc_core_free)

/* Adds a sentence about a part of the file to `missing`. The last of QC_LIMIT_MISSING sentences
   reads "and more ..." instead; later ones are dropped. */
enum qemucore_status qc_core_add_missing(struct qc_core *core, enum qemucore_status status,
                                         uint64_t offset, struct qemucore_error *error,
                                         const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Adds a sentence about something that is no part of the file to `missing`, once. Out of memory:
   does not add it. */
void qc_core_add_doubt(struct qc_core *core, enum qc_missing_kind kind, enum qemucore_status status,
                       const char *sentence);

/* Adds the shortages of memory, descriptors and input since the core was opened to `missing`. To be
   called before `missing` is read. */
void qc_core_note_shortages(struct qc_core *core);

/* Tells whether the deadline is past, and then adds that to `missing`: begin nothing long. */
bool qc_core_is_late(struct qc_core *core);

/* Reads uncompressed bytes of the file. A compressed file is decoded from the end of the last read
   on, or from its front if offset lies before that. QEMUCORE_UNSUPPORTED: a pipe. */
enum qemucore_status qc_core_read_file(struct qc_core *core, uint64_t offset, void *buffer,
                                       size_t size, struct qemucore_error *error);

/* Finds an entry of the auxiliary vector. False: it has none of that type. */
bool qc_core_auxv(const struct qc_core *core, uint64_t type, uint64_t *value);

/* Checks that two dumps are of the same process. QEMUCORE_INVALID, with the reason: they are not,
   or nothing in them tells. */
enum qemucore_status qc_core_check_process(const struct qc_core *later,
                                           const struct qc_core *earlier,
                                           struct qemucore_error *error);

/* Prepares qc_core_mapping and qc_core_segment, which find nothing before. */
enum qemucore_status qc_core_make_lookups(struct qc_core *core, struct qemucore_error *error);

/* Returns the mapping that contains address; of several, the first. NULL: none does. */
const struct qc_mapping *qc_core_mapping(const struct qc_core *core, uint64_t address);

/* Returns the PT_LOAD that contains address, even if its bytes are not in the file; of several, the
   first in the file. NULL: none. */
const struct qc_segment *qc_core_segment(const struct qc_core *core, uint64_t address);

/* Returns how many bytes of [start, end) are in the file, by its program headers. */
uint64_t qc_core_held(const struct qc_core *core, uint64_t start, uint64_t end);

/* Returns the CPU's name, as "x86_64"; "unknown": not a known CPU. */
const char *qc_core_machine(const struct qc_core *core);

/* Returns the first thread that has the id. NULL: none. */
struct qc_thread *qc_core_thread(struct qc_core *core, int lwp);

/* Returns the process id of NT_PRPSINFO. 0: not known. No other note has it: the lowest thread id is
   another thread's if ids began anew meanwhile, and the first thread is the one that crashed. */
int qc_core_pid(const struct qc_core *core);

/* Returns the CPU time of the process in microseconds. False: the dump has none. The kernel puts it
   into the main thread's note (fs/binfmt_elf.c, fill_prstatus). */
bool qc_core_cpu_time(const struct qc_core *core, uint64_t *user, uint64_t *system);

/* Reads a copy of /proc/PID that was saved when the core was made: the state of the core's threads,
   and the targets of the process's descriptors. */
enum qemucore_status qc_core_read_proc(struct qc_core *core, const char *path,
                                       struct qemucore_error *error);

/* Tells whether a snapshot met the thread without stopping it. Then the thread's system call has
   not returned, and the kernel has not stored the rest of its timeout. */
bool qc_thread_sleeps_on(const struct qc_thread *thread);

/* Tells whether the thread ran while a snapshot was taken, by the kernel's count of its runs.
   Without that count a thread that may have run is QC_CAUGHT_RAN too, and this returns false. */
bool qc_thread_ran(const struct qc_thread *thread);

/* Read from the process's memory an unsigned number of 1 to 8 bytes, bytes, or a text with its NUL.
   False: not all of it can be read. */
bool qc_core_number(const struct qc_core *core, uint64_t address, size_t size, uint64_t *ret);
bool qc_core_read(const struct qc_core *core, uint64_t address, void *buffer, size_t size);
bool qc_core_string(const struct qc_core *core, uint64_t address, char *text, size_t size);

/* Returns a register of a thread by its DWARF number. False: not known. */
bool qc_core_register(const struct qc_core *core, const struct qc_thread *thread, unsigned dwarf,
                      uint64_t *value);

/* Returns where a thread's thread-local variables begin or, on some CPUs, end. glibc has its
   descriptor there. For all but the first thread, that is in the mapping of its stack, above the
   frames. On ppc64le, the thread pointer itself may be in the next mapping. The thread must have a
   thread pointer. */
uint64_t qc_core_thread_block(const struct qc_core *core, const struct qc_thread *thread);
