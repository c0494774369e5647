#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare-why.py WHY.json STATE [+RULE[:SEVERITY]] [-RULE] ... [TRUTH]

The output of qemucore-why --json must have that state. Each +RULE must have a finding, each -RULE
none. The first +RULE must be the verdict's. TRUTH is the fixture's output, with a "key value" a line.
"""
import json
import re
import sys


def main():
    why = json.load(open(sys.argv[1]))
    wrong = []

    def expect(what, holds):
        if not holds:
            wrong.append(what)

    state = why["verdict"]["state"]
    expect("the state is %s, not %s" % (state, sys.argv[2]), state == sys.argv[2])
    rules = {}
    for finding in why["findings"]:
        rules.setdefault(finding["rule"], finding)
        expect("%s: without evidence" % finding["rule"],
               finding["evidence"] or finding["severity"] == "normal")
        expect("%s: without a sentence" % finding["rule"], finding["sentence"])
    wanted = [argument[1:] for argument in sys.argv[3:] if argument[0] == "+"]
    for word in wanted:
        rule, _, severity = word.partition(":")
        expect("no finding of %s" % rule, rule in rules)
        if severity and rule in rules:
            expect("%s is %s, not %s" % (rule, rules[rule]["severity"], severity),
                   rules[rule]["severity"] == severity)
    if wanted and ":" not in wanted[0]:
        signature = why["signature"].split(":")[0]
        expect("the signature is of %s" % signature, signature == wanted[0])
    expect("an address in the signature", not re.search(r"0x[0-9a-f]+|\d{4}", why["signature"]))
    for argument in sys.argv[3:]:
        if argument[0] == "-":
            expect("a finding of %s" % argument[1:], argument[1:] not in rules)
        elif argument[0] != "+":
            compare_truth(argument, why, expect)
    for line in wrong:
        print(line)
    if wrong:
        print(json.dumps({key: why[key] for key in ("verdict", "findings", "crash", "signature")},
                         indent=1))
    sys.exit(1 if wrong else 0)


def compare_truth(path, why, expect):
    crash = why["crash"] or {}
    for line in open(path):
        key, _, value = line.rstrip("\n").partition(" ")
        if key in ("message", "reported"):
            text = (crash.get(key) or {}).get("text") or ""
            expect("%s: %r is not in %r" % (key, value, text), value in text)
        elif key == "unsaid":
            expect("%r is in the document" % value, value not in json.dumps(why))
        elif key in ("address", "repeated"):
            expect("%s: %s, not %s" % (key, crash.get(key), value), crash.get(key) == value)
        elif key == "function":
            function = (crash.get("frame") or {}).get("function")
            expect("function: %s, not %s" % (function, value), function == value)
        elif key == "place":
            expect("place: %s" % crash.get(key), value in (crash.get(key) or ""))
        elif key in ("syscall", "said"):
            expect("%s: %s" % (key, why["verdict"]["sentence"]), value in why["verdict"]["sentence"])


main()
