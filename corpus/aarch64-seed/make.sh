#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make.sh - see ../make-seed.sh. With signed return addresses, which qemu-user's CPU does sign.
here=$(cd "$(dirname "$0")" && pwd)
CC=${CC:-aarch64-linux-gnu-gcc -mbranch-protection=standard} RUNNER=${RUNNER:-qemu-aarch64} \
    exec "$here/../make-seed.sh" "$here" qemu
