#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# tsan.sh SOURCE... - builds tests/handles.c and the library with ThreadSanitizer, and runs them
#
# 'make check-tsan' calls it in the build directory, with CC, FLAGS and LIBS; it builds in tsan/.
# Exit status 77 (skipped) if the compiler has no ThreadSanitizer.
set -eu
srcdir=${srcdir:-.}
mkdir -p tsan
echo 'int main(void) { return 0; }' >tsan/probe.c
# Older sanitizers find no free range of addresses if the kernel randomizes many of their bits.
fixed='setarch -R'
$fixed true 2>/dev/null || fixed=
# shellcheck disable=SC2086
if ! $CC -fsanitize=thread tsan/probe.c -o tsan/probe 2>tsan/log || ! $fixed tsan/probe 2>>tsan/log; then
    echo "check-tsan: skipped, $CC has no ThreadSanitizer here: $(tail -n 1 tsan/log)"
    exit 77
fi
for source in "$@" tests/handles.c; do
    case $source in
    *.c) echo "$source" ;;
    esac
done >tsan/sources
# shellcheck disable=SC2016
xargs -P "$(nproc)" -n 1 sh -c '
    exec $CC $FLAGS -g -O1 -fsanitize=thread -c "$0/$1" -o "tsan/$(echo "$1" | tr / _).o"' "$srcdir" <tsan/sources
# shellcheck disable=SC2086
$CC -fsanitize=thread tsan/*.o -o tsan/handles $LIBS
set --
for machine in x86_64 aarch64 loongarch64; do
    set -- "$@" "$srcdir/corpus/$machine-seed/core.zst" "$srcdir/corpus/$machine-seed/exe.zst"
done
TSAN_OPTIONS="halt_on_error=0 exitcode=66 second_deadlock_stack=1" $fixed tsan/handles "$@"
echo "check-tsan: passed"
