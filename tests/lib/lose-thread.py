#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""lose-thread.py CORE [first] - leaves a thread out of a core: the last one, or the first. Its NT_PRSTATUS
becomes a note of a kind that nobody reads. Prints its LWP."""
import sys

from elf_core import Core

PID = 32  # offset of pr_pid in a struct elf_prstatus

core = Core(sys.argv[1])
threads = [(at, start) for is_status, at, start, _ in core.notes() if is_status]
at, start = threads[0 if "first" in sys.argv[2:] else -1]
core.pack("I", at + 8, 0x7fffffff)
core.save()
print(core.unpack("I", start + PID)[0])
