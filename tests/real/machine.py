# SPDX-License-Identifier: LGPL-2.1-or-later
"""machine.py - starts a QEMU, asks its monitor, brings it into a state, and has the kernel dump it

Its guest is a BIOS of a few instructions, so that none of QEMU's firmware is needed and the guest
does what it should from the start. Its core lacks the guest's RAM, and is small.
"""
import ctypes
import json
import os
import resource
import shutil
import signal
import struct
import subprocess
import tempfile
import time

from qmp import Monitor, Refused

PATIENCE = 60  # seconds after which something that usually takes one or two has failed
QUESTIONS = ("query-status", "query-migrate", "query-block-jobs", "query-iothreads",
             "query-cpus-fast")

# The reset vector, at the end of 64 KiB, jumps to their start. Interrupts are off.
GUESTS = {
    # fills 12 MiB at 1 MiB for ever, each time with another word. So a migration's first round has
    # something to send; in later rounds TCG's dirty log is not always complete.
    "compute": "2e660f01164800 0f20c0 0c01 0f22c0"     # lgdt %cs:0x48; set PE in %cr0
               "66ea1700ffff0800"                      # ljmp $8, $0xffff0017: the next line
               "66b81000 8ed8 8ec0 fc"                 # flat %ds, %es; cld
               "40 bf00001000 b900003000 f3ab ebf1"    # inc %eax; rep stosl from 1 MiB; again
               "90 0000000000000000 ffff0000009bcf00 ffff00000093cf00"    # 0x30: the GDT
               "17003000ffff",                         # 0x48: its size and address
    # reads the RTC's port for ever, for which QEMU takes the big lock
    "io": "e471 ebfc",
    # hlt
    "halt": "f4 ebfd",
}


class Cannot(Exception):
    """The scene cannot be made with this QEMU, or on this machine."""


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip("\0\n ")
    except OSError as error:
        return "errno %d" % error.errno


def wait_until(condition, what, seconds=PATIENCE):
    """Returns the condition's value as soon as that is true."""
    end = time.monotonic() + seconds
    value = condition()
    while not value:
        if time.monotonic() > end:
            raise RuntimeError("%s: not after %d s" % (what, seconds))
        time.sleep(0.05)
        value = condition()
    return value


def check_cores():
    pattern = read("/proc/sys/kernel/core_pattern")
    if pattern not in ("core", "core.%p"):
        raise Cannot("core_pattern is %s: the kernel does not write a file 'core'" % pattern)
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        raise Cannot("the limit of a core's size is 0, and cannot be raised (ulimit -H -c)")


def output_of(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=PATIENCE, check=False)
    return done.stdout.decode(errors="replace")


class Machine:
    """One QEMU. After connect(), `with` makes sure that it is killed."""

    def __init__(self, qemu, directory, *options, guest="halt", vcpus=2, iothreads=1, memory=64,
                 dumped=True, accelerator="tcg,thread=multi,tb-size=16"):
        self.qemu, self.directory, self.dumped = qemu, directory, dumped
        self.answers, self.gdb, self.log_end = {}, None, None
        self.run = tempfile.mkdtemp(prefix="scene.")  # the path of a socket must be short
        with open(self.path("bios"), "wb") as file:
            code = bytes.fromhex(GUESTS[guest])
            file.write(code.ljust(0xfff0, b"\0") + b"\xe9\x0d\0".ljust(16, b"\0"))
        command = [
            qemu, "-name", "scene,debug-threads=on", "-nodefaults", "-no-user-config", "-bios",
            self.path("bios"), "-machine", "pc,dump-guest-core=off", "-accel", accelerator,
            "-m", str(memory), "-smp", str(vcpus),
            "-chardev", "socket,id=monitor,server=on,wait=off,path=" + self.path("qmp"),
            "-mon", "chardev=monitor,mode=control", "-vnc", "unix:" + self.path("vnc")]
        for number in range(iothreads):
            command += ["-object", "iothread,id=iothread%d" % (number + 1)]
        self.command = command + list(options) + os.environ.get("QEMU_OPTIONS", "").split()
        with open(self.path("log"), "wb") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=directory,
                env=dict(os.environ, MALLOC_ARENA_MAX="2"), preexec_fn=self.limits)
        self.pid = self.process.pid
        self.monitor = None

    def limits(self):
        """Called in the child: small stacks, a whole core or none, and death with its parent."""
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard if self.dumped else 0, hard))
        resource.setrlimit(resource.RLIMIT_STACK,
                           (1 << 20, resource.getrlimit(resource.RLIMIT_STACK)[1]))
        with open("/proc/self/coredump_filter", "w", encoding="ascii") as file:
            file.write("0x33")
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (self.gdb, self.process):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        self.log_end = self.log()
        shutil.rmtree(self.run, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.run, name)

    def log(self):
        return read(self.path("log"))

    # ---- the monitor --------------------------------------------------------------------------

    def connect(self):
        def is_there():
            if self.process.poll() is not None:
                raise Cannot("QEMU ends at once: %s" % (self.log() or "without a word"))
            try:
                self.monitor = Monitor(self.path("qmp"), PATIENCE)
                return True
            except (FileNotFoundError, ConnectionError, ValueError):
                return False  # not yet there; ValueError: end of file, QEMU is ending
        try:
            wait_until(is_there, "QEMU's monitor")
        except BaseException:
            self.__exit__()
            raise
        self.lower_priority()
        return self

    def lower_priority(self):
        """Lowers the vCPUs' priority: a guest that computes would keep others from the CPU."""
        for cpu in self.ask("query-cpus-fast"):
            os.setpriority(os.PRIO_PROCESS, cpu["thread-id"], 10)

    def ask(self, command, **arguments):
        return self.monitor.ask(command, **arguments)

    def need(self, command, **arguments):
        """Asks for something that not every QEMU, kernel or user can do: Cannot, if refused."""
        try:
            return self.ask(command, **arguments)
        except Refused as refused:
            raise Cannot("%s (%s)" % (refused, self.log().split("\n")[-1])) from refused

    def send(self, command, **arguments):
        """Sends a command that will not be answered; asks all questions first."""
        self.ask_all()
        self.monitor.send(command, **arguments)

    def human(self, line):
        answer = self.ask("human-monitor-command", **{"command-line": line})
        if answer.strip():
            raise Cannot("%s: %s" % (line, answer.strip()))

    def ask_all(self):
        for command in QUESTIONS:
            self.answers[command] = self.ask(command)

    def wait_status(self, status):
        wait_until(lambda: self.ask("query-status")["status"] == status, status)

    def migration(self):
        return self.ask("query-migrate").get("status")

    def wait_migration(self, *statuses):
        def reached():
            status = self.migration()
            if status in ("failed", "completed") and status not in statuses:
                raise RuntimeError("the migration has %s: %s" % (status, self.ask("query-migrate")))
            return status in statuses
        wait_until(reached, "migration " + " or ".join(statuses))

    # ---- the kernel ---------------------------------------------------------------------------

    def threads(self):
        """Reads each thread's name, system call and state from /proc, until two readings of all
        but the vCPUs are equal: then the monitor has no answer under way."""
        vcpus = [str(cpu["thread-id"]) for cpu in self.answers.get("query-cpus-fast", [])]
        before = None
        for _ in range(30):
            now = {}
            for lwp in os.listdir("/proc/%d/task" % self.pid):
                task = "/proc/%d/task/%s/" % (self.pid, lwp)
                now[lwp] = {"comm": read(task + "comm"), "syscall": read(task + "syscall"),
                            "wchan": read(task + "wchan"),
                            "state": read(task + "stat").rpartition(")")[2][1:2]}
            sleepers = {lwp: thread["syscall"] for lwp, thread in now.items() if lwp not in vcpus}
            if sleepers == before:
                break
            before = sleepers
            time.sleep(0.1)
        return now

    def ended(self):
        """Waits until the kernel has written the core. Returns the signal's number."""
        self.process.wait(PATIENCE)
        core = os.path.join(self.directory, "core")
        if os.path.exists("%s.%d" % (core, self.pid)):  # kernel.core_uses_pid, or core.%p
            os.rename("%s.%d" % (core, self.pid), core)
        if not os.path.exists(core) or os.path.getsize(core) == 0:
            raise RuntimeError("no core: QEMU has ended with %d: %s" %
                               (self.process.returncode, self.log()))
        return -self.process.returncode

    def dump(self):
        threads = self.threads()
        os.kill(self.pid, signal.SIGABRT)
        return {"threads": threads, "signal": self.ended()}

    def crash(self, *requests):
        """Sends the commands, (name, arguments), one after the other until QEMU dies of one."""
        self.ask_all()
        threads = self.threads()
        for command, arguments in requests:
            self.monitor.send(command, **arguments)
            try:
                answer = self.monitor.receive()
            except (ValueError, ConnectionError):  # end of file
                return {"threads": threads, "signal": self.ended()}
        raise RuntimeError("QEMU lives, and says %s" % answer)

    # ---- under a debugger -----------------------------------------------------------------------

    def watch_exit(self):
        """Has gdb wait until QEMU calls exit(), where dump_at_exit() will dump it."""
        if shutil.which("gdb") is None:
            raise Cannot("this QEMU exits, and there is no gdb to dump it just before")
        script = ["handle SIGUSR1 nostop noprint pass", "handle SIGPIPE nostop noprint pass",
                  "break exit", "shell touch %s" % self.path("ready"), "continue", "delete",
                  "shell touch %s" % self.path("at-exit"),
                  "shell until [ -e %s ]; do sleep 0.1; done" % self.path("go"), "detach"]
        command = ["gdb", "-q", "-nx", "-batch", "-readnever", "-iex", "set debuginfod enabled off",
                   "-p", str(self.pid)]
        for line in script:
            command += ["-ex", line]
        with open(self.path("gdb"), "wb") as log:
            self.gdb = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                        cwd=self.run)
        wait_until(lambda: os.path.exists(self.path("ready")) or self.gdb.poll() is not None, "gdb")
        if self.gdb.poll() is not None:
            raise Cannot("gdb cannot attach: " + read(self.path("gdb")))

    def dump_at_exit(self):
        wait_until(lambda: os.path.exists(self.path("at-exit")), "exit of QEMU")
        threads = self.threads()
        os.kill(self.pid, signal.SIGABRT)  # comes when gdb lets go
        with open(self.path("go"), "wb"):
            pass
        return {"threads": threads, "signal": self.ended()}

    # ---- a variable of QEMU's -------------------------------------------------------------------

    def poke(self, name, format_, value):
        """Sets a variable. One that QEMU's modules may use has a symbol even in a stripped QEMU."""
        with open("/proc/%d/maps" % self.pid, encoding="utf-8", errors="replace") as maps:
            base = next(int(line.split("-")[0], 16) for line in maps
                        if line.rstrip().endswith(os.path.realpath(self.qemu)))
        address = symbol(self.qemu, name, base)
        try:
            with open("/proc/%d/mem" % self.pid, "r+b", buffering=0) as memory:
                memory.seek(address)
                memory.write(struct.pack(format_, value))
        except PermissionError as error:
            raise Cannot("QEMU's memory cannot be written: %s" % error) from error


def symbol(path, name, base):
    """Returns the address of a variable of the program at base. 64-bit ELF only, as QEMU is."""
    with open(path, "rb") as file:
        image = file.read()
    order = "<" if image[5] == 1 else ">"
    kind, = struct.unpack_from(order + "H", image, 16)
    offset, = struct.unpack_from(order + "Q", image, 40)
    size, count = struct.unpack_from(order + "HH", image, 58)
    headers = [struct.unpack_from(order + "IIQQQQIIQQ", image, offset + i * size)
               for i in range(count)]
    wanted = name.encode() + b"\0"
    for header in headers:
        if header[1] not in (2, 11):  # SHT_SYMTAB, SHT_DYNSYM
            continue
        strings = headers[header[6]][4]
        for at in range(header[4], header[4] + header[5], 24):
            text, _, _, section, value, _ = struct.unpack_from(order + "IBBHQQ", image, at)
            if section and image.startswith(wanted, strings + text):
                return value + (base if kind == 3 else 0)  # ET_DYN: the first segment is at 0
    raise Cannot("QEMU has no symbol %s" % name)


def record(directory, machine, truth):
    truth = dict({"qemu": os.path.realpath(machine.qemu), "pid": machine.pid,
                  "version": output_of(machine.qemu, "--version").split("\n")[0],
                  "command": machine.command, "qmp": machine.answers,
                  "runstate": machine.answers.get("query-status", {}).get("status"),
                  "log": machine.log_end[-4000:]}, **truth)
    with open(os.path.join(directory, "truth.json"), "w", encoding="utf-8") as file:
        json.dump(truth, file, indent=1)
        file.write("\n")
