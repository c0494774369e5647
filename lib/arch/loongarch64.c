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

/* ra, sp, r21, fp, s0 to s8; f24 to f31 follow. glibc up to 2.36 does not mangle. */
static const struct qc_arch_jump_register jump_registers[] = {
    /* DWARF number, word, mangled */
    {1, 0, true}, {3, 1, true}, {21, 2, false}, {22, 3, false}, {23, 4, false}, {24, 5, false},
    {25, 6, false}, {26, 7, false}, {27, 8, false}, {28, 9, false}, {29, 10, false},
    {30, 11, false}, {31, 12, false},
};

/* Decodes pcaddu18i and jirl, a call or jump of the medium code model (LoongArch Reference Manual,
   volume 1). False: other instructions. */
static bool far_branch(const uint8_t *code, uint64_t address, unsigned link, uint64_t *target)
{
    uint32_t high = qc_arch_word(code);
    uint32_t word = qc_arch_word(code + 4);
    if (high >> 25 != 0x0f || word >> 26 != 0x13 || (word & 31) != link ||
        (word >> 5 & 31) != (high & 31)) {
        return false;
    }
    *target = address + (qc_arch_signed(high >> 5, 20) << 18) + 4 * qc_arch_signed(word >> 10, 16);
    return true;
}

/* Decodes pcalau12i, addi.d $t0, lu32i.d, lu52i.d, add.d and jirl, a call of the large code model,
   as in glibc's _start. False: other instructions. */
static bool large_call(const uint8_t *code, uint64_t address, uint64_t *target)
{
    const uint8_t *end = code + QC_ARCH_CODE;
    uint32_t page = qc_arch_word(end - 24);
    uint32_t low = qc_arch_word(end - 20);
    uint32_t high = qc_arch_word(end - 16);
    uint32_t top = qc_arch_word(end - 12);
    unsigned to = page & 31;
    unsigned by = low & 31;
    if (page >> 25 != 0x0d || low >> 22 != 0x00b || (low >> 5 & 31) != 0 || high >> 25 != 0x0b ||
        (high & 31) != by || top >> 22 != 0x00c || (top & 31) != by || (top >> 5 & 31) != by ||
        qc_arch_word(end - 8) != (0x00108000 | by << 10 | to << 5 | to) ||
        qc_arch_word(end - 4) != (0x4c000001 | to << 5)) {
        return false;
    }
    *target = ((address - 24) & ~(uint64_t)0xfff) + (qc_arch_signed(page >> 5, 20) << 12) +
              ((uint64_t)(top >> 10 & 0xfff) << 52 | (uint64_t)(high >> 5 & 0xfffff) << 32 |
               (uint32_t)qc_arch_signed(low >> 10, 12));
    return true;
}

/* Returns the offset of bl or b, whose upper bits come last in the instruction. */
static uint64_t near_offset(uint32_t word)
{
    return 4 * qc_arch_signed((word & 0x3ff) << 16 | (word >> 10 & 0xffff), 26);
}

static struct qc_arch_branch call(const uint8_t *code, uint64_t address)
{
    uint32_t word = qc_arch_word(code + QC_ARCH_CODE - 4);
    struct qc_arch_branch branch = {0};
    if (word >> 26 == 0x15) {
        branch.has_target = true;
        branch.target = address - 4 + near_offset(word);
    } else {
        branch.has_target =
            far_branch(code + QC_ARCH_CODE - 8, address - 8, 1, &branch.target) ||
            large_call(code, address, &branch.target);
        branch.is_indirect = !branch.has_target && word >> 26 == 0x13 && (word & 31) == 1;
    }
    return branch;
}

/* Decodes an entry of the PLT: pcaddu12i and ld.d. */
static struct qc_arch_branch plt_entry(const uint8_t *code, uint64_t address)
{
    uint32_t high = qc_arch_word(code);
    uint32_t load = qc_arch_word(code + 4);
    struct qc_arch_branch branch = {0};
    if (high >> 25 == 0x0e && load >> 22 == 0x0a3 && (load >> 5 & 31) == (high & 31)) {
        branch.has_slot = true;
        branch.target = address + (qc_arch_signed(high >> 5, 20) << 12) +
                        qc_arch_signed(load >> 10, 12);
    }
    return branch;
}

/* Decodes b; beqz, bnez; beq to bgeu; jirl $zero, except ret; an entry of the PLT. */
static struct qc_arch_branch jump(const uint8_t *code, uint64_t address)
{
    uint32_t word = qc_arch_word(code);
    uint32_t opcode = word >> 26;
    struct qc_arch_branch branch = plt_entry(code, address);
    if (opcode == 0x14) {
        branch.has_target = true;
        branch.target = address + near_offset(word);
    } else if (opcode == 0x10 || opcode == 0x11) {
        branch.has_target = true;
        branch.target = address + 4 * qc_arch_signed((word & 31) << 16 | (word >> 10 & 0xffff), 21);
    } else if (opcode >= 0x16 && opcode <= 0x1b) {
        branch.has_target = true;
        branch.target = address + 4 * qc_arch_signed(word >> 10, 16);
    } else if (!branch.has_slot) {
        branch.has_target = far_branch(code, address, 0, &branch.target);
        branch.is_indirect = opcode == 0x13 && (word & 31) == 0 && (word >> 5 & 31) != 1;
    }
    return branch;
}

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
    .call = call,
    .jump = jump,
    .code_step = 4,
    .link = QC_ARCH_LINK_NEAR_TOP,
    .frame_pointer = {.number = 22, .return_address = -8, .saved = -16},
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
