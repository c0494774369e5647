#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""growth.py [--dir DIR] TOOL - measures cores that have very many objects of one kind

Makes two cores of each kind below, one with an eighth of the objects, and reads both with TOOL
(qemucore-threads) and the commands in its directory. Prints seconds of CPU, peak memory, and by what
factor eight times as many objects take longer. The goals are 10 s, 512 MiB and a factor of 16: more is
not linear. Exit status 1: a goal is missed.
"""
import argparse
import os
import shutil
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import guest_core  # noqa: E402

SECONDS_GOAL = 10
MEMORY_GOAL = 512
GROWTH_GOAL = 16
FEWER = 8
STACK = 0x7ffe00000000
MUTEX = 0x7f0000000000
MAPS = 0x600000000000
FUTEX = 202
PT_LOAD, PT_NOTE, PT_DYNAMIC = 1, 4, 2
NT_PRSTATUS, NT_AUXV, NT_FILE = 1, 6, 0x46494c45


def note(kind, content):
    return struct.pack("<III8s", 5, len(content), kind, b"CORE") + content + bytes(-len(content) % 4)


def thread(lwp, futex):
    """Returns an NT_PRSTATUS of a thread that waits in futex; it has a struct elf_prstatus."""
    registers = dict(rax=-512 & (1 << 64) - 1, rdi=futex, rsi=0x80, rdx=2, orig_rax=FUTEX, rip=0x400002,
                     rsp=STACK + 0x100, cs=0x33)
    order = ("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss "
             "fs_base gs_base ds es fs gs").split()
    words = struct.pack("<27Q", *(registers.get(name, 0) for name in order))
    return note(NT_PRSTATUS, bytes(32) + struct.pack("<I", lwp) + bytes(76) + words + bytes(8))


def write_core(path, notes, segments):
    """Segments are (address, bytes)."""
    segments = sorted(segments + [(STACK, bytes(4096)), (0x400000, b"\x0f\x05".ljust(4096, b"\0"))])
    count = 1 + len(segments)
    many = count >= 0xffff
    at = 64 + 56 * count
    with open(path, "wb") as file:
        file.write(struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 4, 62, 1, 0, 64,
                               at if many else 0, 0, 64, 56, 0xffff if many else count, 64,
                               1 if many else 0, 0))
        place = at + (64 if many else 0)
        file.write(struct.pack("<IIQQQQQQ", PT_NOTE, 0, place, 0, 0, len(notes), 0, 4))
        place = place + len(notes) + 4095 & ~4095
        for address, content in segments:
            file.write(struct.pack("<IIQQQQQQ", PT_LOAD, 7, place, address, 0, len(content),
                                   len(content), 4096))
            place += len(content) + 4095 & ~4095
        if many:
            file.write(struct.pack("<IIQQQQIIQQ", 0, 0, 0, 0, 0, 0, 0, count, 0, 0))
        file.write(notes)
        for _, content in segments:
            file.seek(file.tell() + 4095 & ~4095)
            file.write(content)


def threads(path, count):
    """Threads that wait for one mutex, which the first of them owns."""
    notes = b"".join(thread(1000 + i, MUTEX) for i in range(count))
    write_core(path, notes, [(MUTEX, struct.pack("<IIIII", 2, 0, 1000, 1, 0).ljust(4096, b"\0"))])


def segments(path, count):
    write_core(path, thread(1000, MUTEX),
               [(MAPS + 0x2000 * i, bytes(4096)) for i in range(count)])


def modules(path, count):
    """Modules whose files do not exist."""
    names = b"".join(b"/nowhere/lib%d.so\0" % i for i in range(count))
    places = b"".join(struct.pack("<QQQ", MAPS + 0x2000 * i, MAPS + 0x2000 * i + 0x1000, 0)
                      for i in range(count))
    files = note(NT_FILE, struct.pack("<QQ", count, 4096) + places + names)
    write_core(path, thread(1000, MUTEX) + files,
               [(MAPS + 0x2000 * i, b"\x7fELF\2\1\1".ljust(4096, b"\0")) for i in range(count)])


def link_map(path, count):
    """ld.so's list of loaded files, found by the program headers to which AT_PHDR points."""
    base, dynamic, debug, links = MAPS, MAPS + 0x1000, MAPS + 0x2000, MAPS + 0x10000
    headers = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 3, 62, 1, 0x1000, 64, 0, 0, 64, 56, 2, 0,
                          0, 0)
    headers += struct.pack("<IIQQQQQQ", PT_LOAD, 7, 0, 0, 0, 1 << 32, 1 << 32, 4096)
    headers += struct.pack("<IIQQQQQQ", PT_DYNAMIC, 6, 0x1000, 0x1000, 0x1000, 32, 32, 8)
    image = headers.ljust(0x1000, b"\0") + struct.pack("<QQQQ", 21, debug, 0, 0).ljust(0x1000, b"\0")
    image += struct.pack("<QQ", 1, links).ljust(0xe000, b"\0")
    image += b"".join(struct.pack("<QQQQQ", MAPS + (1 << 33) + 0x2000 * i, base + 0x3000, dynamic,
                                  links + 40 * (i + 1) if i + 1 < count else 0,
                                  links + 40 * (i - 1) if i else 0) for i in range(count))
    auxv = struct.pack("<12Q", 3, base + 64, 4, 56, 5, 2, 7, 0, 9, base + 0x1000, 0, 0)
    write_core(path, thread(1000, MUTEX) + note(NT_AUXV, auxv), [(base, image)])


def dumped(path, sources, arguments):
    """Compiles and runs a program that crashes; the kernel writes its core."""
    directory = os.path.dirname(path)
    program = os.path.join(directory, "program")
    subprocess.run(guest_core.compiler() + ["-D_GNU_SOURCE", "-g", "-O1", "-fno-inline", "-pthread",
                                            "-o", program] + sources, check=True)
    before = set(os.listdir(directory))
    subprocess.run(["sh", "-c", "ulimit -c unlimited; exec ./program " + arguments], cwd=directory,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    made = set(os.listdir(directory)) - before
    if len(made) != 1:
        raise FileNotFoundError("no core was written")
    os.rename(os.path.join(directory, made.pop()), path)


def coroutines(path, count):
    dumped(path, [os.path.join(guest_core.FIXTURES, name)
                  for name in ("coroutine-scenes.c", "coroutine-ucontext.c")], "all %d" % count)


# A chain of nodes, each the child of the one before, with a request in flight and a backend.
NODES = """
#include <stdio.h>
#include <stdlib.h>

#define LIST(type) struct { struct type *lh_first; }
#define IN_LIST(type) struct { struct type *le_next, **le_prev; }
#define TAIL(type) struct { struct type *tqh_first, **tqh_last; }
#define IN_TAIL(type) struct { struct type *tqe_next, **tqe_prev; }

typedef struct BlockDriver { const char *format_name; } BlockDriver;
typedef struct BdrvTrackedRequest {
    int type;
    long offset, bytes;
    IN_LIST(BdrvTrackedRequest) list;
} BdrvTrackedRequest;
typedef struct BdrvChild {
    struct BlockDriverState *bs;
    char *name;
    IN_LIST(BdrvChild) next;
} BdrvChild;
typedef struct BlockDriverState {
    unsigned in_flight;
    int quiesce_counter, open_flags;
    BlockDriver *drv;
    char filename[64], node_name[32];
    IN_TAIL(BlockDriverState) bs_list;
    LIST(BdrvTrackedRequest) tracked_requests;
    LIST(BdrvChild) children;
} BlockDriverState;
typedef struct BlockBackend {
    char *name;
    unsigned in_flight;
    BdrvChild *root;
    IN_TAIL(BlockBackend) link;
} BlockBackend;

TAIL(BlockDriverState) all_bdrv_states;
TAIL(BlockBackend) block_backends;
BlockDriver driver = {"qcow2"};
struct CPUState { int cpu_index; } cpu; /* the type by which a QEMU is recognized */

int main(int argc, char **argv)
{
    int count = atoi(argv[argc - 1]);
    BlockDriverState *nodes = calloc(count, sizeof(*nodes));
    BdrvTrackedRequest *requests = calloc(count, sizeof(*requests));
    BdrvChild *children = calloc(count, sizeof(*children)), *roots = calloc(count, sizeof(*roots));
    BlockBackend *backends = calloc(count, sizeof(*backends));

    all_bdrv_states.tqh_last = &all_bdrv_states.tqh_first;
    block_backends.tqh_last = &block_backends.tqh_first;
    for (int i = 0; i < count; i++) {
        nodes[i].in_flight = 1;
        nodes[i].drv = &driver;
        sprintf(nodes[i].node_name, "node%d", i);
        requests[i].bytes = 512;
        requests[i].list.le_prev = &nodes[i].tracked_requests.lh_first;
        nodes[i].tracked_requests.lh_first = &requests[i];
        if (i + 1 < count) {
            children[i] = (BdrvChild){&nodes[i + 1], "backing", {NULL, &nodes[i].children.lh_first}};
            nodes[i].children.lh_first = &children[i];
        }
        nodes[i].bs_list.tqe_prev = all_bdrv_states.tqh_last;
        *all_bdrv_states.tqh_last = &nodes[i];
        all_bdrv_states.tqh_last = &nodes[i].bs_list.tqe_next;
        roots[i].bs = &nodes[i];
        backends[i].name = nodes[i].node_name;
        backends[i].root = &roots[i];
        backends[i].link.tqe_prev = block_backends.tqh_last;
        *block_backends.tqh_last = &backends[i];
        block_backends.tqh_last = &backends[i].link.tqe_next;
    }
    abort();
}
"""


def nodes(path, count):
    source = os.path.join(os.path.dirname(path), "nodes.c")
    with open(source, "w", encoding="utf-8") as file:
        file.write(NODES)
    dumped(path, [source], "%d" % count)


CASES = [
    (threads, 50000, "threads at one mutex", ("threads -b", "why", "locks --json")),
    (segments, 70000, "segments", ("threads -b", "info")),
    (modules, 5000, "modules", ("threads -b", "info")),
    (link_map, 2000000, "entries of ld.so's list", ("threads -b", "info")),
    (coroutines, 20000, "coroutines", ("coroutines --all", "why")),
    (nodes, 5000, "block nodes", ("info", "info --part=block", "why --json")),
]


def measure(tool, command, core, out):
    name, *arguments = command.split()
    program = os.path.join(os.path.dirname(os.path.abspath(tool)), "qemucore-" + name)
    with open(out, "wb") as file:
        child = subprocess.Popen([program, *arguments, core], stdout=file, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit("growth: %s %s: exit status %d" % (command, core, child.returncode))
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def made(make, path, count):
    """Makes a core in a process of its own: the kernel would count this process's peak memory as that
    of the commands that it starts later. Returns False on failure."""
    child = os.fork()
    if child == 0:
        try:
            make(path, count)
            os._exit(0)
        except (OSError, subprocess.CalledProcessError) as error:
            print(error, flush=True)
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", default=os.environ.get("TMPDIR", "/tmp"))
    parser.add_argument("tool")
    options = parser.parse_args()
    missed = 0
    print("%-8s %-25s %-18s %8s %9s %8s" % ("", "", "qemucore-", "CPU s", "peak MiB", "growth"))
    for make, count, what, commands in CASES:
        with tempfile.TemporaryDirectory(prefix="qemucore-growth.", dir=options.dir) as directory:
            few, many = (os.path.join(directory, name) for name in ("few", "many"))
            if not made(make, few, count // FEWER) or not made(make, many, count):
                print("%8d %-25s not measured" % (count, what))
                continue
            for command in commands:
                before, _ = measure(options.tool, command, few, os.path.join(directory, "out"))
                seconds, memory = measure(options.tool, command, many, os.path.join(directory, "out"))
                growth = seconds / max(before, 0.02)
                bad = seconds > SECONDS_GOAL or memory > MEMORY_GOAL or growth > GROWTH_GOAL
                missed += bad
                print("%8d %-25s %-18s %8.2f %9.0f %7.1fx%s" %
                      (count, what, command, seconds, memory, growth, "  MISSED" if bad else ""),
                      flush=True)
    sys.exit(missed != 0)


if shutil.which("cc") is None and "CC" not in os.environ:
    CASES = [case for case in CASES if case[0] not in (coroutines, nodes)]
main()
