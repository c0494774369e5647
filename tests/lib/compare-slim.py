#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare-slim.py CORE SLIM [TRUTH] [--scrub START-END]... - compares a slim core with its original

Reads both raw files without our library. The notes must be the same bytes. The same addresses must
be mapped, with the same permissions. Memory in SLIM must be the same as in CORE, or zero if it was
scrubbed. Exactly the guest's memory must be missing from SLIM, as TRUTH, which tests/fixtures/ram.c
prints, says. Without TRUTH nothing may be missing.
"""
import argparse
import json
import mmap
import struct
import sys

PAGE = 4096
PT_LOAD, PT_NOTE, PN_XNUM = 1, 4, 0xffff


class Core:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        order = "<" if self.data[5] == 1 else ">"
        phoff, shoff = struct.unpack_from(order + "QQ", self.data, 32)
        phentsize, phnum = struct.unpack_from(order + "HH", self.data, 54)
        if phnum == PN_XNUM:
            phnum = struct.unpack_from(order + "I", self.data, shoff + 44)[0]
        self.loads = []
        self.notes = b""
        for i in range(phnum):
            kind, flags, offset, address, _, filesz, memsz, _ = struct.unpack_from(
                order + "IIQQQQQQ", self.data, phoff + i * phentsize)
            if kind == PT_LOAD:
                self.loads.append((address, address + filesz, address + memsz, flags, offset))
                if offset + filesz > len(self.data):
                    sys.exit("%s: its memory ends after the end of the file" % path)
            elif kind == PT_NOTE:
                self.notes += self.data[offset:offset + filesz]
        self.loads.sort()

    def mapped(self):
        """Returns the ranges of the address space; joins adjacent ones with the same flags."""
        return joined((start, end, flags) for start, _, end, flags, _ in self.loads)

    def held(self):
        return joined((start, file_end, None) for start, file_end, _, _, _ in self.loads)

    def read(self, start, end):
        """Returns memory that the core has completely, in any number of segments."""
        parts = []
        for address, file_end, _, _, offset in self.loads:
            low, high = max(address, start), min(file_end, end)
            if low < high:
                parts.append(self.data[offset + low - address:offset + high - address])
        return b"".join(parts)


def joined(pieces):
    found = []
    for start, end, what in pieces:
        if start == end:
            continue
        if found and found[-1][1] == start and found[-1][2] == what:
            found[-1] = (found[-1][0], end, what)
        else:
            found.append((start, end, what))
    return found


def without(ranges, holes):
    """Returns ranges without holes; both are sorted."""
    left = []
    for start, end in ranges:
        for low, high in holes:
            if high <= start or low >= end:
                continue
            if low > start:
                left.append((start, low))
            start = min(high, end)
        if start < end:
            left.append((start, end))
    return left


def guest_memory(path):
    with open(path, encoding="utf-8") as file:
        blocks = json.load(file)["blocks"]
    return sorted((int(block["address"], 16), int(block["address"], 16) + block["max_length"])
                  for block in blocks)


def show(ranges):
    return ", ".join("0x%x-0x%x" % (start, end) for start, end in ranges[:8]) or "nothing"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("core")
    parser.add_argument("slim")
    parser.add_argument("truth", nargs="?")
    parser.add_argument("--scrub", action="append", default=[])
    options = parser.parse_args()
    core, slim = Core(options.core), Core(options.slim)
    failures = []
    if core.notes != slim.notes:
        failures.append("the notes differ")
    if core.mapped() != slim.mapped():
        failures.append("mapped is %s ..., was %s ..." % (slim.mapped()[:4], core.mapped()[:4]))
    was = [piece[:2] for piece in core.held()]
    has = [piece[:2] for piece in slim.held()]
    expected = without(was, guest_memory(options.truth) if options.truth else [])
    if has != expected:
        failures.append("too much: %s; lost: %s" %
                        (show(without(has, expected)), show(without(expected, has))))
    scrubbed = [tuple(int(number, 16) for number in text.split("-")) for text in options.scrub]
    for start, end in has:
        for at in range(start, end, 1 << 22):
            to = min(at + (1 << 22), end)
            memory = bytearray(core.read(at, to))
            for low, high in scrubbed:
                low, high = max(low, at), min(high, to)
                if low < high:
                    memory[low - at:high - at] = bytes(high - low)
            if memory != slim.read(at, to):
                failures.append("memory at 0x%x-0x%x differs" % (at, to))
    print("\n".join(failures[:20]))
    sys.exit(1 if failures else 0)


main()
