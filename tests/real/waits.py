#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""waits.py - asks the kernel and the monitor what a QEMU does, and compares our output with that

    waits.py settle SOCKET VCPUS IOTHREADS STATUS SECONDS   waits until it has settled; prints
                                                            {"vcpus": [LWP...], "iothreads": {}}
    waits.py hang SOCKET FIFO        has the main loop read FIFO, which nobody writes
    waits.py truth PID               each thread's name and system call, from /proc
    waits.py compare TRUTH THREADS LOCKS [--names]      differences, a line each

--names: QEMU has debug info, so that all its threads have their names.
"""
import json
import os
import sys
import time

sys.dont_write_bytecode = True  # keeps bytecode out of the source, which may be read-only
from qmp import Monitor  # noqa: E402

FUTEX = {"x86_64": 202}.get(os.uname().machine, 98)


def settle(path, vcpus, iothreads, status, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            monitor = Monitor(path)
            threads = {
                "vcpus": [cpu["thread-id"] for cpu in monitor.ask("query-cpus-fast")],
                "iothreads": {each["id"]: each["thread-id"]
                              for each in monitor.ask("query-iothreads")},
            }
            if (monitor.ask("query-status")["status"] == status and len(threads["vcpus"]) == vcpus
                    and len(threads["iothreads"]) == iothreads):
                print(json.dumps(threads))
                return 0
            monitor.socket.close()
        except (FileNotFoundError, ConnectionRefusedError, BrokenPipeError, ValueError):
            pass  # not there yet, or QEMU has not seen yet that the last connection ended
        time.sleep(0.05)
    print("QEMU has not settled after %d s" % seconds, file=sys.stderr)
    return 1


def hang(path, fifo):
    monitor = Monitor(path)
    monitor.send("object-add", **{"qom-type": "secret", "id": "never", "file": fifo})
    time.sleep(1)
    return 0


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().strip()


def truth(pid):
    """Prints each thread's name and system call once two readings are equal: QEMU rests then."""
    before = None
    for _ in range(100):
        now = {}
        for lwp in os.listdir("/proc/%d/task" % pid):
            task = "/proc/%d/task/%s/" % (pid, lwp)
            now[lwp] = {"comm": read(task + "comm"), "syscall": read(task + "syscall")}
        if now == before:
            break
        before = now
        time.sleep(0.1)
    print(json.dumps({"pid": pid, "threads": now}, indent=1))
    return 0


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def compare(expected, threads, locks, names):
    differences = []

    def say(format_, *arguments):
        differences.append(format_ % arguments)

    shown = {str(thread["lwp"]): thread for thread in threads["threads"]}
    if sorted(shown) != sorted(expected["threads"]):
        say("LWPs: %s, not %s", sorted(shown), sorted(expected["threads"]))
    for lwp, want in expected["threads"].items():
        thread = shown.get(lwp)
        words = want["syscall"].split()
        if thread is None:
            continue
        wait = thread["wait"]
        if names and thread["name"] != want["comm"] and thread["name"] not in ("main loop",
                                                                               "call_rcu"):
            say("%s is called %s, not %s", lwp, thread["name"], want["comm"])
        if words[0] == "running" or int(words[0]) < 0:
            continue  # not asleep: it may have moved on since
        number = int(words[0])
        called = wait["syscall"] or {"number": None, "args": []}
        if called["number"] != number:
            say("%s is in system call %s, not %d: %s", lwp, called["number"], number,
                wait["sentence"])
            continue
        if number != FUTEX:
            if wait["state"] != "syscall":
                say("%s: %s", lwp, wait["sentence"])
            continue
        word = int(words[1], 16)
        if called["args"][0] is None or int(called["args"][0], 16) != word:
            say("%s: on futex %s, not 0x%x", lwp, called["args"][0], word)
        if wait["state"] != "blocked" or wait["object"] is None:
            say("%s: not blocked on anything: %s", lwp, wait["sentence"])
        elif not 0 <= word - int(wait["object"], 16) < 112:
            say("%s: 0x%x is no word of the object at %s", lwp, word, wait["object"])
        if names and wait["kind"] in ("futex", "pthread_mutex_t", "pthread_cond_t"):
            say("%s: blocked on a %s", lwp, wait["kind"])
    listed = {str(waiter["lwp"]) for thing in locks["objects"] for waiter in thing["waiters"]}
    blocked = {lwp for lwp, thread in shown.items() if thread["wait"]["state"] == "blocked"}
    if listed != blocked:
        say("waiters of objects: %s, not %s", sorted(listed), sorted(blocked))
    print("\n".join(differences))
    return 1 if differences else 0


def main():
    verb, arguments = sys.argv[1], sys.argv[2:]
    if verb == "settle":
        path, vcpus, iothreads, status, seconds = arguments
        return settle(path, int(vcpus), int(iothreads), status, int(seconds))
    if verb == "hang":
        return hang(*arguments)
    if verb == "truth":
        return truth(int(arguments[0]))
    return compare(*map(load, arguments[:3]), "--names" in arguments)


sys.exit(main())
