#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""bench.py [--size MIB | --core CORE --exe EXE] [--runs N] [--dir DIR] [--only NAME]... TOOL -
measures time and memory of TOOL (qemucore-threads), and compares them with those of other programs.

Measures an uncompressed CORE of EXE, or makes one of its own in a temporary directory below DIR:
tests/fixtures/seed.c with MIB of memory like a guest's (1024 by default: a quarter each of
programs, zeroes, noise, and text and pointers), dumped by the kernel, or by gdb if core_pattern is
not a plain name. The core is measured raw, in each container of containers.py whose program is
installed, and slim, as written by the qemucore-slim in TOOL's directory; --only core.gz measures
only that one. Needs three times as much disk as the core, cc and zstd. Compares with eu-stack and
gdb if they are installed.

All commands of a round run one after the other, with the files in the page cache; the first round
does not count. Prints the median of wall time, the largest peak memory (resident, with the pages of
mapped files), page faults, and the median of each round's ratio to the reference.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # the source directory must stay as it is
import containers  # noqa: E402
import guest_core  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
# MiB: for the kept memory, the decoder's window and libdw's tables.
MEMORY_GOAL = 96
SLIM_SIZE_GOAL = 1  # per cent of the raw core
SLIM_WALL_GOAL = 0.15  # seconds
COLUMNS = "%-28s %9s %10s %15s  %s"


class Row:
    """A command of a group. Its goals are ratios to other rows of the group, or seconds."""

    def __init__(self, name, command, ratios=(), seconds=None, is_ours=False):
        self.name = name
        self.command = command
        self.ratios = ratios
        self.seconds = seconds
        self.is_ours = is_ours
        self.samples = []

    def median(self):
        return statistics.median(sample["wall"] for sample in self.samples)

    def most(self, what):
        return max(sample[what] for sample in self.samples)

    def ratio_to(self, other):
        return statistics.median(mine["wall"] / its["wall"]
                                 for mine, its in zip(self.samples, other.samples))


class Group:
    """Rows that read the same file."""

    def __init__(self, file, note, rows):
        self.file = file
        self.note = note
        self.rows = rows


# ---- the commands ----------------------------------------------------------------------------

def tool_command(tool):
    """Avoids libtool's wrapper script, which takes as long to start as our answer on a raw core."""
    directory, name = os.path.split(os.path.abspath(tool))
    program = os.path.join(directory, ".libs", name)
    if not os.path.exists(program):
        return [os.path.join(directory, name)]
    os.environ["LD_LIBRARY_PATH"] = os.path.join(directory, "..", "lib", ".libs")
    return [program]


def has_isal(tool):
    """Tells whether the tool's library is linked with ISA-L, and igzip is installed."""
    done = subprocess.run(["ldd", tool_command(tool)[0]], stdout=subprocess.PIPE, check=False)
    return b"libisal" in done.stdout and shutil.which("igzip") is not None


def beside(tool, name):
    return tool_command(os.path.join(os.path.dirname(os.path.abspath(tool)), name))


def raw_group(tool, ours):
    rows = [Row("eu-stack -i -s", ["eu-stack", "-i", "-s", "-e", "exe", "--core", "core"]),
            Row("gdb: thread apply all bt",
                guest_core.GDB + ["-ex", "thread apply all bt", "exe", "core"])]
    rows = [row for row in rows if shutil.which(row.command[0])]
    goals = {"eu-stack -i -s": 0.5, "gdb: thread apply all bt": 0.1}
    mine = Row("qemucore-threads -b", ours + ["core"],
               [(row, goals[row.name]) for row in rows], is_ours=True)
    why = Row("qemucore-why", beside(tool, "qemucore-why") + ["-e", "exe", "core"], [(mine, 1.5)])
    return Group("core", "", [mine, why] + rows)


def container_group(container, ours):
    reference = Row(" ".join(container.reference), container.reference + [container.name])
    rows = [Row("qemucore-threads -b", ours + [container.name], [(reference, container.goal)],
                is_ours=True), reference]
    if container.name == "core.pzstd.zst":
        # The goal compares with the program that uses one CPU.
        other = Row("zstd -dcq", ["zstd", "-dcq", container.name])
        rows[0].ratios.append((other, 0.6))
        rows.append(other)
    return Group(container.name, container.note, rows)


def slim_groups(tool, ours):
    """Measures writing a slim core, and reading it."""
    slim = beside(tool, "qemucore-slim")
    reference = Row("zstd -dcq", ["zstd", "-dcq", "core.zst"])
    groups = []
    for file in ("core", "core.zst"):
        command = slim + ["-f", "-e", "exe", file, "-o", "made.slim.zst"]
        row = Row("qemucore-slim", command, [(reference, 2)] if file == "core.zst" else [])
        groups.append(Group(file, "made slim", [row] + ([reference] if row.ratios else [])))
    groups.append(Group("core.slim.zst", "",
                        [Row("qemucore-threads -b", ours + ["core.slim.zst"],
                             seconds=SLIM_WALL_GOAL, is_ours=True)]))
    return slim, groups


# ---- measuring -------------------------------------------------------------------------------

def check_answer(command, directory, first):
    """The command must show all threads of the fixture's truth, to their ends, and the same for each
    container but for the line that names the file. Returns what must be the same."""
    done = subprocess.run(command, cwd=directory, stdout=subprocess.PIPE, check=False)
    text = done.stdout.decode()
    threads = guest_core.true_threads(directory)
    if threads is not None and (done.returncode != 0 or text.count("\nThread ") != threads or
                                text.count("-- end of stack") != threads):
        sys.exit("bench: %s: exit status %d, %d stacks, %d of them to their end; %d expected" %
                 (" ".join(command), done.returncode, text.count("\nThread "),
                  text.count("-- end of stack"), threads))
    body = text.split("\n", 1)[-1]
    if first is not None and body != first:
        sys.exit("bench: %s: another answer than for the raw core" % " ".join(command))
    return body


def build_stopwatch(directory):
    subprocess.run(guest_core.compiler() + ["-o", "measure", os.path.join(HERE, "measure.c")],
                   cwd=directory, check=True)


def measure(command, directory):
    line = subprocess.run(["./measure"] + command, cwd=directory, check=True,
                          stdout=subprocess.PIPE).stdout.split()
    if int(line[0]) > 1:
        sys.exit("bench: %s: exit status %s" % (" ".join(command), line[0].decode()))
    return {"wall": float(line[1]), "memory": int(line[2]) / 1024, "minor": int(line[3]),
            "major": int(line[4])}


# ---- showing ---------------------------------------------------------------------------------

def mebibytes(path):
    return os.path.getsize(path) / (1 << 20)


def verdict(value, goal, unit=""):
    return "goal %g%s: %s" % (goal, unit, "met" if value <= goal else "MISSED")


def show_row(row):
    judged = []
    for other, goal in row.ratios:
        ratio = row.ratio_to(other)
        text = "%.2f x %s" % (ratio, other.name)
        judged.append(text if goal is None else "%s, %s" % (text, verdict(ratio, goal)))
    if row.seconds is not None:
        judged.append(verdict(row.median(), row.seconds, " s"))
    print((COLUMNS % ("  " + row.name, "%.3f s" % row.median(), "%.0f MiB" % row.most("memory"),
                      "%d + %d" % (row.most("minor"), row.most("major")),
                      "; ".join(judged))).rstrip())


def show(groups, directory):
    print(COLUMNS % ("", "wall", "memory", "page faults", "ratio"))
    for group in groups:
        print("%s, %.1f MiB%s" % (group.file, mebibytes(os.path.join(directory, group.file)),
                                  ", " + group.note if group.note else ""))
        for row in group.rows:
            show_row(row)
    memory = max(row.most("memory") for group in groups for row in group.rows if row.is_ours)
    print("peak memory of qemucore-threads: %.0f MiB, %s" %
          (memory, verdict(memory, MEMORY_GOAL, " MiB")))
    slim = os.path.join(directory, "core.slim.zst")
    if os.path.exists(slim):
        share = 100 * os.path.getsize(slim) / os.path.getsize(os.path.join(directory, "core"))
        print("slim: %.3f %% of the raw core, %s" % (share, verdict(share, SLIM_SIZE_GOAL, " %")))


# ----------------------------------------------------------------------------------------------

def make_groups(tool, only, directory):
    ours = tool_command(tool) + ["-b", "-e", "exe"]
    groups = []

    def wanted(name):
        return not only or name in only

    if wanted("core"):
        groups.append(raw_group(tool, ours))
    for container in containers.containers(has_isal(tool)):
        if not wanted(container.name) and not (container.name == "core.zst" and wanted("slim")):
            continue
        if container.missing():
            print("%s: %s is not installed" % (container.name, ", ".join(container.missing())))
            continue
        container.make(directory)
        groups.append(container_group(container, ours))
    if wanted("slim"):
        slim, further = slim_groups(tool, ours)
        subprocess.run(slim + ["-e", "exe", "core", "-o", "core.slim.zst"], cwd=directory,
                       check=True, stdout=subprocess.DEVNULL)
        groups += further
    return groups


def main():
    parser = argparse.ArgumentParser(description="Measures qemucore-threads.")
    parser.add_argument("--size", type=int, default=1024, metavar="MIB")
    parser.add_argument("--core")
    parser.add_argument("--exe")
    parser.add_argument("--runs", type=int, default=5, metavar="N")
    parser.add_argument("--only", action="append", default=[], metavar="NAME",
                        help="core, slim, or a file of containers.py; may be repeated")
    parser.add_argument("--dir", default=os.environ.get("TMPDIR", "/tmp"))
    parser.add_argument("tool", metavar="TOOL")
    options = parser.parse_args()
    if (options.core is None) != (options.exe is None):
        parser.error("--core and --exe go together")
    os.environ.pop("DEBUGINFOD_URLS", None)
    with tempfile.TemporaryDirectory(prefix="qemucore-bench.", dir=options.dir) as directory:
        build_stopwatch(directory)
        if options.core is None:
            guest_core.build(directory)
            writer = guest_core.dump(directory, options.size << 20)
            print("dumped by %s; " % writer, end="")
        else:
            os.symlink(os.path.abspath(options.core), os.path.join(directory, "core"))
            os.symlink(os.path.abspath(options.exe), os.path.join(directory, "exe"))
        print("%d runs on %d CPUs" % (options.runs, os.cpu_count()), flush=True)
        groups = make_groups(options.tool, options.only, directory)
        first = None
        for row in (row for group in groups for row in group.rows if row.is_ours):
            first = check_answer(row.command, directory, first)
        for number in range(options.runs + 1):
            for row in (row for group in groups for row in group.rows):
                sample = measure(row.command, directory)
                if number != 0:
                    row.samples.append(sample)
        show(groups, directory)


main()
