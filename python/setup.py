# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds the module over an installed libqemucore, or over that of a build by CFLAGS and LDFLAGS."""
import re
from pathlib import Path

from setuptools import setup

SOURCE = Path(__file__).resolve().parent

setup(
    name="qemucore",
    version=re.search(r'^__version__ = "(.*)"$', (SOURCE / "qemucore" / "__init__.py").read_text(),
                      re.MULTILINE).group(1),
    description="what a QEMU process was doing, read from its core dump",
    license="LGPL-2.1-or-later",
    packages=["qemucore"],
    package_data={"qemucore": ["py.typed", "_library.pyi"]},
    python_requires=">=3.9",
    install_requires=["cffi"],
    cffi_modules=["build_library.py:ffi"],
)
