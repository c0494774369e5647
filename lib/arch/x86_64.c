/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* System V psABI x86-64, figure 3.36; kernel arch/x86/include/asm/user_64.h, struct
   user_regs_struct. DWARF register 16 is the return address column. */
#include "arch/arch.h"

#include <elf.h>
#include <string.h>

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

/* Returns the size of call r/m64 from its ModRM byte on (Intel's manual, volume 2). */
static unsigned modrm_size(const uint8_t *modrm)
{
    uint8_t mode = modrm[0] >> 6;
    uint8_t base = modrm[0] & 7;
    bool has_index = mode != 3 && base == 4;
    bool has_address = mode == 0 && (has_index ? (modrm[1] & 7) == 5 : base == 5);
    return 1 + has_index + (mode == 1 ? 1 : mode == 2 || has_address ? 4 : 0);
}

static struct qc_arch_branch call(const uint8_t *code, uint64_t address)
{
    struct qc_arch_branch branch = {0};
    const uint8_t *end = code + QC_ARCH_CODE;
    for (unsigned size = 2; size <= 7; size++) {
        const uint8_t *modrm = end - size + 1;
        if (end[-(int)size] == 0xff && (modrm[0] >> 3 & 7) == 2 && modrm_size(modrm) == size - 1) {
            branch.has_slot = modrm[0] == 0x15;
            branch.is_indirect = !branch.has_slot;
        }
    }
    if (branch.has_slot || end[-5] == 0xe8) {
        branch.has_target = !branch.has_slot;
        branch.target = address + qc_arch_signed(qc_arch_word(end - 4), 32);
    }
    return branch;
}

static struct qc_arch_branch jump(const uint8_t *code, uint64_t address)
{
    static const uint8_t endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
    unsigned at = memcmp(code, endbr64, sizeof(endbr64)) == 0 ? 4 : 0;
    at += code[at] == 0xf2 || code[at] == 0x3e; /* bnd, notrack */
    struct qc_arch_branch branch = {0};
    if (code[at] == 0xe9) {
        branch.has_target = true;
        branch.target = address + at + 5 + qc_arch_signed(qc_arch_word(code + at + 1), 32);
    } else if (code[at] == 0xeb) {
        branch.has_target = true;
        branch.target = address + at + 2 + qc_arch_signed(code[at + 1], 8);
    } else if (code[at] == 0x0f && code[at + 1] >> 4 == 8) {
        branch.has_target = true;
        branch.target = address + at + 6 + qc_arch_signed(qc_arch_word(code + at + 2), 32);
    } else if (code[at] == 0xff && code[at + 1] == 0x25) {
        branch.has_slot = true;
        branch.target = address + at + 6 + qc_arch_signed(qc_arch_word(code + at + 2), 32);
    } else {
        branch.is_indirect = code[at] == 0xff && (code[at + 1] >> 3 & 7) == 4;
    }
    return branch;
}

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
    .signal_information = 304, /* after struct ucontext; the return address is below the CFA */
    .trap = {.code = 0xcc, .mask = 0xff, .size = 1, .at = -1}, /* int3 */
    .trampoline = {
        .code = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05}, /* mov $15, %rax; syscall */
        .size = 9,
        .registers = 40, /* struct ucontext: its uc_mcontext, struct sigcontext_64 */
        .count = 17,
        .order = {8, 9, 10, 11, 12, 13, 14, 15, 5, 4, 6, 3, 1, 0, 2, 7, 16},
    },
    .registers = registers,
    .register_count = sizeof(registers) / sizeof(registers[0]),
    .call = call,
    .jump = jump,
    .code_step = 1,
    .link = QC_ARCH_LINK_PUSHED,
    .frame_pointer = {.number = 6, .return_address = 8, .saved = 0, .stack_pointer = 16},
    .syscall = {
        .names = &qc_arch_syscalls_x86_64,
        .number_slot = 15, /* orig_rax; interrupts and exceptions: -1, ~vector on old kernels */
        .number_tells = true,
        .argument_slots = {14, 13, 12, 7, 9, 8}, /* rdi, rsi, rdx, r10, r8, r9 */
        .result_slot = 10,
        .return_slot = 11, /* rcx; not if CPU and kernel use FRED */
        .instruction_size = 2,
        /* syscall: 0f 05. Calls by int 0x80 and sysenter use the numbers of i386. */
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
