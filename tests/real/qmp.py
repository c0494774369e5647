#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""qmp.py SOCKET VCPUS IOTHREADS SECONDS - wait until a QEMU has settled.

Settled: it answers on its QMP socket, runs, knows the thread of each vCPU and iothread, and its
vCPUs are halted (the guest has no system to boot). Prints the LWPs, one a line. Exit status 1 when
it has not settled after SECONDS.
"""
import json
import socket
import sys
import time


class Refused(Exception):
    """QEMU has answered with an error."""


class Monitor:
    def __init__(self, path, seconds=None):
        self.events = []
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(seconds)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r", encoding="utf-8")
        self.lines.readline()
        self.ask("qmp_capabilities")

    def send(self, command, **arguments):
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())

    def receive(self):
        """Returns the next answer. Appends the events before it to self.events."""
        while True:
            answer = json.loads(self.lines.readline())
            if "event" not in answer:
                return answer
            self.events.append(answer)

    def ask(self, command, **arguments):
        self.send(command, **arguments)
        answer = self.receive()
        if "error" in answer:
            raise Refused("%s: %s" % (command, answer["error"]["desc"]))
        return answer["return"]

    def wait_event(self, name):
        while name not in [event["event"] for event in self.events]:
            self.events.append(json.loads(self.lines.readline()))


def settled(monitor, vcpus, iothreads):
    """Returns the LWPs of the vCPUs and iothreads, or None when QEMU has not settled."""
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


if __name__ == "__main__":
    sys.exit(main())
