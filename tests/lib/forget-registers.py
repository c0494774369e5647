#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""forget-registers.py CORE - leaves each thread but the first only the registers that /proc/PID/syscall
tells of a thread asleep in a system call: program counter, stack pointer, the call's number and
arguments. Adds a snapshot's notes that say so (doc/snapshot.md). Exit status 1: an unknown CPU."""
import struct
import sys

from elf_core import FILE_SIZE, OFFSET, Core

LIVE_THREAD = 0x51430002
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

core = Core(sys.argv[1])
words = KNOWN.get(core.machine)
if words is None:
    sys.exit(1)
known = sum(1 << word for word in words)
written = b""
threads = 0
for is_status, at, start, end in core.notes():
    written += core.content[at:end]
    if is_status:
        lwp, = core.unpack("I", start + LWP)
        live = struct.pack(core.order + "IIIIIIQQQ", 1, lwp, ASLEEP, ord("S"), 0, 0, known, 0, 0)
        live += bytes(4)  # three empty texts, and one byte to fill up
        if threads != 0:
            written += struct.pack(core.order + "III", 9, len(live) - 1, LIVE_THREAD)
            written += b"QEMUCORE".ljust(12, b"\0") + live
        threads += 1
core.note_segment[OFFSET] = len(core.content)
core.note_segment[FILE_SIZE] = len(written)
core.content += written
core.save()
