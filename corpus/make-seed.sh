#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make-seed.sh - makes DIR/core.zst, DIR/exe.zst and DIR/expect.json: tests/fixtures/seed.c, dumped
#
#     make-seed.sh DIR kernel|gcore|qemu|stub        (the make.sh of each directory runs this)
#
# Who writes the core: the kernel (where it gives its cores to somebody else: gdb); gdb, of a
# process that lives; qemu-user, of a program for another CPU; or gdb over qemu-user's gdb stub, for
# CPUs of which qemu-user writes none. CC is the compiler (with options), RUNNER the qemu-user
# program, GDB a gdb that knows the CPU.
#
# The truth is what the program itself says in the run that is dumped.
#
# The program is linked statically, so that two small files are all that a test needs, whatever C
# library the machine has; and, where LINK is not told otherwise, as PIE, so that it lies at an
# address that only the dump tells, as QEMU does. Its own code has debug info, the C library in it
# has a symbol table and CFI only.
#
# Needs: the compiler and its C library's static half, zstd, python3; gdb where it writes the core.
# Options are meant to split, dash and bash have these ulimits, and gdb has variables of its own:
# shellcheck disable=SC2086,SC3045,SC2016
set -eu
corpus=$(cd "$(dirname "$0")" && pwd)
fixtures=$corpus/../tests/fixtures
here=$(cd "$1" && pwd)
writer=$2
work=$(mktemp -d "${TMPDIR:-/tmp}/qemucore-seed.XXXXXX")
scene=
trap 'if [ -n "$scene" ]; then kill "$scene" 2>/dev/null || :; fi; rm -rf "$work"' EXIT
cd "$work"

${CC:-cc} -std=gnu11 -O2 -g ${LINK:--fPIE -static-pie} -D_FORTIFY_SOURCE=2 \
    -ffile-prefix-map="$fixtures"=tests/fixtures -ffile-prefix-map="$work"=. \
    -o seed "$fixtures/seed.c"

# Small stacks and one malloc arena keep the core below 5 MB before compression. The environment
# of a process is in its dump: nothing of whoever runs this shall be.
ulimit -s 256
run="env -i MALLOC_ARENA_MAX=1"

# A thread that nobody named bears the name of the file that the kernel started: let it be ours.
if [ "$writer" = qemu ] || [ "$writer" = stub ]; then
    mkdir runner
    ln -s "$(command -v "$RUNNER")" runner/seed
fi

if [ "$writer" = kernel ]; then
    case $(cat /proc/sys/kernel/core_pattern 2>/dev/null || echo '|') in
    '|'* | */* | '') writer=gcore ;;
    esac
fi

run_gdb() {
    "${GDB:-gdb}" -q -nx -batch -iex 'set debuginfod enabled off' "$@" >gdb.out 2>&1 ||
        { cat gdb.out >&2; exit 1; }
}

case $writer in
kernel)
    ulimit -c unlimited
    $run ./seed abort >truth.json
    ;;
gcore)
    $run ./seed pause >truth.json &
    scene=$!
    until [ "$(tail -c 2 truth.json)" = '}' ]; do
        kill -0 "$scene"
        sleep 0.1
    done
    pid=$(python3 -c 'import json; print(json.load(open("truth.json"))["pid"])')
    run_gdb -p "$pid" -ex "gcore $work/core.$pid"
    kill "$pid"
    ;;
qemu)
    ulimit -c unlimited
    # Its core is not the kernel's: the program sees none, and says so by 3.
    $run runner/seed ./seed abort >truth.json || [ $? -eq 3 ]
    ;;
stub)
    # qemu-user tells gdb that nobody wrote to file-backed pages, not even to .data: all are wanted.
    echo 0x37 >/proc/self/coredump_filter
    $run runner/seed -g ./stub ./seed abort >truth.json &
    scene=$!
    until [ -S stub ]; do
        kill -0 "$scene"
        sleep 0.1
    done
    # The program forks; its child is the scene, and stops at the SIGABRT that its parent sends.
    # What gcore leaves in gdb/ is no core yet: prstatus.py makes it one.
    mkdir gdb
    run_gdb -ex 'set follow-fork-mode child' -ex 'file seed' -ex 'target remote ./stub' \
        -ex continue -ex 'gcore gdb/core' -ex 'set $from = "gdb/core"' -ex 'set $to = "core.stub"' \
        -ex "source $here/prstatus.py" -ex kill
    ;;
*)
    echo "make-seed.sh: who shall write the core: kernel, gcore, qemu or stub?" >&2
    exit 64
    ;;
esac

# Whatever the writer made of the name: the one ELF core here.
for core in *; do
    if [ -f "$core" ] && [ "$core" != seed ] &&
        [ "$(od -An -tx1 -N4 "$core" | tr -d ' ')" = 7f454c46 ]; then
        zstd -q -19 -f "$core" -o "$here/core.zst"
        zstd -q -19 -f seed -o "$here/exe.zst"
        cp truth.json "$here/expect.json"
        chmod 644 "$here"/*.zst
        ls -l "$here/core.zst" "$here/exe.zst" "$here/expect.json"
        exit 0
    fi
done
[ ! -f gdb.out ] || cat gdb.out >&2
echo "make-seed.sh: no core was written in $work" >&2
exit 1
