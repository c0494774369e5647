/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * arch - what core dumps and the unwinder must know of a CPU, as data
 *
 * To add a CPU: write a file with a const struct qc_arch, and add its name to the list in arch.c.
 * No other code knows a CPU: a difference between CPUs is a member here, not an #ifdef. What each
 * member enables: `registers` and `pc_slot`: threads with registers; `stack_pointer`,
 * `return_address` and the callee_saved flags: stacks (CFI); `return_address_on_stack` or a return
 * address register: stacks also after a call through a null pointer; `code_mask`: signed return
 * addresses; `syscall`: what a thread does in the kernel; `call`, `jump` and `link`: stacks that go
 * on past a function without unwind information.
 *
 * Numbers were checked against three sources: the psABI of the CPU (DWARF numbers, callee-saved
 * registers), the kernel's struct user_regs_struct / user_pt_regs / s390_regs / pt_regs (slots),
 * and elfutils' backends/CPU_corenote.c (both).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The DWARF register numbers used here are below this. Higher ones (vector and special registers)
   hold nothing that unwinding needs. */
#define QC_ARCH_REGISTERS 80

struct qc_arch_register {
    const char *name;
    uint8_t dwarf;      /* DWARF number */
    uint8_t slot;       /* index of its 64-bit word in pr_reg of NT_PRSTATUS; from pr_reg_words on:
                           in NT_FPREGSET */
    bool callee_saved;  /* has the same value in the caller if CFI says nothing about it */
};

/* Names of system calls, indexed by number; NULL: no call has that number. */
struct qc_arch_syscall_names {
    const char *const *names;
    size_t count;
};

#define QC_ARCH_SYSCALL_ARGUMENTS 6

/* An instruction that calls the kernel. */
struct qc_arch_syscall_entry {
    uint32_t instruction; /* the instruction, read in the CPU's byte order; 0: unused entry */
    uint32_t cause;       /* value of cause_slot after this instruction */
    bool error_flagged;   /* an error is a positive errno with error_flag set in error_slot;
                             false: an error is a result from -4095 to -1 */
};

/*
 * How a thread calls the kernel, and what pr_reg still shows of the call. Slots are words of
 * pr_reg. Checked against the kernel's arch/CPU/include/asm/syscall.h (syscall_get_nr, _arguments,
 * _error), its system call entry, and arch/CPU/kernel/signal.c, which sets the registers up to
 * restart an interrupted call: after it looks for the signal that dumps core or, with `rewound`,
 * before that.
 */
struct qc_arch_syscall {
    const struct qc_arch_syscall_names *names;
    uint8_t number_slot;
    bool number_tells;   /* the number is negative while the thread is in no system call */
    uint8_t argument_slots[QC_ARCH_SYSCALL_ARGUMENTS];
    uint8_t result_slot; /* if also the first argument's slot, the result overwrites the argument */
    uint8_t saved_slot;  /* the kernel's copy of the first argument; 0: not in pr_reg */
    uint8_t return_slot; /* the call instruction puts the address after it here; 0: nowhere */
    uint8_t cause_slot;  /* why the thread is in the kernel; 0: not in pr_reg */
    uint32_t cause_mask;
    uint8_t error_slot;  /* see error_flagged */
    uint64_t error_flag;
    uint8_t instruction_size;
    uint32_t instruction_number; /* bits of the instruction that are the call's number, unless 0 */
    bool rewound;        /* after an interrupted call, the PC is at the instruction and the first
                            argument restored; false: the PC is after the instruction */
    struct qc_arch_syscall_entry entries[2];
};

/* A register that setjmp saves. */
struct qc_arch_jump_register {
    uint8_t dwarf;   /* DWARF number; the return address register: where setjmp returns to */
    uint8_t word;    /* index of its 64-bit word in the jmp_buf */
    bool mangled;    /* xor'ed with the process's pointer guard, then rotated */
};

/*
 * glibc's jmp_buf, from sysdeps/CPU/setjmp.S, and PTR_MANGLE of its sysdep.h and pointer_guard.h.
 * The pointer guard is at guard_offset from the thread pointer. guard_offset 0: it is in the
 * dynamic linker's variable __pointer_chk_guard; no CPU has it at the thread pointer itself.
 */
struct qc_arch_jump {
    const struct qc_arch_jump_register *registers;
    size_t register_count;
    int32_t guard_offset;
    uint8_t rotation;   /* bits of rotation to the left, after the xor */
};

/* Offsets in glibc's data that differ between CPUs. */
struct qc_arch_glibc {
    struct qc_arch_jump jump;
    uint16_t pthread_tid;   /* offset of struct pthread.tid (nptl/descr.h): after the thread control
                               block or, if that is elsewhere, 24 pointers and a list's link */
    uint16_t rwlock_writer; /* offset of pthread_rwlock_t.__cur_writer (bits/struct_rwlock.h) */
};

/* Bytes of code that suffice to recognize a call, or a jump and the instructions before it. */
#define QC_ARCH_CODE 24

/* Where a call or a jump goes, if the code alone tells it. All false: neither call nor jump. */
struct qc_arch_branch {
    bool has_target;  /* goes to `target` */
    bool has_slot;    /* goes to the address stored at `target` (in a table that ld.so fills) */
    bool is_indirect; /* goes to a register's value; with has_target: the bytes may be either */
    uint64_t target;
};

/* Decodes QC_ARCH_CODE bytes of code. */
typedef struct qc_arch_branch qc_arch_branch_function(const uint8_t *code, uint64_t address);

/*
 * How a function without unwind information keeps its return address, from the CPU's ABI: the
 * unwinder scans the stack for it accordingly.
 */
enum qc_arch_link {
    QC_ARCH_LINK_PUSHED,     /* the caller's SP is right above the return address */
    QC_ARCH_LINK_NEAR_TOP,   /* the caller's SP is a little above the return address, which lies
                                next to the callee's other saved registers */
    QC_ARCH_LINK_RECORD,     /* the word below the return address is the caller's frame pointer,
                                which is also its SP */
    QC_ARCH_LINK_SAVE_AREA,  /* the caller's SP is 112 bytes below the return address */
    QC_ARCH_LINK_BACK_CHAIN, /* the return address is 16 bytes above the caller's SP, which is the
                                word at SP; that word is zero in the outermost frame */
};

/*
 * The code that a signal handler returns to, which calls rt_sigreturn. Recognized by its bytes if
 * its file has no CFI for it: musl, Go, and arm64's vdso from Linux 5.8 on, where unwinders are to know
 * it by its code (arch/arm64/kernel/vdso/sigreturn.S). The kernel stored the interrupted code's
 * registers above SP.
 */
struct qc_arch_trampoline {
    uint8_t code[9];
    uint8_t size;       /* size of the code; 0: the kernel's vdso has it, with CFI */
    uint16_t registers; /* offset of the first register from the stack pointer */
    uint8_t count;      /* number of registers */
    uint8_t order[33];  /* their DWARF numbers, in the order of memory; the last is the PC's column */
};

/* An instruction that raises SIGTRAP, for which the PC is not moved, or behind it. */
struct qc_arch_trap {
    uint32_t code;
    uint32_t mask;  /* bits of the instruction that are the code's */
    uint8_t size;   /* 0: no instruction is known */
    int8_t at;      /* offset of the instruction from the PC */
};

/* The frame pointer. Members beside the number are offsets from its value. */
struct qc_arch_frame_pointer {
    uint8_t number;          /* DWARF number; 0: none on this CPU (no CPU has it in register 0) */
    int8_t return_address;   /* place of the return address */
    int8_t saved;            /* place of the caller's frame pointer */
    int8_t stack_pointer;    /* the caller's SP (not for RECORD, where the saved value is its SP) */
};

struct qc_arch {
    const char *name;          /* as in uname -m; "ppc64le" is not the big-endian ppc64 */
    uint16_t elf_machine;      /* EM_* */
    bool big_endian;
    uint16_t pr_reg_words;     /* number of 64-bit words of pr_reg */
    uint8_t fpregset_words;    /* the same of NT_FPREGSET, if registers are in it; 0: none is. A slot
                                  must be below 64 */
    uint8_t pc_slot;           /* word of pr_reg that holds the PC */
    uint64_t pc_mask;          /* bits of that word that are an address */
    uint8_t stack_pointer;     /* DWARF number */
    uint8_t return_address;    /* DWARF number */
    bool return_address_on_stack; /* a call pushes it; false: a call sets the register above */
    bool stack_pointer_is_saved;  /* the SP register's CFI rule gives the caller's SP, which is the
                                     same without a rule (s390x: CFA is SP + 160); false: the CFA */
    uint32_t after_call[2];       /* instructions that compilers count as part of the call before */
    uint8_t thread_pointer_slot; /* word of pr_reg that holds the thread pointer; 0: it has its own
                                    note (aarch64: NT_ARM_TLS); no CPU has it in word 0 */
    bool tls_is_below;         /* the executable's thread-locals end at the thread pointer (variant
                                  II of the ELF TLS ABI); false: they begin at the thread pointer
                                  plus tls_bias, after a header of tls_header bytes */
    int32_t tls_bias;
    uint32_t tls_header;
    uint64_t code_mask;        /* bits of a return address that are an address, if the dump has no
                                  NT_ARM_PAC_MASK; all ones: the CPU signs no addresses */
    bool has_signal_information;  /* signal_information is known */
    uint16_t signal_information;  /* offset of a signal handler's siginfo_t from its frame's CFA
                                     (rt_sigframe of the kernel's signal.c) */
    struct qc_arch_trampoline trampoline;
    struct qc_arch_trap trap;
    const struct qc_arch_register *registers;
    size_t register_count;
    qc_arch_branch_function *call; /* decodes the call that the code ends with; address: its end */
    qc_arch_branch_function *jump; /* decodes the jump, also a conditional one, that the code begins
                                      with; address: its start */
    uint8_t code_step;             /* instructions begin at multiples of this */
    enum qc_arch_link link;
    struct qc_arch_frame_pointer frame_pointer;
    struct qc_arch_syscall syscall;
    struct qc_arch_glibc glibc;
};

/* Reads a little-endian number. */
static inline uint32_t qc_arch_word(const uint8_t *code)
{
    return (uint32_t)code[0] | (uint32_t)code[1] << 8 | (uint32_t)code[2] << 16 |
           (uint32_t)code[3] << 24;
}

/* Sign-extends an instruction's field of so many bits. */
static inline uint64_t qc_arch_signed(uint64_t field, unsigned bits)
{
    uint64_t sign = (uint64_t)1 << (bits - 1);
    return ((field & (2 * sign - 1)) ^ sign) - sign;
}

/* Finds the CPU of an ELF header. NULL: not a known one. */
const struct qc_arch *qc_arch_find(uint16_t elf_machine, bool big_endian);

/* Finds a register by its DWARF number. NULL: not in the table. */
const struct qc_arch_register *qc_arch_register(const struct qc_arch *arch, unsigned dwarf);

extern const struct qc_arch qc_arch_x86_64;
extern const struct qc_arch qc_arch_aarch64;
extern const struct qc_arch qc_arch_loongarch64;
extern const struct qc_arch qc_arch_riscv64;
extern const struct qc_arch qc_arch_s390x;
extern const struct qc_arch qc_arch_ppc64le;

extern const struct qc_arch_syscall_names qc_arch_syscalls_x86_64;
extern const struct qc_arch_syscall_names qc_arch_syscalls_generic; /* aarch64 and newer CPUs */
extern const struct qc_arch_syscall_names qc_arch_syscalls_s390x;
extern const struct qc_arch_syscall_names qc_arch_syscalls_ppc64;
