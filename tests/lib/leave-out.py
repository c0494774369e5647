#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""leave-out.py CORE written|stack - removes the contents of writable segments from a core, which must be
64-bit and little-endian. written: all of them, like a coredump_filter of 0. stack: only the last one,
which is the main thread's stack (arch/*/mm/mmap.c puts it at the top)."""
import struct
import sys

PT_LOAD, PF_W = 1, 2
TYPE, FLAGS, FILE_SIZE = 0, 4, 32  # in an Elf64_Phdr

with open(sys.argv[1], "r+b") as core:
    header = core.read(64)
    at, size, count = struct.unpack_from("<Q", header, 32)[0], *struct.unpack_from("<HH", header, 54)
    core.seek(at)
    table = bytearray(core.read(size * count))
    written = [place for place in range(0, size * count, size)
               if struct.unpack_from("<I", table, place + TYPE)[0] == PT_LOAD
               and struct.unpack_from("<I", table, place + FLAGS)[0] & PF_W]
    for place in written if sys.argv[2] == "written" else written[-1:]:
        struct.pack_into("<Q", table, place + FILE_SIZE, 0)
    core.seek(at)
    core.write(table)
