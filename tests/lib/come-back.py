#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""come-back.py CORE CALL [AS [SECOND]] - lets system call CALL return 0 in all threads of a core of
x86_64 that sleep in it. Changes their registers as the kernel leaves them before the thread runs again.
AS: changes the call's number to that of AS. SECOND: the call is interrupted instead, and this is its
second argument."""
import struct
import sys

PT_NOTE = 4
NT_PRSTATUS = 1
# struct elf_prstatus has pr_reg, a user_regs_struct, at 112. rax is its 11th member, rsi its 14th,
# orig_rax its 16th.
RAX = 112 + 10 * 8
RSI = 112 + 13 * 8
ORIG_RAX = 112 + 15 * 8
# arch/x86/entry/syscalls/syscall_64.tbl
CALLS = {"read": 0, "close": 3, "ioctl": 16, "flock": 73, "futex": 202, "ppoll": 271,
         "io_uring_enter": 426, "clone3": 435}


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


core_path = sys.argv[1]
call = CALLS[sys.argv[2]]
alias = CALLS[sys.argv[3] if len(sys.argv) > 3 else sys.argv[2]]
second = int(sys.argv[4], 0) if len(sys.argv) > 4 else None
EINTR = 4
with open(core_path, "rb") as file:
    bytes_ = bytearray(file.read())
changed = 0
for note, place in notes(bytes_):
    if note == NT_PRSTATUS and struct.unpack_from("<q", bytes_, place + ORIG_RAX)[0] == call:
        struct.pack_into("<q", bytes_, place + RAX, 0 if second is None else -EINTR)
        struct.pack_into("<q", bytes_, place + ORIG_RAX, alias)
        if second is not None:
            struct.pack_into("<Q", bytes_, place + RSI, second)
        changed += 1
with open(core_path, "wb") as file:
    file.write(bytes_)
sys.exit(0 if changed else "no thread of " + core_path + " is in " + sys.argv[2])
