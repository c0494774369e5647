#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# run.sh SECONDS FUZZER... - runs each fuzzer, from its corpus; findings are in fuzz-NAME
#
# The fuzzers are of a build with libFuzzer (configure --enable-fuzzers). Those that change a sound
# core and its executable use corpus/x86_64-seed, or the files that QEMUCORE_FUZZ_CORE (raw) and
# QEMUCORE_FUZZ_MODULE name.
#
# Entropic scheduling and counters are off: with so many edges, their bookkeeping takes three times
# as long as the inputs.
here=$(cd "$(dirname "$0")" && pwd)
seconds=$1
shift
base=$(mktemp -d) || exit 1
trap 'rm -rf "$base"' EXIT
if [ -z "${QEMUCORE_FUZZ_CORE:-}" ]; then
    zstd -qd "$here/../../corpus/x86_64-seed/core.zst" -o "$base/core" || exit 1
    zstd -qd "$here/../../corpus/x86_64-seed/exe.zst" -o "$base/exe" || exit 1
    QEMUCORE_FUZZ_CORE=$base/core
    QEMUCORE_FUZZ_MODULE=$base/exe
    export QEMUCORE_FUZZ_CORE QEMUCORE_FUZZ_MODULE
fi
failed=0
for fuzzer in "$@"; do
    name=${fuzzer##*/fuzz_}
    mkdir -p "fuzz-$name"
    "$fuzzer" -entropic=0 -use_counters=0 -max_total_time="$seconds" -timeout=60 \
        -rss_limit_mb=3000 -print_final_stats=1 \
        -artifact_prefix="fuzz-$name/" "fuzz-$name" "$here/corpus-$name" || failed=1
done
exit $failed
