#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare-gdb.py - compare our stacks with gdb's.

    compare-gdb.py collect EXE CORE >gdb.json     what gdb sees in an uncompressed core
    compare-gdb.py compare [--arguments|--shown-arguments] gdb.json ours.json
                                                  ours: from qemucore-threads --json -b

They agree when the threads are the same, and ours have every frame that gdb shows, in order.
Two frames are the same when pc, function, and being an inlined call are equal, and the source line
where gdb knows one. Where gdb knows no function, ours may. A frame that a jump left (inferred,
without a return address) is marked in both; where the jump is in an inlined call, gdb has one frame
for the two. Frames of ours that gdb does not show are printed, and are no failure: gdb gives up
earlier in places.

With --arguments, ours have each argument to which gdb gives a number, pointer, bool or enum, with
the same value. With --shown-arguments ours may have none: for a register that calls may change, gdb
shows what it holds now, which is a guess.

Exit status 0: they agree; 1: they do not; 2: gdb failed.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

HOW = ("--arguments", "--shown-arguments")

INSIDE_GDB = r"""
import json
import os
import gdb


NUMBERS = (gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_INT, gdb.TYPE_CODE_ENUM, gdb.TYPE_CODE_BOOL,
           gdb.TYPE_CODE_CHAR)


# Returns {name: [value as an unsigned number, its bits]}.
def arguments(frame):
    found = {}
    try:
        block = frame.block()
        while block.function is None and block.superblock is not None:
            block = block.superblock
    except RuntimeError:
        return found
    for symbol in block:
        if not symbol.is_argument:
            continue
        try:
            value = frame.read_var(symbol, block)
            kind = value.type.strip_typedefs()
            if kind.code in NUMBERS and not value.is_optimized_out:
                found[symbol.name] = [int(value) % (1 << 8 * kind.sizeof), 8 * kind.sizeof]
        except (gdb.error, ValueError):
            pass
    return found


def described(frame):
    place = frame.find_sal()
    known = place is not None and place.symtab is not None and place.line > 0
    return {
        "pc": frame.pc(),
        "function": frame.name(),
        "inlined": frame.type() == gdb.INLINE_FRAME,
        "tail_call": frame.type() == gdb.TAILCALL_FRAME,
        "file": place.symtab.filename if known else None,
        "line": place.line if known else None,
        "arguments": arguments(frame),
    }


def stack():
    frames = []
    try:
        frame = gdb.newest_frame()
        while frame is not None and len(frames) < 4096:
            frames.append(described(frame))
            frame = frame.older()
    except gdb.error:
        pass
    return frames


threads = {}
for thread in gdb.selected_inferior().threads():
    thread.switch()
    threads[thread.ptid[1] or thread.ptid[0]] = stack()
with open(os.environ["COMPARE_GDB_OUTPUT"], "w") as file:
    json.dump(threads, file)
"""


def collect(executable, core):
    with tempfile.TemporaryDirectory() as directory:
        script = os.path.join(directory, "inside.py")
        output = os.path.join(directory, "frames.json")
        with open(script, "w", encoding="utf-8") as file:
            file.write(INSIDE_GDB)
        result = subprocess.run(
            ["gdb", "-q", "-nx", "-batch",
             "-iex", "set debuginfod enabled off", "-iex", "set auto-load no",
             "-ex", "set backtrace past-main on", "-ex", "source " + script, executable, core],
            env=dict(os.environ, COMPARE_GDB_OUTPUT=output), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if not os.path.exists(output):
            sys.stderr.write(result.stdout.decode(errors="replace")[-2000:])
            return 2
        with open(output, encoding="utf-8") as file:
            sys.stdout.write(file.read())
    return 0


def plain(name):
    """Returns the same name for ppoll, __ppoll, __GI_ppoll and ppoll@@GLIBC_2.4."""
    return None if name is None else re.sub(r"^(__GI_|_)+|@.*$", "", name)


def is_same(theirs, ours):
    if int(ours["pc"], 16) != theirs["pc"]:
        return False
    if not (ours["tail_call"] if theirs["tail_call"] else ours["inlined"] == theirs["inlined"]):
        return False
    if theirs["function"] is not None and plain(ours["function"]) != plain(theirs["function"]):
        return False
    if theirs["line"] is not None:
        source = ours["source"] or {"file": "", "line": None}
        return (source["line"] == theirs["line"] and
                os.path.basename(source["file"]) == os.path.basename(theirs["file"]))
    return True


def text_of(frame):
    pc = frame["pc"] if isinstance(frame["pc"], str) else hex(frame["pc"])
    source = frame["source"] if "source" in frame else frame
    place = " at %s:%s" % (source["file"], source["line"]) if source and source["file"] else ""
    return "%s %s%s%s" % (pc, frame["function"], place, " (inlined)" if frame["inlined"] else "")


def compare_arguments(where, theirs, ours, how):
    """Returns how many arguments agree, and to how many gdb gives a value."""
    values = {argument["name"]: argument["value"] for argument in ours["args"] or []}
    agree = total = 0
    for name, (value, bits) in theirs["arguments"].items():
        mine = values.get(name)
        if mine is None and how == "--shown-arguments":
            continue
        total += 1
        if mine is not None and int(mine, 0) % (1 << bits) == value:
            agree += 1
        else:
            print("%s %s: %s: gdb %#x, ours %s" % (where, theirs["function"], name, value, mine))
    return agree, total


def compare_stacks(lwp, theirs, ours, how):
    """Returns numbers of frames and arguments that agree, and of arguments; prints the others."""
    frames = arguments = total = at = 0
    for level, frame in enumerate(theirs):
        found = next((i for i in range(at, len(ours)) if is_same(frame, ours[i])), None)
        if found is None:
            print("LWP %s #%d: gdb %s" % (lwp, level, text_of(frame)))
            print("%s      ours %s" % (" " * len(str(lwp)),
                                       text_of(ours[at]) if at < len(ours) else "has ended"))
            continue
        for extra in ours[at:found]:
            print("LWP %s: only ours %s" % (lwp, text_of(extra)))
        frames += 1
        at = found + 1
        if how is not None:
            agree, count = compare_arguments("LWP %s #%d" % (lwp, level), frame, ours[found], how)
            arguments += agree
            total += count
    for extra in ours[at:]:
        print("LWP %s: only ours %s" % (lwp, text_of(extra)))
    return frames, arguments, total


def compare(gdb_path, ours_path, how):
    with open(gdb_path, encoding="utf-8") as file:
        theirs = {int(lwp): frames for lwp, frames in json.load(file).items()}
    with open(ours_path, encoding="utf-8") as file:
        ours = {thread["lwp"]: thread["frames"] for thread in json.load(file)["threads"]}
    for lwp in sorted(theirs.keys() - ours.keys()):
        print("LWP %d: only gdb shows it" % lwp)
    for lwp in sorted(ours.keys() - theirs.keys()):
        print("LWP %d: only ours shows it" % lwp)
    total = sum(len(frames) for frames in theirs.values())
    sums = [compare_stacks(lwp, frames, ours.get(lwp, []), how)
            for lwp, frames in theirs.items()]
    agree, arguments, all_arguments = (sum(column) for column in zip((0, 0, 0), *sums))
    print("%d of %d threads, %d of %d frames agree"
          % (len(theirs.keys() & ours.keys()), len(theirs), agree, total))
    if how is not None:
        print("%d of %d arguments agree" % (arguments, all_arguments))
    return 0 if (theirs and theirs.keys() == ours.keys() and agree == total and
                 arguments == all_arguments) else 1


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "collect":
        return collect(sys.argv[2], sys.argv[3])
    if len(sys.argv) == 4 and sys.argv[1] == "compare":
        return compare(sys.argv[2], sys.argv[3], None)
    if len(sys.argv) == 5 and sys.argv[1] == "compare" and sys.argv[2] in HOW:
        return compare(sys.argv[3], sys.argv[4], sys.argv[2])
    print(__doc__, file=sys.stderr)
    return 64


sys.exit(main())
