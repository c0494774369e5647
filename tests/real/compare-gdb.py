#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare-gdb.py - hold our stacks against gdb's.

    compare-gdb.py collect EXE CORE >gdb.json     what gdb sees in an uncompressed core
    compare-gdb.py compare gdb.json ours.json     ours: from qemucore-threads --json -b

They agree when the threads are the same, and every frame that gdb shows is in ours, in order.
A frame is the same by its pc, by being an inlined call or not, by its function, and by its source
line where gdb knows one. Where gdb knows no function, ours may. Frames of gdb's that stand for a
jump (it infers them, no return address exists) are left out. Frames of ours that gdb does not
show are told, and are no failure: gdb gives up earlier in places.

Exit status 0: they agree; 1: they do not; 2: gdb could not tell.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

INSIDE_GDB = r"""
import json
import os
import gdb


def described(frame):
    place = frame.find_sal()
    known = place is not None and place.symtab is not None and place.line > 0
    return {
        "pc": frame.pc(),
        "function": frame.name(),
        "inlined": frame.type() == gdb.INLINE_FRAME,
        "file": place.symtab.filename if known else None,
        "line": place.line if known else None,
    }


def stack():
    frames = []
    try:
        frame = gdb.newest_frame()
        while frame is not None and len(frames) < 4096:
            if frame.type() != gdb.TAILCALL_FRAME:
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
    """One name for what a library calls ppoll, __ppoll and __GI_ppoll, or ppoll@@GLIBC_2.4."""
    return None if name is None else re.sub(r"^(__GI_|_)+|@.*$", "", name)


def same(theirs, ours):
    if int(ours["pc"], 16) != theirs["pc"] or ours["inlined"] != theirs["inlined"]:
        return False
    if theirs["function"] is not None and plain(ours["function"]) != plain(theirs["function"]):
        return False
    if theirs["line"] is not None:
        source = ours["source"] or {"file": "", "line": None}
        return (source["line"] == theirs["line"] and
                os.path.basename(source["file"]) == os.path.basename(theirs["file"]))
    return True


def told(frame):
    pc = frame["pc"] if isinstance(frame["pc"], str) else hex(frame["pc"])
    source = frame["source"] if "source" in frame else frame
    place = " at %s:%s" % (source["file"], source["line"]) if source and source["file"] else ""
    return "%s %s%s%s" % (pc, frame["function"], place, " (inlined)" if frame["inlined"] else "")


def compare_stacks(lwp, theirs, ours):
    """Number of frames that agree; prints the others."""
    agree = at = 0
    for level, frame in enumerate(theirs):
        found = next((i for i in range(at, len(ours)) if same(frame, ours[i])), None)
        if found is None:
            print("LWP %s #%d: gdb %s" % (lwp, level, told(frame)))
            print("%s      ours %s" % (" " * len(str(lwp)),
                                       told(ours[at]) if at < len(ours) else "has ended"))
            continue
        for extra in ours[at:found]:
            print("LWP %s: only ours %s" % (lwp, told(extra)))
        agree += 1
        at = found + 1
    for extra in ours[at:]:
        print("LWP %s: only ours %s" % (lwp, told(extra)))
    return agree


def compare(gdb_path, ours_path):
    with open(gdb_path, encoding="utf-8") as file:
        theirs = {int(lwp): frames for lwp, frames in json.load(file).items()}
    with open(ours_path, encoding="utf-8") as file:
        ours = {thread["lwp"]: thread["frames"] for thread in json.load(file)["threads"]}
    for lwp in sorted(theirs.keys() - ours.keys()):
        print("LWP %d: only gdb shows it" % lwp)
    for lwp in sorted(ours.keys() - theirs.keys()):
        print("LWP %d: only ours shows it" % lwp)
    total = sum(len(frames) for frames in theirs.values())
    agree = sum(compare_stacks(lwp, frames, ours.get(lwp, [])) for lwp, frames in theirs.items())
    print("%d of %d threads, %d of %d frames agree"
          % (len(theirs.keys() & ours.keys()), len(theirs), agree, total))
    return 0 if theirs and theirs.keys() == ours.keys() and agree == total else 1


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "collect":
        return collect(sys.argv[2], sys.argv[3])
    if len(sys.argv) == 4 and sys.argv[1] == "compare":
        return compare(sys.argv[2], sys.argv[3])
    print(__doc__, file=sys.stderr)
    return 64


sys.exit(main())
