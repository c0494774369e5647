/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * arch - what a CPU is to a core dump and to the unwinder, as data
 *
 * How to add one: a file with a const struct qc_arch, and its name in arch.c's list. Nothing else
 * knows a CPU; where one behaves in its own way, it is a member here, not an #ifdef. By what is
 * filled in you get: `registers` and `pc_slot`: threads with registers; `stack_pointer`,
 * `return_address` and callee_saved flags: stacks (CFI); `return_address_on_stack` or a return
 * address register: also out of calls through a null pointer; `code_mask`: signed return addresses;
 * `syscall`: what a thread does in the kernel; `call`, `jump` and `link`: what a stack goes on with
 * behind a function that has no unwind information.
 *
 * Numbers are held against three sources: the psABI of the CPU (DWARF numbers, callee-saved
 * registers), the kernel's struct user_regs_struct / user_pt_regs / s390_regs / pt_regs (slots),
 * and elfutils' backends/CPU_corenote.c (both).
 */
#ifndef QC_ARCH_ARCH_H
#define QC_ARCH_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* DWARF register numbers are below this; CFI that names a higher one (vector and special
   registers) is about values no stack needs. */
#define QC_ARCH_REGISTERS 80

struct qc_arch_register {
    const char *name;
    uint8_t dwarf;
    uint8_t slot;       /* 64-bit word of pr_reg in NT_PRSTATUS */
    bool callee_saved;  /* keeps its value over a call where CFI says nothing about it */
};

/* System calls by number; NULL where there is none. */
struct qc_arch_syscall_names {
    const char *const *names;
    size_t count;
};

#define QC_ARCH_SYSCALL_ARGUMENTS 6

/* An instruction that calls the kernel. */
struct qc_arch_syscall_entry {
    uint32_t instruction; /* as a number in the CPU's byte order; 0: no such entry */
    uint32_t cause;       /* what cause_slot says of a thread that came in by it */
    bool error_flagged;   /* an error is positive, and error_flag in error_slot tells it; else it is
                             a number from -4095 to -1 */
};

/*
 * How a thread calls the kernel, and what of that is left in pr_reg (slots are words of it). Held
 * against the kernel's arch/CPU/include/asm/syscall.h (syscall_get_nr, _arguments, _error), its
 * system call entry, and arch/CPU/kernel/signal.c, which makes the registers ready to start an
 * interrupted call anew: after it has looked for the signal that dumps core or, `rewound`, before.
 */
struct qc_arch_syscall {
    const struct qc_arch_syscall_names *names;
    uint8_t number_slot;
    bool number_tells;  /* the kernel makes that word negative for a thread that is in no call */
    uint8_t argument_slots[QC_ARCH_SYSCALL_ARGUMENTS];
    uint8_t result_slot; /* where it is the first argument's too, the result overwrites that ... */
    uint8_t saved_slot; /* ... of which the kernel keeps a copy here; 0: not in pr_reg */
    uint8_t return_slot; /* where the instruction itself leaves the address behind it; 0: nowhere */
    uint8_t cause_slot; /* why the thread is in the kernel; 0: not in pr_reg */
    uint32_t cause_mask;
    uint8_t error_slot;
    uint64_t error_flag;
    uint8_t instruction_size;
    uint32_t instruction_number; /* bits of the instruction that are the call's number, unless 0 */
    bool rewound;       /* of an interrupted call, the PC is on the instruction, and its first
                           argument back in place; else the PC is behind the instruction */
    struct qc_arch_syscall_entry entries[2];
};

/* A register that setjmp keeps. */
struct qc_arch_jump_register {
    uint8_t dwarf;   /* the return address's: where setjmp returns to */
    uint8_t word;    /* of the jmp_buf, in 64 bits */
    bool mangled;    /* exclusive-or'ed with the process's pointer guard, and rotated */
};

/*
 * glibc's jmp_buf, from sysdeps/CPU/setjmp.S, and PTR_MANGLE of its sysdep.h and
 * pointer_guard.h. The guard is so far from the thread pointer or, where guard_offset is 0, in the
 * dynamic linker's variable __pointer_chk_guard. No CPU has it at the thread pointer itself.
 */
struct qc_arch_jump {
    const struct qc_arch_jump_register *registers;
    size_t register_count;
    int32_t guard_offset;
    uint8_t rotation;   /* by so many bits to the left, after the exclusive or */
};

/* What glibc's ABI has in another place on each CPU. */
struct qc_arch_glibc {
    struct qc_arch_jump jump;
    uint16_t pthread_tid;   /* offset of struct pthread.tid (nptl/descr.h), behind the thread control
                               block or, where that is elsewhere, 24 pointers and a list's link */
    uint16_t rwlock_writer; /* offset of pthread_rwlock_t.__cur_writer (bits/struct_rwlock.h) */
};

/* So many bytes of code are enough to know a call, or a jump and what leads up to it. */
#define QC_ARCH_CODE 24

/* Where a call or a jump goes, as far as the code tells. */
struct qc_arch_branch {
    bool has_target;  /* to `target`, or ... */
    bool has_slot;    /* ... to where the pointer at `target` leads (a table that ld.so fills) */
    bool is_indirect; /* to where a register leads; beside has_target: the bytes can be either */
    uint64_t target;
};

/* Of QC_ARCH_CODE bytes of code; nothing is set where there is no such instruction. */
typedef struct qc_arch_branch qc_arch_branch_function(const uint8_t *code, uint64_t address);

/*
 * Where a function without unwind information has left its caller, from the CPU's ABI: how it is
 * looked for on the stack, and what a frame pointer, where code has one, points at.
 */
enum qc_arch_link {
    QC_ARCH_LINK_PUSHED,     /* the caller's SP is right above the return address */
    QC_ARCH_LINK_NEAR_TOP,   /* ... somewhere above, next to the callee's other saved registers */
    QC_ARCH_LINK_RECORD,     /* the caller's frame pointer is below it, and is its SP */
    QC_ARCH_LINK_SAVE_AREA,  /* the caller's SP follows it, which is 112 bytes below */
    QC_ARCH_LINK_BACK_CHAIN, /* it is 16 bytes above the caller's SP, which is the word at SP;
                                that is zero in the outermost frame */
};

/*
 * What a signal handler returns to calls rt_sigreturn. Where its file has no CFI for it (musl, Go) it is
 * known by its bytes. What the signal has interrupted had its registers where the kernel has put them.
 */
struct qc_arch_trampoline {
    uint8_t code[9];
    uint8_t size;      /* 0: the kernel's vdso has it, with CFI */
    uint8_t registers; /* where the first one is, from the stack pointer */
    uint8_t count;
    uint8_t order[17]; /* DWARF numbers */
};

struct qc_arch_frame_pointer {
    uint8_t number;          /* DWARF; 0: code of this CPU has none (no CPU has it in register 0) */
    int8_t return_address;   /* where that is, from the frame pointer */
    int8_t saved;            /* the caller's frame pointer */
    int8_t stack_pointer;    /* what the caller's SP is (RECORD: its frame pointer) */
};

struct qc_arch {
    const char *name;          /* as uname -m says, ppc64le told from big-endian ppc64 */
    uint16_t elf_machine;      /* EM_* */
    bool big_endian;
    uint16_t pr_reg_words;     /* 64-bit words of pr_reg */
    uint8_t pc_slot;
    uint64_t pc_mask;          /* bits of the PC slot that are an address */
    uint8_t stack_pointer;     /* DWARF numbers */
    uint8_t return_address;
    bool return_address_on_stack; /* a call pushes it; else it leaves it in the register above */
    bool stack_pointer_is_saved;  /* the caller's SP is what CFI says of the SP register or, unsaid,
                                     unchanged (s390x: CFA is SP + 160); else SP is the CFA */
    uint32_t after_call[2];       /* instructions that compilers count as part of the call before */
    uint8_t thread_pointer_slot; /* word of pr_reg that is the thread pointer; 0: it has a note of
                                  its own (aarch64: NT_ARM_TLS). No CPU has it in word 0 */
    bool tls_is_below;         /* the executable's thread-locals end at the thread pointer (variant
                                  II of the ELF TLS ABI); else they begin at it ... */
    int32_t tls_bias;          /* ... plus this ... */
    uint32_t tls_header;       /* ... and behind a header of this size */
    uint64_t code_mask;        /* bits of a return address that are an address where the dump has
                                  no NT_ARM_PAC_MASK; all ones where no CPU signs them */
    bool has_signal_information;  /* a signal handler's siginfo_t lies at its frame's CFA, ... */
    uint16_t signal_information;  /* ... or so far above (rt_sigframe of the kernel's signal.c) */
    struct qc_arch_trampoline trampoline;
    uint8_t trap;                 /* the instruction of one byte that raises SIGTRAP and is passed
                                     by then; 0: none */
    const struct qc_arch_register *registers;
    size_t register_count;
    qc_arch_branch_function *call; /* that returns to address, which the code ends at */
    qc_arch_branch_function *jump; /* the code begins at address; conditional ones, too */
    uint8_t code_step;             /* instructions begin at multiples of this */
    enum qc_arch_link link;
    struct qc_arch_frame_pointer frame_pointer;
    struct qc_arch_syscall syscall;
    struct qc_arch_glibc glibc;
};

/* A little-endian number in code; a field of an instruction as a signed number. */
static inline uint32_t qc_arch_word(const uint8_t *code)
{
    return (uint32_t)code[0] | (uint32_t)code[1] << 8 | (uint32_t)code[2] << 16 |
           (uint32_t)code[3] << 24;
}

static inline uint64_t qc_arch_signed(uint64_t field, unsigned bits)
{
    uint64_t sign = (uint64_t)1 << (bits - 1);
    return ((field & (2 * sign - 1)) ^ sign) - sign;
}

/* By ELF header; NULL where we have none. */
const struct qc_arch *qc_arch_find(uint16_t elf_machine, bool big_endian);

/* The row of a DWARF number, NULL without one. */
const struct qc_arch_register *qc_arch_register(const struct qc_arch *arch, unsigned dwarf);

extern const struct qc_arch qc_arch_x86_64;
extern const struct qc_arch qc_arch_aarch64;
extern const struct qc_arch qc_arch_loongarch64;
extern const struct qc_arch qc_arch_riscv64;
extern const struct qc_arch qc_arch_s390x;
extern const struct qc_arch qc_arch_ppc64le;

extern const struct qc_arch_syscall_names qc_arch_syscalls_x86_64;
extern const struct qc_arch_syscall_names qc_arch_syscalls_generic; /* aarch64 and younger CPUs */
extern const struct qc_arch_syscall_names qc_arch_syscalls_s390x;
extern const struct qc_arch_syscall_names qc_arch_syscalls_ppc64;

#endif
