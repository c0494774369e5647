/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* 64-bit ELF V2 ABI, tables 2.26 and 2.22; kernel struct pt_regs (48 words): gpr 0-31, nip, msr,
   orig_gpr3, ctr, link, xer, ccr. */
#include "arch/arch.h"

#include <elf.h>

static const struct qc_arch_register registers[] = {
    /* name, DWARF number, word of pr_reg, callee-saved */
    {"r0", 0, 0, false}, {"r1", 1, 1, false}, {"r2", 2, 2, true}, {"r3", 3, 3, false},
    {"r4", 4, 4, false}, {"r5", 5, 5, false}, {"r6", 6, 6, false}, {"r7", 7, 7, false},
    {"r8", 8, 8, false}, {"r9", 9, 9, false}, {"r10", 10, 10, false}, {"r11", 11, 11, false},
    {"r12", 12, 12, false}, {"r13", 13, 13, true}, {"r14", 14, 14, true}, {"r15", 15, 15, true},
    {"r16", 16, 16, true}, {"r17", 17, 17, true}, {"r18", 18, 18, true}, {"r19", 19, 19, true},
    {"r20", 20, 20, true}, {"r21", 21, 21, true}, {"r22", 22, 22, true}, {"r23", 23, 23, true},
    {"r24", 24, 24, true}, {"r25", 25, 25, true}, {"r26", 26, 26, true}, {"r27", 27, 27, true},
    {"r28", 28, 28, true}, {"r29", 29, 29, true}, {"r30", 30, 30, true}, {"r31", 31, 31, true},
    {"cr", 64, 38, false}, {"lr", 65, 36, false}, {"ctr", 66, 35, false},
};

/* r1, r2, lr, r14 to r31; cr, f14 to f31, v20 to v31 follow */
static const struct qc_arch_jump_register jump_registers[] = {
    /* DWARF number, word, mangled */
    {1, 0, true}, {2, 1, false}, {65, 2, true}, {14, 3, false}, {15, 4, false}, {16, 5, false},
    {17, 6, false}, {18, 7, false}, {19, 8, false}, {20, 9, false}, {21, 10, false},
    {22, 11, false}, {23, 12, false}, {24, 13, false}, {25, 14, false}, {26, 15, false},
    {27, 16, false}, {28, 17, false}, {29, 18, false}, {30, 19, false}, {31, 20, false},
};

/* Decodes bl; bctrl, blrl (Power ISA, book I, chapter 2). */
static struct qc_arch_branch call(const uint8_t *code, uint64_t address)
{
    uint32_t word = qc_arch_word(code + QC_ARCH_CODE - 4);
    bool is_bl = (word & 0xfc000003) == 0x48000001;
    return (struct qc_arch_branch){
        .has_target = is_bl,
        .is_indirect = word == 0x4e800421 || word == 0x4e800021,
        .target = is_bl ? address - 4 + qc_arch_signed(word & 0x3fffffc, 26) : 0,
    };
}

/* Decodes b; bc; bctr. A PLT entry also ends in bctr: r2, unknown here, leads to its pointer. */
static struct qc_arch_branch jump(const uint8_t *code, uint64_t address)
{
    uint32_t word = qc_arch_word(code);
    struct qc_arch_branch branch = {.is_indirect = word == 0x4e800420};
    if ((word & 0xfc000003) == 0x48000000) {
        branch.has_target = true;
        branch.target = address + qc_arch_signed(word & 0x3fffffc, 26);
    } else if ((word & 0xfc000003) == 0x40000000) {
        branch.has_target = true;
        branch.target = address + qc_arch_signed(word & 0xfffc, 16);
    }
    return branch;
}

const struct qc_arch qc_arch_ppc64le = {
    .name = "ppc64le",
    .elf_machine = EM_PPC64,
    .pr_reg_words = 48,
    .pc_slot = 32,
    .pc_mask = UINT64_MAX,
    .stack_pointer = 1,
    .return_address = 65, /* the link register's column */
    .after_call = {0xe8410018, 0x60000000}, /* ld r2,24(r1); nop: section "Function Calls" */
    .code_mask = UINT64_MAX,
    .thread_pointer_slot = 13,
    .tls_bias = -0x7000,
    .registers = registers,
    .register_count = sizeof(registers) / sizeof(registers[0]),
    .call = call,
    .jump = jump,
    .code_step = 4,
    /* ABI, "The Stack Frame"; in glibc's clone nothing else marks the outermost frame */
    .link = QC_ARCH_LINK_BACK_CHAIN,
    .syscall = {
        .names = &qc_arch_syscalls_ppc64,
        .number_slot = 0,
        .argument_slots = {3, 4, 5, 6, 7, 8},
        .result_slot = 3,
        .saved_slot = 34, /* orig_gpr3 */
        .cause_slot = 40, /* trap: the interrupt's vector; the low bits are flags of the kernel */
        .cause_mask = 0xffe0,
        .error_slot = 38,
        .error_flag = 0x10000000, /* CR0.SO */
        .instruction_size = 4,
        .entries = {
            {.instruction = 0x44000002, .cause = 0xc00, .error_flagged = true}, /* sc */
            {.instruction = 0x44000001, .cause = 0x3000},                       /* scv 0 */
        },
    },
    .glibc = {
        .pthread_tid = 0xd0,
        .rwlock_writer = 24,
        .jump = {
            .registers = jump_registers,
            .register_count = sizeof(jump_registers) / sizeof(jump_registers[0]),
            .guard_offset = -0x7018,
        },
    },
};
