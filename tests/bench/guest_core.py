# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes the core that is measured: tests/fixtures/seed.c with memory like a guest's."""
import array
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "fixtures")
CHUNK = 1 << 18
GDB = ["gdb", "-q", "-nx", "-batch", "-iex", "set debuginfod enabled off"]


def guest_memory(size):
    """Yields chunks that are to a decompressor like a guest's memory; the same in every run."""
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
                                 os.path.join(FIXTURES, "seed.c"),
                                 os.path.join(HERE, "guest_ram.c")],
                   cwd=directory, check=True)


def dump(directory, size):
    """Makes the file core in directory. Returns the name of its writer."""
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


def true_threads(directory):
    """Returns the number of threads in the fixture's truth; None: the core is not ours."""
    path = os.path.join(directory, "truth.json")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return len(json.load(file)["threads"])
