/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LoongArch psABI, sections 1 and 4; kernel arch/loongarch/include/uapi/asm/ptrace.h, struct
   user_pt_regs: 32 registers, orig_a0, csr_era (the PC), csr_badv, 10 reserved words. */
#include "arch/arch.h"

#include <elf.h>

static const struct qc_arch_register registers[] = {
    /* name, DWARF number, word of pr_reg, callee-saved */
    {"r0", 0, 0, false}, {"r1", 1, 1, false}, {"r2", 2, 2, true}, {"r3", 3, 3, false},
    {"r4", 4, 4, false}, {"r5", 5, 5, false}, {"r6", 6, 6, false}, {"r7", 7, 7, false},
    {"r8", 8, 8, false}, {"r9", 9, 9, false}, {"r10", 10, 10, false}, {"r11", 11, 11, false},
    {"r12", 12, 12, false}, {"r13", 13, 13, false}, {"r14", 14, 14, false},
    {"r15", 15, 15, false}, {"r16", 16, 16, false}, {"r17", 17, 17, false},
    {"r18", 18, 18, false}, {"r19", 19, 19, false}, {"r20", 20, 20, false},
    {"r21", 21, 21, true}, {"r22", 22, 22, true}, {"r23", 23, 23, true}, {"r24", 24, 24, true},
    {"r25", 25, 25, true}, {"r26", 26, 26, true}, {"r27", 27, 27, true}, {"r28", 28, 28, true},
    {"r29", 29, 29, true}, {"r30", 30, 30, true}, {"r31", 31, 31, true},
};

/* ra, sp, r21, fp, s0 to s8; behind them f24 to f31. Plain up to 2.36. */
static const struct qc_arch_jump_register jump_registers[] = {
    /* DWARF number, word, mangled */
    {1, 0, true}, {3, 1, true}, {21, 2, false}, {22, 3, false}, {23, 4, false}, {24, 5, false},
    {25, 6, false}, {26, 7, false}, {27, 8, false}, {28, 9, false}, {29, 10, false},
    {30, 11, false}, {31, 12, false},
};

const struct qc_arch qc_arch_loongarch64 = {
    .name = "loongarch64",
    .elf_machine = EM_LOONGARCH,
    .pr_reg_words = 45,
    .pc_slot = 33,
    .pc_mask = UINT64_MAX,
    .stack_pointer = 3,
    .return_address = 1,
    .code_mask = UINT64_MAX,
    .thread_pointer_slot = 2, /* tp */
    .has_signal_information = true,
    .registers = registers,
    .register_count = sizeof(registers) / sizeof(registers[0]),
    .syscall = {
        .names = &qc_arch_syscalls_generic,
        .number_slot = 11, /* a7 */
        .argument_slots = {4, 5, 6, 7, 8, 9},
        .result_slot = 4,
        .saved_slot = 32, /* orig_a0 */
        .instruction_size = 4,
        .entries = {{.instruction = 0x002b0000}}, /* syscall 0 */
    },
    .glibc = {
        .pthread_tid = 0xd0,
        .rwlock_writer = 28,
        .jump = {
            .registers = jump_registers,
            .register_count = sizeof(jump_registers) / sizeof(jump_registers[0]),
        },
    },
};
