#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""why.py - compares qemucore-why's answer with what a scene arranged, and with QEMU's monitor

    why.py compare TRUTH WHY [--debug-info]     prints differences, a line each
    why.py distinct WHY...                      prints which of them have the same verdict

TRUTH is the truth.json of tests/real/scene, WHY the output of qemucore-why --json.
"""
import json
import sys


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def expected_words(truth):
    """Returns the words of a scene that the verdict or a finding must have."""
    name = truth["scene"]
    if name == "assertion":  # assert() printed: ... Assertion `EXPRESSION' failed.
        return [truth["assertion"].partition("`")[2].partition("'")[0]]
    if name == "segv":
        return [truth["fault"]]
    return {"stack": ["stack"], "sigbus": ["ram"], "out-of-memory": ["memory"],
            "drain": ["drain"], "incoming-died": ["ended"],
            "incoming-failed": ["could not be loaded"], "postcopy-paused-source": ["postcopy"],
            "postcopy-paused-destination": ["postcopy"]}.get(name, [])


def compare_state(truth, state, say):
    monitor = truth["qmp"]
    if state["runstate"] != truth["runstate"]:
        say("run state %s, not %s", state["runstate"], truth["runstate"])
    want = {cpu["cpu-index"]: cpu["thread-id"] for cpu in monitor["query-cpus-fast"]}
    shown = {vcpu["index"]: vcpu["lwp"] for vcpu in state["vcpus"]}
    if shown != want:
        say("vCPUs %s, not %s", shown, want)
    want = {thread["id"]: thread["thread-id"] for thread in monitor["query-iothreads"]}
    shown = {thread["id"]: thread["lwp"] for thread in state["iothreads"]
            if thread["id"] in want}  # QMP does not list the monitor's own
    if shown != want:
        say("iothreads %s, not %s", shown, want)
    side = "incoming" if "-incoming" in truth["command"] else "outgoing"
    status = monitor["query-migrate"].get("status")
    if truth.get("exits"):
        status = "failed"  # QEMU was asked before the failure, the only reason for its exit()
    if status is not None and state["migration"][side]["state"] != status:
        say("%s migration %s, not %s", side, state["migration"][side]["state"], status)


def compare(truth, why, debug_info):
    differences = []

    def say(format_, *arguments):
        differences.append(format_ % arguments)

    due, verdict = truth["verdict"], why["verdict"]
    if not verdict["sentence"]:
        say("no sentence")
    allowed = [due["state"]] + due["also"]
    if not debug_info:
        # It can't be known then that nothing is wrong.
        allowed = [state for state in allowed if state != "healthy"] + ["unknown"]
    if verdict["state"] not in allowed:
        say("%s, not %s (%s): %s", verdict["state"], due["state"], due["why"], verdict["sentence"])
    if not debug_info and not why["remedy"]:
        say("no remedy: what is missing for a verdict")
    for finding in why["findings"]:
        if not (finding["rule"] and finding["severity"] and finding["sentence"]):
            say("a finding without rule, severity or sentence: %s", finding)
    said = json.dumps([verdict, why["findings"]]).lower()
    always = ["outgoing migration"] if truth["scene"] == "outgoing-silent" else []
    for word in (expected_words(truth) if debug_info else []) + always:
        if word.lower() not in said:
            say("neither verdict nor findings say: %s", word)
    if debug_info:
        compare_state(truth, why["state"], say)
    return differences


def distinct(paths):
    seen = {}
    for path in paths:
        sentence = load(path)["verdict"]["sentence"]
        # From 9.1 to 10.1 QEMU keeps no more than this if a source dies before a section's footer.
        if "or has ended too early (Invalid argument)" not in sentence:
            seen.setdefault(sentence, []).append(path)
    return ["the same verdict: " + ", ".join(same) for same in seen.values() if len(same) > 1]


def main():
    verb, arguments = sys.argv[1], sys.argv[2:]
    if verb == "compare":
        differences = compare(load(arguments[0]), load(arguments[1]), "--debug-info" in arguments)
    else:
        differences = distinct(arguments)
    print("\n".join(differences))
    return 1 if differences else 0


sys.exit(main())
