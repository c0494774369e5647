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
 * argument's handle; what is *stored through ret* is yours to free; on failure *ret is untouched;
 * every close and free accepts NULL.
 *
 * Iteration is next(parent, previous): NULL asks for the first, NULL answers after the last.
 * What is iterated over is decided by then, so a next() cannot fail half-way.
 *
 * Threads of the caller: one handle, one thread at a time; different handles are independent.
 * The library never logs, forks, exits, writes to a stream or touches a signal. It opens files
 * read-only and creates none, but that libdebuginfod fills its cache for those who ask for it
 * (QEMUCORE_DEBUGINFOD). It has no global state.
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
    QEMUCORE_NOT_FOUND = -9    /* no such symbol, module or file */
};

/* A word for a status: "absent", "truncated", ... Never NULL, also for values we don't know. */
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
struct qemucore_module;
struct qemucore_missing;
struct qemucore_variable;
struct qemucore_object;

/* struct qemucore_options.flags */
#define QEMUCORE_NO_HOST_FILES 0x1u /* never open a file of this machine that the core names: only
                                       `executable`, and files below `sysroot` and
                                       `debuginfo_paths` */
#define QEMUCORE_DEBUGINFOD    0x2u /* ask the servers in DEBUGINFOD_URLS for files and
                                       debug info that are not here; QEMUCORE_UNSUPPORTED where
                                       the library was
                                       built without libdebuginfod */

/*
 * Zero means "the default" for every member but size, so {sizeof(options)} is all defaults.
 * A caller's struct that is larger than ours is taken when its tail is zero, else refused with
 * QEMUCORE_INVALID. Strings are copied.
 */
struct qemucore_options {
    size_t size;                  /* sizeof(struct qemucore_options) as the caller compiled it */
    const char *executable;       /* file of the main executable; default: as the core names it */
    const char *sysroot;          /* put before every path that the core names; symbolic links below
                                     it that are absolute or climb stay below it. With a sysroot
                                     the files of this machine are not used. Default: none */
    const char *const *debuginfo_paths; /* directories with separate debug files, searched before
                                     /usr/lib/debug */
    size_t debuginfo_path_count;
    uint32_t flags;               /* QEMUCORE_NO_HOST_FILES, QEMUCORE_DEBUGINFOD */
    uint32_t max_frames;          /* frames of a stack that are unwound, inlined ones not counted;
                                     default 4096, which is the most */
    uint64_t memory_budget;       /* bytes of a compressed core's memory that are kept; what is
                                     beyond is fetched by another pass when somebody reads it, or
                                     answers QEMUCORE_LIMIT on standard input. Default 96 MiB */
    uint64_t window_limit;        /* largest zstd window that is accepted, bytes; default 128 MiB
                                     (zstd's own default, --long=27), at most 2 GiB (--long=31) */
    uint64_t ratio_limit;         /* beyond 16 GiB of output: bytes that one compressed byte may
                                     yield before the file counts as a decompression bomb;
                                     default 20000 */
    /* Called now and then during a pass over the file, with bytes of the file as it is stored on
       disk; total is 0 where unknown. A pass is stopped by nothing but its end. */
    void (*progress)(void *opaque, uint64_t done, uint64_t total);
    void *progress_opaque;
    /* Called with a line (no newline) for each download that begins. */
    void (*notice)(void *opaque, const char *line);
    void *notice_opaque;
    uint32_t debuginfod_seconds;  /* that all downloads may take together; default 60 */
    uint32_t reserved;            /* 0 */
};

/*
 * Opens a core dump of a 64-bit Linux process, raw or compressed (gzip with any number of members,
 * zstd with any number of frames; told by content, never by name), in one pass over it from front
 * to back and without a temporary file. "-" is standard input. options may be NULL.
 *
 * Fails when nothing could be told about the process: no such file, not an ELF core, a container
 * or machine that is not supported. A core that is cut or damaged opens, with what came before
 * the damage, and qemucore_missing_next says what is not there.
 */
enum qemucore_status qemucore_open(const char *path, const struct qemucore_options *options,
                                   struct qemucore **ret, struct qemucore_error *error);
void qemucore_close(struct qemucore *core);

/* ---- The process ------------------------------------------------------------------------- */

/* path as it was given to qemucore_open. */
const char *qemucore_path(const struct qemucore *core);

/* "raw", "gzip" or "zstd". */
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

/* pr_psargs of NT_PRPSINFO: the first 79 bytes of the command line; NULL without the note. */
const char *qemucore_command_line(const struct qemucore *core);

/* Value of an entry of the auxiliary vector (AT_* of <elf.h>). */
enum qemucore_status qemucore_auxv(const struct qemucore *core, uint64_t type, uint64_t *ret,
                                   struct qemucore_error *error);

/*
 * What should be in the file and is not: a cut or damaged container, segments that end past the
 * end of file, notes that make no sense. Empty for a sound dump; qemucore_is_complete is the same
 * as a bool. Memory that the kernel was never asked to dump (coredump_filter, MADV_DONTDUMP) is
 * not missing in this sense.
 */
const struct qemucore_missing *qemucore_missing_next(const struct qemucore *core,
                                                     const struct qemucore_missing *previous);
/* QEMUCORE_TRUNCATED, QEMUCORE_CORRUPT or QEMUCORE_LIMIT. */
enum qemucore_status qemucore_missing_status(const struct qemucore_missing *missing);
/* Uncompressed offset from which on something is missing. */
uint64_t qemucore_missing_offset(const struct qemucore_missing *missing);
/* One sentence with both of the above. */
const char *qemucore_missing_sentence(const struct qemucore_missing *missing);
bool qemucore_is_complete(const struct qemucore *core);

/* ---- Memory ------------------------------------------------------------------------------ */

/*
 * Reads memory of the process as it was: from the dump, and where the dump was made without a
 * file's pages (the kernel leaves text out), from the module's file, if that is the very file
 * (see qemucore_module_file). All of size bytes or none: on failure error->address is the first
 * address that could not be read and the status says why. Zeroes are never made up.
 */
enum qemucore_status qemucore_memory_read(struct qemucore *core, uint64_t address, void *buffer,
                                          size_t size, struct qemucore_error *error);

/* ---- Modules ----------------------------------------------------------------------------- */

/* The executable, libraries and the vDSO, by address. */
struct qemucore_module *qemucore_module_next(struct qemucore *core,
                                             const struct qemucore_module *previous);
/* Path as the core names it; "[vdso]"; "[jit]" for code that the process described itself through
   the debuggers' interface for that (QEMU's TCG does). */
const char *qemucore_module_path(const struct qemucore_module *module);
uint64_t qemucore_module_start(const struct qemucore_module *module);
uint64_t qemucore_module_end(const struct qemucore_module *module);
/* Lower-case hexadecimal, as in the memory of the process, else of the file; NULL: unknown. */
const char *qemucore_module_build_id(const struct qemucore_module *module);
/* The file on this machine that is used for it: its build-id equals the one in memory, or memory
   has none to compare with (then qemucore_module_problem says so). NULL: none is used. */
const char *qemucore_module_file(struct qemucore_module *module);
/* The separate debug file, or the module's own file where that has DWARF; NULL: neither. Looked
   for at the first call that needs it, and here. */
const char *qemucore_module_debug_file(struct qemucore_module *module);
/* One sentence when something is wrong with the file ("replaced: build-id ...", "a FIFO, not a
   regular file", "No such file or directory"); NULL when all is well. */
const char *qemucore_module_problem(const struct qemucore_module *module);

/* ---- Symbols ----------------------------------------------------------------------------- */

struct qemucore_symbol {
    size_t size;                     /* sizeof(struct qemucore_symbol), set by the caller */
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
/* NULL where the dump does not tell; a Linux core holds the main thread's name only. */
const char *qemucore_thread_name(const struct qemucore_thread *thread);
/* What the name rests on ("NT_PRPSINFO"); NULL without a name. */
const char *qemucore_thread_name_from(const struct qemucore_thread *thread);
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
struct qemucore_frame *qemucore_thread_site(struct qemucore_thread *thread);

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
bool qemucore_frame_inlined(const struct qemucore_frame *frame);
/* A frame that the kernel made to run a signal handler. */
bool qemucore_frame_signal(const struct qemucore_frame *frame);
/* Whether the frame rests on a guess (no unwind information for its callee: return address taken
   from the register or stack slot where a call leaves it). */
bool qemucore_frame_guessed(const struct qemucore_frame *frame);
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

/* ---- Arguments and locals ---------------------------------------------------------------- */

/*
 * Parameters of a frame's function in the order of its declaration, and its local variables that
 * are in scope there, those of outer blocks first. From debug info: there are none without.
 * Evaluated at the first call for the frame. Each is a value, or absent with its reason.
 */
struct qemucore_variable *qemucore_argument_next(struct qemucore_frame *frame,
                                                 const struct qemucore_variable *previous);
struct qemucore_variable *qemucore_local_next(struct qemucore_frame *frame,
                                              const struct qemucore_variable *previous);

/* NULL where the debug info has none. */
const char *qemucore_variable_name(const struct qemucore_variable *variable);
/* Spelled as in C: "const char *", "CPUState *". */
const char *qemucore_variable_type(const struct qemucore_variable *variable);
/* A number as text: "0x..." for pointers and unsigned integers, decimal for signed ones, "1" or
   "0" for a bool, an enumeration's number; the address of a structure or array. NULL: absent. */
const char *qemucore_variable_value(const struct qemucore_variable *variable);
/* Variable or function that a pointer points to, "name" or "name+0x10"; NULL: none has a name. */
const char *qemucore_variable_symbol(const struct qemucore_variable *variable);
/* String behind a char pointer or in a char array, up to 200 bytes as they are in the dump (*cut
   tells whether it goes on; cut may be NULL); enumerator; "true" or "false". NULL: none. */
const char *qemucore_variable_text(const struct qemucore_variable *variable, bool *cut);
/* "optimized out", or what could not be read or understood; NULL where there is a value. */
const char *qemucore_variable_why_absent(const struct qemucore_variable *variable);
/* What a parameter was passed, where the caller's debug info tells and its call is one of this
   function: a number as above. NULL: not known. */
const char *qemucore_variable_entry_value(const struct qemucore_variable *variable);

/* ---- Typed memory ------------------------------------------------------------------------ */

/*
 * An object with static storage, or something that can be reached from one: "name", then any of
 * ".member", "->member" and "[index]"; "." behind a pointer follows it. From debug info:
 *
 *     qemu_global_mutex.lock        first_cpu->halt_cond        ram_list.blocks.lh_first->idstr
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
/* Member of a structure or union, index from 0 in the order of its declaration.
   QEMUCORE_NOT_FOUND behind the last one, and for what is no structure. */
enum qemucore_status qemucore_object_member_at(const struct qemucore_object *object, size_t index,
                                               struct qemucore_object **ret,
                                               struct qemucore_error *error);
void qemucore_object_free(struct qemucore_object *object);
uint64_t qemucore_object_address(const struct qemucore_object *object);
/* Bytes; 0 where unknown. A bit-field has the size of its type. */
size_t qemucore_object_size(const struct qemucore_object *object);
/* Name (of a member; NULL for what an expression found), type and value. */
const struct qemucore_variable *qemucore_object_value(const struct qemucore_object *object);

/* ---- Info -------------------------------------------------------------------------------- */

/*
 * All arguments of the process, whole, the program's own name first: from the stack that it was
 * started with, where NT_PRPSINFO (qemucore_command_line) has 79 bytes of them. NULL at once where
 * they can't be had; the other call says why then, in one sentence, and else is NULL. previous is
 * the pointer that the last call returned. They may hold secrets (-object secret,data=...).
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

/* ---- Renderings -------------------------------------------------------------------------- */

/* struct qemucore_render.flags */
#define QEMUCORE_RENDER_BACKTRACE 0x1u  /* stacks, else a table of a line a thread */
#define QEMUCORE_RENDER_JSON      0x2u  /* schema "qemucore-threads/1", else text */
#define QEMUCORE_RENDER_COLOR     0x4u  /* ANSI colours in the text */
#define QEMUCORE_RENDER_BUILD_ID  0x8u  /* the module's build-id behind each frame of the text */
#define QEMUCORE_RENDER_LOCALS    0x10u /* local variables of each frame, with BACKTRACE */
#define QEMUCORE_RENDER_MEMBERS   0x20u /* members of structures, three deep, not addresses */

struct qemucore_render {
    size_t size;         /* sizeof(struct qemucore_render) */
    uint32_t flags;
    uint32_t max_frames; /* frames of a stack that are shown; 0: all */
    int lwp;             /* only this thread; 0: all */
};

/* Threads as the tool qemucore-threads prints them, a NUL-terminated text in *ret, to be freed by
   free(3). Control characters from the dump are escaped. QEMUCORE_NOT_FOUND: no thread lwp. */
enum qemucore_status qemucore_threads_render(struct qemucore *core,
                                             const struct qemucore_render *render, char **ret,
                                             struct qemucore_error *error);

/* What the tool qemucore-info prints: process, version, command line and modules, and how to get
   the debug info that is not here; flags JSON (schema "qemucore-info/1") and COLOR. Looks for the files
   of all modules, and into the lists of the machine's package manager, but with
   QEMUCORE_NO_HOST_FILES only below a sysroot. Free *ret by free(3). */
enum qemucore_status qemucore_info_render(struct qemucore *core,
                                          const struct qemucore_render *render, char **ret,
                                          struct qemucore_error *error);

/* "0.1.0" */
const char *qemucore_version(void);

#ifdef __cplusplus
}
#endif

#endif
