#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""wake.py CORE - makes all threads of a core of x86_64 that sleep in futex(2) ones that were woken up, and
have not run since: as the kernel leaves their registers, the call's result is 0."""
import struct
import sys

PT_NOTE = 4
NT_PRSTATUS = 1
# struct elf_prstatus and user_regs_struct: pr_reg is at 112, rax its eleventh, orig_rax its sixteenth member.
RAX = 112 + 10 * 8
ORIG_RAX = 112 + 15 * 8
SYS_FUTEX = 202


def notes(core):
    offset, = struct.unpack_from("<Q", core, 32)
    count, = struct.unpack_from("<H", core, 56)
    for i in range(count):
        kind, _, at, _, _, size = struct.unpack_from("<IIQQQQ", core, offset + i * 56)
        end = at + size
        while kind == PT_NOTE and at + 12 <= end:
            name, length, what = struct.unpack_from("<III", core, at)
            at += 12 + (name + 3) // 4 * 4
            yield what, at
            at += (length + 3) // 4 * 4


with open(sys.argv[1], "rb") as file:
    bytes_ = bytearray(file.read())
woken = 0
for note, place in notes(bytes_):
    if note == NT_PRSTATUS and struct.unpack_from("<q", bytes_, place + ORIG_RAX)[0] == SYS_FUTEX:
        struct.pack_into("<q", bytes_, place + RAX, 0)
        woken += 1
with open(sys.argv[1], "wb") as file:
    file.write(bytes_)
sys.exit(0 if woken else "no thread of " + sys.argv[1] + " is in futex(2)")
