/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* s390x ELF ABI, table 1.21 and section 1.2.2.1; kernel struct _s390_regs_common: PSW mask, PSW
   address, 16 general registers, 16 access registers of 32 bits, orig_gpr2; then s390_fp_regs: a word
   with the control register, 16 floating-point registers. A leaf function of gcc's saves general
   registers in those, also the stack pointer (config/s390/s390.cc, s390_register_info_gprtofpr). */
#include "arch/arch.h"

#include <elf.h>
#include <string.h>

static const struct qc_arch_register registers[] = {
    /* name, DWARF number, word of pr_reg, callee-saved */
    {"r0", 0, 2, false}, {"r1", 1, 3, false}, {"r2", 2, 4, false}, {"r3", 3, 5, false},
    {"r4", 4, 6, false}, {"r5", 5, 7, false}, {"r6", 6, 8, true}, {"r7", 7, 9, true},
    {"r8", 8, 10, true}, {"r9", 9, 11, true}, {"r10", 10, 12, true}, {"r11", 11, 13, true},
    {"r12", 12, 14, true}, {"r13", 13, 15, true}, {"r14", 14, 16, false}, {"r15", 15, 17, true},
    {"f0", 16, 28, false}, {"f2", 17, 30, false}, {"f4", 18, 32, false}, {"f6", 19, 34, false},
    {"f1", 20, 29, false}, {"f3", 21, 31, false}, {"f5", 22, 33, false}, {"f7", 23, 35, false},
    {"f8", 24, 36, true}, {"f10", 25, 38, true}, {"f12", 26, 40, true}, {"f14", 27, 42, true},
    {"f9", 28, 37, true}, {"f11", 29, 39, true}, {"f13", 30, 41, true}, {"f15", 31, 43, true},
};

/* r6 to r15, f8 to f15. The guard is tcbhead_t.stack_guard. */
static const struct qc_arch_jump_register jump_registers[] = {
    /* DWARF number, word, mangled */
    {6, 0, false}, {7, 1, false}, {8, 2, false}, {9, 3, false}, {10, 4, false}, {11, 5, false},
    {12, 6, false}, {13, 7, false}, {14, 8, true}, {15, 9, true}, {24, 10, false}, {28, 11, false},
    {25, 12, false}, {29, 13, false}, {26, 14, false}, {30, 15, false}, {27, 16, false},
    {31, 17, false},
};

/* Reads the offset of a relative branch, in halfwords (z/Architecture Principles of Operation). */
static uint64_t relative_long(const uint8_t *field)
{
    uint32_t value = (uint32_t)field[0] << 24 | (uint32_t)field[1] << 16 | (uint32_t)field[2] << 8 |
                     field[3];
    return 2 * qc_arch_signed(value, 32);
}

static uint64_t relative_short(const uint8_t *field)
{
    return 2 * qc_arch_signed((uint64_t)field[0] << 8 | field[1], 16);
}

/* Decodes brasl, bras and basr with %r14 for the return address. */
static struct qc_arch_branch call(const uint8_t *code, uint64_t address)
{
    const uint8_t *end = code + QC_ARCH_CODE;
    struct qc_arch_branch branch = {.is_indirect = end[-2] == 0x0d && end[-1] >> 4 == 14};
    if (end[-6] == 0xc0 && end[-5] == 0xe5) {
        branch.has_target = true;
        branch.target = address - 6 + relative_long(end - 4);
    } else if (end[-4] == 0xa7 && end[-3] == 0xe5) {
        branch.has_target = true;
        branch.target = address - 4 + relative_short(end - 2);
    }
    return branch;
}

/* Decodes brcl; brc; larl %r1 with lg %r1,0(%r1), an entry of the PLT; br, except to %r14. */
static struct qc_arch_branch jump(const uint8_t *code, uint64_t address)
{
    static const uint8_t load[] = {0xe3, 0x10, 0x10, 0x00, 0x00, 0x04};
    struct qc_arch_branch branch = {0};
    if (code[0] == 0xc0 && (code[1] & 15) == 4) {
        branch.has_target = true;
        branch.target = address + relative_long(code + 2);
    } else if (code[0] == 0xa7 && (code[1] & 15) == 4) {
        branch.has_target = true;
        branch.target = address + relative_short(code + 2);
    } else if (code[0] == 0xc0 && code[1] == 0x10 && memcmp(code + 6, load, sizeof(load)) == 0) {
        branch.has_slot = true;
        branch.target = address + relative_long(code + 2);
    } else {
        branch.is_indirect = code[0] == 0x07 && code[1] >> 4 == 15 && (code[1] & 15) != 14;
    }
    return branch;
}

const struct qc_arch qc_arch_s390x = {
    .name = "s390x",
    .elf_machine = EM_S390,
    .big_endian = true,
    .pr_reg_words = 27,
    .fpregset_words = 17,
    .pc_slot = 1,
    .pc_mask = INT64_MAX, /* bit 63 of a PSW address is the addressing mode */
    .stack_pointer = 15,
    .return_address = 14,
    .stack_pointer_is_saved = true,
    .code_mask = UINT64_MAX,
    .thread_pointer_slot = 18, /* access registers 0 and 1 */
    .tls_is_below = true,
    .registers = registers,
    .register_count = sizeof(registers) / sizeof(registers[0]),
    .call = call,
    .jump = jump,
    .code_step = 2,
    .link = QC_ARCH_LINK_SAVE_AREA,
    .syscall = {
        .names = &qc_arch_syscalls_s390x,
        .number_slot = 3, /* r1 for svc 0 */
        .argument_slots = {4, 5, 6, 7, 8, 9}, /* r2 to r7 */
        .result_slot = 4,
        .saved_slot = 26, /* orig_gpr2 */
        .instruction_size = 2,
        .instruction_number = 0xff,
        .entries = {{.instruction = 0x0a00}}, /* svc */
    },
    .glibc = {
        .pthread_tid = 0xd0,
        .rwlock_writer = 24,
        .jump = {
            .registers = jump_registers,
            .register_count = sizeof(jump_registers) / sizeof(jump_registers[0]),
            .guard_offset = 0x28,
        },
    },
};
