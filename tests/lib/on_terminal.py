# SPDX-License-Identifier: LGPL-2.1-or-later
"""
on_terminal.py COLUMNS COMMAND... - runs it on a terminal of so many columns, and copies its output to
standard output; the exit status is the command's.
"""
import fcntl
import os
import pty
import struct
import sys
import termios

process, terminal = pty.fork()
if process == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
held = b""  # a carriage return whose newline has not been read yet
while True:
    try:
        data = os.read(terminal, 1 << 16)
    except OSError:  # the other end is closed
        break
    if not data:
        break
    data = held + data
    held = data[-1:] if data.endswith(b"\r") else b""
    os.write(1, data[:len(data) - len(held)].replace(b"\r\n", b"\n"))
os.write(1, held)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
