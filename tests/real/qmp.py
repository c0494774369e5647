#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""qmp.py SOCKET VCPUS IOTHREADS SECONDS - wait until a QEMU has settled.

Settled: it answers on its QMP socket, runs, has told the thread of each vCPU and iothread, and
its vCPUs have nothing to do (the guest without a system to boot halts them). Prints the
LWPs, one a line. Exit status 1 when that has not come to pass after SECONDS.
"""
import json
import socket
import sys
import time


class Monitor:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r", encoding="utf-8")
        self.lines.readline()
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        request = {"execute": command, "arguments": arguments}
        self.socket.sendall(json.dumps(request).encode())
        while True:
            answer = json.loads(self.lines.readline())
            if "event" not in answer:
                return answer["return"]


def settled(monitor, vcpus, iothreads):
    """LWPs of the vCPUs and iothreads, or None."""
    if monitor.ask("query-status")["status"] != "running":
        return None
    threads = [cpu["thread-id"] for cpu in monitor.ask("query-cpus-fast")]
    others = [iothread["thread-id"] for iothread in monitor.ask("query-iothreads")]
    if len(threads) != vcpus or len(others) != iothreads or min(threads + others) <= 0:
        return None
    registers = monitor.ask("human-monitor-command", **{"command-line": "info registers -a"})
    if registers.count("HLT=1") != vcpus:
        return None
    return threads + others


def main():
    path, vcpus, iothreads, seconds = sys.argv[1], *map(int, sys.argv[2:5])
    end = time.monotonic() + seconds
    monitor = None
    while time.monotonic() < end:
        try:
            monitor = monitor or Monitor(path)
            threads = settled(monitor, vcpus, iothreads)
            if threads:
                print("\n".join(map(str, threads)))
                return 0
        except (FileNotFoundError, ConnectionRefusedError):
            pass  # not there yet
        time.sleep(0.05)
    print("QEMU has not settled after %d s" % seconds, file=sys.stderr)
    return 1


sys.exit(main())
