#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make-host.sh CPU build|store DIR - makes CPU-host/: tests/fixtures/host.c, dumped by a kernel of that CPU
#
#     make-host.sh s390x build DIR     compiles DIR/host; the compiler is CC
#     cd DIR && ulimit -c unlimited && env -i ./host >truth.json    on Linux for that CPU, core_pattern "core"
#     make-host.sh s390x store DIR     compresses what is in DIR
#
# The program is static, so that a test needs two files alone.
set -eu
cpu=$1
corpus=$(cd "$(dirname "$0")" && pwd)
fixtures=$corpus/../tests/fixtures
case $cpu in
ppc64le) triple=powerpc64le-linux-gnu ;;
*) triple=$cpu-linux-gnu ;;
esac
# Return addresses are signed there.
signed=
[ "$cpu" != aarch64 ] || signed=-mbranch-protection=standard
CC=${CC:-$triple-gcc}
cd "$3"
case $2 in
build)
    $CC -c -o generated.o "$fixtures/host-generated.S"
    $CC -nostdlib -static -no-pie -Wl,-N,-Ttext=0x70000000,-e,code_gen_buffer,--build-id=none \
        -o generated generated.o
    # shellcheck disable=SC2086
    $CC -std=gnu11 -D_GNU_SOURCE -g -O2 $signed -fno-pie -static -ffile-prefix-map="$fixtures"=tests/fixtures \
        -ffile-prefix-map="$PWD"=. -o host "$fixtures/host.c"
    ;;
store)
    mkdir -p "$corpus/$cpu-host"
    zstd -q -19 -f core* -o "$corpus/$cpu-host/core.zst"
    zstd -q -19 -f host -o "$corpus/$cpu-host/exe.zst"
    cp truth.json "$corpus/$cpu-host/truth.json"
    chmod 644 "$corpus/$cpu-host"/*
    ls -l "$corpus/$cpu-host"
    ;;
esac
