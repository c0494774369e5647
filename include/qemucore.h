/*
 * qemucore.h - what a QEMU host process was doing, read from its core dump
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * This header is the manual of the library. It compiles as C99 and as C++11.
 *
 * A first program (doc/example.c is the same, complete):
 *
 *     struct qemucore *core;
 *     struct qemucore_error error;
 *     if (qemucore_open("core.zst", NULL, &core, &error) != QEMUCORE_OK) {
 *         fprintf(stderr, "%s\n", error.message);
 *         return 2;
 *     }
 *     struct qemucore_thread *thread = NULL;
 *     while ((thread = qemucore_thread_next(core, thread)) != NULL) {
 *         struct qemucore_frame *frame = NULL;
 *         while ((frame = qemucore_frame_next(thread, frame)) != NULL) {
 *             printf("%d %s\n", qemucore_thread_lwp(thread), qemucore_frame_function(frame));
 *         }
 *     }
 *     qemucore_close(core);
 *
 * Ownership, in one sentence: what is *returned* is borrowed and lives as long as the first
 * argument's handle, and so is what is stored through any other parameter (*sentence, *why, *name,
 * *owner); what is *stored through ret* is yours to free; on failure *ret is untouched; every close
 * and free accepts NULL.
 *
 * A call that answers bool and stores a value: false, and *ret is untouched, where that is not known; ret
 * may be NULL. No other pointer may be where its comment does not say so, a handle least of all: that
 * is the caller's mistake, and is not looked for.
 *
 * Iteration is next(parent, previous): NULL asks for the first, NULL answers after the last.
 * What is iterated over is decided by then, so a next() cannot fail half-way.
 *
 * Threads of the caller: one handle, one thread at a time; different handles are independent.
 * Threads of the library, which help with large files and with debug info, end before the call does
 * that started them, and take no signals. A process that may use only one CPU (taskset) never has
 * any.
 * The library never logs, forks, exits, writes to a stream or touches a signal. It opens files
 * read-only and creates none, but that libdebuginfod fills its cache for those who ask for it
 * (QEMUCORE_DEBUGINFOD), and that what modules need of an image that is the sysroot is kept below TMPDIR
 * until qemucore_close. It has no global state, but for a count of what the machine has refused it
 * (memory, descriptors), by which every handle tells that its answers are not all.
 *
 * Incomplete is not failure. A dump that ends early, a module without its file, a stack that
 * stops half-way costs that one thing, and the reason is kept beside it: qemucore_missing_next,
 * qemucore_module_problem, qemucore_thread_end.
 *
 * Text that comes from the dump (names, paths, the command line) is handed out as it is, and may
 * hold any byte but NUL; the renderings at the end of this header escape it, others must.
 */
#ifndef QEMUCORE_H
#define QEMUCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version ----------------------------------------------------------------------------- */

/* Of this header; semantic versioning: what a program was compiled with works with each later library
   of the same major number. */
#define QEMUCORE_VERSION_MAJOR 1
#define QEMUCORE_VERSION_MINOR 0
#define QEMUCORE_VERSION_PATCH 0
#define QEMUCORE_VERSION_STRING "1.0.0"

/* Of the library that runs: "1.0.0". */
const char *qemucore_version(void);

/* What this library was built with, words with a space between them, in alphabetical order: "archive"
   (a sysroot may be an image of a container), "debuginfod", and the containers of a core that it
   reads: "gzip", "lz4", "xz", "zstd". More may come. */
const char *qemucore_features(void);

/* Frees a text that was stored through ret, as free(3) does: for callers whose free is another one. */
void qemucore_free(void *text);

/* ---- Errors ------------------------------------------------------------------------------ */

/*
 * What every call that can fail returns. Values are part of the ABI; new ones are added at the end.
 * ABSENT, TRUNCATED, CORRUPT and LIMIT are four different answers about the same question "where
 * are these bytes": the dump was made without them; the file ends before them; the container or
 * the ELF structures that lead to them are damaged; this library has them within reach but a
 * limit of its own (see struct qemucore_options) forbids to go on.
 */
enum qemucore_status {
    QEMUCORE_OK = 0,
    QEMUCORE_INVALID = -1,     /* an argument is wrong: the caller's mistake */
    QEMUCORE_NO_MEMORY = -2,
    QEMUCORE_SYSTEM = -3,      /* a system call failed: os_errno says how */
    QEMUCORE_UNSUPPORTED = -4, /* sound, but not ours: a container not built in, a 32-bit core */
    QEMUCORE_CORRUPT = -5,
    QEMUCORE_TRUNCATED = -6,
    QEMUCORE_ABSENT = -7,
    QEMUCORE_LIMIT = -8,
    QEMUCORE_NOT_FOUND = -9,   /* no such symbol, module or file */
    QEMUCORE_CANCELLED = -10,  /* options.progress said so */
    QEMUCORE_TIMED_OUT = -11   /* options.deadline was past */
};

/* A phrase for a status: "not found", "truncated", "not in the dump" (ABSENT), "damaged" (CORRUPT), ...
   Never NULL, also for values we don't know. */
const char *qemucore_status_name(enum qemucore_status status);

/*
 * Owned by the caller, who may pass NULL instead. Filled on failure only. The message grows
 * outward and has no newline: "opening vm.core.zst: NT_FILE: entry 41 ends past the note".
 * A message that does not fit is cut; it is always terminated. This struct is the one that never
 * grows (it has no size member), so that it works before any handle exists.
 */
struct qemucore_error {
    enum qemucore_status status;
    int os_errno;       /* errno of the system call for QEMUCORE_SYSTEM, else 0 */
    uint64_t address;   /* of the process, where the message is about one; else 0 */
    char message[1008];
};

/* ---- Opening a core ---------------------------------------------------------------------- */

struct qemucore;
struct qemucore_thread;
struct qemucore_frame;
struct qemucore_coroutine;
struct qemucore_module;
struct qemucore_missing;
struct qemucore_mapping;
struct qemucore_note;
struct qemucore_warning;
struct qemucore_object;
struct qemucore_wait;
struct qemucore_lock;
struct qemucore_edge;
struct qemucore_cycle;
struct qemucore_chain;
struct qemucore_anomaly;
struct qemucore_vcpu;
struct qemucore_finding;
struct qemucore_evidence;
struct qemucore_known;
struct qemucore_context;
struct qemucore_timer;
struct qemucore_block_node;
struct qemucore_block_job;
struct qemucore_request;
struct qemucore_ram_block;
struct qemucore_peer;
struct qemucore_guest_part;

/* struct qemucore_options.flags */
#define QEMUCORE_NO_HOST_FILES 0x1u /* never open a file of this machine that the core names: only
                                       `executable`, and files below `sysroot` and
                                       `debuginfo_paths` */
#define QEMUCORE_DEBUGINFOD    0x2u /* ask the servers in DEBUGINFOD_URLS for files and
                                       debug info that are not here; QEMUCORE_UNSUPPORTED where
                                       the library was
                                       built without libdebuginfod */
#define QEMUCORE_SHOW_SECRETS  0x4u /* passwords of the command line, and of the names of files, are
                                       answered as they are, else as "***" */

/*
 * Zero means "the default" for every member but size, so {.size = sizeof(options)} is all defaults.
 * A caller's struct that is larger than ours is taken when its tail is zero, else refused with
 * QEMUCORE_INVALID. Strings are copied.
 */
struct qemucore_options {
    size_t size;                  /* sizeof(struct qemucore_options) as the caller compiled it */
    const char *executable;       /* file of the main executable; default: as the core names it */
    const char *sysroot;          /* put before every path that the core names; symbolic links below
                                     it that are absolute or climb stay below it. With a sysroot
                                     the files of this machine are not used. It may be an image
                                     of a container: an OCI layout, or a tar (plain, gzip, xz,
                                     zstd) of one, of docker save, or of the root file system;
                                     what modules need of it is kept in a directory below TMPDIR
                                     (/var/tmp) until qemucore_close. QEMUCORE_UNSUPPORTED where
                                     libarchive is not there. Default: none */
    const char *const *debuginfo_paths; /* directories with separate debug files, searched before
                                     /usr/lib/debug, and below whose .build-id modules' own files
                                     are looked for, too; or files, each of which is used for the
                                     module that has its build-id */
    size_t debuginfo_path_count;
    uint32_t flags;               /* QEMUCORE_NO_HOST_FILES, QEMUCORE_DEBUGINFOD, ... */
    uint32_t max_frames;          /* frames of a stack that are unwound, inlined ones and jumps
                                     (tail calls) not counted; default 4096, which is the most:
                                     of a stack that has more, the 64 outermost are kept, too
                                     (qemucore_frame_left_out) */
    uint64_t memory_budget;       /* bytes of a compressed core's memory that are kept; what is
                                     beyond is fetched by another pass when somebody reads it, or
                                     answers QEMUCORE_LIMIT on standard input. Default 96 MiB */
    uint64_t window_limit;        /* largest zstd window or xz dictionary that is accepted, bytes;
                                     default 128 MiB (zstd's own default, --long=27), at most 2 GiB
                                     (--long=31) */
    uint64_t ratio_limit;         /* beyond 16 GiB of output: bytes that one compressed byte may
                                     yield before the file counts as a decompression bomb;
                                     default 20000 */
    /* Called now and then during a pass over the file, with bytes of the file as it is stored on
       disk; total is 0 where unknown. False cancels: an open fails with QEMUCORE_CANCELLED, and of an
       open core what would take another pass is missing for the same reason. */
    bool (*progress)(void *opaque, uint64_t done, uint64_t total);
    void *progress_opaque;
    /* Called with a line (no newline) for each download that begins, and for what these options
       ask for and can't be done: a debuginfo path that is not there, servers that do not answer. */
    void (*notice)(void *opaque, const char *line);
    void *notice_opaque;
    uint32_t debuginfod_seconds;  /* that all downloads may take together; default 60 */
    uint32_t reserved;            /* 0 */
    /* Asked with QEMUCORE_DEBUGINFOD in the place of the servers, by a caller whose process with the
       core in it has no network: as qemucore_debuginfod_fetch, which some other process may call.
       What it brings has to prove itself like any other file. NULL: the servers are asked here. */
    int (*fetch)(void *opaque, bool executable, const uint8_t *build_id, size_t size,
                 double seconds, char **path);
    void *fetch_opaque;
    /* By CLOCK_MONOTONIC, in nanoseconds; 0: none. From then on nothing long is begun: no pass over
       the file, no stack, no file of a module. What was found before is answered, the rest is
       missing (QEMUCORE_TIMED_OUT), and no verdict is certain. A core of which not even the headers
       were read is not opened, with that status. It says nothing of a disk that does not answer. */
    uint64_t deadline;
    /* Asked, before the servers are, for what a module needs and this machine has not: its own file
       (executable), or one with its debug info. A symbol server is this one function. It answers a
       descriptor of a regular file, which is the library's from then on; or -1 with a path of one in
       *path; or -1. *path is by malloc(3); with a descriptor it is what to call the file, and may be
       left alone. What it brings has to have the build-id. */
    int (*provide)(void *opaque, bool executable, const uint8_t *build_id, size_t size, char **path);
    void *provide_opaque;
    /* Called with each of qemucore_missing_next as it is found, during whatever call finds it, also by
       an open that fails. What it is given lives as long as the core; it may ask what its status,
       offset and sentence are, and nothing else of the core. */
    void (*warning)(void *opaque, const struct qemucore_missing *missing);
    void *warning_opaque;
    const char *proc;             /* a copy of /proc/PID that was made when the process lived, of which
                                     task/TID/{stat,status,comm,wchan,stack,schedstat} and the links
                                     fd/N are looked at; default: none */
};

/* struct qemucore_source.flags */
#define QEMUCORE_SOURCE_FORWARD 0x1u /* it is read from front to back, once, like a pipe */

/*
 * Bytes of a core, as they are stored, that are no file's: a member of a tar, an object of a store, what a
 * decryption yields. They work as those of a file do, jumps and qemucore_slim_write included; with
 * QEMUCORE_SOURCE_FORWARD as those of a pipe.
 */
struct qemucore_source {
    size_t size;     /* sizeof(struct qemucore_source) */
    uint64_t length; /* how many bytes there are; with QEMUCORE_SOURCE_FORWARD it is not looked at */
    uint32_t flags;
    uint32_t reserved; /* 0 */
    /* Puts up to size bytes from offset on into buffer. Answers how many, at least one; 0 at the end;
       or -errno. Called by the thread that calls the library, with a core that is open too; raw cores
       are read in small pieces. */
    int64_t (*read)(void *opaque, uint64_t offset, void *buffer, size_t size);
    void *opaque;
    const char *name; /* what messages and qemucore_path call it; copied. NULL: "a source" */
};

/*
 * Asks the servers in DEBUGINFOD_URLS for the file, or the debug info, of a build-id of size bytes,
 * for as long as that. Answers a descriptor, which is the caller's as is *path (free), the file's
 * place in the cache; or -errno: -ENOENT where the servers have none, -ENOSYS where there is no
 * libdebuginfod. Needs no core.
 */
int qemucore_debuginfod_fetch(bool executable, const uint8_t *build_id, size_t size,
                              double seconds, char **path);

/*
 * Opens a core dump of a 64-bit Linux process, raw or compressed (gzip with any number of members,
 * zstd with any number of frames, and where the library was built with theirs xz and lz4; told by
 * content, never by name), in one pass over it from front
 * to back and without a temporary file. "-" is standard input. options may be NULL.
 *
 * Fails when nothing could be told about the process: no such file, not an ELF core, a container
 * or machine that is not supported. A core that is cut or damaged opens, with what came before
 * the damage, and qemucore_missing_next says what is not there.
 */
enum qemucore_status qemucore_open(const char *path, const struct qemucore_options *options,
                                   struct qemucore **ret, struct qemucore_error *error);

/* The same of a descriptor that is open for reading, of a file or a pipe. It stays yours, must be open
   until qemucore_close, and is read by pread where it can be: its offset does not move. */
enum qemucore_status qemucore_open_fd(int fd, const struct qemucore_options *options,
                                      struct qemucore **ret, struct qemucore_error *error);

/* The same of a source, whose function and opaque must work until qemucore_close. */
enum qemucore_status qemucore_open_source(const struct qemucore_source *source,
                                          const struct qemucore_options *options,
                                          struct qemucore **ret, struct qemucore_error *error);
void qemucore_close(struct qemucore *core);

/* Another deadline for what is asked from now on, as options.deadline; 0: none. */
void qemucore_deadline_set(struct qemucore *core, uint64_t deadline);

/* ---- The process ------------------------------------------------------------------------- */

/* path as it was given to qemucore_open; "/proc/self/fd/N" of a descriptor; a source's name. */
const char *qemucore_path(const struct qemucore *core);

/* "raw", "gzip", "zstd", "xz" or "lz4". */
const char *qemucore_container(const struct qemucore *core);

/* "x86_64", "aarch64", "loongarch64", "riscv64", "s390x", "ppc64le"; "unknown" (ELF e_machine N)
   is opened too, without registers. */
const char *qemucore_machine(const struct qemucore *core);

/* Process id; 0 where neither NT_PRPSINFO nor NT_PRSTATUS tell. */
int qemucore_pid(const struct qemucore *core);

/* Signal that made the dump: pr_cursig of the crashing thread; 0 where there was none (gcore of a
   healthy process, whose NT_SIGINFO tells of gdb's own SIGSTOP). sender is filled with si_pid
   where NT_SIGINFO says that a process sent it (si_code <= 0), else with 0; it may be NULL. */
int qemucore_signal(const struct qemucore *core, int *sender);

/* Path of the main executable as the core names it (NT_FILE through AT_PHDR, else AT_EXECFN);
   NULL where it names none. */
const char *qemucore_executable(const struct qemucore *core);

/* pr_fname of NT_PRPSINFO: the first 15 bytes of the main thread's name; NULL without the note. */
const char *qemucore_process_name(const struct qemucore *core);

/* pr_psargs of NT_PRPSINFO: the first 79 bytes of the command line, passwords as above (QEMUCORE_SHOW_SECRETS);
   NULL without the note. */
const char *qemucore_command_line(const struct qemucore *core);

/* Value of an entry of the auxiliary vector (AT_* of <elf.h>). */
enum qemucore_status qemucore_auxv(const struct qemucore *core, uint64_t type, uint64_t *ret,
                                   struct qemucore_error *error);

/*
 * What should be in the file and is not: a cut or damaged container, segments that end past the
 * end of file, notes that make no sense; and what QEMU's own data say and can't be so: a list that
 * leads back to itself or does not fit together, a counter that is negative or contradicts another;
 * and that memory or descriptors ran out here, or a file could not be read.
 * Empty for a sound dump; qemucore_is_complete is the same as a bool. Memory that the kernel was never asked
 * to dump (coredump_filter, MADV_DONTDUMP) is not missing in this sense. Memory beyond
 * options.memory_budget that can't be fetched any more is: whatever call needs it first adds it
 * (QEMUCORE_LIMIT), so ask after the others. What was answered before stays valid.
 */
const struct qemucore_missing *qemucore_missing_next(const struct qemucore *core,
                                                     const struct qemucore_missing *previous);
/* QEMUCORE_TRUNCATED, QEMUCORE_CORRUPT or QEMUCORE_LIMIT; of this machine's, QEMUCORE_NO_MEMORY or
   QEMUCORE_SYSTEM; QEMUCORE_TIMED_OUT, QEMUCORE_CANCELLED. */
enum qemucore_status qemucore_missing_status(const struct qemucore_missing *missing);
/* Uncompressed offset from which on something is missing; 0 where it is no place of it. */
uint64_t qemucore_missing_offset(const struct qemucore_missing *missing);
/* One sentence with both of the above. */
const char *qemucore_missing_sentence(const struct qemucore_missing *missing);
bool qemucore_is_complete(const struct qemucore *core);

enum qemucore_warning_code {
    QEMUCORE_WARNING_MISSING = 1, /* of qemucore_missing_next */
    QEMUCORE_WARNING_MODULE,      /* qemucore_module_problem */
    QEMUCORE_WARNING_COROUTINES,  /* qemucore_coroutine_problem */
    QEMUCORE_WARNING_LOCKS,       /* of qemucore_lock_problem */
    QEMUCORE_WARNING_STATE,       /* of qemucore_state_problem */
    QEMUCORE_WARNING_VERDICT      /* of qemucore_verdict_unknown */
};
const char *qemucore_warning_code_name(enum qemucore_warning_code code);

/*
 * All of those in one list, for whoever tells a user what the answers do not rest on: what is missing, then
 * what could not be had. Asks for all that can be asked for, so it takes as long as a verdict; it is made
 * when the first one is asked for (previous NULL), again each time, and what it held before stays valid.
 */
const struct qemucore_warning *qemucore_warning_next(struct qemucore *core,
                                                     const struct qemucore_warning *previous);
enum qemucore_warning_code qemucore_warning_code(const struct qemucore_warning *warning);
const char *qemucore_warning_sentence(const struct qemucore_warning *warning);
/* What it is about; NULL: no module. */
struct qemucore_module *qemucore_warning_module(const struct qemucore_warning *warning);

/* ---- Memory ------------------------------------------------------------------------------ */

/*
 * Reads memory of the process as it was: from the dump, and where the dump was made without a
 * file's pages (the kernel leaves text out), from the module's file, if that is the very file
 * (see qemucore_module_file). All of size bytes or none: on failure error->address is the first
 * address that could not be read and the status says why. Zeroes are never made up.
 */
enum qemucore_status qemucore_memory_read(struct qemucore *core, uint64_t address, void *buffer,
                                          size_t size, struct qemucore_error *error);

/* The same for as much of size bytes as there is from address on without a gap: *done, at least 1; what is
   behind that in buffer is not specified. Fails where there is no byte. */
enum qemucore_status qemucore_memory_read_some(struct qemucore *core, uint64_t address, void *buffer,
                                               size_t size, size_t *done,
                                               struct qemucore_error *error);

/* A NUL-terminated string of at most `most` bytes (1 MiB where that is less), the NUL not counted;
   QEMUCORE_LIMIT where it is longer. Free *ret by qemucore_free. */
enum qemucore_status qemucore_memory_string(struct qemucore *core, uint64_t address, size_t most,
                                            char **ret, struct qemucore_error *error);

/*
 * Mappings of the process that the dump tells of (PT_LOAD), in the order of the file, which kernel and
 * gdb write by address. A dump that was cut lists them all.
 */
const struct qemucore_mapping *qemucore_mapping_next(const struct qemucore *core,
                                                     const struct qemucore_mapping *previous);
uint64_t qemucore_mapping_start(const struct qemucore_mapping *mapping);
uint64_t qemucore_mapping_end(const struct qemucore_mapping *mapping);
/* QEMUCORE_MAPPING_READ, ... */
uint32_t qemucore_mapping_flags(const struct qemucore_mapping *mapping);
#define QEMUCORE_MAPPING_EXECUTE 0x1u
#define QEMUCORE_MAPPING_WRITE   0x2u
#define QEMUCORE_MAPPING_READ    0x4u
/* Bytes from its start that the dump was made with; the rest is absent, or in the file. */
uint64_t qemucore_mapping_held(const struct qemucore_mapping *mapping);
/* The file that was mapped there, by NT_FILE, and in *offset (may be NULL) from which of its bytes on; NULL:
   none, or the dump does not tell. */
const char *qemucore_mapping_file(const struct qemucore *core,
                                  const struct qemucore_mapping *mapping, uint64_t *offset);

/* ---- Notes ------------------------------------------------------------------------------- */

/*
 * What PT_NOTE has, for what there is no call of its own for: registers of the floating point unit, the
 * kernel's siginfo_t, notes that nothing here knows. In the order of the file, a note that is damaged the
 * last of its segment; the first 1,048,576.
 */
const struct qemucore_note *qemucore_note_next(const struct qemucore *core,
                                               const struct qemucore_note *previous);
/* Who has defined its type: "CORE", "LINUX", "GDB"; NULL: more than 23 bytes, as none has that we know. */
const char *qemucore_note_name(const struct qemucore_note *note);
/* n_type: NT_* of <elf.h>, where the name is "CORE" or "LINUX". */
uint32_t qemucore_note_type(const struct qemucore_note *note);
/* Of what it says, in bytes: from where on in the uncompressed core, and how many. The core may be cut before. */
uint64_t qemucore_note_offset(const struct qemucore_note *note);
uint64_t qemucore_note_size(const struct qemucore_note *note);
/* Whose it is, as kernel and gdb write them: of "CORE" and "LINUX" the thread whose NT_PRSTATUS stands last
   before it. NULL: of the whole process (NT_PRPSINFO, NT_AUXV, NT_FILE), or it is not known. */
struct qemucore_thread *qemucore_note_thread(struct qemucore *core,
                                             const struct qemucore_note *note);
/* Its first size bytes, all of them or none, in the byte order of the core's CPU. From a compressed core the
   file is read once more, so take them in their order. QEMUCORE_INVALID: it has fewer;
   QEMUCORE_UNSUPPORTED: the core came from a pipe; else why the file has not got them. */
enum qemucore_status qemucore_note_read(struct qemucore *core, const struct qemucore_note *note,
                                        void *buffer, size_t size, struct qemucore_error *error);

/* ---- Modules ----------------------------------------------------------------------------- */

/* The executable, libraries and the vDSO, by address. */
struct qemucore_module *qemucore_module_next(struct qemucore *core,
                                             const struct qemucore_module *previous);
/* Path as the core names it, without the kernel's " (deleted)"; of a core without NT_FILE as the
   dynamic linker or DT_SONAME does, "" where nothing does; "[vdso]"; "[jit]" for code that the
   process described itself through the debuggers' interface for that (QEMU's TCG does). */
const char *qemucore_module_path(const struct qemucore_module *module);
uint64_t qemucore_module_start(const struct qemucore_module *module);
uint64_t qemucore_module_end(const struct qemucore_module *module);
/* Lower-case hexadecimal, as in the memory of the process; NULL: the dump does not hold it. */
const char *qemucore_module_build_id(const struct qemucore_module *module);
/* The file on this machine that is used for it: its build-id equals the one in memory, or memory
   has none to compare with and nothing speaks against it (then qemucore_module_problem says so).
   NULL: none is used. */
const char *qemucore_module_file(struct qemucore_module *module);
/* The separate debug file, or the module's own file where that has DWARF; NULL: neither. Looked
   for at the first call that needs it, and here. */
const char *qemucore_module_debug_file(struct qemucore_module *module);
/* One sentence when something is wrong with the file ("... was replaced: its build-id is ...", "...: a
   FIFO, not a regular file", "...: No such file or directory"); NULL when all is well, and as long as
   nothing has needed the file: qemucore_module_file looks for it. */
const char *qemucore_module_problem(const struct qemucore_module *module);

enum qemucore_file_state {
    QEMUCORE_FILE_UNKNOWN,    /* nothing has needed it so far, or it is no file's: "[vdso]" */
    QEMUCORE_FILE_USED,
    QEMUCORE_FILE_UNVERIFIED, /* used, though the dump has no build-id of it */
    QEMUCORE_FILE_OTHER,      /* there is one, and it is not the one that the process ran */
    QEMUCORE_FILE_ABSENT,
};

/* What has become of its file so far; looks for nothing. */
enum qemucore_file_state qemucore_module_file_state(const struct qemucore_module *module);
/* "unknown", "used", "unverified", "other", "absent". */
const char *qemucore_file_state_name(enum qemucore_file_state state);

/* ---- Symbols ----------------------------------------------------------------------------- */

struct qemucore_symbol {
    size_t size;                     /* sizeof(struct qemucore_symbol), set by the caller; what is
                                        behind that is not written */
    const char *name;                /* without a version suffix; lives as long as the core */
    uint64_t address;
    uint64_t symbol_size;            /* 0 where the symbol table has none */
    uint64_t offset;                 /* by address: how far behind the symbol's start; else 0 */
    struct qemucore_module *module;
};

/* Name to address, static symbols too where the module or its debug file has a .symtab. The
   executable is asked first, then the other modules by address; a global comes before a local of
   the same name. QEMUCORE_NOT_FOUND where there is none. */
enum qemucore_status qemucore_symbol_by_name(struct qemucore *core, const char *name,
                                             struct qemucore_symbol *ret,
                                             struct qemucore_error *error);
/* Address to name: the symbol whose extent holds the address. Of several at the same address:
   code before data, global or weak before local, then the name with the fewest leading underscores
   (poll, not __poll). QEMUCORE_NOT_FOUND where there is none. */
enum qemucore_status qemucore_symbol_by_address(struct qemucore *core, uint64_t address,
                                                struct qemucore_symbol *ret,
                                                struct qemucore_error *error);

/* ---- Threads ----------------------------------------------------------------------------- */

/* In the order of the dump's NT_PRSTATUS notes (the kernel puts the crashing thread first). */
struct qemucore_thread *qemucore_thread_next(struct qemucore *core,
                                             const struct qemucore_thread *previous);
size_t qemucore_thread_count(const struct qemucore *core);
/* Kernel's thread id: pr_pid of NT_PRSTATUS. */
int qemucore_thread_lwp(const struct qemucore_thread *thread);
/* The name that QEMU gave the thread: "CPU 7/KVM", "IO iothread1", "call_rcu", "mig/src/main" or
   what that version called it; "main loop" for the process's first thread while it is in there. A
   Linux core holds the first thread's name only, so it is made anew from the start routine on the
   stack and the object that it was given: all stacks are unwound for it at the first call. NULL
   where that does not tell. */
const char *qemucore_thread_name(const struct qemucore_thread *thread);
/* What the name rests on ("CPUState.thread_id, start routine kvm_vcpu_thread_fn", "NT_PRPSINFO");
   NULL without a name. */
const char *qemucore_thread_name_from(const struct qemucore_thread *thread);
/* What the thread is to QEMU, one word: main_loop, main (the first thread, elsewhere), vcpu,
   iothread, thread_context, call_rcu, worker, vnc_worker, migration, migration_return_path,
   migration_snapshot, multifd_send, multifd_recv, multifd_tls, postcopy_fault, postcopy_listen,
   postcopy_preempt, ..., kernel (made by the kernel in the process: KVM's, vhost's and io_uring's
   workers; it never was in user space). More may come. NULL: not known. */
const char *qemucore_thread_role(const struct qemucore_thread *thread);
/* All those words: previous NULL: the first; NULL: none behind it, or it is none of them. */
const char *qemucore_role_next(const char *previous);
enum qemucore_role {
    QEMUCORE_ROLE_UNKNOWN = 0,
    QEMUCORE_ROLE_MAIN,
    QEMUCORE_ROLE_MAIN_LOOP,
    QEMUCORE_ROLE_KERNEL,
    QEMUCORE_ROLE_VCPU,
    QEMUCORE_ROLE_IOTHREAD,
    QEMUCORE_ROLE_THREAD_CONTEXT,
    QEMUCORE_ROLE_CALL_RCU,
    QEMUCORE_ROLE_WORKER,
    QEMUCORE_ROLE_VNC_WORKER,
    QEMUCORE_ROLE_MIGRATION,
    QEMUCORE_ROLE_MIGRATION_SNAPSHOT,
    QEMUCORE_ROLE_MIGRATION_RETURN_PATH,
    QEMUCORE_ROLE_MULTIFD_SEND,
    QEMUCORE_ROLE_MULTIFD_RECV,
    QEMUCORE_ROLE_MULTIFD_TLS,
    QEMUCORE_ROLE_MIGRATION_COMPRESS,
    QEMUCORE_ROLE_MIGRATION_DECOMPRESS,
    QEMUCORE_ROLE_POSTCOPY_FAULT,
    QEMUCORE_ROLE_POSTCOPY_PREEMPT,
    QEMUCORE_ROLE_POSTCOPY_LISTEN,
    QEMUCORE_ROLE_COLO,
    QEMUCORE_ROLE_DIRTY_RATE,
    QEMUCORE_ROLE_KVM_REAPER,
    QEMUCORE_ROLE_KVM_MSR,
    QEMUCORE_ROLE_TOUCH_PAGES,
    QEMUCORE_ROLE_IO_TASK,
    QEMUCORE_ROLE_NBD_CONNECT,
    QEMUCORE_ROLE_DUMP,
    QEMUCORE_ROLE_SIGNALFD,
    QEMUCORE_ROLE_DEVICE,
    QEMUCORE_ROLE_CRYPTO,
    QEMUCORE_ROLE_TRACE,
    QEMUCORE_ROLE_SPICE,
    QEMUCORE_ROLE_GLIB
};
enum qemucore_role qemucore_thread_role_code(const struct qemucore_thread *thread);
const char *qemucore_role_name(enum qemucore_role code);
/* Whether this is the thread whose signal made the dump: the one with pr_cursig set; of several,
   the first. No thread of a gcore dump crashed. */
bool qemucore_thread_crashed(const struct qemucore_thread *thread);

/* ---- Stacks ------------------------------------------------------------------------------ */

/*
 * Frames of a thread, innermost first, calls that were inlined as frames of their own. The stack
 * is unwound at the first call for that thread. A thread whose registers are not in the dump has
 * no frame, and qemucore_thread_end says why.
 */
struct qemucore_frame *qemucore_frame_next(struct qemucore_thread *thread,
                                           const struct qemucore_frame *previous);
/* Why the stack ends after its last frame: one sentence. */
const char *qemucore_thread_end(struct qemucore_thread *thread);
/* Whether that is the thread's outermost frame (its start routine, or the program's entry). */
bool qemucore_thread_end_is_outermost(struct qemucore_thread *thread);

/* The frame to show when there is room for one: the innermost outside the C library and the vDSO
   that is none of QEMU's own wrappers of locks and poll (qemu_cond_wait_impl), rather one with a
   source line; where there is none, the innermost. NULL for a thread without frames. */
struct qemucore_frame *qemucore_thread_own_frame(struct qemucore_thread *thread);

/* 0 for the innermost; inlined frames count. */
unsigned qemucore_frame_level(const struct qemucore_frame *frame);
/* Program counter: where the thread is (level 0, and above a signal frame), else the address that
   the call returns to. Inlined frames have that of the function that they are part of. */
uint64_t qemucore_frame_pc(const struct qemucore_frame *frame);
/* Name by debug info, else by symbol table; NULL where unknown. */
const char *qemucore_frame_function(const struct qemucore_frame *frame);
/* pc minus the start of the function; of the symbol that the frame's code lies in for inlined
   frames; 0 where the function is unknown. */
uint64_t qemucore_frame_offset(const struct qemucore_frame *frame);
/* NULL where pc is in no module. */
struct qemucore_module *qemucore_frame_module(const struct qemucore_frame *frame);
/* Whether its code is part of the next frame's function. Not said of the frame of a jump (tail_call), which
   has none of its own in either case, but where it is guessed. */
bool qemucore_frame_inlined(const struct qemucore_frame *frame);
/* A frame that the kernel made to run a signal handler. */
bool qemucore_frame_signal(const struct qemucore_frame *frame);
/* Whether the frame rests on a guess: its callee, or that of a frame below, has no unwind information,
   and the return address is one that was found on the stack and fits. So its arguments do, too. */
bool qemucore_frame_guessed(const struct qemucore_frame *frame);
/* Whether the function has jumped to the one of the frame before instead of calling it (a tail call),
   so that its own frame is gone. It is inferred, where what the debug info says of calls leaves but
   one way; the program counter is behind the jump, of its registers those are known that a call
   preserves, and its locals in memory are gone. A loop over frames that were on the stack skips
   these. */
bool qemucore_frame_tail_call(const struct qemucore_frame *frame);
/* Of a stack that has more frames than are kept, the innermost and the outermost ones are. This is how many
   are left out between this frame and the one before, inlined ones not counted; 0 for nearly all. */
size_t qemucore_frame_left_out(const struct qemucore_frame *frame);
/* As the debug info spells it, without its compilation directory; NULL where unknown. */
const char *qemucore_frame_source_file(const struct qemucore_frame *frame);
/* From 1; 0 where unknown. */
unsigned qemucore_frame_source_line(const struct qemucore_frame *frame);

/*
 * A register of a frame as far as unwinding knows it, by the name that the CPU's manual and gdb
 * have for it ("rsp", "x29", "r22"). Inlined frames have those of the function that they are part
 * of. QEMUCORE_ABSENT where it is not known: calls destroy registers. QEMUCORE_NOT_FOUND where the
 * CPU has none of that name. The program counter is qemucore_frame_pc.
 */
enum qemucore_status qemucore_frame_register(const struct qemucore_frame *frame, const char *name,
                                             uint64_t *ret, struct qemucore_error *error);

/* The names that it takes on the CPU of this core. previous NULL: the first; NULL: none behind it, or none
   of that name, or a CPU that is not known. */
const char *qemucore_register_next(const struct qemucore *core, const char *previous);

/* ---- Arguments and locals ---------------------------------------------------------------- */

/*
 * Parameters of a frame's function in the order of its declaration, and its local variables that
 * are in scope there, those of outer blocks first. From debug info: there are none without. Each is
 * an object as any other (see "Typed memory"), which is evaluated when its number, its address or
 * a text is asked for: it may be in memory, in registers, or lost ("optimized out").
 */
const struct qemucore_object *qemucore_argument_next(struct qemucore_frame *frame,
                                                     const struct qemucore_object *previous);
const struct qemucore_object *qemucore_local_next(struct qemucore_frame *frame,
                                                  const struct qemucore_object *previous);

/* One of them by its name, and what can be reached from it: "cpu", "job->aio_context",
   "nodes[2].refcnt". Of several locals of the name that of the innermost block. Free it with
   qemucore_object_free. */
enum qemucore_status qemucore_frame_object_find(struct qemucore_frame *frame,
                                                const char *expression,
                                                struct qemucore_object **ret,
                                                struct qemucore_error *error);

/* ---- Coroutines -------------------------------------------------------------------------- */

/*
 * The stacks that QEMU switches to and from within its threads: block jobs, requests, QMP commands.
 * All of them, found at the first call by the mappings of their stacks and the structures that name
 * those, and by what threads, event loops, jobs and requests name; with debug info of QEMU, and as
 * far as they prove themselves without. By what they are at, those in threads first, then by address.
 */
struct qemucore_coroutine *qemucore_coroutine_next(struct qemucore *core,
                                                   const struct qemucore_coroutine *previous);
/* By the address of its Coroutine; NULL: it is none of them. */
struct qemucore_coroutine *qemucore_coroutine_find(struct qemucore *core, uint64_t address);
/* Why there may be more than those: one sentence; NULL: they are all. */
const char *qemucore_coroutine_problem(struct qemucore *core);
/* Of its Coroutine, and of the structure of QEMU's back end that begins with it. */
uint64_t qemucore_coroutine_address(const struct qemucore_coroutine *coroutine);
/* "running" (in a thread), "entered" (it has entered another coroutine, and goes on behind that),
   "scheduled" (an event loop is to enter it), "sleeping" (until a timer), "suspended" (it has
   yielded), "unknown", "idle" (it has ended, or not begun: QEMU keeps it for later). */
const char *qemucore_coroutine_state(const struct qemucore_coroutine *coroutine);
enum qemucore_coroutine_state_code {
    QEMUCORE_COROUTINE_UNKNOWN = 0,
    QEMUCORE_COROUTINE_RUNNING,
    QEMUCORE_COROUTINE_ENTERED,
    QEMUCORE_COROUTINE_SCHEDULED,
    QEMUCORE_COROUTINE_SLEEPING,
    QEMUCORE_COROUTINE_SUSPENDED,
    QEMUCORE_COROUTINE_IDLE
};
enum qemucore_coroutine_state_code
qemucore_coroutine_state_code(const struct qemucore_coroutine *coroutine);
const char *qemucore_coroutine_state_name(enum qemucore_coroutine_state_code code);
/* The thread that it runs in, or that runs the one that it has entered; NULL: none, or not known. */
struct qemucore_thread *qemucore_coroutine_thread(const struct qemucore_coroutine *coroutine);
/* The coroutine that one of state "entered" has entered; 0: not known. */
uint64_t qemucore_coroutine_entered(const struct qemucore_coroutine *coroutine);
/* The function that has scheduled it; NULL: none, or not known. */
const char *qemucore_coroutine_scheduled_by(const struct qemucore_coroutine *coroutine);
/* The function that it began in; NULL: idle, or not known. */
const char *qemucore_coroutine_entry(const struct qemucore_coroutine *coroutine);
/* What that was called with; the coroutine (or the thread's leader) that has entered it, 0 where none
   has; its AioContext. False: not known, and *ret, which may be NULL, is as it was. */
bool qemucore_coroutine_argument(const struct qemucore_coroutine *coroutine, uint64_t *ret);
bool qemucore_coroutine_caller(const struct qemucore_coroutine *coroutine, uint64_t *ret);
bool qemucore_coroutine_context(const struct qemucore_coroutine *coroutine, uint64_t *ret);
/* Start of its stack and, in *size (may be NULL), the bytes, as QEMU has them: with the page at the
   start that nobody can write to. */
uint64_t qemucore_coroutine_stack(const struct qemucore_coroutine *coroutine, uint64_t *size);
/* Its frames, as those of a thread: from the registers that it was left in or, of a running one, its
   thread's. None where those can't be had; qemucore_coroutine_end says why. */
struct qemucore_frame *qemucore_coroutine_frame_next(struct qemucore_coroutine *coroutine,
                                                     const struct qemucore_frame *previous);
const char *qemucore_coroutine_end(struct qemucore_coroutine *coroutine);
bool qemucore_coroutine_end_is_outermost(struct qemucore_coroutine *coroutine);
/* The frame to show when there is room for one: the innermost one that is neither on the way out of
   the coroutine nor in one of QEMU's waits for coroutines (qemu_co_mutex_lock). NULL: no frames. */
struct qemucore_frame *qemucore_coroutine_own_frame(struct qemucore_coroutine *coroutine);

/* What it waits for, one line: "CoMutex s->receive_mutex in nbd_receive_replies, held by 0x55...",
   "the NBD server at unix:/run/nbd (descriptor 22)"; of a running one, as its thread. By the functions
   that it was left in and their arguments. NULL: it is idle, or nothing tells. */
const char *qemucore_coroutine_wait(struct qemucore *core,
                                    const struct qemucore_coroutine *coroutine);
/* "thread" (it runs), "coroutine" (one that it has entered), "event-loop", "lock" (CoMutex, CoQueue,
   CoRwlock), "graph-lock", "channel", "worker" (a thread pool's), "kernel" (Linux AIO, io_uring),
   "timer", "job" (its job is to be entered), "breakpoint" (of blkdebug), "command" (QMP's next one),
   "connection" (NBD's thread that connects), "task" (of several that it has begun), "driver" (what a block
   driver has asked for). More may come. NULL as above. */
const char *qemucore_coroutine_wait_kind(struct qemucore *core,
                                         const struct qemucore_coroutine *coroutine);
enum qemucore_coroutine_wait_kind_code {
    QEMUCORE_COROUTINE_WAIT_UNKNOWN = 0,
    QEMUCORE_COROUTINE_WAIT_THREAD,
    QEMUCORE_COROUTINE_WAIT_COROUTINE,
    QEMUCORE_COROUTINE_WAIT_EVENT_LOOP,
    QEMUCORE_COROUTINE_WAIT_LOCK,
    QEMUCORE_COROUTINE_WAIT_GRAPH_LOCK,
    QEMUCORE_COROUTINE_WAIT_CHANNEL,
    QEMUCORE_COROUTINE_WAIT_WORKER,
    QEMUCORE_COROUTINE_WAIT_KERNEL,
    QEMUCORE_COROUTINE_WAIT_TIMER,
    QEMUCORE_COROUTINE_WAIT_JOB,
    QEMUCORE_COROUTINE_WAIT_BREAKPOINT,
    QEMUCORE_COROUTINE_WAIT_COMMAND,
    QEMUCORE_COROUTINE_WAIT_CONNECTION,
    QEMUCORE_COROUTINE_WAIT_TASK,
    QEMUCORE_COROUTINE_WAIT_DRIVER
};
enum qemucore_coroutine_wait_kind_code
qemucore_coroutine_wait_kind_code(struct qemucore *core, const struct qemucore_coroutine *coroutine);
const char *qemucore_coroutine_wait_kind_name(enum qemucore_coroutine_wait_kind_code code);
/* The coroutine that has to do something first: who holds the CoMutex, makes the other request, or
   was entered; NULL: none, or not known. */
struct qemucore_coroutine *qemucore_coroutine_holder(struct qemucore *core,
                                                     const struct qemucore_coroutine *coroutine);
/* The thread that has to: its own, or the worker that carries its request out; NULL: none, or not
   known. */
struct qemucore_thread *qemucore_coroutine_wait_thread(struct qemucore *core,
                                                       const struct qemucore_coroutine *coroutine);
/* The thread that is asleep until this coroutine has ended: in bdrv_poll_co for it, or in a drain of a
   node that tracks one of its requests; NULL: none, or not known. */
struct qemucore_thread *qemucore_coroutine_poller(struct qemucore *core,
                                                  const struct qemucore_coroutine *coroutine);

/* ---- Waits ------------------------------------------------------------------------------- */

/*
 * What a thread is doing: running, in a system call, or blocked on an object of QEMU's or the C
 * library's. Three sources tell, the best first: the arguments of QEMU's own functions on the
 * stack; those of the C library's; the futex word in the registers of the system call. They work
 * without debug info too, as far as they go: then kinds are the C library's. Found at the first
 * call for a thread; lives as long as the core. Never NULL.
 */
struct qemucore_wait *qemucore_thread_wait(struct qemucore *core, struct qemucore_thread *thread);
/* "running", "syscall" (one that is no wait for an object), "blocked", "kernel" (a thread of role
   kernel), "unknown". */
const char *qemucore_wait_state(const struct qemucore_wait *wait);
enum qemucore_wait_state_code {
    QEMUCORE_WAIT_UNKNOWN = 0,
    QEMUCORE_WAIT_RUNNING,
    QEMUCORE_WAIT_SYSCALL,
    QEMUCORE_WAIT_BLOCKED,
    QEMUCORE_WAIT_KERNEL
};
enum qemucore_wait_state_code qemucore_wait_state_code(const struct qemucore_wait *wait);
const char *qemucore_wait_state_name(enum qemucore_wait_state_code code);
/* One line for people: "ppoll, 1.0 s", "QemuMutex qemu_global_mutex, held by main loop (LWP 17)". */
const char *qemucore_wait_sentence(const struct qemucore_wait *wait);
/* One phrase: what it rests on, "argument ev of qemu_event_wait (frame 2)". NULL: nothing. */
const char *qemucore_wait_evidence(const struct qemucore_wait *wait);
/* Type of what it is blocked on: one of the kinds of qemucore_lock_kind. NULL: not blocked. */
const char *qemucore_wait_kind(const struct qemucore_wait *wait);
/* Its address; 0: not known. Of a joined thread the pthread_t. */
uint64_t qemucore_wait_object(const struct qemucore_wait *wait);
/* What it is called, see qemucore_lock_name; NULL: nothing. */
const char *qemucore_wait_name(const struct qemucore_wait *wait);
/* Of who waits on a condition: the mutex that it takes before it goes on; 0: none, or not known. */
uint64_t qemucore_wait_mutex(const struct qemucore_wait *wait);
const char *qemucore_wait_mutex_name(const struct qemucore_wait *wait);
/* Whether the wait ends by itself, and after how many nanoseconds: as it was called with, or, for
   calls whose timeout the kernel writes back, what was left. */
bool qemucore_wait_timeout(const struct qemucore_wait *wait, int64_t *ret);
/* Number of the system call on this CPU, and in *name, which may be NULL, its name ("futex"; NULL:
   not in our table); -1: in none. From NT_PRSTATUS. */
int qemucore_wait_syscall(const struct qemucore_wait *wait, const char **name);
/* Argument 0 to 5 of it. QEMUCORE_ABSENT where the kernel has put its result over it, which arm64
   and riscv64 may do with the first. */
enum qemucore_status qemucore_wait_syscall_argument(const struct qemucore_wait *wait, size_t index,
                                                    uint64_t *ret, struct qemucore_error *error);

/* ---- Locks ------------------------------------------------------------------------------- */

/*
 * Mutexes and all else that threads and coroutines wait for: those that a thread waits for, by
 * address, and with debug info also those that static variables of the executable, its vCPUs and
 * its iothreads hold. Most are quiet: nobody holds them and nobody waits. Found at the first call,
 * with who waits for whom.
 */
struct qemucore_lock *qemucore_lock_next(struct qemucore *core,
                                         const struct qemucore_lock *previous);
/* The first of them at an address; NULL: none. */
struct qemucore_lock *qemucore_lock_find(struct qemucore *core, uint64_t address);
/* Any object, decoded as being of a kind (below), with who waits for it; to be freed by
   qemucore_lock_free, before the core. QEMUCORE_NOT_FOUND: no such kind; QEMUCORE_ABSENT: what is
   at the address can't be read or understood. */
enum qemucore_status qemucore_lock_decode(struct qemucore *core, const char *kind,
                                          uint64_t address, struct qemucore_lock **ret,
                                          struct qemucore_error *error);
void qemucore_lock_free(struct qemucore_lock *lock);
uint64_t qemucore_lock_address(const struct qemucore_lock *lock);
/* pthread_mutex_t, pthread_cond_t, pthread_rwlock_t, sem_t, QemuMutex, QemuRecMutex, QemuCond,
   QemuSemaphore, QemuEvent, QemuLockCnt, QemuSpin, CoMutex, CoQueue, CoRwlock, thread (that
   somebody joins), futex (a word of nothing that is known). */
const char *qemucore_lock_kind(const struct qemucore_lock *lock);
/* All those words: previous NULL: the first; NULL: none behind it, or it is none of them. */
const char *qemucore_lock_kind_next(const char *previous);
enum qemucore_lock_kind_code {
    QEMUCORE_LOCK_KIND_UNKNOWN = 0,
    QEMUCORE_LOCK_KIND_PTHREAD_MUTEX,
    QEMUCORE_LOCK_KIND_PTHREAD_COND,
    QEMUCORE_LOCK_KIND_PTHREAD_RWLOCK,
    QEMUCORE_LOCK_KIND_SEM,
    QEMUCORE_LOCK_KIND_QEMU_MUTEX,
    QEMUCORE_LOCK_KIND_QEMU_REC_MUTEX,
    QEMUCORE_LOCK_KIND_QEMU_COND,
    QEMUCORE_LOCK_KIND_QEMU_SEMAPHORE,
    QEMUCORE_LOCK_KIND_QEMU_EVENT,
    QEMUCORE_LOCK_KIND_QEMU_LOCK_CNT,
    QEMUCORE_LOCK_KIND_QEMU_SPIN,
    QEMUCORE_LOCK_KIND_CO_MUTEX,
    QEMUCORE_LOCK_KIND_CO_QUEUE,
    QEMUCORE_LOCK_KIND_CO_RWLOCK,
    QEMUCORE_LOCK_KIND_THREAD,
    QEMUCORE_LOCK_KIND_FUTEX
};
enum qemucore_lock_kind_code qemucore_lock_kind_code(const struct qemucore_lock *lock);
/* The same of what a thread waits for. */
enum qemucore_lock_kind_code qemucore_wait_kind_code(const struct qemucore_wait *wait);
const char *qemucore_lock_kind_name(enum qemucore_lock_kind_code code);
/* "qemu_global_mutex", "halt_cond of CPU 0", "AioContext.lock of iothread4", "queue->cond"; of
   what only a waiter's variables name, "tc->sem_thread in thread_context_run". NULL: none. */
const char *qemucore_lock_name(const struct qemucore_lock *lock);
/* The Big QEMU Lock, whatever its name in this version. */
bool qemucore_lock_is_bql(const struct qemucore_lock *lock);
bool qemucore_lock_is_quiet(const struct qemucore_lock *lock);
/* free, locked, destroyed (mutexes, lock counters, spin locks); read-locked, write-locked (read-write
   locks); idle, waited (conditions, queues); zero, available (semaphores); set, free, busy (events:
   QemuEvent.value is EV_SET 0, EV_FREE 1, EV_BUSY -1, "reset, and somebody has come to wait");
   running, ended (threads); unknown, and the sentence says why. */
const char *qemucore_lock_state(const struct qemucore_lock *lock);
enum qemucore_lock_state_code {
    QEMUCORE_LOCK_STATE_UNKNOWN = 0,
    QEMUCORE_LOCK_STATE_FREE,
    QEMUCORE_LOCK_STATE_LOCKED,
    QEMUCORE_LOCK_STATE_READ_LOCKED,
    QEMUCORE_LOCK_STATE_WRITE_LOCKED,
    QEMUCORE_LOCK_STATE_DESTROYED,
    QEMUCORE_LOCK_STATE_IDLE,
    QEMUCORE_LOCK_STATE_WAITED,
    QEMUCORE_LOCK_STATE_ZERO,
    QEMUCORE_LOCK_STATE_AVAILABLE,
    QEMUCORE_LOCK_STATE_SET,
    QEMUCORE_LOCK_STATE_BUSY,
    QEMUCORE_LOCK_STATE_RUNNING,
    QEMUCORE_LOCK_STATE_ENDED
};
enum qemucore_lock_state_code qemucore_lock_state_code(const struct qemucore_lock *lock);
const char *qemucore_lock_state_name(enum qemucore_lock_state_code code);
/* The state in words, with the numbers. Never NULL. */
const char *qemucore_lock_sentence(const struct qemucore_lock *lock);
/* LWP of who holds it, as the object itself names it (pthread_mutex_t.__owner, or __lock of robust
   and priority inheriting ones; __cur_writer), which may have ended; 0: nobody, or not known. */
int qemucore_lock_owner(const struct qemucore_lock *lock);
/* The same as a thread; NULL: none of the dump, and qemucore_lock_owner_why says why. */
struct qemucore_thread *qemucore_lock_owner_thread(const struct qemucore_lock *lock);
const char *qemucore_lock_owner_why(const struct qemucore_lock *lock);
/* Depth of a held mutex (1 unless it is recursive), value of a semaphore, readers of a read-write
   lock, count of a QemuLockCnt. False: the kind has none. */
bool qemucore_lock_count(const struct qemucore_lock *lock, uint64_t *ret);
/* How many wait, as the object itself counts them (pthread_cond_t.__wrefs, sem_t, CoMutex.locked);
   false: it doesn't. */
bool qemucore_lock_recorded_waiters(const struct qemucore_lock *lock, uint64_t *ret);
/* Threads that were found to wait for it. */
struct qemucore_thread *qemucore_lock_waiter_next(const struct qemucore_lock *lock,
                                                  const struct qemucore_thread *previous);
/* Its fields as they are in memory, index from 0: the name; NULL behind the last. A number is in
   *number, a negative one as its two's complement, and *text is NULL; else *text has the value. Both
   pointers may be NULL. */
const char *qemucore_lock_field(const struct qemucore_lock *lock, size_t index, uint64_t *number,
                                const char **text);

/* ---- Who waits for whom ------------------------------------------------------------------- */

/*
 * A thread that is blocked, what on, and who has to do something first: an owner; a reader that a
 * grace period of RCU waits for; the vCPU that has been given work, has been asked to stop, ... At
 * least one a blocked thread; several where it waits for several threads.
 */
struct qemucore_edge *qemucore_edge_next(struct qemucore *core,
                                         const struct qemucore_edge *previous);
struct qemucore_thread *qemucore_edge_waiter(const struct qemucore_edge *edge);
struct qemucore_lock *qemucore_edge_lock(const struct qemucore_edge *edge);
/* LWP, of a thread that may have ended; 0: nobody in particular, or it is not known who. */
int qemucore_edge_holder(const struct qemucore_edge *edge);
const char *qemucore_edge_evidence(const struct qemucore_edge *edge);

/* Deadlocks: each thread waits for the next one, the last for the first; the lowest LWP comes
   first. A thread that waits for itself is one, too. */
struct qemucore_cycle *qemucore_cycle_next(struct qemucore *core,
                                           const struct qemucore_cycle *previous);
struct qemucore_thread *qemucore_cycle_thread_next(const struct qemucore_cycle *cycle,
                                                   const struct qemucore_thread *previous);

/* Who is not in it and waits for one of its threads, directly or behind others. */
struct qemucore_thread *qemucore_cycle_behind_next(const struct qemucore_cycle *cycle,
                                                   const struct qemucore_thread *previous);

/* A thread that others wait for, directly or behind others, and that waits for no thread itself. */
struct qemucore_chain *qemucore_chain_next(struct qemucore *core,
                                           const struct qemucore_chain *previous);
struct qemucore_thread *qemucore_chain_root(const struct qemucore_chain *chain);
struct qemucore_thread *qemucore_chain_waiter_next(const struct qemucore_chain *chain,
                                                   const struct qemucore_thread *previous);
/* "17 threads wait, in the end all for main loop (LWP 4711), which is in recvmsg, fd 9" */
const char *qemucore_chain_sentence(const struct qemucore_chain *chain);

/*
 * What does not fit together. Kinds: owner-gone (held by a thread that is not in the dump),
 * owner-died (of a robust mutex), locked-without-owner, waiters-on-free-mutex,
 * event-set-with-waiter, semaphore-posted-with-waiter, cond-waiters-differ (from the threads
 * found), self-deadlock, signalled-not-run. Some are also what a sound process is in for a moment;
 * the sentence says so. More kinds may come.
 */
struct qemucore_anomaly *qemucore_anomaly_next(struct qemucore *core,
                                               const struct qemucore_anomaly *previous);
const char *qemucore_anomaly_kind(const struct qemucore_anomaly *anomaly);
enum qemucore_anomaly_kind_code {
    QEMUCORE_ANOMALY_UNKNOWN = 0,
    QEMUCORE_ANOMALY_OWNER_DIED,
    QEMUCORE_ANOMALY_OWNER_GONE,
    QEMUCORE_ANOMALY_LOCKED_WITHOUT_OWNER,
    QEMUCORE_ANOMALY_WAITERS_ON_FREE_MUTEX,
    QEMUCORE_ANOMALY_SELF_DEADLOCK,
    QEMUCORE_ANOMALY_SIGNALLED_NOT_RUN,
    QEMUCORE_ANOMALY_COND_WAITERS_DIFFER,
    QEMUCORE_ANOMALY_SEMAPHORE_POSTED_WITH_WAITER,
    QEMUCORE_ANOMALY_EVENT_SET_WITH_WAITER
};
enum qemucore_anomaly_kind_code qemucore_anomaly_kind_code(const struct qemucore_anomaly *anomaly);
const char *qemucore_anomaly_kind_name(enum qemucore_anomaly_kind_code code);
struct qemucore_lock *qemucore_anomaly_lock(const struct qemucore_anomaly *anomaly);
/* NULL: no thread in particular. */
struct qemucore_thread *qemucore_anomaly_thread(const struct qemucore_anomaly *anomaly);
const char *qemucore_anomaly_sentence(const struct qemucore_anomaly *anomaly);

/* What could not be found out of all this, one sentence each, index from 0; NULL behind the last. */
const char *qemucore_lock_problem(struct qemucore *core, size_t index);

/* QEMU's RCU (util/rcu.c): "idle"; "grace-period", nobody holds it up; "blocked", by readers or by a
   mutex that call_rcu waits for; "callbacks", they run; "unknown". *sentence, which may be NULL,
   says more. */
const char *qemucore_rcu_state(struct qemucore *core, const char **sentence);
enum qemucore_rcu_state_code {
    QEMUCORE_RCU_UNKNOWN = 0,
    QEMUCORE_RCU_IDLE,
    QEMUCORE_RCU_GRACE_PERIOD,
    QEMUCORE_RCU_BLOCKED,
    QEMUCORE_RCU_CALLBACKS
};
enum qemucore_rcu_state_code qemucore_rcu_state_code(struct qemucore *core);
const char *qemucore_rcu_state_name(enum qemucore_rcu_state_code code);
/* Threads inside read-side critical sections, index from 0, with their depth and whether the grace
   period under way waits for them; both may be NULL. NULL behind the last. */
struct qemucore_thread *qemucore_rcu_reader(struct qemucore *core, size_t index, unsigned *depth,
                                            bool *blocking);

/* ---- What QEMU was at ---------------------------------------------------------------------- */

/*
 * From QEMU's own variables, by its debug info; read at the first of these calls. Most texts are
 * the words of QMP, whatever their numbers in this version. NULL: not known, and *why, which may be
 * NULL, says why in one sentence.
 */
/* "running", "inmigrate", "paused", ...: what query-status would have said. */
const char *qemucore_runstate(struct qemucore *core, const char **why);
/* "pc-q35-8.2" */
const char *qemucore_machine_type(struct qemucore *core, const char **why);
/* "kvm", "tcg", ... */
const char *qemucore_accelerator(struct qemucore *core, const char **why);

/* What has facts that are asked for by name. */
enum qemucore_fact_owner {
    QEMUCORE_FACTS_OF_VCPU = 0,
    QEMUCORE_FACTS_OF_CONTEXT,
    QEMUCORE_FACTS_OF_BLOCK,
    QEMUCORE_FACTS_OF_BLOCK_NODE,
    QEMUCORE_FACTS_OF_BLOCK_JOB,
    QEMUCORE_FACTS_OF_REQUEST,
    QEMUCORE_FACTS_OF_RAM_BLOCK,
    QEMUCORE_FACTS_OF_MIGRATION,
    QEMUCORE_FACTS_OF_TIMER
};
/* Their names. previous NULL: the first; NULL: none behind it, or there is none of that name. */
const char *qemucore_fact_next(enum qemucore_fact_owner owner, const char *previous);
/* The same as constants, so that a slip of the pen does not compile:
   qemucore_vcpu_fact(vcpu, qemucore_fact_name(QEMUCORE_FACT_VCPU_HALTED), &halted). Of each owner they are
   numbered in the order of qemucore_fact_next, from (owner + 1) * 256 + 1 on. */
enum qemucore_fact {
    QEMUCORE_FACT_VCPU_CREATED = 0x101,
    QEMUCORE_FACT_VCPU_HALTED,
    QEMUCORE_FACT_VCPU_STOP,
    QEMUCORE_FACT_VCPU_STOPPED,
    QEMUCORE_FACT_VCPU_UNPLUG,
    QEMUCORE_FACT_VCPU_EXIT_REQUEST,
    QEMUCORE_FACT_VCPU_CRASH_OCCURRED,
    QEMUCORE_FACT_VCPU_QUEUED_WORK,
    QEMUCORE_FACT_VCPU_PC,
    QEMUCORE_FACT_CONTEXT_NOTIFY_ME = 0x201,
    QEMUCORE_FACT_CONTEXT_NOTIFIED,
    QEMUCORE_FACT_CONTEXT_EPOLL_FD,
    QEMUCORE_FACT_CONTEXT_HANDLERS,
    QEMUCORE_FACT_CONTEXT_LIST_LOCK,
    QEMUCORE_FACT_CONTEXT_POLL_NS,
    QEMUCORE_FACT_CONTEXT_POLL_MAX_NS,
    QEMUCORE_FACT_CONTEXT_SCHEDULED_COROUTINES,
    QEMUCORE_FACT_BLOCK_DRAIN_ALL = 0x301,
    QEMUCORE_FACT_BLOCK_WAITERS,
    QEMUCORE_FACT_BLOCK_GRAPH_WRITER,
    QEMUCORE_FACT_BLOCK_GRAPH_READERS,
    QEMUCORE_FACT_BLOCK_IN_FLIGHT,
    QEMUCORE_FACT_BLOCK_DRAINED,
    QEMUCORE_FACT_NODE_IN_FLIGHT = 0x401,
    QEMUCORE_FACT_NODE_SERIALISING_IN_FLIGHT,
    QEMUCORE_FACT_NODE_QUIESCE_COUNTER,
    QEMUCORE_FACT_NODE_OPEN_FLAGS,
    QEMUCORE_FACT_NODE_TRACKED_REQUESTS,
    QEMUCORE_FACT_JOB_PAUSED = 0x501,
    QEMUCORE_FACT_JOB_PAUSE_COUNT,
    QEMUCORE_FACT_JOB_USER_PAUSED,
    QEMUCORE_FACT_JOB_BUSY,
    QEMUCORE_FACT_JOB_CANCELLED,
    QEMUCORE_FACT_JOB_PROGRESS,
    QEMUCORE_FACT_JOB_TOTAL,
    QEMUCORE_FACT_REQUEST_OFFSET = 0x601,
    QEMUCORE_FACT_REQUEST_BYTES,
    QEMUCORE_FACT_REQUEST_SERIALISING,
    QEMUCORE_FACT_REQUEST_COROUTINE,
    QEMUCORE_FACT_REQUEST_WAITING_FOR,
    QEMUCORE_FACT_REQUEST_ADDRESS,
    QEMUCORE_FACT_RAM_HOST = 0x701,
    QEMUCORE_FACT_RAM_LENGTH,
    QEMUCORE_FACT_RAM_MAX_LENGTH,
    QEMUCORE_FACT_RAM_PAGE_SIZE,
    QEMUCORE_FACT_RAM_FLAGS,
    QEMUCORE_FACT_RAM_HELD,
    QEMUCORE_FACT_MIGRATION_OUTGOING_ERROR = 0x801,
    QEMUCORE_FACT_MIGRATION_INCOMING_ERROR,
    QEMUCORE_FACT_MIGRATION_RETURN_PATH,
    QEMUCORE_FACT_MIGRATION_START_POSTCOPY,
    QEMUCORE_FACT_MIGRATION_PAGES_REQUESTED,
    QEMUCORE_FACT_MIGRATION_MULTIFD_CHANNELS,
    QEMUCORE_FACT_MIGRATION_OUTGOING_CONNECTED,
    QEMUCORE_FACT_MIGRATION_INCOMING_CONNECTED,
    QEMUCORE_FACT_TIMER_EXPIRE = 0x901,
    QEMUCORE_FACT_TIMER_CALLBACK,
    QEMUCORE_FACT_TIMER_OPAQUE,
    QEMUCORE_FACT_TIMER_COROUTINE
};
/* NULL: no such fact. */
const char *qemucore_fact_name(enum qemucore_fact fact);

/* The virtual CPUs, in QEMU's order. */
struct qemucore_vcpu *qemucore_vcpu_next(struct qemucore *core,
                                         const struct qemucore_vcpu *previous);
int qemucore_vcpu_index(const struct qemucore_vcpu *vcpu);
/* Of its CPUState. */
uint64_t qemucore_vcpu_address(const struct qemucore_vcpu *vcpu);
/* NULL: not in the dump. Round-robin TCG runs all of them in one thread. */
struct qemucore_thread *qemucore_vcpu_thread(const struct qemucore_vcpu *vcpu);
/* guest (in KVM_RUN, or in TCG's code), parked (asleep on its halt_cond), qemu (anywhere else),
   turn (the one thread of round-robin TCG is at another one), unknown. */
const char *qemucore_vcpu_place(const struct qemucore_vcpu *vcpu);
enum qemucore_vcpu_place_code {
    QEMUCORE_VCPU_PLACE_UNKNOWN = 0,
    QEMUCORE_VCPU_PLACE_GUEST,
    QEMUCORE_VCPU_PLACE_PARKED,
    QEMUCORE_VCPU_PLACE_QEMU,
    QEMUCORE_VCPU_PLACE_TURN
};
enum qemucore_vcpu_place_code qemucore_vcpu_place_code(const struct qemucore_vcpu *vcpu);
const char *qemucore_vcpu_place_name(enum qemucore_vcpu_place_code code);
/* Whether its thread is in ioctl(KVM_RUN). */
bool qemucore_vcpu_in_kvm_run(const struct qemucore_vcpu *vcpu);
/* By its name: created, halted, stop (it is asked to), stopped (it has), unplug, exit_request,
   crash_occurred, queued_work (how many items wait for it), pc (where the guest stands, of a CPU
   that is parked: CPUArchState's eip, nip, psw.addr, pc). halted is not known of a CPU that runs where KVM has
   the interrupt controllers: the kernel keeps it. False: not known, or no such name. */
bool qemucore_vcpu_fact(const struct qemucore_vcpu *vcpu, const char *name, uint64_t *ret);

/* Where the main thread is: poll (in the main loop's own poll, where it idles), nested (in
   aio_poll, where something waits for requests to end), callback (anywhere else inside the loop),
   lock (behind its poll, on its way to the BQL), starting (not in the loop), unknown. *function,
   which may be NULL: of nested the caller of aio_poll, of callback the function that it is in;
   NULL: not known. */
const char *qemucore_main_loop_place(struct qemucore *core, const char **function);
enum qemucore_main_loop_place_code {
    QEMUCORE_MAIN_LOOP_UNKNOWN = 0,
    QEMUCORE_MAIN_LOOP_STARTING,
    QEMUCORE_MAIN_LOOP_POLL,
    QEMUCORE_MAIN_LOOP_NESTED,
    QEMUCORE_MAIN_LOOP_CALLBACK,
    QEMUCORE_MAIN_LOOP_LOCK
};
enum qemucore_main_loop_place_code qemucore_main_loop_place_code(struct qemucore *core);
const char *qemucore_main_loop_place_name(enum qemucore_main_loop_place_code code);
/* What its poll was given, in ns; negative: no timeout. False: it is in no poll, or not known. */
bool qemucore_main_loop_timeout(struct qemucore *core, int64_t *ret);
/* How long ago, in ns and at least, the main loop went into its poll, or, where it is not there, came
   out of it. False: nothing tells. *by_file, which may be NULL: the core file's time was asked, which
   is that of the dump unless the file was copied. */
bool qemucore_main_loop_turned(struct qemucore *core, uint64_t *ret, bool *by_file);
/* What a clock of QEMU's (realtime, which is CLOCK_MONOTONIC; host, which is CLOCK_REALTIME; virtual,
   virtual-rt) showed when the dump was made, in ns: at least (bound "lower"; "by_file", if the core
   file's time is that of the dump) or at most ("upper"). False: not known, or no such name.
   *rests_on, which may be NULL: why, a phrase. */
bool qemucore_clock_bound(struct qemucore *core, const char *clock, const char *bound, int64_t *ret,
                          const char **rests_on);
/* free, held, unknown. *owner, which may be NULL: NULL where it is nobody, or not known. */
const char *qemucore_bql_state(struct qemucore *core, struct qemucore_thread **owner);
enum qemucore_bql_state_code {
    QEMUCORE_BQL_UNKNOWN = 0,
    QEMUCORE_BQL_FREE,
    QEMUCORE_BQL_HELD
};
enum qemucore_bql_state_code qemucore_bql_state_code(struct qemucore *core);
const char *qemucore_bql_state_name(enum qemucore_bql_state_code code);

/* Event loops: AioContexts, the main loop's two first, then each iothread's. */
struct qemucore_context *qemucore_context_next(struct qemucore *core,
                                               const struct qemucore_context *previous);
/* "main", "iohandler", an iothread's id; NULL: it can't be read. */
const char *qemucore_context_name(const struct qemucore_context *context);
uint64_t qemucore_context_address(const struct qemucore_context *context);
/* Whose loop it is; NULL: not in the dump. */
struct qemucore_thread *qemucore_context_thread(const struct qemucore_context *context);
/* What it waits by: poll, epoll, io_uring; NULL: not known. */
const char *qemucore_context_fdmon(const struct qemucore_context *context);
/* notify_me, notified, epoll_fd, handlers, list_lock, poll_ns, poll_max_ns, scheduled_coroutines */
bool qemucore_context_fact(const struct qemucore_context *context, const char *name,
                           uint64_t *ret);
/* Bottom halves in its list, index from 0; false behind the last. *name: that of its callback, NULL
   where not known; *due: it will be called. Both may be NULL. */
bool qemucore_context_bottom_half(const struct qemucore_context *context, size_t index,
                                  const char **name, bool *due);

/*
 * Timers that are set (QEMUTimer): those of a clock together, the main loop's own first, then those of each
 * context; in a list in the order that they are due. Found at the first call.
 */
struct qemucore_timer *qemucore_timer_next(struct qemucore *core,
                                           const struct qemucore_timer *previous);
/* Why there may be more of them, or what of them is not known: one sentence; NULL: all is told. */
const char *qemucore_timer_problem(struct qemucore *core);
uint64_t qemucore_timer_address(const struct qemucore_timer *timer);
/* That it is due by: "realtime", ... as of qemucore_clock_bound; NULL: not known. */
const char *qemucore_timer_clock(const struct qemucore_timer *timer);
/* Whose loop calls it; NULL: the main loop's own lists (main_loop_tlg). */
struct qemucore_context *qemucore_timer_context(const struct qemucore_timer *timer);
/* The function that is called then; NULL: its name is not known. */
const char *qemucore_timer_callback(const struct qemucore_timer *timer);
/* expire (what its clock shows when it is due, ns), callback and opaque (addresses of the function and of
   what it is called with), coroutine (that is entered by it: one that sleeps, or a job's). False: not
   known, or no such name. */
bool qemucore_timer_fact(const struct qemucore_timer *timer, const char *name, uint64_t *ret);
/* How long until it is due, in ns; negative: it was due, and had not run. At least (bound "lower") or at
   most ("upper"; "by_file", if the core file's time is that of the dump, where that tells more). False: not
   known, or no such bound; the clock may be disabled. */
bool qemucore_timer_left(const struct qemucore_timer *timer, const char *bound, int64_t *ret);

/* MigrationStatus; "none" where none has begun. A destination is in "setup" once it listens. */
const char *qemucore_migration_outgoing(struct qemucore *core, const char **why);
const char *qemucore_migration_incoming(struct qemucore *core, const char **why);
/* Text of MigrationState.error, which serves both directions; NULL: none, or not known. */
const char *qemucore_migration_error(struct qemucore *core);
/* outgoing_error, incoming_error (QEMUFile.last_error: 0, or -errno as a negative number's two's
   complement), outgoing_connected, incoming_connected (whether the QEMUFile to, or from, the other side is
   open), return_path, start_postcopy, pages_requested, multifd_channels. False: not known, or no such
   name. */
bool qemucore_migration_fact(struct qemucore *core, const char *name, uint64_t *ret);
/* It is to be a migration's destination, and no source has connected. */
bool qemucore_migration_awaits_source(struct qemucore *core);

/* Nodes of the block layer. */
struct qemucore_block_node *
qemucore_block_node_next(struct qemucore *core, const struct qemucore_block_node *previous);
/* NULL: it can't be read. */
const char *qemucore_block_node_name(const struct qemucore_block_node *node);
/* "qcow2"; NULL: no medium. */
const char *qemucore_block_node_driver(const struct qemucore_block_node *node);
/* in_flight, serialising_in_flight, quiesce_counter, open_flags, tracked_requests */
bool qemucore_block_node_fact(const struct qemucore_block_node *node, const char *name,
                              uint64_t *ret);

/* Requests that the node tracks and that have not ended: the 16 oldest of them, the youngest of these first (the
   fact tracked_requests says how many there are). */
struct qemucore_request *qemucore_request_next(const struct qemucore_block_node *node,
                                               const struct qemucore_request *previous);
/* "read", "write", "discard", "truncate"; NULL: not known. */
const char *qemucore_request_type(const struct qemucore_request *request);
/* address (of its BdrvTrackedRequest), offset and bytes (of the node), serialising, coroutine,
   waiting_for (the address of another request, 0: none) */
bool qemucore_request_fact(const struct qemucore_request *request, const char *name, uint64_t *ret);

/* Jobs: mirror, backup, commit, ... */
struct qemucore_block_job *qemucore_block_job_next(struct qemucore *core,
                                                   const struct qemucore_block_job *previous);
/* NULL: one of QEMU's own. */
const char *qemucore_block_job_id(const struct qemucore_block_job *job);
const char *qemucore_block_job_type(const struct qemucore_block_job *job);
/* JobStatus: "running", "ready", ... */
const char *qemucore_block_job_status(const struct qemucore_block_job *job);
/* paused, pause_count, user_paused, busy, cancelled, progress and total (in the job's own unit, of block
   jobs bytes) */
bool qemucore_block_job_fact(const struct qemucore_block_job *job, const char *name,
                             uint64_t *ret);

/* drain_all (sections of bdrv_drain_all that are under way), waiters (threads in AIO_WAIT_WHILE),
   graph_writer, graph_readers (8.1 on), in_flight (of all nodes and backends together), drained
   (how many of them are). */
bool qemucore_block_fact(struct qemucore *core, const char *name, uint64_t *ret);

/* The RAMBlocks of ram_list, the largest first: guest RAM, video memory, ROMs. */
struct qemucore_ram_block *qemucore_ram_block_next(struct qemucore *core,
                                                   const struct qemucore_ram_block *previous);
/* "pc.ram"; NULL: it can't be read. */
const char *qemucore_ram_block_id(const struct qemucore_ram_block *block);
/* host (where it begins in the process), length (used_length), max_length, page_size, flags (RAM_* of
   system/memory.h), held (bytes of length that the dump's file has). */
bool qemucore_ram_block_fact(const struct qemucore_ram_block *block, const char *name,
                             uint64_t *ret);

/*
 * Who is at the other end of the process's descriptors, in their order: each that an object of QEMU's
 * names, once. Of one that is not among them nothing is known.
 */
struct qemucore_peer *qemucore_peer_next(struct qemucore *core,
                                         const struct qemucore_peer *previous);
/* By its descriptor; NULL: not among them. */
struct qemucore_peer *qemucore_peer_of(struct qemucore *core, int fd);
int qemucore_peer_fd(const struct qemucore_peer *peer);
/* "file", "device" (of a block node), "nbd", "migration-destination", "migration-source", "dump",
   "vhost-user", "monitor", "chardev", "chardev-file", "chardev-log", "vnc", "netdev", "listener",
   "kvm", "kvm-vm", "kvm-vcpu", "io-uring", "epoll", "eventfd", "signalfd", "handler". */
const char *qemucore_peer_kind(const struct qemucore_peer *peer);
enum qemucore_peer_kind_code {
    QEMUCORE_PEER_UNKNOWN = 0,
    QEMUCORE_PEER_FILE,
    QEMUCORE_PEER_DEVICE,
    QEMUCORE_PEER_NBD,
    QEMUCORE_PEER_MIGRATION_DESTINATION,
    QEMUCORE_PEER_MIGRATION_SOURCE,
    QEMUCORE_PEER_DUMP,
    QEMUCORE_PEER_VHOST_USER,
    QEMUCORE_PEER_MONITOR,
    QEMUCORE_PEER_CHARDEV,
    QEMUCORE_PEER_CHARDEV_FILE,
    QEMUCORE_PEER_CHARDEV_LOG,
    QEMUCORE_PEER_VNC,
    QEMUCORE_PEER_NETDEV,
    QEMUCORE_PEER_LISTENER,
    QEMUCORE_PEER_KVM,
    QEMUCORE_PEER_KVM_VM,
    QEMUCORE_PEER_KVM_VCPU,
    QEMUCORE_PEER_IO_URING,
    QEMUCORE_PEER_EPOLL,
    QEMUCORE_PEER_EVENTFD,
    QEMUCORE_PEER_SIGNALFD,
    QEMUCORE_PEER_HANDLER
};
enum qemucore_peer_kind_code qemucore_peer_kind_code(const struct qemucore_peer *peer);
const char *qemucore_peer_kind_name(enum qemucore_peer_kind_code code);
/* Whose it is: "node disk0-file", "chardev serial0", "CPU 0". */
const char *qemucore_peer_owner(const struct qemucore_peer *peer);
/* A path, "unix:PATH", "tcp:HOST:PORT"; NULL: none is known. */
const char *qemucore_peer_address(const struct qemucore_peer *peer);
/* Who outside of QEMU has to act when a thread waits there, one phrase; NULL: nobody outside. */
const char *qemucore_peer_actor(const struct qemucore_peer *peer);

/* What could not be had of all this, one sentence each, index from 0; NULL behind the last. Without
   debug info the first says what it takes. */
const char *qemucore_state_problem(struct qemucore *core, size_t index);

/* ---- Typed memory ------------------------------------------------------------------------ */

/*
 * An object with static storage, or something that can be reached from one: "name", then any of
 * ".member", "->member" and "[index]"; "." behind a pointer follows it. From debug info:
 *
 *     qemu_global_mutex.lock        first_cpu->halt_cond        ram_list.blocks.lh_first->idstr
 *     0x55d0c0de1f40:QemuCond       'util/rcu.c'::head          *current_migration
 *
 * An address stands with its type behind a colon; a file before a name chooses among static
 * variables of the same name; a "*" before it all is what the result points to. Names that are
 * macros in QEMU, or have others in other versions, work too: first_cpu, bql and qemu_global_mutex
 * for each other, rcu_reader for co_tls_rcu_reader.
 *
 * Free it with qemucore_object_free; it must not outlive the core. Fails with
 * QEMUCORE_NOT_FOUND where there is no such variable or member, QEMUCORE_INVALID where the
 * expression makes no sense, and with the status of the read where a pointer can't be followed.
 */
enum qemucore_status qemucore_object_find(struct qemucore *core, const char *expression,
                                          struct qemucore_object **ret,
                                          struct qemucore_error *error);
/* The same, with the thread-local variables of a thread: QEMU's current_cpu, co_tls_rcu_reader.
   Those of the executable; QEMUCORE_UNSUPPORTED for those of libraries. */
enum qemucore_status qemucore_thread_object_find(struct qemucore *core,
                                                 const struct qemucore_thread *thread,
                                                 const char *expression,
                                                 struct qemucore_object **ret,
                                                 struct qemucore_error *error);

/*
 * What can be reached from an object: a member of a structure or union, by its name (also through
 * members without one) or by its index, from 0 in the order of declaration; an element of an array
 * or of what a pointer points to; what a pointer points to. QEMUCORE_NOT_FOUND where there is no
 * such member, and behind the last one; QEMUCORE_INVALID where the type has no such thing; else
 * the status of the read that failed.
 */
enum qemucore_status qemucore_object_member(const struct qemucore_object *object,
                                            const char *name, struct qemucore_object **ret,
                                            struct qemucore_error *error);
enum qemucore_status qemucore_object_member_at(const struct qemucore_object *object, size_t index,
                                               struct qemucore_object **ret,
                                               struct qemucore_error *error);
enum qemucore_status qemucore_object_element(const struct qemucore_object *object, int64_t index,
                                             struct qemucore_object **ret,
                                             struct qemucore_error *error);
enum qemucore_status qemucore_object_target(const struct qemucore_object *object,
                                            struct qemucore_object **ret,
                                            struct qemucore_error *error);
/* For objects that were stored through ret; those of qemucore_argument_next and
   qemucore_local_next belong to the frame. */
void qemucore_object_free(struct qemucore_object *object);

/* Without typedefs and qualifiers. */
enum qemucore_object_kind {
    QEMUCORE_OBJECT_OTHER = 0, /* has no number: floating point, a vector, an unknown type */
    QEMUCORE_OBJECT_INTEGER,
    QEMUCORE_OBJECT_CHARACTER,
    QEMUCORE_OBJECT_BOOLEAN,
    QEMUCORE_OBJECT_POINTER,
    QEMUCORE_OBJECT_ENUMERATION,
    QEMUCORE_OBJECT_STRUCTURE, /* or a union */
    QEMUCORE_OBJECT_ARRAY
};
enum qemucore_object_kind qemucore_object_kind(const struct qemucore_object *object);
/* "other", "integer", "character", ... */
const char *qemucore_object_kind_name(enum qemucore_object_kind kind);
/* Of an argument, local or member; NULL: it has none. */
const char *qemucore_object_name(const struct qemucore_object *object);
/* Bytes; 0 where unknown. A bit-field has the size of its type. */
size_t qemucore_object_size(const struct qemucore_object *object);
bool qemucore_object_is_signed(const struct qemucore_object *object);

/* Where it is. QEMUCORE_ABSENT for what is in registers, or optimized out. */
enum qemucore_status qemucore_object_address(const struct qemucore_object *object, uint64_t *ret,
                                             struct qemucore_error *error);
/*
 * The value of all that is no structure, no array and of no other kind, up to 8 bytes: sign-extended
 * to 64 bits where qemucore_object_is_signed, the address that a pointer holds. Fails with what could
 * not be read, or with QEMUCORE_ABSENT, "optimized out".
 */
enum qemucore_status qemucore_object_number(const struct qemucore_object *object, uint64_t *ret,
                                            struct qemucore_error *error);
/* What a parameter was passed, where the caller's debug info tells and its call is one of this
   function; may be known where the number is lost. */
enum qemucore_status qemucore_object_entry_number(const struct qemucore_object *object,
                                                  uint64_t *ret, struct qemucore_error *error);

/*
 * Texts, made when asked for; free *ret by free(3). Bytes of the dump are as they are there.
 * QEMUCORE_NOT_FOUND: no such text stands for the value.
 */
/* The type as in C: "const char *", "CPUState *". */
enum qemucore_status qemucore_object_type(const struct qemucore_object *object, char **ret,
                                          struct qemucore_error *error);
/* String behind a char pointer or in a char array, up to 200 bytes (*cut tells whether it goes
   on; cut may be NULL); enumerator; "true" or "false". */
enum qemucore_status qemucore_object_text(const struct qemucore_object *object, char **ret,
                                          bool *cut, struct qemucore_error *error);
/* Variable or function that a pointer points to, or that a structure or array is: "name",
   "name+0x10". */
enum qemucore_status qemucore_object_symbol(const struct qemucore_object *object, char **ret,
                                            struct qemucore_error *error);
/* The value as gdb prints it, or why there is none in <>, escaped; depth: how many structures
   within each other have their members listed, 0 for the address alone. */
enum qemucore_status qemucore_object_render(const struct qemucore_object *object, unsigned depth,
                                            char **ret, struct qemucore_error *error);

/* ---- Info -------------------------------------------------------------------------------- */

/*
 * All arguments of the process, whole, the program's own name first: from the stack that it was
 * started with, where NT_PRPSINFO (qemucore_command_line) has 79 bytes of them. NULL at once where
 * they can't be had; the other call says why then, in one sentence, and else is NULL. previous is
 * the pointer that the last call returned. Passwords among them are "***" without QEMUCORE_SHOW_SECRETS
 * (-object secret,data=...); what else may be secret nobody knows.
 */
const char *qemucore_process_argument_next(struct qemucore *core, const char *previous);
const char *qemucore_process_arguments_why_absent(struct qemucore *core);

/* What `qemu-system-... --version` says of itself, "8.2.7 (Debian 1:8.2.7+ds-1)": a text in the
   executable, which is read for it. NULL: not known, and the other call says why. */
const char *qemucore_qemu_version(struct qemucore *core);
const char *qemucore_qemu_version_why_absent(struct qemucore *core);

/* si_addr of NT_SIGINFO: the address that a SIGSEGV, SIGBUS, SIGILL, SIGFPE or SIGTRAP is about,
   where the CPU gave one. QEMUCORE_NOT_FOUND for all other signals. */
enum qemucore_status qemucore_fault_address(const struct qemucore *core, uint64_t *ret,
                                            struct qemucore_error *error);

/* ---- Slim cores -------------------------------------------------------------------------- */

/*
 * Memory of the process that is the guest's, which tells nothing of QEMU: in the order of its
 * addresses, parts of one mapping each. By ram_list where QEMU's debug info is there. Else by a rule:
 * writable memory in one piece of more than 64 MiB that is neither a stack, nor the heap, nor a
 * module's; then qemucore_guest_why_by_rule says why, and else is NULL.
 */
const struct qemucore_guest_part *
qemucore_guest_part_next(struct qemucore *core, const struct qemucore_guest_part *previous);
const char *qemucore_guest_why_by_rule(struct qemucore *core);
uint64_t qemucore_guest_part_start(const struct qemucore_guest_part *part);
uint64_t qemucore_guest_part_end(const struct qemucore_guest_part *part);
/* Bytes of it that the dump's file has. */
uint64_t qemucore_guest_part_held(const struct qemucore_guest_part *part);
/* Of its RAMBlock; NULL: by the rule. */
const char *qemucore_guest_part_name(const struct qemucore_guest_part *part);

/* Addresses [start, end). */
struct qemucore_range {
    uint64_t start;
    uint64_t end;
};

/* struct qemucore_slim.flags */
#define QEMUCORE_SLIM_ZSTD 0x1u /* compressed, in frames of 1 MiB with a seek table */

struct qemucore_slim {
    size_t size;    /* sizeof(struct qemucore_slim) */
    uint32_t flags;
    int level;      /* of compression; 0: zstd's default */
    /* Takes the next bytes. QEMUCORE_OK, or a status with which all of it fails; *error is there to
       be filled. */
    enum qemucore_status (*write)(void *opaque, const void *bytes, size_t size,
                                  struct qemucore_error *error);
    void *opaque;
    const struct qemucore_range *scrubbed; /* memory that is written as zeroes */
    size_t scrubbed_count;
};

/*
 * The same core without what qemucore_guest_part_next lists: an ELF core, of which everything here
 * says the same as of the original, and which gdb and elfutils open. Reads the original once more,
 * so not from a pipe (QEMUCORE_UNSUPPORTED). One that is cut gives a slim core that is cut.
 * *size, which may be NULL, becomes the bytes before compression.
 */
enum qemucore_status qemucore_slim_write(struct qemucore *core, const struct qemucore_slim *how,
                                         uint64_t *size, struct qemucore_error *error);

/* ---- A living process -------------------------------------------------------------------- */

/* struct qemucore_snapshot.flags */
#define QEMUCORE_SNAPSHOT_ZSTD    0x1u /* zstd in frames of 1 MiB with a seek table */
#define QEMUCORE_SNAPSHOT_STOP    0x2u /* stop all threads by ptrace for the time of the copy */
#define QEMUCORE_SNAPSHOT_PARTIAL 0x4u /* with STOP: do without threads that do not come in time */

struct qemucore_snapshot {
    size_t size;      /* sizeof(struct qemucore_snapshot) */
    uint32_t flags;
    uint32_t stop_ms; /* with STOP: how long threads are waited for, at most 10000; default 50 */
    int level;        /* of compression; 0: zstd's default */
    uint32_t reserved; /* 0 */
    /* As in struct qemucore_slim. The core is written when all has been copied, and no thread is
       stopped any more. */
    enum qemucore_status (*write)(void *opaque, const void *bytes, size_t size,
                                  struct qemucore_error *error);
    void *opaque;
    /* With STOP: called right before the first thread is stopped, and when all go on. NULL: not. */
    void (*paused)(void *opaque, bool is_paused);
    void *paused_opaque;
};

/* How the threads were met. */
struct qemucore_snapshot_result {
    size_t size;        /* sizeof(struct qemucore_snapshot_result) */
    uint32_t threads;
    uint32_t asleep;    /* proved: not on a CPU at any time while memory was copied */
    uint32_t ran;       /* while it was copied */
    uint32_t on_cpu;    /* their registers are not known */
    uint32_t stopped;
    uint32_t late;      /* that did not stop in time */
    uint32_t rounds;    /* copies that were made */
    uint32_t reserved;  /* 0 */
    uint64_t pause_ns;  /* from the first stop to the last going on; 0: no thread was stopped */
    uint64_t copy_ns;
    uint64_t left_out;  /* bytes of memory that were there and are not in the core */
    uint64_t core_size; /* bytes, before compression */
};

/*
 * Writes a core of a living process, without the guest's memory: an ordinary ELF core, which
 * qemucore_open, gdb and elfutils open, with notes of its own (doc/snapshot.md) for what /proc tells.
 *
 * By default no thread is touched: where a sleeping thread is, and that it has not run meanwhile, the
 * kernel tells. Of threads that ran, all answers here say so. To have no file of it, write into a
 * memfd_create(2), and qemucore_open_fd that.
 *
 * With QEMUCORE_SNAPSHOT_STOP a thread is made that is the tracer, and has ended before the core is
 * written: a thread that has not stopped in time is let go by that, too. Children of this process are left
 * alone. Whoever wants a stronger brake makes this call in a child, and kills that at a deadline, as
 * qemucore-snapshot does: the kernel lets go of all threads when their tracer ends. QEMUCORE_LIMIT: some
 * did not come in time, and nothing was written; all go on.
 *
 * QEMUCORE_NOT_FOUND: no such process, or it has ended meanwhile. Rights are those of ptrace. result may
 * be NULL.
 */
enum qemucore_status qemucore_snapshot(int pid, const struct qemucore_snapshot *how,
                                       struct qemucore_snapshot_result *result,
                                       struct qemucore_error *error);

/* ---- Why --------------------------------------------------------------------------------- */

/*
 * Gives the verdict another dump of the same process, made some seconds earlier: what has not moved in
 * between is said, and what has is not called stuck. Before the verdict is asked for first; once.
 * `earlier` outlives core. QEMUCORE_INVALID: they are of two processes (pid, auxiliary vector, the
 * kernel's random bytes), or in the wrong order.
 */
enum qemucore_status qemucore_compare(struct qemucore *core, struct qemucore *earlier,
                                      struct qemucore_error *error);

/*
 * What the process was at, by a table of rules over all of the above: "healthy"; "waiting", sound,
 * and somebody outside of it has to act; "stuck"; "crashed"; "unknown". A dump that somebody made by
 * a signal (kill -ABRT) or a debugger is no crash. *sentence says it in one sentence, without a full
 * stop; *next who must act next and what to look at, and may be empty. Both pointers may be NULL.
 */
const char *qemucore_verdict(struct qemucore *core, const char **sentence, const char **next);
/* The same state as a number, for a switch; qemucore_verdict_state_name says the word. */
enum qemucore_verdict_state {
    QEMUCORE_VERDICT_UNKNOWN = 0,
    QEMUCORE_VERDICT_HEALTHY,
    QEMUCORE_VERDICT_WAITING,
    QEMUCORE_VERDICT_STUCK,
    QEMUCORE_VERDICT_CRASHED
};
enum qemucore_verdict_state qemucore_verdict_state(struct qemucore *core);
const char *qemucore_verdict_state_name(enum qemucore_verdict_state state);
/* One word for the same hang, whichever machine and process it was, to find duplicates: parts with a
   colon between them. The rule; the functions of its evidence; of what kind the cause is: the driver
   that has the requests, the type of the device, the run state. No addresses, lines, thread ids, no
   names of disks or hosts. "drain:bdrv_drain_all_begin:nbd", "run-state:paused". Of a state that is
   unknown "unknown" comes first, then what it hangs on: "unknown:at-work:gui_update". Where nothing is
   stuck, warnings of the same form follow: "run-state:running:job:ready". */
const char *qemucore_verdict_signature(struct qemucore *core);
/* What can't be told, and why, one sentence each, index from 0; NULL behind the last. */
const char *qemucore_verdict_unknown(struct qemucore *core, size_t index);

/* What the rules have found, the gravest first; it is the verdict, but for warnings. */
struct qemucore_finding *qemucore_finding_next(struct qemucore *core,
                                               const struct qemucore_finding *previous);
/* "drain", "bql-held", "incoming-idle", "crash-assertion", ...; more may come. */
const char *qemucore_finding_rule(const struct qemucore_finding *finding);
/* Commits of QEMU or discussions that tell of such a case. */
const char *qemucore_finding_origin(const struct qemucore_finding *finding);
/* "normal", "warning" (no verdict rests on it), "waiting", "stuck", "crash". */
const char *qemucore_finding_severity(const struct qemucore_finding *finding);
enum qemucore_severity {
    QEMUCORE_SEVERITY_NORMAL = 0,
    QEMUCORE_SEVERITY_WARNING,
    QEMUCORE_SEVERITY_WAITING,
    QEMUCORE_SEVERITY_STUCK,
    QEMUCORE_SEVERITY_CRASH
};
enum qemucore_severity qemucore_finding_severity_code(const struct qemucore_finding *finding);
const char *qemucore_severity_name(enum qemucore_severity severity);
/* Of a warning: whether it speaks against all being well. As long as one does, the state is unknown at
   best. */
bool qemucore_finding_is_doubt(const struct qemucore_finding *finding);
const char *qemucore_finding_sentence(const struct qemucore_finding *finding);
/* Who must act next, a sentence; NULL: nobody in particular. */
const char *qemucore_finding_actor(const struct qemucore_finding *finding);
/* What to look at next; NULL: nothing. */
const char *qemucore_finding_look_at(const struct qemucore_finding *finding);

/* Known bugs of QEMU that a finding looks like, and that this QEMU may have by its version: what the
   stacks or the last words are those of, not what is sure to be the cause. Distributions, and stable
   releases, may have the fix as a patch. */
struct qemucore_known *qemucore_known_next(const struct qemucore_finding *finding,
                                           const struct qemucore_known *previous);
/* All of it, as the tool prints it, without the last full stop. */
const char *qemucore_known_sentence(const struct qemucore_known *known);
/* What it does, a sentence. */
const char *qemucore_known_title(const struct qemucore_known *known);
/* "issue 2043" (gitlab.com/qemu-project/qemu), "launchpad 1805256"; NULL: none is known. */
const char *qemucore_known_issue(const struct qemucore_known *known);
/* Releases of QEMU's main line, as "8.2": the first without the bug, the first with it (NULL: not
   known); and the commit of the fix. */
const char *qemucore_known_fixed_in(const struct qemucore_known *known);
const char *qemucore_known_commit(const struct qemucore_known *known);
const char *qemucore_known_introduced_in(const struct qemucore_known *known);
/* What helps without the fix, a sentence; NULL: nothing is known. */
const char *qemucore_known_workaround(const struct qemucore_known *known);

/* What a finding rests on. */
struct qemucore_evidence *qemucore_evidence_next(const struct qemucore_finding *finding,
                                                 const struct qemucore_evidence *previous);
const char *qemucore_evidence_sentence(const struct qemucore_evidence *evidence);
/* Each of these is NULL, or 0, where the evidence is about no such thing. A field is an expression
   as of qemucore_object_find, where it has that form. */
struct qemucore_thread *qemucore_evidence_thread(const struct qemucore_evidence *evidence);
struct qemucore_frame *qemucore_evidence_frame(const struct qemucore_evidence *evidence);
const char *qemucore_evidence_field(const struct qemucore_evidence *evidence);
uint64_t qemucore_evidence_address(const struct qemucore_evidence *evidence);

/* ---- Renderings -------------------------------------------------------------------------- */

/* struct qemucore_render.flags */
#define QEMUCORE_RENDER_BACKTRACE 0x1u  /* stacks, else a table of a line a thread */
#define QEMUCORE_RENDER_JSON      0x2u  /* schema "qemucore-threads/1", else text */
#define QEMUCORE_RENDER_COLOR     0x4u  /* ANSI colours in the text */
#define QEMUCORE_RENDER_BUILD_ID  0x8u  /* the module's build-id behind each frame of the text */
#define QEMUCORE_RENDER_LOCALS    0x10u /* local variables of each frame, with BACKTRACE */
#define QEMUCORE_RENDER_MEMBERS   0x20u /* members of structures, three deep, not addresses */
#define QEMUCORE_RENDER_ALL       0x40u /* of locks: quiet ones too, if they have a name; of
                                           coroutines: idle ones too */
#define QEMUCORE_RENDER_DOT       0x80u /* of locks: the wait graph in Graphviz's language */
#define QEMUCORE_RENDER_GROUP     0x100u /* in the text of threads or coroutines, those of equal
                                            stacks as one */
#define QEMUCORE_RENDER_MISSING   0x200u /* of info: only the files that are not here, a line each:
                                            build-id, "executable", "library" or "debuginfo", path */

struct qemucore_render {
    size_t size;         /* sizeof(struct qemucore_render) */
    uint32_t flags;
    uint32_t max_frames; /* frames of a stack that are shown; 0: all */
    int lwp;             /* only this thread; 0: all */
    const char *more;    /* how whoever reads the text gets what it leaves out: "-v", for a command
                            of that option; NULL: that is not said */
    const char *only;    /* with JSON: the members of the document that are wanted, names with commas
                            between them, "findings,unknown"; "schema" is always there. NULL: all.
                            QEMUCORE_NOT_FOUND: it has none of a name */
    uint32_t limit;      /* with JSON: at most so many elements of each list that is in no other; 0:
                            all. What is not whole, the last member says: "cut": {"threads": 5000},
                            how many there are */
    uint32_t from;       /* with JSON: of such lists, the first so many are passed over */
};

/* Threads as the tool qemucore-threads prints them, a NUL-terminated text in *ret, to be freed by
   free(3). Control characters from the dump are escaped. QEMUCORE_NOT_FOUND: no thread lwp. */
enum qemucore_status qemucore_threads_render(struct qemucore *core,
                                             const struct qemucore_render *render, char **ret,
                                             struct qemucore_error *error);

/* Coroutines as the tool qemucore-coroutines prints them. Flags BACKTRACE, JSON (schema
   "qemucore-coroutines/1"), COLOR, BUILD_ID, LOCALS, MEMBERS, ALL; lwp is not looked at. Unwinds all
   threads. Free *ret by free(3). */
enum qemucore_status qemucore_coroutines_render(struct qemucore *core,
                                                const struct qemucore_render *render, char **ret,
                                                struct qemucore_error *error);

/* What the tool qemucore-locks prints: cycles with, by BACKTRACE, evidence and stacks; chains;
   anomalies; objects. Flags BACKTRACE, JSON (schema "qemucore-locks/1"), COLOR, ALL, DOT; lwp is
   not looked at. Free *ret by free(3). */
enum qemucore_status qemucore_locks_render(struct qemucore *core,
                                           const struct qemucore_render *render, char **ret,
                                           struct qemucore_error *error);

/* What the tool qemucore-inspect prints: objects by expressions as of qemucore_object_find, decoded
   where they are of a kind of qemucore_lock_kind (pointers to such are followed), else their
   members, and of a Coroutine its state and its stack. Flags JSON (schema "qemucore-inspect/1") and
   COLOR; lwp: whose thread-locals are meant.
   What an expression does not find has why_absent in the document, and nothing in the text:
   qemucore_object_find says why. Free *ret by free(3). */
enum qemucore_status qemucore_inspect_render(struct qemucore *core,
                                             const char *const *expressions, size_t count,
                                             const struct qemucore_render *render, char **ret,
                                             struct qemucore_error *error);

/* What the tool qemucore-info prints: process, version, command line, what QEMU was at, modules, and
   how to get the debug info that is not here; flags JSON (schema "qemucore-info/1"), COLOR or
   MISSING, which is neither of the two and needs no stacks.
   Unwinds all threads, looks for the files of all modules, and into the lists of the machine's
   package manager, but with QEMUCORE_NO_HOST_FILES only below a sysroot. Free *ret by free(3). */
enum qemucore_status qemucore_info_render(struct qemucore *core,
                                          const struct qemucore_render *render, char **ret,
                                          struct qemucore_error *error);

/* The topics that qemucore_parts_render knows: their names, in alphabetical order ("handlers", "timers"),
   and a phrase of help on one. previous NULL: the first; NULL: none behind it, or none of that name. */
const char *qemucore_part_next(const char *previous);
const char *qemucore_part_help(const char *name);

/* What qemucore-info --part=NAMES prints: those topics of QEMU's memory, each whole. names: one, or
   several with commas between them; another name is QEMUCORE_INVALID. Flags JSON (schema
   "qemucore-info/1", of which it has the members core and parts) and COLOR. Free *ret by free(3). */
enum qemucore_status qemucore_parts_render(struct qemucore *core, const char *names,
                                           const struct qemucore_render *render, char **ret,
                                           struct qemucore_error *error);
/* What the last such call could not tell, one sentence each, index from 0; NULL behind the last. They
   live until the next one. */
const char *qemucore_part_problem(const struct qemucore *core, size_t index);

/* What the tool qemucore-why prints: the verdict, its evidence, the state, threads by their stacks;
   flags JSON (schema "qemucore-why/1"), COLOR, BACKTRACE or ALL (all findings and evidence, and
   the stacks). Free *ret by free(3). */
enum qemucore_status qemucore_why_render(struct qemucore *core,
                                         const struct qemucore_render *render, char **ret,
                                         struct qemucore_error *error);

/* struct qemucore_report.format */
#define QEMUCORE_REPORT_HTML     0u /* a page, in one file that loads nothing */
#define QEMUCORE_REPORT_MARKDOWN 1u /* for a ticket */
#define QEMUCORE_REPORT_JSON     2u /* the documents of the other renderings in one, schema
                                       "qemucore-report/1" */
#define QEMUCORE_REPORT_BACKTRACE 3u /* the stacks of threads as satyr and ABRT keep them, in a file
                                        "core_backtrace" */

/* struct qemucore_report.flags */
#define QEMUCORE_REPORT_REDACT 0x1u /* leave out what the process had as strings, absolute paths, the
                                       names of files and of who is at the other end of descriptors,
                                       and what options of the command line were given */

struct qemucore_report {
    size_t size;         /* sizeof(struct qemucore_report) */
    uint32_t format;
    uint32_t flags;
    /* Draws the wait graph: given a text in Graphviz's language it answers an SVG, made by malloc(3),
       which the page then has in it; NULL: it can't, and the page says so. Whoever runs a program for it
       gives it nothing else of the dump. NULL: nobody draws. */
    char *(*draw)(void *opaque, const char *dot);
    void *opaque;
};

/* All of the above in one: what the tool qemucore-report writes. The verdict, what it rests on, who must
   act; the way of requests that have not ended; who waits for whom; stacks of threads and coroutines with
   arguments and locals, as far as the page stays small; locks, state, modules, what could not be told.
   report may be NULL: a page, without a picture of the waits. Free *ret by free(3). */
enum qemucore_status qemucore_report_render(struct qemucore *core,
                                            const struct qemucore_report *report, char **ret,
                                            struct qemucore_error *error);

/* What the tool qemucore-slim prints behind qemucore_slim_write: the file, its size, that before
   compression, and what was left out; flags JSON (schema "qemucore-slim/1") and COLOR, which changes
   nothing yet. Free *ret by free(3). */
enum qemucore_status qemucore_slim_render(struct qemucore *core, const char *output,
                                          uint64_t output_size, uint64_t core_size,
                                          const struct qemucore_render *render, char **ret,
                                          struct qemucore_error *error);

/* ---- JSON ---------------------------------------------------------------------------------- */

/*
 * All that is known of a topic as one document, of the schema that is installed for it
 * (PREFIX/share/libqemucore/schema/qemucore-TOPIC.schema.json): "coroutines", "info", "locks", "report",
 * "threads", "why", with stacks where the schema has them; or one of the topics of qemucore_part_next,
 * whose schema is that of info. QEMUCORE_NOT_FOUND: no such topic. Free *ret by qemucore_free.
 */
enum qemucore_status qemucore_json(struct qemucore *core, const char *topic, char **ret,
                                   struct qemucore_error *error);

/* Those topics: the six, then the others. previous NULL: the first; NULL: none behind it, or none of that
   name. */
const char *qemucore_json_topic_next(const char *previous);

#ifdef __cplusplus
}
#endif

#endif
