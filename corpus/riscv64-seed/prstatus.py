# SPDX-License-Identifier: LGPL-2.1-or-later
"""prstatus - to be sourced by gdb after gcore: makes its NT_PRSTATUS notes those of riscv64

gdb (13 and 16, not running on riscv64 itself) writes them in the size of its host's, where the
last five of 32 registers find no room. This gives each note the size that the kernel writes, and
the registers that gdb has; the first 27 are held against what it wrote. The convenience
variables $from and $to are the paths of the two cores.
"""
import struct

import gdb

HOST_SIZE, SIZE = 336, 376  # of struct elf_prstatus on x86_64 and on riscv64
REGISTERS = 112  # where both have pr_reg; pr_fpvalid is behind it
NT_PRSTATUS, PT_NOTE = 1, 4
NAMES = ["pc"] + ["x%d" % i for i in range(1, 32)]


def registers_of_threads():
    registers = {}
    for thread in gdb.selected_inferior().threads():
        thread.switch()
        frame = gdb.newest_frame()
        registers[thread.ptid[1]] = struct.pack(
            "<32Q", *[int(frame.read_register(name)) & (1 << 64) - 1 for name in NAMES])
    return registers


def widened(notes, registers):
    result = bytearray()
    at = 0
    while at < len(notes):
        name_size, size, kind = struct.unpack_from("<III", notes, at)
        start = at + 12 + (name_size + 3 & ~3)
        head, data = notes[at + 12:start], notes[start:start + size]
        at = start + (size + 3 & ~3)
        if kind == NT_PRSTATUS and head.startswith(b"CORE\0"):
            lwp = struct.unpack_from("<I", data, 32)[0]
            assert size == HOST_SIZE, "gdb writes %d bytes now: is this still needed?" % size
            assert registers[lwp][:27 * 8] == data[REGISTERS:REGISTERS + 27 * 8], lwp
            data = data[:REGISTERS] + registers.pop(lwp) + struct.pack("<II", 1, 0)
            assert len(data) == SIZE
        result += struct.pack("<III", name_size, len(data), kind) + head
        result += data + bytes(-len(data) % 4)
    assert not registers, "threads without a note"
    return bytes(result)


def main():
    with open(gdb.convenience_variable("from").string(), "rb") as file:
        core = bytearray(file.read())
    table, = struct.unpack_from("<Q", core, 32)
    count, = struct.unpack_from("<H", core, 56)
    for header in range(table, table + count * 56, 56):
        if struct.unpack_from("<I", core, header)[0] == PT_NOTE:
            offset, = struct.unpack_from("<Q", core, header + 8)
            size, = struct.unpack_from("<Q", core, header + 32)
            notes = widened(bytes(core[offset:offset + size]), registers_of_threads())
            struct.pack_into("<Q", core, header + 32, len(notes))
            # The notes are the last of gdb's segments; section headers no kernel writes.
            del core[offset:]
            core += notes
            struct.pack_into("<Q", core, 40, 0)
            struct.pack_into("<HH", core, 60, 0, 0)
            with open(gdb.convenience_variable("to").string(), "wb") as file:
                file.write(core)
            return
    raise gdb.GdbError("no PT_NOTE")


main()
