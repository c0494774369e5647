/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arm ABI aadwarf64, section 4.1, and aapcs64, section 6.1.1; kernel struct user_pt_regs. */
#include "arch/arch.h"

#include <elf.h>

static const struct qc_arch_register registers[] = {
    /* name, DWARF number, word of pr_reg, callee-saved */
    {"x0", 0, 0, false}, {"x1", 1, 1, false}, {"x2", 2, 2, false}, {"x3", 3, 3, false},
    {"x4", 4, 4, false}, {"x5", 5, 5, false}, {"x6", 6, 6, false}, {"x7", 7, 7, false},
    {"x8", 8, 8, false}, {"x9", 9, 9, false}, {"x10", 10, 10, false}, {"x11", 11, 11, false},
    {"x12", 12, 12, false}, {"x13", 13, 13, false}, {"x14", 14, 14, false},
    {"x15", 15, 15, false}, {"x16", 16, 16, false}, {"x17", 17, 17, false},
    {"x18", 18, 18, false}, {"x19", 19, 19, true}, {"x20", 20, 20, true}, {"x21", 21, 21, true},
    {"x22", 22, 22, true}, {"x23", 23, 23, true}, {"x24", 24, 24, true}, {"x25", 25, 25, true},
    {"x26", 26, 26, true}, {"x27", 27, 27, true}, {"x28", 28, 28, true}, {"x29", 29, 29, true},
    {"x30", 30, 30, false}, {"sp", 31, 31, false},
};

/* x19 to x29, x30, sp; behind them d8 to d15 */
static const struct qc_arch_jump_register jump_registers[] = {
    /* DWARF number, word, mangled */
    {19, 0, false}, {20, 1, false}, {21, 2, false}, {22, 3, false}, {23, 4, false},
    {24, 5, false}, {25, 6, false}, {26, 7, false}, {27, 8, false}, {28, 9, false},
    {29, 10, false}, {30, 11, true}, {31, 13, true},
};

const struct qc_arch qc_arch_aarch64 = {
    .name = "aarch64",
    .elf_machine = EM_AARCH64,
    .pr_reg_words = 34,
    .pc_slot = 32,
    .pc_mask = UINT64_MAX,
    .stack_pointer = 31,
    .return_address = 30,
    /* Pointer authentication signs above the 48 bits of a user address; bit 55 is 0 there. */
    .code_mask = ((uint64_t)1 << 48) - 1,
    .tls_header = 16, /* tcbhead_t */
    .has_signal_information = true,
    .registers = registers,
    .register_count = sizeof(registers) / sizeof(registers[0]),
    .syscall = {
        .names = &qc_arch_syscalls_generic,
        .number_slot = 8,
        .argument_slots = {0, 1, 2, 3, 4, 5},
        .result_slot = 0, /* orig_x0 is in no note */
        .instruction_size = 4,
        .rewound = true,
        .entries = {{.instruction = 0xd4000001}}, /* svc #0 */
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
