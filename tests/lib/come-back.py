#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""come-back.py CORE CALL [AS [SECOND]] - lets system call CALL return 0 in all threads of a core of
x86_64 that sleep in it. Changes their registers as the kernel leaves them before the thread runs again.
AS: changes the call's number to that of AS. SECOND: the call is interrupted instead, and this is its
second argument."""
import sys

from elf_core import REGISTERS, Core

# rax is the 11th member of a user_regs_struct, rsi its 14th, orig_rax its 16th.
RAX = REGISTERS + 10 * 8
RSI = REGISTERS + 13 * 8
ORIG_RAX = REGISTERS + 15 * 8
# arch/x86/entry/syscalls/syscall_64.tbl
CALLS = {"read": 0, "close": 3, "ioctl": 16, "flock": 73, "futex": 202, "openat": 257,
         "ppoll": 271, "io_uring_enter": 426, "clone3": 435}

core = Core(sys.argv[1])
call = CALLS[sys.argv[2]]
alias = CALLS[sys.argv[3] if len(sys.argv) > 3 else sys.argv[2]]
second = int(sys.argv[4], 0) if len(sys.argv) > 4 else None
EINTR = 4
changed = 0
for is_status, _, start, _ in core.notes():
    if is_status and core.unpack("q", start + ORIG_RAX)[0] == call:
        core.pack("q", start + RAX, 0 if second is None else -EINTR)
        core.pack("q", start + ORIG_RAX, alias)
        if second is not None:
            core.pack("Q", start + RSI, second)
        changed += 1
core.save()
sys.exit(0 if changed else "no thread of " + sys.argv[1] + " is in " + sys.argv[2])
