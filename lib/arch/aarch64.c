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

/* x19 to x29, x30, sp; d8 to d15 follow */
static const struct qc_arch_jump_register jump_registers[] = {
    /* DWARF number, word, mangled */
    {19, 0, false}, {20, 1, false}, {21, 2, false}, {22, 3, false}, {23, 4, false},
    {24, 5, false}, {25, 6, false}, {26, 7, false}, {27, 8, false}, {28, 9, false},
    {29, 10, false}, {30, 11, true}, {31, 13, true},
};

/* Decodes bl, blr, and blr with authentication (Arm Architecture Reference Manual, A64). */
static struct qc_arch_branch call(const uint8_t *code, uint64_t address)
{
    uint32_t word = qc_arch_word(code + QC_ARCH_CODE - 4);
    bool is_bl = (word & 0xfc000000) == 0x94000000;
    return (struct qc_arch_branch){
        .has_target = is_bl,
        .is_indirect = (word & 0xfffffc1f) == 0xd63f0000 || (word & 0xfefff800) == 0xd63f0800,
        .target = is_bl ? address - 4 + 4 * qc_arch_signed(word, 26) : 0,
    };
}

/* Decodes an entry of the PLT: bti c; adrp x16; ldr x17, [x16, #offset]. */
static struct qc_arch_branch plt_entry(const uint8_t *code, uint64_t address)
{
    unsigned at = qc_arch_word(code) == 0xd503245f ? 4 : 0;
    uint32_t page = qc_arch_word(code + at);
    uint32_t load = qc_arch_word(code + at + 4);
    if ((page & 0x9f00001f) != 0x90000010 || (load & 0xffc003ff) != 0xf9400211) {
        return (struct qc_arch_branch){0};
    }
    uint64_t pages = qc_arch_signed((page >> 5 & 0x7ffff) << 2 | (page >> 29 & 3), 21);
    return (struct qc_arch_branch){
        .has_slot = true,
        .target = ((address + at) & ~(uint64_t)0xfff) + (pages << 12) + 8 * (load >> 10 & 0xfff),
    };
}

/* Decodes b; b.cond, cbz, cbnz; tbz, tbnz; br; an entry of the PLT. */
static struct qc_arch_branch jump(const uint8_t *code, uint64_t address)
{
    uint32_t word = qc_arch_word(code);
    struct qc_arch_branch branch = plt_entry(code, address);
    if ((word & 0xfc000000) == 0x14000000) {
        branch.has_target = true;
        branch.target = address + 4 * qc_arch_signed(word, 26);
    } else if ((word & 0xff000010) == 0x54000000 || (word & 0x7e000000) == 0x34000000) {
        branch.has_target = true;
        branch.target = address + 4 * qc_arch_signed(word >> 5, 19);
    } else if ((word & 0x7e000000) == 0x36000000) {
        branch.has_target = true;
        branch.target = address + 4 * qc_arch_signed(word >> 5, 14);
    } else if (!branch.has_slot) {
        branch.is_indirect = (word & 0xfffffc1f) == 0xd61f0000;
    }
    return branch;
}

const struct qc_arch qc_arch_aarch64 = {
    .name = "aarch64",
    .elf_machine = EM_AARCH64,
    .pr_reg_words = 34,
    .pc_slot = 32,
    .pc_mask = UINT64_MAX,
    .stack_pointer = 31,
    .return_address = 30,
    /* Pointer authentication uses bits above the 48 of a user address, in which bit 55 is 0. */
    .code_mask = ((uint64_t)1 << 48) - 1,
    .tls_header = 16, /* tcbhead_t */
    .has_signal_information = true, /* struct rt_sigframe begins with it */
    .trap = {.code = 0xd4200000, .mask = 0xffe0001f, .size = 4}, /* brk: __builtin_trap() */
    .trampoline = {
        .code = {0x68, 0x11, 0x80, 0xd2, 0x01, 0, 0, 0xd4}, /* mov x8, #139; svc #0 */
        .size = 8,
        .registers = 312, /* struct rt_sigframe: its uc.uc_mcontext.regs */
        .count = 33,
        .order = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16,
                  17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32},
    },
    .registers = registers,
    .register_count = sizeof(registers) / sizeof(registers[0]),
    .call = call,
    .jump = jump,
    .code_step = 4,
    .link = QC_ARCH_LINK_RECORD,
    .frame_pointer = {.number = 29, .return_address = 8, .saved = 0},
    .syscall = {
        .names = &qc_arch_syscalls_generic,
        .number_slot = 8,
        .argument_slots = {0, 1, 2, 3, 4, 5},
        .result_slot = 0, /* no note has orig_x0 */
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
