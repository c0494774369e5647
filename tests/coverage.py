#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""coverage.py BUILD - prints which lines of lib/ were not run, in a build by gcc with --coverage

Prints for each file how many of its lines were not run, and which. Exit status 1: fewer than GOAL
per cent of all lines were run.
"""
import json
import os
import subprocess
import sys

GOAL = 90


def count_files(build):
    """Returns for each file of lib/ a dict: the number of a line, and whether it was run."""
    files = {}
    for directory, _, names in os.walk(os.path.join(build, "lib")):
        for name in names:
            if not name.endswith(".gcno"):
                continue
            out = subprocess.run(["gcov", "--json-format", "--stdout", os.path.join(directory, name)],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
            for text in out.splitlines():
                for file in json.loads(text)["files"]:
                    add_lines(files, file)
    return files


def add_lines(files, file):
    _, inside, name = file["file"].rpartition("lib/")
    if not inside or file["file"].startswith("/usr/"):
        return
    lines = files.setdefault(name, {})
    for line in file["lines"]:
        number = line["line_number"]
        lines[number] = lines.get(number, False) or line["count"] != 0


def spans(numbers, known):
    """Returns 1, 2, 3, 7 as "1-3 7". A span goes on across lines without code."""
    out = []
    for number in numbers:
        if out and not any(at in known for at in range(out[-1][1] + 1, number)):
            out[-1][1] = number
        else:
            out.append([number, number])
    return " ".join(str(first) if first == last else "%d-%d" % (first, last) for first, last in out)


def main():
    files = count_files(sys.argv[1])
    total = run = 0
    for name, lines in sorted(files.items(), key=lambda item: (sum(item[1].values()) - len(item[1]), item[0])):
        missed = sorted(number for number, was_run in lines.items() if not was_run)
        total += len(lines)
        run += len(lines) - len(missed)
        if missed:
            print("%5d of %5d  %-36s %s" % (len(missed), len(lines), name, spans(missed, lines)))
    print("lib/: %d of %d lines are run, %.1f %%" % (run, total, 100 * run / max(total, 1)))
    sys.exit(100 * run < GOAL * total or total == 0)


main()
