/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RISC-V psABI, DWARF register numbers and integer register convention; kernel struct
   user_regs_struct, whose word 0 is the PC (register 0 is always zero and not saved). */
#include "arch/arch.h"

#include <elf.h>

static const struct qc_arch_register registers[] = {
    /* name, DWARF number, word of pr_reg, callee-saved */
    {"ra", 1, 1, false}, {"sp", 2, 2, false}, {"gp", 3, 3, true}, {"tp", 4, 4, true},
    {"t0", 5, 5, false}, {"t1", 6, 6, false}, {"t2", 7, 7, false}, {"s0", 8, 8, true},
    {"s1", 9, 9, true}, {"a0", 10, 10, false}, {"a1", 11, 11, false}, {"a2", 12, 12, false},
    {"a3", 13, 13, false}, {"a4", 14, 14, false}, {"a5", 15, 15, false}, {"a6", 16, 16, false},
    {"a7", 17, 17, false}, {"s2", 18, 18, true}, {"s3", 19, 19, true}, {"s4", 20, 20, true},
    {"s5", 21, 21, true}, {"s6", 22, 22, true}, {"s7", 23, 23, true}, {"s8", 24, 24, true},
    {"s9", 25, 25, true}, {"s10", 26, 26, true}, {"s11", 27, 27, true}, {"t3", 28, 28, false},
    {"t4", 29, 29, false}, {"t5", 30, 30, false}, {"t6", 31, 31, false},
};

/* ra, s0 to s11, sp; behind them fs0 to fs11. Nothing is mangled. */
static const struct qc_arch_jump_register jump_registers[] = {
    /* DWARF number, word, mangled */
    {1, 0, false}, {8, 1, false}, {9, 2, false}, {18, 3, false}, {19, 4, false}, {20, 5, false},
    {21, 6, false}, {22, 7, false}, {23, 8, false}, {24, 9, false}, {25, 10, false},
    {26, 11, false}, {27, 12, false}, {2, 13, false},
};

const struct qc_arch qc_arch_riscv64 = {
    .name = "riscv64",
    .elf_machine = EM_RISCV,
    .pr_reg_words = 32,
    .pc_slot = 0,
    .pc_mask = UINT64_MAX,
    .stack_pointer = 2,
    .return_address = 1,
    .code_mask = UINT64_MAX,
    .thread_pointer_slot = 4, /* tp */
    .has_signal_information = true,
    .registers = registers,
    .register_count = sizeof(registers) / sizeof(registers[0]),
    .syscall = {
        .names = &qc_arch_syscalls_generic,
        .number_slot = 17, /* a7 */
        .argument_slots = {10, 11, 12, 13, 14, 15},
        .result_slot = 10, /* orig_a0 is in no note */
        .instruction_size = 4,
        .rewound = true, /* since Linux 6.7 and the stable releases of that time */
        .entries = {{.instruction = 0x00000073}}, /* ecall */
    },
    .glibc = {
        .pthread_tid = 0xd0,
        .rwlock_writer = 24,
        .jump = {
            .registers = jump_registers,
            .register_count = sizeof(jump_registers) / sizeof(jump_registers[0]),
        },
    },
};
