#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare-state.py [--stripped] TRUTH INFO - compares the state that qemucore-info shows with the truth

TRUTH is the output of tests/fixtures/state.c or of a script in tests/real: its member "state" (or
"parts", if INFO has that) has paths and values. INFO is the output of `qemucore-info --json`. With
--stripped the executable had no debug info: null or an empty list is no difference. Prints the
differences, one a line; exit status 1 if there are any, or nothing was compared.
"""
import json
import re
import sys


def follow(value, path):
    """Returns the value at a path: "block.nodes[0].name", "block.nodes[name=disk0].driver",
    "block.nodes.length"."""
    for word in re.findall(r"\[[^\]]*\]|[^.\[]+", path):
        word = word.strip("[]")
        if isinstance(value, list) and "=" in word:
            key, wanted = word.split("=", 1)
            value = [element for element in value if str(element[key]) == wanted][0]
        elif isinstance(value, list):
            value = len(value) if word == "length" else value[int(word)]
        else:
            value = value[word]
    return value


def main():
    stripped = sys.argv[1] == "--stripped"
    documents = []
    for path in sys.argv[-2:]:
        with open(path, encoding="utf-8") as file:
            documents.append(json.load(file))
    member = "parts" if "parts" in documents[1] else "state"
    truth, info = documents[0][member], documents[1][member]
    differences = 0
    for path, expected in truth.items():
        try:
            got = follow(info, path)
        except (KeyError, IndexError, TypeError, ValueError):
            got = None if stripped else "nothing at that path"
        if stripped and (got is None or (got == 0 and path.endswith(".length"))):
            continue
        if got != expected or isinstance(got, bool) != isinstance(expected, bool):
            print("%s: %r, not %r" % (path, got, expected))
            differences += 1
    print("%d compared" % len(truth))
    return 1 if differences or not truth else 0


if __name__ == "__main__":
    sys.exit(main())
