#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# coverage.sh SOURCE - runs all tests, and prints which lines of lib/ were run
#
# 'make coverage' calls it in the build directory, which must be configured for gcc with
# CFLAGS='-g1 -O0 --coverage' --disable-shared. From then on the commands there run without their
# sandbox, in which the child may not write the file with its counts; the test of the sandbox is
# skipped. --timeout needs the sandbox, and --list-options is used without other options: what runs
# with either of them is not counted.
source=$(cd "$1" && pwd) || exit 1
if [ -z "$(find lib -name '*.gcno' | head -n 1)" ]; then
    echo "coverage: this build counts no lines: configure CFLAGS='-g1 -O0 --coverage' --disable-shared" >&2
    exit 1
fi
mkdir -p tools/confined
for tool in tools/qemucore-*; do
    case $tool in
    *.* | */qemucore-snapshot) continue ;; # qemucore-snapshot has no sandbox
    esac
    # A script was put here by an earlier run; a command that make has built since is a binary.
    if ! head -c 2 "$tool" | grep -q '^#!'; then
        mv "$tool" tools/confined/ || exit 1
        # shellcheck disable=SC2016
        printf '%s\n' '#!/bin/sh' 'case "$*" in' \
            '*--timeout* | --list-options*) exec "${0%/*}/confined/${0##*/}" "$@" ;;' 'esac' \
            'exec "${0%/*}/confined/${0##*/}" --no-sandbox "$@"' >"$tool"
        chmod +x "$tool"
    fi
done
find . -name '*.gcda' -exec rm -f {} +
QEMUCORE_COVERAGE=1 make -k check
python3 "$source/tests/coverage.py" .
