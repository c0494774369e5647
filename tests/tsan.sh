#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# tsan.sh SOURCE... - tests/handles.c and the library, built with ThreadSanitizer in the directory tsan, and run
#
# 'make check-tsan' calls it, with CC, FLAGS and LIBS, in the directory of the build. Skipped (77) where the
# compiler has no ThreadSanitizer.
set -eu
srcdir=${srcdir:-.}
mkdir -p tsan
echo 'int main(void) { return 0; }' >tsan/probe.c
# Without randomized addresses: where a kernel takes many bits for them, older sanitizers find no place.
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
