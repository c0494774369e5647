#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# abi.sh check|renew LIBRARY SRCDIR - compares the library's binary interface with that of the last
# release
#
# libabigail has written the dump of that release's library: functions, and the types of their
# arguments. Additions pass, and so does a struct that has grown at its end (suppressions). Skipped
# if libabigail is not installed, there is no dump for this CPU, or the library has no debug info.
set -eu
library=$2
dump=$3/tests/abi/libqemucore-$(uname -m).abi

# Handles are opaque: their contents are in no public header, and not part of the interface. Neither
# is the directory of the source.
read_interface() {
    abidw --headers-dir "$3/include" --drop-private-types --drop-undefined-syms --no-corpus-path --no-comp-dir-path \
        --no-show-locs --no-elf-needed --type-id-style hash --out-file "$now" "$library"
    sed -i "s|\(<abi-instr .* path='\)[^']*/lib/|\1lib/|" "$now"
}

if ! command -v abidiff >/dev/null; then
    echo "check-abi: skipped, abidiff is not installed (abigail-tools, libabigail)"
    exit 0
fi
now=$(mktemp)
trap 'rm -f "$now"' EXIT
read_interface "$@"
if ! grep -q "class-decl name='qemucore_options'" "$now"; then
    echo "check-abi: skipped, $library has no debug info with types"
elif [ "$1" = renew ]; then
    cp "$now" "$dump"
elif [ ! -e "$dump" ]; then
    echo "check-abi: skipped, there is no $dump"
else
    abidiff --no-added-syms --suppressions "$3/tests/abi/suppressions" "$dump" "$now"
    echo "check-abi: passed"
fi
