#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""lose-stacks.py CORE - zeroes the page at the stack pointer of each thread but the first. The kernel
leaves a hole for a page that it can't read (fs/coredump.c, dump_user_range). Prints the number of pages.
Exit status 1: an unknown CPU."""
import sys

from elf_core import ADDRESS, FILE_SIZE, OFFSET, PT_LOAD, REGISTERS, TYPE, Core

PAGE = 4096
# The stack pointer's word of pr_reg, by e_machine: ppc64, s390x, x86_64, aarch64, riscv64, loongarch64.
POINTERS = {21: 1, 22: 17, 62: 19, 183: 31, 243: 2, 258: 3}

core = Core(sys.argv[1])
word = POINTERS.get(core.machine)
if word is None:
    sys.exit(1)
pointers = [core.unpack("Q", start + REGISTERS + 8 * word)[0]
            for is_status, _, start, _ in core.notes() if is_status]
pages = {pointer & -PAGE for pointer in pointers[1:]}
for page in pages:
    for row in core.segments:
        if row[TYPE] == PT_LOAD and row[ADDRESS] <= page < row[ADDRESS] + row[FILE_SIZE]:
            at = row[OFFSET] + page - row[ADDRESS]
            core.content[at:at + PAGE] = bytes(PAGE)
core.save()
print(len(pages))
