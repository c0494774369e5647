#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""parts.py make QEMU | compare PART - a QEMU with content in every part, and the expected content

make: starts it, asks its monitor, and has the kernel dump it: ./core, ./truth.json. compare:
compares a part of ./info.json, which qemucore-info --json --part wrote, with ./truth.json or, for
handlers and timers, with ./gdb.json. The function of a part's name returns what is expected, and
what was found.
"""
import json
import os
import re
import socket
import sys
import time

from machine import Cannot, Machine, check_cores
from qmp import Refused

ASKED = ("query-chardev", "query-iothreads", "query-named-block-nodes", "query-block",
         "query-status", "query-vnc-servers", "query-migrate", "query-migrate-parameters",
         "query-migrate-capabilities")
LIMITS = ("bps_total", "bps_read", "bps_write", "iops_total", "iops_read", "iops_write")
HUMAN = ("info qom-tree", "info qtree", "info mtree -f", "info mtree -D", "info network")


def make(qemu):
    check_cores()
    machine = Machine(
        qemu, os.getcwd(),
        "-device", "virtio-serial-pci,id=ports", "-chardev", "ringbuf,id=ring",
        "-device", "virtserialport,chardev=ring,id=port", "-chardev", "null,id=unused",
        "-netdev", "hubport,hubid=0,id=hub", "-device", "virtio-net-pci,netdev=hub,id=nic0,romfile=",
        "-netdev", "hubport,hubid=0,id=beside", "-netdev", "hubport,hubid=7,id=alone",
        "-netdev", "socket,id=net1,udp=127.0.0.1:9,localaddr=127.0.0.1:0",
        "-chardev", "null,id=taken", "-chardev", "null,id=given",
        "-object", "filter-buffer,id=late,netdev=net1,queue=rx,interval=5000000",
        "-object", "filter-redirector,id=apart,netdev=net1,indev=given,outdev=taken,status=off",
        "-object", "filter-mirror,id=copy,netdev=net1,queue=tx,outdev=ring2",
        "-chardev", "ringbuf,id=ring2",
        "-object", "filter-dump,id=kept,netdev=net1,file=kept.pcap,position=id=late,insert=before",
        "-blockdev", "driver=null-co,node-name=disk,size=1048576",
        "-device", "virtio-blk-pci,drive=disk,id=disk0,iothread=iothread1",
        "-object", "throttle-group,id=gold,x-iops-total=1000,x-iops-total-max=3000,"
        "x-iops-total-max-length=5,x-iops-size=8192,x-bps-write=123456",
        "-blockdev", "driver=throttle,node-name=slow,throttle-group=gold,file.driver=null-co",
        "-drive", "if=none,id=old,format=raw,file.driver=null-co,throttling.bps-total=1000000,"
        "throttling.bps-total-max=2000000,throttling.bps-total-max-length=7,throttling.iops-read=5",
        "-device", "ide-hd,drive=old,bus=ide.0", "-device", "ide-cd,id=opened,bus=ide.1",
        "-device", "virtio-scsi-pci", "-device", "scsi-cd,id=closed")
    with machine.connect(), socket.socket(socket.AF_UNIX) as silent:
        silent.bind(machine.path("silent"))
        silent.listen()
        machine.ask("stop")
        # Keeps the migration from ending: it would hold the big lock then, while nobody reads.
        machine.ask("migrate-set-capabilities", capabilities=[
            {"capability": name, "state": True}
            for name in ("auto-converge", "pause-before-switchover")])
        machine.need("migrate-set-parameters", **{"max-bandwidth": 1000, "downtime-limit": 10})
        machine.ask("migrate", uri="unix:" + machine.path("silent"))
        machine.wait_migration("active")
        time.sleep(1)
        machine.ask("eject", id="opened", force=True)
        truth = {command: machine.ask(command) for command in ASKED}
        truth["virtio"] = virtio_ask(machine)
        truth["gold"] = machine.ask("qom-get", path="/objects/gold", property="limits")
        for line in HUMAN:
            truth[line] = machine.ask("human-monitor-command", **{"command-line": line})
            truth[line] = truth[line].replace("\r", "")
        machine.dump()
    with open("truth.json", "w", encoding="utf-8") as file:
        json.dump(truth, file)


def virtio_ask(machine):
    """Returns None for QEMU before 7.2, whose monitor has no such commands."""
    try:
        devices = machine.ask("x-query-virtio")
    except (KeyError, Refused):
        return None
    answers = {}
    for device in devices:
        path = device["path"]
        status = machine.ask("x-query-virtio-status", path=path)
        answers[path] = [status] + [
            machine.ask("x-query-virtio-queue-status", path=path, queue=queue)
            for queue in range(status["num-vqs"])]
    return answers


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def qom_tree(truth, part):
    """The monitor's tree begins at /machine."""
    matches = [re.match(r"( *)/(.*) \((.*)\)$", line) for line in truth["info qom-tree"].splitlines()]
    expected = [(len(match[1]) // 2, match[2], match[3]) for match in matches]
    objects = [(o["depth"] - 1, o["name"], o["type"]) for o in part["objects"]]
    start = next(i for i, (depth, name, _) in enumerate(objects) if (depth, name) == (0, "machine"))
    end = next((i for i in range(start + 1, len(objects)) if objects[i][0] < 1), len(objects))
    return expected, objects[start:end]


def qtree(truth, part):
    lines = truth["info qtree"].splitlines()
    expected = []
    for i, line in enumerate(lines):
        bus = re.match(r"( *)bus: (.*)$", line)
        device = re.match(r'( *)dev: (.*), id "(.*)"$', line)
        if bus:
            expected.append((len(bus[1]) // 2, "bus", bus[2], lines[i + 1].split("type ")[1]))
        elif device:
            expected.append((len(device[1]) // 2, "device", device[3] or None, device[2]))
    return expected, [(n["depth"], n["kind"], n["name"], n["type"]) for n in part["nodes"]]


def region_kind(kind):
    """Since 11.0 the monitor says container for some regions that are i/o in ours."""
    return kind.replace("container", "i/o")


def mtree(truth, part):
    """Under KVM the monitor marks the ranges that the accelerator has too."""
    expected = []
    for block in truth["info mtree -f"].split("FlatView #")[1:]:
        spaces = re.findall(r'^ AS "(.*)", root: (.*?)(?:, alias .*)?$', block, re.M)
        ranges = re.findall(r"^  ([0-9a-f]{16})-([0-9a-f]{16}) \(prio (-?\d+), ([\w/-]+)\): "
                            r"(.*?)(?: @([0-9a-f]{16}))?(?: KVM)?$", block, re.M)
        expected.append((sorted(spaces), [(int(start, 16), int(last, 16), int(priority),
                                       region_kind(kind), name,
                                       int(offset or "0", 16))
                                      for start, last, priority, kind, name, offset in ranges]))
    found = [(sorted((s["name"], s["root"]) for s in part["spaces"] if s["view"] == v["address"]),
              [(int(r["start"], 16), int(r["last"], 16), r["priority"],
                ("nv-" if r["nonvolatile"] else "") + r["kind"], r["name"], int(r["offset"], 16))
               for r in v["ranges"]]) for v in part["views"]]
    return sorted(expected), sorted(found)


def regions(truth, part):
    """Compares sets of trees: the monitor lists a root twice that a space and an alias have.
    The monitor ends an empty region where it begins."""
    expected = set()
    for block in re.split(r"\n\n", truth["info mtree -D"]):
        found = re.findall(r"^( +)(?:\[DETECTED OVERFLOW!\] )?([0-9a-f]{16})-([0-9a-f]{16}) "
                           r"\(prio (-?\d+), ([\w/-]+)\): (?:alias )?(.*?)"
                           r"(?: @(.*?) ([0-9a-f]{16})-[0-9a-f]{16})?( \[disabled\])?$", block, re.M)
        expected.add(tuple((len(indent) // 2 - 1, int(start, 16), int(last, 16), int(priority),
                        region_kind(kind), name, alias or None, int(offset, 16) if alias else None, not disabled)
                       for indent, start, last, priority, kind, name, alias, offset, disabled in found))
    expected.discard(())
    found = {tuple((r["depth"], int(r["start"], 16), int(r["start" if r["empty"] else "last"], 16),
                    r["priority"], ("nv-" if r["nonvolatile"] else "") + r["kind"], r["name"],
                    r["alias_name"], r["alias_offset"] and int(r["alias_offset"], 16), r["enabled"])
                   for r in tree["regions"]) for tree in part["trees"]}
    return sorted(expected, key=str), sorted(found, key=str)


def chardevs(truth, part):
    """Since 11.0 QEMU keeps no filename, but makes one when the monitor asks."""
    kept = any(c["filename"] for c in part["chardevs"])
    return (sorted((c["label"], c["filename"] if kept else None, c["frontend-open"])
                   for c in truth["query-chardev"]),
            [(c["label"], c["filename"], c["frontend_open"]) for c in part["chardevs"]])


def network(truth, part):
    """The monitor shows a hub's ports in lines of another form, and a filter as its properties."""
    info = truth["info network"]
    expected = re.findall(r"(\w+): index=(\d+),type=(\w+),(.*)$", info, re.M)
    filters = [(name, sorted(properties.split(",")))
               for name, properties in re.findall(r"^  - (\w+): (.*)$", info, re.M)]
    hubs = [(id_, re.findall(r"^ \\ (\w+)", lines, re.M))
            for id_, lines in re.findall(r"^hub (\d+)\n((?: \\ .*\n)*)", info, re.M)]
    return ((sorted(expected), filters, hubs),
            (sorted((c["name"], str(c["queue"]), c["type"], c["info"])
                    for c in part["clients"] if c["type"] != "hubport"),
             [(f["name"], sorted(filter_properties(f, c["name"])))
              for c in part["clients"] for f in c["filters"]],
             [(str(h["id"]), [p["name"] for p in h["ports"]]) for h in part["hubs"]]))


def filter_properties(filter_, netdev):
    """Yields a filter's properties as QEMU's netfilter_print_info prints them."""
    yield "netdev=" + netdev
    for key in ("type", "position", "queue", "file", "maxlen", "indev", "outdev"):
        if filter_.get(key) is not None:
            yield key + "=" + str(filter_[key])
    yield "status=" + ("on" if filter_["on"] else "off")
    yield "insert=" + ("before" if filter_["before"] else "behind")
    if "interval_us" in filter_:
        yield "interval=" + str(filter_["interval_us"])
    if "vnet_header" in filter_:
        yield "vnet_hdr_support=" + ("true" if filter_["vnet_header"] else "false")


def queues(truth, part):
    if truth["virtio"] is None:
        return [True], [bool(part["virtio"])]
    return ({path: ([s["broken"], s["vm-running"]],
                    [[q["vring-num"], int(q["vring-desc"]), q["inuse"], q["last-avail-idx"],
                      q["shadow-avail-idx"], q["used-idx"]] for q in expected])
             for path, (s, *expected) in truth["virtio"].items()},
            {d["path"]: ([d["broken"], d["vm_running"]],
                         [[q["size"], int(q["ring_address"], 0), q["in_use"], q["last_avail"],
                           q["shadow_avail"], q["used"]] for q in d["queues"]])
             for d in part["virtio"]})


def iothreads(truth, part):
    """The monitor does not list its own iothread."""
    return (sorted((t["id"], t["thread-id"], t["poll-max-ns"], t["poll-grow"], t["poll-shrink"])
                   for t in truth["query-iothreads"]),
            sorted((t["id"], t["lwp"], *(t["context"]["poll_" + name]
                                         for name in ("max_ns", "grow", "shrink")))
                   for t in part["iothreads"] if t["id"] != "mon_iothread"))


def block_limits(limits):
    """Leaves out what is not limited. Without a burst QMP has a length of 1."""
    return {name: (limit["average"], limit["burst"] or 0, limit["burst_s"] if limit["burst"] else 1)
            for name, limit in limits.items() if isinstance(limit, dict) and limit["average"]}


def expected_limits(qmp, names, burst, length):
    return {ours: (qmp[theirs], qmp.get(theirs + burst) or 0, qmp.get(theirs + length) or 1)
            for ours, theirs in names.items() if qmp[theirs]}


def block_backends(expected, found):
    """Compares those with a name or a device. QMP names a device by its id, else by its path."""
    names = dict(zip(LIMITS, ("bps", "bps_rd", "bps_wr", "iops", "iops_rd", "iops_wr")))
    return (sorted((b["device"], b["qdev"].split("/")[-1] if b.get("qdev") else None, b["removable"],
                    b["locked"], b.get("tray_open"),
                    expected_limits(b.get("inserted") or dict.fromkeys(names.values()), names,
                                    "_max", "_max_length"),
                    (b.get("inserted") or {}).get("group")) for b in expected),
            sorted((b["name"], b["path"] and b["path"].split("/")[-1], b["removable"], b["locked"],
                    b["tray_open"], block_limits(b["throttle"]["limits"]) if b["throttle"] else {},
                    b["throttle"] and b["throttle"]["group"])
                   for b in found if b["name"] or b["device"]))


def block(truth, part):
    """2, 0x20 and 0x200: BDRV_O_RDWR, _NOCACHE and _NO_FLUSH of include/block/block-common.h."""
    expected_backends, backends = block_backends(truth["query-block"], part["backends"])
    gold = next((n["throttle"]["limits"] for n in part["nodes"] if n["name"] == "slow"), {})
    names = {name: name.replace("_", "-") for name in LIMITS}
    qmp = truth.get("gold")
    return ((sorted((n["node-name"], n["image"]["virtual-size"], n["ro"], n["cache"]["direct"],
                     n["cache"]["no-flush"]) for n in truth["query-named-block-nodes"]),
             expected_backends,
             qmp and (expected_limits(qmp, names, "-max", "-max-length"), qmp["iops-size"])),
            (sorted((n["name"], n["size"], not n["open_flags"] & 2, bool(n["open_flags"] & 0x20),
                     bool(n["open_flags"] & 0x200)) for n in part["nodes"]), backends,
             qmp and (block_limits(gold), gold["iops_size"])))


def vnc(truth, part):
    return ([(s["id"], s["auth"], ["unix:" + a["service"] for a in s["server"]], len(s["clients"]))
             for s in truth["query-vnc-servers"]],
            [(s["id"], s["auth"], s["listens"], len(s["clients"])) for s in part["servers"]])


def status(truth, part):
    return truth["query-status"]["status"], part["runstate"]


def migration(truth, part):
    """The migration goes on until the dump: what grows must not be less than the monitor said."""
    expected, outgoing = truth["query-migrate"], part["outgoing"]
    found, ram = outgoing["progress"], expected["ram"]
    grows = {"transferred": "transferred_bytes", "downtime-bytes": "downtime_bytes",
             "precopy-bytes": "precopy_bytes", "normal": "normal_pages", "duplicate": "zero_pages",
             "dirty-sync-count": "passes", "postcopy-requests": "postcopy_requests"}
    same = {"total": "total_bytes"}
    parameters = dict(truth["query-migrate-parameters"])
    for name in parameters:  # a list, or a text that is not set
        if parameters[name] in ([], "") and outgoing["parameters"][name] is None:
            parameters[name] = None
    pages = ram["remaining"] // ram["page-size"]
    return ((expected["status"], [ram[name] for name in same], expected["expected-downtime"],
             expected["setup-time"], parameters, {name: True for name in grows}, True, True,
             sorted(c["capability"] for c in truth["query-migrate-capabilities"] if c["state"])),
            (outgoing["state"], [found[name] for name in same.values()],
             found["expected_downtime_ms"], found["setup_ms"],
             {name: outgoing["parameters"][name] for name in parameters},
             {name: ram[name] <= found[grows[name]] for name in grows},
             found["dirty_pages"] <= pages and found["remaining_bytes"] == found["dirty_pages"] * 4096,
             abs(found["throughput_bits"] / 1e6 - ram["mbps"]) < max(1, ram["mbps"]),
             sorted(outgoing["capabilities"].split())))


def handlers(_, part):
    expected = load("gdb.json")["handlers"]
    functions = ("io_read", "io_write", "io_poll")
    return expected, {name: [dict({"address": h["address"], "fd": h["fd"], "opaque": h["opaque"]},
                              **{f: h[f]["address"] for f in functions})
                         for h in part["handlers"] if h["context"] == name] for name in expected}


def timers(_, part):
    def key(timer):
        return timer["address"]
    return (sorted(load("gdb.json")["timers"], key=key),
            sorted(({"address": t["address"], "expire_ns": t["expire_ns"], "opaque": t["opaque"],
                     "callback": t["callback"]["address"]}
                    for t in part["timers"] if t["context"] is None), key=key))


def compare(name):
    part = load("info.json")["parts"][name]
    expected, found = globals()[name.replace("-", "_")](load("truth.json"), part)
    if expected != found or not expected:
        print("expected:", expected)
        print("found:", found)
        return 1
    return 0


def main():
    if sys.argv[1:2] == ["make"]:
        try:
            make(sys.argv[2])
        except Cannot as why:
            print(why)
            return 77
        return 0
    return compare(sys.argv[2])


if __name__ == "__main__":
    sys.exit(main())
