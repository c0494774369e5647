#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""lose-stacks.py CORE - zeroes the page at the stack pointer of each thread but the first. The kernel
leaves a hole for a page that it can't read (fs/coredump.c, dump_user_range). Prints the number of pages.
Exit status 1: an unknown CPU."""
import struct
import sys

PT_LOAD, PT_NOTE, NT_PRSTATUS = 1, 4, 1
PAGE = 4096
REGISTERS = 112  # offset of pr_reg in a struct elf_prstatus
# The stack pointer's word of pr_reg, by e_machine: ppc64, s390x, x86_64, aarch64, riscv64, loongarch64.
POINTERS = {21: 1, 22: 17, 62: 19, 183: 31, 243: 2, 258: 3}

with open(sys.argv[1], "r+b") as core:
    header = core.read(64)
    order = ">" if header[5] == 2 else "<"
    word = POINTERS.get(struct.unpack_from(order + "H", header, 18)[0])
    if word is None:
        sys.exit(1)
    at = struct.unpack_from(order + "Q", header, 32)[0]
    size, count = struct.unpack_from(order + "HH", header, 54)
    core.seek(at)
    table = [struct.unpack(order + "IIQQQQQQ", core.read(size)) for _ in range(count)]
    core.seek(next(row[2] for row in table if row[0] == PT_NOTE))
    notes = core.read(next(row[5] for row in table if row[0] == PT_NOTE))
    pointers = []
    while notes:
        name, length, kind = struct.unpack_from(order + "III", notes)
        start = 12 + (name + 3 & ~3)
        if kind == NT_PRSTATUS and notes[12:16] == b"CORE":
            pointers.append(struct.unpack_from(order + "Q", notes, start + REGISTERS + 8 * word)[0])
        notes = notes[start + (length + 3 & ~3):]
    pages = {pointer & -PAGE for pointer in pointers[1:]}
    for page in pages:
        for row in table:
            if row[0] == PT_LOAD and row[3] <= page < row[3] + row[5]:
                core.seek(row[2] + page - row[3])
                core.write(bytes(PAGE))
print(len(pages))
