#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make-coroutine.sh CPU - makes CPU-coroutine/: the scene "all" of tests/fixtures/coroutine-scenes.c
#
# CPU is aarch64, s390x, ppc64le, loongarch64, of which qemu-user writes a core, or riscv64, of which GDB
# writes one over its stub. The compiler is CC, the qemu-user program RUNNER. truth.json is what the program
# says in the run that is dumped. As make-seed.sh does, it links statically, so that a test needs two files
# alone.
#
# dash and bash have these ulimits, options are meant to split, and gdb has variables of its own:
# shellcheck disable=SC2086,SC3045,SC2016
set -eu
cpu=$1
corpus=$(cd "$(dirname "$0")" && pwd)
fixtures=$corpus/../tests/fixtures
case $cpu in
ppc64le) triple=powerpc64le-linux-gnu ;;
*) triple=$cpu-linux-gnu ;;
esac
CC=${CC:-$triple-gcc}
RUNNER=${RUNNER:-qemu-$cpu}
work=$(mktemp -d "${TMPDIR:-/tmp}/qemucore-coroutine.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

# Frames that the compiler must not turn into jumps have something to do behind their calls.
$CC -std=gnu11 -D_GNU_SOURCE -g -O1 -fno-inline -pthread -static \
    -ffile-prefix-map="$fixtures"=tests/fixtures -ffile-prefix-map="$work"=. \
    -o coroutine "$fixtures/coroutine-scenes.c" "$fixtures/coroutine-ucontext.c"
ulimit -s 256
ulimit -c unlimited
mkdir run
run() {
    (cd run && exec env -i MALLOC_ARENA_MAX=1 "$RUNNER" "$@" ../coroutine all >../truth.json)
}
if [ "$cpu" = riscv64 ]; then
    run -g ../stub &
    until [ -S stub ]; do
        kill -0 $!
        sleep 0.1
    done
    "${GDB:-gdb-multiarch}" -q -nx -batch -iex 'set debuginfod enabled off' -ex 'file coroutine' \
        -ex 'target remote ./stub' -ex continue -ex 'gcore half' -ex 'set $from = "half"' \
        -ex 'set $to = "run/qemu_.core"' -ex "source $corpus/riscv64-seed/prstatus.py" -ex kill
    wait || :
else
    run || :
fi
mkdir -p "$corpus/$cpu-coroutine"
for core in run/qemu_*.core; do
    zstd -q -19 -f "$core" -o "$corpus/$cpu-coroutine/core.zst"
    zstd -q -19 -f coroutine -o "$corpus/$cpu-coroutine/exe.zst"
    cp truth.json "$corpus/$cpu-coroutine/truth.json"
    chmod 644 "$corpus/$cpu-coroutine"/*
    ls -l "$corpus/$cpu-coroutine"
done
