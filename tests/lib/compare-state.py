#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare-state.py TRUTH INFO - hold what qemucore-info says of the state against the truth.

TRUTH is what tests/fixtures/state.c printed, INFO what `qemucore-info --json` did. Each line of
output is a difference; exit status 1 when there is one, or when there was nothing to compare.
"""
import json
import re
import sys


def follow(value, path):
    """"block.nodes[0].name"; ".length" of a list is the number of its elements."""
    for word in re.findall(r"[^.\[\]]+", path):
        if isinstance(value, list):
            value = len(value) if word == "length" else value[int(word)]
        else:
            value = value[word]
    return value


def main():
    documents = []
    for path in sys.argv[1:3]:
        with open(path, encoding="utf-8") as file:
            documents.append(json.load(file))
    truth, info = documents[0]["state"], documents[1]["state"]
    differences = 0
    for path, expected in truth.items():
        try:
            got = follow(info, path)
        except (KeyError, IndexError, TypeError, ValueError):
            got = "nothing of that name"
        if got != expected or isinstance(got, bool) != isinstance(expected, bool):
            print("%s: %r, not %r" % (path, got, expected))
            differences += 1
    print("%d compared" % len(truth))
    return 1 if differences or not truth else 0


if __name__ == "__main__":
    sys.exit(main())
