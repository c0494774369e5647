/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* System V psABI x86-64, figure 3.36; kernel arch/x86/include/asm/user_64.h, struct
   user_regs_struct. DWARF register 16 is the return address column. */
#include "arch/arch.h"

#include <elf.h>

static const struct qc_arch_register registers[] = {
    /* name, DWARF number, word of pr_reg, callee-saved */
    {"rax", 0, 10, false}, {"rdx", 1, 12, false}, {"rcx", 2, 11, false}, {"rbx", 3, 5, true},
    {"rsi", 4, 13, false}, {"rdi", 5, 14, false}, {"rbp", 6, 4, true}, {"rsp", 7, 19, false},
    {"r8", 8, 9, false}, {"r9", 9, 8, false}, {"r10", 10, 7, false}, {"r11", 11, 6, false},
    {"r12", 12, 3, true}, {"r13", 13, 2, true}, {"r14", 14, 1, true}, {"r15", 15, 0, true},
    {"rip", 16, 16, false},
};

/* rbx, rbp, r12 to r15, rsp, rip */
static const struct qc_arch_jump_register jump_registers[] = {
    /* DWARF number, word, mangled */
    {3, 0, false}, {6, 1, true}, {12, 2, false}, {13, 3, false}, {14, 4, false}, {15, 5, false},
    {7, 6, true}, {16, 7, true},
};

const struct qc_arch qc_arch_x86_64 = {
    .name = "x86_64",
    .elf_machine = EM_X86_64,
    .pr_reg_words = 27,
    .pc_slot = 16,
    .pc_mask = UINT64_MAX,
    .stack_pointer = 7,
    .return_address = 16,
    .return_address_on_stack = true,
    .code_mask = UINT64_MAX,
    .thread_pointer_slot = 21, /* fs_base */
    .tls_is_below = true,
    .has_signal_information = true,
    .signal_information = 304, /* behind struct ucontext; the return address is below */
    .registers = registers,
    .register_count = sizeof(registers) / sizeof(registers[0]),
    .syscall = {
        .names = &qc_arch_syscalls_x86_64,
        .number_slot = 15, /* orig_rax; interrupts and exceptions leave -1, old kernels ~vector */
        .number_tells = true,
        .argument_slots = {14, 13, 12, 7, 9, 8}, /* rdi, rsi, rdx, r10, r8, r9 */
        .result_slot = 10,
        .return_slot = 11, /* rcx; not where the CPU and the kernel have FRED */
        .instruction_size = 2,
        /* syscall: 0f 05. What int 0x80 and sysenter call has the numbers of i386. */
        .entries = {{.instruction = 0x050f}},
    },
    .glibc = {
        .pthread_tid = 0x2d0,
        .rwlock_writer = 24,
        .jump = {
            .registers = jump_registers,
            .register_count = sizeof(jump_registers) / sizeof(jump_registers[0]),
            .guard_offset = 0x30,
            .rotation = 17,
        },
    },
};
