#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare-clocks.py TRUTH INFO - compares the bounds of QEMU's clocks with the system's clocks

TRUTH has the times before and after the dump. INFO is the output of `qemucore-info --json`: a lower
bound must be below the time after, an upper bound above the time before. QEMU refreshes its display
every 3 s at most, so a lower bound may be 3 s old at most. A bound that the file tells, if any, may
be 3 s too low at most.
"""
import json
import sys

SECOND = 1000000000
SLACK = SECOND // 2  # the time that the main loop needs to reach its poll on a busy machine


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        truth = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        clock = json.load(file)["state"]["clock"]
    wrong = []

    def hold(what, is_true):
        if not is_true:
            wrong.append(what)

    for name, before in truth["before"].items():
        after = truth["after"][name]
        for key, bound in clock["bounds"][name].items():
            print(name, key, bound and "%+.3f s: %s" % ((bound["ns"] - before) / SECOND,
                                                        bound["rests_on"]))
            if bound is not None and key == "upper":
                hold("%s: upper bound" % name, bound["ns"] >= before - SLACK)
            elif bound is not None:
                hold("%s: %s bound" % (name, key), bound["ns"] <= after)
    lower, by_file = (clock["bounds"]["realtime"][key] for key in ("lower", "by_file"))
    oldest = truth["before"]["realtime"] - 3 * SECOND - SLACK
    hold("realtime: there is a lower bound, and it is not too old", lower and lower["ns"] >= oldest)
    hold("realtime: by_file is not too old", by_file is None or by_file["ns"] >= oldest)
    hold("in its poll, there is an upper bound", clock["bounds"]["realtime"]["upper"])
    hold("no timer is overdue", not clock["overdue"])
    print("polled", clock["polled_ns"], "turned", clock["turned"])
    for line in wrong:
        print("wrong:", line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
