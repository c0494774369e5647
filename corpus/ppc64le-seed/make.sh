#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make.sh - see ../make-seed.sh. No PIE: glibc 2.36 (Debian 12) has no rcrt1.o for this CPU.
here=$(cd "$(dirname "$0")" && pwd)
CC=${CC:-powerpc64le-linux-gnu-gcc} LINK=${LINK:--static} RUNNER=${RUNNER:-qemu-ppc64le} \
    exec "$here/../make-seed.sh" "$here" qemu
