# SPDX-License-Identifier: LGPL-2.1-or-later
"""The declarations that Python calls by are those of qemucore.h: read from it, not written again."""
import os
import re
import shlex
import subprocess
from pathlib import Path

from cffi import FFI

SOURCE = Path(__file__).resolve().parent


def header_path() -> Path:
    """The source tree's, beside which this lies; else that of CFLAGS, or of the installed library."""
    named = [Path(flag[2:]) for flag in shlex.split(os.environ.get("CFLAGS", "")) if flag[:2] == "-I"]
    for directory in [SOURCE.parent / "include", *named]:
        if (directory / "qemucore.h").exists():
            return directory / "qemucore.h"
    directory = subprocess.run(["pkg-config", "--variable=includedir", "libqemucore"],
                               check=True, capture_output=True, text=True).stdout.strip()
    return Path(directory) / "qemucore.h"


def declarations(header: str) -> str:
    """All of it that is C: without what the compiler's own headers would bring in."""
    without_includes = re.sub(r"(?m)^#include .*$", "", header)
    compiler = shlex.split(os.environ.get("CC", "cc"))
    return subprocess.run([*compiler, "-E", "-P", "-"], input=without_includes, check=True,
                          capture_output=True, text=True).stdout


def flags(header: str) -> str:
    """Macros that are numbers."""
    names = re.findall(r"(?m)^#define (QEMUCORE_[A-Z0-9_]+) +(?:0x)?[0-9a-f]+u?\b", header)
    return "\n".join(f"#define {name} ..." for name in names)


CALLBACKS = """
extern "Python" bool qemucore_python_progress(void *, uint64_t, uint64_t);
extern "Python" int64_t qemucore_python_read(void *, uint64_t, void *, size_t);
extern "Python" int qemucore_python_provide(void *, bool, const uint8_t *, size_t, char **);
extern "Python" void qemucore_python_notice(void *, const char *);
"""

_header = header_path().read_text(encoding="utf-8")
ffi = FFI()
ffi.cdef(declarations(_header) + flags(_header) + CALLBACKS)
ffi.set_source("qemucore._library", "#include <qemucore.h>", libraries=["qemucore"],
               py_limited_api=True)

if __name__ == "__main__":
    ffi.compile(verbose=False)
