# SPDX-License-Identifier: LGPL-2.1-or-later
"""
press_tab.py TYPED SHELL... - starts an interactive shell on a terminal of its own, types TYPED after its
prompt "ready>", ends the shell, and prints what the terminal showed.
"""
import os
import pty
import signal
import sys

process, terminal = pty.fork()
if process == 0:
    os.environ["TERM"] = "dumb"
    os.execvp(sys.argv[2], sys.argv[2:])
signal.alarm(30)
seen = b""
prompts = 0
typed = [sys.argv[1].encode() + b"\r", b"exit\r"]
while True:
    try:
        data = os.read(terminal, 1 << 16)
    except OSError:  # the other end is closed
        break
    if not data:
        break
    seen += data
    if seen.count(b"ready>") > prompts and typed:
        prompts = seen.count(b"ready>")
        os.write(terminal, typed.pop(0))
sys.stdout.write(seen.decode(errors="replace"))
os.waitpid(process, 0)
