# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a QEMU process was doing, read from its core dump.

    import qemucore

    with qemucore.open("core.zst") as core:
        print(core.verdict.sentence)
        for thread in core.threads:
            print(thread.name, thread.wait)
        print(core["first_cpu"].halt_cond)

What is not known is None, never 0. What can't be read raises Error, whose status says why. Objects of the
core (threads, frames, ...) keep it open; what they answer is read when it is asked for.
"""
from __future__ import annotations

import errno
import json
import os
import time
import weakref
from dataclasses import dataclass, field
from typing import (Any, BinaryIO, Callable, Dict, Iterator, List, Optional, Sequence, TypeVar,
                    Union)

from qemucore._library import ffi as _ffi, lib as _lib

__version__ = "1.0.0"

_Function = TypeVar("_Function", bound=Callable[..., Any])
Provider = Callable[[bool, str], Optional[Union[str, int]]]


def version() -> str:
    """Returns the version of the library."""
    return _str(_lib.qemucore_version())


def features() -> List[str]:
    """Returns what the library was built with: "xz", "debuginfod", ..."""
    return _str(_lib.qemucore_features()).split()


class Error(Exception):
    """A call of the library has failed."""

    def __init__(self, status: str, message: str, address: Optional[int], number: int) -> None:
        super().__init__(message)
        self.status = status
        self.address = address
        self.errno = number


def _str(text: Any) -> str:
    """Decodes bytes of the dump; surrogateescape keeps those that are no UTF-8."""
    return str(_ffi.string(text).decode("utf-8", "surrogateescape"))


def _text(text: Any) -> Optional[str]:
    return None if text == _ffi.NULL else _str(text)


def _check(status: int, error: Any) -> None:
    if status != 0:
        raise Error(_str(_lib.qemucore_status_name(status)), _str(error.message),
                    int(error.address) or None, int(error.os_errno))


def _call(function: Any, *arguments: Any) -> None:
    error = _ffi.new("struct qemucore_error *")
    _check(function(*arguments, error), error)


def _made(function: Any, *arguments: Any) -> str:
    """A text that is stored through ret."""
    ret = _ffi.new("char **")
    _call(function, *arguments, ret)
    try:
        return _str(ret[0])
    finally:
        _lib.qemucore_free(ret[0])


def _each(following: Callable[[Any], Any]) -> Iterator[Any]:
    item = following(_ffi.NULL)
    while item != _ffi.NULL:
        yield item
        item = following(item)


def _words(sentence_of: Callable[[int], Any]) -> List[str]:
    words: List[str] = []
    while (word := _text(sentence_of(len(words)))) is not None:
        words.append(word)
    return words


class Object:
    """A variable, or what can be reached from one: members are attributes, elements are by index.

    A member whose name is one of this class's own is had by member().
    """

    def __init__(self, core: "Core", handle: Any, owner: Any = None) -> None:
        self._core = core
        self._owner = owner
        self._handle = handle
        if owner is None:  # freed before its core is
            self._handle = _ffi.gc(handle, _lib.qemucore_object_free)
            core._objects.add(self)

    def _reach(self, function: Any, *arguments: Any) -> "Object":
        ret = _ffi.new("struct qemucore_object **")
        _call(function, self._open(), *arguments, ret)
        return Object(self._core, ret[0])

    def _open(self) -> Any:
        self._core._open()
        return self._handle

    def member(self, name: str) -> "Object":
        """Of a structure, or of what a pointer to one points to."""
        whole = self.target() if self.kind == "pointer" else self
        return whole._reach(_lib.qemucore_object_member, name.encode())

    def target(self) -> "Object":
        """What a pointer points to."""
        return self._reach(_lib.qemucore_object_target)

    def __getattr__(self, name: str) -> "Object":
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self.member(name)
        except Error as error:
            if error.status not in ("not found", "invalid argument"):
                raise
            raise AttributeError(f"{self.type} has no member {name}") from error

    def __getitem__(self, index: Union[int, str]) -> "Object":
        if isinstance(index, str):
            return self.member(index)
        return self._reach(_lib.qemucore_object_element, index)

    def __int__(self) -> int:
        ret = _ffi.new("uint64_t *")
        _call(_lib.qemucore_object_number, self._open(), ret)
        number = int(ret[0])
        signed = bool(_lib.qemucore_object_is_signed(self._handle))
        return number - (1 << 64) if signed and number >> 63 else number

    __index__ = __int__

    def __bool__(self) -> bool:
        return self.kind in ("structure", "array") or int(self) != 0

    @property
    def kind(self) -> str:
        """ "integer", "pointer", "structure", ... """
        return _KINDS[int(_lib.qemucore_object_kind(self._open()))]

    @property
    def name(self) -> Optional[str]:
        """Name of an argument, a local or a member."""
        return _text(_lib.qemucore_object_name(self._open()))

    @property
    def type(self) -> str:
        """Its type, as in C."""
        return _made(_lib.qemucore_object_type, self._open())

    @property
    def address(self) -> int:
        """Its address in the process."""
        ret = _ffi.new("uint64_t *")
        _call(_lib.qemucore_object_address, self._open(), ret)
        return int(ret[0])

    @property
    def text(self) -> str:
        """The string that it is or points to, or the name of its enumerator."""
        ret = _ffi.new("char **")
        _call(_lib.qemucore_object_text, self._open(), ret, _ffi.NULL)
        try:
            return _str(ret[0])
        finally:
            _lib.qemucore_free(ret[0])

    def __str__(self) -> str:
        return _made(_lib.qemucore_object_render, self._open(), 1)

    def __repr__(self) -> str:
        return f"<{self.type} {self}>"


_KINDS = ("other", "integer", "character", "boolean", "pointer", "enumeration", "structure", "array")


class Frame:
    """A frame of a stack."""

    def __init__(self, thread: "Thread", handle: Any) -> None:
        self._thread = thread
        self._core = thread._core
        self._handle = handle
        self.level = int(_lib.qemucore_frame_level(handle))
        self.pc = int(_lib.qemucore_frame_pc(handle))
        self.function = _text(_lib.qemucore_frame_function(handle))
        self.offset = int(_lib.qemucore_frame_offset(handle))
        self.file = _text(_lib.qemucore_frame_source_file(handle))
        self.line: Optional[int] = int(_lib.qemucore_frame_source_line(handle)) or None
        self.inlined = bool(_lib.qemucore_frame_inlined(handle))

    def _objects(self, following: Any) -> Dict[str, Object]:
        self._core._open()
        found = (Object(self._core, handle, self)
                 for handle in _each(lambda previous: following(self._handle, previous)))
        return {item.name or "": item for item in found}

    @property
    def arguments(self) -> Dict[str, Object]:
        """Arguments of the function, by their names; without debug info there are none."""
        return self._objects(_lib.qemucore_argument_next)

    @property
    def locals(self) -> Dict[str, Object]:
        """Local variables in scope, by their names; of several with one name, the innermost."""
        return self._objects(_lib.qemucore_local_next)

    def __getitem__(self, expression: str) -> Object:
        """Finds a local or an argument, or what can be reached from it: frame["job->aio_context"]."""
        self._core._open()
        ret = _ffi.new("struct qemucore_object **")
        _call(_lib.qemucore_frame_object_find, self._handle, expression.encode(), ret)
        return Object(self._core, ret[0])

    def register(self, name: str) -> Optional[int]:
        """Returns the value of a register. None: the call may have changed it since."""
        self._core._open()
        ret = _ffi.new("uint64_t *")
        try:
            _call(_lib.qemucore_frame_register, self._handle, name.encode(), ret)
        except Error as error:
            if error.status == "not in the dump":
                return None
            raise
        return int(ret[0])

    def __repr__(self) -> str:
        where = "" if self.file is None else f" at {self.file}:{self.line}"
        return f"<#{self.level} {self.function or hex(self.pc)}{where}>"


@dataclass(frozen=True)
class Wait:
    """What a thread is doing."""

    state: str
    sentence: str
    evidence: Optional[str]
    kind: Optional[str]
    object: Optional[int]
    name: Optional[str]
    timeout_ns: Optional[int]

    def __str__(self) -> str:
        return self.sentence


class Thread:
    """A thread of the process."""

    def __init__(self, core: "Core", handle: Any) -> None:
        self._core = core
        self._handle = handle
        self.lwp = int(_lib.qemucore_thread_lwp(handle))

    @property
    def name(self) -> Optional[str]:
        """What QEMU calls it."""
        self._core._open()
        return _text(_lib.qemucore_thread_name(self._handle))

    @property
    def role(self) -> Optional[str]:
        """Its role in QEMU, one word."""
        self._core._open()
        return _text(_lib.qemucore_thread_role(self._handle))

    @property
    def crashed(self) -> bool:
        """Whether its signal made the dump."""
        self._core._open()
        return bool(_lib.qemucore_thread_crashed(self._handle))

    @property
    def frames(self) -> List[Frame]:
        """Its frames, the innermost first."""
        self._core._open()
        return [Frame(self, handle) for handle in
                _each(lambda previous: _lib.qemucore_frame_next(self._handle, previous))]

    @property
    def end(self) -> str:
        """Why the stack ends after the last frame."""
        self._core._open()
        return _str(_lib.qemucore_thread_end(self._handle))

    @property
    def wait(self) -> Wait:
        """What it is doing."""
        wait = _lib.qemucore_thread_wait(self._core._open(), self._handle)
        timeout = _ffi.new("int64_t *")
        return Wait(
            state=_str(_lib.qemucore_wait_state(wait)),
            sentence=_str(_lib.qemucore_wait_sentence(wait)),
            evidence=_text(_lib.qemucore_wait_evidence(wait)),
            kind=_text(_lib.qemucore_wait_kind(wait)),
            object=int(_lib.qemucore_wait_object(wait)) or None,
            name=_text(_lib.qemucore_wait_name(wait)),
            timeout_ns=int(timeout[0]) if _lib.qemucore_wait_timeout(wait, timeout) else None,
        )

    def __getitem__(self, expression: str) -> Object:
        """Finds a variable; a thread-local one has the value of this thread."""
        ret = _ffi.new("struct qemucore_object **")
        _call(_lib.qemucore_thread_object_find, self._core._open(), self._handle,
              expression.encode(), ret)
        return Object(self._core, ret[0])

    def __repr__(self) -> str:
        return f"<Thread {self.lwp} {self.name or '?'}: {self.wait}>"


@dataclass(frozen=True)
class Finding:
    """What a rule has found."""

    rule: str
    severity: str
    sentence: str
    actor: Optional[str]
    look_at: Optional[str]
    evidence: List[str] = field(default_factory=list)


@dataclass(frozen=True)
class Verdict:
    """What the process was doing."""

    state: str
    sentence: str
    next: str
    signature: str
    findings: List[Finding]
    unknown: List[str]


@dataclass(frozen=True)
class Warning:  # pylint: disable=redefined-builtin
    """Something that could not be told."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Mapping:
    """A part of the address space: [start, end), of which `held` bytes are in the dump."""

    start: int
    end: int
    flags: str
    held: int
    file: Optional[str]
    offset: Optional[int]


@dataclass(frozen=True)
class Timer:
    """A timer of QEMU that is set: it calls `callback` when its clock shows `expire_ns`."""

    address: int
    clock: Optional[str]
    context: Optional[str]
    callback: Optional[str]
    opaque: Optional[int]
    coroutine: Optional[int]
    expire_ns: Optional[int]
    left_at_least_ns: Optional[int]
    left_at_most_ns: Optional[int]


class Note:
    """A note of the core, as its file has it."""

    def __init__(self, core: "Core", handle: Any) -> None:
        self._core = core
        self._handle = handle
        self.name = _text(_lib.qemucore_note_name(handle))
        self.type = int(_lib.qemucore_note_type(handle))
        self.size = int(_lib.qemucore_note_size(handle))
        thread = _lib.qemucore_note_thread(core._open(), handle)
        self.lwp = None if thread == _ffi.NULL else int(_lib.qemucore_thread_lwp(thread))

    def read(self) -> bytes:
        """Returns its content, in the byte order of the core's CPU."""
        buffer = _ffi.new("char[]", self.size)
        _call(_lib.qemucore_note_read, self._core._open(), self._handle, buffer, self.size)
        return bytes(_ffi.buffer(buffer, self.size))

    def __repr__(self) -> str:
        return f"<Note {self.name} {self.type:#x}, {self.size} bytes>"


@dataclass(frozen=True)
class Module:
    """The executable, a library or the vDSO."""

    path: str
    start: int
    end: int
    build_id: Optional[str]
    file: Optional[str]
    debug_file: Optional[str]
    problem: Optional[str]


class _Callbacks:
    """The functions that an open core calls back. An exception ends the call; open raises it, or the next
    question to the core."""

    def __init__(self) -> None:
        self.stream: Optional[BinaryIO] = None
        self.forward = False
        self.progress: Optional[Callable[[int, int], Any]] = None
        self.provide: Optional[Provider] = None
        self.notice: Optional[Callable[[str], Any]] = None
        self.raised: Optional[BaseException] = None

    def keep(self, raised: BaseException) -> None:
        self.raised = self.raised or raised

    def raise_kept(self) -> None:
        raised, self.raised = self.raised, None
        if raised is not None:
            raise raised


def _called_back(answer: Any) -> Callable[[_Function], _Function]:
    """By the library; answer: where Python itself fails."""
    def register(function: _Function) -> _Function:
        _ffi.def_extern(error=answer)(function)
        return function
    return register


@_called_back(False)
def qemucore_python_progress(opaque: Any, done: int, total: int) -> bool:
    callbacks = _ffi.from_handle(opaque)
    try:
        return callbacks.progress(done, total) is not False
    except BaseException as raised:  # also KeyboardInterrupt: it ends the call
        callbacks.keep(raised)
        return False


@_called_back(-errno.EIO)
def qemucore_python_read(opaque: Any, offset: int, buffer: Any, size: int) -> int:
    callbacks = _ffi.from_handle(opaque)
    try:
        if not callbacks.forward:
            callbacks.stream.seek(offset)
        data = callbacks.stream.read(size)
        if len(data) > size:
            raise ValueError("read() has answered more than was asked for")
        _ffi.memmove(buffer, data, len(data))
        return len(data)
    except BaseException as raised:
        callbacks.keep(raised)
        return -errno.EIO


@_called_back(-errno.EIO)
def qemucore_python_provide(opaque: Any, executable: bool, build_id: Any, size: int,
                            path: Any) -> int:
    callbacks = _ffi.from_handle(opaque)
    try:
        found = callbacks.provide(bool(executable), bytes(_ffi.buffer(build_id, size)).hex())
        if isinstance(found, str):
            return os.open(found, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        return -errno.ENOENT if found is None else int(found)
    except BaseException as raised:
        callbacks.keep(raised)
        return -errno.EIO


@_called_back(None)
def qemucore_python_notice(opaque: Any, line: Any) -> None:
    callbacks = _ffi.from_handle(opaque)
    try:
        callbacks.notice(_str(line))
    except BaseException as raised:
        callbacks.keep(raised)


class Core:
    """An open core; qemucore.open makes one."""

    def __init__(self, handle: Any, kept: Sequence[Any]) -> None:
        self._handle = handle
        self._kept = kept
        self._objects: "weakref.WeakSet[Object]" = weakref.WeakSet()

    def _open(self) -> Any:
        if self._handle is None:
            raise ValueError("the core is closed")
        self._kept[0].raise_kept()
        return self._handle

    def close(self) -> None:
        """Frees the core. What it has returned can be asked nothing more."""
        handle, self._handle = self._handle, None
        if handle is not None:
            for item in list(self._objects):
                _ffi.release(item._handle)
            _lib.qemucore_close(handle)

    def __enter__(self) -> "Core":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    @property
    def path(self) -> str:
        return _str(_lib.qemucore_path(self._open()))

    @property
    def container(self) -> str:
        return _str(_lib.qemucore_container(self._open()))

    @property
    def machine(self) -> str:
        return _str(_lib.qemucore_machine(self._open()))

    @property
    def pid(self) -> Optional[int]:
        return int(_lib.qemucore_pid(self._open())) or None

    @property
    def signal(self) -> Optional[int]:
        """The signal that made the dump."""
        return int(_lib.qemucore_signal(self._open(), _ffi.NULL)) or None

    @property
    def qemu_version(self) -> Optional[str]:
        return _text(_lib.qemucore_qemu_version(self._open()))

    @property
    def complete(self) -> bool:
        """Whether nothing is missing of what should be in the dump."""
        return bool(_lib.qemucore_is_complete(self._open()))

    @property
    def threads(self) -> List[Thread]:
        """All threads, in the order of the dump; the kernel puts the one that crashed first."""
        core = self._open()
        return [Thread(self, handle) for handle in
                _each(lambda previous: _lib.qemucore_thread_next(core, previous))]

    @property
    def modules(self) -> List[Module]:
        core = self._open()
        return [Module(_str(_lib.qemucore_module_path(module)),
                       int(_lib.qemucore_module_start(module)),
                       int(_lib.qemucore_module_end(module)),
                       _text(_lib.qemucore_module_build_id(module)),
                       _text(_lib.qemucore_module_file(module)),
                       _text(_lib.qemucore_module_debug_file(module)),
                       _text(_lib.qemucore_module_problem(module)))
                for module in _each(lambda previous: _lib.qemucore_module_next(core, previous))]

    @property
    def mappings(self) -> List[Mapping]:
        """The address space, as the dump lists it."""
        core = self._open()
        offset = _ffi.new("uint64_t *")
        found = []
        for mapping in _each(lambda previous: _lib.qemucore_mapping_next(core, previous)):
            flags = int(_lib.qemucore_mapping_flags(mapping))
            file = _text(_lib.qemucore_mapping_file(core, mapping, offset))
            found.append(Mapping(
                int(_lib.qemucore_mapping_start(mapping)), int(_lib.qemucore_mapping_end(mapping)),
                "".join(letter if flags & bit else "-" for letter, bit in
                        (("r", _lib.QEMUCORE_MAPPING_READ), ("w", _lib.QEMUCORE_MAPPING_WRITE),
                         ("x", _lib.QEMUCORE_MAPPING_EXECUTE))),
                int(_lib.qemucore_mapping_held(mapping)), file,
                None if file is None else int(offset[0])))
        return found

    @property
    def notes(self) -> List[Note]:
        """All notes, in the order of the file."""
        core = self._open()
        return [Note(self, handle) for handle in
                _each(lambda previous: _lib.qemucore_note_next(core, previous))]

    @property
    def timers(self) -> List[Timer]:
        """All timers that are set; json("timers") tells which could not be read."""
        core = self._open()
        return [_timer(handle) for handle in
                _each(lambda previous: _lib.qemucore_timer_next(core, previous))]

    @property
    def warnings(self) -> List[Warning]:
        """All that could not be told."""
        core = self._open()
        return [Warning(_str(_lib.qemucore_warning_code_name(_lib.qemucore_warning_code(warning))),
                        _str(_lib.qemucore_warning_sentence(warning)))
                for warning in _each(lambda previous: _lib.qemucore_warning_next(core, previous))]

    @property
    def verdict(self) -> Verdict:
        """What the process was doing, and the evidence."""
        core = self._open()
        sentence, following = _ffi.new("const char **"), _ffi.new("const char **")
        state = _str(_lib.qemucore_verdict(core, sentence, following))
        return Verdict(
            state=state, sentence=_str(sentence[0]), next=_str(following[0]),
            signature=_str(_lib.qemucore_verdict_signature(core)),
            findings=[_finding(finding) for finding in
                      _each(lambda previous: _lib.qemucore_finding_next(core, previous))],
            unknown=_words(lambda index: _lib.qemucore_verdict_unknown(core, index)))

    def json(self, topic: str) -> Dict[str, Any]:
        """Returns all that is known of a topic: "why", "locks", "timers", ...; topics() lists them."""
        document: Dict[str, Any] = json.loads(
            _made(_lib.qemucore_json, self._open(), topic.encode()))
        return document

    def rows(self) -> List[Dict[str, Any]]:
        """Returns one row for each thread, for a table: pandas.DataFrame(core.rows())."""
        found = []
        for thread in self.threads:
            wait = thread.wait
            own = _lib.qemucore_thread_own_frame(thread._handle)
            function = None if own == _ffi.NULL else _text(_lib.qemucore_frame_function(own))
            found.append({"lwp": thread.lwp, "name": thread.name, "role": thread.role,
                          "state": wait.state, "kind": wait.kind, "wait": wait.sentence,
                          "function": function})
        return found

    def read(self, address: int, size: int) -> bytes:
        """Returns size bytes of memory of the process, or raises Error; drgn's add_memory_segment takes it."""
        buffer = _ffi.new("char[]", size)
        _call(_lib.qemucore_memory_read, self._open(), address, buffer, size)
        return bytes(_ffi.buffer(buffer, size))

    def string(self, address: int, most: int = 4096) -> str:
        """Returns the string at an address."""
        return _made(_lib.qemucore_memory_string, self._open(), address, most)

    def __getitem__(self, expression: str) -> Object:
        """Finds a variable, or what can be reached from it: core["first_cpu->halt_cond"]."""
        ret = _ffi.new("struct qemucore_object **")
        _call(_lib.qemucore_object_find, self._open(), expression.encode(), ret)
        return Object(self, ret[0])

    def __repr__(self) -> str:
        if self._handle is None:
            return "<Core, closed>"
        return f"<Core {self.path}: {self.machine}, {len(self.threads)} threads>"


def _finding(finding: Any) -> Finding:
    evidence = _each(lambda previous: _lib.qemucore_evidence_next(finding, previous))
    return Finding(
        rule=_str(_lib.qemucore_finding_rule(finding)),
        severity=_str(_lib.qemucore_finding_severity(finding)),
        sentence=_str(_lib.qemucore_finding_sentence(finding)),
        actor=_text(_lib.qemucore_finding_actor(finding)),
        look_at=_text(_lib.qemucore_finding_look_at(finding)),
        evidence=[_str(_lib.qemucore_evidence_sentence(item)) for item in evidence])


def _timer(timer: Any) -> Timer:
    def fact(name: bytes) -> Optional[int]:
        ret = _ffi.new("uint64_t *")
        return int(ret[0]) if _lib.qemucore_timer_fact(timer, name, ret) else None

    def left(bound: bytes) -> Optional[int]:
        ret = _ffi.new("int64_t *")
        return int(ret[0]) if _lib.qemucore_timer_left(timer, bound, ret) else None

    context = _lib.qemucore_timer_context(timer)
    return Timer(
        address=int(_lib.qemucore_timer_address(timer)),
        clock=_text(_lib.qemucore_timer_clock(timer)),
        context=None if context == _ffi.NULL else _text(_lib.qemucore_context_name(context)),
        callback=_text(_lib.qemucore_timer_callback(timer)),
        opaque=fact(b"opaque"), coroutine=fact(b"coroutine"), expire_ns=fact(b"expire"),
        left_at_least_ns=left(b"lower"), left_at_most_ns=left(b"upper"))


def topics() -> List[str]:
    """Returns the topics of Core.json."""
    return [_str(topic) for topic in _each(_lib.qemucore_json_topic_next)]


def _source(stream: BinaryIO, opaque: Any, callbacks: _Callbacks) -> Any:
    source = _ffi.new("struct qemucore_source *")
    source.size = _ffi.sizeof("struct qemucore_source")
    callbacks.stream = stream
    callbacks.forward = not stream.seekable()
    if callbacks.forward:
        source.flags = _lib.QEMUCORE_SOURCE_FORWARD
    else:
        source.length = stream.seek(0, os.SEEK_END)
    source.read = _lib.qemucore_python_read
    source.opaque = opaque
    return source


def open(  # pylint: disable=redefined-builtin
    source: Union[str, "os.PathLike[str]", int, BinaryIO],
    *,
    executable: Optional[str] = None,
    sysroot: Optional[str] = None,
    debuginfo_paths: Sequence[str] = (),
    host_files: bool = True,
    debuginfod: bool = False,
    show_secrets: bool = False,
    memory_budget: int = 0,
    timeout: Optional[float] = None,
    progress: Optional[Callable[[int, int], Any]] = None,
    provide: Optional[Provider] = None,
    notice: Optional[Callable[[str], Any]] = None,
) -> Core:
    """Opens a core: a path, a descriptor, or a binary stream (its seek is used if it has one).

    timeout: seconds from now on, after which nothing long is begun. progress(done, total): False cancels.
    provide(executable, build_id): returns the path or a descriptor of a file that this machine lacks.
    """
    callbacks = _Callbacks()
    callbacks.progress, callbacks.provide, callbacks.notice = progress, provide, notice
    opaque = _ffi.new_handle(callbacks)
    options = _ffi.new("struct qemucore_options *")
    options.size = _ffi.sizeof("struct qemucore_options")
    strings = [_ffi.new("char[]", os.fsencode(path)) for path in debuginfo_paths]
    paths = _ffi.new("const char *[]", strings + [_ffi.NULL])
    named = [_ffi.NULL if text is None else _ffi.new("char[]", os.fsencode(text))
             for text in (executable, sysroot)]
    options.executable, options.sysroot = named
    options.debuginfo_paths, options.debuginfo_path_count = paths, len(strings)
    options.flags = ((0 if host_files else _lib.QEMUCORE_NO_HOST_FILES)
                     | (_lib.QEMUCORE_DEBUGINFOD if debuginfod else 0)
                     | (_lib.QEMUCORE_SHOW_SECRETS if show_secrets else 0))
    options.memory_budget = memory_budget
    if timeout is not None:
        options.deadline = max(1, time.clock_gettime_ns(time.CLOCK_MONOTONIC) + int(timeout * 1e9))
    if progress is not None:
        options.progress, options.progress_opaque = _lib.qemucore_python_progress, opaque
    if provide is not None:
        options.provide, options.provide_opaque = _lib.qemucore_python_provide, opaque
    if notice is not None:
        options.notice, options.notice_opaque = _lib.qemucore_python_notice, opaque
    ret, error = _ffi.new("struct qemucore **"), _ffi.new("struct qemucore_error *")
    kept: List[Any] = [callbacks, opaque]
    if isinstance(source, int):
        status = _lib.qemucore_open_fd(source, options, ret, error)
    elif isinstance(source, (str, os.PathLike)):
        status = _lib.qemucore_open(os.fsencode(source), options, ret, error)
    else:
        status = _lib.qemucore_open_source(_source(source, opaque, callbacks), options, ret, error)
    core = None if status != 0 else Core(ret[0], kept)
    callbacks.raise_kept()
    _check(status, error)
    assert core is not None
    return core
