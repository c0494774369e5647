/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dump - an ELF core dump, taken apart in one pass from front to back
 *
 * qc_core_load makes that pass: ELF header, program headers, then notes and segments in the order
 * in which they lie in the file. A raw file is random: its segments are only registered with the
 * image, to be read when somebody asks. Of a compressed file the image keeps small segments and
 * the surroundings of stack pointers, and the rest is deferred: fetched by another pass when it is
 * read. So policy costs time at worst, never truth.
 */
#ifndef QC_CORE_DUMP_H
#define QC_CORE_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/arch.h"
#include "base/base.h"
#include "bytes/bytes.h"
#include "core/core_limits.h"
#include "core/live.h"
#include "image/image.h"

enum qc_missing_kind {
    QC_MISSING_PART, /* of the file */
    QC_MISSING_DATA, /* what the memory of the process says can't be so */
    QC_MISSING_MEANS, /* ours were not enough: base/shortage.h */
    QC_MISSING_TIME,  /* the deadline came first */
};

/* What should be known and is not (the type of the public header). */
struct qemucore_missing {
    enum qc_missing_kind kind;
    enum qemucore_status status;
    uint64_t offset; /* 0: it is no place of the file */
    const char *sentence; /* malloc; from QC_MISSING_MEANS on one of ours, which takes no memory */
};

/* PF_X and PF_W, for floors that do not know ELF. */
#define QC_SEGMENT_EXECUTABLE 1u
#define QC_SEGMENT_WRITABLE 2u

/* Room for the names of notes that we know, "NetBSD-CORE@1234567" the longest; others are not ours. */
#define QC_NOTE_NAME 24

/* Where a note is (the type of the public header). */
struct qemucore_note {
    char name[QC_NOTE_NAME];
    bool has_name;   /* that there is room for */
    uint32_t type;
    size_t thread;   /* of `threads`, counted from 1: whose it is; 0: the process's, or not known */
    uint64_t offset; /* of its description, in uncompressed bytes */
    uint64_t size;   /* of that */
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

/* A part of the address space. */
bool qc_segment_is_memory(const struct qc_segment *segment);

/* One NT_PRSTATUS, and the notes that belong to the same thread. */
struct qc_thread {
    int lwp;
    int signal;              /* pr_cursig */
    uint64_t user_time;      /* CPU time in microseconds: of the whole process in the note of its */
    uint64_t system_time;    /* main thread, else of the thread; gdb's gcore writes zeroes */
    uint64_t *registers;     /* pr_reg as the CPU's words; NULL: the note was too short, or where
                                the thread was is not known */
    uint64_t unknown;        /* a bit for each of these words that is not known */
    enum qc_caught caught;   /* how it was met, by whoever did not stop the process */
    struct qc_task task;     /* what /proc said of it */
    bool has_thread_pointer;
    uint64_t thread_pointer; /* what thread-local variables are relative to */
    uint64_t code_mask;      /* of a return address: NT_ARM_PAC_MASK, else the CPU's default */
};

/* A line of NT_FILE. */
struct qc_mapping {
    uint64_t start;
    uint64_t end;
    uint64_t file_offset; /* bytes */
    const char *path;     /* in the note's own copy, without the kernel's " (deleted)" */
};

struct qc_auxv {
    uint64_t type;
    uint64_t value;
};

/* Is called with what is missing as it is found; warning NULL: nobody is. */
struct qc_core_listener {
    void (*warning)(void *opaque, const struct qemucore_missing *missing);
    void *opaque;
};

struct qc_core_options {
    struct qc_bytes_options bytes; /* the deadline is all of the core's */
    uint64_t memory_budget; /* 0: QC_LIMIT_MEMORY_DEFAULT */
    struct qc_core_listener listener;
};

struct qc_core {
    char *path; /* as it was given, or what stands for it; NULL: opened by a test */
    struct qc_bytes *bytes;
    struct qc_image_source source; /* of a raw file: its segments read through this */
    struct qc_image *image;
    const struct qc_arch *arch; /* NULL: a machine we have no table for */
    uint16_t elf_machine;
    bool big_endian;
    uint64_t sections_end; /* of the section header table, which gdb's gcore puts last; 0: none */
    uint64_t pass_size;    /* of the first pass, in uncompressed bytes */
    unsigned fetches;      /* of what it has deferred */
    bool budget_is_told;   /* that memory is beyond it is among what is missing */
    bool threads_are_told; /* that there are too many */
    bool lateness_is_told;
    uint64_t deadline;     /* base/deadline.h; 0: none */
    struct qc_core_listener listener;

    QC_VEC(struct qc_segment) segments;
    QC_VEC(struct qc_thread) threads;
    QC_VEC(int) lwps;           /* of the threads, sorted: through qc_core_has_thread only */
    QC_VEC(struct qc_mapping) mappings;
    QC_VEC(struct qc_auxv) auxv;
    char *mapping_paths; /* the text of NT_FILE */
    uint64_t note_count;
    QC_VEC(struct qemucore_note) notes; /* up to QC_LIMIT_NOTES of them */
    bool has_call_numbers;      /* some thread has one that is not zero: who dumped, kept them */
    bool has_process_information;
    int process_id;             /* NT_PRPSINFO, else 0 */
    int parent_id;
    uint32_t user_id;
    char process_name[16 + 1];  /* pr_fname, terminated */
    char command_line[80 + 1];  /* pr_psargs, terminated */
    bool shows_secrets;         /* passwords of the command line and of files are not hidden */
    char shown_command_line[80 + 1]; /* the same with those hidden that shall be */
    bool has_signal_information;
    int signal;                 /* NT_SIGINFO */
    int signal_code;            /* si_code */
    int signal_sender;
    bool has_fault_address;     /* the signal is about an address: si_addr */
    uint64_t fault_address;

    struct qc_live live;        /* of a snapshot of a living process */

    unsigned long shortages[QC_SHORTAGE_COUNT]; /* how many there had been before; through
                                                   qc_core_see_shortages only */
    struct {
        struct qemucore_missing items[QC_LIMIT_MISSING]; /* they stay where they are: a read of
                                                            memory may add one at any time */
        size_t count;
    } missing;
};

/* Loads what can be loaded of a stream, which is the core's from here on, also on failure. Fails when it
   is no ELF core for us, memory runs out, or its user cancels; damage that leaves something to tell is put in `missing`. */
struct qc_core *qc_core_new(void);
enum qemucore_status qc_core_load(struct qc_bytes *bytes, const struct qc_core_options *options,
                                  struct qc_core **ret, struct qemucore_error *error);
void qc_core_free(struct qc_core *core);

QC_DEFINE_GUARD(qc_guard_core, struct qc_core, qc_core_free)

/* Keeps a sentence; beyond QC_LIMIT_MISSING only the last one is replaced by "and more". */
enum qemucore_status qc_core_add_missing(struct qc_core *core, enum qemucore_status status,
                                         uint64_t offset, struct qemucore_error *error,
                                         const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The same of what is no part of the file; each sentence once. What memory there is for it is not
   the caller's concern. */
void qc_core_add_doubt(struct qc_core *core, enum qc_missing_kind kind, enum qemucore_status status,
                       const char *sentence);

/* Adds those of memory, descriptors and input since the core was opened: before it is asked what is
   missing. */
void qc_core_see_shortages(struct qc_core *core);

/* Whether the deadline is past: then nothing long is begun any more, which is among what is missing. */
bool qc_core_is_late(struct qc_core *core);

/* Bytes of the file, uncompressed; of one that is decoded, what lies before them is gone through unless they
   are behind the bytes that were asked for last. QEMUCORE_UNSUPPORTED: a pipe. */
enum qemucore_status qc_core_read_file(struct qc_core *core, uint64_t offset, void *buffer,
                                       size_t size, struct qemucore_error *error);

/* False where the vector has no such entry. */
bool qc_core_auxv(const struct qc_core *core, uint64_t type, uint64_t *value);

/* Whether two dumps are of one process: QEMUCORE_INVALID with the reason, where they are not or where
   nothing in them tells. */
enum qemucore_status qc_core_check_process(const struct qc_core *later,
                                           const struct qc_core *earlier,
                                           struct qemucore_error *error);

/* The mapping that holds address, NULL: none. */
const struct qc_mapping *qc_core_mapping(const struct qc_core *core, uint64_t address);

/* The PT_LOAD that holds address, whether or not its bytes are in the file; NULL: none. */
const struct qc_segment *qc_core_segment(const struct qc_core *core, uint64_t address);

/* How many bytes of [start, end) the headers place in the file. */
uint64_t qc_core_held(const struct qc_core *core, uint64_t start, uint64_t end);

/* "x86_64", or "unknown": an ELF machine that we have no table for. */
const char *qc_core_machine(const struct qc_core *core);

bool qc_core_has_thread(struct qc_core *core, int lwp);

/* Process id; 0: not known. */
int qc_core_pid(const struct qc_core *core);

/* CPU time of the process in microseconds; false where the dump has none. The kernel puts it into the
   note of the main thread (fs/binfmt_elf.c, fill_prstatus). */
bool qc_core_cpu_time(const struct qc_core *core, uint64_t *user, uint64_t *system);

/* What somebody has saved of /proc/PID when the core was made: of each thread that the core has, and what
   its descriptors were open on. */
enum qemucore_status qc_core_read_proc(struct qc_core *core, const char *path,
                                       struct qemucore_error *error);

/* A snapshot has not stopped it: no call of its has come back, and no kernel has noted what remained of
   a timeout. */
bool qc_thread_sleeps_on(const struct qc_thread *thread);

/* It was given a CPU while a snapshot was taken, as the kernel's count of that tells. Where the kernel
   does not count, a thread is QC_CAUGHT_RAN all the same: it may have. */
bool qc_thread_ran(const struct qc_thread *thread);

/* An unsigned number of 1 to 8 bytes in the process's memory; false where it can't be had. */
bool qc_core_number(const struct qc_core *core, uint64_t address, size_t size, uint64_t *ret);

/* A register of a thread by its DWARF number; false where there is none. */
bool qc_core_register(const struct qc_core *core, const struct qc_thread *thread, unsigned dwarf,
                      uint64_t *value);

#endif
