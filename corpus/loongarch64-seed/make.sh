#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make.sh - see ../make-seed.sh. Wants glibc 2.41's code and qemu-user 10 (Debian 13).
here=$(cd "$(dirname "$0")" && pwd)
CC=${CC:-loongarch64-linux-gnu-gcc} RUNNER=${RUNNER:-qemu-loongarch64} \
    exec "$here/../make-seed.sh" "$here" qemu
