# SPDX-License-Identifier: LGPL-2.1-or-later
"""The containers in which a core is measured: how each is made, and the program to compare with."""
import os
import shutil
import struct
import subprocess

FRAME = 4 << 20


class Container:
    """name: that of the file. make(directory) writes it. reference: the command that decodes it.
    goal: the greatest ratio of our time to its time; None: no goal. programs: needed to make it."""

    def __init__(self, name, make, reference, goal, programs=(), note=""):
        self.name = name
        self.make = make
        self.reference = reference
        self.goal = goal
        self.programs = programs
        self.note = note

    def missing(self):
        return [name for name in (*self.programs, self.reference[0]) if shutil.which(name) is None]


def by_command(name, command):
    """Returns a make() that writes the command's standard output to the file."""
    def make(directory):
        with open(os.path.join(directory, name), "wb") as out:
            subprocess.run(command, cwd=directory, stdout=out, check=True)
    return make


def frames_of_core(directory):
    """Yields the core in frames of the command zstd, which have the content's size: (size, frame)."""
    with open(os.path.join(directory, "core"), "rb") as core:
        while True:
            data = core.read(FRAME)
            if not data:
                return
            # zstd can't find the size of a pipe.
            yield len(data), subprocess.run(["zstd", "-qc1", "--stream-size=%d" % len(data)],
                                            input=data, stdout=subprocess.PIPE, check=True).stdout


def make_frames(name, with_table):
    def make(directory):
        entries = []
        with open(os.path.join(directory, name), "wb") as out:
            for size, frame in frames_of_core(directory):
                entries.append(struct.pack("<II", len(frame), size))
                out.write(frame)
            if with_table:
                # zstd's contrib/seekable_format: a skippable frame that ends in the footer
                table = b"".join(entries) + struct.pack("<IBI", len(entries), 0, 0x8f92eab1)
                out.write(struct.pack("<II", 0x184d2a5e, len(table)) + table)
    return make


def containers(has_isal):
    """Returns all containers in the order of the output. has_isal: our library uses ISA-L."""
    inflate = ["igzip", "-dc"] if has_isal else ["gzip", "-dc"]
    goal = 1.05 if has_isal else 0.5
    return [
        Container("core.zst", by_command("core.zst", ["zstd", "-qcf1", "core"]),
                  ["zstd", "-dcq"], 1.0, note="one frame"),
        Container("core.seekable.zst", make_frames("core.seekable.zst", True), ["zstd", "-dcq"], 0.1,
                  note="frames of 4 MiB with a seek table"),
        Container("core.frames.zst", make_frames("core.frames.zst", False), ["zstd", "-dcq"], 0.1,
                  note="frames of 4 MiB with the content's size"),
        Container("core.pzstd.zst", by_command("core.pzstd.zst", ["pzstd", "-qc1", "core"]),
                  ["pzstd", "-dcq"], None, note="frames without the content's size"),
        Container("core.gz", by_command("core.gz", ["gzip", "-1cf", "core"]), inflate, goal),
        Container("core.bgz", by_command("core.bgz", ["bgzip", "-c", "-l1", "core"]), inflate, goal,
                  programs=("bgzip",)),
        Container("core.lz4", by_command("core.lz4", ["lz4", "-qc1", "core"]), ["lz4", "-dcq"], 1.05),
        Container("core.xz", by_command("core.xz", ["xz", "-T2", "-0cf", "core"]), ["xz", "-dc"], 1.05),
    ]
