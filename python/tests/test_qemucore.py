# SPDX-License-Identifier: LGPL-2.1-or-later
"""The module, on the core of corpus/x86_64-seed, whose process wrote down the truth (expect.json) before it
was dumped. Runs under pytest, and under unittest where there is none."""
import io
import json
import os
import subprocess
import unittest
from pathlib import Path

import qemucore

CORPUS = Path(os.environ["top_srcdir"]) / "corpus" / "x86_64-seed"
CORE, EXE = str(CORPUS / "core.zst"), str(CORPUS / "exe.zst")
TRUTH = json.loads((CORPUS / "expect.json").read_text(encoding="utf-8"))


def tool(name, *arguments):
    """What a command prints of the same core: a document."""
    path = Path(os.environ["top_builddir"]) / "tools" / name
    shown = subprocess.run([path, "--json", "-e", EXE, *arguments, CORE], stdout=subprocess.PIPE,
                           check=False)
    return json.loads(shown.stdout)


class TestCore(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.core = qemucore.open(CORE, executable=EXE)

    def test_process(self):
        self.assertEqual(self.core.pid, TRUTH["pid"])
        self.assertEqual(self.core.signal, TRUTH["signal"])
        self.assertEqual(self.core.container, "zstd")
        self.assertEqual(self.core.machine, "x86_64")
        self.assertTrue(self.core.complete)
        self.assertIn("17 threads", repr(self.core))
        self.assertEqual(qemucore.version(), qemucore.__version__)
        self.assertIn("zstd", qemucore.features())

    def test_threads(self):
        threads = {thread.lwp: thread for thread in self.core.threads}
        self.assertEqual(set(threads), {thread["lwp"] for thread in TRUTH["threads"]})
        for expected in TRUTH["threads"]:
            if expected["name"] != "seed":  # that of threads which nobody has named
                self.assertEqual(threads[expected["lwp"]].name, expected["name"])
            functions = iter([frame.function for frame in threads[expected["lwp"]].frames])
            for frame in expected["frames"]:
                if not frame["optional"]:
                    self.assertIn(frame["function"], functions)

    def test_waits(self):
        shown = {row["lwp"]: row for row in tool("qemucore-threads")["threads"]}
        for thread, row in zip(self.core.threads, self.core.rows()):
            self.assertEqual(thread.name, shown[thread.lwp]["name"])
            self.assertEqual(thread.wait.state, shown[thread.lwp]["wait"]["state"])
            self.assertEqual(str(thread.wait), shown[thread.lwp]["wait"]["sentence"])
            self.assertEqual(row["wait"], shown[thread.lwp]["wait"]["sentence"])
            self.assertIn(str(thread.lwp), repr(thread))

    def test_verdict(self):
        shown = tool("qemucore-why")
        verdict = self.core.verdict
        self.assertEqual(verdict.state, "waiting")  # seed.c: a destination that nobody has connected to
        self.assertEqual(verdict.signature, "incoming-idle")
        self.assertEqual(verdict.state, shown["verdict"]["state"])
        self.assertEqual([finding.rule for finding in verdict.findings],
                         [finding["rule"] for finding in shown["findings"]])
        self.assertEqual(verdict.signature, shown["signature"])
        self.assertEqual(self.core.json("why")["verdict"]["state"], verdict.state)

    def test_objects(self):
        lock = self.core["qemu_global_mutex"]
        self.assertEqual(lock.kind, "structure")
        owner = int(lock.lock["__data"]["__owner"])
        self.assertEqual(owner, int(self.core["qemu_global_mutex.lock.__data.__owner"]))
        self.assertEqual(owner, 0)  # seed.c: the main loop has unlocked it before it polls
        with self.assertRaises(AttributeError):
            lock.no_such_member
        with self.assertRaises(qemucore.Error) as raised:
            self.core["no_such_variable"]
        self.assertEqual(raised.exception.status, "not found")
        self.assertIn("QemuMutex", repr(lock))

    def test_frames(self):
        frames = [frame for thread in self.core.threads for frame in thread.frames]
        named = [frame for frame in frames if frame.function == "main_loop_wait"]
        self.assertEqual(list(named[0].arguments), ["nonblocking"])
        self.assertEqual(int(named[0].arguments["nonblocking"]), 0)  # seed.c, main
        self.assertEqual(int(named[0]["nonblocking"]), 0)
        self.assertEqual(frames[0].register("rip"), frames[0].pc)

    def test_memory(self):
        mapping = next(m for m in self.core.mappings if m.held and m.flags == "rw-")
        whole = self.core.read(mapping.start, mapping.held)
        self.assertEqual(len(whole), mapping.held)
        lock = self.core["qemu_global_mutex"]
        self.assertEqual(len(self.core.read(lock.address, 40)), 40)
        with self.assertRaises(qemucore.Error) as raised:
            self.core.read(16, 8)
        self.assertEqual((raised.exception.status, raised.exception.address),
                         ("not in the dump", 16))

        notes = [note for note in self.core.notes if (note.name, note.type) == ("CORE", 1)]
        self.assertEqual([note.lwp for note in notes], [thread.lwp for thread in self.core.threads])
        self.assertEqual([int.from_bytes(note.read()[32:36], "little") for note in notes],
                         [note.lwp for note in notes])  # pr_pid of NT_PRSTATUS

    def test_topics(self):
        self.assertEqual(self.core.timers, [])  # the program has none of QEMU's
        self.assertEqual(qemucore.topics()[:6],
                         ["coroutines", "info", "locks", "report", "threads", "why"])
        self.assertEqual(self.core.json("locks")["schema"], "qemucore-locks/1")
        self.assertEqual({warning.code for warning in self.core.warnings}, {"state"})


class Pipe(io.BytesIO):
    def seekable(self):
        return False

    def seek(self, *arguments):
        raise AssertionError("a pipe was sought in")


class TestOpen(unittest.TestCase):
    def names(self, core):
        return [[frame.function for frame in thread.frames] for thread in core.threads]

    def test_ways(self):
        expected = self.names(qemucore.open(CORE, executable=EXE))
        stored = Path(CORE).read_bytes()
        with open(CORE, "rb") as file:
            self.assertEqual(self.names(qemucore.open(file.fileno(), executable=EXE)), expected)
            self.assertEqual(self.names(qemucore.open(file, executable=EXE)), expected)
        self.assertEqual(self.names(qemucore.open(Pipe(stored), executable=EXE)), expected)

    def test_provider(self):
        asked = []

        def provide(executable, build_id):
            asked.append(build_id)
            return EXE if executable else None

        core = qemucore.open(CORE, host_files=False, provide=provide)
        self.assertIn("main_loop_wait", {name for names in self.names(core) for name in names})
        self.assertIn(asked[0], [module.build_id for module in core.modules])

    def test_raised_later(self):
        """An exception of a callback is raised by what is asked next; the core stays open."""
        def provide(executable, build_id):
            raise KeyError("mine")

        core = qemucore.open(CORE, host_files=False, provide=provide)
        with self.assertRaises(KeyError):
            for _ in range(2):
                core.verdict
        self.assertEqual(len(core.threads), 17)

    def test_too_much(self):
        class Generous(io.BytesIO):
            def read(self, size=-1):
                return b"x" * (size + 1)

        with self.assertRaises(ValueError):
            qemucore.open(Generous(b"x" * 1000))

    def test_fails(self):
        with self.assertRaises(qemucore.Error) as raised:
            qemucore.open("/no/such/core")
        self.assertEqual(raised.exception.errno, 2)
        with self.assertRaises(qemucore.Error) as raised:
            qemucore.open(CORE, timeout=-1e6)
        self.assertEqual(raised.exception.status, "past the deadline")

        class Broken(io.BytesIO):
            def read(self, *arguments):
                raise KeyError("mine")

        with self.assertRaises(KeyError):
            qemucore.open(Broken(b"x" * 100))

    def test_close(self):
        with qemucore.open(CORE, executable=EXE) as core:
            thread, lock = core.threads[0], core["qemu_global_mutex"]
        with self.assertRaises(ValueError):
            thread.frames
        with self.assertRaises(ValueError):
            lock.address
        self.assertEqual(repr(core), "<Core, closed>")
        del lock


if __name__ == "__main__":
    unittest.main()
