# SPDX-License-Identifier: LGPL-2.1-or-later
"""elf_core - an ELF core of 64 bits, for the scripts beside this that change one"""
import struct

PT_LOAD, PT_NOTE, NT_PRSTATUS = 1, 4, 1
TYPE, FLAGS, OFFSET, ADDRESS, FILE_SIZE = 0, 1, 2, 3, 5  # members of an Elf64_Phdr
SEGMENT = "IIQQQQQQ"
REGISTERS = 112  # offset of pr_reg in a struct elf_prstatus


class Core:
    """machine: e_machine. segments: its program headers, which save() writes back."""

    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            self.content = bytearray(file.read())
        self.order = ">" if self.content[5] == 2 else "<"
        self.machine, = self.unpack("H", 18)
        self.table, = self.unpack("Q", 32)
        self.size, count = self.unpack("HH", 54)
        self.segments = [list(self.unpack(SEGMENT, self.table + i * self.size)) for i in range(count)]
        self.note_segment = next(row for row in self.segments if row[TYPE] == PT_NOTE)

    def unpack(self, form, at):
        return struct.unpack_from(self.order + form, self.content, at)

    def pack(self, form, at, *values):
        struct.pack_into(self.order + form, self.content, at, *values)

    def notes(self):
        """Yields each note: whether it is an NT_PRSTATUS, where it begins, its contents, and its end."""
        at = self.note_segment[OFFSET]
        end = at + self.note_segment[FILE_SIZE]
        while at < end:
            name, length, kind = self.unpack("III", at)
            is_status = kind == NT_PRSTATUS and self.content[at + 12:at + 16] == b"CORE"
            start = at + 12 + (name + 3 & ~3)
            behind = start + (length + 3 & ~3)
            yield is_status, at, start, behind
            at = behind

    def save(self):
        for i, row in enumerate(self.segments):
            self.pack(SEGMENT, self.table + i * self.size, *row)
        with open(self.path, "wb") as file:
            file.write(self.content)
