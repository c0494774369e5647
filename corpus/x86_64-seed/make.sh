#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make.sh - see ../make-seed.sh. 'make.sh gcore' makes gdb write the core.
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../make-seed.sh" "$here" "${1:-kernel}"
