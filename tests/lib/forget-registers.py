#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""forget-registers.py CORE - leaves each thread but the first only the registers that /proc/PID/syscall
tells of a thread asleep in a system call: program counter, stack pointer, the call's number and
arguments. Adds a snapshot's notes that say so (doc/snapshot.md). Exit status 1: an unknown CPU."""
import struct
import sys

PT_NOTE, NT_PRSTATUS, LIVE_THREAD = 4, 1, 0x51430002
ASLEEP = 2
LWP = 32  # offset in a struct elf_prstatus
# The words of pr_reg that are known, by e_machine: ppc64, s390x, x86_64, aarch64, riscv64, loongarch64.
KNOWN = {
    21: [0, 1, 3, 4, 5, 6, 7, 8, 32],
    22: [1, 3, 4, 5, 6, 7, 8, 9, 17, 26],
    62: [7, 8, 9, 10, 12, 13, 14, 15, 16, 19],
    183: [0, 1, 2, 3, 4, 5, 8, 31, 32],
    243: [0, 2, 10, 11, 12, 13, 14, 15, 17],
    258: [3, 4, 5, 6, 7, 8, 9, 11, 33],
}

with open(sys.argv[1], "r+b") as core:
    header = core.read(64)
    order = ">" if header[5] == 2 else "<"
    words = KNOWN.get(struct.unpack_from(order + "H", header, 18)[0])
    if words is None:
        sys.exit(1)
    at = struct.unpack_from(order + "Q", header, 32)[0]
    size, count = struct.unpack_from(order + "HH", header, 54)
    core.seek(at)
    rows = [list(struct.unpack(order + "IIQQQQQQ", core.read(size))) for _ in range(count)]
    place = next(i for i in range(count) if rows[i][0] == PT_NOTE)
    core.seek(rows[place][2])
    notes = core.read(rows[place][5])
    known = sum(1 << word for word in words)
    written = b""
    threads = 0
    while notes:
        name, length, kind = struct.unpack_from(order + "III", notes)
        start = 12 + (name + 3 & ~3)
        end = start + (length + 3 & ~3)
        written += notes[:end]
        if kind == NT_PRSTATUS and notes[12:16] == b"CORE":
            lwp = struct.unpack_from(order + "I", notes, start + LWP)[0]
            live = struct.pack(order + "IIIIIIQQQ", 1, lwp, ASLEEP, ord("S"), 0, 0, known, 0, 0)
            live += bytes(4)  # three empty texts, and one byte to fill up
            if threads != 0:
                written += struct.pack(order + "III", 9, len(live) - 1, LIVE_THREAD)
                written += b"QEMUCORE".ljust(12, b"\0") + live
            threads += 1
        notes = notes[end:]
    core.seek(0, 2)
    rows[place][2] = core.tell()
    rows[place][5] = len(written)
    core.write(written)
    core.seek(at + place * size)
    core.write(struct.pack(order + "IIQQQQQQ", *rows[place]))
