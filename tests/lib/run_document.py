# SPDX-License-Identifier: LGPL-2.1-or-later
"""
run_document.py DOCUMENT [--print] - runs the commands of a document, and compares their output with it

The lines between ```console and ``` are those of a terminal. "$ " begins a command; it goes on in the next
line if it ends in "\\" or "|", or in an open quote. Its output follows, in which "..." stands for any number
of lines. All commands run in one bash, in the current directory. Blank lines at the end of an output are
ignored, and numbers and addresses may differ. --print prints the document with the actual output.
"""
import re
import subprocess
import sys

MARK = "==== next"


def blocks(lines):
    """Returns for each command the numbers of its lines, and those of its output."""
    found, inside, goes_on = [], False, False
    for number, line in enumerate(lines):
        if line.startswith("```"):
            inside, goes_on = line == "```console", False
        elif inside and (line.startswith("$ ") or goes_on):
            if not goes_on:
                found.append(([], []))
            found[-1][0].append(number)
            goes_on = line.endswith(("\\", "|")) or "\n".join(lines[at] for at in found[-1][0]).count("'") % 2 == 1
        elif inside:
            found[-1][1].append(number)
    return found


def run(commands):
    script = "".join(f"{command}\necho '{MARK}'\n" for command in commands)
    shell = subprocess.run(["bash", "--noprofile", "--norc", "-c", script], stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, check=False, timeout=240, text=True, errors="replace")
    return shell.stdout.split(MARK + "\n")


def masked(line):
    line = re.sub(r"0x[0-9a-f]+", "ADDRESS", line.rstrip())
    return re.sub(r" +", " ", re.sub(r"[0-9]+([.][0-9]+)?", "N", line))


def fits(patterns, lines):
    """Tells whether lines match patterns, in which "..." is used as in expect_glob of tap.sh."""
    if not patterns:
        return not lines
    if patterns[0] == "...":
        return fits(patterns[1:], lines) or bool(lines) and fits(patterns, lines[1:])
    return bool(lines) and masked(patterns[0]) == masked(lines[0]) and fits(patterns[1:], lines[1:])


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = file.read().split("\n")
    found = blocks(lines)
    answers = run("\n".join(lines[at] for at in command)[2:] for command, _ in found)
    if "--print" in sys.argv:
        for (command, answer), text in reversed(list(zip(found, answers))):
            lines[command[-1] + 1:command[-1] + 1 + len(answer)] = text.rstrip("\n").split("\n") if text else []
        print("\n".join(lines), end="")
        return 0
    failed = 0
    for number, ((command, answer), text) in enumerate(zip(found, answers), 1):
        expected = "\n".join(lines[at] for at in answer).rstrip("\n")
        good = fits(expected.split("\n") if expected else [], text.rstrip("\n").split("\n") if text else [])
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {lines[command[0]]}")
        if not good:
            print("".join(f"#   {line}\n" for line in text.split("\n")[:40]), end="")
    print(f"1..{len(found)}")
    return failed != 0


sys.exit(main())
