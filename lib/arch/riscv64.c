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

/* ra, s0 to s11, sp; fs0 to fs11 follow. Nothing is mangled. */
static const struct qc_arch_jump_register jump_registers[] = {
    /* DWARF number, word, mangled */
    {1, 0, false}, {8, 1, false}, {9, 2, false}, {18, 3, false}, {19, 4, false}, {20, 5, false},
    {21, 6, false}, {22, 7, false}, {23, 8, false}, {24, 9, false}, {25, 10, false},
    {26, 11, false}, {27, 12, false}, {2, 13, false},
};

/* Returns the address that auipc and the instruction that adds to its result make (RISC-V ISA,
   volume 1, chapters RV32I and "C"). */
static uint64_t pair_target(uint32_t high, uint32_t low, uint64_t address)
{
    return address + qc_arch_signed(high & 0xfffff000, 32) + qc_arch_signed(low >> 20, 12);
}

/* Tells whether high is auipc and low uses its result. */
static bool is_auipc(uint32_t high, uint32_t low)
{
    return (high & 0x7f) == 0x17 && (high >> 7 & 31) == (low >> 15 & 31);
}

static uint64_t jal_offset(uint32_t word)
{
    return qc_arch_signed((word >> 31) << 20 | (word >> 12 & 0xff) << 12 | (word >> 20 & 1) << 11 |
                              (word >> 21 & 0x3ff) << 1,
                          21);
}

/* Decodes jal and jalr that put the return address into ra or t0; c.jalr. */
static struct qc_arch_branch call(const uint8_t *code, uint64_t address)
{
    const uint8_t *end = code + QC_ARCH_CODE;
    uint32_t word = qc_arch_word(end - 4);
    uint32_t before = qc_arch_word(end - 8);
    uint32_t link = word >> 7 & 31;
    struct qc_arch_branch branch = {0};
    bool is_linked = link == 1 || link == 5;
    if (is_linked && (word & 0x7f) == 0x6f) {
        branch.has_target = true;
        branch.target = address - 4 + jal_offset(word);
    } else if (is_linked && (word & 0x707f) == 0x67) {
        branch.has_target = is_auipc(before, word);
        branch.target = branch.has_target ? pair_target(before, word, address - 8) : 0;
        branch.is_indirect = !branch.has_target;
    }
    uint32_t half = word >> 16;
    branch.is_indirect = branch.is_indirect || ((half & 0xf07f) == 0x9002 && half >> 7 != 0x120);
    return branch;
}

/* Decodes jal zero; branches; c.j; auipc with jalr zero, or with ld (a PLT entry); jr but not
   ret. */
static struct qc_arch_branch jump(const uint8_t *code, uint64_t address)
{
    uint32_t word = qc_arch_word(code);
    uint32_t next = qc_arch_word(code + 4);
    struct qc_arch_branch branch = {0};
    if ((word & 0xfff) == 0x6f) {
        branch.has_target = true;
        branch.target = address + jal_offset(word);
    } else if ((word & 0x7f) == 0x63) {
        branch.has_target = true;
        branch.target = address + qc_arch_signed((word >> 31) << 12 | (word >> 7 & 1) << 11 |
                                                     (word >> 25 & 0x3f) << 5 |
                                                     (word >> 8 & 15) << 1,
                                                 13);
    } else if ((word & 0xe003) == 0xa001) {
        branch.has_target = true;
        branch.target = address + qc_arch_signed((word >> 12 & 1) << 11 | (word >> 11 & 1) << 4 |
                                                     (word >> 9 & 3) << 8 | (word >> 8 & 1) << 10 |
                                                     (word >> 7 & 1) << 6 | (word >> 6 & 1) << 7 |
                                                     (word >> 3 & 7) << 1 | (word >> 2 & 1) << 5,
                                                 12);
    } else if (is_auipc(word, next)) {
        branch.has_target = (next & 0x7fff) == 0x67;
        branch.has_slot = (next & 0x707f) == 0x3003;
        branch.target = pair_target(word, next, address);
    } else {
        branch.is_indirect = ((word & 0x7fff) == 0x67 && (word >> 15 & 31) != 1) ||
                             ((word & 0xf07f) == 0x8002 && (word >> 7 & 31) > 1);
    }
    return branch;
}

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
    .call = call,
    .jump = jump,
    .code_step = 2,
    .link = QC_ARCH_LINK_NEAR_TOP,
    .frame_pointer = {.number = 8, .return_address = -8, .saved = -16},
    .syscall = {
        .names = &qc_arch_syscalls_generic,
        .number_slot = 17, /* a7 */
        .argument_slots = {10, 11, 12, 13, 14, 15},
        .result_slot = 10, /* no note has orig_a0 */
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
