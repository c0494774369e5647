/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/syscall.h"

#include <errno.h>
#include <signal.h>

/* The first page is never mapped (vm.mmap_min_addr). */
#define ADDRESS_MIN 4096

/* How a thread has entered the kernel. */
struct kernel_entry {
    const struct qc_arch_syscall_entry *entry; /* NULL: by no system call */
    uint32_t instruction; /* the system call instruction; 0: not read */
    uint32_t number;      /* the call's number, if neither the instruction nor a register has it */
    bool rewound;         /* the PC is at the instruction, not after it */
    bool unreadable;      /* the instruction can't be read */
    bool assumed;         /* the call's number is in a register that may hold anything */
};

const char *qc_syscall_name(const struct qc_arch *arch, unsigned number)
{
    const struct qc_arch_syscall_names *table = arch->syscall.names;
    return number < table->count ? table->names[number] : NULL;
}

/* Returns the name for a register's value, which is no number of a call if it exceeds 32 bits. */
static const char *number_name(const struct qc_arch *arch, uint64_t number)
{
    return number > UINT32_MAX ? NULL : qc_syscall_name(arch, (unsigned)number);
}

/* Returns the entry whose instruction is at address. NULL: another instruction, or not readable. */
static const struct qc_arch_syscall_entry *entry_at(struct qc_core *core, uint64_t address,
                                                    struct kernel_entry *entered)
{
    const struct qc_arch_syscall *abi = &core->arch->syscall;
    uint64_t instruction = 0;
    if (!qc_core_number(core, address, abi->instruction_size, &instruction)) {
        entered->unreadable = true;
        return NULL;
    }
    for (size_t i = 0; i < qc_count(abi->entries); i++) {
        const struct qc_arch_syscall_entry *entry = &abi->entries[i];
        if (entry->instruction != 0 &&
            (instruction & ~(uint64_t)abi->instruction_number) == entry->instruction) {
            entered->instruction = (uint32_t)instruction;
            return entry;
        }
    }
    return NULL;
}

/* Reads the instruction before the PC, or at the PC on a CPU that rewinds it. */
static void find_by_instruction(struct qc_core *core, uint64_t pc, struct kernel_entry *entered)
{
    const struct qc_arch_syscall *abi = &core->arch->syscall;
    entered->entry = entry_at(core, pc - abi->instruction_size, entered);
    if (entered->entry == NULL && abi->rewound) {
        entered->entry = entry_at(core, pc, entered);
        entered->rewound = entered->entry != NULL;
    }
}

/* Uses the kernel's record of why the thread entered. False: there is none. */
static bool find_by_cause(const struct qc_arch_syscall *abi, const struct qc_thread *thread,
                          struct kernel_entry *entered)
{
    const uint64_t *registers = thread->registers;
    if (thread->has_call_note) {
        entered->number = thread->call_note;
        entered->entry = entered->number != 0 ? &abi->entries[0] : NULL;
        return true;
    }
    uint64_t cause = abi->cause_slot == 0 ? 0 : registers[abi->cause_slot] & abi->cause_mask;
    if (cause == 0) {
        return false; /* the CPU has none, or an emulator wrote the dump: there it is always zero */
    }
    for (size_t i = 0; i < qc_count(abi->entries); i++) {
        if (abi->entries[i].cause == cause) {
            entered->entry = &abi->entries[i];
        }
    }
    return true;
}

/* Tells whether a result is internal to the kernel: no program ever sees it. */
static bool is_restart(int64_t result)
{
    return result == -QC_ERESTARTSYS || result == -QC_ERESTARTNOINTR ||
           result == -QC_ERESTARTNOHAND || result == -QC_ERESTART_RESTARTBLOCK;
}

static bool is_interrupted(int64_t result)
{
    /* Calls that must not be restarted, as KVM_RUN, return EINTR themselves. */
    return is_restart(result) || result == -EINTR;
}

/* si_code of a SIGBUS for failed memory, sent whatever the thread does (asm-generic/siginfo.h). */
#define CODE_BUS_MCEERR_AO 5

/* Tells whether the thread's own instruction raised the signal: then it is in no system call, even
   if that instruction follows one. */
static bool has_faulted(const struct qc_core *core, const struct qc_thread *thread)
{
    return core->has_fault_address && core->signal != SIGTRAP &&
           (core->signal != SIGBUS || core->signal_code != CODE_BUS_MCEERR_AO) &&
           thread->crashed && thread->signal == core->signal;
}

/*
 * Tells whether the registers alone prove a system call, if its instruction can't be read. The
 * number register alone does not: an unused register is zero, the number of read, and x8 of aarch64
 * keeps the number of the last call. An emulator writes a copy of the result register instead of
 * the number.
 */
static bool is_proven(const struct qc_core *core, const uint64_t *registers, uint64_t pc)
{
    const struct qc_arch_syscall *abi = &core->arch->syscall;
    uint64_t number = registers[abi->number_slot];
    uint64_t result = registers[abi->result_slot];
    bool has_number = abi->number_tells && number != 0 && number != result;
    bool is_after_call = abi->return_slot != 0 && registers[abi->return_slot] == pc;
    return is_restart((int64_t)result) || has_number || (is_after_call && core->has_call_numbers);
}

static void find_by_registers(const struct qc_core *core, const uint64_t *registers,
                              uint64_t pc, struct kernel_entry *entered)
{
    const struct qc_arch_syscall *abi = &core->arch->syscall;
    entered->assumed = !abi->number_tells;
    if (is_proven(core, registers, pc) &&
        (!entered->assumed || number_name(core->arch, registers[abi->number_slot]) != NULL)) {
        entered->entry = &abi->entries[0];
    }
}

static struct kernel_entry find_entry(struct qc_core *core, const struct qc_thread *thread,
                                      uint64_t pc)
{
    const struct qc_arch_syscall *abi = &core->arch->syscall;
    struct kernel_entry entered = {0};
    if (!find_by_cause(abi, thread, &entered)) {
        find_by_instruction(core, pc, &entered);
    }
    if (entered.entry == NULL && entered.unreadable && abi->instruction_number == 0) {
        find_by_registers(core, thread->registers, pc, &entered);
    }
    return entered;
}

/* Tells whether the number is zero only because the dump has no numbers (valgrind's). Its calls have
   failed with EINTR when it dumps; one that the kernel dumps may be restarted. */
static bool is_number_missing(const struct qc_core *core, const uint64_t *registers)
{
    const struct qc_arch_syscall *abi = &core->arch->syscall;
    return abi->number_tells && !core->has_call_numbers && registers[abi->number_slot] == 0 &&
           !is_restart((int64_t)registers[abi->result_slot]);
}

/* Tells whether a call takes a descriptor first and returns a number of bytes, which may look like
   an address: a pipe that was full has taken 65536. */
static bool counts_bytes(const char *name)
{
    static const char *const names[] = {"read",    "write",    "readv",    "writev",   "pread64",
                                        "pwrite64", "preadv",  "pwritev",  "preadv2",  "pwritev2",
                                        "sendto",  "sendmsg",  "recvfrom", "recvmsg",  "sendfile",
                                        "splice",  "vmsplice", "tee",      "copy_file_range", NULL};
    return qc_str_is_one_of(name, names);
}

/*
 * Sets the result, and the first argument if both use the same register. If the kernel's copy of
 * the argument is known, the register has the result. Without a copy (aarch64, riscv64), or if it
 * is zero as in all dumps of an emulator, the register has one of the two: an error is a result. A
 * value that may be an address is an argument, since calls that threads sleep in take one first
 * (futex, ppoll, nanosleep) and return a small count. A smaller value, or a count of bytes, is a
 * result.
 */
static void find_result(const struct qc_arch_syscall *abi, const uint64_t *registers,
                        const struct kernel_entry *entered, struct qc_syscall *ret)
{
    uint64_t word = registers[abi->result_slot];
    uint64_t saved = abi->saved_slot == 0 ? 0 : registers[abi->saved_slot];
    bool flagged = entered->entry->error_flagged &&
                   (registers[abi->error_slot] & abi->error_flag) != 0;
    int64_t result = (int64_t)(flagged ? 0 - word : word);
    bool failed = result < 0 && result >= -QC_ERRNO_MAX;

    ret->has_result = !entered->rewound;
    if (abi->result_slot == abi->argument_slots[0] && !entered->rewound) {
        ret->has_result = saved != 0 || failed || word < ADDRESS_MIN || counts_bytes(ret->name);
        ret->known[0] = saved != 0 || !ret->has_result;
        ret->arguments[0] = saved != 0 ? saved : ret->has_result ? 0 : word;
    }
    /* The kernel sets the result to ENOSYS on entry, and overwrites it when the call returns. */
    ret->has_result = ret->has_result && result != -ENOSYS;
    ret->result = ret->has_result ? result : 0;
    ret->interrupted = !ret->has_result || is_interrupted(result);
}

/* What socketcall does, by its first argument (include/uapi/linux/net.h), and with how many
   arguments (net/socket.c, nargs). */
static const struct socket_call {
    const char *name;
    size_t count;
} socket_calls[] = {
    {NULL, 0},          {"socket", 3},      {"bind", 3},        {"connect", 3},
    {"listen", 2},      {"accept", 3},      {"getsockname", 3}, {"getpeername", 3},
    {"socketpair", 4},  {"send", 4},        {"recv", 4},        {"sendto", 6},
    {"recvfrom", 6},    {"shutdown", 2},    {"setsockopt", 5},  {"getsockopt", 5},
    {"sendmsg", 3},     {"recvmsg", 3},     {"accept4", 4},     {"recvmmsg", 5},
    {"sendmmsg", 4},
};

/* Turns socketcall into the call that it does. glibc's functions for sockets make it on s390x. Its
   second argument is the address of the other call's arguments. */
static void socketcall_unpack(const struct qc_core *core, struct qc_syscall *call)
{
    uint64_t which = call->arguments[0];
    uint64_t arguments[QC_SYSCALL_ARGUMENTS] = {0};
    if (!qc_str_is(call->name, "socketcall") || !call->known[0] || which == 0 ||
        which >= qc_count(socket_calls)) {
        return;
    }
    const struct socket_call *row = &socket_calls[which];
    for (size_t i = 0; i < row->count; i++) {
        if (!qc_core_number(core, call->arguments[1] + 8 * i, 8, &arguments[i])) {
            return;
        }
    }
    call->name = row->name;
    for (size_t i = 0; i < QC_SYSCALL_ARGUMENTS; i++) {
        call->arguments[i] = arguments[i];
        call->known[i] = i < row->count;
    }
}

static struct qc_syscall call_read(const struct qc_core *core, const struct qc_thread *thread,
                                   const struct kernel_entry *entered)
{
    const struct qc_arch *arch = core->arch;
    const struct qc_arch_syscall *abi = &arch->syscall;
    uint64_t number =
        entered->number != 0 ? entered->number : entered->instruction & abi->instruction_number;
    if (number == 0) {
        number = thread->registers[abi->number_slot];
    }
    struct qc_syscall call = {.number = (unsigned)number,
                              .name = number_name(arch, number),
                              .assumed = entered->assumed};
    for (size_t i = 0; i < QC_SYSCALL_ARGUMENTS; i++) {
        call.arguments[i] = thread->registers[abi->argument_slots[i]];
        call.known[i] = true;
    }
    if (qc_thread_sleeps_on(thread)) {
        call.interrupted = true;
    } else {
        find_result(abi, thread->registers, entered, &call);
    }
    socketcall_unpack(core, &call);
    return call;
}

bool qc_syscall_find(struct qc_core *core, const struct qc_thread *thread, struct qc_syscall *ret)
{
    *ret = (struct qc_syscall){.assumed = true};
    if (core->arch == NULL || thread->registers == NULL) {
        return false;
    }
    const struct qc_arch_syscall *abi = &core->arch->syscall;
    const uint64_t *registers = thread->registers;
    uint64_t pc = registers[core->arch->pc_slot] & core->arch->pc_mask;
    /* A thread without a PC was made by the kernel (KVM, vhost, io_uring): its other registers are
       a copy of those of the thread that caused it. */
    if (pc == 0 || (abi->number_tells && (int32_t)registers[abi->number_slot] < 0) ||
        has_faulted(core, thread)) {
        ret->assumed = false;
        return false;
    }
    struct kernel_entry entered = find_entry(core, thread, pc);
    if (entered.entry == NULL || is_number_missing(core, registers)) {
        ret->assumed = entered.entry != NULL || entered.unreadable;
        return false;
    }
    *ret = call_read(core, thread, &entered);
    return true;
}
