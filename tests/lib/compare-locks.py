#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare-locks.py [--all] [--stripped] TRUTH LOCKS THREADS - compares locks and waits with the truth

TRUTH is the output of tests/fixtures/locks.c; LOCKS and THREADS are the JSON of qemucore-locks and
qemucore-threads. With --all LOCKS has free objects, too. With --stripped the executable had no
debug info: kinds may be glibc's, and facts that need debug info may be missing; all facts that are
shown must still be right.

Prints the differences, one a line; exit status 1 if there are any.
"""
import functools
import json
import sys

# Kinds that an object may have if only glibc is known. A word of an unknown object is a futex.
PLAIN = {
    "QemuMutex": {"pthread_mutex_t"},
    "QemuRecMutex": {"pthread_mutex_t"},
    "QemuCond": {"pthread_cond_t", "futex"},
    "QemuSemaphore": {"pthread_cond_t", "sem_t", "futex"},
    "QemuEvent": {"futex"},
    "QemuLockCnt": {"futex"},
    "pthread_cond_t": {"futex"},
    "pthread_rwlock_t": {"futex"},
    "sem_t": {"futex"},
    "thread": {"futex"},
}
MUTEXES = {"QemuMutex", "QemuRecMutex", "pthread_mutex_t"}
QUIET = {"free", "idle", "set", "available", "zero", "destroyed"}

options = [word for word in sys.argv[1:] if word.startswith("--")]
everything, stripped = "--all" in options, "--stripped" in options
differences = []


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def differ(format_, *arguments):
    differences.append(format_ % arguments)


def compare(what, got, expected):
    if got != expected:
        differ("%s: %r, not %r", what, got, expected)


def number(text):
    return None if text is None else int(text, 0)


def lwp_of(thread):
    return None if thread is None else thread["lwp"]


def kinds(truth_kinds):
    """Returns all kinds that may be shown if the truth has, for example, QemuRecMutex|QemuMutex."""
    allowed = set(truth_kinds.split("|"))
    if stripped:
        for kind in truth_kinds.split("|"):
            allowed |= PLAIN.get(kind, set())
    return allowed


truth, locks, threads = [load(path) for path in sys.argv[1:] if not path.startswith("--")]
true_objects = {number(thing["address"]): thing for thing in truth["objects"]}
waits = {thread["lwp"]: thread["wait"] for thread in truth["threads"] if "wait" in thread}
blocked = {lwp: wait for lwp, wait in waits.items() if "kind" in wait}
names = {thread["lwp"]: thread["name"] for thread in truth["threads"]}


def is_at(wait, address):
    """Without debug info, only a part of an object may be known, or only its futex word."""
    start = number(wait["object"])
    if stripped or wait["kind"] == "thread":
        return start <= address < start + wait["size"]
    return address == start


@functools.lru_cache(maxsize=None)
def place(address):
    """Returns the truth's address of the object at an address of LOCKS."""
    for wait in blocked.values():
        if address is not None and is_at(wait, address):
            return number(wait["object"])
    return address


# ---- qemucore-threads ---------------------------------------------------------------------------

def compare_wait(what, got, wait):
    if got is None:
        differ("%s: no wait", what)
        return
    for key in ("evidence", "sentence"):
        if not got[key]:
            differ("%s: no %s", what, key)
    if "syscall" in wait:
        compare(what + ": state", got["state"], "syscall")
        compare(what + ": system call", (got["syscall"] or {}).get("name"), wait["syscall"])
        return
    compare(what + ": state", got["state"], "blocked")
    compare(what + ": system call", (got["syscall"] or {}).get("name"), "futex")
    words = got["syscall"]["args"] if got["syscall"] else []
    if words and words[0] is not None and not (
            0 <= number(words[0]) - number(wait["object"]) < wait["size"]):
        differ("%s: futex %s is no word of %s", what, words[0], wait["object"])
    if got["kind"] not in kinds(wait["kind"]):
        differ("%s: kind %s, not %s", what, got["kind"], wait["kind"])
    if got["object"] is None or not is_at(wait, number(got["object"])):
        differ("%s: waits for %s, not %s", what, got["object"], wait["object"])
    if wait["kind"] == "QemuSemaphore" and got["kind"] != "QemuSemaphore":
        pass  # only the condition in the semaphore is known, with the mutex in the semaphore
    elif not stripped or got["mutex"] is not None:
        compare(what + ": mutex", number(got["mutex"]), number(wait["mutex"]))
    if wait["timed"] != (got["timeout_ns"] is not None) and not (stripped and wait["timed"]):
        differ("%s: timeout %r", what, got["timeout_ns"])
    thing = true_objects.get(number(wait["object"]))
    if thing is not None and thing["name"] is not None and not stripped:
        compare(what + ": object's name", got["name"], thing["name"])


shown = {thread["lwp"]: thread for thread in threads["threads"]}
compare("LWPs", sorted(shown), sorted(names))
for thread in truth["threads"]:
    if thread["lwp"] in shown:
        got, what = shown[thread["lwp"]], "thread %d" % thread["lwp"]
        if "wait" in thread:
            compare_wait(what, got["wait"], thread["wait"])
        if "role" in thread and not stripped:
            compare(what + ": role", got["role"], thread["role"])
            if thread["role"] in ("vcpu", "iothread", "call_rcu"):
                compare(what + ": name", got["name"], thread["name"])

# ---- objects ------------------------------------------------------------------------------------

def compare_object(got, thing):
    what = thing["name"] or thing["address"]
    owner = lwp_of(got["owner"])
    if stripped and thing["kind"] == "QemuSemaphore" and got["kind"] == "pthread_mutex_t":
        return  # the mutex in the semaphore, at its start
    if got["kind"] not in kinds(thing["kind"]):
        differ("%s: kind %s, not %s", what, got["kind"], thing["kind"])
    if not got["sentence"]:
        differ("%s: no sentence", what)
    knows = not stripped or got["kind"] in thing["kind"].split("|") or got["kind"] in MUTEXES
    if knows:
        if thing["state"] != "*" and got["state"] not in thing["state"].split("|"):
            differ("%s: state %s, not %s", what, got["state"], thing["state"])
        if "gone" in thing:
            if owner not in (None, thing["gone"]):
                differ("%s: owner %d, where %d is gone", what, owner, thing["gone"])
        else:
            compare(what + ": owner", owner, thing["owner"])
        for key in ("count", "recorded_waiters"):
            if key in thing and not (stripped and got[key] is None):
                compare(what + ": " + key, got[key], thing[key])
    if owner in shown:
        compare(what + ": owner's name", got["owner"]["name"], shown[owner]["name"])
    if owner is None and thing["state"] in ("locked", "write-locked") and not got["owner_why"]:
        differ("%s: no owner, and no reason for that", what)
    if not stripped:
        compare(what + ": name", got["name"], thing["name"])


waiters = {}
for thing in locks["objects"]:
    waiters.setdefault(place(number(thing["address"])), set()).update(
        waiter["lwp"] for waiter in thing["waiters"])
    for waiter in thing["waiters"]:
        compare("waiters of %s" % thing["address"], waiter["name"],
                shown.get(waiter["lwp"], {"name": None})["name"])
expected = {}
for lwp, wait in blocked.items():
    expected.setdefault(number(wait["object"]), set()).add(lwp)
for address in sorted(set(waiters) | set(expected)):
    compare("waiters of 0x%x" % address, sorted(waiters.get(address, ())),
            sorted(expected.get(address, ())))

suspicious = {number(anomaly["object"]) for anomaly in truth["anomalies"]}
found = {}
for thing in locks["objects"]:
    address = number(thing["address"])
    if address in found and not stripped:
        differ("%s is listed twice", thing["address"])
    found[address] = thing
    if address in true_objects:
        compare_object(thing, true_objects[address])
    elif thing["owner"] is not None:
        differ("%s: %s, which the truth doesn't know, has an owner", thing["address"], thing["kind"])
for address, thing in true_objects.items():
    wanted = address in expected or address in suspicious or (
        everything or not set(thing["state"].split("|")) & QUIET)
    if thing["kind"] == "thread" or stripped:
        wanted = False  # its waiters are compared above
    if wanted and address not in found:
        differ("%s is missing", thing["name"] or thing["address"])

# ---- edges, cycles and chains -------------------------------------------------------------------

must = set()
for lwp, wait in blocked.items():
    thing = true_objects.get(number(wait["object"]))
    if thing is not None and thing["owner"] is not None:
        must.add((lwp, number(wait["object"]), thing["owner"]))
may = set()
for edge in truth["edges"]:
    triple = (edge["waiter"], number(edge["object"]), edge["holder"])
    (may if edge["optional"] or stripped else must).add(triple)
gone = {number(thing["address"]): thing["gone"] for thing in truth["objects"] if "gone" in thing}
edges = set()
for edge in locks["edges"]:
    address = place(number(edge["object"]))
    if not edge["evidence"]:
        differ("an edge of %d without evidence", edge["waiter"])
    if edge["waiter"] not in blocked or not is_at(blocked[edge["waiter"]], number(edge["object"])):
        differ("an edge: %d does not wait for %s", edge["waiter"], edge["object"])
    elif edge["holder"] is not None and edge["holder"] != gone.get(address):
        edges.add((edge["waiter"], address, edge["holder"]))
if stripped:  # only a mutex's owner is sure to be known
    may |= {edge for edge in must if not set(true_objects[edge[1]]["kind"].split("|")) & MUTEXES}
    must -= may
for edge in sorted(must - edges):
    differ("a missing edge: %d waits for 0x%x, held by %d", *edge)
for edge in sorted(edges - must - may):
    differ("a wrong edge: %d waits for 0x%x, held by %d", *edge)

if not stripped or not truth["edges"]:
    compare("cycles", sorted(locks["cycles"]), sorted(truth["cycles"]))


def chains(arrows):
    """Returns for each root the threads that wait for it, directly or not."""
    holder_of = {waiter: holder for waiter, _, holder in arrows}
    result = {}
    for waiter in holder_of:
        root, steps = waiter, 0
        while root in holder_of and steps <= len(holder_of):
            root, steps = holder_of[root], steps + 1
        result.setdefault(root, set()).add(waiter)
    return result


if not truth["cycles"] and not stripped:
    got = {chain["root"]: set(chain["waiters"]) for chain in locks["chains"]}
    if got not in (chains(must), chains(must | may)):
        differ("chains: %r, not %r", got, chains(must))
for chain in locks["chains"]:
    if not chain["sentence"]:
        differ("the chain of %d has no sentence", chain["root"])

# ---- anomalies and RCU --------------------------------------------------------------------------

wanted = {(anomaly["kind"], number(anomaly["object"])): anomaly["lwp"]
          for anomaly in truth["anomalies"]}
for anomaly in locks["anomalies"]:
    key = (anomaly["kind"], place(number(anomaly["object"])))
    if not anomaly["sentence"]:
        differ("an anomaly without a sentence: %s", anomaly["kind"])
    if key not in wanted:
        differ("a wrong anomaly: %s of %s: %s", anomaly["kind"], anomaly["object"],
               anomaly["sentence"])
        continue
    lwp = wanted.pop(key)
    if lwp is not None and anomaly["lwp"] is not None:
        compare(anomaly["kind"], anomaly["lwp"], lwp)
for kind, address in wanted:
    thing = true_objects.get(address)
    if not stripped or (address in expected and set(thing["kind"].split("|")) & MUTEXES):
        differ("a missing anomaly: %s of 0x%x", kind, address)

if truth["rcu"] is not None and not stripped:
    rcu, want = locks["rcu"], truth["rcu"]
    if rcu is None:
        differ("no rcu")
    else:
        compare("rcu", rcu["state"], want["state"])
        compare("rcu counter", number(rcu["counter"]), number(want["counter"]))
        compare("rcu grace period", rcu["grace_period"], want["state"] != "idle")
        readers = {reader["lwp"]: reader for reader in rcu["readers"] if reader["depth"] > 0}
        compare("rcu readers", sorted(readers), [want["reader"]] if want["reader"] else [])
        if want["reader"] in readers:
            reader = readers[want["reader"]]
            compare("rcu reader's depth", reader["depth"], want["depth"])
            compare("rcu reader blocks", reader["blocking"], True)
        if not rcu["sentence"]:
            differ("rcu: no sentence")

if not stripped:
    compare("problems", locks["problems"], [])
print("\n".join(differences))
sys.exit(1 if differences else 0)
