#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""state.py SCENE PID - bring a QEMU into a scene by its monitor (./qmp), then end it by SIGABRT.

Prints what its monitor said just before, for tests/lib/compare-state.py. Writes to ./clocks what
the system's clocks showed before and after the dump, under QEMU's names for them. Scenes:

    stop          halted by `stop`
    source        (started with -S) a multifd migration, whose peer reads nothing; a job mirrors;
                  the disk "slow" is read
    destination   (started with -incoming) nobody has connected
"""
import json
import os
import signal
import socket
import sys
import time


sys.dont_write_bytecode = True  # keeps bytecode out of the source, which may be read-only
from machine import PATIENCE, wait_until  # noqa: E402
from qmp import Monitor  # noqa: E402


def connect():
    try:
        return Monitor("qmp", PATIENCE)
    except (FileNotFoundError, ConnectionError, ValueError):
        return None  # not yet there


def boots():
    """Tells whether SeaBIOS has printed what it prints before it reads the disk."""
    with open("firmware", "rb") as file:
        return b"Booting from Hard Disk" in file.read()


def play_source(monitor):
    """Starts a job, and a migration to a peer that accepts and never reads. The job comes first: to
    start one QEMU drains all nodes, which never ends once the disk is being read."""
    peer = socket.socket(socket.AF_UNIX)
    peer.bind("peer")
    peer.listen(16)
    monitor.ask("blockdev-mirror", **{"job-id": "copy0", "device": "from", "target": "to",
                                      "sync": "full"})
    monitor.ask("cont")
    wait_until(boots, "the firmware's boot")
    monitor.ask("migrate-set-capabilities",
                capabilities=[{"capability": "multifd", "state": True}])
    monitor.ask("migrate-set-parameters", **{"multifd-channels": 3})
    monitor.ask("migrate", uri="unix:peer")
    wait_until(lambda: monitor.ask("query-migrate").get("status") == "active", "the migration")
    time.sleep(1)  # for the channels to be filled, and the disk to be read
    return peer


def ask_state(monitor, scene):
    facts = {"runstate": monitor.ask("query-status")["status"]}
    for cpu in monitor.ask("query-cpus-fast"):
        here = "vcpus[%d]" % cpu["cpu-index"]
        facts[here + ".index"] = cpu["cpu-index"]
        facts[here + ".lwp"] = cpu["thread-id"]
    for iothread in monitor.ask("query-iothreads"):
        here = "iothreads[id=%s]" % iothread["id"]
        facts[here + ".lwp"] = iothread["thread-id"]
        facts[here + ".context.poll_max_ns"] = iothread["poll-max-ns"]
    for node in monitor.ask("query-named-block-nodes"):
        here = "block.nodes[name=%s]" % node["node-name"]
        facts[here + ".driver"] = node["drv"]
    for job in monitor.ask("query-jobs"):
        here = "block.jobs[id=%s]" % job["id"]
        facts[here + ".status"] = job["status"]
        facts[here + ".type"] = job["type"]
    if scene == "source":
        facts["migration.outgoing.state"] = monitor.ask("query-migrate")["status"]
        facts["migration.multifd_channels"] = 3
        facts["migration.outgoing.multifd.channels.length"] = 3
        facts["migration.outgoing.capabilities"] = "multifd"
    if scene == "destination":
        facts["migration.incoming.from_source.address"] = "0x0"
        facts["migration.incoming.uri"] = "unix:incoming"
    return facts


def main():
    scene, pid = sys.argv[1], int(sys.argv[2])
    monitor = wait_until(connect, "QEMU's monitor")
    peer = None
    if scene == "stop":
        monitor.ask("stop")
    elif scene == "source":
        peer = play_source(monitor)
    print(json.dumps({"state": ask_state(monitor, scene)}))
    time.sleep(0.5)  # for the main loop to come to rest
    before = clocks()
    os.kill(pid, signal.SIGABRT)
    wait_until(lambda: has_ended(pid), "QEMU's end")
    with open("clocks", "w", encoding="utf-8") as file:
        json.dump({"before": before, "after": clocks()}, file)
    del peer
    return 0


def clocks():
    return {"realtime": time.clock_gettime_ns(time.CLOCK_MONOTONIC),
            "host": time.clock_gettime_ns(time.CLOCK_REALTIME)}


def has_ended(pid):
    """A zombie has ended too: its parent, a shell, waits for it later."""
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


sys.exit(main())
