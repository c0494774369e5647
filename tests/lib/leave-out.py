#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""leave-out.py CORE written|stack - removes the contents of writable segments from a core. written: all
of them, like a coredump_filter of 0. stack: only the last one, which is the main thread's stack
(arch/*/mm/mmap.c puts it at the top)."""
import sys

from elf_core import FILE_SIZE, FLAGS, PT_LOAD, TYPE, Core

PF_W = 2

core = Core(sys.argv[1])
segments = [row for row in core.segments if row[TYPE] == PT_LOAD and row[FLAGS] & PF_W]
for row in segments if sys.argv[2] == "written" else segments[-1:]:
    row[FILE_SIZE] = 0
core.save()
