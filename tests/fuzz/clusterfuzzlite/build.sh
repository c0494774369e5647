#!/bin/bash -eu
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# build.sh - run by ClusterFuzzLite and OSS-Fuzz, which set CC, CFLAGS, LIB_FUZZING_ENGINE and OUT
autoreconf -fi
./configure --enable-fuzzers --disable-shared
make -j"$(nproc)" LIB_FUZZING_ENGINE="$LIB_FUZZING_ENGINE" \
    AM_LDFLAGS='-Wl,-rpath,\$$ORIGIN/lib' lib/libqemucore-internal.la
mkdir -p "$OUT/lib"
zstd -qdf corpus/x86_64-seed/core.zst -o "$OUT/base-core"
zstd -qdf corpus/x86_64-seed/exe.zst -o "$OUT/base-exe"
# fuzz_sysroot is left out: it loads libarchive at run time, which needs a dozen more libraries.
for name in containers core inspect live memory module text; do
    make LIB_FUZZING_ENGINE="$LIB_FUZZING_ENGINE" AM_LDFLAGS='-Wl,-rpath,\$$ORIGIN/lib' \
        "tests/fuzz/fuzz_$name"
    cp "tests/fuzz/fuzz_$name" "$OUT/"
    (cd "tests/fuzz/corpus-$name" && zip -q "$OUT/fuzz_${name}_seed_corpus.zip" ./*)
    # The machine that runs the fuzzers has none of these libraries.
    ldd "tests/fuzz/fuzz_$name" | sed -n 's/.*=> \(\/[^ ]*lib\(dw\|elf\|z\|zstd\|lzma\|lz4\|bz2\|xxhash\)[.-][^ ]*\).*/\1/p' |
        xargs -r cp -Lt "$OUT/lib"
done
