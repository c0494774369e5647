/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* s390x ELF ABI, table 1.21 and section 1.2.2.1; kernel struct _s390_regs_common: PSW mask, PSW
   address, 16 general registers, 16 access registers of 32 bits, orig_gpr2. */
#include "arch/arch.h"

#include <elf.h>

static const struct qc_arch_register registers[] = {
    /* name, DWARF number, word of pr_reg, callee-saved */
    {"r0", 0, 2, false}, {"r1", 1, 3, false}, {"r2", 2, 4, false}, {"r3", 3, 5, false},
    {"r4", 4, 6, false}, {"r5", 5, 7, false}, {"r6", 6, 8, true}, {"r7", 7, 9, true},
    {"r8", 8, 10, true}, {"r9", 9, 11, true}, {"r10", 10, 12, true}, {"r11", 11, 13, true},
    {"r12", 12, 14, true}, {"r13", 13, 15, true}, {"r14", 14, 16, false}, {"r15", 15, 17, true},
};

/* r6 to r15; behind them f8 to f15. The guard is tcbhead_t.stack_guard. */
static const struct qc_arch_jump_register jump_registers[] = {
    /* DWARF number, word, mangled */
    {6, 0, false}, {7, 1, false}, {8, 2, false}, {9, 3, false}, {10, 4, false}, {11, 5, false},
    {12, 6, false}, {13, 7, false}, {14, 8, true}, {15, 9, true},
};

const struct qc_arch qc_arch_s390x = {
    .name = "s390x",
    .elf_machine = EM_S390,
    .big_endian = true,
    .pr_reg_words = 27,
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
