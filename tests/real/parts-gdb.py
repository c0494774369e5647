# SPDX-License-Identifier: LGPL-2.1-or-later
"""parts-gdb.py - run by gdb on a QEMU's core: prints the main loop's handlers and timers as a line
of JSON. It walks them as QEMU's own scripts/qemugdb does."""
import json

import gdb


def number(value):
    return int(value.cast(gdb.lookup_type("unsigned long")))


def handlers(context):
    at = gdb.parse_and_eval(context)["aio_handlers"]["lh_first"]
    found = []
    while number(at):
        found.append({"address": hex(number(at)), "fd": int(at["pfd"]["fd"]),
                      "io_read": hex(number(at["io_read"])), "io_write": hex(number(at["io_write"])),
                      "io_poll": hex(number(at["io_poll"])), "opaque": hex(number(at["opaque"]))})
        at = at["node"]["le_next"]
    return found


def timers():
    found = []
    for i in range(4):
        timer_list = gdb.parse_and_eval("main_loop_tlg")["tl"][i]
        at = timer_list["active_timers"]
        while number(at):
            found.append({"address": hex(number(at)), "expire_ns": int(at["expire_time"]),
                          "callback": hex(number(at["cb"])), "opaque": hex(number(at["opaque"]))})
            at = at["next"]
    return found


print(json.dumps({"handlers": {"main": handlers("qemu_aio_context"),
                               "iohandler": handlers("iohandler_ctx")}, "timers": timers()}))
