/*
 * qemucore.h - what a QEMU host process was doing, read from its core dump
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * This header is the manual of the library. It compiles as C99 and as C++11.
 *
 * A first program (doc/example.c has all of it):
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
 * Ownership: what is *returned* is borrowed and lives as long as the handle that the first argument
 * is or belongs to, and so does what is stored through any parameter but ret (*sentence, *why,
 * *name, *owner). What is *stored through ret* is yours to free. On failure *ret is untouched.
 * Every close and free accepts NULL.
 *
 * A call that returns bool and stores a value through ret returns false, and leaves *ret untouched,
 * when the value is not known; ret may be NULL there. No other pointer, and no handle, may be NULL
 * unless its comment says so: that is the caller's mistake, and the library does not check for it.
 *
 * A struct that begins with its size: zero it, set size to its sizeof as you compile it, and fill
 * in the members that you need. One that is larger than the library's is accepted if its tail is zero,
 * and QEMUCORE_INVALID otherwise; of a smaller one as much is used, or written, as there is.
 *
 * Most words (states, kinds, roles) also have a code, for a switch; a newer library may return
 * codes that a program does not know. ..._name(code) returns the word of any code.
 *
 * Iteration is next(parent, previous): previous NULL asks for the first item, and NULL is returned
 * after the last. A list is determined before its first item is returned, so that no next() fails
 * half-way.
 *
 * Threads of the caller: one handle is used by one thread at a time; different handles are
 * independent. Threads of the library, which help with large files and with debug info, end before
 * the call that started them returns, and take no signals. A process that may use only one CPU
 * (taskset) never has any. The library never logs, forks, exits, writes to a stream or touches a
 * signal. It opens files read-only. It creates no files, except that libdebuginfod fills its cache
 * if asked to (QEMUCORE_DEBUGINFOD), and that files which modules need from a sysroot that is an
 * image are kept below TMPDIR until qemucore_close. Its only global state is a count of what the
 * machine has refused (memory, descriptors), by which each handle knows that its answers are
 * incomplete.
 *
 * Incomplete is not failure. A dump that ends early, a module without its file or a stack that
 * stops half-way costs that one thing, and the reason is kept with it: qemucore_missing_next,
 * qemucore_module_problem, qemucore_thread_end.
 *
 * Text from the dump (names, paths, the command line) is returned as it is, and may have any byte
 * but NUL. The renderings at the end of this header escape it; your own output must do so, too.
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

/* Version of this header. Versioning is semantic: a program works with every library that has the
   major number it was compiled with and is not older. */
#define QEMUCORE_VERSION_MAJOR 1
#define QEMUCORE_VERSION_MINOR 0
#define QEMUCORE_VERSION_PATCH 0
#define QEMUCORE_VERSION_STRING "1.0.0"

/* Returns the version of the library at run time: "1.0.0". */
const char *qemucore_version(void);

/* Returns what this library was built with: words in alphabetical order, with a space between them.
   "archive" (a sysroot may be an image of a container), "debuginfod", and the containers of a core
   that it reads: "gzip", "lz4", "xz", "zstd". More may come. */
const char *qemucore_features(void);

/* Frees a text that was stored through ret. It is free(3), for callers that have another free. */
void qemucore_free(void *text);

/* ---- Errors ------------------------------------------------------------------------------ */

/*
 * The result of every call that can fail. Values are part of the ABI; new ones are added at the
 * end. ABSENT, TRUNCATED, CORRUPT and LIMIT are four answers to the question "where are these
 * bytes": the dump was made without them; the file ends before them; the container or the ELF
 * structures that lead to them are damaged; the library could reach them, but one of its own limits
 * (see struct qemucore_options) forbids it.
 */
enum qemucore_status {
    QEMUCORE_OK = 0,
    QEMUCORE_INVALID = -1,     /* an argument is wrong: the caller's mistake */
    QEMUCORE_NO_MEMORY = -2,
    QEMUCORE_SYSTEM = -3,      /* a system call failed: os_errno is its errno */
    QEMUCORE_UNSUPPORTED = -4, /* valid, but unsupported: a container not built in, a 32-bit core */
    QEMUCORE_CORRUPT = -5,
    QEMUCORE_TRUNCATED = -6,
    QEMUCORE_ABSENT = -7,
    QEMUCORE_LIMIT = -8,
    QEMUCORE_NOT_FOUND = -9,   /* no such symbol, module or file */
    QEMUCORE_CANCELLED = -10,  /* options.progress returned false */
    QEMUCORE_TIMED_OUT = -11   /* options.deadline has passed */
};

/* Returns a phrase for a status: "not found", "truncated", "not in the dump" (ABSENT), "damaged"
   (CORRUPT), ... Never NULL, not even for an unknown value. */
const char *qemucore_status_name(enum qemucore_status status);

/*
 * Why a call failed. The caller owns the struct, and may pass NULL instead. It is filled on failure
 * only. The message goes from the outer cause to the inner one and has no newline: "opening
 * vm.core.zst: NT_FILE: entry 41 ends past the note". A message that does not fit is cut, but
 * always terminated. Unlike the others this struct has no size member and never grows.
 */
struct qemucore_error {
    enum qemucore_status status;
    int os_errno;       /* errno of the system call for QEMUCORE_SYSTEM, else 0 */
    uint64_t address;   /* address in the process that the message is about; 0: none */
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
#define QEMUCORE_DEBUGINFOD    0x2u /* ask the servers in DEBUGINFOD_URLS for files and debug info
                                       that are not here; QEMUCORE_UNSUPPORTED if the library was
                                       built without libdebuginfod */
#define QEMUCORE_SHOW_SECRETS  0x4u /* return passwords of the command line, and in the names of
                                       files, as they are; without it they are "***" */

/*
 * How to open a core. Zero means "the default" for every member but size. Strings are copied.
 */
struct qemucore_options {
    size_t size;                  /* sizeof(struct qemucore_options) as the caller compiled it */
    const char *executable;       /* file of the main executable; default: as the core names it. One
                                     that can't be used is a qemucore_module_problem */
    const char *sysroot;          /* prefix of every path that the core names; symbolic links in it
                                     that are absolute or lead upwards stay below it. With a sysroot
                                     the files of this machine are not used. It may be an image
                                     of a container: an OCI layout, or a tar (plain, gzip, xz,
                                     zstd) of one, of docker save, or of the root file system;
                                     files that modules need are unpacked into a directory below
                                     TMPDIR (default: /var/tmp) until qemucore_close.
                                     QEMUCORE_UNSUPPORTED without libarchive. Default: none */
    const char *const *debuginfo_paths; /* directories with separate debug files, searched before
                                     /usr/lib/debug; modules' own files are searched below their
                                     .build-id, too. Or files, each of which is used for the
                                     module that has its build-id */
    size_t debuginfo_path_count;
    uint32_t flags;               /* QEMUCORE_NO_HOST_FILES, QEMUCORE_DEBUGINFOD, ... */
    uint32_t max_frames;          /* most frames of a stack to unwind, without inlined ones and
                                     jumps (tail calls); default and maximum 4096. Of a longer stack
                                     the 64 outermost frames are kept as well
                                     (qemucore_frame_left_out) */
    uint64_t memory_budget;       /* bytes to keep of a compressed core's memory, default 96 MiB;
                                     a read of the rest makes another pass over the file, or fails
                                     with QEMUCORE_LIMIT if the core came from standard input */
    uint64_t window_limit;        /* largest zstd window or xz dictionary to accept, in bytes;
                                     default 128 MiB (zstd's own default, --long=27), at most 2 GiB
                                     (--long=31) */
    uint64_t ratio_limit;         /* after 16 GiB of output: most bytes of output for one compressed
                                     byte before the file counts as a decompression bomb;
                                     default 20000 */
    /* Called now and then during a pass over the file. done and total are bytes of the file as
       stored on disk; total is 0 if unknown. Returning false cancels: an open fails with
       QEMUCORE_CANCELLED; what would take another pass of an open core is missing. */
    bool (*progress)(void *opaque, uint64_t done, uint64_t total);
    void *progress_opaque;
    /* Called with a line (no newline) for each download that begins, and for each request of these
       options that fails: a debuginfo path that does not exist, servers that do not answer. */
    void (*notice)(void *opaque, const char *line);
    void *notice_opaque;
    uint32_t debuginfod_seconds;  /* seconds that all downloads together may take; default 60 */
    uint32_t reserved;            /* must be 0 */
    /* Called with QEMUCORE_DEBUGINFOD in place of the servers, for a process without network. Takes
       and returns what qemucore_debuginfod_fetch does, which another process may call for it. The
       file is checked like any other. NULL: the library asks the servers itself. */
    int (*fetch)(void *opaque, bool executable, const uint8_t *build_id, size_t size,
                 double seconds, char **path);
    void *fetch_opaque;
    /* Time of CLOCK_MONOTONIC, in nanoseconds; 0: none. Nothing long is begun after it: no pass
       over the file, no stack, no file of a module. What was found before is returned, the rest is
       missing (QEMUCORE_TIMED_OUT), and no verdict is certain. If not even the headers of the core
       were read, opening it fails with that status. It does not end a read of a disk that hangs. */
    uint64_t deadline;
    /* Called before servers are asked, for a file of a module that this machine lacks: its own file
       (executable), or one with its debug info. This is all that a symbol server takes. Returns a
       descriptor of a regular file, which the library closes; or -1 and the path of one in *path;
       or -1. *path is allocated by malloc(3); with a descriptor it is optional, the name of the
       file in messages. The file must have the build-id. */
    int (*provide)(void *opaque, bool executable, const uint8_t *build_id, size_t size, char **path);
    void *provide_opaque;
    /* Called with each item of qemucore_missing_next when it is found, during the call that finds
       it, even during an open that fails. The item lives as long as the core. The function may ask
       for its status, offset and sentence, but for nothing else of the core. */
    void (*warning)(void *opaque, const struct qemucore_missing *missing);
    void *warning_opaque;
    const char *proc;             /* copy of /proc/PID, made while the process lived; the library
                                     reads its task/TID/{stat,status,comm,wchan,stack,schedstat} and
                                     links fd/N. If it is none, opening fails. Default: none */
};

/* struct qemucore_source.flags */
#define QEMUCORE_SOURCE_FORWARD 0x1u /* can be read only once, from front to back, like a pipe */

/*
 * The stored bytes of a core that is not a file: a member of a tar, an object in a store, the
 * output of a decryption. It works like a file, with jumps and qemucore_slim_write; with
 * QEMUCORE_SOURCE_FORWARD like a pipe.
 */
struct qemucore_source {
    size_t size;     /* sizeof(struct qemucore_source) */
    uint64_t length; /* number of bytes; ignored with QEMUCORE_SOURCE_FORWARD */
    uint32_t flags;
    uint32_t reserved; /* must be 0 */
    /* Reads up to size bytes at offset into buffer. Returns how many, at least one; 0 at the end;
       or -errno. Called only by the thread that calls the library, also after the core is open; raw
       cores are read in small pieces. */
    int64_t (*read)(void *opaque, uint64_t offset, void *buffer, size_t size);
    void *opaque;
    const char *name; /* name in messages and of qemucore_path; copied. NULL: "a source" */
};

/*
 * Asks the servers in DEBUGINFOD_URLS for the file (executable), or the debug info, of a build-id
 * of size bytes, for at most `seconds`. Returns a descriptor to be closed, and in *path, to be
 * freed, the file's path in the cache; or -errno: -ENOENT if no server has the file, -ENOSYS
 * without libdebuginfod. Needs no core.
 */
int qemucore_debuginfod_fetch(bool executable, const uint8_t *build_id, size_t size,
                              double seconds, char **path);

/*
 * Opens a core dump of a 64-bit Linux process, raw or compressed: by gzip with any number of
 * members, zstd with any number of frames, and if they are built in xz and lz4. The content tells
 * which, not the name. Makes one pass over the file, from front to back, without a temporary file.
 * "-" is standard input. options may be NULL.
 *
 * Fails when nothing is known about the process: no such file, not an ELF core, a 32-bit core, an
 * unsupported container. A core that is cut or damaged opens with what comes before the damage, and
 * qemucore_missing_next says what is missing.
 */
enum qemucore_status qemucore_open(const char *path, const struct qemucore_options *options,
                                   struct qemucore **ret, struct qemucore_error *error);

/* The same for a descriptor of a file or a pipe, open for reading. You close it, after
   qemucore_close. It is read by pread if possible, and its offset does not move then. */
enum qemucore_status qemucore_open_fd(int fd, const struct qemucore_options *options,
                                      struct qemucore **ret, struct qemucore_error *error);

/* The same for a source. Its function and opaque must work until qemucore_close. */
enum qemucore_status qemucore_open_source(const struct qemucore_source *source,
                                          const struct qemucore_options *options,
                                          struct qemucore **ret, struct qemucore_error *error);
void qemucore_close(struct qemucore *core);

/* Sets another deadline for the calls from here on, as options.deadline; 0: none. */
void qemucore_deadline_set(struct qemucore *core, uint64_t deadline);

/* ---- The process ------------------------------------------------------------------------- */

/* The path given to qemucore_open; "/proc/self/fd/N" for a descriptor; the name of a source. */
const char *qemucore_path(const struct qemucore *core);

/* "raw", "gzip", "zstd", "xz" or "lz4". */
const char *qemucore_container(const struct qemucore *core);

/* "x86_64", "aarch64", "loongarch64", "riscv64", "s390x", "ppc64le"; "unknown": another
   ELF e_machine. Such a core opens too, without registers. */
const char *qemucore_machine(const struct qemucore *core);

/* Returns the process id; 0: not known, since there is no NT_PRPSINFO. */
int qemucore_pid(const struct qemucore *core);

/* Returns the signal that made the dump: pr_cursig of the crashing thread. 0: there was none, as
   for gcore of a healthy process, whose NT_SIGINFO has gdb's own SIGSTOP. *sender becomes si_pid if
   NT_SIGINFO says that a process sent the signal (si_code <= 0), else 0; sender may be NULL. */
int qemucore_signal(const struct qemucore *core, int *sender);

/* Returns the path of the main executable as the core names it (NT_FILE at AT_PHDR, else
   AT_EXECFN); NULL: it names none. */
const char *qemucore_executable(const struct qemucore *core);

/* Returns pr_fname of NT_PRPSINFO, the first 15 bytes of the main thread's name; NULL: no note. */
const char *qemucore_process_name(const struct qemucore *core);

/* Returns pr_psargs of NT_PRPSINFO: the first 79 bytes of the command line; NULL: no such note.
   Passwords are "***" without QEMUCORE_SHOW_SECRETS. */
const char *qemucore_command_line(const struct qemucore *core);

/* Stores an entry of the auxiliary vector (AT_* of <elf.h>). QEMUCORE_NOT_FOUND: it has none. */
enum qemucore_status qemucore_auxv(const struct qemucore *core, uint64_t type, uint64_t *ret,
                                   struct qemucore_error *error);

/*
 * What is missing, in three kinds. What should be in the file and is not: a cut or damaged
 * container, segments that end after the end of file, notes that make no sense. What is impossible
 * in QEMU's own data: a list that leads back to itself or does not fit together, a counter that is
 * negative or contradicts another. What this machine lacked: memory or descriptors ran out, a file
 * could not be read. A sound dump has no item; qemucore_is_complete says that as a bool. Memory
 * that the kernel was never asked to dump (coredump_filter, MADV_DONTDUMP) is not missing in this
 * sense. Memory beyond options.memory_budget that can't be fetched again is, from the first call
 * that needs it (QEMUCORE_LIMIT): so ask after all other calls. Items that were returned stay
 * valid.
 */
const struct qemucore_missing *qemucore_missing_next(const struct qemucore *core,
                                                     const struct qemucore_missing *previous);
/* QEMUCORE_TRUNCATED, QEMUCORE_CORRUPT or QEMUCORE_LIMIT; QEMUCORE_ABSENT: who wrote the dump left it
   out; QEMUCORE_UNSUPPORTED: a later frame of the container can't be decoded. If this machine is the
   reason, QEMUCORE_NO_MEMORY or QEMUCORE_SYSTEM; QEMUCORE_TIMED_OUT, QEMUCORE_CANCELLED. */
enum qemucore_status qemucore_missing_status(const struct qemucore_missing *missing);
/* Offset in the uncompressed core where the missing part begins; 0: it is about no such place. */
uint64_t qemucore_missing_offset(const struct qemucore_missing *missing);
/* One sentence that says what is missing and why, with status and offset. */
const char *qemucore_missing_sentence(const struct qemucore_missing *missing);
bool qemucore_is_complete(const struct qemucore *core);

enum qemucore_warning_code {
    QEMUCORE_WARNING_MISSING = 1, /* an item of qemucore_missing_next */
    QEMUCORE_WARNING_MODULE,      /* a qemucore_module_problem */
    QEMUCORE_WARNING_COROUTINES,  /* the qemucore_coroutine_problem */
    QEMUCORE_WARNING_LOCKS,       /* a qemucore_lock_problem */
    QEMUCORE_WARNING_STATE,       /* a qemucore_state_problem */
    QEMUCORE_WARNING_VERDICT      /* a qemucore_verdict_unknown */
};
/* "missing", "module", "coroutines", "locks", "state", "verdict". */
const char *qemucore_warning_code_name(enum qemucore_warning_code code);

/*
 * All of those in one list, to tell a user what the answers lack: first what is missing, then what
 * is not known. previous NULL computes everything and completes the list, which takes as long as a
 * verdict the first time; items that were returned before stay valid.
 */
const struct qemucore_warning *qemucore_warning_next(struct qemucore *core,
                                                     const struct qemucore_warning *previous);
enum qemucore_warning_code qemucore_warning_code(const struct qemucore_warning *warning);
const char *qemucore_warning_sentence(const struct qemucore_warning *warning);
/* Returns the module that the warning is about; NULL: no module. */
struct qemucore_module *qemucore_warning_module(const struct qemucore_warning *warning);

/* ---- Memory ------------------------------------------------------------------------------ */

/*
 * Reads memory of the process as it was: from the dump, and if the dump was made without a file's
 * pages (the kernel leaves text out), from the module's file, if that is the very file (see
 * qemucore_module_file). Reads all size bytes or fails: error->address is then the first address
 * that could not be read, and the status says why. Zeroes are never made up.
 */
enum qemucore_status qemucore_memory_read(struct qemucore *core, uint64_t address, void *buffer,
                                          size_t size, struct qemucore_error *error);

/* Reads as many of the size bytes as can be read from address on without a gap. *done becomes their
   number, at least 1; the rest of buffer is unspecified. Fails if the first byte can't be read. */
enum qemucore_status qemucore_memory_read_some(struct qemucore *core, uint64_t address, void *buffer,
                                               size_t size, size_t *done,
                                               struct qemucore_error *error);

/* Reads a NUL-terminated string of at most `most` bytes (but at most 1 MiB), the NUL not counted.
   QEMUCORE_LIMIT: it is longer. Free *ret by qemucore_free. */
enum qemucore_status qemucore_memory_string(struct qemucore *core, uint64_t address, size_t most,
                                            char **ret, struct qemucore_error *error);

/*
 * Mappings of the process that the dump lists (PT_LOAD), in the order of the file, which is that of
 * addresses if kernel or gdb wrote it. A dump that was cut lists all of them, too.
 */
const struct qemucore_mapping *qemucore_mapping_next(const struct qemucore *core,
                                                     const struct qemucore_mapping *previous);
uint64_t qemucore_mapping_start(const struct qemucore_mapping *mapping);
uint64_t qemucore_mapping_end(const struct qemucore_mapping *mapping);
/* Returns QEMUCORE_MAPPING_* bits. */
uint32_t qemucore_mapping_flags(const struct qemucore_mapping *mapping);
#define QEMUCORE_MAPPING_EXECUTE 0x1u
#define QEMUCORE_MAPPING_WRITE   0x2u
#define QEMUCORE_MAPPING_READ    0x4u
/* Bytes from its start that the dump was made with; the rest is absent, or in the file. */
uint64_t qemucore_mapping_held(const struct qemucore_mapping *mapping);
/* Returns the path of the mapped file, from NT_FILE; *offset, which may be NULL, becomes the offset
   in the file, in bytes. NULL: no file, or not known. */
const char *qemucore_mapping_file(const struct qemucore *core,
                                  const struct qemucore_mapping *mapping, uint64_t *offset);

/* ---- Notes ------------------------------------------------------------------------------- */

/*
 * The notes of PT_NOTE, for content that no other call returns: registers of the floating point
 * unit, the kernel's siginfo_t, notes unknown to this library. In the order of the file, the first
 * 1,048,576 of them. A damaged note is the last of its segment.
 */
const struct qemucore_note *qemucore_note_next(const struct qemucore *core,
                                               const struct qemucore_note *previous);
/* Who defines its type: "CORE", "LINUX", "GDB"; NULL: an unknown name of more than 23 bytes. */
const char *qemucore_note_name(const struct qemucore_note *note);
/* Returns n_type: NT_* of <elf.h> if the name is "CORE" or "LINUX". */
uint32_t qemucore_note_type(const struct qemucore_note *note);
/* Offset of its content in the uncompressed core, and its size, in bytes. The core may be cut. */
uint64_t qemucore_note_offset(const struct qemucore_note *note);
uint64_t qemucore_note_size(const struct qemucore_note *note);
/* Returns the thread of a note, in the order that kernel and gdb write: a "CORE" or "LINUX" note is
   about the thread of the last NT_PRSTATUS before it. NULL: it is about the whole process
   (NT_PRPSINFO, NT_AUXV, NT_FILE), or not known. */
struct qemucore_thread *qemucore_note_thread(struct qemucore *core,
                                             const struct qemucore_note *note);
/* Reads the first size bytes of its content, or none, in the byte order of the core's CPU. A
   compressed core is read once more for that, so read notes in their order. QEMUCORE_INVALID: the
   note has fewer bytes; QEMUCORE_UNSUPPORTED: the core is from a pipe; else why they are absent. */
enum qemucore_status qemucore_note_read(struct qemucore *core, const struct qemucore_note *note,
                                        void *buffer, size_t size, struct qemucore_error *error);

/* ---- Modules ----------------------------------------------------------------------------- */

/* The executable, libraries and the vDSO, in the order of their addresses. */
struct qemucore_module *qemucore_module_next(struct qemucore *core,
                                             const struct qemucore_module *previous);
/* Returns the path that the core has, without the kernel's " (deleted)"; in a core without NT_FILE
   that of the dynamic linker or of DT_SONAME, or "" if there is none; "[vdso]"; "[jit]" for code
   that the process itself described through the debuggers' JIT interface, as QEMU's TCG does. */
const char *qemucore_module_path(const struct qemucore_module *module);
uint64_t qemucore_module_start(const struct qemucore_module *module);
uint64_t qemucore_module_end(const struct qemucore_module *module);
/* The build-id in the memory of the process, in lower-case hexadecimal; NULL: the dump lacks it. */
const char *qemucore_module_build_id(const struct qemucore_module *module);
/* Returns the file on this machine that is used for it, and looks for it at the first call. Its
   build-id equals the one in memory, or memory has none and nothing speaks against the file (then
   qemucore_module_problem says so). NULL: no file is used. */
const char *qemucore_module_file(struct qemucore_module *module);
/* Returns the separate debug file, or the module's own file if that has DWARF; NULL: neither. Looks
   for it, if no call has needed it before. */
const char *qemucore_module_debug_file(struct qemucore_module *module);
/* Returns one sentence on what is wrong with the file ("... was replaced: its build-id is ...",
   "...: a FIFO, not a regular file", "...: No such file or directory"). NULL: nothing is wrong, or
   no call has needed the file so far; qemucore_module_file looks for it. */
const char *qemucore_module_problem(const struct qemucore_module *module);

enum qemucore_file_state {
    QEMUCORE_FILE_UNKNOWN,    /* no call has needed it so far, or there is none: "[vdso]" */
    QEMUCORE_FILE_USED,
    QEMUCORE_FILE_UNVERIFIED, /* used, though the dump lacks the module's build-id */
    QEMUCORE_FILE_OTHER,      /* a file exists, but not the one that the process ran */
    QEMUCORE_FILE_ABSENT,
};

/* Returns the state of the module's file so far, without looking for it. */
enum qemucore_file_state qemucore_module_file_state(const struct qemucore_module *module);
/* "unknown", "used", "unverified", "other", "absent". */
const char *qemucore_file_state_name(enum qemucore_file_state state);

/* ---- Symbols ----------------------------------------------------------------------------- */

struct qemucore_symbol {
    size_t size;                     /* sizeof(struct qemucore_symbol), set by the caller */
    const char *name;                /* without a version suffix; lives as long as the core */
    uint64_t address;
    uint64_t symbol_size;            /* size in bytes; 0: the symbol table has none */
    uint64_t offset;                 /* by address: address minus the symbol's start; by name: 0 */
    struct qemucore_module *module;
};

/* Finds a symbol by name, also a static one if the module or its debug file has a .symtab. The
   executable is searched first, then the other modules by address; a global symbol is preferred to
   a local one of the same name. QEMUCORE_NOT_FOUND: there is none. */
enum qemucore_status qemucore_symbol_by_name(struct qemucore *core, const char *name,
                                             struct qemucore_symbol *ret,
                                             struct qemucore_error *error);
/* Finds the symbol that contains an address. Among several at the same address it prefers code to
   data, global or weak to local, then the name with the fewest leading underscores (poll, not
   __poll). QEMUCORE_NOT_FOUND: there is none. */
enum qemucore_status qemucore_symbol_by_address(struct qemucore *core, uint64_t address,
                                                struct qemucore_symbol *ret,
                                                struct qemucore_error *error);

/* ---- Threads ----------------------------------------------------------------------------- */

/* In the order of the NT_PRSTATUS notes (the kernel puts the crashing thread first). */
struct qemucore_thread *qemucore_thread_next(struct qemucore *core,
                                             const struct qemucore_thread *previous);
size_t qemucore_thread_count(const struct qemucore *core);
/* The kernel's thread id: pr_pid of NT_PRSTATUS. */
int qemucore_thread_lwp(const struct qemucore_thread *thread);
/* The name that QEMU gave the thread, in the spelling of its version: "CPU 7/KVM", "IO iothread1",
   "call_rcu", "mig/src/main"; "main loop" for the first thread of the process while it is in there.
   A Linux core has only the first thread's name, so names are rebuilt from the start routine on the
   stack and its argument: the first call unwinds all stacks. NULL: not known. */
const char *qemucore_thread_name(const struct qemucore_thread *thread);
/* The source of the name ("CPUState.thread_id, start routine kvm_vcpu_thread_fn", "NT_PRPSINFO");
   NULL: there is no name. */
const char *qemucore_thread_name_from(const struct qemucore_thread *thread);
/* The role of the thread in QEMU, one word: main_loop, main (the first thread, in the main loop or
   elsewhere), vcpu, iothread, thread_context, call_rcu, worker, vnc_worker, migration,
   migration_return_path, migration_snapshot, multifd_send, multifd_recv, multifd_tls,
   postcopy_fault, postcopy_listen, postcopy_preempt, ..., kernel (made in the process by the
   kernel: workers of KVM, vhost, io_uring, never in user space). More may come. NULL: not known. */
const char *qemucore_thread_role(const struct qemucore_thread *thread);
/* Lists those words. previous NULL: the first. NULL: previous is the last, or no such word. */
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
/* Whether the signal of this thread made the dump: it is the first one whose pr_cursig is set. In a
   dump by gcore no thread has crashed. */
bool qemucore_thread_crashed(const struct qemucore_thread *thread);

/* ---- Stacks ------------------------------------------------------------------------------ */

/*
 * Frames of a thread, innermost first; inlined calls are frames of their own. The first call for a
 * thread unwinds its stack. A thread whose registers are not in the dump has no frames, and
 * qemucore_thread_end says why.
 */
struct qemucore_frame *qemucore_frame_next(struct qemucore_thread *thread,
                                           const struct qemucore_frame *previous);
/* Returns one sentence that says why the stack ends after its last frame. */
const char *qemucore_thread_end(struct qemucore_thread *thread);
/* Whether the last frame is the thread's outermost (its start routine, or the program's entry). */
bool qemucore_thread_end_is_outermost(struct qemucore_thread *thread);

/* Returns the frame to show if only one is shown: the innermost one outside the C library, the vDSO
   and QEMU's wrappers of locks and poll (qemu_cond_wait_impl), with a source line if possible. If
   there is none, the innermost frame. NULL: the thread has no frames. */
struct qemucore_frame *qemucore_thread_own_frame(struct qemucore_thread *thread);

/* 0 for the innermost frame; inlined frames are counted. */
unsigned qemucore_frame_level(const struct qemucore_frame *frame);
/* Program counter: where the thread is, in level 0 and in the frame that a signal interrupted; else
   the address that the call returns to. An inlined frame has that of the function it is part of. */
uint64_t qemucore_frame_pc(const struct qemucore_frame *frame);
/* Name from debug info, else from a symbol table; NULL: not known. */
const char *qemucore_frame_function(const struct qemucore_frame *frame);
/* pc minus the start of the function, or for an inlined frame minus that of the symbol that
   contains its code; 0 if the function is not known. */
uint64_t qemucore_frame_offset(const struct qemucore_frame *frame);
/* The module that contains pc; NULL: none does. */
struct qemucore_module *qemucore_frame_module(const struct qemucore_frame *frame);
/* Whether its code is part of the next frame's function. Never true for the function that jumped in
   a tail call (tail_call), which has no frame of its own anyway, unless the frame is guessed. */
bool qemucore_frame_inlined(const struct qemucore_frame *frame);
/* Whether the kernel made the frame, to run a signal handler. */
bool qemucore_frame_signal(const struct qemucore_frame *frame);
/* Whether the frame, and so its arguments, rest on a guess: its callee, or one further in, has no
   unwind information, and the return address is one that was found on the stack and fits. */
bool qemucore_frame_guessed(const struct qemucore_frame *frame);
/* Whether the function jumped to the one of the previous (inner) frame instead of calling it: a
   tail call, after which its own frame is gone. Such a frame is inferred if the calls in the debug
   info leave only one way. Its program counter is that after the jump, only the registers that a
   call preserves are known, and its locals in memory are gone. Skip these frames if you want only
   those that were on the stack. */
bool qemucore_frame_tail_call(const struct qemucore_frame *frame);
/* Returns how many frames are left out between this frame and the previous one, inlined ones not
   counted. 0 for nearly all: only a stack with too many frames lacks those in the middle. */
size_t qemucore_frame_left_out(const struct qemucore_frame *frame);
/* Path as the debug info has it, without the compilation directory; NULL: not known. */
const char *qemucore_frame_source_file(const struct qemucore_frame *frame);
/* Line number from 1; 0: not known. */
unsigned qemucore_frame_source_line(const struct qemucore_frame *frame);

/*
 * Stores a register of a frame, by its name in the CPU's manual and in gdb ("rsp", "x29", "r22").
 * An inlined frame has those of the function it is part of. QEMUCORE_ABSENT: unwinding does not
 * know it, because calls destroy registers. QEMUCORE_NOT_FOUND: the CPU has none of that name. The
 * program counter is qemucore_frame_pc.
 */
enum qemucore_status qemucore_frame_register(const struct qemucore_frame *frame, const char *name,
                                             uint64_t *ret, struct qemucore_error *error);

/* Lists the names of registers of this core's CPU. previous NULL: the first. NULL: previous is the
   last, or no such name, or the CPU is not known. */
const char *qemucore_register_next(const struct qemucore *core, const char *previous);

/* ---- Arguments and locals ---------------------------------------------------------------- */

/*
 * Parameters of a frame's function, in the order of declaration, and its local variables that are
 * in scope there, those of outer blocks first. Both are from debug info: without it there are none.
 * Each is an object like any other (see "Typed memory"), and is evaluated when its number, its
 * address or a text is asked for. It may be in memory, in registers, or lost ("optimized out").
 */
const struct qemucore_object *qemucore_argument_next(struct qemucore_frame *frame,
                                                     const struct qemucore_object *previous);
const struct qemucore_object *qemucore_local_next(struct qemucore_frame *frame,
                                                  const struct qemucore_object *previous);

/* Finds one of them by name, or something that can be reached from it: "cpu", "job->aio_context",
   "nodes[2].refcnt". Among locals of one name it takes that of the innermost block. Free *ret by
   qemucore_object_free. */
enum qemucore_status qemucore_frame_object_find(struct qemucore_frame *frame,
                                                const char *expression,
                                                struct qemucore_object **ret,
                                                struct qemucore_error *error);

/* ---- Coroutines -------------------------------------------------------------------------- */

/*
 * Coroutines are stacks that QEMU switches to and from within its threads: block jobs, requests,
 * QMP commands. The first call finds all of them, by the mappings of their stacks and the
 * structures that name those, and by what threads, event loops, jobs and requests name. Without
 * QEMU's debug info only those are listed that prove themselves. In the order of their states,
 * those in threads first, then of their addresses.
 */
struct qemucore_coroutine *qemucore_coroutine_next(struct qemucore *core,
                                                   const struct qemucore_coroutine *previous);
/* Finds a coroutine by the address of its Coroutine; NULL: there is none. */
struct qemucore_coroutine *qemucore_coroutine_find(struct qemucore *core, uint64_t address);
/* Returns one sentence that says why there may be more than those listed; NULL: these are all. */
const char *qemucore_coroutine_problem(struct qemucore *core);
/* Address of its Coroutine, which is also that of the back end's structure that begins with it. */
uint64_t qemucore_coroutine_address(const struct qemucore_coroutine *coroutine);
/* "running" (in a thread), "entered" (it has entered another coroutine, and goes on after that
   one), "scheduled" (an event loop is to enter it), "sleeping" (until a timer), "suspended" (it has
   yielded), "unknown", "idle" (it has ended, or not begun: QEMU keeps it for reuse). */
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
/* The thread that runs it, or that runs the coroutine it has entered; NULL: none, or not known. */
struct qemucore_thread *qemucore_coroutine_thread(const struct qemucore_coroutine *coroutine);
/* Address of the coroutine that one in state "entered" has entered; 0: not known. */
uint64_t qemucore_coroutine_entered(const struct qemucore_coroutine *coroutine);
/* Name of the function that has scheduled it; NULL: none, or not known. */
const char *qemucore_coroutine_scheduled_by(const struct qemucore_coroutine *coroutine);
/* Name of the function that it began in; NULL: it is idle, or not known. */
const char *qemucore_coroutine_entry(const struct qemucore_coroutine *coroutine);
/* Argument of that function; address of the coroutine (or the thread's leader) that has entered it,
   0: none has; address of its AioContext. False: not known. */
bool qemucore_coroutine_argument(const struct qemucore_coroutine *coroutine, uint64_t *ret);
bool qemucore_coroutine_caller(const struct qemucore_coroutine *coroutine, uint64_t *ret);
bool qemucore_coroutine_context(const struct qemucore_coroutine *coroutine, uint64_t *ret);
/* Returns the start of its stack; *size, which may be NULL, becomes the size in bytes. Both are as
   in QEMU and include the guard page at the start. */
uint64_t qemucore_coroutine_stack(const struct qemucore_coroutine *coroutine, uint64_t *size);
/* Its frames, as of a thread: unwound from the registers that it was left with, or if it runs from
   those of its thread. Without registers there are none; qemucore_coroutine_end says why. */
struct qemucore_frame *qemucore_coroutine_frame_next(struct qemucore_coroutine *coroutine,
                                                     const struct qemucore_frame *previous);
const char *qemucore_coroutine_end(struct qemucore_coroutine *coroutine);
bool qemucore_coroutine_end_is_outermost(struct qemucore_coroutine *coroutine);
/* Returns the frame to show if only one is shown: the innermost one that neither switches out of
   the coroutine nor is one of QEMU's waits of coroutines (qemu_co_mutex_lock). NULL: no frames. */
struct qemucore_frame *qemucore_coroutine_own_frame(struct qemucore_coroutine *coroutine);

/* What it waits for, in one line: "CoMutex s->receive_mutex in nbd_receive_replies, held by
   0x55...", "the NBD server at unix:/run/nbd (descriptor 22)"; what its thread waits for if it
   runs. Known from the functions it was left in and their arguments. NULL: idle, or not known. */
const char *qemucore_coroutine_wait(struct qemucore *core,
                                    const struct qemucore_coroutine *coroutine);
/* Kind of what it waits for: "thread" (it runs), "coroutine" (one that it has entered),
   "event-loop", "lock" (CoMutex, CoQueue, CoRwlock), "graph-lock", "channel", "worker" (of a thread
   pool), "kernel" (Linux AIO, io_uring), "timer", "job" (until its job is entered), "breakpoint"
   (of blkdebug), "command" (the next one of QMP), "connection" (NBD's thread that connects), "task"
   (one of several that it has begun), "driver" (a block driver's request). More may come. */
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
/* The coroutine that has to act first: it holds the CoMutex, makes the other request, or was
   entered by this one; NULL: none, or not known. */
struct qemucore_coroutine *qemucore_coroutine_holder(struct qemucore *core,
                                                     const struct qemucore_coroutine *coroutine);
/* The thread that has to act first: its own, or the worker of its request. NULL: none is known. */
struct qemucore_thread *qemucore_coroutine_wait_thread(struct qemucore *core,
                                                       const struct qemucore_coroutine *coroutine);
/* The thread that sleeps until this coroutine has ended: in bdrv_poll_co for it, or in a drain of a
   node that tracks one of its requests; NULL: none, or not known. */
struct qemucore_thread *qemucore_coroutine_poller(struct qemucore *core,
                                                  const struct qemucore_coroutine *coroutine);

/* ---- Waits ------------------------------------------------------------------------------- */

/*
 * What a thread is doing: running, in a system call, or blocked on an object of QEMU or of the C
 * library. The sources are, the best first: arguments of QEMU's own functions on the stack;
 * arguments of the C library's functions; the futex word in the registers of the system call.
 * Without debug info some still work, and kinds are those of the C library. Found at the first call
 * for a thread; lives as long as the core. Never NULL.
 */
struct qemucore_wait *qemucore_thread_wait(struct qemucore *core, struct qemucore_thread *thread);
/* "running", "syscall" (one that does not wait for an object), "blocked", "kernel" (a thread of
   role kernel), "unknown". */
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
/* One line: "ppoll, 1.0 s", "QemuMutex qemu_global_mutex, held by main loop (LWP 17)". */
const char *qemucore_wait_sentence(const struct qemucore_wait *wait);
/* One phrase, the source: "argument ev of qemu_event_wait (frame 2)". NULL: none. */
const char *qemucore_wait_evidence(const struct qemucore_wait *wait);
/* Type of the object that it is blocked on: a kind of qemucore_lock_kind. NULL: not blocked. */
const char *qemucore_wait_kind(const struct qemucore_wait *wait);
/* Address of that object, or the pthread_t of a thread that is joined; 0: not known. */
uint64_t qemucore_wait_object(const struct qemucore_wait *wait);
/* Name of that object, see qemucore_lock_name; NULL: it has none. */
const char *qemucore_wait_name(const struct qemucore_wait *wait);
/* For a wait on a condition: address and name of the mutex that the thread takes before it goes on;
   0 and NULL: none, or not known. */
uint64_t qemucore_wait_mutex(const struct qemucore_wait *wait);
const char *qemucore_wait_mutex_name(const struct qemucore_wait *wait);
/* Whether the wait ends by itself, and after how many nanoseconds: the timeout it was called with,
   or the rest of it, for calls whose timeout the kernel writes back. */
bool qemucore_wait_timeout(const struct qemucore_wait *wait, int64_t *ret);
/* Returns the number of the system call on this CPU, from NT_PRSTATUS; -1: the thread is in none.
   *name, where name may be NULL, becomes its name ("futex"); NULL: the library has none. */
int qemucore_wait_syscall(const struct qemucore_wait *wait, const char **name);
/* Stores argument `index`, 0 to 5, of the system call. QEMUCORE_NOT_FOUND: the thread is in none;
   QEMUCORE_ABSENT: the kernel has overwritten it with the result, which may be so for the first one
   on aarch64 and riscv64. */
enum qemucore_status qemucore_wait_syscall_argument(const struct qemucore_wait *wait, size_t index,
                                                    uint64_t *ret, struct qemucore_error *error);

/* ---- Locks ------------------------------------------------------------------------------- */

/*
 * Mutexes and other objects that threads and coroutines wait for: those that a thread waits for,
 * and with debug info those in static variables of the executable, in its vCPUs and in its
 * iothreads. In the order of their addresses. Most are quiet: no thread holds them or waits. The
 * first call finds them, and who waits for whom.
 */
struct qemucore_lock *qemucore_lock_next(struct qemucore *core,
                                         const struct qemucore_lock *previous);
/* Returns the first of them at an address; NULL: there is none. */
struct qemucore_lock *qemucore_lock_find(struct qemucore *core, uint64_t address);
/* Decodes memory at any address as an object of a kind (below), and finds its waiters. Free *ret by
   qemucore_lock_free, before the core is closed. QEMUCORE_NOT_FOUND: no such kind; QEMUCORE_ABSENT:
   the memory can't be read, or makes no sense. */
enum qemucore_status qemucore_lock_decode(struct qemucore *core, const char *kind,
                                          uint64_t address, struct qemucore_lock **ret,
                                          struct qemucore_error *error);
void qemucore_lock_free(struct qemucore_lock *lock);
uint64_t qemucore_lock_address(const struct qemucore_lock *lock);
/* pthread_mutex_t, pthread_cond_t, pthread_rwlock_t, sem_t, QemuMutex, QemuRecMutex, QemuCond,
   QemuSemaphore, QemuEvent, QemuLockCnt, QemuSpin, CoMutex, CoQueue, CoRwlock, thread (one that
   another joins), futex (a futex word that belongs to no known object). */
const char *qemucore_lock_kind(const struct qemucore_lock *lock);
/* Lists those words. previous NULL: the first. NULL: previous is the last, or no such word. */
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
/* The same for the object that a thread waits for. */
enum qemucore_lock_kind_code qemucore_wait_kind_code(const struct qemucore_wait *wait);
const char *qemucore_lock_kind_name(enum qemucore_lock_kind_code code);
/* "qemu_global_mutex", "halt_cond of CPU 0", "AioContext.lock of iothread4", "queue->cond"; or
   "tc->sem_thread in thread_context_run" if only a variable of a waiter names it. NULL: no name. */
const char *qemucore_lock_name(const struct qemucore_lock *lock);
/* Whether it is the Big QEMU Lock, whatever its name in this version. */
bool qemucore_lock_is_bql(const struct qemucore_lock *lock);
bool qemucore_lock_is_quiet(const struct qemucore_lock *lock);
/* free, locked, destroyed (mutexes, lock counters, spin locks); read-locked, write-locked
   (read-write locks); idle, waited (conditions, queues); zero, available (semaphores); set, free,
   busy (events: QemuEvent.value is EV_SET 0, EV_FREE 1, or EV_BUSY -1, which means reset, with a
   waiter); running, ended (threads); unknown: the sentence says why. */
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
/* LWP of the holder that the object itself names (pthread_mutex_t.__owner, or __lock if robust or
   priority inheriting; __cur_writer); that thread may have ended. 0: nobody, or not known. */
int qemucore_lock_owner(const struct qemucore_lock *lock);
/* The same as a thread; NULL: no thread of the dump, qemucore_lock_owner_why says why. */
struct qemucore_thread *qemucore_lock_owner_thread(const struct qemucore_lock *lock);
const char *qemucore_lock_owner_why(const struct qemucore_lock *lock);
/* Depth of a held mutex (1 unless it is recursive), value of a semaphore, readers of a read-write
   lock, count of a QemuLockCnt. False: the kind has none. */
bool qemucore_lock_count(const struct qemucore_lock *lock, uint64_t *ret);
/* Number of waiters that the object itself counts (pthread_cond_t.__wrefs, sem_t, CoMutex.locked).
   False: it does not count them. */
bool qemucore_lock_recorded_waiters(const struct qemucore_lock *lock, uint64_t *ret);
/* The threads that were found to wait for it. */
struct qemucore_thread *qemucore_lock_waiter_next(const struct qemucore_lock *lock,
                                                  const struct qemucore_thread *previous);
/* Its fields as they are in memory. Returns the name of the field at index, from 0; NULL after the
   last. The value is in *number, as two's complement if negative, and *text is NULL; or it is in
   *text. Both pointers may be NULL. */
const char *qemucore_lock_field(const struct qemucore_lock *lock, size_t index, uint64_t *number,
                                const char **text);

/* ---- Who waits for whom ------------------------------------------------------------------- */

/*
 * An edge says which thread is blocked, on what, and which thread has to act first: the owner; a
 * reader that a grace period of RCU waits for; a vCPU that has been given work, has been asked to
 * stop, ... There is at least one for each blocked thread, and one for each thread that it waits
 * for.
 */
struct qemucore_edge *qemucore_edge_next(struct qemucore *core,
                                         const struct qemucore_edge *previous);
struct qemucore_thread *qemucore_edge_waiter(const struct qemucore_edge *edge);
struct qemucore_lock *qemucore_edge_lock(const struct qemucore_edge *edge);
/* LWP of that thread, which may have ended; 0: none in particular, or not known. */
int qemucore_edge_holder(const struct qemucore_edge *edge);
const char *qemucore_edge_evidence(const struct qemucore_edge *edge);

/* Deadlocks: each thread waits for the next one, and the last for the first. The lowest LWP comes
   first. A thread that waits for itself is a cycle, too. */
struct qemucore_cycle *qemucore_cycle_next(struct qemucore *core,
                                           const struct qemucore_cycle *previous);
struct qemucore_thread *qemucore_cycle_thread_next(const struct qemucore_cycle *cycle,
                                                   const struct qemucore_thread *previous);

/* The threads outside the cycle that wait for one of its threads, directly or through others. */
struct qemucore_thread *qemucore_cycle_behind_next(const struct qemucore_cycle *cycle,
                                                   const struct qemucore_thread *previous);

/* A thread that waits for no thread (the root), and those that wait for it, directly or not. */
struct qemucore_chain *qemucore_chain_next(struct qemucore *core,
                                           const struct qemucore_chain *previous);
struct qemucore_thread *qemucore_chain_root(const struct qemucore_chain *chain);
struct qemucore_thread *qemucore_chain_waiter_next(const struct qemucore_chain *chain,
                                                   const struct qemucore_thread *previous);
/* "17 threads wait, in the end all for main loop (LWP 4711), which is in recvmsg, fd 9" */
const char *qemucore_chain_sentence(const struct qemucore_chain *chain);

/*
 * States of locks that are inconsistent. Kinds: owner-gone (held by a thread that is not in the
 * dump), owner-died (of a robust mutex), locked-without-owner, waiters-on-free-mutex,
 * event-set-with-waiter, semaphore-posted-with-waiter, cond-waiters-differ (from the threads
 * found), self-deadlock, signalled-not-run. A sound process passes through some of them for a
 * moment; the sentence says so then. More kinds may come.
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

/* What is not known about locks and waits, one sentence each, index from 0; NULL after the last. */
const char *qemucore_lock_problem(struct qemucore *core, size_t index);

/* QEMU's RCU (util/rcu.c): "idle"; "grace-period", which nothing holds up; "blocked", by readers or
   by a mutex that call_rcu waits for; "callbacks", which run; "unknown". *sentence says more;
   sentence may be NULL. */
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
/* Threads inside read-side critical sections, index from 0; NULL after the last. *depth is the
   depth of nested sections, *blocking whether the current grace period waits for it. Both may be
   NULL. */
struct qemucore_thread *qemucore_rcu_reader(struct qemucore *core, size_t index, unsigned *depth,
                                            bool *blocking);

/* ---- What QEMU was at ---------------------------------------------------------------------- */

/*
 * These calls read QEMU's own variables by its debug info; the first one reads all. Most texts are
 * words of QMP, whatever their numbers in this version. NULL: not known, and *why has one sentence
 * that says why; why may be NULL.
 */
/* "running", "inmigrate", "paused", ...: what query-status would have returned. */
const char *qemucore_runstate(struct qemucore *core, const char **why);
/* "pc-q35-8.2" */
const char *qemucore_machine_type(struct qemucore *core, const char **why);
/* "kvm", "tcg", ... */
const char *qemucore_accelerator(struct qemucore *core, const char **why);

/* The objects that have facts which are asked for by name. */
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
/* Lists their names. previous NULL: the first. NULL: previous is the last, or no such name. */
const char *qemucore_fact_next(enum qemucore_fact_owner owner, const char *previous);
/* The same as constants, so that a typo does not compile: qemucore_vcpu_fact(vcpu,
   qemucore_fact_name(QEMUCORE_FACT_VCPU_HALTED), &halted). Those of an owner are numbered in the
   order of qemucore_fact_next, from (owner + 1) * 256 + 1. */
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
/* Address of its CPUState. */
uint64_t qemucore_vcpu_address(const struct qemucore_vcpu *vcpu);
/* The thread that runs it; NULL: not in the dump. Round-robin TCG runs all vCPUs in one thread. */
struct qemucore_thread *qemucore_vcpu_thread(const struct qemucore_vcpu *vcpu);
/* guest (in KVM_RUN, or in TCG's code), parked (asleep on its halt_cond), qemu (anywhere else),
   turn (the one thread of round-robin TCG runs another vCPU), unknown. */
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
/* Facts: created, halted, stop (asked to stop), stopped (has stopped), unplug, exit_request,
   crash_occurred, queued_work (number of work items that wait for it), pc (the guest's program
   counter, of a parked vCPU only: CPUArchState's eip, nip, psw.addr, pc). halted is not known of a
   vCPU that runs while KVM has the interrupt controllers: the kernel keeps it. False: not known, or
   no such name. */
bool qemucore_vcpu_fact(const struct qemucore_vcpu *vcpu, const char *name, uint64_t *ret);

/* Where the main thread is: poll (in the main loop's own poll, where it idles), nested (in
   aio_poll, where something waits for requests to end), callback (anywhere else inside the loop),
   lock (after its poll, about to take the BQL), starting (not in the loop), unknown. *function
   becomes for nested the caller of aio_poll, for callback the function that it is in, else or if
   not known NULL; function may be NULL. */
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
/* Timeout of its poll, in ns; negative: none. False: it is in no poll, or not known. */
bool qemucore_main_loop_timeout(struct qemucore *core, int64_t *ret);
/* How long ago at least, in ns, the main loop entered its poll, or if it is not there left it.
   False: not known. *by_file becomes true if the age was computed from the core file's time, which
   is that of the dump unless the file was copied; by_file may be NULL. */
bool qemucore_main_loop_turned(struct qemucore *core, uint64_t *ret, bool *by_file);
/* What a clock of QEMU (realtime, which is CLOCK_MONOTONIC; host, which is CLOCK_REALTIME; virtual,
   virtual-rt) showed when the dump was made, in ns: at least (bound "lower"; "by_file", which
   assumes that the core file's time is that of the dump) or at most ("upper"). False: not known, or
   no such name. *rests_on becomes a phrase with the source of the bound; rests_on may be NULL. */
bool qemucore_clock_bound(struct qemucore *core, const char *clock, const char *bound, int64_t *ret,
                          const char **rests_on);
/* free, held, unknown. *owner becomes the thread that holds the BQL; NULL: none, or not known.
   owner may be NULL. */
const char *qemucore_bql_state(struct qemucore *core, struct qemucore_thread **owner);
enum qemucore_bql_state_code {
    QEMUCORE_BQL_UNKNOWN = 0,
    QEMUCORE_BQL_FREE,
    QEMUCORE_BQL_HELD
};
enum qemucore_bql_state_code qemucore_bql_state_code(struct qemucore *core);
const char *qemucore_bql_state_name(enum qemucore_bql_state_code code);

/* Event loops (AioContexts): first the two of the main loop, then that of each iothread. */
struct qemucore_context *qemucore_context_next(struct qemucore *core,
                                               const struct qemucore_context *previous);
/* "main", "iohandler", or an iothread's id; NULL: it can't be read. */
const char *qemucore_context_name(const struct qemucore_context *context);
uint64_t qemucore_context_address(const struct qemucore_context *context);
/* The thread that runs the loop; NULL: not in the dump. */
struct qemucore_thread *qemucore_context_thread(const struct qemucore_context *context);
/* How it waits for descriptors: poll, epoll, io_uring; NULL: not known. */
const char *qemucore_context_fdmon(const struct qemucore_context *context);
/* notify_me, notified, epoll_fd, handlers, list_lock, poll_ns, poll_max_ns, scheduled_coroutines */
bool qemucore_context_fact(const struct qemucore_context *context, const char *name,
                           uint64_t *ret);
/* Bottom halves in its list, index from 0; false after the last. *name becomes that of its
   callback, or NULL if not known; *due whether it will be called. Both pointers may be NULL. */
bool qemucore_context_bottom_half(const struct qemucore_context *context, size_t index,
                                  const char **name, bool *due);

/*
 * Timers that are set (QEMUTimer), by clock; of a clock first the main loop's own list, then that
 * of each context; in a list in the order in which they are due. Found at the first call.
 */
struct qemucore_timer *qemucore_timer_next(struct qemucore *core,
                                           const struct qemucore_timer *previous);
/* Why there may be more timers, or what of them is not known, one sentence; NULL: all is known. */
const char *qemucore_timer_problem(struct qemucore *core);
uint64_t qemucore_timer_address(const struct qemucore_timer *timer);
/* Name of its clock: "realtime", ... as for qemucore_clock_bound; NULL: not known. */
const char *qemucore_timer_clock(const struct qemucore_timer *timer);
/* The event loop that calls it; NULL: it is in the main loop's own lists (main_loop_tlg). */
struct qemucore_context *qemucore_timer_context(const struct qemucore_timer *timer);
/* Name of the function that is called when it is due; NULL: not known. */
const char *qemucore_timer_callback(const struct qemucore_timer *timer);
/* Facts: expire (time of its clock when it is due, in ns), callback and opaque (address of the
   function and its argument), coroutine (address of the one that it enters: it sleeps, or is a
   job's). False: not known, or no such name. */
bool qemucore_timer_fact(const struct qemucore_timer *timer, const char *name, uint64_t *ret);
/* Time until it is due, in ns; negative: it was due and had not run. At least (bound "lower") or at
   most ("upper"; "by_file", which assumes that the core file's time is that of the dump, if that
   tells more). False: not known, or no such bound; the clock may be disabled. */
bool qemucore_timer_left(const struct qemucore_timer *timer, const char *bound, int64_t *ret);

/* MigrationStatus; "none": no migration has begun. A destination is in "setup" once it listens. */
const char *qemucore_migration_outgoing(struct qemucore *core, const char **why);
const char *qemucore_migration_incoming(struct qemucore *core, const char **why);
/* Text of MigrationState.error, which is that of both directions; NULL: none, or not known. */
const char *qemucore_migration_error(struct qemucore *core);
/* Facts: outgoing_error, incoming_error (QEMUFile.last_error: 0, or -errno in two's complement),
   outgoing_connected, incoming_connected (whether the QEMUFile to or from the other side is open),
   return_path, start_postcopy, pages_requested, multifd_channels. False: not known. */
bool qemucore_migration_fact(struct qemucore *core, const char *name, uint64_t *ret);
/* Whether it is the destination of a migration, and no source has connected. */
bool qemucore_migration_awaits_source(struct qemucore *core);

/* Nodes of the block layer. */
struct qemucore_block_node *
qemucore_block_node_next(struct qemucore *core, const struct qemucore_block_node *previous);
/* Name of the node; NULL: it can't be read. */
const char *qemucore_block_node_name(const struct qemucore_block_node *node);
/* "qcow2"; NULL: there is no medium. */
const char *qemucore_block_node_driver(const struct qemucore_block_node *node);
/* Facts: in_flight, serialising_in_flight, quiesce_counter, open_flags, tracked_requests. */
bool qemucore_block_node_fact(const struct qemucore_block_node *node, const char *name,
                              uint64_t *ret);

/* Requests that the node tracks and that have not ended: the 16 oldest, of these the youngest
   first. The fact tracked_requests is the number of all. */
struct qemucore_request *qemucore_request_next(const struct qemucore_block_node *node,
                                               const struct qemucore_request *previous);
/* "read", "write", "discard", "truncate"; NULL: not known. */
const char *qemucore_request_type(const struct qemucore_request *request);
/* Facts: address (of its BdrvTrackedRequest), offset and bytes (in the node), serialising,
   coroutine (address), waiting_for (address of another request, 0: none). */
bool qemucore_request_fact(const struct qemucore_request *request, const char *name, uint64_t *ret);

/* Jobs: mirror, backup, commit, ... */
struct qemucore_block_job *qemucore_block_job_next(struct qemucore *core,
                                                   const struct qemucore_block_job *previous);
/* Id of the job; NULL: it is a job of QEMU itself, or the id can't be read. */
const char *qemucore_block_job_id(const struct qemucore_block_job *job);
/* JobType: "mirror", ...; NULL: not known. */
const char *qemucore_block_job_type(const struct qemucore_block_job *job);
/* JobStatus: "running", "ready", ...; NULL: not known. */
const char *qemucore_block_job_status(const struct qemucore_block_job *job);
/* Facts: paused, pause_count, user_paused, busy, cancelled, progress and total (in the job's own
   unit: bytes for block jobs). */
bool qemucore_block_job_fact(const struct qemucore_block_job *job, const char *name,
                             uint64_t *ret);

/* Facts of the whole block layer: drain_all (current sections of bdrv_drain_all), waiters (threads
   in AIO_WAIT_WHILE), graph_writer, graph_readers (since 8.1), in_flight (requests of all nodes and
   backends together), drained (number of drained nodes and backends). */
bool qemucore_block_fact(struct qemucore *core, const char *name, uint64_t *ret);

/* The RAMBlocks of ram_list, the largest first: guest RAM, video memory, ROMs. */
struct qemucore_ram_block *qemucore_ram_block_next(struct qemucore *core,
                                                   const struct qemucore_ram_block *previous);
/* Id, "pc.ram"; NULL: it can't be read. */
const char *qemucore_ram_block_id(const struct qemucore_ram_block *block);
/* Facts: host (address where it begins in the process), length (used_length), max_length,
   page_size, flags (RAM_* of system/memory.h), held (bytes of length that the dump's file has). */
bool qemucore_ram_block_fact(const struct qemucore_ram_block *block, const char *name,
                             uint64_t *ret);

/*
 * What is at the other end of the process's descriptors, in their order: one peer for each
 * descriptor that an object of QEMU names. Of other descriptors nothing is known.
 */
struct qemucore_peer *qemucore_peer_next(struct qemucore *core,
                                         const struct qemucore_peer *previous);
/* Returns the peer of a descriptor; NULL: there is none. */
struct qemucore_peer *qemucore_peer_of(struct qemucore *core, int fd);
int qemucore_peer_fd(const struct qemucore_peer *peer);
/* "file", "device" (of a block node), "nbd", "migration-destination", "migration-source", "dump",
   "vhost-user", "monitor", "chardev", "chardev-file", "chardev-log", "vnc", "netdev", "listener",
   "kvm", "kvm-vm", "kvm-vcpu", "io-uring", "epoll", "eventfd", "signalfd", "channel",
   "handler". */
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
    QEMUCORE_PEER_HANDLER,
    QEMUCORE_PEER_CHANNEL
};
enum qemucore_peer_kind_code qemucore_peer_kind_code(const struct qemucore_peer *peer);
const char *qemucore_peer_kind_name(enum qemucore_peer_kind_code code);
/* The object of QEMU that has the descriptor: "node disk0-file", "chardev serial0", "CPU 0". */
const char *qemucore_peer_owner(const struct qemucore_peer *peer);
/* A path, "unix:PATH", "tcp:HOST:PORT"; NULL: not known. */
const char *qemucore_peer_address(const struct qemucore_peer *peer);
/* Who outside of QEMU has to act when a thread waits there, one phrase; NULL: nobody. */
const char *qemucore_peer_actor(const struct qemucore_peer *peer);

/* What is not known of QEMU's state, one sentence each, index from 0; NULL after the last. Without
   debug info the first one says what is needed. */
const char *qemucore_state_problem(struct qemucore *core, size_t index);

/* ---- Typed memory ------------------------------------------------------------------------ */

/*
 * Finds an object with static storage, or one that can be reached from it: "name", then any of
 * ".member", "->member" and "[index]"; "." after a pointer follows it. From debug info:
 *
 *     qemu_global_mutex.lock        first_cpu->halt_cond        ram_list.blocks.lh_first->idstr
 *     0x55d0c0de1f40:QemuCond       'util/rcu.c'::head          *current_migration
 *
 * An address stands before a colon and its type; a file before a name chooses among static
 * variables of one name; a "*" before the whole expression follows the pointer that it yields.
 * Names that are macros in QEMU, or that differ between versions, work too: first_cpu; bql and
 * qemu_global_mutex for each other; rcu_reader for co_tls_rcu_reader.
 *
 * Free *ret by qemucore_object_free, before the core is closed. QEMUCORE_NOT_FOUND: there is no
 * such variable or member. QEMUCORE_INVALID: the expression makes no sense. If a pointer can't be
 * followed, the status of the read.
 */
enum qemucore_status qemucore_object_find(struct qemucore *core, const char *expression,
                                          struct qemucore_object **ret,
                                          struct qemucore_error *error);
/* The same, with a thread's thread-local variables of the executable, such as QEMU's current_cpu
   and co_tls_rcu_reader. QEMUCORE_UNSUPPORTED: a thread-local variable of a library. */
enum qemucore_status qemucore_thread_object_find(struct qemucore *core,
                                                 const struct qemucore_thread *thread,
                                                 const char *expression,
                                                 struct qemucore_object **ret,
                                                 struct qemucore_error *error);

/*
 * Find what can be reached from an object: a member of a structure or union, by name (also inside
 * unnamed members) or by index, from 0 in the order of declaration; an element of an array or of
 * what a pointer points to; what a pointer points to. QEMUCORE_NOT_FOUND: there is no such member,
 * or index is after the last one. QEMUCORE_INVALID: the type has no members, elements or target.
 * Else the status of the read that failed.
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
/* Frees an object that was stored through ret. Those of qemucore_argument_next and
   qemucore_local_next belong to the frame. */
void qemucore_object_free(struct qemucore_object *object);

/* Kind of an object's type, after removal of typedefs and qualifiers. */
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
/* Name of an argument, local or member; NULL: it has none. */
const char *qemucore_object_name(const struct qemucore_object *object);
/* Size in bytes; 0: not known. A bit-field has the size of its type. */
size_t qemucore_object_size(const struct qemucore_object *object);
bool qemucore_object_is_signed(const struct qemucore_object *object);

/* Stores its address. QEMUCORE_ABSENT: it is in registers, or optimized out. */
enum qemucore_status qemucore_object_address(const struct qemucore_object *object, uint64_t *ret,
                                             struct qemucore_error *error);
/*
 * Stores the value of an object of up to 8 bytes that is not of kind structure, array or other:
 * sign-extended to 64 bits if qemucore_object_is_signed; of a pointer the address in it. Fails with
 * the status of the read, or with QEMUCORE_ABSENT, "optimized out".
 */
enum qemucore_status qemucore_object_number(const struct qemucore_object *object, uint64_t *ret,
                                            struct qemucore_error *error);
/* Stores the value that was passed for a parameter, if the caller's debug info has it and the call
   is one of this function. It may be known when the number is lost. */
enum qemucore_status qemucore_object_entry_number(const struct qemucore_object *object,
                                                  uint64_t *ret, struct qemucore_error *error);

/*
 * These calls make a text, to be freed by qemucore_free. Bytes from the dump are not escaped.
 * QEMUCORE_NOT_FOUND: the value has no such text.
 */
/* The type in C: "const char *", "CPUState *". */
enum qemucore_status qemucore_object_type(const struct qemucore_object *object, char **ret,
                                          struct qemucore_error *error);
/* The string that a char pointer points to or a char array holds, up to 200 bytes (*cut becomes
   whether it is longer; cut may be NULL); the name of an enumerator; "true" or "false". */
enum qemucore_status qemucore_object_text(const struct qemucore_object *object, char **ret,
                                          bool *cut, struct qemucore_error *error);
/* The variable or function that a pointer points to, or that contains a structure or array: "name",
   "name+0x10". */
enum qemucore_status qemucore_object_symbol(const struct qemucore_object *object, char **ret,
                                            struct qemucore_error *error);
/* The value as gdb prints it, escaped; or in <> why there is none. depth is how many levels of
   nested structures are shown with their members; 0: the address alone. */
enum qemucore_status qemucore_object_render(const struct qemucore_object *object, unsigned depth,
                                            char **ret, struct qemucore_error *error);

/* ---- Info -------------------------------------------------------------------------------- */

/*
 * All arguments of the process in full, the program's own name first, read from the stack that the
 * process was started with; NT_PRPSINFO (qemucore_command_line) has only 79 bytes of them. previous
 * is the pointer that the last call returned. If they can't be read, the first call returns NULL,
 * and ..._why_absent one sentence that says why, else NULL. Known passwords (-object
 * secret,data=...) are "***" without QEMUCORE_SHOW_SECRETS; other arguments may be secret, too.
 */
const char *qemucore_process_argument_next(struct qemucore *core, const char *previous);
const char *qemucore_process_arguments_why_absent(struct qemucore *core);

/* Returns the version that `qemu-system-... --version` prints, "8.2.7 (Debian 1:8.2.7+ds-1)", from
   a text in the executable. NULL: not known, and ..._why_absent says why in one sentence. */
const char *qemucore_qemu_version(struct qemucore *core);
const char *qemucore_qemu_version_why_absent(struct qemucore *core);

/* Stores si_addr of NT_SIGINFO: the address that the CPU reported for a SIGSEGV, SIGBUS, SIGILL,
   SIGFPE or SIGTRAP. QEMUCORE_NOT_FOUND: it reported none, or it was another signal. */
enum qemucore_status qemucore_fault_address(const struct qemucore *core, uint64_t *ret,
                                            struct qemucore_error *error);

/* ---- Slim cores -------------------------------------------------------------------------- */

/*
 * Memory of the process that belongs to the guest and tells nothing about QEMU: in the order of
 * addresses, each part within one mapping. With QEMU's debug info it is found by ram_list. Without
 * it, by a rule: a piece of writable memory of more than 64 MiB that is neither a stack, nor the
 * heap, nor a module's. qemucore_guest_why_by_rule says in one sentence why the rule was used;
 * NULL: it was not.
 */
const struct qemucore_guest_part *
qemucore_guest_part_next(struct qemucore *core, const struct qemucore_guest_part *previous);
const char *qemucore_guest_why_by_rule(struct qemucore *core);
uint64_t qemucore_guest_part_start(const struct qemucore_guest_part *part);
uint64_t qemucore_guest_part_end(const struct qemucore_guest_part *part);
/* Number of its bytes that the dump's file has. */
uint64_t qemucore_guest_part_held(const struct qemucore_guest_part *part);
/* Name of its RAMBlock; NULL: it was found by the rule. */
const char *qemucore_guest_part_name(const struct qemucore_guest_part *part);

/* A range of addresses: start is in it, end is not. */
struct qemucore_range {
    uint64_t start;
    uint64_t end;
};

/* struct qemucore_slim.flags */
#define QEMUCORE_SLIM_ZSTD 0x1u /* compress by zstd, in frames of 1 MiB with a seek table */

struct qemucore_slim {
    size_t size;    /* sizeof(struct qemucore_slim) */
    uint32_t flags;
    int level;      /* compression level; 0: zstd's default */
    /* Writes the next bytes. Returns QEMUCORE_OK; or fills *error and returns a status, with which
       the whole call fails. */
    enum qemucore_status (*write)(void *opaque, const void *bytes, size_t size,
                                  struct qemucore_error *error);
    void *opaque;
    const struct qemucore_range *scrubbed; /* memory to write as zeroes */
    size_t scrubbed_count;
};

/*
 * Writes the core without the memory of qemucore_guest_part_next: an ELF core which gdb and
 * elfutils open, and for which every call here answers the same as for the original. Reads the
 * original once more, so it must not be a pipe (QEMUCORE_UNSUPPORTED). A core that is cut gives a
 * slim core that is cut. *size becomes the size before compression, in bytes; size may be NULL.
 */
enum qemucore_status qemucore_slim_write(struct qemucore *core, const struct qemucore_slim *how,
                                         uint64_t *size, struct qemucore_error *error);

/* ---- A living process -------------------------------------------------------------------- */

/* struct qemucore_snapshot.flags */
#define QEMUCORE_SNAPSHOT_ZSTD    0x1u /* compress by zstd, in frames of 1 MiB with a seek table */
#define QEMUCORE_SNAPSHOT_STOP    0x2u /* stop all threads by ptrace while memory is copied */
#define QEMUCORE_SNAPSHOT_PARTIAL 0x4u /* with STOP: go on without threads that are late to stop */

/* struct qemucore_snapshot.stop_ms: default and maximum. A vCPU that runs must get a CPU first. */
#define QEMUCORE_SNAPSHOT_STOP_MS     50
#define QEMUCORE_SNAPSHOT_STOP_MS_MAX 10000

struct qemucore_snapshot {
    size_t size;      /* sizeof(struct qemucore_snapshot) */
    uint32_t flags;
    uint32_t stop_ms; /* with STOP: time for threads to stop, in ms; 0: the default */
    int level;        /* compression level; 0: zstd's default */
    uint32_t reserved; /* must be 0 */
    /* As in struct qemucore_slim. It is called after everything is copied and all threads go on. */
    enum qemucore_status (*write)(void *opaque, const void *bytes, size_t size,
                                  struct qemucore_error *error);
    void *opaque;
    /* With STOP: called just before the first thread stops, and when all go on. May be NULL. */
    void (*paused)(void *opaque, bool is_paused);
    void *paused_opaque;
};

/* What a snapshot has found: numbers of threads by their states, times and sizes. */
struct qemucore_snapshot_result {
    size_t size;        /* sizeof(struct qemucore_snapshot_result) */
    uint32_t threads;   /* threads of the process */
    uint32_t asleep;    /* threads proved not to be on a CPU at any time of the copy */
    uint32_t ran;       /* threads that ran during the copy */
    uint32_t on_cpu;    /* threads on a CPU; their registers are not known */
    uint32_t stopped;   /* threads that were stopped */
    uint32_t late;      /* threads that did not stop in time */
    uint32_t rounds;    /* number of copies that were made */
    uint32_t reserved;  /* 0 */
    uint64_t pause_ns;  /* from the first stop until all went on, in ns; 0: no thread was stopped */
    uint64_t copy_ns;   /* duration of the copy, in ns */
    uint64_t left_out;  /* bytes of the process's memory that are not in the core */
    uint64_t core_size; /* size of the core before compression, in bytes */
};

/*
 * Writes a core of a living process, without the guest's memory: an ordinary ELF core, which
 * qemucore_open, gdb and elfutils open, with notes of its own (doc/snapshot.md) for content of
 * /proc.
 *
 * By default no thread is touched: the kernel tells where a sleeping thread is, and that it has not
 * run during the copy. All answers say so of threads that ran. To avoid a file, write into a
 * memfd_create(2), and open that by qemucore_open_fd.
 *
 * With QEMUCORE_SNAPSHOT_STOP a thread of the library is the tracer. It ends before the core is
 * written, which also releases threads that did not stop in time. Children of this process are left
 * alone. For a hard limit make this call in a child process and kill that at a deadline, as
 * qemucore-snapshot does: the kernel releases all threads when their tracer ends. QEMUCORE_LIMIT:
 * some threads did not stop in time; nothing was written, and all go on.
 *
 * QEMUCORE_NOT_FOUND: there is no such process, or it has ended meanwhile. The rights needed are
 * those of ptrace. result may be NULL.
 */
enum qemucore_status qemucore_snapshot(int pid, const struct qemucore_snapshot *how,
                                       struct qemucore_snapshot_result *result,
                                       struct qemucore_error *error);

/* ---- Why --------------------------------------------------------------------------------- */

/*
 * Gives the verdict an earlier dump of the same process, made some seconds before: the verdict then
 * says what has not moved in between, and does not call stuck what has. To be called once, before
 * the verdict is first asked for. Close `earlier` after core. QEMUCORE_INVALID: the dumps are of
 * different processes (pid, auxiliary vector, the kernel's random bytes) or in the wrong order, or
 * there is a verdict or an earlier dump already.
 */
enum qemucore_status qemucore_compare(struct qemucore *core, struct qemucore *earlier,
                                      struct qemucore_error *error);

/*
 * The state of the process, by a table of rules over all of the above: "healthy"; "waiting", which
 * is sound, but somebody outside of it has to act; "stuck"; "crashed"; "unknown". A dump made on
 * purpose, by a signal (kill -ABRT) or a debugger, is no crash. *sentence becomes the verdict in
 * one sentence, without a full stop; *next who must act next and what to look at, in sentences with
 * full stops, or "". Both pointers may be NULL.
 */
const char *qemucore_verdict(struct qemucore *core, const char **sentence, const char **next);
/* The same state as a number, for a switch; qemucore_verdict_state_name returns the word. */
enum qemucore_verdict_state {
    QEMUCORE_VERDICT_UNKNOWN = 0,
    QEMUCORE_VERDICT_HEALTHY,
    QEMUCORE_VERDICT_WAITING,
    QEMUCORE_VERDICT_STUCK,
    QEMUCORE_VERDICT_CRASHED
};
enum qemucore_verdict_state qemucore_verdict_state(struct qemucore *core);
const char *qemucore_verdict_state_name(enum qemucore_verdict_state state);
/* A word that is the same for the same hang on any machine, to find duplicates: parts with a colon
   between them. They are the rule; the functions of its evidence; the kind of the cause, which is
   the driver that has the requests, the type of the device, or the run state. It has no addresses,
   lines or thread ids, and no names of disks or hosts. "drain:bdrv_drain_all_begin:nbd",
   "run-state:paused". If the state is unknown, "unknown" comes first, then the reason:
   "unknown:at-work:gui_update". If nothing is stuck, warnings follow in the same form:
   "run-state:running:job:ready". */
const char *qemucore_verdict_signature(struct qemucore *core);
/* What is unknown, and why, one sentence each, index from 0; NULL after the last. */
const char *qemucore_verdict_unknown(struct qemucore *core, size_t index);

/* What the rules have found, the gravest first. The verdict follows from all but the warnings. */
struct qemucore_finding *qemucore_finding_next(struct qemucore *core,
                                               const struct qemucore_finding *previous);
/* Name of the rule: "drain", "bql-held", "incoming-idle", "crash-assertion", ...; more may come. */
const char *qemucore_finding_rule(const struct qemucore_finding *finding);
/* Commits of QEMU, or discussions, that are about such a case. */
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
/* Whether it is a warning that is a reason to doubt that all is well. With one, the state is
   unknown at best. */
bool qemucore_finding_is_doubt(const struct qemucore_finding *finding);
const char *qemucore_finding_sentence(const struct qemucore_finding *finding);
/* One sentence: who must act next; NULL: nobody in particular. */
const char *qemucore_finding_actor(const struct qemucore_finding *finding);
/* One sentence: what to look at next; NULL: nothing. */
const char *qemucore_finding_look_at(const struct qemucore_finding *finding);

/* Known bugs of QEMU that this QEMU may have by its version, and whose stacks or last messages look
   like those of the finding. None is certain to be the cause. Distributions and stable releases may
   have the fix as a patch. */
struct qemucore_known *qemucore_known_next(const struct qemucore_finding *finding,
                                           const struct qemucore_known *previous);
/* Everything below in one text, as the tool prints it, without the last full stop. */
const char *qemucore_known_sentence(const struct qemucore_known *known);
/* One sentence: what the bug does. */
const char *qemucore_known_title(const struct qemucore_known *known);
/* "issue 2043" (gitlab.com/qemu-project/qemu), "launchpad 1805256"; NULL: no report is known. */
const char *qemucore_known_issue(const struct qemucore_known *known);
/* The first release of QEMU's main line without the bug, as "8.2"; the commit of the fix; the first
   release with the bug, NULL: not known. */
const char *qemucore_known_fixed_in(const struct qemucore_known *known);
const char *qemucore_known_commit(const struct qemucore_known *known);
const char *qemucore_known_introduced_in(const struct qemucore_known *known);
/* One sentence: what helps without the fix; NULL: nothing is known. */
const char *qemucore_known_workaround(const struct qemucore_known *known);

/* The evidence of a finding. */
struct qemucore_evidence *qemucore_evidence_next(const struct qemucore_finding *finding,
                                                 const struct qemucore_evidence *previous);
const char *qemucore_evidence_sentence(const struct qemucore_evidence *evidence);
/* The thread, frame, field or address that the evidence is about; NULL or 0: it is about none. A
   field is an expression for qemucore_object_find, if it has that form. */
struct qemucore_thread *qemucore_evidence_thread(const struct qemucore_evidence *evidence);
struct qemucore_frame *qemucore_evidence_frame(const struct qemucore_evidence *evidence);
const char *qemucore_evidence_field(const struct qemucore_evidence *evidence);
uint64_t qemucore_evidence_address(const struct qemucore_evidence *evidence);

/* ---- Renderings -------------------------------------------------------------------------- */

/* struct qemucore_render.flags */
#define QEMUCORE_RENDER_BACKTRACE 0x1u  /* stacks; without it a table with a line for each thread */
#define QEMUCORE_RENDER_JSON      0x2u  /* a JSON document; without it text */
#define QEMUCORE_RENDER_COLOR     0x4u  /* ANSI colours in the text */
#define QEMUCORE_RENDER_BUILD_ID  0x8u  /* the module's build-id after each frame of the text */
#define QEMUCORE_RENDER_LOCALS    0x10u /* local variables of each frame, with BACKTRACE */
#define QEMUCORE_RENDER_MEMBERS   0x20u /* members of structures, three levels, not addresses */
#define QEMUCORE_RENDER_ALL       0x40u /* locks: also quiet ones that have a name; coroutines: also
                                           idle ones */
#define QEMUCORE_RENDER_DOT       0x80u /* locks: the wait graph in Graphviz's language */
#define QEMUCORE_RENDER_GROUP     0x100u /* text of threads or coroutines: those with equal stacks
                                            as one */
#define QEMUCORE_RENDER_MISSING   0x200u /* info: only the files that are not here, a line for each:
                                           build-id, "executable", "library" or "debuginfo", path */

struct qemucore_render {
    size_t size;         /* sizeof(struct qemucore_render) */
    uint32_t flags;
    uint32_t max_frames; /* most frames of a stack to show; 0: all */
    int lwp;             /* show only this thread; 0: all */
    const char *more;    /* what the text says to use for what it leaves out: "-v", for a command
                            with that option; NULL: it does not say */
    const char *only;    /* JSON: the members of the document to render, names with commas between
                            them, "findings,unknown"; "schema" is always rendered. NULL: all.
                            QEMUCORE_NOT_FOUND: the document has no member of a name */
    uint32_t limit;      /* JSON: most elements of each list that is not inside another; 0: all. A
                            last member has the full lengths of lists that are cut:
                            "cut": {"threads": 5000} */
    uint32_t from;       /* JSON: number of elements to skip at the start of each such list */
};

/* What the tool qemucore-threads prints. Flags BACKTRACE, JSON (schema "qemucore-threads/1"),
   COLOR, BUILD_ID, LOCALS, MEMBERS, GROUP. *ret is NUL-terminated; control characters of the dump
   are escaped. Free *ret by qemucore_free. QEMUCORE_NOT_FOUND: there is no thread lwp. */
enum qemucore_status qemucore_threads_render(struct qemucore *core,
                                             const struct qemucore_render *render, char **ret,
                                             struct qemucore_error *error);

/* What the tool qemucore-coroutines prints. Flags as for threads, and ALL; the schema is
   "qemucore-coroutines/1"; lwp is ignored. Unwinds all threads. Free *ret by qemucore_free. */
enum qemucore_status qemucore_coroutines_render(struct qemucore *core,
                                                const struct qemucore_render *render, char **ret,
                                                struct qemucore_error *error);

/* What the tool qemucore-locks prints: cycles, with BACKTRACE also their evidence and stacks;
   chains; anomalies; objects. Flags BACKTRACE, JSON (schema "qemucore-locks/1"), COLOR, ALL, DOT;
   lwp is ignored. Free *ret by qemucore_free. */
enum qemucore_status qemucore_locks_render(struct qemucore *core,
                                           const struct qemucore_render *render, char **ret,
                                           struct qemucore_error *error);

/* What the tool qemucore-inspect prints: objects, by expressions of qemucore_object_find. An object
   of a kind of qemucore_lock_kind, or a pointer to one, is decoded; a Coroutine has its state and
   stack; others have their members. Flags JSON (schema "qemucore-inspect/1") and COLOR;
   thread-local variables are those of thread lwp; QEMUCORE_NOT_FOUND: there is none. An expression
   that finds nothing has why_absent in the document and nothing in the text; qemucore_object_find
   says why. Free *ret by qemucore_free. */
enum qemucore_status qemucore_inspect_render(struct qemucore *core,
                                             const char *const *expressions, size_t count,
                                             const struct qemucore_render *render, char **ret,
                                             struct qemucore_error *error);

/* What the tool qemucore-info prints: process, version, command line, state of QEMU, modules, and
   how to get the debug info that is not here. Flags JSON (schema "qemucore-info/1"), COLOR and
   MISSING, which ignores the other two and needs no stacks. Unwinds all threads, looks for the
   files of all modules, and reads the lists of the machine's package manager, with
   QEMUCORE_NO_HOST_FILES only those of a sysroot. Free *ret by qemucore_free. */
enum qemucore_status qemucore_info_render(struct qemucore *core,
                                          const struct qemucore_render *render, char **ret,
                                          struct qemucore_error *error);

/* Lists the topics of qemucore_parts_render ("handlers", "timers") in alphabetical order, and
   returns a phrase of help on one. previous NULL: the first. NULL: after the last, or no name. */
const char *qemucore_part_next(const char *previous);
const char *qemucore_part_help(const char *name);

/* What qemucore-info --part=NAMES prints: topics of QEMU's memory, each in full. names is one
   topic, or several with commas between them; QEMUCORE_INVALID: there is no such topic. Flags JSON
   (members core and parts of schema "qemucore-info/1") and COLOR. Free *ret by qemucore_free. */
enum qemucore_status qemucore_parts_render(struct qemucore *core, const char *names,
                                           const struct qemucore_render *render, char **ret,
                                           struct qemucore_error *error);
/* What the last qemucore_parts_render could not read, one sentence each, index from 0; NULL after
   the last. The sentences live until the next such call. */
const char *qemucore_part_problem(const struct qemucore *core, size_t index);

/* What the tool qemucore-why prints: the verdict, its evidence, the state, threads by their stacks.
   Flags JSON (schema "qemucore-why/1"), COLOR, BACKTRACE or ALL (all findings and evidence, and
   the stacks). Free *ret by qemucore_free. */
enum qemucore_status qemucore_why_render(struct qemucore *core,
                                         const struct qemucore_render *render, char **ret,
                                         struct qemucore_error *error);

/* struct qemucore_report.format */
#define QEMUCORE_REPORT_HTML     0u /* an HTML page in one file that loads nothing else */
#define QEMUCORE_REPORT_MARKDOWN 1u /* Markdown, for a ticket */
#define QEMUCORE_REPORT_JSON     2u /* the documents of the other renderings in one, schema
                                       "qemucore-report/1" */
#define QEMUCORE_REPORT_BACKTRACE 3u /* stacks of threads in the format of satyr and ABRT, whose
                                        file is named "core_backtrace" */

/* struct qemucore_report.flags */
#define QEMUCORE_REPORT_REDACT 0x1u /* leave out strings of the process, absolute paths, names of
                                       files and of peers at the other end of descriptors, and
                                       arguments of the command line's options */

struct qemucore_report {
    size_t size;         /* sizeof(struct qemucore_report) */
    uint32_t format;
    uint32_t flags;
    /* Draws the wait graph: takes a text in Graphviz's language and returns an SVG, allocated by
       malloc(3), for the page; or NULL if it can't, and the page says so. If it runs a program
       for that, it should pass nothing else of the dump. NULL: nothing is drawn. */
    char *(*draw)(void *opaque, const char *dot);
    void *opaque;
};

/* What the tool qemucore-report writes, all of the above in one: the verdict, its evidence, who
   must act; the path of requests that have not ended; who waits for whom; stacks of threads and
   coroutines, with arguments and locals unless the page gets too large; locks, state, modules, what
   is not known. report NULL: an HTML page without a picture of the waits. Free *ret by
   qemucore_free. */
enum qemucore_status qemucore_report_render(struct qemucore *core,
                                            const struct qemucore_report *report, char **ret,
                                            struct qemucore_error *error);

/* What the tool qemucore-slim prints after qemucore_slim_write: the file (output), its size
   (output_size), its size before compression (core_size), in bytes, and what was left out. Flags
   JSON (schema "qemucore-slim/1") and COLOR, which has no effect. Free *ret by qemucore_free. */
enum qemucore_status qemucore_slim_render(struct qemucore *core, const char *output,
                                          uint64_t output_size, uint64_t core_size,
                                          const struct qemucore_render *render, char **ret,
                                          struct qemucore_error *error);

/* ---- JSON ---------------------------------------------------------------------------------- */

/*
 * Renders all that is known of a topic as one document. Topics are "coroutines", "info", "locks",
 * "report", "threads" and "why", with stacks if the schema has them
 * (PREFIX/share/libqemucore/schema/qemucore-TOPIC.schema.json), and those of qemucore_part_next,
 * whose schema is that of info. QEMUCORE_NOT_FOUND: no such topic. Free *ret by qemucore_free.
 */
enum qemucore_status qemucore_json(struct qemucore *core, const char *topic, char **ret,
                                   struct qemucore_error *error);

/* Lists those topics: the six, then the others. previous NULL: the first. NULL: previous is the
   last, or no such topic. */
const char *qemucore_json_topic_next(const char *previous);

#ifdef __cplusplus
}
#endif

#endif
