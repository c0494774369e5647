#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""bench.py [--size MIB | --core CORE --exe EXE] [--runs N] [--dir DIR] TOOL - how fast TOOL
(qemucore-threads) is, and how much memory it takes, beside what one would use without it.

Measures an uncompressed CORE of EXE, or makes one of its own in a temporary directory below DIR:
tests/fixtures/seed.c with MIB of memory like a guest's (1024 by default: a quarter each of
programs, zeroes, noise, and text and pointers), dumped by the kernel, or by gdb where core_pattern
is not a plain name. Needs twice as much disk, cc, zstd and gzip; eu-stack and gdb are compared with
where they are installed.

All commands of a round run one after the other, with the files in the page cache; the first round
is not counted. Shown are the median of wall time, the largest peak memory (resident, with the pages
of mapped files), and the median of each round's ratio to the reference.
"""
import argparse
import array
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "fixtures")
CHUNK = 1 << 18
MEMORY_GOAL = 256
GDB = ["gdb", "-q", "-nx", "-batch", "-iex", "set debuginfod enabled off"]


# ---- the core --------------------------------------------------------------------------------

def guest_memory(size):
    """Chunks of what a guest's memory looks like to a decompressor; the same in every run."""
    dice = random.Random(1)
    programs = b""
    for name in ("gdb", "python3", "cc", "zstd", "sh"):
        path = shutil.which(name)
        if path is not None:
            with open(os.path.realpath(path), "rb") as file:
                programs += file.read(16 << 20)
    programs += bytes(CHUNK)

    def program(number):
        start = number * CHUNK % (len(programs) - CHUNK)
        return programs[start:start + CHUNK]

    def noise(_):
        return dice.randbytes(CHUNK)

    def words(number):
        if number % 2 == 0:
            text = "".join("[%12.6f] eth%d: link up, %d Mb/s, page %x of %x\n" %
                           (dice.random() * 1e5, i % 4, dice.choice((100, 1000, 10000)),
                            dice.getrandbits(40), number) for i in range(CHUNK // 40))
            return text.encode().ljust(CHUNK)[:CHUNK]
        base = 0xffff888000000000 + (dice.getrandbits(20) << 12)
        return array.array("Q", [base + (dice.getrandbits(16) << 3)
                                 for _ in range(CHUNK // 8)]).tobytes()

    kinds = (program, lambda _: bytes(CHUNK), noise, words)
    for number in range(size // CHUNK):
        yield kinds[number % 4](number // 4)


def compiler():
    return os.environ.get("CC", "cc").split() + ["-std=gnu11", "-O2"]


def build(directory):
    subprocess.run(compiler() + ["-g", "-fPIE", "-pie", "-pthread", "-o", "exe",
                               os.path.join(FIXTURES, "seed.c"), os.path.join(HERE, "guest_ram.c")],
                   cwd=directory, check=True)


def dump(directory, size):
    """Makes the file core in directory; says who wrote it."""
    with open("/proc/sys/kernel/core_pattern", encoding="utf-8") as file:
        pattern = file.read()
    by_kernel = not pattern.startswith("|") and "/" not in pattern
    if by_kernel:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    before = set(os.listdir(directory))
    truth = os.path.join(directory, "truth.json")
    with open(truth, "w", encoding="utf-8") as out:
        scene = subprocess.Popen(["./exe", "abort" if by_kernel else "pause"], cwd=directory,
                                 stdin=subprocess.PIPE, stdout=out,
                                 env={"BENCH_RAM": str(size)})
    try:
        for chunk in guest_memory(size):
            scene.stdin.write(chunk)
        scene.stdin.close()
        if by_kernel:
            scene.wait()
        else:
            while True:
                time.sleep(0.05)
                with open(truth, encoding="utf-8") as file:
                    text = file.read()
                if text.endswith("}\n"):
                    break
                if scene.poll() is not None:
                    sys.exit("bench: the fixture ended too soon")
            subprocess.run(GDB + ["-p", str(json.loads(text)["pid"]), "-ex", "gcore core.gdb"],
                           cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           check=True)
    finally:
        scene.kill()
        scene.wait()
    made = set(os.listdir(directory)) - before - {"truth.json"}
    if len(made) != 1:
        sys.exit("bench: no core was written (core_pattern: %s)" % pattern.strip())
    os.rename(os.path.join(directory, made.pop()), os.path.join(directory, "core"))
    return "the kernel" if by_kernel else "gdb"


# ---- the runs --------------------------------------------------------------------------------

def tool_command(tool):
    """Not by libtool's wrapper script, whose start takes as long as our answer on a raw core."""
    directory, name = os.path.split(os.path.abspath(tool))
    program = os.path.join(directory, ".libs", name)
    if not os.path.exists(program):
        return [os.path.join(directory, name)]
    os.environ["LD_LIBRARY_PATH"] = os.path.join(directory, "..", "lib", ".libs")
    return [program]


def commands(tool):
    """Groups: a title's file, then rows of name, command, and the goal where it is ours. The second
    row is the reference."""
    ours = tool_command(tool) + ["-b", "-e", "exe"]
    raw = [("qemucore-threads -b", ours + ["core"], 1.5),
           ("eu-stack -i -s", ["eu-stack", "-i", "-s", "-e", "exe", "--core", "core"], None),
           ("gdb: thread apply all bt",
            GDB + ["-ex", "thread apply all bt", "exe", "core"], None)]
    return [("core", [row for row in raw if row[2] or shutil.which(row[1][0])]),
            ("core.zst", [("qemucore-threads -b", ours + ["core.zst"], 1.15),
                          ("zstd -dc", ["zstd", "-dcq", "core.zst"], None)]),
            ("core.gz", [("qemucore-threads -b", ours + ["core.gz"], None),
                         ("gzip -dc", ["gzip", "-dc", "core.gz"], None)])]


def check_answer(command, directory):
    """What is measured shall be an answer: all threads that the fixture told of, to their ends."""
    with open(os.path.join(directory, "truth.json"), encoding="utf-8") as file:
        threads = len(json.load(file)["threads"])
    done = subprocess.run(command, cwd=directory, stdout=subprocess.PIPE, check=False)
    text = done.stdout.decode()
    if done.returncode != 0 or text.count("\nThread ") != threads or \
            text.count("-- end of stack") != threads:
        sys.exit("bench: %s: exit status %d, %d stacks, %d of them to their end; %d expected" %
                 (" ".join(command), done.returncode, text.count("\nThread "),
                  text.count("-- end of stack"), threads))


def build_stopwatch(directory):
    subprocess.run(compiler() + ["-o", "measure", os.path.join(HERE, "measure.c")], cwd=directory,
                   check=True)


def measure(command, directory):
    line = subprocess.run(["./measure"] + command, cwd=directory, check=True,
                          stdout=subprocess.PIPE).stdout.split()
    if int(line[0]) > 1:
        sys.exit("bench: %s: exit status %s" % (" ".join(command), line[0].decode()))
    return float(line[1]), int(line[2]) / 1024


def mebibytes(path):
    return os.path.getsize(path) / (1 << 20)


def show(groups, samples, directory):
    most = 0
    print("%-28s %9s %10s  %s" % ("", "wall", "memory", "ratio"))
    for file, rows in groups:
        print("%s, %.0f MiB" % (file, mebibytes(os.path.join(directory, file))))
        reference = samples[file, rows[1][0]] if len(rows) > 1 else None
        for name, _, goal in rows:
            mine = samples[file, name]
            memory = max(sample[1] for sample in mine)
            line = "  %-26s %7.3f s %6.0f MiB" % (
                name, statistics.median(sample[0] for sample in mine), memory)
            if name == rows[0][0]:
                most = max(most, memory)
            if name == rows[0][0] and reference is not None:
                ratio = statistics.median(a[0] / b[0] for a, b in zip(mine, reference))
                line += "  %.2f x %s" % (ratio, rows[1][0])
                if goal is not None:
                    line += ", goal %.2f: %s" % (goal, "met" if ratio <= goal else "MISSED")
            print(line)
    print("peak memory of qemucore-threads: %.0f MiB, goal %d: %s" %
          (most, MEMORY_GOAL, "met" if most < MEMORY_GOAL else "MISSED"))


def main():
    parser = argparse.ArgumentParser(description="Measures qemucore-threads.")
    parser.add_argument("--size", type=int, default=1024, metavar="MIB")
    parser.add_argument("--core")
    parser.add_argument("--exe")
    parser.add_argument("--runs", type=int, default=5, metavar="N")
    parser.add_argument("--dir", default=os.environ.get("TMPDIR", "/tmp"))
    parser.add_argument("tool", metavar="TOOL")
    options = parser.parse_args()
    if (options.core is None) != (options.exe is None):
        parser.error("--core and --exe go together")
    os.environ.pop("DEBUGINFOD_URLS", None)
    with tempfile.TemporaryDirectory(prefix="qemucore-bench.", dir=options.dir) as directory:
        build_stopwatch(directory)
        if options.core is None:
            build(directory)
            writer = dump(directory, options.size << 20)
            print("dumped by %s; " % writer, end="")
        else:
            os.symlink(os.path.abspath(options.core), os.path.join(directory, "core"))
            os.symlink(os.path.abspath(options.exe), os.path.join(directory, "exe"))
        print("%d runs on %d CPUs" % (options.runs, os.cpu_count()), flush=True)
        subprocess.run(["zstd", "-qf", "core", "-o", "core.zst"], cwd=directory, check=True)
        with open(os.path.join(directory, "core.gz"), "wb") as out:
            subprocess.run(["gzip", "-1", "-cf", "core"], cwd=directory, stdout=out, check=True)
        groups = commands(options.tool)
        if options.core is None:
            for _, rows in groups:
                check_answer(rows[0][1], directory)
        samples = {}
        for number in range(options.runs + 1):
            for file, rows in groups:
                for name, command, _ in rows:
                    sample = measure(command, directory)
                    if number != 0:
                        samples.setdefault((file, name), []).append(sample)
        show(groups, samples, directory)


main()
