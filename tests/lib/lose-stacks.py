#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""lose-stacks.py CORE - zeroes the page at the stack pointer of each thread but the first, in a core of
x86_64. The kernel leaves a hole for a page that it can't read (fs/coredump.c, dump_user_range). Prints
the number of pages. Exit status 1: another CPU."""
import struct
import sys

PT_LOAD, PT_NOTE, NT_PRSTATUS, EM_X86_64 = 1, 4, 1, 62
PAGE = 4096
RSP = 112 + 19 * 8  # in a struct elf_prstatus

with open(sys.argv[1], "r+b") as core:
    header = core.read(64)
    if struct.unpack_from("<H", header, 18)[0] != EM_X86_64:
        sys.exit(1)
    at, size, count = struct.unpack_from("<Q", header, 32)[0], *struct.unpack_from("<HH", header, 54)
    core.seek(at)
    table = [struct.unpack("<IIQQQQQQ", core.read(size)) for _ in range(count)]
    core.seek(next(row[2] for row in table if row[0] == PT_NOTE))
    notes = core.read(next(row[5] for row in table if row[0] == PT_NOTE))
    pointers = []
    while notes:
        name, length, kind = struct.unpack_from("<III", notes)
        start = 12 + (name + 3 & ~3)
        if kind == NT_PRSTATUS and notes[12:16] == b"CORE":
            pointers.append(struct.unpack_from("<Q", notes, start + RSP)[0])
        notes = notes[start + (length + 3 & ~3):]
    pages = {pointer & -PAGE for pointer in pointers[1:]}
    for page in pages:
        for row in table:
            if row[0] == PT_LOAD and row[3] <= page < row[3] + row[5]:
                core.seek(row[2] + page - row[3])
                core.write(bytes(PAGE))
print(len(pages))
