#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make.sh - see ../make-seed.sh. qemu-user 10 writes no core of this CPU, so gdb does; and before
# glibc 2.41 (Debian 13) half of the C library has no CFI here.
here=$(cd "$(dirname "$0")" && pwd)
CC=${CC:-riscv64-linux-gnu-gcc} LINK=${LINK:--fPIE -static-pie -Wl,-z,separate-code} \
    RUNNER=${RUNNER:-qemu-riscv64} GDB=${GDB:-gdb-multiarch} \
    exec "$here/../make-seed.sh" "$here" stub
