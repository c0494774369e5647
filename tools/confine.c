/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "confine.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* With a sanitizer calls are not filtered: which ones its runtime makes is not documented, as at
   the end of the process, where LeakSanitizer stops all threads from another process. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

const bool confine_is_sanitized = SANITIZED;

void confine_dumps(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* ---- files: Landlock --------------------------------------------------------------------------- */

/* The kernel's ABI is spelled out here, because the headers of the build machine may be older than
   the kernel at run time. The numbers of these calls are the same on every CPU. */
#define CALL_CREATE 444
#define CALL_ADD_RULE 445
#define CALL_RESTRICT 446
#define CREATE_VERSION 1u
#define RULE_PATH_BENEATH 1

#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_ABI_1 ((UINT64_C(1) << 13) - 1)
#define FS_REFER (UINT64_C(1) << 13)     /* since ABI 2 */
#define FS_TRUNCATE (UINT64_C(1) << 14)  /* since ABI 3 */
#define FS_IOCTL_DEV (UINT64_C(1) << 15) /* since ABI 5 */
#define NET_TCP UINT64_C(3)              /* since ABI 4: bind and connect */
#define SCOPE_ALL UINT64_C(3)            /* since ABI 6: abstract sockets, signals to others */

struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scopes;
};

struct rule {
    uint64_t allowed;
    int32_t below;
} __attribute__((packed));

static struct ruleset ruleset_of(long abi)
{
    return (struct ruleset){
        .files = FS_ABI_1 | (abi >= 2 ? FS_REFER : 0) | (abi >= 3 ? FS_TRUNCATE : 0) |
                 (abi >= 5 ? FS_IOCTL_DEV : 0),
        .network = abi >= 4 ? NET_TCP : 0,
        .scopes = abi >= 6 ? SCOPE_ALL : 0,
    };
}

/* Ignores failures: such a path can't be opened anyway, or is a pipe, which needs no rule. */
static void rule_add(int ruleset, const char *path, uint64_t allowed)
{
    struct rule rule = {.allowed = allowed, .below = open(path, O_PATH | O_CLOEXEC)};
    struct stat found;
    if (rule.below >= 0 && fstat(rule.below, &found) == 0) {
        if (!S_ISDIR(found.st_mode)) {
            rule.allowed &= FS_READ_FILE;
        }
        syscall(CALL_ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0);
    }
    if (rule.below >= 0) {
        close(rule.below);
    }
}

static bool confine_files(const struct confinement *confinement)
{
    long abi = syscall(CALL_CREATE, NULL, 0, CREATE_VERSION);
    const struct ruleset wanted = ruleset_of(abi);
    int ruleset = abi < 1 ? -1 : (int)syscall(CALL_CREATE, &wanted, sizeof(wanted), 0);
    if (ruleset < 0) {
        return false;
    }
    for (size_t i = 0; i < confinement->readable_count; i++) {
        rule_add(ruleset, confinement->readable[i], FS_READ_FILE | FS_READ_DIR);
    }
    if (confinement->writable != NULL) {
        rule_add(ruleset, confinement->writable, wanted.files);
    }
    if (SANITIZED) {
        rule_add(ruleset, "/proc", FS_READ_FILE | FS_READ_DIR);
    }
    bool done = syscall(CALL_RESTRICT, ruleset, 0) == 0;
    close(ruleset);
    return done;
}

/* ---- system calls: seccomp --------------------------------------------------------------------- */

/* Written by hand: loading libseccomp and building a filter by it takes longer than the rest. */

#if defined(__x86_64__)
#define OWN_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define OWN_ARCH AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OWN_ARCH AUDIT_ARCH_PPC64LE
#elif defined(__s390x__)
#define OWN_ARCH AUDIT_ARCH_S390X
#elif defined(__loongarch64)
#define OWN_ARCH (EM_LOONGARCH | __AUDIT_ARCH_64BIT | __AUDIT_ARCH_LE)
#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258
#endif
#else
#define OWN_ARCH 0 /* any other CPU: calls are not filtered */
#endif

/*
 * The calls that the library, elfutils, the decoders and the C library make. Every other call
 * returns ENOSYS, as if the kernel were older, and the C library does without it. For clone3, whose
 * flags a filter can't see, it uses clone.
 */
static const int calls[] = {
    SYS_read, SYS_readv, SYS_pread64, SYS_preadv, SYS_write, SYS_writev, SYS_close, SYS_lseek,
    SYS_dup, SYS_dup3, SYS_ppoll, SYS_recvmsg, SYS_fadvise64, SYS_readahead,
    /* information about files */
    SYS_statx, SYS_statfs, SYS_fstatfs, SYS_faccessat, SYS_readlinkat, SYS_getcwd, SYS_getdents64,
    /* memory and threads */
    SYS_brk, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_membarrier,
    SYS_futex, SYS_set_robust_list, SYS_set_tid_address, SYS_sched_getaffinity, SYS_sched_yield,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_restart_syscall,
    SYS_exit, SYS_exit_group,
    /* identity, time and resources */
    SYS_getpid, SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_uname,
    SYS_sysinfo, SYS_getrusage, SYS_getrandom, SYS_gettimeofday, SYS_clock_gettime,
    SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep,
    /* calls that only some CPUs have */
#ifdef __s390x__
    SYS_mmap,
#endif
#ifdef SYS_fstat
    SYS_fstat,
#endif
#ifdef SYS_newfstatat
    SYS_newfstatat,
#endif
#ifdef SYS_faccessat2
    SYS_faccessat2,
#endif
#ifdef SYS_rseq
    SYS_rseq,
#endif
#ifdef SYS_open
    SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_dup2, SYS_poll,
#endif
};

/* Allowed in addition when there is a writable directory; Landlock confines them to it. */
static const int writing_calls[] = {
    SYS_openat, SYS_mkdirat, SYS_unlinkat, SYS_symlinkat, SYS_fchdir,
#ifdef SYS_open
    SYS_open, SYS_mkdir, SYS_rmdir, SYS_unlink, SYS_symlink,
#endif
};

#define WRITING (O_ACCMODE | O_CREAT | O_TRUNC)
#ifdef __s390x__
#define CLONE_FLAGS 1
#else
#define CLONE_FLAGS 0
#endif

/* A call that is allowed when the masked argument has this value. */
struct call {
    int number;
    unsigned argument;
    uint32_t mask;
    uint32_t value;
};

/* TCGETS2, which isatty(3) uses since glibc 2.42. The kernel's macro needs struct termios2, which
   older headers lack: 44 bytes (include/uapi/asm-generic/termbits.h; powerpc has none). */
#define TERMIOS2_GET 0x802c542au

static const struct call calls_with_argument[] = {
    {SYS_openat, 2, WRITING, O_RDONLY},
#ifdef SYS_open
    {SYS_open, 1, WRITING, O_RDONLY},
#endif
#ifndef __s390x__ /* s390x passes the arguments of mmap by a pointer */
    /* Shared mappings are refused, because RLIMIT_DATA does not count them. */
    {SYS_mmap, 3, MAP_SHARED | MAP_PRIVATE, MAP_PRIVATE},
#endif
    {SYS_clone, CLONE_FLAGS, CLONE_THREAD, CLONE_THREAD},
    /* The width of a terminal can be read, but nothing can be typed into it (TIOCSTI). */
    {SYS_ioctl, 1, UINT32_MAX, TIOCGWINSZ},
    {SYS_ioctl, 1, UINT32_MAX, TCGETS},
    {SYS_ioctl, 1, UINT32_MAX, TERMIOS2_GET},
    /* F_SETOWN is not here: it can send another process signals. */
    {SYS_fcntl, 1, UINT32_MAX, F_DUPFD},
    {SYS_fcntl, 1, UINT32_MAX, F_DUPFD_CLOEXEC},
    {SYS_fcntl, 1, UINT32_MAX, F_GETFD},
    {SYS_fcntl, 1, UINT32_MAX, F_SETFD},
    {SYS_fcntl, 1, UINT32_MAX, F_GETFL},
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

struct filter {
    struct sock_filter code[6 * (COUNT(calls) + COUNT(writing_calls) + COUNT(calls_with_argument))];
    unsigned short length;
};

static void filter_put(struct filter *filter, uint16_t code, size_t value, uint8_t if_not)
{
    filter->code[filter->length++] =
        (struct sock_filter){.code = code, .jf = if_not, .k = (uint32_t)value};
}

static void filter_load(struct filter *filter, size_t offset)
{
    filter_put(filter, BPF_LD | BPF_W | BPF_ABS, offset, 0);
}

static void filter_allow(struct filter *filter, const int *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        filter_put(filter, BPF_JMP | BPF_JEQ | BPF_K, (size_t)numbers[i], 1);
        filter_put(filter, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0);
    }
}

/* Compares the lower 32 bits of the argument: the kernel uses no more of these arguments. */
static void filter_allow_with(struct filter *filter, const struct call *call)
{
    const size_t low = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0;
    filter_put(filter, BPF_JMP | BPF_JEQ | BPF_K, (size_t)call->number, 5);
    filter_load(filter, offsetof(struct seccomp_data, args) + 8 * call->argument + low);
    filter_put(filter, BPF_ALU | BPF_AND | BPF_K, call->mask, 0);
    filter_put(filter, BPF_JMP | BPF_JEQ | BPF_K, call->value, 1);
    filter_put(filter, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0);
    filter_load(filter, offsetof(struct seccomp_data, nr));
}

static void filter_make(struct filter *filter, uint32_t arch)
{
    filter_load(filter, offsetof(struct seccomp_data, arch));
    filter_put(filter, BPF_JMP | BPF_JEQ | BPF_K, arch, 1);
    filter_put(filter, BPF_JMP | BPF_JA, 1, 0);
    filter_put(filter, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS, 0);
    filter_load(filter, offsetof(struct seccomp_data, nr));
    filter_allow(filter, calls, COUNT(calls));
    for (size_t i = 0; i < COUNT(calls_with_argument); i++) {
        filter_allow_with(filter, &calls_with_argument[i]);
    }
    const struct call own_signals = {SYS_tgkill, 0, UINT32_MAX, (uint32_t)getpid()};
    filter_allow_with(filter, &own_signals); /* for abort() */
}

/* A filter can't see the flags of openat2, which are behind a pointer: only a sysroot allows it.
   Without Landlock it could write, before Landlock's ABI 3 truncate readable files (O_TRUNC). */
static bool confine_calls(const struct confinement *confinement)
{
    static const int resolving[] = {SYS_openat2};
    struct filter filter = {.length = 0};
    if (OWN_ARCH == 0) {
        return false;
    }
    filter_make(&filter, OWN_ARCH);
    if (confinement->has_root) {
        filter_allow(&filter, resolving, COUNT(resolving));
    }
    if (confinement->writable != NULL) {
        filter_allow(&filter, writing_calls, COUNT(writing_calls));
    }
    filter_put(&filter, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS, 0);
    const struct sock_fprog program = {.len = filter.length, .filter = filter.code};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

/* ------------------------------------------------------------------------------------------------ */

const char *confine(const struct confinement *confinement)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return "neither Landlock nor seccomp";
    }
    bool files_confined = confine_files(confinement);
    bool calls_confined = SANITIZED || confine_calls(confinement);
    return files_confined && calls_confined ? NULL
           : files_confined                 ? "no seccomp"
           : calls_confined                 ? "no Landlock"
                                            : "neither Landlock nor seccomp";
}
