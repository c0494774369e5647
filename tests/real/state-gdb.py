# SPDX-License-Identifier: LGPL-2.1-or-later
"""state-gdb.py - prints what gdb finds of a QEMU's state, for tests/lib/compare-state.py

    gdb -batch -x state-gdb.py EXECUTABLE CORE        prints {"state": {path: value, ...}}

For QEMU 6.2 to 11.0 with debug info. Written by hand from QEMU's sources, with gdb alone.
"""
import json

import gdb

facts = {}


def find(*expressions):
    """Returns the value of the first expression that this QEMU has, or None."""
    for expression in expressions:
        try:
            return gdb.parse_and_eval(expression)
        except gdb.error:
            continue
    return None


def member(value, *paths):
    for path in paths:
        try:
            result = value
            for name in path.split("."):
                result = result[name]
            return result
        except gdb.error:
            continue
    return None


def number(value):
    return None if value is None else int(value)


def truth(value):
    return None if value is None else bool(value)


def address(value):
    return None if value is None else "0x%x" % int(value)


def name_of(value, prefix):
    """Returns "inmigrate" for RUN_STATE_INMIGRATE."""
    return str(value)[len(prefix):].lower().replace("_", "-")


def word(value, type_name, prefix):
    """Returns the same for a number."""
    return name_of(value.cast(gdb.lookup_type("enum " + type_name)), prefix)


def walk(first, link):
    elements = []
    while first is not None and int(first) != 0:
        elements.append(first.dereference())
        first = member(first.dereference(), link)
    return elements


def symbol(pointer):
    text = gdb.execute("info symbol %d" % int(pointer), to_string=True)
    return text.split()[0]


def text(pointer):
    return None if int(pointer) == 0 else pointer.string()


def put(path, value):
    facts[path] = value


def put_members(path, value, names, convert):
    for name in names:
        put("%s.%s" % (path, name), convert(member(value, name)))


def put_timers(path, group):
    for i in range(4):
        one = group["tl"][i]
        active = walk(one["active_timers"], "next")
        here = "%s.timers[%d]" % (path, i)
        put(here + ".clock", name_of(one["clock"]["type"], "QEMU_CLOCK_"))
        put(here + ".enabled", truth(one["clock"]["enabled"]))
        put(here + ".active", len(active))
        put(here + ".next_ns", number(active[0]["expire_time"]) if active else None)
        put(here + ".next_callback", symbol(active[0]["cb"]) if active else None)


def put_context(path, context):
    put(path + ".address", address(context.address))
    put(path + ".fdmon", symbol(context["fdmon_ops"])[len("fdmon_"):-len("_ops")])
    put_members(path, context, ("notify_me", "poll_max_ns"), number)
    put(path + ".epoll_fd", number(member(context, "epollfd")))
    put(path + ".notified", truth(context["notified"]))
    put(path + ".list_lock", int(context["list_lock"]["count"]) >> 2)
    put(path + ".handlers", len(walk(context["aio_handlers"]["lh_first"], "node.le_next")))
    put(path + ".scheduled_coroutines",
        len(walk(context["scheduled_coroutines"]["slh_first"], "co_scheduled_next.sle_next")))
    halves = walk(context["bh_list"]["slh_first"], "next.sle_next")
    for piece in walk(context["bh_slice_list"]["sqh_first"], "next.sqe_next"):
        halves += walk(piece["bh_list"]["slh_first"], "next.sle_next")
    put(path + ".bottom_halves.length", len(halves))
    for i, half in enumerate(halves):
        put("%s.bottom_halves[%d].address" % (path, i), address(half.address))
        put("%s.bottom_halves[%d].flags" % (path, i), number(half["flags"]))
    put_timers(path, context["tlg"])


def put_vcpus():
    cpus = walk(find("cpus_queue.tqh_first", "cpus.tqh_first"), "node.tqe_next")
    put("vcpus.length", len(cpus))
    for i, cpu in enumerate(cpus):
        here = "vcpus[%d]" % i
        put(here + ".index", number(cpu["cpu_index"]))
        put(here + ".lwp", number(cpu["thread_id"]))
        is_kernels = int(find("kvm_kernel_irqchip")) and not int(cpu["vcpu_dirty"])
        put(here + ".halted", None if is_kernels else truth(cpu["halted"]))
        put_members(here, cpu, ("created", "stop", "stopped", "unplug", "exit_request",
                                "crash_occurred"), truth)
        if int(find("tcg_allowed")) and int(cpu["stopped"]):
            arch = cpu.cast(gdb.lookup_type("struct ArchCPU"))
            put(here + ".pc", "0x%x" % int(arch["env"]["eip"]))
        put(here + ".queued_work", len(walk(cpu["work_list"]["sqh_first"], "node.sqe_next")))


def put_multifd(path, state, params):
    """Puts the channels of one side."""
    put(path + ".state", address(find(state)))
    channels = number(find("current_migration->parameters.multifd_channels"))
    if number(find(state)) == 0:
        put(path + ".channels.length", 0)
        return
    put(path + ".channels.length", channels)
    for i in range(channels):
        one = find("%s->params[%d]" % (state, i))
        here = "%s.channels[%d]" % (path, i)
        put(here + ".name", text(one["name"]))
        put(here + ".id", number(one["id"]))
        put(here + ".running", truth(member(one, "thread_created", "running")))
        put(here + ".pending_job", number(member(one, "pending_job")))
        put(here + ".packets", number(member(one, params, "num_packets")))
        put(here + ".channel", address(one["c"]))


def put_migration():
    outgoing, incoming = find("*current_migration"), find("*current_incoming")
    path = "migration.outgoing"
    put(path + ".state", word(outgoing["state"], "MigrationStatus", "MIGRATION_STATUS_"))
    put(path + ".error", text(outgoing["error"]["msg"]) if int(outgoing["error"]) else None)
    put(path + ".to_destination.address", address(outgoing["to_dst_file"]))
    put(path + ".from_destination.address", address(outgoing["rp_state"]["from_dst_file"]))
    put(path + ".thread_running", truth(outgoing["migration_thread_running"]))
    put(path + ".return_path_created", truth(outgoing["rp_state"]["rp_thread_created"]))
    put(path + ".start_postcopy", truth(outgoing["start_postcopy"]))
    put_multifd(path + ".multifd", "multifd_send_state", "packets_sent")
    path = "migration.incoming"
    put(path + ".state", word(incoming["state"], "MigrationStatus", "MIGRATION_STATUS_"))
    put(path + ".from_source.address", address(incoming["from_src_file"]))
    put(path + ".to_source.address", address(incoming["to_src_file"]))
    put(path + ".listener", address(incoming["transport_data"]))
    put(path + ".coroutine", address(member(incoming, "loadvm_co", "migration_incoming_co")))
    put(path + ".have_fault_thread", truth(incoming["have_fault_thread"]))
    put(path + ".have_listen_thread", truth(incoming["have_listen_thread"]))
    put(path + ".page_requested_count", number(incoming["page_requested_count"]))
    put_multifd(path + ".multifd", "multifd_recv_state", "packets_recved")


def cast(value, type_name):
    return value.cast(gdb.lookup_type(type_name).pointer()).dereference()


def device_callback(callback, opaque):
    """Returns the name and argument of the device's callback, which QEMU's two wrappers call."""
    name = symbol(callback)
    if name == "dma_blk_cb":
        made = cast(opaque, "DMAAIOCB")
        return device_callback(made["common"]["cb"], made["common"]["opaque"])
    if name == "ide_buffered_readv_cb":
        made = cast(opaque, "IDEBufferedRequest")
        return device_callback(made["original_cb"], made["original_opaque"])
    return name, opaque


def put_origin(path, coroutine):
    """Puts who made the request: the argument with which blk_aio_prwv() started its coroutine."""
    entry = symbol(coroutine["entry"])
    put(path + ".entry", entry)
    if entry.startswith("blk_aio_"):
        made = cast(coroutine["entry_arg"], "BlkAioEmAIOCB")
        callback, opaque = device_callback(made["common"]["cb"], made["common"]["opaque"])
        put(path + ".callback", callback)
        put(path + ".opaque", address(opaque))
        put(path + ".backend", address(made["rwco"]["blk"]))
        kind = {"virtio_": "VirtIOBlockReq", "scsi_dm": "SCSIDiskReq", "ide_sec": "IDEState",
                "ide_dma": "IDEState", "nvme_rw": "NvmeRequest"}.get(callback[:7])
        if kind:  # when the device's accounting of the request began
            put(path + ".start_ns", number(cast(opaque, kind)["acct"]["start_time_ns"]))


def put_driver(path, node):
    driver = text(node["drv"]["format_name"]) if int(node["drv"]) else None
    if driver in ("file", "host_device"):
        # Two source files have a type BDRVRawState.
        kind = find("*'file-posix.c'::raw_apply_lock_bytes").type.fields()[0].type.target()
        own = node["opaque"].cast(kind.pointer()).dereference()
        put(path + ".file.fd", number(own["fd"]))
        put(path + ".file.linux_aio", truth(own["use_linux_aio"]))
    elif driver == "nbd":
        own = cast(node["opaque"], "BDRVNBDState")
        put(path + ".nbd.state", name_of(own["state"], "NBD_CLIENT_"))
        put(path + ".nbd.in_flight", number(own["in_flight"]))
        if int(own["saddr"]["type"]) == 1:
            put(path + ".nbd.address", "unix:" + text(own["saddr"]["u"]["q_unix"]["path"]))
    elif driver in ("null-co", "null-aio"):
        put(path + ".latency_ns", number(cast(node["opaque"], "BDRVNullState")["latency_ns"]))


def put_queues(path, backend):
    device = backend["dev"]
    if not int(device):
        return
    put(path + ".path", text(device["canonical_path"]))
    kind = text(device["parent_obj"]["class"]["type"]["name"])
    if kind != "virtio-blk-device":
        return
    for i in range(1024):
        queue = cast(device, "VirtIODevice")["vq"][i]
        here = "%s.queues[%d]" % (path, i)
        if not int(queue["vring"]["num"]):
            put(path + ".queues.length", i)
            return
        put(here + ".size", number(queue["vring"]["num"]))
        put(here + ".last_avail", number(queue["last_avail_idx"]))
        put(here + ".used", number(queue["used_idx"]))
        put(here + ".in_use", number(queue["inuse"]))
        put(here + ".notification", truth(queue["notification"]))


def put_nodes():
    nodes = walk(find("all_bdrv_states.tqh_first"), "bs_list.tqe_next")
    put("block.nodes.length", len(nodes))
    for i, node in enumerate(nodes):
        here = "block.nodes[%d]" % i
        put(here + ".name", node["node_name"].string())
        put(here + ".driver", text(node["drv"]["format_name"]) if int(node["drv"]) else None)
        put_members(here, node, ("in_flight", "serialising_in_flight", "quiesce_counter",
                                 "open_flags"), number)
        requests = walk(node["tracked_requests"]["lh_first"], "list.le_next")
        put(here + ".tracked_requests", len(requests))
        for j, request in enumerate(requests[:16]):
            place = "%s.requests[%d]" % (here, j)
            put_members(place, request, ("offset", "bytes"), number)
            put(place + ".coroutine", address(request["co"]))
            put(place + ".waiting_for", address(request["waiting_for"]))
            put_origin(place + ".origin", request["co"].dereference())
        children = walk(node["children"]["lh_first"], "next.le_next")
        put(here + ".children.length", len(children))
        for j, child in enumerate(children):
            put("%s.children[%d].name" % (here, j), text(child["name"]))
            put("%s.children[%d].address" % (here, j), address(child["bs"]))
        put_driver(here, node)


def put_block():
    put_nodes()
    backends = walk(find("block_backends.tqh_first"), "link.tqe_next")
    put("block.backends.length", len(backends))
    for i, backend in enumerate(backends):
        here = "block.backends[%d]" % i
        put(here + ".name", text(backend["name"]) or "")
        put_members(here, backend, ("in_flight", "quiesce_counter"), number)
        put(here + ".iostatus", name_of(backend["iostatus"], "BLOCK_DEVICE_IO_STATUS_"))
        put(here + ".on_write_error", name_of(backend["on_write_error"], "BLOCKDEV_ON_ERROR_"))
        put(here + ".last_access_ns", number(backend["stats"]["last_access_time_ns"]))
        failed = backend["stats"]["failed_ops"]
        put(here + ".failed_requests", sum(number(failed[j]) for j in range(4)))
        put_queues(here, backend)
    jobs = walk(find("'job.c'::jobs.lh_first"), "job_list.le_next")
    put("block.jobs.length", len(jobs))
    for i, job in enumerate(jobs):
        here = "block.jobs[%d]" % i
        put(here + ".id", text(job["id"]))
        put(here + ".status", word(job["status"], "JobStatus", "JOB_STATUS_"))
        put(here + ".type", word(job["driver"]["job_type"], "JobType", "JOB_TYPE_"))
        put_members(here, job, ("paused", "user_paused", "busy", "cancelled"), truth)
        put(here + ".pause_count", number(job["pause_count"]))
        put(here + ".progress", number(member(job, "progress.current")))
        put(here + ".total", number(member(job, "progress.total")))
        if symbol(job["driver"]) == "mirror_job_driver":
            mirror = cast(job.address, "MirrorBlockJob")
            put(here + ".in_flight", number(mirror["in_flight"]))
            put(here + ".target", mirror["target"]["root"]["bs"]["node_name"].string())
            put(here + ".filter", mirror["mirror_top_bs"]["node_name"].string())
        put(here + ".coroutine", address(job["co"]))
    put("block.drain_all_count", number(find("bdrv_drain_all_count")))
    put("block.aio_waiters", number(find("global_aio_wait.num_waiters")))
    put("block.graph_lock.has_writer", truth(find("has_writer")))
    readers = number(find("orphaned_reader_count"))
    if readers is not None:
        for lock in walk(find("aio_context_list.tqh_first"), "next_aio.tqe_next"):
            readers += int(lock["reader_count"])
        readers &= 0xffffffff
    put("block.graph_lock.readers", readers)


def put_main_loop():
    mutex = find("bql", "qemu_global_mutex")
    owner = int(mutex["lock"]["__data"]["__owner"])
    put("main_loop.bql.state", "held" if int(mutex["lock"]["__data"]["__lock"]) else "free")
    if owner:
        put("main_loop.bql.owner.lwp", owner)
    put_timers("main_loop", find("main_loop_tlg"))
    put_context("main_loop.contexts[0]", find("*qemu_aio_context"))
    put_context("main_loop.contexts[1]", find("*iohandler_ctx"))
    if number(find("mon_iothread")):
        put_context("iothreads[id=mon_iothread].context", find("*mon_iothread->ctx"))


def put_all():
    put("runstate", word(find("current_run_state"), "RunState", "RUN_STATE_"))
    put("was_suspended", truth(find("vm_was_suspended")))
    put("reset_requested", truth(find("reset_requested")))
    put("shutdown_requested", truth(find("shutdown_requested")))
    put("shutdown_pid", number(find("shutdown_pid")))
    put("machine_type", text(find("current_machine->parent_obj.class->type->name"))
        [:-len("-machine")])
    put("accelerator", text(find("current_machine->accelerator->parent_obj.class->type->name"))
        [:-len("-accel")])
    put_vcpus()
    put_main_loop()
    put_migration()
    put_block()


put_all()
print(json.dumps({"state": facts}))
