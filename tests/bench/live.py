#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""live.py [--qemu QEMU] [--machine VCPUS,MIB]... [--runs N] [--dir DIR] TOOL - measures for how long a living
QEMU is stopped by qemucore-snapshot, in TOOL's directory, and by other programs.

The guest keeps all of its vCPUs busy for ever, and all of its memory is allocated. Each of our commands runs N
times, other programs a tenth of that. Meanwhile the state of QEMU's first thread is read every 0.2 ms: the result
is the total time that it was stopped in each run. The goals are for a machine that does nothing else.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "real"))
import machine  # noqa: E402

BETWEEN_LOOKS = 0.0002
PAUSE_GOALS = (20, 60)  # milliseconds: the median, 95 of 100
WALL_GOAL = 1  # seconds
FILE_GOAL = 32  # MiB
COLUMNS = "  %-28s %9s %9s %9s %9s %10s  %s"

# The first CPU, in 32-bit mode, starts the others by INIT and SIPI. They run this code, too, and
# stay in "spin".
BUSY = ("66b91b000000 0f32 f6c401 7417"                # is this the first CPU? if not: spin
        "2e660f01167000 0f20c0 0c01 0f22c0"            # lgdt %cs:0x70; set PE in %cr0
        "66ea2600ffff0800 ebfe"                        # ljmp $8, $0xffff0026; spin: jmp spin
        "b810000000 8ed8 c705f000e0feff010000"         # flat %ds; the local APIC is on
        "c7050003e0fe00450c00 b900000100 e2fe"         # INIT; some loops
        "c7050003e0fef0460c00 ebfe"                    # SIPI at 0xf0000; jmp to itself
        "90909090 0000000000000000"                    # 0x58: the GDT
        "ffff0000009bcf00 ffff00000093cf00 17005800ffff")    # its size and address
machine.GUESTS["busy"] = BUSY


class Busy(machine.Machine):
    """A machine whose vCPUs keep the priority that QEMU gives them."""

    def step_back(self):
        pass


class Watch:
    """Sums the time that QEMU's first thread is seen stopped, between two calls of take()."""

    def __init__(self, pid):
        self.status = os.open("/proc/%d/status" % pid, os.O_RDONLY)
        self.stopped, self.ends = 0, False
        self.thread = threading.Thread(target=self.look)
        self.thread.start()

    def look(self):
        try:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        except PermissionError:
            pass
        last = time.monotonic()
        while not self.ends:
            state = os.pread(self.status, 256, 0).partition(b"State:\t")[2][:1]
            now = time.monotonic()
            if state in b"tT":
                self.stopped += now - last
            last = now
            time.sleep(BETWEEN_LOOKS)

    def take(self):
        stopped, self.stopped = self.stopped, 0
        return stopped * 1000

    def end(self):
        self.ends = True
        self.thread.join()
        os.close(self.status)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def size_of(directory):
    """Returns the disk space of its files, in MiB."""
    return sum(os.stat(os.path.join(directory, name)).st_blocks
               for name in os.listdir(directory)) / 2048


def commands(tool, pid):
    """Returns (name, command, is ours) of each command."""
    beside = os.path.dirname(os.path.abspath(tool))
    snapshot = [os.path.join(beside, "qemucore-snapshot"), str(pid), "-o", "core.zst"]
    gdb = ["gdb", "-q", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-p", str(pid)]
    others = [("eu-stack -p", ["eu-stack", "-p", str(pid)]),
              ("gdb -p: thread apply all bt", gdb + ["-ex", "thread apply all bt"]),
              ("gcore", ["gcore", "-o", "core", str(pid)])]
    return [("qemucore-snapshot", snapshot, True),
            ("qemucore-snapshot --stop", snapshot + ["--stop"], True),
            ("qemucore-why --pid", [os.path.join(beside, "qemucore-why"), "--pid", str(pid)], True)] + [
                (name, command, False) for name, command in others if shutil.which(command[0])]


def run(command, watch, directory):
    """Returns (seconds, ms that QEMU was stopped, MiB)."""
    for name in os.listdir(directory):
        os.unlink(os.path.join(directory, name))
    watch.take()
    start = time.monotonic()
    done = subprocess.run(command, cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, check=False)
    wall = time.monotonic() - start
    if done.returncode > 1:
        sys.exit("live: %s: exit status %d: %s" % (" ".join(command), done.returncode,
                                                   done.stderr.decode(errors="replace")))
    return wall, watch.take(), size_of(directory)


def judge(name, samples):
    """Says whether the command meets its goals."""
    stopped = [sample[1] for sample in samples]
    if name == "qemucore-snapshot --stop":
        is_met = statistics.median(stopped) <= PAUSE_GOALS[0] and percentile(stopped, 0.95) <= PAUSE_GOALS[1]
    else:
        is_met = max(stopped) == 0
    if name != "qemucore-why --pid":  # after the snapshot it reads QEMU's debug info
        wall = statistics.median(sample[0] for sample in samples)
        is_met = is_met and wall <= WALL_GOAL and max(sample[2] for sample in samples) <= FILE_GOAL
    return "goal: met" if is_met else "goal: MISSED"


def show(name, samples, is_ours):
    stopped = [sample[1] for sample in samples]
    print(COLUMNS % (name, "%.2f s" % statistics.median(sample[0] for sample in samples),
                     "%.1f ms" % statistics.median(stopped), "%.1f ms" % percentile(stopped, 0.95),
                     "%.1f ms" % max(stopped), "%.1f MiB" % max(sample[2] for sample in samples),
                     judge(name, samples) if is_ours else ""), flush=True)


def bench(options, vcpus, mebibytes, directory):
    accelerator = "kvm" if os.access("/dev/kvm", os.R_OK | os.W_OK) else "tcg"
    memory = ("-object", "memory-backend-ram,id=ram,size=%dM,prealloc=on" % mebibytes,
              "-machine", "pc,memory-backend=ram,dump-guest-core=on")
    with Busy(options.qemu, directory, *memory, guest="busy", vcpus=vcpus, memory=mebibytes, dumped=False,
              accelerator=accelerator).connect() as qemu:
        print("%d busy vCPUs, %d MiB, %s, %d CPUs" % (vcpus, mebibytes, accelerator, os.cpu_count()))
        print(COLUMNS % ("", "wall", "stopped", "95 %", "longest", "written", ""))
        written = os.path.join(directory, "written")
        os.mkdir(written)
        watch = Watch(qemu.pid)
        try:
            for name, command, is_ours in commands(options.tool, qemu.pid):
                runs = options.runs if is_ours else max(1, options.runs // 10)
                show(name, [run(command, watch, written) for _ in range(runs)], is_ours)
        finally:
            watch.end()
            shutil.rmtree(written)
        qemu.wait_status("running")


def main():
    parser = argparse.ArgumentParser(description="Measures snapshots of a living QEMU.")
    parser.add_argument("--qemu", default=os.environ.get("QEMUCORE_QEMU", "qemu-system-x86_64"))
    parser.add_argument("--machine", action="append", metavar="VCPUS,MIB")
    parser.add_argument("--runs", type=int, default=20, metavar="N")
    parser.add_argument("--dir", default=os.environ.get("TMPDIR", "/tmp"))
    parser.add_argument("tool", metavar="TOOL")
    options = parser.parse_args()
    if shutil.which(options.qemu) is None:
        print("%s is not installed: snapshots of it are not measured" % options.qemu)
        return
    for text in options.machine or ["8,1024", "64,1024"]:
        vcpus, mebibytes = (int(number) for number in text.split(","))
        with tempfile.TemporaryDirectory(prefix="qemucore-bench.", dir=options.dir) as directory:
            bench(options, vcpus, mebibytes, directory)


main()
