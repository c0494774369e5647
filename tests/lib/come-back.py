#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""come-back.py CORE CALL [AS [SECOND]] - lets system call CALL return 0 in all threads of a core of
x86_64 that sleep in it. Changes their registers as the kernel leaves them before the thread runs again.
AS: changes the call's number to that of AS. SECOND: the call is interrupted instead, and this is its
second argument.
come-back.py CORE ppoll left NS - what is left of these calls' timeouts is NS."""
import sys

from elf_core import ADDRESS, FILE_SIZE, OFFSET, PT_LOAD, REGISTERS, TYPE, Core

# rax is the 11th member of a user_regs_struct, rdx its 13th, rsi its 14th, orig_rax its 16th.
RAX = REGISTERS + 10 * 8
RDX = REGISTERS + 12 * 8
RSI = REGISTERS + 13 * 8
ORIG_RAX = REGISTERS + 15 * 8
# arch/x86/entry/syscalls/syscall_64.tbl
CALLS = {"read": 0, "close": 3, "ioctl": 16, "flock": 73, "futex": 202, "ppoll": 271,
         "io_uring_enter": 426, "clone3": 435}



def place_of(core, address):
    """Returns where the memory at an address is in the file."""
    return next(row[OFFSET] + address - row[ADDRESS] for row in core.segments
                if row[TYPE] == PT_LOAD and 0 <= address - row[ADDRESS] < row[FILE_SIZE])


core = Core(sys.argv[1])
call = CALLS[sys.argv[2]]
left = int(sys.argv[4]) if sys.argv[3:4] == ["left"] else None
alias = CALLS[sys.argv[3] if len(sys.argv) > 3 and left is None else sys.argv[2]]
second = int(sys.argv[4], 0) if len(sys.argv) > 4 and left is None else None
EINTR = 4
changed = 0
for is_status, _, start, _ in core.notes():
    if not is_status or core.unpack("q", start + ORIG_RAX)[0] != call:
        continue
    changed += 1
    if left is not None:
        timespec, = core.unpack("Q", start + RDX)
        core.pack("qq", place_of(core, timespec), *divmod(left, 10 ** 9))
        continue
    core.pack("q", start + RAX, 0 if second is None else -EINTR)
    core.pack("q", start + ORIG_RAX, alias)
    if second is not None:
        core.pack("Q", start + RSI, second)
core.save()
sys.exit(0 if changed else "no thread of " + sys.argv[1] + " is in " + sys.argv[2])
